"""The tables of appraisals; the place of their rows follows the tree by triggers."""

import django.contrib.postgres.fields
import django.db.models.deletion
import lianxin.kernel.db.ids
import lianxin.kernel.privacy.sealed
import uuid
from django.db import migrations, models

PLACE = """
CREATE FUNCTION appraisals_take_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT path INTO NEW.organisation_path FROM organisations_organisation WHERE id = NEW.organisation_id;
    RETURN NEW;
END $$;
CREATE FUNCTION appraisals_take_place_of_parent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT organisation_path INTO NEW.organisation_path FROM appraisals_round WHERE id = NEW.round_id;
    RETURN NEW;
END $$;
CREATE FUNCTION appraisals_follow_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE appraisals_round SET organisation_path = NEW.path WHERE organisation_id = NEW.id;
    RETURN NULL;
END $$;
CREATE FUNCTION appraisals_follow_parent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE appraisals_participant SET organisation_path = NEW.organisation_path WHERE round_id = NEW.id;
    UPDATE appraisals_self_review SET organisation_path = NEW.organisation_path WHERE round_id = NEW.id;
    UPDATE appraisals_outcome SET organisation_path = NEW.organisation_path WHERE round_id = NEW.id;
    UPDATE appraisals_turnout SET organisation_path = NEW.organisation_path WHERE round_id = NEW.id;
    UPDATE appraisals_box SET organisation_path = NEW.organisation_path WHERE round_id = NEW.id;
    UPDATE appraisals_tally SET organisation_path = NEW.organisation_path WHERE round_id = NEW.id;
    UPDATE appraisals_opinion SET organisation_path = NEW.organisation_path WHERE round_id = NEW.id;
    UPDATE appraisals_paper_count SET organisation_path = NEW.organisation_path WHERE round_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER appraisals_follow AFTER UPDATE OF path ON organisations_organisation
    FOR EACH ROW WHEN (OLD.path IS DISTINCT FROM NEW.path) EXECUTE FUNCTION appraisals_follow_place();
CREATE TRIGGER appraisals_follow_parent AFTER UPDATE OF organisation_path ON appraisals_round
    FOR EACH ROW WHEN (OLD.organisation_path IS DISTINCT FROM NEW.organisation_path)
    EXECUTE FUNCTION appraisals_follow_parent();
CREATE TRIGGER appraisals_round_place BEFORE INSERT OR UPDATE OF organisation_path ON appraisals_round
    FOR EACH ROW EXECUTE FUNCTION appraisals_take_place();
CREATE TRIGGER appraisals_participant_place BEFORE INSERT OR UPDATE OF organisation_path ON appraisals_participant
    FOR EACH ROW EXECUTE FUNCTION appraisals_take_place_of_parent();
CREATE TRIGGER appraisals_self_review_place BEFORE INSERT OR UPDATE OF organisation_path ON appraisals_self_review
    FOR EACH ROW EXECUTE FUNCTION appraisals_take_place_of_parent();
CREATE TRIGGER appraisals_outcome_place BEFORE INSERT OR UPDATE OF organisation_path ON appraisals_outcome
    FOR EACH ROW EXECUTE FUNCTION appraisals_take_place_of_parent();
CREATE TRIGGER appraisals_turnout_place BEFORE INSERT OR UPDATE OF organisation_path ON appraisals_turnout
    FOR EACH ROW EXECUTE FUNCTION appraisals_take_place_of_parent();
CREATE TRIGGER appraisals_box_place BEFORE INSERT OR UPDATE OF organisation_path ON appraisals_box
    FOR EACH ROW EXECUTE FUNCTION appraisals_take_place_of_parent();
CREATE TRIGGER appraisals_tally_place BEFORE INSERT OR UPDATE OF organisation_path ON appraisals_tally
    FOR EACH ROW EXECUTE FUNCTION appraisals_take_place_of_parent();
CREATE TRIGGER appraisals_opinion_place BEFORE INSERT OR UPDATE OF organisation_path ON appraisals_opinion
    FOR EACH ROW EXECUTE FUNCTION appraisals_take_place_of_parent();
CREATE TRIGGER appraisals_paper_count_place BEFORE INSERT OR UPDATE OF organisation_path ON appraisals_paper_count
    FOR EACH ROW EXECUTE FUNCTION appraisals_take_place_of_parent();
"""
UNPLACE = """
DROP TRIGGER appraisals_follow ON organisations_organisation;
DROP FUNCTION appraisals_follow_place() CASCADE; DROP FUNCTION appraisals_follow_parent() CASCADE;
DROP FUNCTION appraisals_take_place() CASCADE; DROP FUNCTION appraisals_take_place_of_parent() CASCADE;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("members", "0002_guards"),
        ("organisations", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Round",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lianxin.kernel.db.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("organisation_path", models.CharField(db_collation="C", editable=False, max_length=255)),
                ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                ("as_of", models.DateField(verbose_name="members on this day take part")),
                ("due_on", models.DateField(verbose_name="hand in by")),
                ("least_sheets", models.PositiveSmallIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("collecting", "reviews and sheets are handed in"),
                            ("counted", "counted; the meeting decides"),
                            ("finished", "finished"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="collecting",
                        max_length=12,
                    ),
                ),
                ("taking_part", models.PositiveIntegerField(default=0)),
                ("excellent", models.PositiveIntegerField(default=0)),
                ("qualified", models.PositiveIntegerField(default=0)),
                ("basically_qualified", models.PositiveIntegerField(default=0)),
                ("unqualified", models.PositiveIntegerField(default=0)),
                ("decided_on", models.DateField(null=True, verbose_name="day of the meeting")),
                (
                    "decided_by",
                    models.CharField(
                        blank=True,
                        choices=[("committee", "committee meeting"), ("general_meeting", "general meeting")],
                        max_length=16,
                        verbose_name="which meeting decided",
                    ),
                ),
                ("minutes_reference", models.CharField(blank=True, max_length=120, verbose_name="minutes or document")),
                ("activity_id", models.UUIDField(null=True)),
                ("opened_at", models.DateTimeField()),
                ("counted_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.organisation"
                    ),
                ),
            ],
            options={
                "db_table": "appraisals_round",
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
                ("name", models.CharField(max_length=80)),
                ("position", models.PositiveSmallIntegerField()),
                ("is_probationary", models.BooleanField(default=False)),
                ("is_floating", models.BooleanField(default=False)),
                ("elsewhere", models.CharField(blank=True, max_length=120, verbose_name="appraised by")),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.member"
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="participants", to="appraisals.round"
                    ),
                ),
            ],
            options={
                "db_table": "appraisals_participant",
                "ordering": ["position"],
            },
        ),
        migrations.CreateModel(
            name="PaperCount",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lianxin.kernel.db.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("organisation_path", models.CharField(db_collation="C", editable=False, max_length=255)),
                (
                    "step",
                    models.CharField(
                        choices=[("mutual", "mutual review"), ("mass", "mass review")], default="mass", max_length=8
                    ),
                ),
                ("handed_out", models.PositiveIntegerField(verbose_name="sheets handed out")),
                ("returned", models.PositiveIntegerField(verbose_name="sheets returned")),
                ("invalid", models.PositiveIntegerField(default=0, verbose_name="of these invalid")),
                ("counted_on", models.DateField(verbose_name="counted on")),
                ("first_counter", models.CharField(max_length=80, verbose_name="first counter")),
                ("second_counter", models.CharField(max_length=80, verbose_name="second counter")),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="paper_counts", to="appraisals.round"
                    ),
                ),
            ],
            options={
                "db_table": "appraisals_paper_count",
            },
        ),
        migrations.CreateModel(
            name="Outcome",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lianxin.kernel.db.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("organisation_path", models.CharField(db_collation="C", editable=False, max_length=255)),
                ("grade", models.CharField(max_length=24, verbose_name="grade")),
                ("note", models.TextField(blank=True, verbose_name="what the meeting noted")),
                (
                    "signature",
                    models.CharField(
                        choices=[("none", "not signed yet"), ("confirmed", "signed"), ("objected", "objected")],
                        default="none",
                        max_length=12,
                    ),
                ),
                ("signed_at", models.DateTimeField(null=True)),
                ("objection", models.TextField(blank=True, verbose_name="objection")),
                ("answer", models.TextField(blank=True, verbose_name="answer")),
                ("answered_by", models.CharField(blank=True, max_length=80)),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.member"
                    ),
                ),
                (
                    "participant",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="outcome", to="appraisals.participant"
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="outcomes", to="appraisals.round"
                    ),
                ),
            ],
            options={
                "db_table": "appraisals_outcome",
            },
        ),
        migrations.CreateModel(
            name="Opinion",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("organisation_path", models.CharField(db_collation="C", editable=False, max_length=255)),
                ("text", models.TextField()),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="opinions",
                        to="appraisals.participant",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="opinions", to="appraisals.round"
                    ),
                ),
            ],
            options={
                "db_table": "appraisals_opinion",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Box",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lianxin.kernel.db.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("organisation_path", models.CharField(db_collation="C", editable=False, max_length=255)),
                (
                    "step",
                    models.CharField(choices=[("mutual", "mutual review"), ("mass", "mass review")], max_length=8),
                ),
                ("contents", lianxin.kernel.privacy.sealed.SealedField(blank=True, kind="anonymous_sheets", null=True)),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="boxes", to="appraisals.round"
                    ),
                ),
            ],
            options={
                "db_table": "appraisals_box",
            },
        ),
        migrations.CreateModel(
            name="SelfReview",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lianxin.kernel.db.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("organisation_path", models.CharField(db_collation="C", editable=False, max_length=255)),
                ("text", models.TextField(verbose_name="self review")),
                ("handed_in_at", models.DateTimeField(null=True)),
                ("updated_at", models.DateTimeField()),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.member"
                    ),
                ),
                (
                    "participant",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="review", to="appraisals.participant"
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reviews", to="appraisals.round"
                    ),
                ),
            ],
            options={
                "db_table": "appraisals_self_review",
            },
        ),
        migrations.CreateModel(
            name="Tally",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lianxin.kernel.db.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("organisation_path", models.CharField(db_collation="C", editable=False, max_length=255)),
                (
                    "step",
                    models.CharField(choices=[("mutual", "mutual review"), ("mass", "mass review")], max_length=8),
                ),
                ("is_paper", models.BooleanField()),
                ("excellent", models.PositiveIntegerField(default=0)),
                ("qualified", models.PositiveIntegerField(default=0)),
                ("basically_qualified", models.PositiveIntegerField(default=0)),
                ("unqualified", models.PositiveIntegerField(default=0)),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tallies", to="appraisals.participant"
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tallies", to="appraisals.round"
                    ),
                ),
            ],
            options={
                "db_table": "appraisals_tally",
            },
        ),
        migrations.CreateModel(
            name="Turnout",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lianxin.kernel.db.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("organisation_path", models.CharField(db_collation="C", editable=False, max_length=255)),
                (
                    "step",
                    models.CharField(choices=[("mutual", "mutual review"), ("mass", "mass review")], max_length=8),
                ),
                (
                    "handed_in",
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="turnouts", to="appraisals.round"
                    ),
                ),
            ],
            options={
                "db_table": "appraisals_turnout",
            },
        ),
        migrations.AddIndex(
            model_name="round",
            index=models.Index(fields=["organisation_path", "-year", "-id"], name="appraisal_by_place"),
        ),
        migrations.AddIndex(
            model_name="round",
            index=models.Index(fields=["year", "organisation_path"], name="appraisal_by_year"),
        ),
        migrations.AddConstraint(
            model_name="round",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "withdrawn"), _negated=True),
                fields=("organisation", "year"),
                name="appraisal_one_a_year",
            ),
        ),
        migrations.AddConstraint(
            model_name="round",
            constraint=models.CheckConstraint(
                condition=models.Q(("least_sheets__gte", 3)), name="appraisal_guards_small_groups"
            ),
        ),
        migrations.AddConstraint(
            model_name="round",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "finished"), _negated=True),
                    models.Q(
                        ("decided_on__isnull", False),
                        ("finished_at__isnull", False),
                        models.Q(("minutes_reference", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="appraisal_finished_was_decided",
            ),
        ),
        migrations.AddIndex(
            model_name="participant",
            index=models.Index(fields=["member", "-id"], name="appraisal_of_member"),
        ),
        migrations.AddConstraint(
            model_name="participant",
            constraint=models.UniqueConstraint(fields=("round", "member"), name="appraisal_takes_part_once"),
        ),
        migrations.AddConstraint(
            model_name="papercount",
            constraint=models.UniqueConstraint(fields=("round", "step"), name="paper_count_one_a_step"),
        ),
        migrations.AddConstraint(
            model_name="papercount",
            constraint=models.CheckConstraint(
                condition=models.Q(("invalid__lte", models.F("returned")), ("returned__lte", models.F("handed_out"))),
                name="paper_count_adds_up",
            ),
        ),
        migrations.AddConstraint(
            model_name="papercount",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("first_counter", models.F("second_counter")), _negated=True),
                    models.Q(("first_counter", ""), _negated=True),
                    models.Q(("second_counter", ""), _negated=True),
                ),
                name="paper_count_has_two_counters",
            ),
        ),
        migrations.AddIndex(
            model_name="outcome",
            index=models.Index(fields=["round"], name="outcome_by_round"),
        ),
        migrations.AddIndex(
            model_name="outcome",
            index=models.Index(
                condition=models.Q(("answered_at__isnull", True), ("signature", "objected")),
                fields=["organisation_path", "id"],
                name="objection_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="outcome",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("signature", "objected"), _negated=True),
                    models.Q(("objection", ""), _negated=True),
                    _connector="OR",
                ),
                name="outcome_objection_has_a_text",
            ),
        ),
        migrations.AddConstraint(
            model_name="box",
            constraint=models.UniqueConstraint(fields=("round", "step"), name="box_one_a_step"),
        ),
        migrations.AddIndex(
            model_name="selfreview",
            index=models.Index(fields=["round"], name="self_review_by_round"),
        ),
        migrations.AddConstraint(
            model_name="selfreview",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("handed_in_at__isnull", True), models.Q(("text", ""), _negated=True), _connector="OR"
                ),
                name="self_review_handed_in_says_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="tally",
            constraint=models.UniqueConstraint(
                fields=("participant", "step", "is_paper"), name="tally_one_a_step_and_way"
            ),
        ),
        migrations.AddConstraint(
            model_name="turnout",
            constraint=models.UniqueConstraint(fields=("round", "step"), name="turnout_one_a_step"),
        ),
        migrations.RunSQL(PLACE, UNPLACE),
    ]
