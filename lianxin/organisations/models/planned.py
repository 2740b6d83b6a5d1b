"""Acts decided today that take effect on a later day."""

from django.db import models

from lianxin.kernel.db.ids import new_id
from lianxin.organisations.models.organisation import Organisation


class Unapplied(models.Model):
    """An organisation whose version of a coming day has yet to become its row in today's tree.

    `OrganisationVersion` is already right for that day; a job reads this list each midnight.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    on = models.DateField(db_index=True)

    class Meta:
        db_table = "organisations_unapplied"
        constraints = [models.UniqueConstraint(fields=["organisation", "on"], name="unapplied_once")]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.on}"
