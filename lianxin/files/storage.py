"""Where stored files lie: sealed, under MEDIA_ROOT, named by their id. Nothing there is ever served by its address."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO
from uuid import UUID

from django.conf import settings

from lianxin.files.models import StoredFile
from lianxin.kernel.db.ids import new_id
from lianxin.kernel.privacy.files import open_sealed, seal_file, sealed_chunks


def path_of(file_id: UUID) -> Path:
    """Where a stored file's sealed content lies."""
    text = str(file_id)
    return Path(settings.MEDIA_ROOT) / text[-2:] / text


def store(
    name: str, chunks: Iterable[bytes], *, by: UUID, at: datetime, held_until: datetime | None = None
) -> StoredFile:
    """Keep a file; its row is the caller's transaction's, its content is on disk before the row says so.

    `held_until`: it waits so long for a form that was refused to come again.
    Name it to `kept()` around that transaction, so that a rollback leaves no content behind.
    """
    file_id = new_id()
    digest = hashlib.sha256()

    def hashed() -> Iterator[bytes]:
        for chunk in chunks:
            digest.update(chunk)
            yield chunk

    size = seal_file(hashed(), path_of(file_id))
    return StoredFile.objects.create(
        id=file_id,
        name=Path(name).name[-200:],
        size=size,
        sha256=digest.hexdigest(),
        stored_at=at,
        stored_by=by,
        held_until=held_until,
    )


@contextmanager
def kept() -> Iterator[Callable[[StoredFile], StoredFile]]:
    """Files named inside the block stay on disk only if the block, and so the transaction within it, ends well."""
    named: list[StoredFile] = []

    def keep(file: StoredFile) -> StoredFile:
        named.append(file)
        return file

    try:
        yield keep
    except BaseException:
        for file in named:
            path_of(file.id).unlink(missing_ok=True)
        raise


def open_stored(file: StoredFile) -> IO[bytes]:
    """The clear content in a temporary file that is gone when closed."""
    return open_sealed(path_of(file.id), suffix=Path(file.name).suffix)


def content_of(file: StoredFile) -> Iterator[bytes]:
    """The clear content in chunks, for sending."""
    return sealed_chunks(path_of(file.id))


def remove(file: StoredFile, *, at: datetime) -> None:
    """Delete the content; the row stays and says when."""
    path_of(file.id).unlink(missing_ok=True)
    StoredFile.objects.filter(pk=file.pk).update(removed_at=at)


def stray_files(before: datetime) -> Iterator[Path]:
    """Content on disk last written before that instant, named like ours; the caller knows which rows there are."""
    root = Path(settings.MEDIA_ROOT)
    for path in root.glob("??/*"):
        if _is_ours(path.name) and path.stat().st_mtime < before.timestamp():
            yield path


def _is_ours(name: str) -> bool:
    try:
        UUID(name.removesuffix(".part"))
    except ValueError:
        return False
    return True
