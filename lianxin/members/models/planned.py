"""What was decided for a coming day and has yet to reach the rows that lists read."""

from django.db import models

from lianxin.kernel.db.ids import new_id
from lianxin.members.models.member import Member


class Unapplied(models.Model):
    """A member for whom something new holds from a coming day; a job reads this at midnight."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    on = models.DateField(db_index=True)

    class Meta:
        db_table = "members_unapplied"
        constraints = [models.UniqueConstraint(fields=["member", "on"], name="member_unapplied_once")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.on}"
