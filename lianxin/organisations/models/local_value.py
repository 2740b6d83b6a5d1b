"""Local values: what an organisation set, by a document, in place of the number of a rule."""

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.db.ids import new_id
from lianxin.organisations.models.organisation import Organisation


class LocalValue(models.Model):
    """The value of a rule at an organisation and all below it, from its first day until another follows or it ends.

    Never changed and never removed, a trigger sees to it: only its end is written. `ends_on` is the first day on which
    it holds no more; that of one taken back before it began is its first day. `set_by` and `ended_by` are nobody where
    the product did it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="local_values")
    rule = models.CharField(_("rule"), max_length=80)
    value = models.PositiveIntegerField(_("value"))
    document_no = models.CharField(_("document"), max_length=80)
    valid_from = models.DateField(_("from"))
    ends_on = models.DateField(_("until before"), null=True)
    set_by = models.UUIDField(null=True)
    set_at = models.DateTimeField()
    ended_by = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_document_no = models.CharField(max_length=80, blank=True)

    class Meta:
        db_table = "organisations_local_value"
        ordering = ["rule", "-valid_from", "-set_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "rule"], condition=models.Q(ends_on__isnull=True), name="local_value_one_open"
            ),
            models.UniqueConstraint(
                fields=["organisation", "rule", "valid_from"],
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gt=models.F("valid_from")),
                name="local_value_begins_once",
            ),
            models.CheckConstraint(
                name="local_value_runs_forward",
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=models.F("valid_from")),
            ),
            models.CheckConstraint(name="local_value_has_a_document", condition=~models.Q(document_no="")),
        ]

    def __str__(self) -> str:
        return f"{self.rule} = {self.value} ({self.document_no})"

    @property
    def is_taken_back(self) -> bool:
        """Whether it was ended before it began."""
        return self.ends_on is not None and self.ends_on <= self.valid_from

    def holds(self, on: date) -> bool:
        """Whether its days include this one."""
        return self.valid_from <= on and (self.ends_on is None or on < self.ends_on)

    def is_planned(self, on: date) -> bool:
        """Whether it begins after the day."""
        return self.valid_from > on and not self.is_taken_back
