"""Files sealed on disk: an uploaded roster is as personal as the register it fills."""

import os
import struct
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING

from lianxin.kernel.privacy.ciphers import NONCE_BYTES, Cipher, DoesNotOpen
from lianxin.kernel.privacy.clear import clear_file
from lianxin.kernel.privacy.keys import key_for, key_ring

if TYPE_CHECKING:
    import tempfile

PART = ".part"
"""Ends the name of a file that is still being written."""

CHUNK = 1024 * 1024
MAGIC = b"LXS1"
HEAD_BYTES = len(MAGIC) + 1


def _label(number: int, *, last: bool) -> bytes:
    return struct.pack(">Q?", number, last)  # a chunk cannot be moved, nor the file cut short, unnoticed


def _regular(chunks: Iterable[bytes]) -> Iterator[bytes]:
    kept = bytearray()
    for chunk in chunks:
        kept += chunk
        while len(kept) > CHUNK:
            yield bytes(kept[:CHUNK])
            del kept[:CHUNK]
    yield bytes(kept)


def seal_file(chunks: Iterable[bytes], path: Path) -> int:
    """Write the chunks to `path`, encrypted; the number of clear bytes. A half-written file never gets the name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(PART)
    size = _write(chunks, part)
    part.replace(path)
    return size


def _write(chunks: Iterable[bytes], part: Path) -> int:
    ring = key_ring()
    cipher = ring.ciphers[ring.current]
    size = 0
    with part.open("wb") as file:
        part.chmod(0o600)
        file.write(MAGIC + bytes((ring.current,)))
        held: bytes | None = None
        number = 0
        for chunk in _regular(chunks):
            if held is not None:
                _write_chunk(file, cipher, held, number, last=False)
                number += 1
            held = chunk
            size += len(chunk)
        _write_chunk(file, cipher, held or b"", number, last=True)
        file.flush()
        os.fsync(file.fileno())
    return size


def _write_chunk(file: IO[bytes], cipher: Cipher, clear: bytes, number: int, *, last: bool) -> None:
    nonce = os.urandom(NONCE_BYTES)
    body = cipher.encrypt(nonce, clear, _label(number, last=last))
    file.write(struct.pack(">I", len(body)) + nonce + body)


def sealed_chunks(path: Path) -> Iterator[bytes]:
    """The clear chunks of a sealed file.

    Raises:
        ValueError: the key is missing, or the file was changed or cut short.
    """
    with path.open("rb") as file:
        sealed_with = _key_in(file.read(HEAD_BYTES))
        cipher = None if sealed_with is None else key_for(lambda ring: ring.ciphers.get(sealed_with))
        if cipher is None:
            raise ValueError("This file was not sealed with a key of this ring.")
        number = 0
        upcoming = file.read(4)
        while upcoming:
            (length,) = struct.unpack(">I", upcoming)
            nonce, body = file.read(NONCE_BYTES), file.read(length)
            upcoming = file.read(4)
            try:
                yield cipher.decrypt(nonce, body, _label(number, last=not upcoming))
            except DoesNotOpen as error:
                raise ValueError("This sealed file was changed or cut short.") from error
            number += 1


def open_sealed(path: Path, *, suffix: str = "") -> "tempfile._TemporaryFileWrapper[bytes]":
    """The clear content in a temporary file that disappears when closed; only its owner can read it."""
    clear = clear_file(suffix)
    for chunk in sealed_chunks(path):
        clear.write(chunk)
    clear.flush()
    clear.seek(0)
    return clear


def _key_in(head: bytes) -> int | None:
    return head[-1] if len(head) == HEAD_BYTES and head.startswith(MAGIC) else None


def key_of_file(path: Path) -> int | None:
    """The number of the key the file is sealed with; None for a file that is none of ours, or is gone."""
    try:
        with path.open("rb") as file:
            return _key_in(file.read(HEAD_BYTES))
    except (FileNotFoundError, IsADirectoryError):
        return None


def reseal_file(path: Path) -> None:
    """Put the same content under the current key in the file's place, unless the file was removed meanwhile.

    Raises:
        ValueError: it does not open; it stays as it is.
    """
    part = path.with_suffix(PART)
    try:
        _write(sealed_chunks(path), part)
        if path.exists():
            part.replace(path)
    finally:
        part.unlink(missing_ok=True)
