"""Sample layouts: each ledger as a Word and an Excel file with named fields, made from its declaration.

The product's own Word and Excel files are these, filled; a committee downloads one, changes it in Word or Excel as its
superior wants it, and uploads it as its own layout.
"""

from functools import cache
from io import BytesIO
from typing import Any

from django.utils.translation import get_language, override
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from lianxin.kernel.spreadsheets.writing import sheet_title
from lianxin.ledgers.books import BY_KEY, Ledger
from lianxin.ledgers.catalogue import Held, fields_named
from lianxin.ledgers.queries.values import fact_label

SONG, HEI = "宋体", "黑体"
MARGIN_MM = 22
TITLE_PT, HEADING_PT, TEXT_PT = 18, 13, 10
FACTS_A_ROW = 2
NARROW, USUAL, WIDE = 8, 14, 34
LONG_COLUMNS = frozenset({"title", "text", "decisions", "agenda", "article", "what", "meeting", "state", "reason"})


def sample_of(ledger: Ledger, kind: str) -> bytes:
    """The ledger's sample layout, in the reader's language."""
    return _made(ledger.key, kind, get_language() or "zh-hans")


@cache
def _made(key: str, kind: str, language: str) -> bytes:
    with override(language):
        return _word(BY_KEY[key]) if kind == "docx" else _excel(BY_KEY[key])


def _field(name: str) -> str:
    return f"{{{{ {name} }}}}"


def _word(ledger: Ledger) -> bytes:
    document = Document()
    _fonts(document.styles["Normal"], SONG, TEXT_PT)
    section = document.sections[0]
    width, height = Mm(210), Mm(297)
    if ledger.is_wide:
        section.orientation = WD_ORIENT.LANDSCAPE
        width, height = height, width
    section.page_width, section.page_height = width, height
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(MARGIN_MM)
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _fonts(title.add_run(str(ledger.label)), HEI, TITLE_PT)
    under = document.add_paragraph(f"{_field('organisation.name')}　{_field('period.words')}")
    under.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _facts_table(document, fields_named(ledger.facts))
    for field in fields_named(ledger.lists):
        _fonts(document.add_paragraph().add_run(str(field.label)), HEI, HEADING_PT)
        _list_table(document, field)
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    foot.text = _field("today")
    made = BytesIO()
    document.save(made)
    return made.getvalue()


def _facts_table(document: Any, fields: list[Held]) -> None:
    rows = -(-len(fields) // FACTS_A_ROW)
    table = document.add_table(rows, 2 * FACTS_A_ROW)
    table.style = "Table Grid"
    for number, field in enumerate(fields):
        row, column = divmod(number, FACTS_A_ROW)
        table.cell(row, 2 * column).text = str(fact_label(field))
        table.cell(row, 2 * column + 1).text = _field(field.key)


def _list_table(document: Any, field: Held) -> None:
    table = document.add_table(2, len(field.columns))
    table.style = "Table Grid"
    for number, column in enumerate(field.columns):
        head = table.cell(0, number).paragraphs[0]
        _fonts(head.add_run(str(column.label)), HEI, TEXT_PT)
        table.cell(1, number).text = _field(f"{field.key}.{column.key}")
    repeat = OxmlElement("w:tblHeader")
    repeat.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(repeat)  # noqa: SLF001 - the library offers no other way


def _fonts(style: Any, name: str, size: int) -> None:
    style.font.name, style.font.size = name, Pt(size)
    style._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)  # noqa: SLF001 - the same


def _excel(ledger: Ledger) -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.title = sheet_title(str(ledger.label))
    edge = Side(style="thin", color="FFB0B4BA")
    box = Border(left=edge, right=edge, top=edge, bottom=edge)
    sheet["A1"] = str(ledger.label)
    sheet["A1"].font = Font(bold=True, size=16)
    for number, field in enumerate(fields_named(ledger.facts), 3):
        sheet.cell(number, 1, str(fact_label(field))).border = box
        value = sheet.cell(number, 2, _field(field.key))
        value.border, value.alignment = box, Alignment(horizontal="left", wrap_text=True)
    sheet.column_dimensions["A"].width = WIDE
    sheet.column_dimensions["B"].width = WIDE
    for field in fields_named(ledger.lists):
        _list_sheet(book.create_sheet(sheet_title(str(field.label))), field, box)
    made = BytesIO()
    book.save(made)
    return made.getvalue()


def _list_sheet(sheet: Any, field: Held, box: Any) -> None:
    sheet["A1"] = f"{_field('organisation.name')} {_field('period.words')}"
    sheet["A1"].font = Font(bold=True)
    for number, column in enumerate(field.columns, 1):
        head = sheet.cell(2, number, str(column.label))
        head.font, head.border = Font(bold=True), box
        head.fill = PatternFill("solid", start_color="FFF3E7E7")
        cell = sheet.cell(3, number, _field(f"{field.key}.{column.key}"))
        cell.border, cell.alignment = box, Alignment(vertical="top", wrap_text=True)
        width = WIDE if column.key in LONG_COLUMNS else NARROW if column.kind == "integer" else USUAL
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = "A3"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "2:2"
