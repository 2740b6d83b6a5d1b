"""Where text stands in a Word document: paragraphs of the body, of tables, headers, notes, comments and text boxes."""

import re
from typing import Any

from lianxin.disclosure.reading.outcome import Place
from lianxin.disclosure.reading.segments import Group, Piece, of_text

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
PARAGRAPHS = (f"{W}p", f"{A}p")
TEXTS = {f"{W}t", f"{W}delText", f"{A}t"}
CODES = {f"{W}instrText", f"{W}delInstrText"}
BREAKS = {f"{W}tab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{A}br": "\n"}
OLD = {f"{W}del", f"{W}moveFrom"}
NEW = {f"{W}ins", f"{W}moveTo"}
BOXES = 11
"""So many neighbouring cells with one sign each are a number written into boxes."""
_PARTS = (
    (re.compile(r"word/document\d*\.xml$"), "body"),
    (re.compile(r"word/header\d*\.xml$"), "header"),
    (re.compile(r"word/footer\d*\.xml$"), "footer"),
    (re.compile(r"word/footnotes\.xml$"), "footnote"),
    (re.compile(r"word/endnotes\.xml$"), "endnote"),
    (re.compile(r"word/comments\w*\.xml$"), "comment"),
)


def groups(name: str, tree: Any) -> tuple[list[Group], set[Any]]:
    """The lines of a part and the elements they cover; parts without paragraphs have none."""
    part = next((word for pattern, word in _PARTS if pattern.search(name)), "drawing")
    made: list[Group] = []
    covered: set[Any] = set()
    rows = {row: at for table in tree.iter(f"{W}tbl") for at, row in enumerate(table.iter(f"{W}tr"), start=1)}
    for number, paragraph in enumerate(tree.iter(*PARAGRAPHS), start=1):
        texts, codes = _pieces(paragraph)
        covered.update(element for element, _piece in (*texts, *codes))
        place = _place(paragraph, part, number, rows)
        made += [Group(place, [piece for _element, piece in found]) for found in (texts, codes) if found]
    return made + _boxed(tree, part), covered


def _pieces(paragraph: Any) -> tuple[list[tuple[Any, Piece]], list[tuple[Any, Piece]]]:
    """The texts of a paragraph, and its field codes, without those of text boxes that hang in it."""
    texts: list[tuple[Any, Piece]] = []
    codes: list[tuple[Any, Piece]] = []

    def walk(element: Any, mark: str) -> None:
        for child in element:
            tag = child.tag
            if tag in PARAGRAPHS:
                continue
            inner = "old" if tag in OLD else "new" if tag in NEW else mark
            if tag in TEXTS:
                texts.append((child, of_text(child, "old" if tag == f"{W}delText" else inner)))
            elif tag in CODES:
                codes.append((child, of_text(child)))
            elif tag in BREAKS:
                texts.append((child, Piece(BREAKS[tag], lambda _text: None)))
            else:
                walk(child, inner)

    walk(paragraph, "")
    return texts, codes


def _place(paragraph: Any, part: str, number: int, rows: dict[Any, int]) -> Place:
    """Where a paragraph stands; `rows` holds the number of each row in its table, counted once for a long roster."""
    cell = next(paragraph.iterancestors(f"{W}tc"), None)
    if any(True for _ in paragraph.iterancestors(f"{W}txbxContent")):
        return ("textbox", part)
    if cell is None:
        return ("paragraph", part, number)
    row = next(cell.iterancestors(f"{W}tr"))
    cells = list(row.iter(f"{W}tc"))
    return ("table", part, rows[row], cells.index(cell) + 1)


def _boxed(tree: Any, part: str) -> list[Group]:
    """Numbers written one sign to a cell."""
    made = []
    for row in tree.iter(f"{W}tr"):
        run: list[Piece] = []
        for cell in [*row.iterchildren(f"{W}tc"), None]:
            texts = [] if cell is None else [element for element in cell.iter(f"{W}t") if (element.text or "").strip()]
            if len(texts) == 1 and len(texts[0].text.strip()) == 1:
                run.append(of_text(texts[0]))
                continue
            if len(run) >= BOXES:
                made.append(Group(("boxes", part), run))
            run = []
    return made
