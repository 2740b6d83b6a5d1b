"""Where a file stands in clear for as long as somebody reads or writes it: in the installation's own folder.

A file of the system's temporary folder would stay there for ever when the process is killed, seen by nobody.
"""

import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

LONGEST = timedelta(hours=6)
"""No import, export or upload takes so long."""


def clear_folder() -> Path:
    """The folder, for the product's own account alone."""
    folder = Path(settings.CLEAR_FOLDER)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def clear_file(suffix: str = "") -> "tempfile._TemporaryFileWrapper[bytes]":
    """A new file with a name, which disappears when it is closed."""
    return tempfile.NamedTemporaryFile(suffix=suffix, dir=clear_folder())


def remove_left_behind(*, at: datetime) -> int:
    """Remove what processes left that were killed; how many files."""
    count = 0
    for path in clear_folder().iterdir():
        try:
            if datetime.fromtimestamp(path.stat().st_mtime, at.tzinfo) < at - LONGEST:
                path.unlink()
                count += 1
        except FileNotFoundError:  # closed a moment ago
            continue
    return count
