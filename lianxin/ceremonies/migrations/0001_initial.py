"""Anniversaries by triggers from the register; greetings and the oath."""

import django.db.models.deletion
import lianxin.kernel.db.ids
from django.conf import settings
from django.db import migrations, models

PLACE = """
CREATE FUNCTION ceremonies_take_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT path INTO NEW.organisation_path FROM organisations_organisation WHERE id = NEW.organisation_id;
    RETURN NEW;
END $$;
CREATE TRIGGER ceremonies_greeting_place BEFORE INSERT OR UPDATE OF organisation_id, organisation_path ON ceremonies_greeting
    FOR EACH ROW EXECUTE FUNCTION ceremonies_take_place();
CREATE FUNCTION ceremonies_follow_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE ceremonies_greeting SET organisation_path = NEW.path
        WHERE organisation_path = OLD.path AND organisation_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER ceremonies_follow AFTER UPDATE OF path ON organisations_organisation
    FOR EACH ROW WHEN (OLD.path IS DISTINCT FROM NEW.path) EXECUTE FUNCTION ceremonies_follow_place();
"""
UNPLACE = """
DROP TRIGGER ceremonies_follow ON organisations_organisation; DROP FUNCTION ceremonies_follow_place();
DROP TRIGGER ceremonies_greeting_place ON ceremonies_greeting;
DROP FUNCTION ceremonies_take_place();
"""

ANNIVERSARIES = """
CREATE FUNCTION ceremonies_party_age_from(category text, joined date, converted date) RETURNS date
    LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN category = 'probationary' THEN NULL ELSE coalesce(converted, joined) END
$$;
CREATE FUNCTION ceremonies_enter_anniversaries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO ceremonies_anniversary (member_id, organisation_path, joined_on, month_day, party_age_from)
    SELECT id, organisation_path, joined_on, extract(month FROM joined_on) * 100 + extract(day FROM joined_on),
        ceremonies_party_age_from(person_category, joined_on, converted_on)
    FROM entered WHERE membership_status IN ('normal', 'restored', 'suspended');
    RETURN NULL;
END $$;
CREATE TRIGGER ceremonies_enter AFTER INSERT ON members_member
    REFERENCING NEW TABLE AS entered FOR EACH STATEMENT EXECUTE FUNCTION ceremonies_enter_anniversaries();
CREATE FUNCTION ceremonies_change_anniversary() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.membership_status IN ('normal', 'restored', 'suspended') THEN
        INSERT INTO ceremonies_anniversary (member_id, organisation_path, joined_on, month_day, party_age_from)
        VALUES (NEW.id, NEW.organisation_path, NEW.joined_on,
            extract(month FROM NEW.joined_on) * 100 + extract(day FROM NEW.joined_on),
            ceremonies_party_age_from(NEW.person_category, NEW.joined_on, NEW.converted_on))
        ON CONFLICT (member_id) DO UPDATE SET organisation_path = EXCLUDED.organisation_path,
            joined_on = EXCLUDED.joined_on, month_day = EXCLUDED.month_day,
            party_age_from = EXCLUDED.party_age_from;
    ELSE
        DELETE FROM ceremonies_anniversary WHERE member_id = NEW.id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ceremonies_change
    AFTER UPDATE OF organisation_id, organisation_path, joined_on, converted_on, person_category, membership_status
    ON members_member FOR EACH ROW WHEN ((OLD.organisation_path, OLD.joined_on, OLD.converted_on, OLD.person_category,
        OLD.membership_status) IS DISTINCT FROM (NEW.organisation_path, NEW.joined_on, NEW.converted_on,
        NEW.person_category, NEW.membership_status))
    EXECUTE FUNCTION ceremonies_change_anniversary();
CREATE FUNCTION ceremonies_forget_anniversaries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM ceremonies_anniversary USING removed WHERE member_id = removed.id;
    RETURN NULL;
END $$;
CREATE TRIGGER ceremonies_forget AFTER DELETE ON members_member
    REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION ceremonies_forget_anniversaries();
INSERT INTO ceremonies_anniversary (member_id, organisation_path, joined_on, month_day, party_age_from)
SELECT id, organisation_path, joined_on, extract(month FROM joined_on) * 100 + extract(day FROM joined_on),
    ceremonies_party_age_from(person_category, joined_on, converted_on)
FROM members_member WHERE membership_status IN ('normal', 'restored', 'suspended');
"""
NO_ANNIVERSARIES = """
DROP TRIGGER ceremonies_forget ON members_member; DROP FUNCTION ceremonies_forget_anniversaries();
DROP TRIGGER ceremonies_change ON members_member; DROP FUNCTION ceremonies_change_anniversary();
DROP TRIGGER ceremonies_enter ON members_member; DROP FUNCTION ceremonies_enter_anniversaries();
DROP FUNCTION ceremonies_party_age_from(text, date, date);
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("members", "0002_guards"),
        ("organisations", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Anniversary",
            fields=[
                (
                    "member",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="members.member",
                    ),
                ),
                ("organisation_path", models.CharField(db_collation="C", editable=False, max_length=255)),
                ("joined_on", models.DateField()),
                ("month_day", models.PositiveSmallIntegerField()),
                ("party_age_from", models.DateField(null=True)),
            ],
            options={
                "verbose_name": "political birthday",
                "db_table": "ceremonies_anniversary",
                "indexes": [
                    models.Index(fields=["month_day", "organisation_path", "member"], name="anniversary_by_day"),
                    models.Index(fields=["party_age_from", "organisation_path"], name="anniversary_by_age"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Greeting",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lianxin.kernel.db.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("organisation_path", models.CharField(db_collation="C", editable=False, max_length=255)),
                ("year", models.PositiveSmallIntegerField()),
                ("way", models.CharField(choices=[("message", "message"), ("in_person", "in person")], max_length=10)),
                ("text", models.TextField(blank=True)),
                ("given_at", models.DateTimeField()),
                ("message_id", models.UUIDField(null=True)),
                (
                    "given_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.member",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.organisation"
                    ),
                ),
            ],
            options={
                "verbose_name": "greeting",
                "db_table": "ceremonies_greeting",
                "constraints": [
                    models.UniqueConstraint(fields=("member", "year"), name="greeting_once_a_year"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("way", "message"), _negated=True),
                            models.Q(("text", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="greeting_message_has_a_text",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OathText",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lianxin.kernel.db.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("text", models.TextField()),
                ("source", models.CharField(max_length=200)),
                ("sha256", models.CharField(max_length=64)),
                ("loaded_at", models.DateTimeField()),
                (
                    "loaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "text of the oath",
                "db_table": "ceremonies_oath_text",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("text", ""), _negated=True), models.Q(("source", ""), _negated=True)
                        ),
                        name="oath_has_a_text",
                    )
                ],
            },
        ),
        migrations.RunSQL(PLACE, UNPLACE),
        migrations.RunSQL(ANNIVERSARIES, NO_ANNIVERSARIES),
    ]
