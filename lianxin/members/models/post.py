"""Posts: who is secretary or sits on the committee of an organisation, from when to when."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.db.ids import new_id
from lianxin.members.models.member import Member

NO_SEAT = "group_leader"
"""The one post of the code table that is no seat on the committee. Source: committee_posts."""


class Post(models.Model):
    """A post held by a member from `since` up to, not including, `until`. It ends, it is not deleted."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="posts")
    kind = models.CharField(_("post"), max_length=24)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)
    document_no = models.CharField(_("document number"), max_length=80, blank=True)

    class Meta:
        db_table = "members_post"
        ordering = ["kind", "since"]
        indexes = [
            models.Index(fields=["organisation", "until"], name="post_by_organisation"),
            models.Index(fields=["since"], name="post_begins"),
            models.Index(fields=["until"], name="post_ends", condition=models.Q(until__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "kind"],
                condition=models.Q(until__isnull=True, kind="secretary"),
                name="post_one_secretary",
            ),
            models.UniqueConstraint(
                fields=["organisation", "member", "kind"], condition=models.Q(until__isnull=True), name="post_held_once"
            ),
            models.CheckConstraint(
                name="post_runs_forward",
                condition=models.Q(until__isnull=True) | models.Q(until__gte=models.F("since")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.member_id}"
