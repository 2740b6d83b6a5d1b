"""Grants: a role given to an account at a node of the tree, for a time."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.authz import Role
from lianxin.kernel.db.ids import new_id
from lianxin.organisations.models.organisation import Organisation


class Grant(models.Model):
    """A role at a node, with or without what lies below. It ends by its last day or is revoked; it is never deleted."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(_("role"), max_length=24, choices=Role)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="grants")
    below = models.BooleanField(_("with all organisations below"), default=True)
    valid_from = models.DateField(_("from"))
    valid_until = models.DateField(_("last day"), null=True, blank=True)
    revoked_at = models.DateTimeField(null=True)
    reason = models.CharField(_("reason or document"), max_length=200)
    granted_by = models.UUIDField()

    class Meta:
        db_table = "organisations_grant"
        indexes = [
            models.Index(fields=["account"], name="grant_by_account", condition=models.Q(revoked_at__isnull=True))
        ]
        constraints = [
            models.CheckConstraint(
                name="grant_lasts",
                condition=models.Q(valid_until__isnull=True) | models.Q(valid_until__gte=models.F("valid_from")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.role} @ {self.organisation_id}"
