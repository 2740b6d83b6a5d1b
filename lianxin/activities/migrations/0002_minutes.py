"""Minutes with their votes and resolutions; what is confirmed stays as it is, whoever asks for it."""

# ruff: noqa: S608 - names of ours

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import lianxin.activities.models.minutes
import lianxin.kernel.db.ids
from django.conf import settings
from django.db import migrations, models


PLACED = ("minutes", "resolution")
LOCK = """
CREATE FUNCTION activities_keep_minutes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'confirmed' THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'organisation_path' = to_jsonb(OLD) - 'organisation_path' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Confirmed minutes are not changed: append a note.' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER activities_minutes_kept BEFORE UPDATE OR DELETE ON activities_minutes
    FOR EACH ROW EXECUTE FUNCTION activities_keep_minutes();

CREATE FUNCTION activities_minutes_locked(item uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT m.state = 'confirmed' FROM activities_minutes_item i JOIN activities_minutes m ON m.id = i.minutes_id
    WHERE i.id = item
$$;
CREATE FUNCTION activities_keep_part() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was jsonb := CASE WHEN TG_OP = 'INSERT' THEN NULL ELSE to_jsonb(OLD) END;
    becomes jsonb := CASE WHEN TG_OP = 'DELETE' THEN NULL ELSE to_jsonb(NEW) END;
    free text[] := string_to_array(TG_ARGV[1], ' ');
    one jsonb;
    locked boolean;
BEGIN
    IF TG_OP = 'UPDATE' AND was - free = becomes - free AND becomes ->> 'state' IS DISTINCT FROM 'draft' THEN
        RETURN NEW;
    END IF;
    FOREACH one IN ARRAY ARRAY[was, becomes] LOOP
        CONTINUE WHEN one IS NULL;
        locked := CASE TG_ARGV[0]
            WHEN 'minutes' THEN (
                SELECT m.state = 'confirmed' FROM activities_minutes m WHERE m.id = (one ->> 'minutes_id')::uuid)
            WHEN 'item' THEN activities_minutes_locked((one ->> 'item_id')::uuid)
            ELSE (SELECT activities_minutes_locked(v.item_id) FROM activities_vote v
                WHERE v.id = (one ->> 'vote_id')::uuid)
        END;
        IF locked THEN
            RAISE EXCEPTION 'Confirmed minutes are not changed: append a note.' USING ERRCODE = 'restrict_violation';
        END IF;
    END LOOP;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER activities_minutes_item_kept BEFORE INSERT OR UPDATE OR DELETE ON activities_minutes_item
    FOR EACH ROW EXECUTE FUNCTION activities_keep_part('minutes', 'agenda_item_id');
CREATE TRIGGER activities_vote_kept BEFORE INSERT OR UPDATE OR DELETE ON activities_vote
    FOR EACH ROW EXECUTE FUNCTION activities_keep_part('item', '');
CREATE TRIGGER activities_vote_voice_kept BEFORE INSERT OR UPDATE OR DELETE ON activities_vote_voice
    FOR EACH ROW EXECUTE FUNCTION activities_keep_part('vote', '');
CREATE TRIGGER activities_resolution_kept BEFORE INSERT OR UPDATE OR DELETE ON activities_resolution
    FOR EACH ROW EXECUTE FUNCTION activities_keep_part(
        'item', 'organisation_path state note settled_at settled_by_id');

CREATE FUNCTION activities_keep_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' AND EXISTS (
        SELECT 1 FROM activities_minutes m WHERE m.id = NEW.minutes_id AND m.state = 'confirmed') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Corrections are only added, and only to confirmed minutes.' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER activities_minutes_note_kept BEFORE INSERT OR UPDATE OR DELETE ON activities_minutes_note
    FOR EACH ROW EXECUTE FUNCTION activities_keep_note();
"""
PLACE = "".join(
    f"""
CREATE TRIGGER activities_{table}_place BEFORE INSERT OR UPDATE OF organisation_id, organisation_path
    ON activities_{table} FOR EACH ROW EXECUTE FUNCTION activities_take_place();"""
    for table in PLACED
) + (
    """
CREATE FUNCTION activities_follow_minutes_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN"""
    + "".join(
        f"""
    UPDATE activities_{table} SET organisation_path = NEW.path WHERE organisation_id = NEW.id;"""
        for table in PLACED
    )
    + """
    RETURN NULL;
END $$;
CREATE TRIGGER activities_follow_minutes AFTER UPDATE OF path ON organisations_organisation
    FOR EACH ROW WHEN (OLD.path IS DISTINCT FROM NEW.path) EXECUTE FUNCTION activities_follow_minutes_place();
"""
)
UNDO = """
DROP TRIGGER activities_follow_minutes ON organisations_organisation; DROP FUNCTION activities_follow_minutes_place();
DROP TRIGGER activities_minutes_place ON activities_minutes; DROP TRIGGER activities_resolution_place ON activities_resolution;
DROP TRIGGER activities_minutes_note_kept ON activities_minutes_note; DROP FUNCTION activities_keep_note();
DROP TRIGGER activities_resolution_kept ON activities_resolution;
DROP TRIGGER activities_vote_voice_kept ON activities_vote_voice; DROP TRIGGER activities_vote_kept ON activities_vote;
DROP TRIGGER activities_minutes_item_kept ON activities_minutes_item; DROP FUNCTION activities_keep_part();
DROP FUNCTION activities_minutes_locked(uuid);
DROP TRIGGER activities_minutes_kept ON activities_minutes; DROP FUNCTION activities_keep_minutes();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("activities", "0001_initial"),
        ("members", "0002_guards"),
        ("organisations", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Minutes",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lianxin.kernel.db.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("organisation_path", models.CharField(db_collation="C", editable=False, max_length=255)),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "draft being written"), ("confirmed", "confirmed and locked")],
                        default="draft",
                        max_length=9,
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        default=lianxin.activities.models.minutes.new_code, editable=False, max_length=20, unique=True
                    ),
                ),
                ("content", models.TextField(blank=True)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("begun_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(null=True)),
                (
                    "activity",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="record", to="activities.activity"
                    ),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                "db_table": "activities_minutes",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="MakeUp",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lianxin.kernel.db.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("what", models.CharField(max_length=200)),
                ("done_on", models.DateField()),
                ("noted_at", models.DateTimeField()),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.member"
                    ),
                ),
                (
                    "noted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "minutes",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="make_ups", to="activities.minutes"
                    ),
                ),
            ],
            options={
                "db_table": "activities_make_up",
                "ordering": ["done_on", "id"],
            },
        ),
        migrations.CreateModel(
            name="MinutesItem",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lianxin.kernel.db.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("title", models.CharField(max_length=200)),
                ("speeches", models.JSONField(default=list)),
                ("decision", models.TextField(blank=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("written_at", models.DateTimeField(null=True)),
                (
                    "agenda_item",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="activities.agendaitem",
                    ),
                ),
                (
                    "minutes",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="items", to="activities.minutes"
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "activities_minutes_item",
                "ordering": ["position", "id"],
            },
        ),
        migrations.CreateModel(
            name="MinutesNote",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lianxin.kernel.db.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("text", models.TextField()),
                ("reason", models.CharField(max_length=200)),
                ("author_name", models.CharField(max_length=150)),
                ("at", models.DateTimeField()),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "minutes",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="notes", to="activities.minutes"
                    ),
                ),
            ],
            options={
                "db_table": "activities_minutes_note",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Resolution",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lianxin.kernel.db.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("organisation_path", models.CharField(db_collation="C", editable=False, max_length=255)),
                ("text", models.CharField(max_length=500)),
                ("owner_name", models.CharField(editable=False, max_length=80)),
                ("due_on", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "in unconfirmed minutes"),
                            ("open", "open"),
                            ("done", "done"),
                            ("taken_back", "taken back"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=500)),
                ("settled_at", models.DateTimeField(null=True)),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="resolutions",
                        to="activities.minutesitem",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.organisation"
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.member",
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "activities_resolution",
                "ordering": ["due_on", "id"],
            },
        ),
        migrations.CreateModel(
            name="Vote",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lianxin.kernel.db.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("question", models.CharField(max_length=200)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("general_meeting", "general meeting"),
                            ("admission_meeting", "admission or conversion"),
                            ("committee_meeting", "committee meeting"),
                            ("election_meeting", "election (one candidate)"),
                        ],
                        max_length=20,
                    ),
                ),
                ("method", models.CharField(max_length=12)),
                ("eligible", models.PositiveIntegerField()),
                ("present", models.PositiveIntegerField()),
                ("in_favour", models.PositiveIntegerField()),
                ("against", models.PositiveIntegerField(default=0)),
                ("abstained", models.PositiveIntegerField(default=0)),
                ("invalid", models.PositiveIntegerField(default=0)),
                (
                    "written_in_favour",
                    models.PositiveIntegerField(default=0),
                ),
                ("is_quorate", models.BooleanField(null=True)),
                ("is_passed", models.BooleanField(null=True)),
                ("sum", models.TextField()),
                (
                    "rules",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=120), default=list, size=None
                    ),
                ),
                ("taken_at", models.DateTimeField()),
                (
                    "counter_one",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.member"
                    ),
                ),
                (
                    "counter_two",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.member"
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="votes", to="activities.minutesitem"
                    ),
                ),
                (
                    "taken_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "db_table": "activities_vote",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="VoteVoice",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lianxin.kernel.db.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "choice",
                    models.CharField(
                        choices=[("in_favour", "in favour"), ("against", "against"), ("abstained", "abstained")],
                        max_length=9,
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.member"
                    ),
                ),
                (
                    "vote",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="voices", to="activities.vote"
                    ),
                ),
            ],
            options={
                "db_table": "activities_vote_voice",
            },
        ),
        migrations.AddIndex(
            model_name="minutes",
            index=models.Index(fields=["organisation_path", "-id"], name="minutes_by_place"),
        ),
        migrations.AddConstraint(
            model_name="minutes",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("confirmed_at__isnull", True), ("content", ""), ("sha256", ""), ("state", "draft")),
                    models.Q(
                        ("confirmed_at__isnull", False),
                        ("state", "confirmed"),
                        models.Q(("content", ""), _negated=True),
                        models.Q(("sha256", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="minutes_confirmed_has_digest",
            ),
        ),
        migrations.AddConstraint(
            model_name="makeup",
            constraint=models.UniqueConstraint(fields=("minutes", "member"), name="make_up_once_a_member"),
        ),
        migrations.AddIndex(
            model_name="minutesitem",
            index=models.Index(fields=["minutes", "position"], name="minutes_items"),
        ),
        migrations.AddIndex(
            model_name="minutesnote",
            index=models.Index(fields=["minutes", "id"], name="minutes_notes"),
        ),
        migrations.AddConstraint(
            model_name="minutesnote",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("reason", ""), _negated=True), models.Q(("text", ""), _negated=True)),
                name="minutes_note_says_why",
            ),
        ),
        migrations.AddIndex(
            model_name="resolution",
            index=models.Index(
                condition=models.Q(("state", "open")),
                fields=["organisation_path", "due_on", "id"],
                name="resolution_open",
            ),
        ),
        migrations.AddIndex(
            model_name="resolution",
            index=models.Index(
                condition=models.Q(("state", "open")), fields=["owner", "due_on"], name="resolution_of_owner"
            ),
        ),
        migrations.AddIndex(
            model_name="resolution",
            index=models.Index(fields=["organisation", "settled_at"], name="resolution_settled"),
        ),
        migrations.AddIndex(
            model_name="resolution",
            index=models.Index(fields=["item"], name="resolutions_of_item"),
        ),
        migrations.AddConstraint(
            model_name="resolution",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("settled_at__isnull", True), ("state__in", ["draft", "open"])),
                    models.Q(
                        ("settled_at__isnull", False),
                        ("state__in", ["done", "taken_back"]),
                        models.Q(("note", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="resolution_settled_says_how",
            ),
        ),
        migrations.AddIndex(
            model_name="vote",
            index=models.Index(fields=["item", "id"], name="votes_of_item"),
        ),
        migrations.AddConstraint(
            model_name="vote",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("present__lte", models.F("eligible")),
                    (
                        "present__gte",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    models.F("in_favour"), "+", models.F("against")
                                ),
                                "+",
                                models.F("abstained"),
                            ),
                            "+",
                            models.F("invalid"),
                        ),
                    ),
                    (
                        "eligible__gte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("present"), "+", models.F("written_in_favour")
                        ),
                    ),
                ),
                name="vote_counts_fit",
            ),
        ),
        migrations.AddConstraint(
            model_name="vote",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("counter_one__isnull", True),
                    ("counter_two__isnull", True),
                    models.Q(("counter_one", models.F("counter_two")), _negated=True),
                    _connector="OR",
                ),
                name="vote_counters_are_two",
            ),
        ),
        migrations.AddConstraint(
            model_name="votevoice",
            constraint=models.UniqueConstraint(fields=("vote", "member"), name="voice_once_a_member"),
        ),
        migrations.RunSQL(LOCK + PLACE, UNDO),
    ]
