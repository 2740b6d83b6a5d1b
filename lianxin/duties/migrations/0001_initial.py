"""What is due, what met it, the sums over the tree, and secret calendar addresses."""

import django.db.models.deletion
import lianxin.kernel.db.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("organisations", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Count",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("organisation_path", models.CharField(db_collation="C", editable=False, max_length=255)),
                ("key", models.CharField(max_length=40)),
                ("period_start", models.DateField()),
                ("period_end", models.DateField()),
                ("due", models.IntegerField()),
                ("met", models.IntegerField()),
            ],
            options={
                "db_table": "duties_count",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation_path", "key", "period_start", "period_end"), name="duties_count_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Act",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lianxin.kernel.db.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("act", models.UUIDField()),
                ("organisation_path", models.CharField(db_collation="C", editable=False, max_length=255)),
                ("meets", models.CharField(blank=True, max_length=40)),
                ("event_kind", models.CharField(max_length=60)),
                ("held_on", models.DateField(null=True)),
                ("title", models.CharField(blank=True, max_length=200)),
                ("url", models.CharField(blank=True, max_length=200)),
                ("position", models.BigIntegerField()),
                ("is_valid", models.BooleanField(default=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.organisation",
                    ),
                ),
            ],
            options={
                "db_table": "duties_act",
                "indexes": [
                    models.Index(
                        condition=models.Q(("is_valid", True)),
                        fields=["organisation", "meets", "held_on"],
                        name="act_valid",
                    ),
                    models.Index(fields=["organisation"], name="act_by_organisation"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("act", "organisation", "meets"), name="act_once"),
                    models.CheckConstraint(
                        condition=models.Q(("is_valid", False), ("held_on__isnull", False), _connector="OR"),
                        name="act_valid_has_a_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DutyRow",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("organisation_path", models.CharField(db_collation="C", editable=False, max_length=255)),
                ("key", models.CharField(max_length=40)),
                ("period_start", models.DateField()),
                ("period_end", models.DateField()),
                ("rule", models.CharField(max_length=120)),
                (
                    "withdrawn",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("dissolved", "the organisation was dissolved"),
                            ("not_applicable", "does not apply to the organisation any more"),
                            ("rule_changed", "the rule was changed before the period began"),
                        ],
                        max_length=16,
                    ),
                ),
                ("withdrawn_on", models.DateField(null=True)),
                ("met_on", models.DateField(null=True)),
                ("met_by", models.UUIDField(null=True)),
                ("title", models.CharField(blank=True, max_length=200)),
                ("url", models.CharField(blank=True, max_length=200)),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.organisation",
                    ),
                ),
                (
                    "local_value",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.localvalue",
                    ),
                ),
            ],
            options={
                "db_table": "duties_duty",
                "ordering": ["period_end", "key"],
                "indexes": [
                    models.Index(fields=["organisation_path", "key", "period_start", "id"], name="duty_by_place")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("organisation", "key", "period_start"), name="duty_once"),
                    models.CheckConstraint(
                        condition=models.Q(("period_end__gte", models.F("period_start"))),
                        name="duty_period_runs_forward",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("met_by__isnull", True), ("met_on__isnull", True)),
                            models.Q(("met_by__isnull", False), ("met_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="duty_met_by_an_act",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("met_on__isnull", True),
                            models.Q(
                                ("met_on__gte", models.F("period_start")), ("met_on__lte", models.F("period_end"))
                            ),
                            _connector="OR",
                        ),
                        name="duty_met_within",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Feed",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lianxin.kernel.db.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.organisation",
                    ),
                ),
            ],
            options={
                "db_table": "duties_feed",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("revoked_at__isnull", True)),
                        fields=("account", "organisation"),
                        name="feed_one_in_force",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
    ]
