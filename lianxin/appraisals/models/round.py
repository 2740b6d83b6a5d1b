"""An appraisal of one organisation and year, who takes part, and what they say of themselves."""

from datetime import date

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.db.ids import new_id


class Round(models.Model):
    """The appraisal of an organisation for a year. The counts by grade repeat its outcomes, for tables of a subtree.

    `least_sheets` is the number of anonymous sheets from which results exist at all; it is fixed when the round opens.
    `activity_id` names the meeting that decided, where it was planned here.
    """

    class State(models.TextChoices):
        """Where the appraisal stands."""

        COLLECTING = "collecting", _("reviews and sheets are handed in")
        COUNTED = "counted", _("counted; the meeting decides")
        FINISHED = "finished", _("finished")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class Body(models.TextChoices):
        """Which meeting decided the grades."""

        COMMITTEE = "committee", _("committee meeting")
        GENERAL = "general_meeting", _("general meeting")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    organisation_path = models.CharField(max_length=255, db_collation="C", editable=False)
    year = models.PositiveSmallIntegerField(_("year"))
    as_of = models.DateField(_("members on this day take part"))
    due_on = models.DateField(_("hand in by"))
    least_sheets = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=12, choices=State, default=State.COLLECTING)
    taking_part = models.PositiveIntegerField(default=0)
    excellent = models.PositiveIntegerField(default=0)
    qualified = models.PositiveIntegerField(default=0)
    basically_qualified = models.PositiveIntegerField(default=0)
    unqualified = models.PositiveIntegerField(default=0)
    decided_on = models.DateField(_("day of the meeting"), null=True)
    decided_by = models.CharField(_("which meeting decided"), max_length=16, choices=Body, blank=True)
    minutes_reference = models.CharField(_("minutes or document"), max_length=120, blank=True)
    activity_id = models.UUIDField(null=True)
    opened_at = models.DateTimeField()
    counted_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "appraisals_round"
        indexes = [
            models.Index(fields=["organisation_path", "-year", "-id"], name="appraisal_by_place"),
            models.Index(fields=["year", "organisation_path"], name="appraisal_by_year"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "year"],
                condition=~models.Q(state="withdrawn"),
                name="appraisal_one_a_year",
            ),
            models.CheckConstraint(name="appraisal_guards_small_groups", condition=models.Q(least_sheets__gte=3)),
            models.CheckConstraint(
                name="appraisal_finished_was_decided",
                condition=~models.Q(state="finished")
                | (models.Q(decided_on__isnull=False, finished_at__isnull=False) & ~models.Q(minutes_reference="")),
            ),
        ]

    def __str__(self) -> str:
        return _now("Democratic appraisal of members %(year)s") % {"year": self.year}

    def get_absolute_url(self) -> str:
        """The page in the workbench."""
        return reverse("appraisals:round", args=[self.pk])

    @property
    def stage(self) -> str:
        """The state in words; once the grades are entered, what is still to be done before it is finished."""
        if self.state == self.State.COUNTED and self.decided_on is not None:
            return _now("grades decided; to be signed and finished")
        return self.get_state_display()

    @property
    def counts_on(self) -> date | None:
        """The day by which it meets the duty of its year: the decision's, or the year's last where that came later."""
        if self.decided_on is None:
            return None
        return min(max(self.decided_on, date(self.year, 1, 1)), date(self.year, 12, 31))

    @property
    def is_collecting(self) -> bool:
        """Whether reviews and sheets are still taken in."""
        return self.state == self.State.COLLECTING

    @property
    def is_open(self) -> bool:
        """Whether anything may still change."""
        return self.state in {self.State.COLLECTING, self.State.COUNTED}


class Participant(models.Model):
    """A member who takes part, as they were called on the day. `elsewhere` names the receiving place that appraises."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="participants")
    organisation_path = models.CharField(max_length=255, db_collation="C", editable=False)
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField()
    is_probationary = models.BooleanField(default=False)
    is_floating = models.BooleanField(default=False)
    elsewhere = models.CharField(_("appraised by"), max_length=120, blank=True)

    class Meta:
        db_table = "appraisals_participant"
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["round", "member"], name="appraisal_takes_part_once")]
        indexes = [models.Index(fields=["member", "-id"], name="appraisal_of_member")]

    def __str__(self) -> str:
        return self.name


class SelfReview(models.Model):
    """What a member says of themselves. A draft is open to nobody else."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="reviews")
    organisation_path = models.CharField(max_length=255, db_collation="C", editable=False)
    participant = models.OneToOneField(Participant, on_delete=models.PROTECT, related_name="review")
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("self review"))
    handed_in_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "appraisals_self_review"
        indexes = [models.Index(fields=["round"], name="self_review_by_round")]
        constraints = [
            models.CheckConstraint(
                name="self_review_handed_in_says_something",
                condition=models.Q(handed_in_at__isnull=True) | ~models.Q(text=""),
            )
        ]

    def __str__(self) -> str:
        return f"{self.participant_id} {self.handed_in_at or 'draft'}"
