"""Workbooks for tests, good and bad, made as small as the case allows."""

from __future__ import annotations

import io
import zipfile

import msoffcrypto
import xlsxwriter

TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def workbook(path, rows, *, merged=(), before=()):
    """A workbook with one sheet; ``before`` names hidden sheets in front of it."""
    with xlsxwriter.Workbook(path) as book:
        for name in before:
            book.add_worksheet(name).hide()
        sheet = book.add_worksheet("党员")
        sheet.activate()
        date = book.add_format({"num_format": "yyyy-mm-dd"})
        for number, row in enumerate(rows):
            for index, value in enumerate(row):
                if hasattr(value, "toordinal"):
                    sheet.write_datetime(number, index, value, date)
                elif value is not None:
                    sheet.write(number, index, value)
        for block in merged:
            sheet.merge_range(*block)
    return path


def package(path, sheet, *, strings="", styles="", workbook_properties="", prolog="", sheets=1):
    """A hand-made package around the XML of ``sheetData`` and what follows it."""
    listed = "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="s"/>' for n in range(1, sheets + 1))
    parts = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": f'<Relationships xmlns="{RELATIONS}">'
        f'<Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{workbook_properties}'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{RELATIONS}">'
        f'<Relationship Id="s" Type="{OFFICE}/worksheet" Target="/xl/worksheets/sheet1.xml"/>'
        f'<Relationship Id="t" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
        f'<Relationship Id="y" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>',
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{strings}</sst>',
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}">{styles}</styleSheet>',
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
        with archive.open("xl/worksheets/sheet1.xml", "w") as stream:
            stream.write(f'{prolog}<worksheet xmlns="{MAIN}">'.encode())
            for block in [sheet] if isinstance(sheet, str) else sheet:
                stream.write(block.encode())
            stream.write(b"</worksheet>")
    return path


def locked(path, rows, password):
    plain = io.BytesIO()
    workbook(plain, rows)
    with path.open("wb") as out:
        msoffcrypto.OfficeFile(plain).encrypt(password, out)
    return path
