"""Terms of office: the periods for which an organisation's committee (or secretary) is elected."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.db.ids import new_id
from lianxin.organisations.models.organisation import Organisation


class Term(models.Model):
    """One term: from its election to the day it should end by rule, and the day it did end."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="terms")
    number = models.PositiveSmallIntegerField(_("number of the term"), null=True, blank=True)
    starts_on = models.DateField(_("begins on"))
    due_on = models.DateField(_("due to end on"))
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    election = models.CharField(_("how elected"), max_length=40, blank=True)
    document_no = models.CharField(_("document number"), max_length=80, blank=True)

    class Meta:
        db_table = "organisations_term"
        ordering = ["-starts_on"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "starts_on"], name="term_begins_once"),
            models.UniqueConstraint(
                fields=["organisation"], condition=models.Q(ended_on__isnull=True), name="term_one_running"
            ),
            models.CheckConstraint(name="term_runs_forward", condition=models.Q(due_on__gt=models.F("starts_on"))),
        ]

    def __str__(self) -> str:
        return f"{self.starts_on} – {self.due_on}"
