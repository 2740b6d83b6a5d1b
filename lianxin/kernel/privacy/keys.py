"""The key ring: the keys that seal personal data, and those for keyed look-up. Kept outside the database.

The ring is a file (var/keys.json) or the variable LIANXIN_KEY_RING. A file is read again when it changed, so a running
process learns of a new key within a second; a variable is read once, so its processes are started again.
"""

import base64
import json
import logging
import os
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from lianxin.kernel.privacy.ciphers import AES, KEY_BYTES, SHA256, Cipher, provider

LOOK_AGAIN = 1.0
"""Seconds after which a process looks whether the ring's file changed."""
LARGEST_NUMBER = 255
"""A key's number is one byte of what it seals."""
PUBLIC_BITS = 0o077
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Key:
    """One key. Its number stands in every value made with it; the secret never appears in a text of ours."""

    number: int
    algorithm: str
    secret: bytes = field(repr=False)
    made_at: str = ""


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys of one purpose by number, the number new values get, and the numbers that were used up."""

    current: int
    by_number: Mapping[int, Key]
    retired: tuple[int, ...] = ()

    @property
    def newest(self) -> int:
        """The number of the key made last."""
        return max(self.by_number)

    @property
    def next_number(self) -> int:
        """A number no key ever had."""
        return max((*self.by_number, *self.retired), default=0) + 1


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Sealing keys and look-up keys, each with the number that new values get."""

    seal: Keys
    lookup: Keys
    ciphers: Mapping[int, Cipher] = field(repr=False)

    @property
    def current(self) -> int:
        """The number of the key new values are sealed with."""
        return self.seal.current

    def digest(self, purpose: str, text: str, *, key: int | None = None) -> bytes:
        """A keyed hash to find equal values by, without being able to read them: the key's number, then 32 bytes."""
        chosen = self.lookup.by_number[self.lookup.current if key is None else key]
        clear = f"{purpose}\x00{text}".encode()
        return bytes((chosen.number,)) + provider().keyed_hash(chosen.algorithm, chosen.secret, clear)


def make_ring(seal: Keys, lookup: Keys) -> KeyRing:
    """A ring ready for use.

    Raises:
        KeyError, ValueError: an unknown algorithm, or a key of another length than its algorithm asks.
    """
    for keys in (seal, lookup):
        for one in keys.by_number.values():
            if len(one.secret) != KEY_BYTES[one.algorithm] or not 0 < one.number <= LARGEST_NUMBER:
                raise ValueError(f"Key {one.number} has the wrong length or number.")
        if keys.current not in keys.by_number:
            raise KeyError(keys.current)
    for one in lookup.by_number.values():
        provider().keyed_hash(one.algorithm, one.secret, b"")
    ciphers = {number: provider().cipher(key.algorithm, key.secret) for number, key in seal.by_number.items()}
    return KeyRing(seal, lookup, ciphers)


def _keys(told: Mapping[str, Any], plain: str) -> dict[int, Key]:
    found = {}
    for number, one in told.items():
        given = {"key": one, "algorithm": plain} if isinstance(one, str) else one
        secret = base64.b64decode(given["key"], validate=True)
        found[int(number)] = Key(int(number), str(given["algorithm"]), secret, str(given.get("made_at", "")))
    return found


def parse(text: str, where: str) -> KeyRing:
    """The ring written as JSON text. A key given as bare text is one for AES, or for HMAC-SHA-256.

    Raises:
        ImproperlyConfigured: it cannot be read, or lacks the key it says is current.
    """
    try:
        told = json.loads(text)
        lookup = told["lookup"]
        if isinstance(lookup, str):
            lookup = {"current": 1, "keys": {"1": lookup}}
        ring = make_ring(
            Keys(int(told["current"]), _keys(told["keys"], AES), tuple(told.get("retired", ()))),
            Keys(int(lookup["current"]), _keys(lookup["keys"], SHA256), tuple(lookup.get("retired", ()))),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        # Not even the cause is passed on: its text or its frames could hold a piece of a key.
        raise ImproperlyConfigured(
            f"The key ring in {where} cannot be read ({type(error).__name__}). Restore it from your backup; without it "
            "sealed data stays sealed."
        ) from None
    return ring


class _Held:
    """The ring as this process last read it from a file."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.path: Path | None = None
        self.stamp: tuple[int, ...] = ()
        self.looked = 0.0
        self.ring: KeyRing | None = None


_held = _Held()


@lru_cache(maxsize=4)
def _from_text(text: str) -> KeyRing:
    return parse(text, "LIANXIN_KEY_RING")


def key_ring(*, afresh: bool = False) -> KeyRing:
    """The ring in use: from LIANXIN_KEY_RING (JSON) or the file at settings.KEY_RING_FILE; `afresh` looks at once.

    Raises:
        ImproperlyConfigured: it cannot be read.
    """
    if settings.KEY_RING:
        return _from_text(settings.KEY_RING)
    path = Path(settings.KEY_RING_FILE)
    present = time.monotonic()
    if _held.ring is not None and _held.path == path and not afresh and present - _held.looked < LOOK_AGAIN:
        return _held.ring
    with _held.lock:
        if not path.exists():
            from lianxin.kernel.privacy.ring_file import create_ring  # noqa: PLC0415 - it stands on this page

            create_ring(path)
        found = path.stat()
        stamp = (found.st_mtime_ns, found.st_ino, found.st_size)
        if _held.ring is None or _held.path != path or stamp != _held.stamp:
            if found.st_mode & PUBLIC_BITS:
                log.warning("The key ring %s can be read by other users. Close it: chmod 600 %s", path, path)
            _held.ring, _held.path, _held.stamp = parse(path.read_text(), str(path)), path, stamp
        _held.looked = present
        return _held.ring


def key_for(find: Callable[[KeyRing], Any]) -> Any:
    """What `find` finds in the ring; where it finds nothing, in the ring read again: another process may be ahead."""
    found = find(key_ring())
    return found if found is not None else find(key_ring(afresh=True))


def is_writable_ring() -> bool:
    """Whether the ring is a file this process may exchange, not a variable of the environment."""
    return not settings.KEY_RING and os.access(Path(settings.KEY_RING_FILE).parent, os.W_OK)
