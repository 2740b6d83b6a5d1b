"""What a member's own device may keep of a sheet until it is handed in: under which name, and with which key.

The sheet itself stays on the device and is encrypted there (frontend/src/kept.ts). Name and key are derived anew for
each page and stored nowhere: the server learns nothing by it, and whoever else signs in on the same device has others.
"""

from base64 import b64encode
from dataclasses import dataclass
from uuid import UUID

from django.utils.crypto import salted_hmac

from lianxin.appraisals.models import Step
from lianxin.appraisals.queries.own import Own
from lianxin.kernel.authz import Actor

NAME_SALT = "lianxin.appraisals.device.name"
KEY_SALT = "lianxin.appraisals.device.key"


@dataclass(frozen=True, slots=True)
class Kept:
    """The name on the device, which tells nobody what it is about, and the key, 32 bytes in base64."""

    name: str
    key: str


def kept_for(actor: Actor, round_id: UUID, step: Step) -> Kept:
    """Name and key of one sheet of one account."""
    about = f"{actor.account_id} {round_id} {step.value}"
    name = salted_hmac(NAME_SALT, about, algorithm="sha256").hexdigest()
    key = salted_hmac(KEY_SALT, about, algorithm="sha256").digest()
    return Kept(name[:32], b64encode(key).decode())


def names_to_forget(actor: Actor, own: list[Own]) -> list[str]:
    """The names of sheets that are handed in or can no longer be: the device throws away what it kept of them."""
    return [kept_for(actor, one.round.pk, step).name for one in own for step in Step if step not in one.to_hand_in]
