"""What may come in and what not, by content. Refused files are made here, each with the one thing it is refused for."""

import io
import struct
import zipfile
from collections.abc import Callable

import olefile
import openpyxl
import pypdf
import pytest
import xlwt
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from lianxin.kernel.edge.uploads import Kind, UploadField, accept_upload
from lianxin.kernel.edge.uploads import images as image_checks
from lianxin.kernel.edge.uploads.kinds import FACTS
from lianxin.kernel.edge.uploads.names import clean_name
from lianxin.kernel.errors import InvalidInput


@pytest.fixture(autouse=True)
def _no_scanner(settings):
    settings.CLAMAV = "off"


def given(content: bytes, name: str = "file.bin") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def refusal(content: bytes, *kinds: Kind) -> str:
    with pytest.raises(InvalidInput) as caught:
        accept_upload(given(content), kinds or list(Kind))
    (sentence,) = caught.value.fields["file"]
    return str(sentence)


def workbook() -> bytes:
    book = openpyxl.Workbook()
    book.active["A1"] = "姓名"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def old_workbook() -> bytes:
    book = xlwt.Workbook()
    book.add_sheet("名册").write(0, 0, "姓名")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def package(parts: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
RELATION = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" '
    'Target="http://198.51.100.1/x" TargetMode="External"/></Relationships>'
)


def document(**more: str | bytes) -> bytes:
    parts = {"[Content_Types].xml": TYPES, "word/document.xml": "<document/>"}
    return package({**parts, **{name.replace("__", "/"): content for name, content in more.items()}})


def pdf(change: Callable[[pypdf.PdfWriter], object] = lambda _writer: None) -> bytes:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(100, 100)
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def picture(form: str, size: tuple[int, int] = (40, 20), mode: str = "RGB", **options: object) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, "red").save(out, form, **options)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "kind", "kept_as"),
    [
        (workbook(), "党员名册.xlsx", Kind.spreadsheet, "党员名册.xlsx"),
        (old_workbook(), "党员名册.xls", Kind.spreadsheet, "党员名册.xls"),
        ("姓名,性别\n张三,男\n".encode(), "a.csv", Kind.spreadsheet, "a.csv"),
        ("姓名,性别\n张三,男\n".encode("gb18030"), "a.csv", Kind.spreadsheet, "a.csv"),
        (document(), "通知.docx", Kind.document, "通知.docx"),
        (pdf(), "通知.PDF", Kind.pdf, "通知.pdf"),
        (picture("PNG"), "照片.png", Kind.image, "照片.png"),
        (picture("JPEG"), "照片.jpeg", Kind.image, "照片.jpeg"),
        (picture("WEBP"), "照片.jpg", Kind.image, "照片.webp"),
        (pdf(), "program.exe", Kind.pdf, "program.pdf"),
    ],
)
def test_what_comes_in(content, name, kind, kept_as):
    accepted = accept_upload(given(content, name), list(Kind))
    assert (accepted.kind, accepted.name, accepted.marks) == (kind, kept_as, frozenset())
    assert accepted.size == sum(len(block) for block in accepted.chunks())
    if kind is not Kind.image:
        assert b"".join(accepted.chunks()) == content


@pytest.mark.parametrize(
    ("content", "kinds"),
    [
        (workbook(), [Kind.document]),
        (workbook(), [Kind.pdf]),
        (old_workbook(), [Kind.document]),
        (document(), [Kind.spreadsheet]),
        (pdf(), [Kind.spreadsheet]),
        (pdf(), [Kind.image]),
        (picture("PNG"), [Kind.spreadsheet]),
        (picture("PNG"), [Kind.pdf]),
        (picture("GIF"), [Kind.image]),
        (picture("BMP"), [Kind.image]),
        (picture("TIFF"), [Kind.image, Kind.pdf]),
        (b"MZ\x90\x00" * 100, [Kind.image, Kind.pdf]),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", [Kind.image]),
        (b"<!DOCTYPE html><script>alert(1)</script>", [Kind.spreadsheet]),
        (b"plain text", [Kind.pdf, Kind.document, Kind.image]),
        (b"", list(Kind)),
        (b"   ", list(Kind)),
        (package({"a.txt": "x"}), list(Kind)),
        (package({"[Content_Types].xml": TYPES, "ppt/presentation.xml": "x"}), list(Kind)),
    ],
)
def test_another_kind_is_refused(content, kinds):
    assert refusal(content, *kinds).endswith((".", "。"))


@pytest.mark.parametrize(
    "content",
    [
        document(word__vbaProject_bin=b"x").replace(b"vbaProject_bin", b"vbaProject.bin"),
        package({"[Content_Types].xml": TYPES, "xl/workbook.xml": "<w/>", "xl/vbaProject.bin": b"x"}),
        package({"[Content_Types].xml": TYPES, "xl/workbook.xml": "<w/>", "xl/macrosheets/sheet1.xml": "x"}),
        package({"[Content_Types].xml": TYPES, "xl/workbook.xml": "<w/>", "xl/activeX/activeX1.bin": b"x"}),
        package(
            {
                "[Content_Types].xml": TYPES.replace(
                    "/>",
                    '><Override PartName="/xl/workbook.xml" '
                    'ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/></Types>',
                ),
                "xl/workbook.xml": "<w/>",
            }
        ),
    ],
)
def test_macros_are_refused(content):
    assert "宏" in refusal(content) or "macros" in refusal(content)


@pytest.mark.parametrize("kind", ["attachedTemplate", "oleObject", "frame"])
def test_what_is_fetched_from_elsewhere_is_refused(kind):
    content = package(
        {
            "[Content_Types].xml": TYPES,
            "word/document.xml": "<d/>",
            "word/_rels/settings.xml.rels": RELATION.format(kind=kind),
        }
    )
    assert refusal(content)


def test_a_link_to_a_page_is_no_harm():
    content = package(
        {
            "[Content_Types].xml": TYPES,
            "word/document.xml": "<d/>",
            "word/_rels/document.xml.rels": RELATION.format(kind="hyperlink"),
        }
    )
    assert accept_upload(given(content), [Kind.document]).kind is Kind.document


def test_an_embedded_program_is_refused():
    parts = {"[Content_Types].xml": TYPES, "word/document.xml": "<d/>", "word/embeddings/oleObject1.bin": b"x"}
    assert refusal(package(parts))


def test_entities_are_refused():
    bomb = '<!DOCTYPE t [<!ENTITY a "aaaa">]>' + TYPES
    assert refusal(package({"[Content_Types].xml": bomb, "word/document.xml": "<d/>"}))


def test_a_zip_bomb_is_refused():
    parts = {"[Content_Types].xml": TYPES, "xl/workbook.xml": "<w/>", "xl/worksheets/sheet1.xml": b"\x00" * (64 << 20)}
    assert "64" in refusal(package(parts)) or "67" in refusal(package(parts))


@pytest.mark.parametrize("cut", [10, 200, -30])
@pytest.mark.parametrize("content", [workbook(), old_workbook(), picture("PNG"), picture("JPEG")])
def test_a_file_cut_off_is_refused_or_read(content, cut):
    try:
        accepted = accept_upload(given(content[:cut]), list(Kind))
    except InvalidInput:
        return
    assert accepted.kind in {Kind.spreadsheet, Kind.image}  # an .xls may end early; its reader says so


def test_a_sheet_of_old_macros_is_refused():
    content = old_workbook()
    with olefile.OleFileIO(io.BytesIO(content)) as ole:
        stream = ole.openstream("Workbook").read()
    position = 0
    while struct.unpack_from("<H", stream, position)[0] != 0x85:
        position += 4 + struct.unpack_from("<H", stream, position + 2)[0]
    record = stream[position : position + 10]
    assert content.count(record) == 1
    assert accept_upload(given(content), [Kind.spreadsheet])
    planted = content.replace(record, record[:9] + b"\x01")
    assert "宏" in refusal(planted) or "macros" in refusal(planted)


def _script(writer: pypdf.PdfWriter) -> None:
    action = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert(1)")}
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(action)


def _launch(writer: pypdf.PdfWriter) -> None:
    action = DictionaryObject({NameObject("/S"): NameObject("/Launch"), NameObject("/F"): TextStringObject("cmd.exe")})
    writer.root_object[NameObject("/OpenAction")] = action


def _field(writer: pypdf.PdfWriter) -> None:
    writer.pages[0][NameObject("/AA")] = DictionaryObject()


@pytest.mark.parametrize(
    "change",
    [
        _script,
        lambda writer: writer.add_attachment("x.exe", b"MZ"),
        _launch,
        _field,
        lambda writer: writer.encrypt("secret"),
    ],
)
def test_an_active_or_closed_pdf_is_refused(change):
    assert refusal(pdf(change), Kind.pdf)


def test_a_disguised_name_in_a_pdf_is_found():
    content = pdf(_launch)
    assert content.count(b"/Launch") == 1
    assert refusal(content.replace(b"/Launch", b"/L#61unch"), Kind.pdf)


def test_a_script_in_a_compressed_part_of_a_pdf_is_found():
    """The dictionary with the script stands in an object stream, where a search of the bytes would not see it."""
    import zlib  # noqa: PLC0415 - here only

    inner = b"<< /S /JavaScript /JS (app.alert(1)) >>"
    packed = zlib.compress(b"5 0 " + inner)
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R /OpenAction 5 0 R >>",
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>",
        4: b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream"
        % (len(packed), packed),
    }
    body, places = b"%PDF-1.5\n", {}
    for number, text in objects.items():
        places[number] = len(body)
        body += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    rows = [struct.pack(">BHB", 0, 0, 0)]
    rows += [struct.pack(">BHB", 1, places[number], 0) for number in (1, 2, 3, 4)]
    rows += [struct.pack(">BHB", 2, 4, 0), struct.pack(">BHB", 1, len(body), 0)]
    table = b"".join(rows)
    end = len(body)
    body += (
        b"6 0 obj\n<< /Type /XRef /Size 7 /W [1 2 1] /Root 1 0 R /Length %d >>\nstream\n%s\nendstream\nendobj\n"
        b"startxref\n%d\n%%%%EOF" % (len(table), table, end)
    )
    assert b"JavaScript" not in body
    assert "JavaScript" in refusal(body, Kind.pdf) or "JS" in refusal(body, Kind.pdf)


@pytest.mark.parametrize("content", [b"%PDF-1.7\n", b"%PDF-1.7\n" + b"\x00" * 2000, pdf()[:80]])
def test_a_damaged_pdf_is_refused(content):
    assert refusal(content, Kind.pdf)


def test_a_picture_is_drawn_anew():
    exif = Image.Exif()
    exif[0x010E] = "MARK-place-of-the-shot"
    exif[0x0112] = 6  # turned
    content = picture("JPEG", exif=exif) + b"MARK-behind-the-picture"
    accepted = accept_upload(given(content, "照片.jpg"), [Kind.image])
    clean = b"".join(accepted.chunks())
    assert b"MARK" in content
    assert b"MARK" not in clean
    with Image.open(io.BytesIO(clean)) as drawn:
        assert (drawn.format, drawn.size, dict(drawn.getexif())) == ("JPEG", (20, 40), {})
    assert accepted.size == len(clean)


def test_text_in_a_png_goes():
    from PIL.PngImagePlugin import PngInfo  # noqa: PLC0415 - here only

    info = PngInfo()
    info.add_text("Comment", "MARK")
    content = picture("PNG", pnginfo=info)
    clean = b"".join(accept_upload(given(content), [Kind.image]).chunks())
    assert b"MARK" in content
    assert b"MARK" not in clean


def test_a_picture_whose_notes_are_cut_short_is_taken():
    content = picture("PNG", exif=b"Exif\x00\x00MM\x00*\x00\x00")
    assert accept_upload(given(content), [Kind.image]).name.endswith(".png")


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_modes_of_pictures(mode):
    out = io.BytesIO()
    Image.new(mode, (8, 8)).save(out, "PNG")
    assert accept_upload(given(out.getvalue()), [Kind.image]).name.endswith(".png")


def test_a_printer_picture():
    assert accept_upload(given(picture("JPEG", mode="CMYK")), [Kind.image]).kind is Kind.image


def test_too_many_pixels_are_refused_before_they_are_unpacked(monkeypatch):
    head = picture("PNG", size=(2, 2))
    width = struct.pack(">II", 100_000, 100_000)
    import zlib  # noqa: PLC0415 - here only

    chunk = b"IHDR" + width + head[24:29]
    content = head[:12] + chunk + struct.pack(">I", zlib.crc32(chunk)) + head[33:]
    assert "50" in refusal(content, Kind.image)
    monkeypatch.setattr(image_checks, "MOST_PIXELS", 799)
    assert refusal(picture("PNG", size=(40, 20)), Kind.image)


def test_a_file_above_the_bound_is_refused(monkeypatch):
    facts = FACTS[Kind.pdf]
    monkeypatch.setitem(FACTS, Kind.pdf, type(facts)(facts.label, facts.endings, 1 << 20))
    assert refusal(pdf() + b" " * (1 << 20), Kind.pdf)
    assert refusal(pdf() + b" " * (1 << 20), Kind.pdf, Kind.spreadsheet), "each kind has its own bound"


@pytest.mark.parametrize(
    ("name", "kept_as"),
    [
        ("党员 名册.pdf", "党员 名册.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\x\\名册.pdf", "名册.pdf"),
        ("a\x00b\r\n.pdf", "ab.pdf"),
        ("report\u202efdp.exe", "reportfdp.pdf"),
        ("x.pdf.exe", "x.pdf.pdf"),
        ("...", "file.pdf"),
        ("", "file.pdf"),
        (".pdf", "file.pdf"),
        ("con.pdf", "file_con.pdf"),
        ('a<b>"c|d?.pdf', "a_b__c_d_.pdf"),
        ("关于召开2026.7.1会议的通知", "关于召开2026.7.pdf"),
        ("很" * 300 + ".pdf", "很" * 116 + ".pdf"),
    ],
)
def test_names(name, kept_as):
    assert clean_name(name, (".pdf",)) == kept_as


class _Form(forms.Form):
    file = UploadField(kinds=[Kind.pdf])


def test_the_field_of_a_form():
    good = _Form({}, {"file": given(pdf(), "x.pdf")})
    assert good.is_valid()
    assert good.cleaned_data["file"].kind is Kind.pdf
    bad = _Form({}, {"file": given(b"MZ", "x.pdf")})
    assert not bad.is_valid()
    assert list(bad.errors) == ["file"]
    assert ".pdf" in str(bad["file"])
    assert not _Form({}, {}).is_valid()
