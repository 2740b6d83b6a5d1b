"""Party groups of a branch: who is invited to a group meeting. A group is no level of the tree."""

from django.db import models
from django.utils.translation import pgettext_lazy

from lianxin.kernel.db.ids import new_id


class PartyGroup(models.Model):
    """A Party group (党小组) of a branch. Source: BRANCH 13."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    organisation_path = models.CharField(max_length=255, db_collation="C", editable=False)
    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=60)
    leader = models.ForeignKey("members.Member", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "activities_group"
        ordering = ["name", "id"]
        indexes = [models.Index(fields=["organisation_path"], name="group_by_place")]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"], condition=models.Q(closed_at__isnull=True), name="group_name_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class GroupMember(models.Model):
    """A member in a Party group."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    group = models.ForeignKey(PartyGroup, on_delete=models.CASCADE, related_name="members")
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "activities_group_member"
        constraints = [models.UniqueConstraint(fields=["group", "member"], name="group_member_once")]

    def __str__(self) -> str:
        return str(self.member_id)
