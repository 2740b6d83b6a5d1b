"""Opening a file somebody uploaded: what it is by its content, never by its name."""

from __future__ import annotations

import contextlib
import re
import struct
import tempfile
from pathlib import Path
from typing import IO, TYPE_CHECKING, Protocol, Self

import msoffcrypto
import olefile  # type: ignore[import-untyped]
from django.utils.translation import gettext_lazy as _
from msoffcrypto import exceptions as office_errors

from lianxin.kernel.spreadsheets.delimited import DelimitedBook
from lianxin.kernel.spreadsheets.limits import DEFAULT_LIMITS, Limits
from lianxin.kernel.spreadsheets.package import damaged
from lianxin.kernel.spreadsheets.problems import CannotRead
from lianxin.kernel.spreadsheets.xls import XlsBook
from lianxin.kernel.spreadsheets.xlsx import XlsxBook

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    from lianxin.kernel.spreadsheets.cells import Sheet

_ZIP, _ZIP_EMPTY, _OLE = b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEAD = 512
_SPIN_COUNT = re.compile(rb'spinCount\s*=\s*["\'](\d+)')
_PICTURE = _("This is a picture. Upload the Excel workbook or CSV file with the list itself.")
_ARCHIVE = _("This is an archive. Unpack it and upload the workbook that is inside.")
_PAGE = _("This is a web page saved under another name. Open it in Excel, save it as .xlsx and upload that.")
_FOREIGN = (
    (b"\x89PNG", "picture", _PICTURE),
    (b"\xff\xd8\xff", "picture", _PICTURE),
    (b"GIF8", "picture", _PICTURE),
    (b"BM", "picture", _PICTURE),
    (b"RIFF", "picture", _PICTURE),
    (b"II*\x00", "picture", _PICTURE),
    (b"MM\x00*", "picture", _PICTURE),
    (b"%PDF", "pdf", _("This is a PDF. Ask for the list as an Excel workbook or CSV file and upload that.")),
    (b"{\\rtf", "word", _("This is a Word document. Copy its table into Excel and upload the workbook.")),
    (b"Rar!", "archive", _ARCHIVE),
    (b"7z\xbc\xaf", "archive", _ARCHIVE),
    (b"\x1f\x8b", "archive", _ARCHIVE),
    (b"<!doctype html", "web_page", _PAGE),
    (b"<html", "web_page", _PAGE),
    (b"<table", "web_page", _PAGE),
    (b"<?xml", "xml", _("This is an XML file. Open it in Excel, save it as .xlsx and upload that.")),
)


class _Book(Protocol):
    @property
    def sheets(self) -> Sequence[Sheet]: ...

    def close(self) -> None: ...


class Workbook:
    """An opened file: its visible sheets. A context manager; sheets are read while it is open."""

    def __init__(self, book: _Book, resources: contextlib.ExitStack) -> None:
        self._book = book
        self._resources = resources

    @property
    def sheets(self) -> Sequence[Sheet]:
        """The visible sheets in their order; hidden ones are left out."""
        return self._book.sheets

    def close(self) -> None:
        """Close the file and remove what was unpacked for it."""
        self._book.close()
        self._resources.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc_info: object) -> None:
        self.close()


def open_workbook(
    path: str | os.PathLike[str], *, password: str | None = None, limits: Limits = DEFAULT_LIMITS
) -> Workbook:
    """Open an .xlsx, .xls or delimited text file for reading; nothing in it is ever evaluated or fetched.

    Args:
        path: the file as it was uploaded.
        password: for workbooks protected by one.
        limits: bounds on size and shape.

    Raises:
        CannotRead: with one sentence saying what the file is or lacks and what to do.
        OSError: the path cannot be opened.
    """
    with contextlib.ExitStack() as resources:
        file: IO[bytes] = resources.enter_context(Path(path).open("rb"))
        head = file.read(_HEAD)
        file.seek(0)
        if head.startswith(_OLE):
            file = _ole_content(file, password, limits, resources)
            head = file.read(_HEAD)
            file.seek(0)
        book = _open_content(file, head, Path(path).stem, limits)
        if not book.sheets:
            book.close()
            raise CannotRead(
                "no_sheets", _("The workbook has no visible sheet. Show the sheet with the list and save it.")
            )
        return Workbook(book, resources.pop_all())


def refuse_foreign(head: bytes) -> None:
    """Refuse a file whose first bytes say that it is no list: empty, a picture, a PDF, an archive, a web page.

    Raises:
        CannotRead: with one sentence saying what the file is and what to do.
    """
    if not head.strip():
        raise CannotRead("empty", _("The file is empty. Choose the file with the list and upload it again."))
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for mark, code, sentence in _FOREIGN:
        # A text list may begin with the letters BM; a picture's next bytes are a size with zeros in it.
        if start.startswith(mark.lower()) and (mark not in {b"BM", b"RIFF"} or b"\x00" in head):
            raise CannotRead(code, sentence)


def _open_content(file: IO[bytes], head: bytes, name: str, limits: Limits) -> _Book:
    refuse_foreign(head)
    if head.startswith((_ZIP, _ZIP_EMPTY)):
        return XlsxBook(file, limits)
    if head.startswith(_OLE):
        return XlsBook(file, limits)
    return DelimitedBook(file, name, limits)


def _ole_content(file: IO[bytes], password: str | None, limits: Limits, resources: contextlib.ExitStack) -> IO[bytes]:
    """Return the file to read: itself for .xls, or what its password opens."""
    try:
        with olefile.OleFileIO(file) as ole:
            sealed = ole.exists("EncryptedPackage")
            if not sealed and not (ole.exists("Workbook") or ole.exists("Book")):
                raise CannotRead(
                    "not_a_workbook",
                    _("This is an Office document but not a workbook. Upload the Excel workbook with the list."),
                )
            info = ole.openstream("EncryptionInfo").read(1 << 16) if sealed and ole.exists("EncryptionInfo") else b""
    except (OSError, ValueError, IndexError, TypeError, struct.error, AttributeError) as error:
        raise damaged() from error
    spins = max((int(found[:12]) for found in _SPIN_COUNT.findall(info)), default=0)
    if b"<!" in info or spins > limits.spin_count:
        raise damaged()
    file.seek(0)
    try:
        office = msoffcrypto.OfficeFile(file)
        sealed = sealed or office.is_encrypted()
    except Exception as error:  # msoffcrypto parses untrusted records and lets any error through
        raise damaged() from error
    if sealed:
        file = _unseal(office, password, resources)
    file.seek(0)
    return file


def _unseal(
    office: msoffcrypto.format.base.BaseOfficeFile, password: str | None, resources: contextlib.ExitStack
) -> IO[bytes]:
    if not password:
        raise CannotRead(
            "password_needed", _("The workbook is protected by a password. Enter the password, or save it without one.")
        )
    plain: IO[bytes] = resources.enter_context(tempfile.TemporaryFile())  # noqa: SIM115  the stack closes it
    try:
        office.load_key(password=password)
        office.decrypt(plain)
    except (office_errors.InvalidKeyError, office_errors.DecryptionError) as error:
        raise CannotRead(
            "wrong_password", _("The password does not open this workbook. Check it and enter it again.")
        ) from error
    except Exception as error:  # the same
        raise damaged() from error
    return plain
