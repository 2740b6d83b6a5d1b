"""Layouts and forms; their places follow the tree by triggers."""

import django.db.models.deletion
import lianxin.kernel.db.ids
from django.conf import settings
from django.db import migrations, models

PLACE = """
CREATE FUNCTION ledgers_take_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT path INTO NEW.organisation_path FROM organisations_organisation WHERE id = NEW.organisation_id;
    RETURN NEW;
END $$;
CREATE TRIGGER ledgers_layout_place BEFORE INSERT OR UPDATE OF organisation_id, organisation_path ON ledgers_layout
    FOR EACH ROW EXECUTE FUNCTION ledgers_take_place();
CREATE TRIGGER ledgers_form_place BEFORE INSERT OR UPDATE OF organisation_id, organisation_path ON ledgers_form
    FOR EACH ROW EXECUTE FUNCTION ledgers_take_place();
CREATE FUNCTION ledgers_reply_take_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT path INTO NEW.organisation_path FROM organisations_organisation WHERE id = NEW.organisation_id;
    SELECT organisation_path INTO NEW.form_path FROM ledgers_form WHERE id = NEW.form_id;
    RETURN NEW;
END $$;
CREATE TRIGGER ledgers_reply_place BEFORE INSERT OR UPDATE OF organisation_id, organisation_path, form_id, form_path
    ON ledgers_reply FOR EACH ROW EXECUTE FUNCTION ledgers_reply_take_place();
CREATE FUNCTION ledgers_follow_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE ledgers_layout SET organisation_path = NEW.path
        WHERE organisation_path = OLD.path AND organisation_id = NEW.id;
    UPDATE ledgers_form SET organisation_path = NEW.path
        WHERE organisation_path = OLD.path AND organisation_id = NEW.id;
    UPDATE ledgers_reply SET organisation_path = NEW.path
        WHERE organisation_path = OLD.path AND organisation_id = NEW.id;
    UPDATE ledgers_reply r SET form_path = NEW.path
        FROM ledgers_form f WHERE f.id = r.form_id AND f.organisation_id = NEW.id AND r.form_path = OLD.path;
    RETURN NULL;
END $$;
CREATE TRIGGER ledgers_follow AFTER UPDATE OF path ON organisations_organisation
    FOR EACH ROW WHEN (OLD.path IS DISTINCT FROM NEW.path) EXECUTE FUNCTION ledgers_follow_place();
"""
UNPLACE = """
DROP TRIGGER ledgers_follow ON organisations_organisation; DROP FUNCTION ledgers_follow_place();
DROP TRIGGER ledgers_reply_place ON ledgers_reply; DROP FUNCTION ledgers_reply_take_place();
DROP TRIGGER ledgers_form_place ON ledgers_form; DROP TRIGGER ledgers_layout_place ON ledgers_layout;
DROP FUNCTION ledgers_take_place();
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("files", "0001_initial"),
        ("messaging", "0001_initial"),
        ("organisations", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Question",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lianxin.kernel.db.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("label", models.CharField(max_length=80)),
                ("sound", models.CharField(db_collation="C", max_length=255)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("text", "text"),
                            ("number", "number"),
                            ("date", "date"),
                            ("choice", "choice"),
                            ("file", "file, if they want"),
                        ],
                        max_length=6,
                    ),
                ),
                ("choices", models.JSONField(default=list)),
                ("is_required", models.BooleanField(default=True)),
                ("minutes", models.PositiveSmallIntegerField()),
                ("held", models.CharField(blank=True, max_length=60)),
                ("differs", models.CharField(blank=True, max_length=200)),
                ("also_asked", models.JSONField(default=list)),
            ],
            options={
                "db_table": "ledgers_question",
                "ordering": ["position", "id"],
            },
        ),
        migrations.CreateModel(
            name="Layout",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lianxin.kernel.db.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("organisation_path", models.CharField(db_collation="C", editable=False, max_length=255)),
                ("organisation_name", models.CharField(max_length=60)),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                (
                    "kind",
                    models.CharField(choices=[("docx", "Word document"), ("xlsx", "Excel workbook")], max_length=4),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.organisation"
                    ),
                ),
            ],
            options={
                "verbose_name": "layout",
                "db_table": "ledgers_layout",
                "ordering": ["organisation_path", "name", "id"],
            },
        ),
        migrations.CreateModel(
            name="LayoutVersion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lianxin.kernel.db.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("file_name", models.CharField(max_length=200)),
                ("size", models.PositiveIntegerField()),
                ("fields", models.JSONField(default=list)),
                ("uploaded_by_name", models.CharField(max_length=80)),
                ("uploaded_at", models.DateTimeField()),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.storedfile"
                    ),
                ),
                (
                    "layout",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="versions", to="ledgers.layout"
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "db_table": "ledgers_layout_version",
                "ordering": ["-number"],
            },
        ),
        migrations.CreateModel(
            name="Reply",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lianxin.kernel.db.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("form_path", models.CharField(db_collation="C", editable=False, max_length=255)),
                ("organisation_path", models.CharField(db_collation="C", editable=False, max_length=255)),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "not begun"), ("draft", "begun"), ("sent", "sent")],
                        default="waiting",
                        max_length=7,
                    ),
                ),
                ("answers", models.JSONField(default=dict)),
                ("taken", models.JSONField(default=dict)),
                ("version", models.PositiveIntegerField(default=1)),
                ("saved_at", models.DateTimeField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("sent_by_name", models.CharField(blank=True, max_length=80)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.organisation"
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "ledgers_reply",
                "ordering": ["organisation_path", "id"],
            },
        ),
        migrations.CreateModel(
            name="ReplyFile",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lianxin.kernel.db.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.storedfile"
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="ledgers.question"
                    ),
                ),
                (
                    "reply",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="files", to="ledgers.reply"
                    ),
                ),
            ],
            options={
                "db_table": "ledgers_reply_file",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="ReportForm",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lianxin.kernel.db.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("organisation_path", models.CharField(db_collation="C", editable=False, max_length=255)),
                ("organisation_name", models.CharField(max_length=60)),
                ("title", models.CharField(max_length=120)),
                ("text", models.TextField()),
                (
                    "audience",
                    models.CharField(
                        choices=[
                            ("below", "all organisations below"),
                            ("kinds", "organisations below of these kinds"),
                            ("picked", "these organisations"),
                        ],
                        max_length=8,
                    ),
                ),
                ("kinds", models.JSONField(default=list)),
                ("picked", models.JSONField(default=list)),
                ("due_on", models.DateField()),
                ("since", models.DateField()),
                ("until", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "draft"), ("open", "open"), ("closed", "closed")],
                        default="draft",
                        max_length=6,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("organisations", models.PositiveIntegerField(default=0)),
                ("minutes_each", models.PositiveIntegerField(default=0)),
                ("minutes_total", models.PositiveIntegerField(default=0)),
                ("minutes_saved", models.PositiveIntegerField(default=0)),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "notice",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="messaging.notice"
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
                "verbose_name": "form",
                "db_table": "ledgers_form",
                "ordering": ["-id"],
            },
        ),
        migrations.AddField(
            model_name="reply",
            name="form",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="replies", to="ledgers.reportform"
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="form",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="questions", to="ledgers.reportform"
            ),
        ),
        migrations.AddIndex(
            model_name="layout",
            index=models.Index(fields=["organisation_path", "name"], name="layout_by_place"),
        ),
        migrations.AddConstraint(
            model_name="layout",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawn_at__isnull", True)),
                fields=("organisation", "name"),
                name="layout_name_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="layout",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="layout_has_a_name"
            ),
        ),
        migrations.AddConstraint(
            model_name="layoutversion",
            constraint=models.UniqueConstraint(fields=("layout", "number"), name="layout_version_once"),
        ),
        migrations.AddConstraint(
            model_name="replyfile",
            constraint=models.UniqueConstraint(fields=("reply", "question"), name="reply_file_once"),
        ),
        migrations.AddIndex(
            model_name="reportform",
            index=models.Index(fields=["organisation_path", "-id"], name="form_by_place"),
        ),
        migrations.AddIndex(
            model_name="reportform",
            index=models.Index(condition=models.Q(("state", "open")), fields=["due_on"], name="form_open"),
        ),
        migrations.AddIndex(
            model_name="reportform",
            index=models.Index(fields=["sent_at"], name="form_by_sending"),
        ),
        migrations.AddConstraint(
            model_name="reportform",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("sent_at__isnull", True), ("state", "draft")),
                    models.Q(models.Q(("state", "draft"), _negated=True), ("sent_at__isnull", False)),
                    _connector="OR",
                ),
                name="form_sent_says_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="reportform",
            constraint=models.CheckConstraint(
                condition=models.Q(("until__gte", models.F("since"))), name="form_days_run_forward"
            ),
        ),
        migrations.AddIndex(
            model_name="reply",
            index=models.Index(fields=["organisation_path", "state"], name="reply_by_place"),
        ),
        migrations.AddIndex(
            model_name="reply",
            index=models.Index(fields=["form", "organisation_path"], name="reply_of_form"),
        ),
        migrations.AddConstraint(
            model_name="reply",
            constraint=models.UniqueConstraint(fields=("form", "organisation"), name="reply_once"),
        ),
        migrations.AddConstraint(
            model_name="reply",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "sent"), _negated=True), ("sent_at__isnull", False), _connector="OR"
                ),
                name="reply_sent_says_when",
            ),
        ),
        migrations.AddIndex(
            model_name="question",
            index=models.Index(fields=["form", "position"], name="question_of_form"),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("kind", "file"), _negated=True), ("is_required", False), _connector="OR"),
                name="question_never_demands_a_file",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "choice"), _negated=True),
                    models.Q(("choices", []), _negated=True),
                    _connector="OR",
                ),
                name="question_choice_offers_some",
            ),
        ),
        migrations.RunSQL(PLACE, UNPLACE),
    ]
