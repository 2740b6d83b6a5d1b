"""What messaging keeps about a member, as they take it away."""

from django.utils.translation import gettext_lazy as _

from lianxin.members.facade import OwnPart
from lianxin.messaging.models import Recipient

OWN_PARTS = (
    OwnPart(
        "messaging.received",
        _("Messages I received"),
        lambda member: Recipient.objects.filter(member=member).order_by("id"),
        ("message__title", "message__text", "message__created_at", "read_at", "confirmed_at"),
    ),
)
