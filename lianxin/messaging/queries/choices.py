"""What a person chose about messages."""

from lianxin.kernel.authz import Actor
from lianxin.messaging.models import Preference, PushSubscription


def own_choice(actor: Actor) -> Preference | None:
    """The actor's choice; None where the defaults hold."""
    return Preference.objects.defer("email").filter(account=actor.account_id).first()


def devices_of(actor: Actor) -> list[PushSubscription]:
    """The devices that show the actor's messages, newest first."""
    return list(
        PushSubscription.objects.filter(account=actor.account_id)
        .only("id", "device", "created_at", "last_sent_at")
        .order_by("-id")
    )
