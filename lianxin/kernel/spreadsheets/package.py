"""The outer shell of an .xlsx file: a ZIP package of XML parts, opened with distrust."""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from typing import IO, TYPE_CHECKING
from xml.parsers import expat

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.spreadsheets.limits import MEGABYTE
from lianxin.kernel.spreadsheets.problems import CannotRead

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lianxin.kernel.spreadsheets.limits import Limits

    StartHandler = Callable[[str, dict[str, str]], None]
    EndHandler = Callable[[str], None]

_BLOCK = 1 << 16
_ENCRYPTED_ENTRY = 0x1
_LONGEST_TOKEN = 4 * MEGABYTE
_DIGITS = 8
_NAMES = 1_000
_RELATIONSHIP_TYPES = ("/officeDocument", "/worksheet", "/sharedStrings", "/styles")


def damaged() -> CannotRead:
    """Return the refusal for a package that is cut off or inconsistent."""
    return CannotRead(
        "damaged",
        _("The file is damaged or was not uploaded completely. Open it in Excel or WPS, save it again and upload it."),
    )


class Package:
    """An opened package that never unpacks more than the limits allow."""

    def __init__(self, file: IO[bytes], limits: Limits) -> None:
        self._limits = limits
        try:
            self._zip = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise damaged() from error
        self._names = {name.lower(): name for name in self._zip.namelist()}
        self._refuse_bombs()

    def _refuse_bombs(self) -> None:
        """Refuse by the sizes the package declares; ``zipfile`` never reads past a declared size."""
        limits, entries = self._limits, self._zip.infolist()
        total = sum(entry.file_size for entry in entries)
        dense = any(
            entry.file_size > limits.ratio_from and entry.file_size > limits.ratio * max(entry.compress_size, 1)
            for entry in entries
        )
        if dense or total > limits.uncompressed or len(entries) > limits.parts:
            raise CannotRead(
                "bomb",
                format_lazy(
                    _(
                        "The file would unpack to {size} MB, far more than a list needs. "
                        "Copy only the table into a new workbook and upload that."
                    ),
                    size=f"{total / MEGABYTE:,.0f}",
                ),
            )
        if any(entry.flag_bits & _ENCRYPTED_ENTRY for entry in entries):
            raise CannotRead(
                "encrypted_zip",
                _("The file is a password-protected archive. Unpack it and upload the workbook that is inside."),
            )

    def __contains__(self, part: str) -> bool:
        return part.lower() in self._names

    def names(self) -> list[str]:
        """Return the part names in lower case."""
        return list(self._names)

    def blocks(self, part: str) -> Iterator[bytes]:
        """Yield the unpacked bytes of a part.

        Raises:
            CannotRead: the part is missing, damaged or longer than it declares.
        """
        try:
            with self._zip.open(self._names[part.lower()]) as stream:
                while block := stream.read(_BLOCK):
                    yield block
        except (
            KeyError,
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            NotImplementedError,
            RuntimeError,
        ) as error:
            raise damaged() from error

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Return relationship id → (last word of its type, target part) of a part that may have none."""
        folder, name = posixpath.split(part)
        source = f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"
        found: dict[str, tuple[str, str]] = {}
        if source not in self:
            return found

        def start(tag: str, attributes: dict[str, str]) -> None:
            if tag != "Relationship" or attributes.get("TargetMode") == "External":
                return
            kind = attributes.get("Type", "")
            if kind.endswith(_RELATIONSHIP_TYPES):
                target = attributes.get("Target", "")
                path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
                found[attributes.get("Id", "")] = (kind.rsplit("/", 1)[-1], path.lstrip("/"))

        read_xml(self, source, start)
        return found

    def close(self) -> None:
        """Close the archive; the file handed in stays open."""
        self._zip.close()


def _refuse_doctype(*_args: object) -> None:
    raise CannotRead(
        "doctype",
        _(
            "The file contains definitions that a workbook never has. "
            "Copy the table into a new workbook and upload that."
        ),
    )


class LocalNames(dict[str, str]):
    """Element name → the name without its namespace, remembered: a sheet has millions of elements of five names."""

    def __missing__(self, tag: str) -> str:
        name = tag.rpartition("}")[2]
        if len(self) < _NAMES:
            self[tag] = name
        return name


def make_parser(start: StartHandler, end: EndHandler | None, text: EndHandler | None) -> expat.XMLParserType:
    """Return an expat parser that hands over local names and refuses document types, and with them all entities."""
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.buffer_size = _BLOCK
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    return parser


def feed(package: Package, part: str, parser: expat.XMLParserType) -> Iterator[None]:
    """Run a part through a parser, pausing after each block so that the caller can take what is finished.

    Raises:
        CannotRead: the XML is damaged, or one token is so long that the parser would have to hoard it.
    """
    fed = 0
    try:
        for block in package.blocks(part):
            parser.Parse(block)
            fed += len(block)
            if fed - parser.CurrentByteIndex > _LONGEST_TOKEN:
                raise damaged()
            yield
        parser.Parse(b"", True)  # noqa: FBT003  expat's own signature
        yield
    except expat.ExpatError as error:
        raise damaged() from error


def read_xml(
    package: Package, part: str, start: StartHandler, end: EndHandler | None = None, text: EndHandler | None = None
) -> None:
    """Parse a whole part, calling the handlers with element names freed from their namespace.

    Raises:
        CannotRead: the XML is damaged or declares a document type.
    """
    parser = make_parser(
        lambda tag, attributes: start(tag.rpartition("}")[2], attributes),
        None if end is None else lambda tag: end(tag.rpartition("}")[2]),
        text,
    )
    for _pause in feed(package, part, parser):
        pass


def small_number(text: str | None, otherwise: int) -> int:
    """Return the whole number in an attribute, or ``otherwise``; nothing in a workbook counts past eight digits."""
    return int(text) if text and len(text) <= _DIGITS and text.isdecimal() else otherwise
