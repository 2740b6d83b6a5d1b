"""The grade that the meeting decided for a member, and what the member says to it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from lianxin.appraisals.models.round import Participant, Round
from lianxin.kernel.db.ids import new_id


class Outcome(models.Model):
    """A grade (a key of `appraisal_grades`) with what the meeting noted, and the member's signature or objection."""

    class Signature(models.TextChoices):
        """What the member said to the grade."""

        NONE = "none", _("not signed yet")
        CONFIRMED = "confirmed", _("signed")
        OBJECTED = "objected", _("objected")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="outcomes")
    organisation_path = models.CharField(max_length=255, db_collation="C", editable=False)
    participant = models.OneToOneField(Participant, on_delete=models.PROTECT, related_name="outcome")
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    grade = models.CharField(_("grade"), max_length=24)
    note = models.TextField(_("what the meeting noted"), blank=True)
    signature = models.CharField(max_length=12, choices=Signature, default=Signature.NONE)
    signed_at = models.DateTimeField(null=True)
    objection = models.TextField(_("objection"), blank=True)
    answer = models.TextField(_("answer"), blank=True)
    answered_by = models.CharField(max_length=80, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "appraisals_outcome"
        indexes = [
            models.Index(fields=["round"], name="outcome_by_round"),
            models.Index(
                fields=["organisation_path", "id"],
                name="objection_open",
                condition=models.Q(signature="objected", answered_at__isnull=True),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="outcome_objection_has_a_text",
                condition=~models.Q(signature="objected") | ~models.Q(objection=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participant_id} {self.grade}"
