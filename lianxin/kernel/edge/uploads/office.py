"""Office files, old and new: macros, controls and templates fetched from elsewhere are refused."""

import struct
from typing import IO

import olefile  # type: ignore[import-untyped]
from django.utils.translation import gettext as _

from lianxin.kernel.edge.uploads.kinds import FACTS, Kind
from lianxin.kernel.errors import InvalidInput
from lianxin.kernel.spreadsheets.limits import DEFAULT_LIMITS
from lianxin.kernel.spreadsheets.package import Package, damaged, read_xml
from lianxin.kernel.spreadsheets.problems import CannotRead

_FETCHED = ("/attachedTemplate", "/oleObject", "/frame", "/subDocument", "/control")
_MACRO_SHEET = 1
_BOUND_SHEET, _FILE_PASS, _END = 0x85, 0x2F, 0x0A
_GLOBALS = 4 << 20
"""Bytes of a workbook's stream in which the list of its sheets stands; real ones need some kilobytes."""

ENCRYPTED = "encrypted"
"""A mark on an accepted file: its content could not be looked into."""


def _macros() -> InvalidInput:
    return InvalidInput(
        {"file": _("The file contains macros or controls. Save it as .xlsx or .docx, which has none, and upload that.")}
    )


def check_package(file: IO[bytes], wanted: set[Kind]) -> Kind:
    """Look into a ZIP package; the kind it is.

    Raises:
        InvalidInput: it is none of the wanted kinds, would unpack to too much, or holds something that acts by itself.
    """
    try:
        package = Package(file, DEFAULT_LIMITS)
        try:
            kind = _kind_of(package, wanted)
            _refuse_active(package)
        finally:
            package.close()
    except CannotRead as refusal:
        raise InvalidInput({"file": refusal.sentence}) from refusal
    return kind


def _kind_of(package: Package, wanted: set[Kind]) -> Kind:
    names = package.names()
    if any(name.startswith("word/") for name in names):
        kind = Kind.document
    elif any(name.startswith("xl/") for name in names):
        kind = Kind.spreadsheet
    else:
        sentence = _("This is an archive. Unpack it and upload the file that is inside.")
        raise InvalidInput({"file": sentence if "[content_types].xml" not in names else not_wanted(wanted)})
    if kind not in wanted:
        raise InvalidInput({"file": not_wanted(wanted)})
    return kind


def not_wanted(wanted: set[Kind]) -> str:
    """The sentence for a file of another kind than the form asks for."""
    labels = [str(FACTS[kind].label) for kind in Kind if kind in wanted]
    return _("This file is not of a kind that is taken here. Upload %(kinds)s.") % {"kinds": _(" or ").join(labels)}


def _refuse_active(package: Package) -> None:
    for name in package.names():
        _refuse_part(f"/{name}")
    if "[content_types].xml" not in package:
        raise damaged()
    read_xml(package, "[content_types].xml", _refuse_content_type)
    for name in package.names():
        if name.endswith(".rels"):
            read_xml(package, name, _refuse_relation)


def _refuse_part(path: str) -> None:
    if path.endswith(("/vbaproject.bin", "/vbadata.xml")) or "/activex/" in path or "/macrosheets/" in path:
        raise _macros()
    if "/embeddings/" in path and path.endswith(".bin"):
        raise InvalidInput(
            {"file": _("The file contains an embedded program or object. Remove it, save the file and upload it.")}
        )


def _refuse_content_type(tag: str, attributes: dict[str, str]) -> None:
    if tag in {"Override", "Default"} and "macroenabled" in attributes.get("ContentType", "").lower():
        raise _macros()


def _refuse_relation(tag: str, attributes: dict[str, str]) -> None:
    fetched = attributes.get("Type", "").endswith(_FETCHED)
    if tag == "Relationship" and attributes.get("TargetMode") == "External" and fetched:
        sentence = _(
            "The file would fetch a template or object from elsewhere when opened. "
            "Copy its content into a new file and upload that."
        )
        raise InvalidInput({"file": sentence})


def check_compound(file: IO[bytes], wanted: set[Kind]) -> set[str]:
    """Look into a compound file (.xls, .et, or a workbook behind a password); marks to put on it.

    Raises:
        InvalidInput: it is no workbook, is damaged, or holds macros.
    """
    if Kind.spreadsheet not in wanted:
        raise InvalidInput({"file": not_wanted(wanted)})
    try:
        with olefile.OleFileIO(file) as ole:
            parts = {part.lower() for path in ole.listdir() for part in path}
            if parts & {"_vba_project_cur", "_vba_project", "vba", "macros"}:
                raise _macros()
            if ole.exists("EncryptedPackage"):
                return {ENCRYPTED}
            book = next((name for name in ("Workbook", "Book") if ole.exists(name)), None)
            if book is None:
                raise InvalidInput({"file": not_wanted(wanted)})
            return _check_sheets(ole.openstream(book).read(_GLOBALS))
    except (OSError, ValueError, IndexError, TypeError, struct.error, AttributeError) as error:
        raise InvalidInput({"file": damaged().sentence}) from error


def _check_sheets(stream: bytes) -> set[str]:
    """Walk the records before the first sheet: what is a sheet of macros, and is there a password."""
    position = 0
    while position + 4 <= len(stream):
        code, length = struct.unpack_from("<HH", stream, position)
        position += 4
        if code == _END:
            break
        if code == _FILE_PASS:
            return {ENCRYPTED}
        if code == _BOUND_SHEET and length > 5 and stream[position + 5] == _MACRO_SHEET:  # noqa: PLR2004 - its type
            raise _macros()
        position += length
    return set()
