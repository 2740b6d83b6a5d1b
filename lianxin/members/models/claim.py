"""One-time codes with which a member claims the record that the organisation keeps of them."""

from django.db import models

from lianxin.kernel.db.ids import new_id
from lianxin.kernel.privacy.lookup import DigestField
from lianxin.members.models.member import Member


class ClaimCode(models.Model):
    """A code handed to one member. Only its keyed hash is kept; it works once, until it expires, for a few tries."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    code_digest = DigestField(until="expires_at")
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    void_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)

    class Meta:
        db_table = "members_claim"
        indexes = [models.Index(fields=["code_digest"], name="claim_by_code")]
        constraints = [
            models.UniqueConstraint(
                fields=["member"],
                condition=models.Q(used_at__isnull=True, void_at__isnull=True),
                name="claim_one_code_a_member",
            )
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.issued_at}"
