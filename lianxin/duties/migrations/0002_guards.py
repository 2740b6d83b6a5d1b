"""What the database does by itself: places follow the tree, and the sums for the picture follow the duties."""

from django.db import migrations

PLACE = """
CREATE FUNCTION duties_take_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT path INTO NEW.organisation_path FROM organisations_organisation WHERE id = NEW.organisation_id;
    RETURN NEW;
END $$;
CREATE TRIGGER duties_act_place BEFORE INSERT OR UPDATE OF organisation_id, organisation_path ON duties_act
    FOR EACH ROW EXECUTE FUNCTION duties_take_place();
CREATE TRIGGER duties_duty_place BEFORE UPDATE OF organisation_id, organisation_path ON duties_duty
    FOR EACH ROW EXECUTE FUNCTION duties_take_place();

CREATE FUNCTION duties_follow_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM before_it b JOIN after_it a ON a.id = b.id WHERE a.path <> b.path) THEN
        RETURN NULL;
    END IF;
    UPDATE duties_duty d SET organisation_path = a.path
        FROM before_it b JOIN after_it a ON a.id = b.id WHERE a.path <> b.path AND d.organisation_id = a.id;
    UPDATE duties_act d SET organisation_path = a.path
        FROM before_it b JOIN after_it a ON a.id = b.id WHERE a.path <> b.path AND d.organisation_id = a.id;
    RETURN NULL;
END $$;
-- By statement: a subtree that moves is one statement, and its sums are added up once.
CREATE TRIGGER duties_follow AFTER UPDATE ON organisations_organisation
    REFERENCING OLD TABLE AS before_it NEW TABLE AS after_it FOR EACH STATEMENT EXECUTE FUNCTION duties_follow_place();
"""

# Whoever writes duties takes the lock first, so that two writers of the same sums never wait for each other.
LOCK = """
CREATE FUNCTION duties_one_writer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(1819833444, 1);
    RETURN NULL;
END $$;
CREATE TRIGGER duties_lock BEFORE INSERT OR UPDATE OR DELETE ON duties_duty
    FOR EACH STATEMENT EXECUTE FUNCTION duties_one_writer();
"""

ADDED = "SELECT organisation_path, key, period_start, period_end, withdrawn, met_on, 1 AS sign FROM added"
REMOVED = "SELECT organisation_path, key, period_start, period_end, withdrawn, met_on, -1 FROM removed"


def counting(name: str, rows: str) -> str:
    """A trigger function that adds what changed to the sums of every place above, nearest parents first."""
    return f"""
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    WITH by_parent AS (
        SELECT left(organisation_path, length(organisation_path) - 4) AS parent, key, period_start, period_end,
            sum(CASE WHEN withdrawn = '' THEN sign ELSE 0 END) AS due,
            sum(CASE WHEN withdrawn = '' AND met_on IS NOT NULL THEN sign ELSE 0 END) AS met
        FROM ({rows}) changed
        WHERE length(organisation_path) > 4 GROUP BY 1, 2, 3, 4
    )
    INSERT INTO duties_count (organisation_path, key, period_start, period_end, due, met)
    SELECT left(parent, length), key, period_start, period_end, sum(due), sum(met)
    FROM by_parent, generate_series(4, length(parent), 4) length
    WHERE due <> 0 OR met <> 0
    GROUP BY 1, 2, 3, 4 HAVING sum(due) <> 0 OR sum(met) <> 0
    ON CONFLICT (organisation_path, key, period_start, period_end) DO UPDATE
        SET due = duties_count.due + excluded.due, met = duties_count.met + excluded.met;
    RETURN NULL;
END $$;
"""  # noqa: S608 - names of ours


COUNTS = (
    counting("duties_count_added", ADDED)
    + counting("duties_count_removed", REMOVED.replace("-1", "-1 AS sign"))
    + counting("duties_count_changed", f"{ADDED} UNION ALL {REMOVED}")
    + """
CREATE TRIGGER duties_added AFTER INSERT ON duties_duty
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION duties_count_added();
CREATE TRIGGER duties_removed AFTER DELETE ON duties_duty
    REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION duties_count_removed();
CREATE TRIGGER duties_changed AFTER UPDATE ON duties_duty
    REFERENCING OLD TABLE AS removed NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION duties_count_changed();
"""
)


class Migration(migrations.Migration):
    dependencies = [("duties", "0001_initial")]

    operations = [
        migrations.RunSQL(
            PLACE,
            """
            DROP TRIGGER duties_follow ON organisations_organisation; DROP FUNCTION duties_follow_place();
            DROP TRIGGER duties_duty_place ON duties_duty; DROP TRIGGER duties_act_place ON duties_act;
            DROP FUNCTION duties_take_place();
        """,
        ),
        migrations.RunSQL(LOCK, "DROP TRIGGER duties_lock ON duties_duty; DROP FUNCTION duties_one_writer();"),
        migrations.RunSQL(
            COUNTS,
            """
            DROP TRIGGER duties_added ON duties_duty; DROP FUNCTION duties_count_added();
            DROP TRIGGER duties_removed ON duties_duty; DROP FUNCTION duties_count_removed();
            DROP TRIGGER duties_changed ON duties_duty; DROP FUNCTION duties_count_changed();
        """,
        ),
    ]
