"""What a person decided about messages, and the devices that show them."""

from datetime import time

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.db.ids import new_id
from lianxin.kernel.privacy.sealed import SealedField

QUIET_FROM, QUIET_UNTIL = time(21, 0), time(8, 0)


class Preference(models.Model):
    """A person's choice. Who chose nothing has no row and gets the defaults.

    `channels` maps the key of a kind of message to the ways chosen beside the inbox; a kind not in it takes the usual
    way: the first one that reaches the person. `quiet_from` equal to `quiet_until` means no quiet hours.
    `email_code` is the keyed hash of the code that proves a new address.
    """

    class Digest(models.TextChoices):
        """When messages that are not urgent leave the product."""

        AT_ONCE = "at_once", _("at once")
        DAILY = "daily", _("once a day, in the morning")
        WEEKLY = "weekly", _("once a week, on Monday morning")

    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    channels = models.JSONField(default=dict)
    quiet_from = models.TimeField(default=QUIET_FROM)
    quiet_until = models.TimeField(default=QUIET_UNTIL)
    digest = models.CharField(max_length=8, choices=Digest, default=Digest.AT_ONCE)
    email = SealedField(_("e-mail address"), kind="email")
    email_masked = models.CharField(max_length=120, blank=True)
    email_confirmed_at = models.DateTimeField(null=True)
    email_code = models.BinaryField(null=True)
    email_code_until = models.DateTimeField(null=True)
    email_code_tries = models.PositiveSmallIntegerField(default=0)
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "messaging_preference"
        verbose_name = _("choice about messages")

    def __str__(self) -> str:
        return str(self.account_id)


class PushSubscription(models.Model):
    """A device that shows messages although the product is not open: where its browser listens, and with which keys.

    Only the person sees and ends it. `endpoint` is an address at the browser's maker; who has it and the keys can send.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    endpoint = models.CharField(max_length=800, unique=True)
    p256dh = models.CharField(max_length=120)
    auth = models.CharField(max_length=40)
    device = models.CharField(max_length=80)
    created_at = models.DateTimeField()
    last_sent_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "messaging_push_subscription"
        verbose_name = _("device for push notifications")

    def __str__(self) -> str:
        return self.device
