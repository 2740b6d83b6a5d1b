"""Writing the key ring: a new file beside the old one, closed to others, synced, and put in its place in one step."""

import base64
import fcntl
import json
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from lianxin.kernel.errors import Conflict
from lianxin.kernel.privacy.ciphers import KEY_BYTES, LOOKUP_BESIDE
from lianxin.kernel.privacy.keys import LARGEST_NUMBER, Key, KeyRing, Keys, key_ring, make_ring, parse

OWNER_ONLY = 0o600


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


def create_ring(path: Path) -> None:
    """Write a fresh ring, readable by its owner only; an existing one is left as it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = _written(path, new_ring())
    try:
        path.hardlink_to(part)  # fails where there is one: whoever is first wins, and nobody sees half a ring
    except FileExistsError:
        return
    finally:
        part.unlink()


def _written(path: Path, text: str) -> Path:
    part = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    try:
        with os.fdopen(handle, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        part.unlink()
        raise
    return part


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """One writer at a time, over processes."""
    with path.with_name(f"{path.name}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def exchange(change: Callable[[KeyRing], KeyRing], *, out: Path | None = None) -> KeyRing:
    """Change the ring and put the new one in its place at once; with `out` it is written there, for the operator.

    Raises:
        Conflict: the ring comes from the environment and no `out` is named; or `out` exists.
    """
    if out is not None:
        made = change(key_ring(afresh=True))
        if out.exists():
            raise Conflict(f"{out} exists already. Name a new file; a key ring is never written over.")
        _written(out, as_text(made)).replace(out)
        return made
    if settings.KEY_RING:
        raise Conflict(
            "The key ring comes from LIANXIN_KEY_RING, which a command cannot change. Have the new ring written with "
            "--out FILE, put its content into the variable, and start web and worker again."
        )
    path = Path(settings.KEY_RING_FILE)
    key_ring()
    with _alone(path):
        made = change(parse(path.read_text(), str(path)))
        part = _written(path, as_text(made))
        owner = path.stat()
        if (owner.st_uid, owner.st_gid) != (os.getuid(), os.getgid()):
            os.chown(part, owner.st_uid, owner.st_gid)
        part.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    return key_ring(afresh=True)


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
