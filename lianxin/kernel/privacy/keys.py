"""The key ring: the keys that seal personal data, and the one for keyed look-up. Kept outside the database."""

import base64
import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

KEY_BYTES = 32


@dataclass(frozen=True)
class KeyRing:
    """Sealing keys by number, the number new values are sealed with, and the look-up key."""

    current: int
    ciphers: dict[int, AESGCM]
    lookup_key: bytes

    def digest(self, purpose: str, text: str) -> bytes:
        """A keyed hash (HMAC-SHA-256) to find equal values by, without being able to read them."""
        return hmac.new(self.lookup_key, f"{purpose}\x00{text}".encode(), hashlib.sha256).digest()


def _parse(text: str, where: str) -> KeyRing:
    try:
        ring = json.loads(text)
        ciphers = {int(number): AESGCM(base64.b64decode(key)) for number, key in ring["keys"].items()}
        lookup = base64.b64decode(ring["lookup"])
        current = int(ring["current"])
    except (ValueError, KeyError, TypeError) as error:
        raise ImproperlyConfigured(
            f"The key ring in {where} cannot be read. Restore it from your backup; without it sealed data stays sealed."
        ) from error
    if current not in ciphers or len(lookup) != KEY_BYTES:
        raise ImproperlyConfigured(f"The key ring in {where} lacks its current key. Restore it from your backup.")
    return KeyRing(current=current, ciphers=ciphers, lookup_key=lookup)


def new_ring() -> str:
    """A fresh ring as JSON text."""
    return json.dumps(
        {
            "current": 1,
            "keys": {"1": base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()},
            "lookup": base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode(),
        }
    )


def create_ring(path: Path) -> None:
    """Write a fresh ring, readable by its owner only; an existing one is left as it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w") as file:
        file.write(new_ring())


@cache
def key_ring() -> KeyRing:
    """The ring in use: from LIANXIN_KEY_RING (JSON) or the file at settings.KEY_RING_FILE.

    Raises:
        ImproperlyConfigured: there is none, or it cannot be read.
    """
    if settings.KEY_RING:
        return _parse(settings.KEY_RING, "LIANXIN_KEY_RING")
    path = Path(settings.KEY_RING_FILE)
    if not path.exists():
        create_ring(path)
    return _parse(path.read_text(), str(path))
