"""What became of a message on each way to a person."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.db.ids import new_id
from lianxin.messaging.channels import Channel
from lianxin.messaging.models.message import Recipient


class Delivery(models.Model):
    """One recipient on one way. `due_at` is when a job takes it up (again); `attempts` counts the tries.

    `reason` is a word of ours or what the other side answered, never an address.
    """

    class State(models.TextChoices):
        """Where it stands."""

        WAITING = "waiting", _("waiting to be sent")
        HELD = "held", _("held for quiet hours")
        DIGEST = "digest", _("waits for the summary")
        SENT = "sent", _("sent")
        FAILED = "failed", _("not delivered")
        DROPPED = "dropped", _("no longer needed")

    OPEN = (State.WAITING, State.HELD, State.DIGEST)

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    recipient = models.ForeignKey(Recipient, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=8, choices=Channel)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        db_table = "messaging_delivery"
        verbose_name = _("delivery")
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                name="delivery_due",
                condition=models.Q(state__in=["waiting", "held", "digest"]),
            ),
            models.Index(
                fields=["account", "channel"],
                name="delivery_digest",
                condition=models.Q(state="digest"),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["recipient", "channel"], name="delivery_once_a_way"),
            models.CheckConstraint(
                name="delivery_sent_has_a_time",
                condition=~models.Q(state="sent") | models.Q(sent_at__isnull=False),
            ),
            models.CheckConstraint(
                name="delivery_failed_has_a_reason", condition=~models.Q(state="failed") | ~models.Q(reason="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.state}"
