"""Where contents and masked copies lie: sealed, in a folder of their own under MEDIA_ROOT, named by their check."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

from lianxin.kernel.privacy.files import seal_file, sealed_chunks

ORIGINAL = "original"
MASKED = "masked"
FOLDER = "disclosure"


def path_of(check: UUID, what: str) -> Path:
    """Where a content or a copy lies."""
    text = str(check)
    return Path(settings.MEDIA_ROOT) / FOLDER / text[-2:] / f"{text}-{what}"


@contextmanager
def kept() -> Iterator[Callable[[UUID, str, bytes], None]]:
    """Contents written inside the block stay on disk only if the block, and so the transaction in it, ends well."""
    written: list[Path] = []

    def keep(check: UUID, what: str, content: bytes) -> None:
        path = path_of(check, what)
        written.append(path)
        seal_file([content], path)

    try:
        yield keep
    except BaseException:
        for path in written:
            path.unlink(missing_ok=True)
        raise


def content_of(check: UUID, what: str) -> bytes:
    """The clear content or copy.

    Raises:
        FileNotFoundError: it was removed.
        ValueError: it was changed on disk, or its key is missing.
    """
    return b"".join(sealed_chunks(path_of(check, what)))


def remove(check: UUID) -> None:
    """Remove content and copy."""
    for what in (ORIGINAL, MASKED):
        path_of(check, what).unlink(missing_ok=True)


def strays(before: datetime) -> Iterator[tuple[UUID, Path]]:
    """Files last written before that instant, with the check they are named after."""
    for path in (Path(settings.MEDIA_ROOT) / FOLDER).glob("??/*"):
        try:
            check = UUID(path.name[:36])
        except ValueError:
            continue
        if path.stat().st_mtime < before.timestamp():
            yield check, path
