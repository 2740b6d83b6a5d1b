"""Writing the key ring: a new file beside the old one, closed to others, synced, and put in its place in one step."""

import os
import secrets
from pathlib import Path

from lianxin.kernel.privacy.ring import new_ring

OWNER_ONLY = 0o600


def create_ring(path: Path) -> None:
    """Write a fresh ring, readable by its owner only; an existing one is left as it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = write_ring(path, new_ring())
    try:
        path.hardlink_to(part)  # fails where there is one: whoever is first wins, and nobody sees half a ring
    except FileExistsError:
        return
    finally:
        part.unlink()


def write_ring(path: Path, text: str) -> Path:
    """Write a ring beside its place, closed to others and synced; the file, to be put in its place by one step."""
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
