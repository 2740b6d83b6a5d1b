"""Office documents (.docx, .xlsx): every part of the package is read and masked in place, so that nothing else changes.

Text stands in more places than a page shows: headers, comments, notes, text boxes, deleted text, properties, the string
table, cached values, links, chart data, files inside the file. Known parts say where a finding stands; every other text
and attribute of every part is checked too. What is no XML (pictures, objects) is named as not checked.
"""

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from lianxin.disclosure.reading import sheets, words
from lianxin.disclosure.reading.outcome import CannotRead, Outcome, Place
from lianxin.disclosure.reading.segments import Group, enough_digits, of_attribute, of_tail, of_text

MOST_PARTS = 5000
MOST_UNPACKED = 150 * 1024 * 1024
MOST_XML = 60 * 1024 * 1024
DEEPEST = 2
MAIN = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
XML = (".xml", ".rels", ".vml")
PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".emf", ".wmf", ".svg", ".webp", ".wdp", ".ico")
DEVICE_ONLY = re.compile(r"(?:^|/)(?:printersettings|fonts)/|\.(?:odttf|fntdata|ttf|otf)$")
"""Settings of a printer's driver and fonts: no text of the document."""
MACROS = re.compile(r"(?:^|/)vbaproject\.bin$|(?:^|/)activex/|macrosheets/")
CALCULATION = "xl/calcChain.xml"

FAULTS = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError, RuntimeError)


@dataclass(slots=True)
class _Opened:
    """A package by what its parts are: XML, files inside that changed, parts the copy leaves out."""

    parts: dict[str, bytes]
    trees: dict[str, Any] = field(default_factory=dict)
    blobs: dict[str, bytes] = field(default_factory=dict)
    dropped: set[str] = field(default_factory=set)


def read_package(content: bytes, kind: str, *, depth: int = 0) -> Outcome:
    """Check an Office document; the copy is the same document with what was found masked.

    Raises:
        CannotRead: encrypted, of the old format, with macros, damaged, or too large once unpacked.
    """
    outcome = Outcome()
    opened = _Opened(_unpacked(content, kind))
    for name, body in opened.parts.items():
        _sort(outcome, opened, name, body, depth)
    changed: set[str] = set()
    book = sheets.Workbook(opened.trees) if kind == "xlsx" else None
    if book is not None:
        changed |= book.check(outcome)
        if book.lost_formulas and CALCULATION in opened.parts:
            opened.dropped.add(CALCULATION)
    for name, tree in opened.trees.items():
        known = words.groups(name, tree) if book is None else book.groups(name)
        if _check_part(outcome, name, tree, known):
            changed.add(name)
    if changed or opened.blobs or opened.dropped:
        outcome.masked = _packed(opened, changed)
        outcome.masked_clear = depth == 0 and _is_clear(outcome.masked, kind)
    return outcome


def _sort(outcome: Outcome, opened: _Opened, name: str, body: bytes, depth: int) -> None:
    """Tell what a part is; what is no XML is named as not checked."""
    low = name.lower()
    if low.endswith(XML):
        tree = _parsed(body)
        if tree is None:
            outcome.miss("part", ("part", name))
        else:
            opened.trees[name] = tree
    elif "thumbnail" in low:
        outcome.miss("thumbnail", ("part", name))
        opened.dropped.add(name)
    elif low.endswith(PICTURES):
        outcome.miss("picture", ("part", name))
    elif low.endswith((".docx", ".xlsx")) and depth < DEEPEST:
        _inside(outcome, opened.blobs, name, body, depth)
    elif body and not DEVICE_ONLY.search(low):
        outcome.miss("object", ("part", name))


def _is_clear(copy: bytes, kind: str) -> bool:
    again = read_package(copy, kind, depth=1)
    return not again.count and not again.unread


def _unpacked(content: bytes, kind: str) -> dict[str, bytes]:
    if content.startswith(OLD_OFFICE):
        raise CannotRead("encrypted_or_old")
    try:
        package = zipfile.ZipFile(io.BytesIO(content))
    except FAULTS as error:
        raise CannotRead("damaged") from error
    with package:
        entries = [one for one in package.infolist() if not one.is_dir()]
        wrong = _wrong(entries, kind)
        if wrong:
            raise CannotRead(wrong)
        try:
            return {one.filename: package.read(one) for one in entries}
        except FAULTS as error:
            raise CannotRead("damaged") from error


def _wrong(entries: list[zipfile.ZipInfo], kind: str) -> str:
    """What stands against opening the package, judged by its directory alone."""
    names = {one.filename for one in entries}
    xml = sum(one.file_size for one in entries if one.filename.lower().endswith(XML))
    if len(entries) > MOST_PARTS or xml > MOST_XML or sum(one.file_size for one in entries) > MOST_UNPACKED:
        return "too_large_unpacked"
    if len(names) != len(entries):
        return "damaged"
    if any(one.flag_bits & 1 for one in entries):
        return "encrypted_or_old"
    if any(MACROS.search(name.lower()) for name in names):
        return "macros"
    return "" if MAIN[kind] in names else "other_kind"


def _parsed(body: bytes) -> Any | None:
    """The part's tree; None where it cannot be read as XML. Entities are never followed."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=False)
    try:
        tree = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    return None if tree.getroottree().docinfo.doctype else tree


def _inside(outcome: Outcome, blobs: dict[str, bytes], name: str, body: bytes, depth: int) -> None:
    try:
        other = read_package(body, name.lower().rpartition(".")[2], depth=depth + 1)
    except CannotRead:
        outcome.miss("object", ("part", name))
        return
    outcome.merge(other, posixpath.basename(name))
    if other.masked is not None:
        blobs[name] = other.masked


def _check_part(outcome: Outcome, name: str, tree: Any, known: tuple[list[Group], set[Any]]) -> bool:
    groups, covered = known
    hit = [group.check(outcome) for group in groups]
    place = place_of(name)
    hit += [group.check(outcome) for group in _rest(tree, place, covered)]
    return any(hit)


def _rest(tree: Any, place: Place, covered: set[Any]) -> Iterable[Group]:
    """Every text and attribute of a part that no known group holds."""
    for element in tree.iter():
        if not isinstance(element.tag, str):  # comments and processing instructions
            if enough_digits(element.text or ""):
                yield Group(place, [of_text(element)])
        else:
            if element not in covered and enough_digits(element.text or ""):
                yield Group(place, [of_text(element)])
            for key, value in element.attrib.items():
                if enough_digits(value):
                    yield Group(place, [of_attribute(element, key)])
        if enough_digits(element.tail or ""):
            yield Group(place, [of_tail(element)])


_PLACES: tuple[tuple[str, Callable[[str], Place]], ...] = (
    ("docprops/", lambda _name: ("properties",)),
    ("customxml/", lambda _name: ("properties",)),
    ("_rels/", lambda _name: ("links",)),
    ("charts/", lambda _name: ("chart",)),
    ("pivotcache/", lambda _name: ("pivot",)),
    ("comment", lambda _name: ("comments",)),
)


def place_of(name: str) -> Place:
    """Where a part's text stands, as well as its name tells."""
    low = name.lower()
    return next((make(name) for word, make in _PLACES if word in low), ("part", name))


def _packed(opened: _Opened, changed: set[str]) -> bytes:
    """The package with its changed parts, without the dropped ones and what refers to them."""
    changed = changed | _forget(opened.trees, opened.dropped)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        for name, body in opened.parts.items():
            if name in opened.dropped:
                continue
            written = opened.blobs.get(name, body)
            if name in changed:
                tree = opened.trees[name].getroottree()
                written = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
            package.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), written, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _forget(trees: dict[str, Any], dropped: set[str]) -> set[str]:
    """Take what refers to dropped parts out of the list of contents and the relationships."""
    touched = set()
    gone = {f"/{name}" for name in dropped}
    for name, tree in trees.items():
        for element in list(tree):
            refers = element.get("PartName") in gone
            if name.lower().endswith(".rels") and element.get("Target") and element.get("TargetMode") != "External":
                base = posixpath.dirname(posixpath.dirname(name))
                target = element.get("Target")
                refers = posixpath.normpath(posixpath.join("/" + base, target)) in gone
            if refers:
                tree.remove(element)
                touched.add(name)
    return touched
