"""Checks and overrides; their place follows the tree by triggers."""

import django.db.models.deletion
import lianxin.kernel.db.ids
from django.conf import settings
from django.db import migrations, models


PLACE = """
CREATE FUNCTION disclosure_take_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT path INTO NEW.organisation_path FROM organisations_organisation WHERE id = NEW.organisation_id;
    RETURN NEW;
END $$;
CREATE TRIGGER disclosure_check_place BEFORE INSERT OR UPDATE OF organisation_id, organisation_path ON disclosure_check
    FOR EACH ROW EXECUTE FUNCTION disclosure_take_place();
CREATE TRIGGER disclosure_override_place BEFORE INSERT OR UPDATE OF organisation_id, organisation_path
    ON disclosure_override FOR EACH ROW EXECUTE FUNCTION disclosure_take_place();
CREATE FUNCTION disclosure_follow_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE disclosure_check SET organisation_path = NEW.path WHERE organisation_id = NEW.id;
    UPDATE disclosure_override SET organisation_path = NEW.path WHERE organisation_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER disclosure_follow AFTER UPDATE OF path ON organisations_organisation
    FOR EACH ROW WHEN (OLD.path IS DISTINCT FROM NEW.path) EXECUTE FUNCTION disclosure_follow_place();
"""
UNPLACE = """
DROP TRIGGER disclosure_follow ON organisations_organisation; DROP FUNCTION disclosure_follow_place();
DROP TRIGGER disclosure_override_place ON disclosure_override;
DROP TRIGGER disclosure_check_place ON disclosure_check; DROP FUNCTION disclosure_take_place();
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("organisations", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Check",
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
                            ("text", "text"),
                            ("docx", "Word document"),
                            ("xlsx", "Excel workbook"),
                            ("pdf", "PDF document"),
                            ("csv", "text table"),
                            ("txt", "text file"),
                        ],
                        max_length=4,
                    ),
                ),
                ("title", models.CharField(max_length=200)),
                ("title_findings", models.PositiveSmallIntegerField(default=0)),
                ("size", models.PositiveIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "being checked"),
                            ("clear", "nothing found"),
                            ("blocked", "not to be published"),
                            ("failed", "cannot be checked"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("problem", models.CharField(blank=True, max_length=24)),
                ("detectors", models.PositiveSmallIntegerField(default=0)),
                ("findings", models.JSONField(default=list)),
                ("found", models.PositiveIntegerField(default=0)),
                ("unread", models.JSONField(default=list)),
                ("missed", models.PositiveIntegerField(default=0)),
                ("masked_sha256", models.CharField(blank=True, max_length=64)),
                ("masked_size", models.PositiveIntegerField(default=0)),
                ("masked_is_clear", models.BooleanField(default=False)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("checked_at", models.DateTimeField(null=True)),
                ("content_removed_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
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
                "db_table": "disclosure_check",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="Override",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lianxin.kernel.db.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("organisation_path", models.CharField(db_collation="C", editable=False, max_length=255)),
                ("sha256", models.CharField(max_length=64)),
                ("reason", models.TextField()),
                ("asked_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "waiting for a second person"),
                            ("approved", "approved"),
                            ("declined", "declined"),
                            ("withdrawn", "withdrawn"),
                            ("lapsed", "lapsed"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
                ("answer", models.TextField(blank=True)),
                ("valid_until", models.DateTimeField(null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "check_of",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="overrides", to="disclosure.check"
                    ),
                ),
                (
                    "decided_by",
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
                "db_table": "disclosure_override",
                "ordering": ["-id"],
            },
        ),
        migrations.AddIndex(
            model_name="check",
            index=models.Index(fields=["organisation_path", "-id"], name="disclosure_by_place"),
        ),
        migrations.AddIndex(
            model_name="check",
            index=models.Index(fields=["sha256"], name="disclosure_by_content"),
        ),
        migrations.AddIndex(
            model_name="check",
            index=models.Index(
                condition=models.Q(("masked_sha256", ""), _negated=True),
                fields=["masked_sha256"],
                name="disclosure_by_copy",
            ),
        ),
        migrations.AddIndex(
            model_name="check",
            index=models.Index(
                condition=models.Q(("state", "waiting")), fields=["created_at"], name="disclosure_waiting"
            ),
        ),
        migrations.AddIndex(
            model_name="check",
            index=models.Index(
                condition=models.Q(("content_removed_at__isnull", True)), fields=["created_at"], name="disclosure_kept"
            ),
        ),
        migrations.AddConstraint(
            model_name="check",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "clear"), _negated=True),
                    models.Q(("found", 0), ("missed", 0), ("title_findings", 0)),
                    _connector="OR",
                ),
                name="disclosure_clear_is_clear",
            ),
        ),
        migrations.AddConstraint(
            model_name="check",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("masked_is_clear", False), models.Q(("masked_sha256", ""), _negated=True), _connector="OR"
                ),
                name="disclosure_copy_has_digest",
            ),
        ),
        migrations.AddIndex(
            model_name="override",
            index=models.Index(
                condition=models.Q(("state", "open")), fields=["organisation_path", "id"], name="override_open"
            ),
        ),
        migrations.AddIndex(
            model_name="override",
            index=models.Index(condition=models.Q(("state", "approved")), fields=["sha256"], name="override_in_force"),
        ),
        migrations.AddConstraint(
            model_name="override",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open")), fields=("check_of",), name="override_one_open_a_check"
            ),
        ),
        migrations.AddConstraint(
            model_name="override",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by__isnull", True),
                    models.Q(("decided_by", models.F("asked_by")), _negated=True),
                    _connector="OR",
                ),
                name="override_needs_a_second_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="override",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "approved"), _negated=True),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                        ("valid_until__gt", models.F("decided_at")),
                    ),
                    _connector="OR",
                ),
                name="override_approved_has_an_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="override",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="override_has_a_reason"
            ),
        ),
        migrations.RunSQL(PLACE, UNPLACE),
    ]
