import io
import time
import zipfile

import pypdf
import pytest
import xlsxwriter
from pypdf.generic import NameObject, StreamObject

from lianxin.disclosure.reading.kinds import kind_of, read
from lianxin.disclosure.reading.outcome import CannotRead
from lianxin.disclosure.tests.files import (
    CARD,
    CARD_MASKED,
    ID,
    ID_MASKED,
    MOBILE,
    MOBILE_MASKED,
    docx,
    everything,
    opened,
    package,
    paragraph,
    part,
    parts_of,
    pdf,
    run,
    table,
    xlsx,
)

CLEAR = [ID[4:14].encode(), MOBILE.encode(), CARD.encode()]


def leaks(content):
    return [value for value in CLEAR if value in everything(content)]


def places(outcome):
    return {(one.place[0], one.masked) for one in outcome.findings}


# --- Word


def test_a_clean_document_is_clear_and_has_no_copy():
    outcome = read("docx", docx(paragraph(run("利组发〔2026〕12号"))))
    assert (outcome.count, outcome.unread, outcome.masked) == (0, [], None)


def test_a_number_split_over_runs_is_found_and_masked_with_its_formatting():
    content = docx(paragraph(run("号码"), run(ID[:5], bold=True), run(ID[5:12]), run(ID[12:] + "。")))
    outcome = read("docx", content)
    assert [(one.kind, one.masked, one.place) for one in outcome.findings] == [
        ("id_number", ID_MASKED, ("paragraph", "body", 1))
    ]
    body = parts_of(outcome.masked)["word/document.xml"].decode()
    assert "<w:b/>" in body
    assert body.count("<w:r>") == 4
    assert ">1101*<" in body
    assert outcome.masked_clear


WHERE = {
    "header": {"word__header1_dot_xml": part("hdr", paragraph(run(f"电话{MOBILE}")))},
    "footer": {"word__footer1_dot_xml": part("ftr", paragraph(run(f"电话{MOBILE}")))},
    "comment": {
        "word__comments_dot_xml": part("comments", f'<w:comment w:id="1">{paragraph(run(f"电话{MOBILE}"))}</w:comment>')
    },
    "footnote": {"word__footnotes_dot_xml": part("footnotes", f"<w:footnote>{paragraph(run(MOBILE))}</w:footnote>")},
}


@pytest.mark.parametrize("where", WHERE)
def test_text_beside_the_body_is_read(where):
    outcome = read("docx", docx(paragraph(run("正文")), **WHERE[where]))
    assert [one.place[:2] for one in outcome.findings] == [("paragraph", where)]
    assert leaks(outcome.masked) == []


def test_tables_and_boxes_of_one_sign_are_read():
    outcome = read("docx", docx(table(["姓名", "号码"], ["张三", ID]), table(list(ID))))
    assert [one.place for one in outcome.findings] == [("table", "body", 2, 2), ("boxes", "body")]
    assert "".join(parts_of(outcome.masked)["word/document.xml"].decode().split("<w:t ")[4:]).count(">*<") == 10


def test_a_long_roster_in_a_table_is_read_in_proportion_to_its_rows():
    content = docx(table(*[[f"张{row}", "男", "柳树村"] for row in range(4000)], ["张三", ID, MOBILE]))
    begun = time.process_time()
    outcome = read("docx", content)
    assert time.process_time() - begun < 20
    assert [one.place for one in outcome.findings] == [("table", "body", 4001, 2), ("table", "body", 4001, 3)]


def test_text_boxes_alternatives_and_field_codes_are_read():
    box = f"<w:r><w:txbxContent>{paragraph(run(MOBILE))}</w:txbxContent></w:r>"
    codes = (f'HYPERLINK "tel:{MOBILE[:6]}', f'{MOBILE[6:]}"')
    link = "".join(f"<w:r><w:instrText>{code}</w:instrText></w:r>" for code in codes)
    outcome = read("docx", docx(paragraph(run("见"), box), paragraph(link)))
    assert len(outcome.findings) == 2
    assert places(outcome) == {("textbox", MOBILE_MASKED), ("paragraph", MOBILE_MASKED)}
    assert leaks(outcome.masked) == []


def test_tracked_changes_are_read_as_they_are_and_as_they_were():
    changed = paragraph(
        run("电话" + MOBILE[:6]),
        f"<w:del>{run('99999', deleted=True)}</w:del>",
        f"<w:ins>{run(MOBILE[6:])}</w:ins>",
    )
    outcome = read("docx", docx(changed, paragraph(f"<w:del>{run(ID, deleted=True)}</w:del>")))
    assert {one.masked for one in outcome.findings} == {MOBILE_MASKED, "138****9999", ID_MASKED}
    assert outcome.masked_clear
    assert ID[4:14].encode() not in everything(outcome.masked)


def test_a_number_broken_by_a_line_break_or_tabs_is_found():
    broken = paragraph(run(MOBILE[:7]), "<w:r><w:br/></w:r>", run(MOBILE[7:]))
    tabbed = paragraph(run("138"), "<w:r><w:tab/></w:r>", run("0013"), "<w:r><w:tab/></w:r>", run("8000"))
    outcome = read("docx", docx(broken, paragraph(run("和")), tabbed))
    assert [one.masked for one in outcome.findings] == ["138**** 8000", "138 **** 8000"]
    assert outcome.masked_clear


def test_properties_links_and_custom_xml_are_read():
    base = "http://schemas.openxmlformats.org/package/2006"
    core = (
        f'<c:coreProperties xmlns:c="{base}/metadata/core-properties"><c:keywords>{ID}</c:keywords></c:coreProperties>'
    )
    link = f'<Relationship Id="r9" Type="x" Target="tel:{MOBILE}" TargetMode="External"/>'
    links = f'<Relationships xmlns="{base}/relationships">{link}</Relationships>'
    outcome = read(
        "docx",
        docx(
            paragraph(run("正文")),
            docProps__core_dot_xml=core,
            customXml__item1_dot_xml=f"<root card='{CARD}'><!-- {MOBILE} --></root>",
            word___rels__document_dot_xml_dot_rels=links,
        ),
    )
    assert places(outcome) == {
        ("properties", ID_MASKED),
        ("properties", CARD_MASKED),
        ("properties", MOBILE_MASKED),
        ("links", MOBILE_MASKED),
    }
    assert leaks(outcome.masked) == []


def test_pictures_and_objects_are_named_as_not_checked():
    outcome = read(
        "docx",
        docx(
            paragraph(run(ID)), word__media__image1_dot_png=b"\x89PNG", word__embeddings__oleObject1_dot_bin=b"\xd0\xcf"
        ),
    )
    assert {one.code for one in outcome.unread} == {"picture", "object"}
    assert outcome.masked is not None
    assert not outcome.masked_clear


def test_a_thumbnail_is_left_out_of_the_copy_with_what_refers_to_it():
    outcome = read("docx", docx(paragraph(run("正文")), docProps__thumbnail_dot_jpeg=b"\xff\xd8"))
    assert [one.code for one in outcome.unread] == ["thumbnail"]
    assert "docProps/thumbnail.jpeg" not in parts_of(outcome.masked)
    assert b"thumbnail" not in everything(outcome.masked)
    assert outcome.masked_clear


def test_a_workbook_inside_a_document_is_read():
    def fill(book):
        book.active["A1"] = ID

    outcome = read("docx", docx(paragraph(run("图表")), word__embeddings__book1_dot_xlsx=xlsx(fill)))
    assert [one.place[:3] for one in outcome.findings] == [("inside", "book1.xlsx", "cell")]
    inner = parts_of(outcome.masked)["word/embeddings/book1.xlsx"]
    assert opened(inner).active["A1"].value == ID_MASKED


# --- Excel


def test_cells_of_every_kind_are_read_and_masked():
    def fill(book):
        sheet = book.active
        sheet.title = "名单"
        sheet.append(["姓名", "身份证号", "手机", "卡号", "座机电话"])
        sheet.append(["张三", ID, int(MOBILE), CARD, "0546-8321234"])
        sheet.append(["李四", 110105194912310021, "138 0013 8001", 6222020000112233440, 1234.5])

    outcome = read("xlsx", xlsx(fill))
    assert {(one.place[2], one.masked) for one in outcome.findings} == {
        ("B2", ID_MASKED),
        ("C2", MOBILE_MASKED),
        ("D2", CARD_MASKED),
        ("E2", "0546-83****4"),
        ("B3", "1101**********0000"),
        ("C3", "138 **** 8001"),
        ("D3", "***************3000"),
    }
    sheet = opened(outcome.masked)["名单"]
    assert sheet["C2"].value == MOBILE_MASKED
    assert sheet["E3"].value == 1234.5
    assert outcome.masked_clear
    assert leaks(outcome.masked) == []


def test_what_a_spreadsheet_rounded_is_found_still():
    content = xlsx(lambda book: book.active.append(["x"]))
    sheet = parts_of(content)
    body = sheet["xl/worksheets/sheet1.xml"].replace(
        b"</sheetData>",
        b'<row r="2"><c r="A2"><v>1.1010519491231E+17</v></c><c r="B2"><v>6.2220200001122301E+18</v></c></row>'
        b"</sheetData>",
    )
    outcome = read("xlsx", package({**sheet, "xl/worksheets/sheet1.xml": body}))
    assert [(one.place[2], one.sure) for one in outcome.findings] == [("A2", False), ("B2", False)]
    assert b"1.1010519491231E+17" not in everything(outcome.masked)


def test_what_is_hidden_is_read_and_told_as_hidden():
    def fill(book):
        book.active.append(["正常"])
        book.active["A5"] = ID
        book.active.row_dimensions[5].hidden = True
        book.active["C1"] = MOBILE
        book.active.column_dimensions["C"].hidden = True
        other = book.create_sheet("底稿")
        other.sheet_state = "veryHidden"
        other["A1"] = CARD

    outcome = read("xlsx", xlsx(fill))
    assert {one.place[1:] for one in outcome.findings} == {
        ("Sheet", "A5", "hidden"),
        ("Sheet", "C1", "hidden"),
        ("底稿", "A1", "hidden"),
    }


def test_a_text_shared_by_cells_is_told_once_with_its_cells():
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        sheet = book.add_worksheet("名单")
        sheet.write_row("A1", ["联系方式", "座机电话", "身份证"])
        for row in range(1, 6):
            sheet.write_row(row, 0, [f"电话{MOBILE}", "0546-8321234" if row == 1 else "", ""])
        bold = book.add_format({"bold": True})
        sheet.write_rich_string("C2", "号", bold, ID[:9], ID[9:])
    outcome = read("xlsx", made.getvalue())
    assert [one.place for one in outcome.findings] == [
        ("cells", "名单", "A2, A3, A4", 5),
        ("cell", "名单", "B2"),
        ("cell", "名单", "C2"),
    ]
    assert opened(outcome.masked).active["A6"].value == f"电话{MOBILE_MASKED}"


def test_a_text_shared_with_a_hidden_sheet_is_told_with_it():
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        book.add_worksheet("名单").write("A1", ID)
        draft = book.add_worksheet("底稿")
        draft.write("B7", ID)
        draft.hide()
    outcome = read("xlsx", made.getvalue())
    assert [one.place for one in outcome.findings] == [("cells", "名单”“底稿", "A1, B7", 2, "hidden")]
    assert leaks(outcome.masked) == []


def test_results_of_formulas_are_masked_and_the_formula_goes():
    content = parts_of(xlsx(lambda book: book.active.append(["x"])))
    rows = (
        f'<row r="2"><c r="A2" t="str"><f t="shared" ref="A2:A3" si="0">B2&amp;C2</f><v>{MOBILE}</v></c></row>'
        '<row r="3"><c r="A3" t="str"><f t="shared" si="0"/><v>abc</v></c></row></sheetData>'
    ).encode()
    body = content["xl/worksheets/sheet1.xml"].replace(b"</sheetData>", rows)
    chain = (
        b'<calcChain xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><c r="A2" i="1"/></calcChain>'
    )
    outcome = read("xlsx", package({**content, "xl/worksheets/sheet1.xml": body, "xl/calcChain.xml": chain}))
    sheet = opened(outcome.masked).active
    assert (sheet["A2"].value, sheet["A3"].value) == (MOBILE_MASKED, "abc")
    assert "xl/calcChain.xml" not in parts_of(outcome.masked)


def test_headers_comments_and_properties_of_a_workbook_are_read():
    def fill(book):
        from openpyxl.comments import Comment  # noqa: PLC0415 - for this test alone

        book.active["A1"] = "x"
        book.active["A1"].comment = Comment(f"电话{MOBILE}", "张三")
        book.active.oddHeader.center.text = f"卡号{CARD}"
        book.properties.title = ID

    outcome = read("xlsx", xlsx(fill))
    assert {one.place[0] for one in outcome.findings} == {"cell_comment", "part", "properties"}
    assert leaks(outcome.masked) == []


@pytest.mark.parametrize(
    ("header", "masked"),
    [
        (f"&R{MOBILE}", f"&R{MOBILE_MASKED}"),
        (f"&L{MOBILE}&C{ID}", f"&L{MOBILE_MASKED}&C{ID_MASKED}"),
        (f'&C&"宋体,常规"&K000000{MOBILE}', f'&C&"宋体,常规"&K000000{MOBILE_MASKED}'),
        ("&C1380&B013&B8000", "&C138*&B***&B8000"),
        ("&C第&P页&10 138001&R38000", None),
    ],
)
def test_codes_in_the_headers_of_pages_hide_no_number(header, masked):
    parts = parts_of(xlsx(lambda book: book.active.append(["x"])))
    name = "xl/worksheets/sheet1.xml"
    line = f"<headerFooter><oddHeader>{header.replace('&', '&amp;')}</oddHeader></headerFooter></worksheet>".encode()
    outcome = read("xlsx", package({**parts, name: parts[name].replace(b"</worksheet>", line)}))
    assert bool(outcome.findings) is (masked is not None)
    if masked:
        body = parts_of(outcome.masked)[name].decode().replace("&amp;", "&").replace("&quot;", '"')
        assert f"<oddHeader>{masked}</oddHeader>" in body
        assert outcome.masked_clear


def test_digits_in_a_row_of_cells_are_read_as_one_number():
    outcome = read("xlsx", xlsx(lambda book: book.active.append(list(ID))))
    assert [one.place for one in outcome.findings] == [("boxes_cells", "Sheet", "A1")]
    assert "".join(cell.value for cell in next(opened(outcome.masked).active.iter_rows())) == ID_MASKED


# --- PDF


def test_a_pdf_is_read_and_its_copy_holds_no_text_at_all():
    outcome = read("pdf", pdf([f"ID {ID}", "138 0013 8000"], [f"card {CARD}"], title=f"tel {MOBILE}"))
    assert {(one.place, one.masked) for one in outcome.findings} == {
        (("page", 1), ID_MASKED),
        (("page", 1), "138 **** 8000"),
        (("page", 2), CARD_MASKED),
        (("properties",), MOBILE_MASKED),
    }
    again = read("pdf", outcome.masked)
    assert again.count == 0
    assert {one.code for one in again.unread} == {"page_without_text"}
    assert outcome.masked_clear
    assert ID.encode() not in outcome.masked


@pytest.mark.parametrize("rotate", [0, 90])
def test_the_picture_of_a_page_is_black_where_the_stars_are(rotate):
    import pypdfium2  # noqa: PLC0415 - for this test alone

    def ink(content):
        document = pypdfium2.PdfDocument(content)
        picture = document[0].render(scale=2).to_pil().convert("L")
        box = [(144, 268, 300, 300)] if not rotate else [(1384, 144, 1416, 300)]
        grey = picture.crop(box[0]).tobytes()
        document.close()
        return sum(1 for shade in grey if shade < 64) / len(grey)

    content = pdf([ID], rotate=rotate)
    masked = read("pdf", content).masked
    assert ink(masked) > ink(content) + 0.15


def test_pages_that_are_pictures_are_named_as_not_checked():
    outcome = read("pdf", pdf([], picture=True))
    assert [(one.code, one.place) for one in outcome.unread] == [("page_without_text", ("page", 1))]
    beside = read("pdf", pdf([ID], picture=True))
    assert [one.code for one in beside.unread] == ["page_picture"]
    assert not beside.masked_clear


def _with_properties(change):
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf(["notice"], title="notice")))
    change(writer)
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def _add_xmp(writer, text, encoding="utf-8"):
    stream = StreamObject()
    stream.set_data(f"<x:xmpmeta xmlns:x='adobe:ns:meta/'><a>{text}</a></x:xmpmeta>".encode(encoding))
    stream.update({NameObject("/Type"): NameObject("/Metadata"), NameObject("/Subtype"): NameObject("/XML")})
    writer.root_object[NameObject("/Metadata")] = writer._add_object(stream.flate_encode())


@pytest.mark.parametrize(
    ("change", "masked"),
    [
        (lambda writer: writer.add_metadata({"/Contact": MOBILE}), MOBILE_MASKED),
        (lambda writer: writer.add_metadata({"/单位": f"身份证{ID}"}), ID_MASKED),
        (lambda writer: _add_xmp(writer, ID), ID_MASKED),
        (lambda writer: _add_xmp(writer, f"电话{MOBILE}", "utf-16"), MOBILE_MASKED),
    ],
)
def test_own_properties_and_metadata_streams_of_a_pdf_are_read(change, masked):
    outcome = read("pdf", _with_properties(change))
    assert [(one.place, one.masked) for one in outcome.findings] == [(("properties",), masked)]
    assert outcome.unread == []
    again = read("pdf", outcome.masked)
    assert again.count == 0


def test_usual_properties_of_a_pdf_block_nothing():
    facts = {"/SourceModified": "D:20261122143000+08'00'", "/PTEX.Fullbanner": "This is pdfTeX 3.141592653-2.6-1.40.24"}
    xmp = "<b>uuid:1381a234-5678-4e3a-9f10-13812345678a</b> 2026-11-22T14:30:00+08:00"
    content = _with_properties(lambda writer: (writer.add_metadata(facts), _add_xmp(writer, xmp)))
    outcome = read("pdf", content)
    assert (outcome.count, outcome.unread) == (0, [])


def test_properties_that_cannot_be_read_are_named_as_not_checked():
    broken = _with_properties(lambda writer: _add_xmp(writer, "x")).replace(b"/FlateDecode", b"/FlatXXXcode")
    assert ("part", ("properties",)) in {(one.code, one.place) for one in read("pdf", broken).unread}


# --- what cannot be read


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("名单.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "encrypted_or_old"),
        ("名单.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "encrypted_or_old"),
        ("名单.xlsm", b"PK\x03\x04", "macros"),
        ("名单.pptx", b"PK\x03\x04", "not_supported"),
        ("名单.docx", b"", "empty"),
        ("名单.docx", b"%PDF-1.7", "other_kind"),
        ("名单.pdf", b"PK\x03\x04", "other_kind"),
        ("名单.txt", b"PK\x03\x04", "other_kind"),
    ],
)
def test_a_file_of_a_wrong_kind_is_refused(name, content, code):
    with pytest.raises(CannotRead) as refusal:
        kind_of(name, content)
    assert refusal.value.code == code


def bomb():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * (61 * 1024 * 1024))
    return made.getvalue()


@pytest.mark.parametrize(
    ("kind", "content", "code"),
    [
        ("docx", docx(paragraph(run(ID)))[:-40], "damaged"),
        ("docx", package({"xl/workbook.xml": "<a/>"}), "other_kind"),
        ("docx", docx(paragraph(run("x")), word__vbaProject_dot_bin=b"1"), "macros"),
        ("docx", bomb(), "too_large_unpacked"),
        ("pdf", pdf([ID])[:200], "damaged"),
        ("pdf", b"%PDF-1.7 nothing", "damaged"),
        ("txt", b"\x00\x01\x02", "not_text"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(kind, content, code):
    with pytest.raises(CannotRead) as refusal:
        read(kind, content)
    assert refusal.value.code == code


def test_entities_are_not_followed():
    bad = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
    outcome = read("docx", docx(paragraph(run("x")), customXml__item1_dot_xml=bad))
    assert [one.code for one in outcome.unread] == ["part"]


def test_a_list_of_separated_values_is_masked_field_by_field():
    outcome = read("csv", f"编号,姓名,电话,身份证\n1,张三,{MOBILE},{ID}\n2,李四,{MOBILE},{ID}\n".encode())
    assert [one.place for one in outcome.findings] == [("line", 2)] * 2 + [("line", 3)] * 2
    rows = [f"{number},{name},{MOBILE_MASKED},{ID_MASKED}\n" for number, name in ((1, "张三"), (2, "李四"))]
    assert outcome.masked.decode() == "编号,姓名,电话,身份证\n" + "".join(rows)
    assert outcome.masked_clear


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_texts_are_masked_in_their_encoding(encoding):
    outcome = read("csv", f"姓名,电话\n张三,{MOBILE}\n".encode(encoding))
    assert [one.place for one in outcome.findings] == [("line", 2)]
    assert outcome.masked.decode(encoding) == f"姓名,电话\n张三,{MOBILE_MASKED}\n"
