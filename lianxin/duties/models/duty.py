"""One row for each organisation, duty and period; the acts that meet them; the sums for the picture."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.db.ids import new_id


class DutyRow(models.Model):
    """What an organisation has to do in a period, under which version of the rule, and the act that met it.

    Written by `derive` and by the projector `duties.met`. A period that is over is never changed by a new version of
    the rule. `rule` is the rule's id and its first day, as `organisation_life.theme_day.interval_months@2018-10-28`;
    `local_value` is what an organisation at or above the place set in its stead.
    """

    class Withdrawn(models.TextChoices):
        """Why a duty is no longer due."""

        DISSOLVED = "dissolved", _("the organisation was dissolved")
        NOT_APPLICABLE = "not_applicable", _("does not apply to the organisation any more")
        RULE_CHANGED = "rule_changed", _("the rule was changed before the period began")

    id = models.BigAutoField(primary_key=True)
    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    organisation_path = models.CharField(max_length=255, db_collation="C", editable=False)
    key = models.CharField(max_length=40)
    period_start = models.DateField()
    period_end = models.DateField()
    rule = models.CharField(max_length=120)
    local_value = models.ForeignKey(
        "organisations.LocalValue", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    withdrawn = models.CharField(max_length=16, choices=Withdrawn, blank=True)
    withdrawn_on = models.DateField(null=True)
    met_on = models.DateField(null=True)
    met_by = models.UUIDField(null=True)
    title = models.CharField(max_length=200, blank=True)
    url = models.CharField(max_length=200, blank=True)

    class Meta:
        db_table = "duties_duty"
        ordering: ClassVar[list[str]] = ["period_end", "key"]
        indexes = [
            models.Index(fields=["organisation_path", "key", "period_start", "id"], name="duty_by_place"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "key", "period_start"], name="duty_once"),
            models.CheckConstraint(
                name="duty_period_runs_forward", condition=models.Q(period_end__gte=models.F("period_start"))
            ),
            models.CheckConstraint(
                name="duty_met_by_an_act",
                condition=models.Q(met_on__isnull=True, met_by__isnull=True)
                | models.Q(met_on__isnull=False, met_by__isnull=False),
            ),
            models.CheckConstraint(
                name="duty_met_within",
                condition=models.Q(met_on__isnull=True)
                | models.Q(met_on__gte=models.F("period_start"), met_on__lte=models.F("period_end")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.key} {self.period_start}"


class Act(models.Model):
    """Something that was done and meets duties of an organisation, as the log told; kept to find the next valid one.

    `meets` is what it was (a key of `meeting_types`); empty marks an act taken back whose beginning is not known yet.
    `position` is that of the latest event about it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    act = models.UUIDField()
    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    organisation_path = models.CharField(max_length=255, db_collation="C", editable=False)
    meets = models.CharField(max_length=40, blank=True)
    event_kind = models.CharField(max_length=60)
    held_on = models.DateField(null=True)
    title = models.CharField(max_length=200, blank=True)
    url = models.CharField(max_length=200, blank=True)
    position = models.BigIntegerField()
    is_valid = models.BooleanField(default=True)

    class Meta:
        db_table = "duties_act"
        indexes = [
            models.Index(
                fields=["organisation", "meets", "held_on"], name="act_valid", condition=models.Q(is_valid=True)
            ),
            models.Index(fields=["organisation"], name="act_by_organisation"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["act", "organisation", "meets"], name="act_once"),
            models.CheckConstraint(
                name="act_valid_has_a_day",
                condition=models.Q(is_valid=False) | models.Q(held_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meets} {self.held_on}"


class Count(models.Model):
    """How many duties of a period are due and met strictly below a place; a trigger on `duties_duty` keeps it."""

    id = models.BigAutoField(primary_key=True)
    organisation_path = models.CharField(max_length=255, db_collation="C", editable=False)
    key = models.CharField(max_length=40)
    period_start = models.DateField()
    period_end = models.DateField()
    due = models.IntegerField()
    met = models.IntegerField()

    class Meta:
        db_table = "duties_count"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_path", "key", "period_start", "period_end"], name="duties_count_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_path} {self.key} {self.period_start}: {self.met}/{self.due}"
