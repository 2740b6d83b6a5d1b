"""Where text stands in a workbook: cells with their sheets, the shared strings they point to, what is hidden.

Three things need more than masking a text: a string shared by several cells is told with those cells; a number kept
as a number becomes a text when it is masked; and a formula whose result was masked becomes that result, for it
would bring the number back.
"""

import posixpath
import re
from collections import defaultdict
from decimal import Decimal, InvalidOperation
from typing import Any

from lianxin.disclosure.reading.outcome import Outcome, Place
from lianxin.disclosure.reading.segments import Group, Piece, of_text
from lianxin.disclosure.reading.words import BOXES

S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
STRINGS = "xl/sharedStrings.xml"
BOOK = "xl/workbook.xml"
HEADING = re.compile(
    r"身份|证件|电话|手机|联系|卡号|账号|帐号|账户|开户|代码|编号|号码|tel|phone|mobile|card|account", re.IGNORECASE
)
HEADERS = tuple(f"{S}{page}{end}" for page in ("odd", "even", "first") for end in ("Header", "Footer"))
CODES = re.compile(r'&(?:"[^"]*"|K(?:[0-9A-Fa-f]{6}|[0-9]{2}[+-][0-9]{3})|[0-9]{1,3}(?![0-9])|[A-Za-z+])')
"""What stands in headers and footers of pages beside their text: places, fonts, sizes, colours, fields."""
PARTING = frozenset("LCRPNDTAFGZ")
LONGEST_HEADING = 20
LEAST_NUMBER = Decimal(10) ** 6
LONGEST_NUMBER = 22
CARD_AS_NUMBER = re.compile(r"62[0-9]{14,17}")
SHOWN_CELLS = 3
VISIBLE = 3
"""The parts of a visible cell's place; a hidden one has another."""


class Workbook:
    """A workbook's parts, read once for cells and their strings."""

    def __init__(self, trees: dict[str, Any]) -> None:
        self.trees = trees
        self.lost_formulas = False
        self._strings = [] if STRINGS not in trees else list(trees[STRINGS].iterchildren(f"{S}si"))
        self._texts = ["".join(t.text or "" for t in one.iter(f"{S}t")) for one in self._strings]
        self._cells: dict[int, list[Place]] = defaultdict(list)
        self._hints: dict[int, set[str]] = defaultdict(set)
        self._covered: dict[str, set[Any]] = defaultdict(set)
        self._groups: dict[str, list[Group]] = defaultdict(list)

    def check(self, outcome: Outcome) -> set[str]:
        """Check numbers and formula results of all sheets, and collect the texts; the names of changed parts."""
        changed = set()
        for part, title, hidden in self._sheets():
            if self._check_sheet(outcome, part, title, hidden=hidden):
                changed.add(part)
        self._collect_strings()
        return changed

    def groups(self, name: str) -> tuple[list[Group], set[Any]]:
        """The texts of a part and the elements they cover."""
        tree = self.trees[name]
        if name.startswith("xl/comments") or "/comments" in name:
            return _comments(tree)
        lines = list(tree.iter(*HEADERS))
        pages = [Group(("part", name), _without_codes(line)) for line in lines]
        return self._groups[name] + pages, self._covered[name] | set(lines)

    def _sheets(self) -> list[tuple[str, str, bool]]:
        """Part, title and whether hidden, of each sheet in the order of the tabs."""
        if BOOK not in self.trees:
            return []
        links = self.trees.get("xl/_rels/workbook.xml.rels")
        targets = {} if links is None else {one.get("Id"): one.get("Target") or "" for one in links}
        found = []
        for sheet in self.trees[BOOK].iter(f"{S}sheet"):
            target = targets.get(sheet.get(f"{R}id"), "")
            part = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
            if part in self.trees:
                found.append((part, sheet.get("name") or part, sheet.get("state") in {"hidden", "veryHidden"}))
        return found

    def _check_sheet(self, outcome: Outcome, part: str, title: str, *, hidden: bool) -> bool:
        tree = self.trees[part]
        columns = _hidden_columns(tree)
        headings: dict[str, str] = {}
        changed = False
        for row in tree.iter(f"{S}row"):
            cells = list(row.iterchildren(f"{S}c"))
            out_of_sight = hidden or row.get("hidden") in {"1", "true"}
            for cell in cells:
                ref = cell.get("r") or ""
                column = ref.rstrip("0123456789")
                unseen = out_of_sight or any(low <= _number(column) <= high for low, high in columns)
                place: Place = ("cell", title, ref, "hidden") if unseen else ("cell", title, ref)
                changed |= self._check_cell(outcome, part, cell, place, headings.get(column, ""))
                text = self._text_of(cell)
                if text and len(text) <= LONGEST_HEADING and HEADING.search(text):
                    headings[column] = text
            changed |= self._check_boxes(outcome, cells, title)
        return changed

    def _text_of(self, cell: Any) -> str:
        kind, value = cell.get("t"), cell.findtext(f"{S}v")
        if kind == "inlineStr":
            return "".join(t.text or "" for t in cell.iter(f"{S}t"))
        if kind == "s":
            index = _index(value)
            return self._texts[index] if index is not None and index < len(self._texts) else ""
        return value or ""

    def _check_cell(self, outcome: Outcome, part: str, cell: Any, place: Place, hint: str) -> bool:
        kind, value = cell.get("t"), cell.find(f"{S}v")
        if kind == "s":
            index = _index(None if value is None else value.text)
            if index is not None:
                self._hints[index].add(hint)
                self._cells[index].append(place)
            return False
        if kind == "inlineStr":
            texts = list(cell.iter(f"{S}t"))
            self._covered[part].update(texts)
            if texts:
                self._groups[part].append(Group(place, [of_text(one) for one in texts], hint))
            return False
        if value is None:
            return False
        self._covered[part].add(value)
        shown = value.text or "" if kind in {"str", "e", "b", "d"} else _as_shown(value.text or "")
        if kind in {None, "n"} and CARD_AS_NUMBER.fullmatch(shown):
            hint = f"{hint} card"  # its check digit was rounded away with the digits beyond the fifteenth
        return bool(shown) and Group(place, [Piece(shown, lambda text: self._write(cell, text))], hint).check(outcome)

    def _write(self, cell: Any, text: str) -> None:
        """Put a masked text where a number, a shared string or a formula's result stood."""
        formula = cell.find(f"{S}f")
        if formula is not None:
            self._unshare(formula)
            self.lost_formulas = True
        for child in list(cell):
            cell.remove(child)
        cell.set("t", "inlineStr")
        inline = cell.makeelement(f"{S}is", {})
        line = inline.makeelement(f"{S}t", {})
        line.text = text
        inline.append(line)
        cell.append(inline)

    def _unshare(self, formula: Any) -> None:
        """A formula others point to goes with them: they keep their results."""
        shared = formula.get("si")
        if formula.get("t") != "shared" or shared is None:
            return
        sheet = formula.getroottree().getroot()
        for other in [one for one in sheet.iter(f"{S}f") if one.get("si") == shared and one is not formula]:
            other.getparent().remove(other)

    def _check_boxes(self, outcome: Outcome, cells: list[Any], title: str) -> bool:
        """Numbers written one sign to a cell."""
        changed = False
        run: list[Any] = []
        for cell in [*cells, None]:
            if cell is not None and len(self._text_of(cell).strip()) == 1:
                run.append(cell)
                continue
            if len(run) >= BOXES:
                pieces = [Piece(self._text_of(one).strip(), self._writer(one)) for one in run]
                changed |= Group(("boxes_cells", title, run[0].get("r") or ""), pieces).check(outcome)
            run = []
        return changed

    def _writer(self, cell: Any) -> Any:
        return lambda text: self._write(cell, text)

    def _collect_strings(self) -> None:
        for index, one in enumerate(self._strings):
            texts = list(one.iter(f"{S}t"))
            self._covered[STRINGS].update(texts)
            place = _shared_place(self._cells.get(index, []))
            hint = " ".join(sorted(self._hints[index]))
            self._groups[STRINGS].append(Group(place, [of_text(text) for text in texts], hint))


def _without_codes(line: Any) -> list[Piece]:
    """The text of a page's header in pieces between its codes, so that no code hides or splits a number.

    A code that begins a place (left, centre, right) or puts in a field parts what stands on its sides.
    """
    text = line.text or ""
    signs = list(text)
    pieces: list[Piece] = []

    def piece(begin: int, end: int) -> Piece:
        def write(masked: str) -> None:
            signs[begin:end] = masked
            line.text = "".join(signs)

        return Piece(text[begin:end], write)

    begin = 0
    for code in CODES.finditer(text):
        pieces.append(piece(begin, code.start()))
        if code[0][1:] in PARTING:
            pieces.append(Piece("；", lambda _text: None))
        begin = code.end()
    return [*pieces, piece(begin, len(text))]


def _shared_place(places: list[Place]) -> Place:
    """Where a shared string is shown: its cell, or its sheets with some cells, their number, and if any is hidden."""
    if not places:
        return ("unused_string",)
    if len(places) == 1:
        return places[0]
    titles = list(dict.fromkeys(str(place[1]) for place in places))
    refs = ", ".join(str(place[2]) for place in places[:SHOWN_CELLS])
    hidden = ("hidden",) if any(len(place) > VISIBLE for place in places) else ()
    return ("cells", "”“".join(titles), refs, len(places), *hidden)


def _index(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() else None


def _as_shown(text: str) -> str:
    """A number as its digits, whatever notation the file uses; nothing where it is no long whole number."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    if not number.is_finite() or number < LEAST_NUMBER or number.adjusted() >= LONGEST_NUMBER:
        return ""
    if number != number.to_integral_value():
        return ""
    return format(number.to_integral_value(), "f")


def _number(column: str) -> int:
    total = 0
    for sign in column:
        total = total * 26 + ord(sign) - 64
    return total


def _hidden_columns(tree: Any) -> list[tuple[int, int]]:
    return [
        (int(one.get("min") or 0), int(one.get("max") or 0))
        for one in tree.iter(f"{S}col")
        if one.get("hidden") in {"1", "true"}
    ]


def _comments(tree: Any) -> tuple[list[Group], set[Any]]:
    made, covered = [], set()
    for comment in tree.iter(f"{S}comment"):
        texts = list(comment.iter(f"{S}t"))
        covered.update(texts)
        made.append(Group(("cell_comment", comment.get("ref") or ""), [of_text(one) for one in texts]))
    return made, covered
