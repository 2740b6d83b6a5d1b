"""Anonymous sheets: who has handed in, what was said, and nothing that joins the two.

docs/decisions/anonymous-appraisal.md says why there is one row for all who handed in and one for all sheets, and no
row of a single sheet.
"""

from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from lianxin.appraisals.models.round import Participant, Round
from lianxin.kernel.db.ids import new_id
from lianxin.kernel.privacy.sealed import SealedField


class Step(models.TextChoices):
    """Which sheet."""

    MUTUAL = "mutual", _("mutual review")
    MASS = "mass", _("mass review")


class Turnout(models.Model):
    """Everybody who has handed in a step, in one row that each sheet rewrites; sorted, so that it holds no order."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="turnouts")
    organisation_path = models.CharField(max_length=255, db_collation="C", editable=False)
    step = models.CharField(max_length=8, choices=Step)
    handed_in = ArrayField(models.UUIDField(), default=list)

    class Meta:
        db_table = "appraisals_turnout"
        constraints = [models.UniqueConstraint(fields=["round", "step"], name="turnout_one_a_step")]

    def __str__(self) -> str:
        return f"{self.step}: {len(self.handed_in)}"


class Box(models.Model):
    """All sheets of a step, added up, sealed as a whole and rewritten whole by each sheet; emptied by the count."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="boxes")
    organisation_path = models.CharField(max_length=255, db_collation="C", editable=False)
    step = models.CharField(max_length=8, choices=Step)
    contents = SealedField(kind="anonymous_sheets")

    class Meta:
        db_table = "appraisals_box"
        constraints = [models.UniqueConstraint(fields=["round", "step"], name="box_one_a_step")]

    def __str__(self) -> str:
        return self.step


class Tally(models.Model):
    """How many sheets gave a participant which grade. Written by the count, and only from enough sheets."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="tallies")
    organisation_path = models.CharField(max_length=255, db_collation="C", editable=False)
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="tallies")
    step = models.CharField(max_length=8, choices=Step)
    is_paper = models.BooleanField()
    excellent = models.PositiveIntegerField(default=0)
    qualified = models.PositiveIntegerField(default=0)
    basically_qualified = models.PositiveIntegerField(default=0)
    unqualified = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "appraisals_tally"
        constraints = [
            models.UniqueConstraint(fields=["participant", "step", "is_paper"], name="tally_one_a_step_and_way")
        ]

    def __str__(self) -> str:
        return f"{self.participant_id} {self.step}"


class Opinion(models.Model):
    """What colleagues said of a participant, in no order, with a random key, all written by the count."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="opinions")
    organisation_path = models.CharField(max_length=255, db_collation="C", editable=False)
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="opinions")
    text = models.TextField()

    class Meta:
        db_table = "appraisals_opinion"
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.participant_id)


class PaperCount(models.Model):
    """The count of sheets on paper, with the names of the two who counted; its figures stand in tallies."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="paper_counts")
    organisation_path = models.CharField(max_length=255, db_collation="C", editable=False)
    step = models.CharField(max_length=8, choices=Step, default=Step.MASS)
    handed_out = models.PositiveIntegerField(_("sheets handed out"))
    returned = models.PositiveIntegerField(_("sheets returned"))
    invalid = models.PositiveIntegerField(_("of these invalid"), default=0)
    counted_on = models.DateField(_("counted on"))
    first_counter = models.CharField(_("first counter"), max_length=80)
    second_counter = models.CharField(_("second counter"), max_length=80)

    class Meta:
        db_table = "appraisals_paper_count"
        constraints = [
            models.UniqueConstraint(fields=["round", "step"], name="paper_count_one_a_step"),
            models.CheckConstraint(
                name="paper_count_adds_up",
                condition=models.Q(returned__lte=models.F("handed_out"), invalid__lte=models.F("returned")),
            ),
            models.CheckConstraint(
                name="paper_count_has_two_counters",
                condition=~models.Q(first_counter=models.F("second_counter"))
                & ~models.Q(first_counter="")
                & ~models.Q(second_counter=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step}: {self.returned}"
