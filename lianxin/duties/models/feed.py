"""Secret addresses at which a calendar program reads somebody's calendar."""

from django.conf import settings
from django.db import models

from lianxin.kernel.db.ids import new_id


class Feed(models.Model):
    """A calendar for programs: the account's own, or that of an organisation it sees. Only a keyed digest is kept."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, null=True, related_name="+"
    )
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "duties_feed"
        constraints = [
            models.UniqueConstraint(
                fields=["account", "organisation"],
                name="feed_one_in_force",
                condition=models.Q(revoked_at__isnull=True),
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.organisation_id or ''}"
