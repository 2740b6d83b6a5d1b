"""The key ring as a value: its keys by number, its text, and what a new one is made of. Reads and writes nothing."""

import base64
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from lianxin.kernel.errors import Conflict
from lianxin.kernel.privacy.ciphers import AES, KEY_BYTES, LOOKUP_BESIDE, SHA256, Cipher, provider

LARGEST_NUMBER = 255
"""A key's number is one byte of what it seals."""


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


def chosen_cipher() -> str:
    """The cipher new keys are for (setting SEAL_WITH)."""
    return str(settings.SEAL_WITH)


def fresh_key(number: int, algorithm: str, *, at: datetime | None) -> Key:
    """A new random key."""
    secret = secrets.token_bytes(KEY_BYTES[algorithm])
    return Key(number, algorithm, secret, at.isoformat(timespec="seconds") if at else "")


def new_ring() -> str:
    """A fresh ring as JSON text, for the cipher the settings choose."""
    cipher = chosen_cipher()
    return as_text(
        make_ring(
            Keys(1, {1: fresh_key(1, cipher, at=None)}), Keys(1, {1: fresh_key(1, LOOKUP_BESIDE[cipher], at=None)})
        )
    )


def as_text(ring: KeyRing) -> str:
    """The ring as JSON text; it holds the keys."""
    return json.dumps({**_told(ring.seal), "lookup": _told(ring.lookup)}, indent=1)


def _told(keys: Keys) -> dict[str, Any]:
    held = {
        str(one.number): {
            "algorithm": one.algorithm,
            "key": base64.b64encode(one.secret).decode(),
            "made_at": one.made_at,
        }
        for one in keys.by_number.values()
    }
    return {"current": keys.current, "keys": held, "retired": list(keys.retired)}


def with_key(keys: Keys, algorithm: str, *, at: datetime) -> Keys:
    """The keys with a new one beside them, not yet in use.

    Raises:
        Conflict: all 255 numbers were used.
    """
    number = keys.next_number
    if number > LARGEST_NUMBER:
        raise Conflict("All 255 numbers of keys were used; this ring takes no more.")
    return replace(keys, by_number={**keys.by_number, number: fresh_key(number, algorithm, at=at)})


def with_current(keys: Keys, number: int) -> Keys:
    """The keys with another one for new values.

    Raises:
        Conflict: there is no such key.
    """
    if number not in keys.by_number:
        raise Conflict(f"There is no key {number} in the ring.")
    return replace(keys, current=number)


def without(keys: Keys, number: int) -> Keys:
    """The keys without that one, whose number is not given again.

    Raises:
        Conflict: there is none, or new values get it.
    """
    if number not in keys.by_number:
        raise Conflict(f"There is no key {number} in the ring.")
    if number == keys.current:
        raise Conflict(f"Key {number} is the one new values get. Rotate first; then the old one can be retired.")
    left = {key: one for key, one in keys.by_number.items() if key != number}
    return replace(keys, by_number=left, retired=(*keys.retired, number))
