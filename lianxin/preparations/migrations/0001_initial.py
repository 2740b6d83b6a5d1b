"""The tables of preparations; the place of their rows follows the tree by triggers."""

import django.db.models.deletion
import lianxin.kernel.db.ids
import uuid
from django.conf import settings
from django.db import migrations, models

PLACE = """
CREATE FUNCTION preparations_take_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT path INTO NEW.organisation_path FROM organisations_organisation WHERE id = NEW.organisation_id;
    RETURN NEW;
END $$;
CREATE FUNCTION preparations_take_place_of_parent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT organisation_path INTO NEW.organisation_path FROM preparations_preparation WHERE id = NEW.preparation_id;
    RETURN NEW;
END $$;
CREATE FUNCTION preparations_follow_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE preparations_preparation SET organisation_path = NEW.path WHERE organisation_id = NEW.id;
    UPDATE preparations_talk_year SET organisation_path = NEW.path WHERE organisation_id = NEW.id;
    UPDATE preparations_talk SET organisation_path = NEW.path WHERE organisation_id = NEW.id;
    UPDATE preparations_talk_note SET organisation_path = NEW.path WHERE organisation_id = NEW.id;
    UPDATE preparations_rectification SET organisation_path = NEW.path WHERE organisation_id = NEW.id;
    RETURN NULL;
END $$;
CREATE FUNCTION preparations_follow_parent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE preparations_study SET organisation_path = NEW.organisation_path WHERE preparation_id = NEW.id;
    UPDATE preparations_opinion SET organisation_path = NEW.organisation_path WHERE preparation_id = NEW.id;
    UPDATE preparations_examination SET organisation_path = NEW.organisation_path WHERE preparation_id = NEW.id;
    UPDATE preparations_reader SET organisation_path = NEW.organisation_path WHERE preparation_id = NEW.id;
    UPDATE preparations_examination_text SET organisation_path = NEW.organisation_path WHERE preparation_id = NEW.id;
    UPDATE preparations_criticism SET organisation_path = NEW.organisation_path WHERE preparation_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER preparations_follow AFTER UPDATE OF path ON organisations_organisation
    FOR EACH ROW WHEN (OLD.path IS DISTINCT FROM NEW.path) EXECUTE FUNCTION preparations_follow_place();
CREATE TRIGGER preparations_follow_parent AFTER UPDATE OF organisation_path ON preparations_preparation
    FOR EACH ROW WHEN (OLD.organisation_path IS DISTINCT FROM NEW.organisation_path)
    EXECUTE FUNCTION preparations_follow_parent();
CREATE TRIGGER preparations_preparation_place BEFORE INSERT OR UPDATE OF organisation_path ON preparations_preparation
    FOR EACH ROW EXECUTE FUNCTION preparations_take_place();
CREATE TRIGGER preparations_talk_year_place BEFORE INSERT OR UPDATE OF organisation_path ON preparations_talk_year
    FOR EACH ROW EXECUTE FUNCTION preparations_take_place();
CREATE TRIGGER preparations_talk_place BEFORE INSERT OR UPDATE OF organisation_path ON preparations_talk
    FOR EACH ROW EXECUTE FUNCTION preparations_take_place();
CREATE TRIGGER preparations_talk_note_place BEFORE INSERT OR UPDATE OF organisation_path ON preparations_talk_note
    FOR EACH ROW EXECUTE FUNCTION preparations_take_place();
CREATE TRIGGER preparations_rectification_place BEFORE INSERT OR UPDATE OF organisation_path ON preparations_rectification
    FOR EACH ROW EXECUTE FUNCTION preparations_take_place();
CREATE TRIGGER preparations_study_place BEFORE INSERT OR UPDATE OF organisation_path ON preparations_study
    FOR EACH ROW EXECUTE FUNCTION preparations_take_place_of_parent();
CREATE TRIGGER preparations_opinion_place BEFORE INSERT OR UPDATE OF organisation_path ON preparations_opinion
    FOR EACH ROW EXECUTE FUNCTION preparations_take_place_of_parent();
CREATE TRIGGER preparations_examination_place BEFORE INSERT OR UPDATE OF organisation_path ON preparations_examination
    FOR EACH ROW EXECUTE FUNCTION preparations_take_place_of_parent();
CREATE TRIGGER preparations_reader_place BEFORE INSERT OR UPDATE OF organisation_path ON preparations_reader
    FOR EACH ROW EXECUTE FUNCTION preparations_take_place_of_parent();
CREATE TRIGGER preparations_examination_text_place BEFORE INSERT OR UPDATE OF organisation_path ON preparations_examination_text
    FOR EACH ROW EXECUTE FUNCTION preparations_take_place_of_parent();
CREATE TRIGGER preparations_criticism_place BEFORE INSERT OR UPDATE OF organisation_path ON preparations_criticism
    FOR EACH ROW EXECUTE FUNCTION preparations_take_place_of_parent();
"""
UNPLACE = """
DROP TRIGGER preparations_follow ON organisations_organisation;
DROP FUNCTION preparations_follow_place() CASCADE; DROP FUNCTION preparations_follow_parent() CASCADE;
DROP FUNCTION preparations_take_place() CASCADE; DROP FUNCTION preparations_take_place_of_parent() CASCADE;
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
            name="Examination",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lianxin.kernel.db.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("organisation_path", models.CharField(db_collation="C", editable=False, max_length=255)),
                ("author_name", models.CharField(max_length=80)),
                ("handed_in_at", models.DateTimeField(null=True)),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.member"
                    ),
                ),
            ],
            options={
                "db_table": "preparations_examination",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Preparation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lianxin.kernel.db.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("organisation_path", models.CharField(db_collation="C", editable=False, max_length=255)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("org_life_meeting", "organisation-life meeting"),
                            ("democratic_life_meeting", "democratic-life meeting"),
                        ],
                        max_length=32,
                        verbose_name="kind of meeting",
                    ),
                ),
                ("topic", models.CharField(max_length=120, verbose_name="topic")),
                ("planned_on", models.DateField(verbose_name="planned for")),
                ("activity_id", models.UUIDField(null=True)),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.organisation"
                    ),
                ),
            ],
            options={
                "db_table": "preparations_preparation",
            },
        ),
        migrations.CreateModel(
            name="Opinion",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("organisation_path", models.CharField(db_collation="C", editable=False, max_length=255)),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("members", "members"),
                            ("masses", "people outside the Party"),
                            ("units", "units and organisations below"),
                            ("above", "the organisation above"),
                        ],
                        max_length=12,
                        verbose_name="source of the opinion",
                    ),
                ),
                ("about", models.CharField(blank=True, max_length=80, verbose_name="about")),
                ("text", models.TextField(verbose_name="opinion")),
                ("author", models.CharField(blank=True, max_length=80)),
                ("given_on", models.DateField()),
                (
                    "preparation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="opinions",
                        to="preparations.preparation",
                    ),
                ),
            ],
            options={
                "db_table": "preparations_opinion",
                "ordering": ["given_on", "id"],
            },
        ),
        migrations.CreateModel(
            name="ExaminationText",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lianxin.kernel.db.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("organisation_path", models.CharField(db_collation="C", editable=False, max_length=255)),
                ("text", models.TextField(verbose_name="self-examination text")),
                ("is_handed_in", models.BooleanField(default=False)),
                ("updated_at", models.DateTimeField()),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.member"
                    ),
                ),
                (
                    "examination",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="text_row",
                        to="preparations.examination",
                    ),
                ),
                (
                    "preparation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="preparations.preparation"
                    ),
                ),
            ],
            options={
                "db_table": "preparations_examination_text",
            },
        ),
        migrations.AddField(
            model_name="examination",
            name="preparation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="examinations", to="preparations.preparation"
            ),
        ),
        migrations.CreateModel(
            name="Criticism",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lianxin.kernel.db.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("organisation_path", models.CharField(db_collation="C", editable=False, max_length=255)),
                ("by", models.CharField(max_length=80, verbose_name="by")),
                ("of_name", models.CharField(max_length=80)),
                ("text", models.TextField(verbose_name="point of criticism")),
                ("recorded_on", models.DateField()),
                (
                    "of",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.member"
                    ),
                ),
                (
                    "preparation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="criticisms",
                        to="preparations.preparation",
                    ),
                ),
            ],
            options={
                "db_table": "preparations_criticism",
                "ordering": ["of_name", "id"],
            },
        ),
        migrations.CreateModel(
            name="Reader",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lianxin.kernel.db.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("organisation_path", models.CharField(db_collation="C", editable=False, max_length=255)),
                ("name", models.CharField(max_length=80)),
                (
                    "examination",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="readers",
                        to="preparations.examination",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.member"
                    ),
                ),
                (
                    "preparation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="preparations.preparation"
                    ),
                ),
            ],
            options={
                "db_table": "preparations_reader",
            },
        ),
        migrations.CreateModel(
            name="Rectification",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lianxin.kernel.db.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("organisation_path", models.CharField(db_collation="C", editable=False, max_length=255)),
                ("problem", models.CharField(max_length=500, verbose_name="problem")),
                ("measure", models.CharField(max_length=500, verbose_name="measure")),
                ("owner_name", models.CharField(max_length=80)),
                ("due_on", models.DateField(verbose_name="by")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "to be put right"),
                            ("reported", "reported as done"),
                            ("closed", "put right"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("evidence", models.TextField(blank=True, verbose_name="what was done")),
                ("answer", models.CharField(blank=True, max_length=500, verbose_name="answer")),
                ("closed_on", models.DateField(null=True)),
                ("confirmed_by", models.CharField(blank=True, max_length=80)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.organisation"
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.member"
                    ),
                ),
                (
                    "preparation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rectifications",
                        to="preparations.preparation",
                    ),
                ),
                (
                    "reported_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "preparations_rectification",
            },
        ),
        migrations.CreateModel(
            name="Study",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lianxin.kernel.db.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("organisation_path", models.CharField(db_collation="C", editable=False, max_length=255)),
                ("studied_on", models.DateField(verbose_name="studied on")),
                ("what", models.CharField(max_length=300, verbose_name="what was studied")),
                (
                    "preparation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="studies",
                        to="preparations.preparation",
                    ),
                ),
            ],
            options={
                "db_table": "preparations_study",
                "ordering": ["studied_on", "id"],
            },
        ),
        migrations.CreateModel(
            name="Talk",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lianxin.kernel.db.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("organisation_path", models.CharField(db_collation="C", editable=False, max_length=255)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("committee", "between committee members"),
                            ("committee_member", "committee member with member"),
                            ("members", "between members"),
                        ],
                        max_length=20,
                        verbose_name="between whom",
                    ),
                ),
                ("first_name", models.CharField(max_length=80)),
                ("second_name", models.CharField(max_length=80)),
                ("talked_on", models.DateField(null=True, verbose_name="day of the talk")),
                ("recorded_by", models.CharField(blank=True, max_length=80)),
                (
                    "first",
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
                (
                    "second",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.member"
                    ),
                ),
            ],
            options={
                "db_table": "preparations_talk",
            },
        ),
        migrations.CreateModel(
            name="TalkNote",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lianxin.kernel.db.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("organisation_path", models.CharField(db_collation="C", editable=False, max_length=255)),
                ("text", models.TextField(verbose_name="main points")),
                ("talked_on", models.DateField()),
                (
                    "first",
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
                (
                    "second",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.member"
                    ),
                ),
                (
                    "talk",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="note", to="preparations.talk"
                    ),
                ),
            ],
            options={
                "db_table": "preparations_talk_note",
            },
        ),
        migrations.CreateModel(
            name="TalkYear",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lianxin.kernel.db.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("organisation_path", models.CharField(db_collation="C", editable=False, max_length=255)),
                ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                ("closed_on", models.DateField(null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.organisation"
                    ),
                ),
            ],
            options={
                "db_table": "preparations_talk_year",
            },
        ),
        migrations.AddField(
            model_name="talk",
            name="talk_year",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="talks", to="preparations.talkyear"
            ),
        ),
        migrations.AddIndex(
            model_name="preparation",
            index=models.Index(fields=["organisation_path", "planned_on", "id"], name="preparation_by_place"),
        ),
        migrations.AddIndex(
            model_name="preparation",
            index=models.Index(fields=["activity_id"], name="preparation_of_activity"),
        ),
        migrations.AddConstraint(
            model_name="preparation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("activity_id__isnull", False)),
                fields=("activity_id",),
                name="preparation_once_an_activity",
            ),
        ),
        migrations.AddIndex(
            model_name="opinion",
            index=models.Index(fields=["preparation", "given_on"], name="opinion_by_preparation"),
        ),
        migrations.AddIndex(
            model_name="examination",
            index=models.Index(fields=["author", "-id"], name="examination_of_author"),
        ),
        migrations.AddConstraint(
            model_name="examination",
            constraint=models.UniqueConstraint(fields=("preparation", "author"), name="examination_once_an_author"),
        ),
        migrations.AddConstraint(
            model_name="reader",
            constraint=models.UniqueConstraint(fields=("examination", "member"), name="reader_once"),
        ),
        migrations.AddIndex(
            model_name="rectification",
            index=models.Index(fields=["organisation_path", "due_on", "id"], name="rectification_by_place"),
        ),
        migrations.AddIndex(
            model_name="rectification",
            index=models.Index(fields=["owner", "due_on"], name="rectification_of_owner"),
        ),
        migrations.AddConstraint(
            model_name="rectification",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "closed"), _negated=True),
                    models.Q(
                        ("closed_on__isnull", False),
                        models.Q(("evidence", ""), _negated=True),
                        models.Q(("confirmed_by", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="rectification_closed_was_confirmed",
            ),
        ),
        migrations.AddConstraint(
            model_name="rectification",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "reported"), _negated=True),
                    models.Q(("evidence", ""), _negated=True),
                    _connector="OR",
                ),
                name="rectification_reported_says_what",
            ),
        ),
        migrations.AddIndex(
            model_name="talkyear",
            index=models.Index(fields=["organisation_path", "year"], name="talk_year_by_place"),
        ),
        migrations.AddConstraint(
            model_name="talkyear",
            constraint=models.UniqueConstraint(fields=("organisation", "year"), name="talk_year_once"),
        ),
        migrations.AddIndex(
            model_name="talk",
            index=models.Index(fields=["talk_year", "kind", "id"], name="talk_by_year"),
        ),
        migrations.AddIndex(
            model_name="talk",
            index=models.Index(fields=["organisation_path", "id"], name="talk_by_place"),
        ),
        migrations.AddIndex(
            model_name="talk",
            index=models.Index(condition=models.Q(("talked_on__isnull", True)), fields=["first"], name="talk_of_first"),
        ),
        migrations.AddIndex(
            model_name="talk",
            index=models.Index(
                condition=models.Q(("talked_on__isnull", True)), fields=["second"], name="talk_of_second"
            ),
        ),
        migrations.AddConstraint(
            model_name="talk",
            constraint=models.UniqueConstraint(fields=("talk_year", "first", "second"), name="talk_pair_once"),
        ),
        migrations.AddConstraint(
            model_name="talk",
            constraint=models.CheckConstraint(
                condition=models.Q(("first", models.F("second")), _negated=True), name="talk_takes_two"
            ),
        ),
        migrations.RunSQL(PLACE, UNPLACE),
    ]
