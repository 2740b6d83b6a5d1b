"""The table of contents of a backup, by which it is checked before anything is restored from it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from lianxin.cli.console import Problem

if TYPE_CHECKING:
    from pathlib import Path

FORMAT = 1
NAME = "manifest.json"
DATABASE_FILE = "database.dump"
FILES_FOLDER = "files"
KEYS_FILE = "keys.json"
PUSH_FILE = "vapid.pem"
"""With another one, every device that shows messages would have to be let in anew."""
SIGNING_FILE = "secret_key"
"""With another one, calendar addresses in use stop answering, and drafts kept on members' devices no longer open."""
SECRET_FILES = (KEYS_FILE, SIGNING_FILE, PUSH_FILE)
"""Whoever has these and the database can read and do everything: readable by their owner only."""
DEMONSTRATION_FILE = "demonstration"
LAST_BACKUP = "last-backup.json"
"""In var: when the last backup was made and where; the doctor reads it."""
_CHUNK = 1024 * 1024


@dataclass(slots=True)
class Manifest:
    """What a backup holds.

    Attributes:
        made_at: When the state of the database was taken, UTC.
        lianxin: Version of Lianxin that made it.
        postgresql: Version of the server, such as 180004.
        owner_role: Who owned the tables.
        app_role: The role of the application.
        migrations: The last applied migration of every Django application.
        rows: Rows of every table.
        rights: What the application role may do with every table.
        files: Size in bytes and SHA-256 of every file, by its path in the backup.
    """

    made_at: datetime
    lianxin: str
    postgresql: int
    owner_role: str
    app_role: str
    migrations: dict[str, str] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    rights: dict[str, list[str]] = field(default_factory=dict)
    files: dict[str, tuple[int, str]] = field(default_factory=dict)

    @property
    def number_of_files(self) -> int:
        """How many of people's files are in it."""
        return sum(1 for path in self.files if path.startswith(f"{FILES_FOLDER}/"))

    @property
    def total_size(self) -> int:
        """Bytes of everything in it."""
        return sum(length for length, _ in self.files.values())

    @property
    def with_keys(self) -> bool:
        """Whether the keys of the encrypted fields are in it."""
        return KEYS_FILE in self.files

    def write(self, folder: Path) -> None:
        """Write it as manifest.json into `folder`."""
        content = {"format": FORMAT, **asdict(self), "made_at": self.made_at.isoformat()}
        text = json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True)
        (folder / NAME).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Read it from `folder`.

        Raises:
            Problem: There is none, it is damaged, or a newer Lianxin wrote it.
        """
        path = folder / NAME
        if not path.exists():
            raise Problem(f"{folder} is no backup: it has no {NAME}.", "Name the folder that `lianxin backup` made.")
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            form = content.pop("format")
            if form == FORMAT:
                content["made_at"] = datetime.fromisoformat(content["made_at"])
                content["files"] = {
                    name: (int(length), str(digest)) for name, (length, digest) in content["files"].items()
                }
                return cls(**content)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Problem(f"{path} is damaged: {error}.", "Use another backup; nothing has been changed.") from error
        raise Problem(
            f"The backup in {folder} was made by a newer Lianxin (format {form}).",
            f"Restore it with Lianxin {content.get('lianxin', 'of that version')} or later.",
        )

    def verify(self, folder: Path) -> None:
        """Compare every file in `folder` with its size and checksum.

        Raises:
            Problem: A file is missing, damaged or not listed.
        """
        for name, (length, digest) in self.files.items():
            path = folder / name
            if not path.resolve().is_relative_to(folder.resolve()):
                raise Problem(f"The backup names a file outside itself: {name}.", "Do not use this backup.")
            if not path.is_file():
                raise Problem(f"{name} is missing from the backup.", "Use another backup; nothing has been changed.")
            if path.stat().st_size != length or digest_of(path) != digest:
                raise Problem(
                    f"{name} in the backup is damaged: its checksum is not the one written down when it was made.",
                    "Use another backup; nothing has been changed.",
                )
        if DATABASE_FILE not in self.files:
            raise Problem(f"The backup lists no {DATABASE_FILE}.", "Use another backup; nothing has been changed.")


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file as hexadecimal digits."""
    running = hashlib.sha256()
    with path.open("rb") as handle:
        while chunk := handle.read(_CHUNK):
            running.update(chunk)
    return running.hexdigest()
