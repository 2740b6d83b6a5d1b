"""What is to be put right after a meeting, by whom and until when."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.db.ids import new_id


class Rectification(models.Model):
    """A problem with its measure, owner and day; closed when a second person confirms the evidence.

    That is neither the owner nor whose account reported it.
    """

    class State(models.TextChoices):
        """Where it stands."""

        OPEN = "open", _("to be put right")
        REPORTED = "reported", _("reported as done")
        CLOSED = "closed", _("put right")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    organisation_path = models.CharField(max_length=255, db_collation="C", editable=False)
    preparation = models.ForeignKey("preparations.Preparation", on_delete=models.PROTECT, related_name="rectifications")
    problem = models.CharField(_("problem"), max_length=500)
    measure = models.CharField(_("measure"), max_length=500)
    owner = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    owner_name = models.CharField(max_length=80)
    due_on = models.DateField(_("by"))
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    evidence = models.TextField(_("what was done"), blank=True)
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    answer = models.CharField(_("answer"), max_length=500, blank=True)
    closed_on = models.DateField(null=True)
    confirmed_by = models.CharField(max_length=80, blank=True)

    class Meta:
        db_table = "preparations_rectification"
        indexes = [
            models.Index(fields=["organisation_path", "due_on", "id"], name="rectification_by_place"),
            models.Index(fields=["owner", "due_on"], name="rectification_of_owner"),
        ]
        constraints = [
            models.CheckConstraint(
                name="rectification_closed_was_confirmed",
                condition=~models.Q(state="closed")
                | (models.Q(closed_on__isnull=False) & ~models.Q(evidence="") & ~models.Q(confirmed_by="")),
            ),
            models.CheckConstraint(
                name="rectification_reported_says_what", condition=~models.Q(state="reported") | ~models.Q(evidence="")
            ),
        ]

    def __str__(self) -> str:
        return self.problem
