"""What a member asks to have corrected in their own record; the secretary decides."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.db.ids import new_id
from lianxin.members.models.member import Member


class CorrectionRequest(models.Model):
    """A request: which field should say what, and why. Personal data in `wanted` is kept sealed."""

    class State(models.TextChoices):
        """Where the request stands."""

        OPEN = "open", _("waiting for the branch")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("withdrawn")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="corrections")
    organisation_path = models.CharField(max_length=255, db_collation="C", editable=False)
    field = models.CharField(max_length=40)
    wanted = models.JSONField()
    reason = models.TextField(_("reason"))
    state = models.CharField(max_length=12, choices=State, default=State.OPEN)
    answer = models.TextField(_("answer"), blank=True)
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=80, blank=True)

    class Meta:
        db_table = "members_correction"
        indexes = [
            models.Index(fields=["organisation_path", "-id"], name="correction_open", condition=models.Q(state="open")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "field"], condition=models.Q(state="open"), name="correction_one_open_a_field"
            )
        ]

    def __str__(self) -> str:
        return f"{self.field} {self.state}"
