"""Messages, deliveries, choices and notices; their place follows the tree by triggers."""

import datetime as dt
import django.db.models.deletion
import lianxin.kernel.db.ids
import lianxin.kernel.privacy.sealed
from django.conf import settings
from django.db import migrations, models

PLACE = """
CREATE FUNCTION messaging_take_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT path INTO NEW.organisation_path FROM organisations_organisation WHERE id = NEW.organisation_id;
    RETURN NEW;
END $$;
CREATE TRIGGER messaging_message_place BEFORE INSERT OR UPDATE OF organisation_id, organisation_path ON messaging_message
    FOR EACH ROW EXECUTE FUNCTION messaging_take_place();
CREATE TRIGGER messaging_notice_place BEFORE INSERT OR UPDATE OF organisation_id, organisation_path ON messaging_notice
    FOR EACH ROW EXECUTE FUNCTION messaging_take_place();
CREATE TRIGGER messaging_notice_target_place BEFORE INSERT OR UPDATE OF organisation_id, organisation_path ON messaging_notice_target
    FOR EACH ROW EXECUTE FUNCTION messaging_take_place();
CREATE FUNCTION messaging_follow_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE messaging_message SET organisation_path = NEW.path
        WHERE organisation_path = OLD.path AND organisation_id = NEW.id;
    UPDATE messaging_notice SET organisation_path = NEW.path
        WHERE organisation_path = OLD.path AND organisation_id = NEW.id;
    UPDATE messaging_notice_target SET organisation_path = NEW.path
        WHERE organisation_path = OLD.path AND organisation_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER messaging_follow AFTER UPDATE OF path ON organisations_organisation
    FOR EACH ROW WHEN (OLD.path IS DISTINCT FROM NEW.path) EXECUTE FUNCTION messaging_follow_place();
"""
UNPLACE = """
DROP TRIGGER messaging_follow ON organisations_organisation; DROP FUNCTION messaging_follow_place();
DROP TRIGGER messaging_message_place ON messaging_message;
DROP TRIGGER messaging_notice_place ON messaging_notice;
DROP TRIGGER messaging_notice_target_place ON messaging_notice_target;
DROP FUNCTION messaging_take_place();
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0002_guards"),
        ("members", "0002_guards"),
        ("organisations", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Preference",
            fields=[
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("channels", models.JSONField(default=dict)),
                ("quiet_from", models.TimeField(default=dt.time(21, 0))),
                ("quiet_until", models.TimeField(default=dt.time(8, 0))),
                (
                    "digest",
                    models.CharField(
                        choices=[
                            ("at_once", "at once"),
                            ("daily", "once a day, in the morning"),
                            ("weekly", "once a week, on Monday morning"),
                        ],
                        default="at_once",
                        max_length=8,
                    ),
                ),
                (
                    "email",
                    lianxin.kernel.privacy.sealed.SealedField(
                        blank=True, kind="email", null=True, verbose_name="e-mail address"
                    ),
                ),
                ("email_masked", models.CharField(blank=True, max_length=120)),
                ("email_confirmed_at", models.DateTimeField(null=True)),
                ("email_code", models.BinaryField(null=True)),
                ("email_code_until", models.DateTimeField(null=True)),
                ("email_code_tries", models.PositiveSmallIntegerField(default=0)),
                ("updated_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "choice about messages",
                "db_table": "messaging_preference",
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lianxin.kernel.db.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("kind", models.CharField(max_length=60)),
                ("organisation_path", models.CharField(db_collation="C", editable=False, max_length=255)),
                ("organisation_name", models.CharField(blank=True, max_length=60)),
                ("subject", models.UUIDField()),
                ("title", models.CharField(max_length=120)),
                ("text", models.TextField(blank=True)),
                ("link", models.CharField(blank=True, max_length=300)),
                ("sender_name", models.CharField(max_length=80)),
                ("created_at", models.DateTimeField()),
                ("goes_at", models.DateTimeField()),
                ("must_read_by", models.DateField(null=True)),
                ("due_on", models.DateField(null=True)),
                ("asked", models.JSONField(default=list)),
                ("escalated_at", models.DateTimeField(null=True)),
                ("key", models.CharField(max_length=160, null=True, unique=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("withdrawn_why", models.CharField(blank=True, max_length=200)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.organisation"
                    ),
                ),
                (
                    "replaces",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="messaging.message",
                    ),
                ),
                (
                    "sender",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "message",
                "db_table": "messaging_message",
                "ordering": ["-goes_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lianxin.kernel.db.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("organisation_path", models.CharField(db_collation="C", editable=False, max_length=255)),
                ("title", models.CharField(max_length=120)),
                ("text", models.TextField()),
                ("due_on", models.DateField(null=True)),
                ("must_read_by", models.DateField(null=True)),
                ("asked", models.JSONField(default=list)),
                ("reading_minutes", models.PositiveSmallIntegerField()),
                ("minutes_each", models.PositiveSmallIntegerField()),
                (
                    "audience",
                    models.CharField(
                        choices=[
                            ("below", "all organisations below"),
                            ("kinds", "organisations below of these kinds"),
                            ("picked", "these organisations"),
                            ("members", "the members of our own organisation"),
                        ],
                        max_length=8,
                    ),
                ),
                ("kinds", models.JSONField(default=list)),
                ("picked", models.JSONField(default=list)),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "draft"), ("sent", "sent"), ("withdrawn", "withdrawn")],
                        default="draft",
                        max_length=9,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                ("recipients", models.PositiveIntegerField(default=0)),
                ("organisations", models.PositiveIntegerField(default=0)),
                ("minutes_total", models.PositiveIntegerField(default=0)),
                ("over_cap", models.PositiveIntegerField(default=0)),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "message",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notice",
                        to="messaging.message",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.organisation"
                    ),
                ),
                (
                    "replaces",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="messaging.notice",
                    ),
                ),
            ],
            options={
                "verbose_name": "notice",
                "db_table": "messaging_notice",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="NoticeTarget",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("organisation_path", models.CharField(db_collation="C", editable=False, max_length=255)),
                ("month", models.DateField()),
                ("readers", models.PositiveIntegerField()),
                ("minutes", models.PositiveIntegerField()),
                ("is_from_above", models.BooleanField()),
                ("is_counted", models.BooleanField(default=True)),
                (
                    "notice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="targets", to="messaging.notice"
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
                "verbose_name": "receiving organisation",
                "db_table": "messaging_notice_target",
            },
        ),
        migrations.CreateModel(
            name="PushSubscription",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lianxin.kernel.db.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("endpoint", models.CharField(max_length=800, unique=True)),
                ("p256dh", models.CharField(max_length=120)),
                ("auth", models.CharField(max_length=40)),
                ("device", models.CharField(max_length=80)),
                ("created_at", models.DateTimeField()),
                ("last_sent_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "device for push notifications",
                "db_table": "messaging_push_subscription",
            },
        ),
        migrations.CreateModel(
            name="Recipient",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lianxin.kernel.db.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("goes_at", models.DateTimeField()),
                ("is_withdrawn", models.BooleanField(default=False)),
                ("read_at", models.DateTimeField(null=True)),
                ("confirmed_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.member"
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="recipients", to="messaging.message"
                    ),
                ),
            ],
            options={
                "verbose_name": "recipient",
                "db_table": "messaging_recipient",
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lianxin.kernel.db.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("in_app", "inbox"),
                            ("push", "push notification"),
                            ("email", "e-mail"),
                            ("sms", "text message"),
                            ("wechat", "WeChat"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting to be sent"),
                            ("held", "held for quiet hours"),
                            ("digest", "waits for the summary"),
                            ("sent", "sent"),
                            ("failed", "not delivered"),
                            ("dropped", "no longer needed"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("due_at", models.DateTimeField()),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("sent_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, max_length=200)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="messaging.recipient",
                    ),
                ),
            ],
            options={
                "verbose_name": "delivery",
                "db_table": "messaging_delivery",
            },
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(fields=["organisation_path", "-goes_at", "-id"], name="message_by_place"),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(fields=["subject"], name="message_by_subject"),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(
                    ("escalated_at__isnull", True), ("must_read_by__isnull", False), ("withdrawn_at__isnull", True)
                ),
                fields=["must_read_by"],
                name="message_to_escalate",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(("title", ""), _negated=True), name="message_has_a_title"
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("withdrawn_at__isnull", True), models.Q(("withdrawn_why", ""), _negated=True), _connector="OR"
                ),
                name="message_withdrawn_with_a_reason",
            ),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(fields=["organisation_path", "-id"], name="notice_by_place"),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", "draft"),
                    models.Q(("message__isnull", False), ("sent_at__isnull", False)),
                    _connector="OR",
                ),
                name="notice_sent_has_a_message",
            ),
        ),
        migrations.AddIndex(
            model_name="noticetarget",
            index=models.Index(
                fields=["organisation_path", "month"],
                include=("organisation", "minutes", "is_from_above", "is_counted"),
                name="notice_target_burden",
            ),
        ),
        migrations.AddConstraint(
            model_name="noticetarget",
            constraint=models.UniqueConstraint(fields=("notice", "organisation"), name="notice_target_once"),
        ),
        migrations.AddConstraint(
            model_name="noticetarget",
            constraint=models.CheckConstraint(condition=models.Q(("month__day", 1)), name="notice_target_month_begins"),
        ),
        migrations.AddIndex(
            model_name="recipient",
            index=models.Index(fields=["account", "-goes_at", "-id"], name="recipient_inbox"),
        ),
        migrations.AddIndex(
            model_name="recipient",
            index=models.Index(
                condition=models.Q(("is_withdrawn", False), ("read_at__isnull", True)),
                fields=["account", "-goes_at", "-id"],
                name="recipient_unread",
            ),
        ),
        migrations.AddConstraint(
            model_name="recipient",
            constraint=models.UniqueConstraint(
                condition=models.Q(("account__isnull", False)),
                fields=("message", "account"),
                name="recipient_account_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="recipient",
            constraint=models.UniqueConstraint(
                condition=models.Q(("member__isnull", False)),
                fields=("message", "member"),
                name="recipient_member_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="recipient",
            constraint=models.CheckConstraint(
                condition=models.Q(("member__isnull", False), ("account__isnull", False), _connector="OR"),
                name="recipient_is_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="recipient",
            constraint=models.CheckConstraint(
                condition=models.Q(("confirmed_at__isnull", True), ("read_at__isnull", False), _connector="OR"),
                name="recipient_confirmed_is_read",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("state__in", ["waiting", "held", "digest"])),
                fields=["due_at", "id"],
                name="delivery_due",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("state", "digest")), fields=["account", "channel"], name="delivery_digest"
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(fields=("recipient", "channel"), name="delivery_once_a_way"),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "sent"), _negated=True), ("sent_at__isnull", False), _connector="OR"
                ),
                name="delivery_sent_has_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "failed"), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="delivery_failed_has_a_reason",
            ),
        ),
        migrations.RunSQL(PLACE, UNPLACE),
    ]
