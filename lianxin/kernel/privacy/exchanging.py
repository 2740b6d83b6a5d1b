"""Exchanging the key ring in use for a changed one: one process at a time; the old one stays until then."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from lianxin.kernel.errors import Conflict
from lianxin.kernel.privacy.keys import key_ring
from lianxin.kernel.privacy.ring import KeyRing, as_text, parse
from lianxin.kernel.privacy.ring_file import write_ring


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
        write_ring(out, as_text(made)).replace(out)
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
        part = write_ring(path, as_text(made))
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
