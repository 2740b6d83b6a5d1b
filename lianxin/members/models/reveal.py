"""How often somebody looked at personal data in a day."""

from django.db import models

from lianxin.kernel.db.ids import new_id


class RevealCount(models.Model):
    """One account's looks on one day. What was looked at, and why, stands in the event log."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account_id = models.UUIDField()
    on = models.DateField()
    count = models.PositiveIntegerField()

    class Meta:
        db_table = "members_reveal_count"
        constraints = [models.UniqueConstraint(fields=["account_id", "on"], name="reveal_one_count_a_day")]

    def __str__(self) -> str:
        return f"{self.on} {self.count}"
