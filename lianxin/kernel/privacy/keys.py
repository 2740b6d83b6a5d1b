"""The key ring in use: the keys that seal personal data, and those for keyed look-up. Kept outside the database.

The ring is a file (var/keys.json) or the variable LIANXIN_KEY_RING. A file is read again when it changed, so a running
process learns of a new key within a second; a variable is read once, so its processes are started again.
"""

import logging
import threading
import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from lianxin.kernel.privacy.ring import KeyRing, parse
from lianxin.kernel.privacy.ring_file import create_ring

LOOK_AGAIN = 1.0
"""Seconds after which a process looks whether the ring's file changed."""
PUBLIC_BITS = 0o077
log = logging.getLogger(__name__)


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

    Where there is none, a first one is made, but never beside data that another ring sealed.

    Raises:
        ImproperlyConfigured: it cannot be read, or is missing while the database holds sealed values.
    """
    if settings.KEY_RING:
        return _from_text(settings.KEY_RING)
    path = Path(settings.KEY_RING_FILE)
    present = time.monotonic()
    if _held.ring is not None and _held.path == path and not afresh and present - _held.looked < LOOK_AGAIN:
        return _held.ring
    with _held.lock:
        if is_lost():
            raise ImproperlyConfigured(
                f"There is no key ring at {path}, but sealed data is kept, which no new ring opens. Put the right "
                f"{path.name} back there, from a backup made with its keys or from where it is kept apart."
            )
        if not path.exists():
            create_ring(path)
        found = path.stat()
        stamp = (found.st_mtime_ns, found.st_ino, found.st_size)
        if _held.ring is None or _held.path != path or stamp != _held.stamp:
            if found.st_mode & PUBLIC_BITS:
                log.warning("The key ring %s can be read by other users. Close it: chmod 600 %s", path, path)
            _held.ring, _held.path, _held.stamp = parse(path.read_text(), str(path)), path, stamp
        _held.looked = present
        return _held.ring


def is_lost() -> bool:
    """Whether there is no ring though the database, or a file, is sealed with one."""
    from lianxin.kernel.privacy import fit  # noqa: PLC0415 - the models it asks are made with this module

    path = Path(settings.KEY_RING_FILE)
    # Looked for once more at the end: whoever sealed meanwhile made the ring before.
    return not settings.KEY_RING and not path.exists() and fit.anything_sealed() and not path.exists()


def key_for(find: Callable[[KeyRing], Any]) -> Any:
    """What `find` finds in the ring; where it finds nothing, in the ring read again: another process may be ahead."""
    found = find(key_ring())
    return found if found is not None else find(key_ring(afresh=True))
