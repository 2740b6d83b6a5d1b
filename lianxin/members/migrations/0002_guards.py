"""What the database does by itself: a member's place follows the tree, counts follow the register, one membership each."""

from django.db import migrations

PLACE = """
CREATE FUNCTION members_take_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT path INTO NEW.organisation_path FROM organisations_organisation WHERE id = NEW.organisation_id;
    RETURN NEW;
END $$;
CREATE TRIGGER members_place BEFORE INSERT OR UPDATE OF organisation_id, organisation_path ON members_member
    FOR EACH ROW EXECUTE FUNCTION members_take_place();

CREATE FUNCTION members_follow_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE members_member SET organisation_path = NEW.path WHERE organisation_id = NEW.id;
    RETURN NULL;
END $$;
CREATE FUNCTION members_correction_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT organisation_path INTO NEW.organisation_path FROM members_member WHERE id = NEW.member_id;
    RETURN NEW;
END $$;
CREATE TRIGGER correction_place BEFORE INSERT ON members_correction
    FOR EACH ROW EXECUTE FUNCTION members_correction_place();

CREATE TRIGGER rights_request_place BEFORE INSERT ON members_rights_request
    FOR EACH ROW EXECUTE FUNCTION members_correction_place();
CREATE TRIGGER consent_place BEFORE INSERT ON members_consent
    FOR EACH ROW EXECUTE FUNCTION members_correction_place();

CREATE FUNCTION members_corrections_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE members_correction SET organisation_path = NEW.organisation_path WHERE member_id = NEW.id;
    UPDATE members_rights_request SET organisation_path = NEW.organisation_path WHERE member_id = NEW.id;
    UPDATE members_consent SET organisation_path = NEW.organisation_path WHERE member_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER member_corrections_follow AFTER UPDATE OF organisation_id, organisation_path ON members_member
    FOR EACH ROW WHEN (OLD.organisation_path IS DISTINCT FROM NEW.organisation_path)
    EXECUTE FUNCTION members_corrections_follow();
CREATE TRIGGER members_follow AFTER UPDATE OF path ON organisations_organisation
    FOR EACH ROW WHEN (OLD.path IS DISTINCT FROM NEW.path) EXECUTE FUNCTION members_follow_place();
"""

COUNTS = """
CREATE FUNCTION members_counts_as(status text, category text, wanted text) RETURNS int LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN status IN ('normal', 'restored') AND category = wanted THEN 1 ELSE 0 END
$$;
CREATE FUNCTION members_count() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE organisations_organisation o
        SET full_members = o.full_members + d.full_delta, probationary_members = o.probationary_members + d.probationary_delta
        FROM (SELECT organisation_id, sum(members_counts_as(membership_status, person_category, 'full')) AS full_delta,
                sum(members_counts_as(membership_status, person_category, 'probationary')) AS probationary_delta
              FROM added GROUP BY organisation_id) d
        WHERE o.id = d.organisation_id AND (d.full_delta <> 0 OR d.probationary_delta <> 0);
    ELSIF TG_OP = 'DELETE' THEN
        UPDATE organisations_organisation o
        SET full_members = o.full_members - d.full_delta, probationary_members = o.probationary_members - d.probationary_delta
        FROM (SELECT organisation_id, sum(members_counts_as(membership_status, person_category, 'full')) AS full_delta,
                sum(members_counts_as(membership_status, person_category, 'probationary')) AS probationary_delta
              FROM removed GROUP BY organisation_id) d
        WHERE o.id = d.organisation_id AND (d.full_delta <> 0 OR d.probationary_delta <> 0);
    ELSE
        UPDATE organisations_organisation o
        SET full_members = o.full_members + d.full_delta, probationary_members = o.probationary_members + d.probationary_delta
        FROM (SELECT organisation_id, sum(full_count) AS full_delta, sum(probationary_count) AS probationary_delta
              FROM (SELECT organisation_id, members_counts_as(membership_status, person_category, 'full') AS full_count,
                        members_counts_as(membership_status, person_category, 'probationary') AS probationary_count
                    FROM added
                    UNION ALL
                    SELECT organisation_id, -members_counts_as(membership_status, person_category, 'full'),
                        -members_counts_as(membership_status, person_category, 'probationary')
                    FROM removed) both_sides
              GROUP BY organisation_id) d
        WHERE o.id = d.organisation_id AND (d.full_delta <> 0 OR d.probationary_delta <> 0);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER members_count_added AFTER INSERT ON members_member
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION members_count();
CREATE TRIGGER members_count_removed AFTER DELETE ON members_member
    REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION members_count();
CREATE TRIGGER members_count_changed AFTER UPDATE ON members_member
    REFERENCING OLD TABLE AS removed NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION members_count();
"""

EXACTLY_ONE = """
CREATE FUNCTION members_belong_somewhere() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    who uuid;
    in_register boolean;
    open_ended int;
BEGIN
    IF TG_TABLE_NAME = 'members_member' THEN who := NEW.id;
    ELSIF TG_OP = 'DELETE' THEN who := OLD.member_id;
    ELSE who := NEW.member_id; END IF;
    SELECT membership_status IN ('normal', 'restored', 'suspended') INTO in_register FROM members_member WHERE id = who;
    IF in_register IS NULL THEN RETURN NULL; END IF;
    SELECT count(*) INTO open_ended FROM members_membership
        WHERE member_id = who AND upper_inf(recorded) AND upper_inf(valid);
    IF in_register AND open_ended <> 1 THEN
        RAISE EXCEPTION 'Member % belongs to % organisations; exactly one is right.', who, open_ended
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'member_belongs_to_one';
    END IF;
    IF NOT in_register AND open_ended <> 0 THEN
        RAISE EXCEPTION 'Member % has left but still belongs to an organisation.', who
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'member_belongs_to_one';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER member_belongs_to_one AFTER INSERT OR UPDATE OF membership_status, organisation_id ON members_member
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION members_belong_somewhere();
CREATE CONSTRAINT TRIGGER membership_is_one AFTER INSERT OR UPDATE OR DELETE ON members_membership
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION members_belong_somewhere();
"""

# As the owner: a member who lifts a restriction may change the request, not the row of the register.
RESTRICTED = """
CREATE FUNCTION members_note_restricted() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    UPDATE members_member SET restricted = to_jsonb(ARRAY(
        SELECT field FROM members_rights_request
        WHERE member_id = NEW.member_id AND kind = 'restrict' AND state = 'accepted' ORDER BY field
    )) WHERE id = NEW.member_id;
    RETURN NULL;
END $$;
CREATE TRIGGER rights_request_in_force AFTER INSERT OR UPDATE OF state ON members_rights_request
    FOR EACH ROW WHEN (NEW.kind = 'restrict') EXECUTE FUNCTION members_note_restricted();
"""


class Migration(migrations.Migration):
    dependencies = [("members", "0001_initial")]

    operations = [
        migrations.RunSQL(
            PLACE,
            """
            DROP TRIGGER member_corrections_follow ON members_member; DROP FUNCTION members_corrections_follow();
            DROP TRIGGER consent_place ON members_consent; DROP TRIGGER rights_request_place ON members_rights_request;
            DROP TRIGGER correction_place ON members_correction; DROP FUNCTION members_correction_place();
            DROP TRIGGER members_follow ON organisations_organisation; DROP FUNCTION members_follow_place();
            DROP TRIGGER members_place ON members_member; DROP FUNCTION members_take_place();
        """,
        ),
        migrations.RunSQL(
            COUNTS,
            """
            DROP TRIGGER members_count_changed ON members_member; DROP TRIGGER members_count_removed ON members_member;
            DROP TRIGGER members_count_added ON members_member; DROP FUNCTION members_count();
            DROP FUNCTION members_counts_as(text, text, text);
        """,
        ),
        migrations.RunSQL(
            EXACTLY_ONE,
            """
            DROP TRIGGER membership_is_one ON members_membership; DROP TRIGGER member_belongs_to_one ON members_member;
            DROP FUNCTION members_belong_somewhere();
        """,
        ),
        migrations.RunSQL(
            RESTRICTED,
            "DROP TRIGGER rights_request_in_force ON members_rights_request; DROP FUNCTION members_note_restricted();",
        ),
    ]
