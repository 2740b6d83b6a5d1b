"""Real files of the tests, built from nothing: Word documents as packages, workbooks by openpyxl, PDF by hand."""

import io
import zipfile
import zlib
from xml.sax.saxutils import escape

import openpyxl

ID = "11010519491231002X"
"""The sample of the standard; nobody's."""
ID_MASKED = "1101**********002X"
MOBILE = "13800138000"
MOBILE_MASKED = "138****8000"
CARD = "6222020000112233440"
CARD_MASKED = "*" * 15 + "3440"

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
CONTENTS = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="png" ContentType="image/png"/><Default Extension="jpeg" ContentType="image/jpeg"/>
<Override PartName="/word/document.xml" ContentType="{WORD_TYPE}.document.main+xml"/></Types>"""
ROOT = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="{PACKAGE}/relationships">
<Relationship Id="r1" Type="{R}/officeDocument" Target="word/document.xml"/>
<Relationship Id="r2" Type="{PACKAGE}/relationships/metadata/thumbnail"
 Target="docProps/thumbnail.jpeg"/></Relationships>"""


def run(text, *, deleted=False, bold=False):
    tag = "delText" if deleted else "t"
    style = "<w:rPr><w:b/></w:rPr>" if bold else ""
    return f'<w:r>{style}<w:{tag} xml:space="preserve">{escape(text)}</w:{tag}></w:r>'


def paragraph(*runs):
    return f"<w:p>{''.join(runs)}</w:p>"


def table(*rows):
    cells = ["".join(f"<w:tc>{paragraph(run(cell))}</w:tc>" for cell in row) for row in rows]
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


def package(parts):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    return made.getvalue()


def docx(*body, **parts):
    """A Word document of paragraphs; `parts` adds others, `/` written as `__` and the dot as `_dot_`."""
    more = {name.replace("__", "/").replace("_dot_", "."): content for name, content in parts.items()}
    document = f"<w:document {W}><w:body>{''.join(body)}</w:body></w:document>"
    return package({"[Content_Types].xml": CONTENTS, "_rels/.rels": ROOT, "word/document.xml": document, **more})


def part(tag, *body):
    return f"<w:{tag} {W}>{''.join(body)}</w:{tag}>"


def parts_of(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def everything(content):
    """All bytes of a package, unpacked."""
    return b"\n".join(parts_of(content).values())


def xlsx(fill):
    book = openpyxl.Workbook()
    fill(book)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def opened(content):
    return openpyxl.load_workbook(io.BytesIO(content))


def pdf(*pages, rotate=0, title="", picture=False):
    """A PDF with lines of Latin text; each page is a list of lines."""
    objects = {1: b"<< /Type /Catalog /Pages 2 0 R >>", 3: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"}
    objects[4] = f"<< /Title ({title}) >>".encode()
    image = zlib.compress(b"\x80" * 100 * 100)
    objects[5] = _stream(
        b"/Type /XObject /Subtype /Image /Width 100 /Height 100 /ColorSpace /DeviceGray /BitsPerComponent 8"
        b" /Filter /FlateDecode",
        image,
    )
    kids = []
    for lines in pages:
        number = 6 + 2 * len(kids)
        text = "".join(f"1 0 0 1 72 {700 - 40 * row} Tm ({line}) Tj " for row, line in enumerate(lines))
        drawn = f"BT /F1 14 Tf {text}ET" + (" q 200 0 0 200 100 100 cm /I1 Do Q" if picture else "")
        objects[number] = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Rotate {rotate} /Contents {number + 1} 0 R "
            "/Resources << /Font << /F1 3 0 R >> /XObject << /I1 5 0 R >> >> >>"
        ).encode()
        objects[number + 1] = _stream(b"", drawn.encode())
        kids.append(f"{number} 0 R")
    objects[2] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>".encode()
    made, places = bytearray(b"%PDF-1.7\n"), {}
    for number, body in sorted(objects.items()):
        places[number] = len(made)
        made += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    start = len(made)
    made += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    made += b"".join(f"{places[number]:010d} 00000 n \n".encode() for number in sorted(objects))
    made += f"trailer << /Size {len(objects) + 1} /Root 1 0 R /Info 4 0 R >>\nstartxref\n{start}\n%%EOF".encode()
    return bytes(made)


def _stream(head, body):
    return b"<< " + head + f" /Length {len(body)} >>\nstream\n".encode() + body + b"\nendstream"
