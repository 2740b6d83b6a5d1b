"""Activities, their minutes and what a hall brings back; places follow the tree, confirmed minutes stay as they are."""

# ruff: noqa: S608 - names of ours
import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.expressions
import lianxin.activities.models.minutes
import lianxin.kernel.db.ids
from django.conf import settings
from django.db import migrations, models


PLACED = (
    "series",
    "activity",
    "excuse",
    "room",
    "room_booking",
    "alliance",
    "alliance_party",
    "party",
    "group",
    "template",
)
"""Tables with an organisation and its path."""

TAKE = """
CREATE FUNCTION activities_take_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT path INTO NEW.organisation_path FROM organisations_organisation WHERE id = NEW.organisation_id;
    RETURN NEW;
END $$;
CREATE FUNCTION activities_take_participant_places() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT organisation_path INTO NEW.organisation_path FROM activities_activity WHERE id = NEW.activity_id;
    SELECT path INTO NEW.member_path FROM organisations_organisation WHERE id = NEW.member_organisation_id;
    RETURN NEW;
END $$;
CREATE TRIGGER activities_participant_place
    BEFORE INSERT OR UPDATE OF activity_id, member_organisation_id, organisation_path, member_path
    ON activities_participant FOR EACH ROW EXECUTE FUNCTION activities_take_participant_places();
CREATE FUNCTION activities_take_party_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT organisation_path INTO NEW.activity_path FROM activities_activity WHERE id = NEW.activity_id;
    RETURN NEW;
END $$;
CREATE TRIGGER activities_party_activity_place BEFORE INSERT OR UPDATE OF activity_id, activity_path
    ON activities_party FOR EACH ROW EXECUTE FUNCTION activities_take_party_place();
CREATE FUNCTION activities_take_alliance_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT organisation_path INTO NEW.alliance_path FROM activities_alliance WHERE id = NEW.alliance_id;
    RETURN NEW;
END $$;
CREATE TRIGGER activities_alliance_party_alliance_place BEFORE INSERT OR UPDATE OF alliance_id, alliance_path
    ON activities_alliance_party FOR EACH ROW EXECUTE FUNCTION activities_take_alliance_place();
CREATE FUNCTION activities_take_room_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT organisation_path INTO NEW.room_path FROM activities_room WHERE id = NEW.room_id;
    RETURN NEW;
END $$;
CREATE TRIGGER activities_room_booking_room_place BEFORE INSERT OR UPDATE OF room_id, room_path
    ON activities_room_booking FOR EACH ROW EXECUTE FUNCTION activities_take_room_place();
""" + "".join(
    f"""
CREATE TRIGGER activities_{table}_place BEFORE INSERT OR UPDATE OF organisation_id, organisation_path
    ON activities_{table} FOR EACH ROW EXECUTE FUNCTION activities_take_place();"""
    for table in PLACED
)
FOLLOW = (
    """
CREATE FUNCTION activities_follow_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN"""
    + "".join(
        f"""
    UPDATE activities_{table} SET organisation_path = NEW.path WHERE organisation_id = NEW.id;"""
        for table in PLACED
    )
    + """
    UPDATE activities_participant SET member_path = NEW.path WHERE member_organisation_id = NEW.id;
    UPDATE activities_participant SET organisation_path = NEW.path
        WHERE activity_id IN (SELECT id FROM activities_activity WHERE organisation_id = NEW.id);
    UPDATE activities_party SET activity_path = NEW.path
        WHERE activity_id IN (SELECT id FROM activities_activity WHERE organisation_id = NEW.id);
    UPDATE activities_alliance_party SET alliance_path = NEW.path
        WHERE alliance_id IN (SELECT id FROM activities_alliance WHERE organisation_id = NEW.id);
    UPDATE activities_room_booking SET room_path = NEW.path
        WHERE room_id IN (SELECT id FROM activities_room WHERE organisation_id = NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER activities_follow AFTER UPDATE OF path ON organisations_organisation
    FOR EACH ROW WHEN (OLD.path IS DISTINCT FROM NEW.path) EXECUTE FUNCTION activities_follow_place();
"""
)
UNDO = (
    "DROP TRIGGER activities_follow ON organisations_organisation; DROP FUNCTION activities_follow_place();"
    + "".join(f"DROP TRIGGER activities_{table}_place ON activities_{table};" for table in PLACED)
    + """
DROP TRIGGER activities_room_booking_room_place ON activities_room_booking; DROP FUNCTION activities_take_room_place();
DROP TRIGGER activities_alliance_party_alliance_place ON activities_alliance_party;
DROP FUNCTION activities_take_alliance_place();
DROP TRIGGER activities_party_activity_place ON activities_party; DROP FUNCTION activities_take_party_place();
DROP TRIGGER activities_participant_place ON activities_participant;
DROP FUNCTION activities_take_participant_places();
DROP FUNCTION activities_take_place();
"""
)


MINUTES_PLACED = ("minutes", "resolution")
MINUTES_LOCK = """
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
MINUTES_PLACE = "".join(
    f"""
CREATE TRIGGER activities_{table}_place BEFORE INSERT OR UPDATE OF organisation_id, organisation_path
    ON activities_{table} FOR EACH ROW EXECUTE FUNCTION activities_take_place();"""
    for table in MINUTES_PLACED
) + (
    """
CREATE FUNCTION activities_follow_minutes_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN"""
    + "".join(
        f"""
    UPDATE activities_{table} SET organisation_path = NEW.path WHERE organisation_id = NEW.id;"""
        for table in MINUTES_PLACED
    )
    + """
    RETURN NULL;
END $$;
CREATE TRIGGER activities_follow_minutes AFTER UPDATE OF path ON organisations_organisation
    FOR EACH ROW WHEN (OLD.path IS DISTINCT FROM NEW.path) EXECUTE FUNCTION activities_follow_minutes_place();
"""
)
MINUTES_UNDO = """
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
    initial = True

    dependencies = [
        ("files", "0001_initial"),
        ("members", "0002_guards"),
        ("organisations", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Alliance",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lianxin.kernel.db.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("organisation_path", models.CharField(db_collation="C", editable=False, max_length=255)),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("founded_on", models.DateField(verbose_name="since")),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="until")),
                ("created_at", models.DateTimeField()),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.organisation"
                    ),
                ),
            ],
            options={
                "db_table": "activities_alliance",
                "ordering": ["name", "id"],
            },
        ),
        migrations.CreateModel(
            name="Activity",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lianxin.kernel.db.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("organisation_path", models.CharField(db_collation="C", editable=False, max_length=255)),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=32), size=None),
                ),
                ("title", models.CharField(max_length=120, verbose_name="title")),
                ("starts_at", models.DateTimeField(verbose_name="begins")),
                ("ends_at", models.DateTimeField(verbose_name="ends")),
                ("late_after", models.PositiveSmallIntegerField(default=10, verbose_name="late after (minutes)")),
                ("place", models.CharField(blank=True, max_length=120, verbose_name="place")),
                ("online_link", models.URLField(blank=True, max_length=500, verbose_name="link of the video meeting")),
                ("chair_name", models.CharField(blank=True, max_length=80)),
                ("recorder_name", models.CharField(blank=True, max_length=80)),
                (
                    "audience",
                    models.CharField(
                        choices=[
                            ("members", "all members of the organisation"),
                            ("committee", "the committee"),
                            ("group", "a Party group"),
                            ("chosen", "persons chosen one by one"),
                        ],
                        default="members",
                        max_length=10,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("announced", "announced"),
                            ("held", "held"),
                            ("cancelled", "cancelled"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("was_reported", models.BooleanField(default=False)),
                ("was_annulled", models.BooleanField(default=False)),
                ("series_on", models.DateField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField()),
                ("announced_at", models.DateTimeField(null=True)),
                ("held_at", models.DateTimeField(null=True)),
                ("cancelled_at", models.DateTimeField(null=True)),
                ("cancel_reason", models.TextField(blank=True)),
                (
                    "chair",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.member",
                    ),
                ),
                (
                    "created_by",
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
                (
                    "recorder",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.member",
                    ),
                ),
                (
                    "alliance",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="activities.alliance",
                    ),
                ),
            ],
            options={
                "db_table": "activities_activity",
                "ordering": ["-starts_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="AllianceParty",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lianxin.kernel.db.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("alliance_path", models.CharField(db_collation="C", editable=False, max_length=255)),
                ("organisation_path", models.CharField(db_collation="C", editable=False, max_length=255)),
                ("organisation_name", models.CharField(max_length=60)),
                ("invited_on", models.DateField(blank=True, null=True, verbose_name="invited on")),
                ("joined_on", models.DateField(blank=True, null=True, verbose_name="joined on")),
                ("declined_on", models.DateField(blank=True, null=True, verbose_name="declined on")),
                ("left_on", models.DateField(blank=True, null=True, verbose_name="left on")),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="why it declined or left")),
                (
                    "alliance",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="parties", to="activities.alliance"
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
                "db_table": "activities_alliance_party",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="AllianceItem",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lianxin.kernel.db.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("resource", "resource"), ("need", "need"), ("project", "project")], max_length=8
                    ),
                ),
                ("text", models.CharField(max_length=300, verbose_name="what")),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="by")),
                ("done_on", models.DateField(blank=True, null=True, verbose_name="done on")),
                ("outcome", models.CharField(blank=True, max_length=300, verbose_name="outcome")),
                ("created_at", models.DateTimeField()),
                (
                    "alliance",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="items", to="activities.alliance"
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="items", to="activities.allianceparty"
                    ),
                ),
            ],
            options={
                "db_table": "activities_alliance_item",
                "ordering": ["kind", "id"],
            },
        ),
        migrations.CreateModel(
            name="Excuse",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lianxin.kernel.db.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("organisation_path", models.CharField(db_collation="C", editable=False, max_length=255)),
                ("member_name", models.CharField(max_length=80)),
                (
                    "ground",
                    models.CharField(
                        choices=[("age", "old age"), ("illness", "long illness"), ("disability", "disability")],
                        max_length=12,
                        verbose_name="ground",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                ("approved_by_name", models.CharField(max_length=80)),
                ("since", models.DateField(verbose_name="since")),
                ("until", models.DateField(blank=True, null=True, verbose_name="until")),
                ("created_at", models.DateTimeField()),
                (
                    "approved_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.member"
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
                "db_table": "activities_excuse",
                "ordering": ["since", "id"],
            },
        ),
        migrations.CreateModel(
            name="GuidanceNote",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lianxin.kernel.db.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("author_name", models.CharField(max_length=80)),
                ("text", models.TextField(verbose_name="guidance")),
                ("written_at", models.DateTimeField()),
                (
                    "activity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="guidance", to="activities.activity"
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.member"
                    ),
                ),
            ],
            options={
                "db_table": "activities_guidance",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Participant",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lianxin.kernel.db.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("organisation_path", models.CharField(db_collation="C", editable=False, max_length=255)),
                ("member_path", models.CharField(db_collation="C", editable=False, max_length=255)),
                ("name", models.CharField(max_length=80)),
                ("pinyin", models.CharField(blank=True, db_collation="C", max_length=255)),
                (
                    "role",
                    models.CharField(
                        choices=[("member", "member"), ("observer", "observer from above"), ("guest", "guest")],
                        default="member",
                        max_length=10,
                    ),
                ),
                ("may_vote", models.BooleanField(default=False)),
                ("is_excused", models.BooleanField(default=False)),
                (
                    "reply",
                    models.CharField(
                        choices=[
                            ("none", "no reply yet"),
                            ("coming", "coming"),
                            ("leave_asked", "asks for leave"),
                            ("leave_given", "on leave"),
                            ("declined", "leave not given"),
                        ],
                        default="none",
                        max_length=12,
                    ),
                ),
                ("replied_at", models.DateTimeField(null=True)),
                ("leave_reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                ("proxy_for", models.CharField(blank=True, max_length=80)),
                (
                    "attendance",
                    models.CharField(
                        choices=[
                            ("unknown", "not yet known"),
                            ("present", "present"),
                            ("late", "came late"),
                            ("absent", "absent"),
                        ],
                        default="unknown",
                        max_length=8,
                    ),
                ),
                ("signed_at", models.DateTimeField(null=True)),
                (
                    "signed_how",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("qr", "scanned the code"),
                            ("list", "ticked on the list"),
                            ("offline", "ticked without network"),
                            ("report", "recorded afterwards"),
                            ("closed", "attendance closed"),
                        ],
                        max_length=8,
                    ),
                ),
                ("signed_by", models.UUIDField(null=True)),
                ("nonce", models.UUIDField(null=True)),
                (
                    "activity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="participants",
                        to="activities.activity",
                    ),
                ),
                (
                    "leave_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.member"
                    ),
                ),
                (
                    "member_organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.organisation"
                    ),
                ),
                (
                    "proxy_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "activities_participant",
                "ordering": ["pinyin", "id"],
            },
        ),
        migrations.CreateModel(
            name="PartyGroup",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lianxin.kernel.db.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("organisation_path", models.CharField(db_collation="C", editable=False, max_length=255)),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "leader",
                    models.ForeignKey(
                        blank=True,
                        null=True,
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
                "db_table": "activities_group",
                "ordering": ["name", "id"],
            },
        ),
        migrations.CreateModel(
            name="GroupMember",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lianxin.kernel.db.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.member"
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="members", to="activities.partygroup"
                    ),
                ),
            ],
            options={
                "db_table": "activities_group_member",
            },
        ),
        migrations.AddField(
            model_name="activity",
            name="group",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="activities.partygroup",
            ),
        ),
        migrations.CreateModel(
            name="Room",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lianxin.kernel.db.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("organisation_path", models.CharField(db_collation="C", editable=False, max_length=255)),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("seats", models.PositiveIntegerField(default=0, verbose_name="seats")),
                ("equipment", models.CharField(blank=True, max_length=200, verbose_name="equipment")),
                ("address", models.CharField(blank=True, max_length=120, verbose_name="address")),
                ("is_shared", models.BooleanField(default=False, verbose_name="also for the organisations below")),
                ("closed_at", models.DateTimeField(null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.organisation"
                    ),
                ),
            ],
            options={
                "db_table": "activities_room",
                "ordering": ["organisation_path", "name"],
            },
        ),
        migrations.AddField(
            model_name="activity",
            name="room",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="activities.room",
            ),
        ),
        migrations.CreateModel(
            name="RoomBooking",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lianxin.kernel.db.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("room_path", models.CharField(db_collation="C", editable=False, max_length=255)),
                ("organisation_path", models.CharField(db_collation="C", editable=False, max_length=255)),
                ("organisation_name", models.CharField(max_length=60)),
                ("purpose", models.CharField(max_length=120, verbose_name="for")),
                ("during", django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ("booked_at", models.DateTimeField()),
                (
                    "activity",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="booking",
                        to="activities.activity",
                    ),
                ),
                (
                    "booked_by",
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
                (
                    "room",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="bookings", to="activities.room"
                    ),
                ),
            ],
            options={
                "db_table": "activities_room_booking",
                "ordering": ["during"],
            },
        ),
        migrations.CreateModel(
            name="SavedTemplate",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lianxin.kernel.db.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("organisation_path", models.CharField(db_collation="C", editable=False, max_length=255)),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=32), size=None),
                ),
                ("title", models.CharField(max_length=120, verbose_name="title")),
                ("minutes", models.PositiveSmallIntegerField()),
                ("agenda", models.JSONField(default=list)),
                ("created_at", models.DateTimeField()),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.organisation"
                    ),
                ),
            ],
            options={
                "db_table": "activities_template",
                "ordering": ["name", "id"],
            },
        ),
        migrations.CreateModel(
            name="Series",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lianxin.kernel.db.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("organisation_path", models.CharField(db_collation="C", editable=False, max_length=255)),
                ("every_months", models.PositiveSmallIntegerField()),
                ("first_on", models.DateField()),
                ("until", models.DateField()),
                ("created_at", models.DateTimeField()),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.organisation"
                    ),
                ),
            ],
            options={
                "db_table": "activities_series",
            },
        ),
        migrations.AddField(
            model_name="activity",
            name="series",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="activities",
                to="activities.series",
            ),
        ),
        migrations.CreateModel(
            name="ActivityFile",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lianxin.kernel.db.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("size", models.PositiveBigIntegerField()),
                (
                    "purpose",
                    models.CharField(
                        choices=[("material", "material to read before"), ("proof", "record or sign-in sheet")],
                        default="material",
                        max_length=10,
                    ),
                ),
                ("added_at", models.DateTimeField()),
                (
                    "activity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="files", to="activities.activity"
                    ),
                ),
                (
                    "added_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.storedfile"
                    ),
                ),
            ],
            options={
                "db_table": "activities_file",
                "ordering": ["id"],
                "indexes": [models.Index(fields=["activity"], name="activity_file_of")],
            },
        ),
        migrations.CreateModel(
            name="ActivityParty",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lianxin.kernel.db.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("activity_path", models.CharField(db_collation="C", editable=False, max_length=255)),
                ("organisation_path", models.CharField(db_collation="C", editable=False, max_length=255)),
                ("organisation_name", models.CharField(max_length=60)),
                ("is_host", models.BooleanField(default=False)),
                (
                    "activity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="parties", to="activities.activity"
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
                "db_table": "activities_party",
                "ordering": ["-is_host", "id"],
                "indexes": [models.Index(fields=["organisation_path", "activity"], name="party_by_place")],
                "constraints": [
                    models.UniqueConstraint(fields=("activity", "organisation"), name="party_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("is_host", True)), fields=("activity",), name="party_one_host"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AgendaItem",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lianxin.kernel.db.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("title", models.CharField(max_length=200, verbose_name="point")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("report", "report"),
                            ("study", "study"),
                            ("discussion", "discussion"),
                            ("decision", "decision"),
                            ("lecture", "lecture"),
                            ("criticism", "criticism and self-criticism"),
                            ("oath", "renewal of the oath"),
                            ("dues", "paying dues"),
                            ("practice", "practice, visit or service"),
                            ("other", "other"),
                        ],
                        default="other",
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("minutes", models.PositiveSmallIntegerField(default=0)),
                ("speaker", models.CharField(blank=True, max_length=80, verbose_name="speaker")),
                ("text", models.TextField(blank=True, verbose_name="notes")),
                (
                    "activity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="agenda", to="activities.activity"
                    ),
                ),
            ],
            options={
                "db_table": "activities_agenda_item",
                "ordering": ["position"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("activity", "position"),
                        name="agenda_position_once",
                        deferrable=models.Deferrable["DEFERRED"],
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="alliance",
            index=models.Index(fields=["organisation_path"], name="alliance_by_place"),
        ),
        migrations.AddConstraint(
            model_name="alliance",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ended_on__isnull", True), ("ended_on__gte", models.F("founded_on")), _connector="OR"
                ),
                name="alliance_runs_forward",
            ),
        ),
        migrations.AddIndex(
            model_name="allianceparty",
            index=models.Index(fields=["organisation_path", "alliance"], name="alliance_party_by_place"),
        ),
        migrations.AddConstraint(
            model_name="allianceparty",
            constraint=models.UniqueConstraint(
                condition=models.Q(("declined_on__isnull", True), ("left_on__isnull", True)),
                fields=("alliance", "organisation"),
                name="alliance_party_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="allianceparty",
            constraint=models.CheckConstraint(
                condition=models.Q(("invited_on__isnull", False), ("joined_on__isnull", False), _connector="OR"),
                name="alliance_party_was_invited_or_joined",
            ),
        ),
        migrations.AddConstraint(
            model_name="allianceparty",
            constraint=models.CheckConstraint(
                condition=models.Q(("joined_on__isnull", True), ("declined_on__isnull", True), _connector="OR"),
                name="alliance_party_answers_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="allianceparty",
            constraint=models.CheckConstraint(
                condition=models.Q(("left_on__isnull", True), ("left_on__gte", models.F("joined_on")), _connector="OR"),
                name="alliance_party_leaves_after_joining",
            ),
        ),
        migrations.AddIndex(
            model_name="allianceitem",
            index=models.Index(fields=["alliance"], name="alliance_item_of"),
        ),
        migrations.AddIndex(
            model_name="excuse",
            index=models.Index(fields=["organisation_path"], name="excuse_by_place"),
        ),
        migrations.AddIndex(
            model_name="excuse",
            index=models.Index(fields=["member"], name="excuse_of_member"),
        ),
        migrations.AddConstraint(
            model_name="excuse",
            constraint=models.CheckConstraint(
                condition=models.Q(("until__isnull", True), ("until__gt", models.F("since")), _connector="OR"),
                name="excuse_runs_forward",
            ),
        ),
        migrations.AddConstraint(
            model_name="excuse",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    (
                        models.Func(models.F("member"), models.F("member"), models.Value("[]"), function="uuidrange"),
                        "&&",
                    ),
                    (
                        models.Func(
                            models.F("organisation"), models.F("organisation"), models.Value("[]"), function="uuidrange"
                        ),
                        "&&",
                    ),
                    (models.Func(models.F("since"), models.F("until"), function="daterange"), "&&"),
                ],
                name="excuse_once_a_day",
            ),
        ),
        migrations.AddIndex(
            model_name="guidancenote",
            index=models.Index(fields=["activity"], name="guidance_of"),
        ),
        migrations.AddConstraint(
            model_name="guidancenote",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="guidance_says_something"
            ),
        ),
        migrations.AddIndex(
            model_name="participant",
            index=models.Index(fields=["member", "activity"], name="participant_of_member"),
        ),
        migrations.AddIndex(
            model_name="participant",
            index=models.Index(fields=["member_organisation", "activity"], name="participant_by_branch"),
        ),
        migrations.AddIndex(
            model_name="participant",
            index=models.Index(fields=["organisation_path"], name="participant_by_place"),
        ),
        migrations.AddConstraint(
            model_name="participant",
            constraint=models.UniqueConstraint(fields=("activity", "member"), name="participant_once"),
        ),
        migrations.AddConstraint(
            model_name="participant",
            constraint=models.UniqueConstraint(
                condition=models.Q(("nonce__isnull", False)),
                fields=("activity", "nonce"),
                name="participant_nonce_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="participant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("attendance__in", ["present", "late"]), _negated=True),
                    models.Q(("signed_at__isnull", False), models.Q(("signed_how", ""), _negated=True)),
                    _connector="OR",
                ),
                name="participant_present_says_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="participant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reply__in", ["leave_asked", "leave_given"]), _negated=True),
                    models.Q(("leave_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="participant_leave_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="participant",
            constraint=models.CheckConstraint(
                condition=models.Q(("may_vote", False), ("role", "member"), _connector="OR"),
                name="participant_only_members_vote",
            ),
        ),
        migrations.AddIndex(
            model_name="partygroup",
            index=models.Index(fields=["organisation_path"], name="group_by_place"),
        ),
        migrations.AddConstraint(
            model_name="partygroup",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_at__isnull", True)), fields=("organisation", "name"), name="group_name_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="groupmember",
            constraint=models.UniqueConstraint(fields=("group", "member"), name="group_member_once"),
        ),
        migrations.AddIndex(
            model_name="room",
            index=models.Index(fields=["organisation_path", "name"], name="room_by_place"),
        ),
        migrations.AddConstraint(
            model_name="room",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_at__isnull", True)), fields=("organisation", "name"), name="room_name_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="roombooking",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    (models.Func(models.F("room"), models.F("room"), models.Value("[]"), function="uuidrange"), "&&"),
                    (models.F("during"), "&&"),
                ],
                name="room_taken_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="roombooking",
            constraint=models.CheckConstraint(condition=models.Q(("during__isempty", False)), name="booking_lasts"),
        ),
        migrations.AddIndex(
            model_name="savedtemplate",
            index=models.Index(fields=["organisation_path"], name="template_by_place"),
        ),
        migrations.AddConstraint(
            model_name="savedtemplate",
            constraint=models.UniqueConstraint(fields=("organisation", "name"), name="template_name_once"),
        ),
        migrations.AddConstraint(
            model_name="series",
            constraint=models.CheckConstraint(
                condition=models.Q(("every_months__in", [1, 2, 3, 6, 12])), name="series_has_a_rhythm"
            ),
        ),
        migrations.AddConstraint(
            model_name="series",
            constraint=models.CheckConstraint(
                condition=models.Q(("until__gte", models.F("first_on"))), name="series_runs_forward"
            ),
        ),
        migrations.AddIndex(
            model_name="activity",
            index=models.Index(fields=["organisation_path", "starts_at", "id"], name="activity_by_place"),
        ),
        migrations.AddIndex(
            model_name="activity",
            index=models.Index(fields=["starts_at", "id"], name="activity_by_time"),
        ),
        migrations.AddIndex(
            model_name="activity",
            index=models.Index(fields=["organisation", "-starts_at"], name="activity_of_organisation"),
        ),
        migrations.AddConstraint(
            model_name="activity",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="activity_ends_after_it_begins"
            ),
        ),
        migrations.AddConstraint(
            model_name="activity",
            constraint=models.CheckConstraint(
                condition=models.Q(("kinds", []), _negated=True), name="activity_has_a_kind"
            ),
        ),
        migrations.AddConstraint(
            model_name="activity",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "held"), _negated=True), ("held_at__isnull", False), _connector="OR"
                ),
                name="activity_held_says_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="activity",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "cancelled"), _negated=True),
                    models.Q(("cancelled_at__isnull", False), models.Q(("cancel_reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="activity_cancelled_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="activity",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("audience", "group"), _negated=True), ("group__isnull", False), _connector="OR"
                ),
                name="activity_group_is_named",
            ),
        ),
        migrations.AddConstraint(
            model_name="activity",
            constraint=models.UniqueConstraint(fields=("series", "series_on"), name="activity_once_a_turn"),
        ),
        migrations.RunSQL(TAKE + FOLLOW, UNDO),
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
                ("came", models.PositiveIntegerField()),
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
                        choices=[
                            ("in_favour", "in favour"),
                            ("against", "against"),
                            ("abstained", "abstained"),
                            ("not_cast", "did not vote"),
                        ],
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
        migrations.RunSQL(MINUTES_LOCK + MINUTES_PLACE, MINUTES_UNDO),
        migrations.CreateModel(
            name="HallReceipt",
            fields=[
                ("nonce", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[("sign_in", "sign-in"), ("note", "note on an item"), ("hands", "show of hands")],
                        max_length=8,
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "activity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="activities.activity"
                    ),
                ),
            ],
            options={
                "db_table": "activities_hall_receipt",
                "indexes": [models.Index(fields=["activity"], name="hall_receipt_of")],
            },
        ),
    ]
