"""Receipts of what phones did in a hall without network: each act counts once, however often it is sent."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from lianxin.activities.models.activity import Activity


class HallReceipt(models.Model):
    """That an act of a phone was taken. The key is the act's own nonce; what it said stands where it belongs.

    Only what was accepted gets a receipt: an act in conflict is judged anew whenever it is sent again.
    """

    class Kind(models.TextChoices):
        """What was done in the hall."""

        SIGN_IN = "sign_in", _("sign-in")
        NOTE = "note", _("note on an item")
        HANDS = "hands", _("show of hands")

    nonce = models.UUIDField(primary_key=True, editable=False)
    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        db_table = "activities_hall_receipt"
        indexes = [models.Index(fields=["activity"], name="hall_receipt_of")]

    def __str__(self) -> str:
        return f"{self.kind} {self.nonce}"
