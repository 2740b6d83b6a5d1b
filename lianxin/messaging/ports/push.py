"""Web push: encrypted for one browser (RFC 8291), signed as this installation (VAPID, RFC 8292), sent to its maker.

The address comes from a browser, that is, from a person: it is asked through kernel.edge.fetching, which leads into no
network of one's own.
"""

import base64
import json
import os
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings

from lianxin.kernel.edge.addresses import networks
from lianxin.kernel.edge.fetching import NotFetched, Rules, fetch
from lianxin.messaging.ports import NotCarried, Parcel

if TYPE_CHECKING:
    from py_vapid import Vapid02  # type: ignore[import-untyped] # the library has no types

DAY = 24 * 60 * 60
GONE = {404, 410}
REFUSED = {400, 401, 403, 413}


class DeviceGone(NotCarried):
    """The browser no longer listens: the subscription ends."""


def send_push(*, endpoint: str, p256dh: str, auth: str, parcel: Parcel) -> str:
    """Send the parcel to one device. The maker keeps it for a day; a newer one with the same tag takes its place.

    Raises:
        DeviceGone: the subscription is no more.
        NotCarried: it was refused, or the service cannot be reached at present.
    """
    from pywebpush import (  # type: ignore[import-untyped] # noqa: PLC0415 - heavy, and only jobs need it
        WebPusher,
        WebPushException,
    )

    told = json.dumps(
        {"title": parcel.title, "body": parcel.line, "url": parcel.url, "tag": str(parcel.tag)}, ensure_ascii=False
    )
    try:
        keys = {"endpoint": endpoint, "keys": {"p256dh": p256dh, "auth": auth}}
        body = bytes(WebPusher(keys).encode(told.encode())["body"])
    except (WebPushException, ValueError, IndexError) as error:
        raise DeviceGone("The keys of the device are not valid.", is_final=True) from error
    parts = urlsplit(endpoint)
    try:
        answer = fetch(
            endpoint,
            method="POST",
            headers=[
                ("Content-Encoding", "aes128gcm"),
                ("Content-Type", "application/octet-stream"),
                ("TTL", str(DAY)),
                ("Urgency", "high" if parcel.is_urgent else "normal"),
                ("Topic", base64.urlsafe_b64encode(parcel.tag.bytes).decode().rstrip("=")),
                ("Authorization", _signed(f"{parts.scheme}://{parts.netloc}")),
            ],
            body=body,
            rules=Rules(networks=networks(settings.FETCH_NETWORKS), ports=None, largest=64 * 1024, redirects=0),
        )
    except NotFetched as error:
        raise NotCarried(str(error.sentence)[:200], is_final=False) from error
    if answer.status in GONE:
        raise DeviceGone(f"HTTP {answer.status}", is_final=True)
    if answer.status // 100 != 2:  # noqa: PLR2004 - HTTP's successes
        raise NotCarried(f"HTTP {answer.status}", is_final=answer.status in REFUSED)
    return f"HTTP {answer.status}"


def public_key() -> str:
    """What a browser needs to subscribe: the public key of this installation, as the Push API takes it."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat  # noqa: PLC0415 - heavy

    point = _keys(_secret_file()).public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).decode().rstrip("=")


def _signed(audience: str) -> str:
    signed = _keys(_secret_file()).sign({"aud": audience, "sub": settings.VAPID_CONTACT})
    return str(signed["Authorization"])


@lru_cache(maxsize=2)
def _keys(path: Path) -> "Vapid02":
    from py_vapid import Vapid02  # noqa: PLC0415 - heavy

    return Vapid02.from_pem(path.read_bytes())


def _secret_file() -> Path:
    """The file of the key pair, made once; of two processes that make it at once the first wins."""
    path: Path = settings.VAPID_FILE
    if not path.exists():
        from py_vapid import Vapid02  # noqa: PLC0415 - heavy

        made = Vapid02()
        made.generate_keys()
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_bytes(made.private_pem())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # another process made it in the meantime
        finally:
            draft.unlink()
    return path
