import zipfile
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from docx import Document
from openpyxl import Workbook, load_workbook

from lianxin.kernel.authz import acting
from lianxin.kernel.errors import Conflict, InvalidInput, NotPermitted, NotVisible
from lianxin.kernel.models import Event
from lianxin.ledgers.actions.layouts import replace_layout, upload_layout, withdraw_layout
from lianxin.ledgers.actions.taking import take_layout
from lianxin.ledgers.books import LEDGERS
from lianxin.ledgers.filling.words import ClosedEnvironment
from lianxin.ledgers.isolation import check_apart, fill_apart
from lianxin.ledgers.models import Layout, LayoutVersion
from lianxin.ledgers.samples import sample_of
from lianxin.ledgers.tests.conftest import accepted, document

GOOD = document(
    "{{ organisation.name }}　{{ period.words }}",
    "{%p for m in meetings.rows %}",
    "{{ m.title }}",
    "{%p endfor %}",
    table=[["姓名", "党课"], ["{{ members.rows.name }}", "{{ members.rows.category }}"]],
    header="{{ committee.secretary }}",
)


@pytest.fixture
def upload(cast, at):
    def upload(content=GOOD, *, who="town_clerk", place="north", name="镇党委支部手册", file="手册.docx"):
        return upload_layout(
            cast.actor(who), organisation=getattr(cast, place).id, name=name, upload=accepted(content, file), at=at
        )

    return upload


def refused(content, name="手册.docx"):
    with pytest.raises(InvalidInput) as refusal:
        accepted(content, name)
    return str(refusal.value)


def test_a_layout_is_kept_and_filled_by_a_branch_below(cast, held, upload, at, year):
    meeting = held(3)
    row = upload()
    assert row.versions.get().fields == [
        "committee.secretary",
        "meetings.rows",
        "meetings.rows.title",
        "members.rows.category",
        "members.rows.name",
        "organisation.name",
        "period.words",
    ]
    name, content = take_layout(cast.actor("secretary"), layout=row.pk, organisation=cast.willow.id, period=year, at=at)
    assert name == f"柳树村党支部镇党委支部手册（{year.since.year}年）.docx"
    made = Document(BytesIO(content))
    texts = [one.text for one in made.paragraphs]
    assert texts == [f"北宋镇柳树村党支部　{year.since.year}年", "学习党章"]
    assert len(made.tables[0].rows) == 10
    assert made.sections[0].header.paragraphs[0].text == meeting.members[0].name
    assert Event.objects.filter(kind="ledgers.layout_uploaded", subject_id=row.pk).exists()


def test_a_branch_is_offered_the_layouts_and_not_how_to_make_them(cast, upload):
    row = upload(document("{{ organisation.name }}"))
    page = cast.client("secretary").get(reverse("ledgers:index")).content.decode()
    assert row.get_absolute_url() in page
    for address in (reverse("ledgers:layouts"), row.get_absolute_url()):
        assert "organisation.name" not in cast.client("secretary").get(address).content.decode()
        assert "organisation.name" in cast.client("town_clerk").get(address).content.decode()


def test_every_unknown_field_is_named_with_its_place_and_the_nearest(cast, upload):
    content = document(
        "{{ organisation.nmae }}",
        "{%p for m in meetings.rows %}",
        "{{ m.tilte }}",
        "{%p endfor %}",
        table=[["姓名"], ["{{ members.rows.nmae }}"]],
        header="{{ 党支部名称 }}",
    )
    with pytest.raises(InvalidInput) as refusal:
        upload(content)
    said = [str(one) for one in refusal.value.fields["file"]]
    assert len(said) == 4
    assert said[0].startswith("第1段")
    assert "{{ organisation.name }}" in said[0]
    assert said[1].startswith("第3段")
    assert "{{ meetings.rows.title }}" in said[1]
    assert said[2].startswith("第1个表格第2行第1列")
    assert "{{ members.rows.name }}" in said[2]
    assert said[3].startswith("页眉，")
    assert "{{ organisation.name }}" in said[3]
    assert not Layout.objects.exists()


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ organisation.__class__ }}",
        "{{ organisation.name.__init__.__globals__ }}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "{% import 'os' as os %}",
        "{% include '/etc/passwd' %}",
        "{% set x = 1 %}",
        "{{ 7 * 7 }}",
        "{{ organisation.name | upper }}",
        "{% for x in range(99999999) %}{% endfor %}",
        "{{ organisation.name }",
        "{# organisation.name #}",
        "{%p for x in meetings.rows %}",
    ],
)
def test_code_between_the_braces_is_refused(upload, text):
    with pytest.raises(InvalidInput) as refusal:
        upload(document("{{ organisation.name }}", text))
    assert refusal.value.fields["file"]
    assert not Layout.objects.exists()


@pytest.mark.parametrize(
    "source",
    [
        "{{ a.b() }}",
        "{{ a['b'] }}",
        "{{ a|upper }}",
        "{% if a %}{% endif %}",
        "{% set b = a %}",
        "{% include 'x' %}",
        "{{ 1 }}",
        "{% macro m() %}{% endmacro %}",
        "{% for x in a %}{{ loop.index }}{% endfor %}{{ namespace() }}",
    ],
)
def test_the_second_lock_compiles_nothing_but_names_and_loops(source):
    from jinja2 import TemplateError  # noqa: PLC0415 - for this test alone

    with pytest.raises(TemplateError):
        ClosedEnvironment().from_string(source).render(a={"b": 1})
    closed = ClosedEnvironment().from_string("{{ a.b }}{% for x in a.c %}{{ x.d }}{% endfor %}")
    assert closed.render(a={"b": "<1>", "c": [{"d": 2}]}) == "&lt;1&gt;2"
    with pytest.raises(TemplateError):
        ClosedEnvironment().from_string("{{ a.items }}").render(a={})


def test_values_are_data_never_markup_code_or_formulas():
    content = document("{{ organisation.name }}")
    made = fill_apart("docx", content, {"organisation": {"name": "<w:p/>{{ 7*7 }}&\n二"}})
    assert Document(BytesIO(made)).paragraphs[0].text == "<w:p/>{{ 7*7 }}&\n二"
    book = Workbook()
    book.active["A1"] = "{{ organisation.name }}"
    book.active["A2"] = "{{ members.rows.name }}"
    book.active["B2"] = "{{ members.rows.birth_date }}"
    book.active["A3"] = "合计{{ members.count }}人"
    raw = BytesIO()
    book.save(raw)
    rows = [{"name": "=1+1", "birth_date": {"$day": "1970-01-02"}}, {"name": "{{ x }}", "birth_date": ""}]
    values = {"organisation": {"name": "=HYPERLINK(1)"}, "members": {"rows": rows, "count": 2}}
    sheet = load_workbook(BytesIO(fill_apart("xlsx", raw.getvalue(), values))).active
    assert [sheet["A1"].data_type, sheet["A2"].data_type] == ["s", "s"]
    assert [cell.value for cell in sheet["A"]] == ["=HYPERLINK(1)", "=1+1", "{{ x }}", "合计2人"]
    assert sheet["B2"].value.year == 1970


def test_a_workbook_with_faults_names_sheet_and_cell():
    book = Workbook()
    book.active.title = "汇总"
    book.active["C7"] = "{{ members.cuont }}"
    book.active["A1"] = '=HYPERLINK("{{ organisation.name }}")'
    raw = BytesIO()
    book.save(raw)
    _fields, problems = check_apart("xlsx", raw.getvalue())
    assert ("unknown", "members.cuont", ["cell", "汇总", "C7"]) in problems
    assert problems[0][0] == "formula"


def workbook(cells, *, other=None):
    """A workbook with these cells, and on a second sheet those."""
    book = Workbook()
    book.active.title = "名册"
    for place, value in cells.items():
        book.active[place] = value
    if other:
        second = book.create_sheet("汇 总")
        for place, value in other.items():
            second[place] = value
    raw = BytesIO()
    book.save(raw)
    return raw.getvalue()


ROW_AND_TOTAL = {
    "A1": "姓名",
    "A2": "{{ members.rows.name }}",
    "B2": "{{ members.rows.number }}",
    "C2": "=B2*2+$B$1",
    "A3": "合计",
    "B3": "=SUM(B2:B2)",
    "C3": "=SUM(B2:C2)/B$3+SUM(B:B)",
}


@pytest.mark.parametrize("size", [1, 4])
def test_formulas_follow_the_rows_that_are_repeated(size):
    content = workbook(ROW_AND_TOTAL, other={"A1": "=名册!B3+SUM('名册'!$B$2:$B$2)", "A2": "=A1"})
    fields, problems = check_apart("xlsx", content)
    assert "members.rows.name" in fields
    assert problems == []
    rows = [{"name": f"党员{number}", "number": number} for number in range(1, size + 1)]
    book = load_workbook(BytesIO(fill_apart("xlsx", content, {"members": {"rows": rows}})))
    sheet, last = book["名册"], size + 1
    assert [cell.value for cell in sheet["B"][1:last]] == list(range(1, size + 1))
    assert [cell.value for cell in sheet["C"][1:last]] == [f"=B{row}*2+$B$1" for row in range(2, last + 1)]
    assert sheet[f"A{last + 1}"].value == "合计"
    assert sheet[f"B{last + 1}"].value == f"=SUM(B2:B{last})"
    assert sheet[f"C{last + 1}"].value == f"=SUM(B2:C{last})/B${last + 1}+SUM(B:B)"
    other = book["汇 总"]
    assert other["A1"].value == f"=名册!B{last + 1}+SUM('名册'!$B$2:$B${last})"
    assert other["A2"].value == "=A1"


def test_two_repeated_rows_on_a_sheet_move_the_formulas_below_both():
    cells = {
        "A1": "{{ members.rows.name }}",
        "A2": "=COUNTA(A1:A1)",
        "A3": "{{ committee.rows.name }}",
        "A4": "=COUNTA(A3:A3)+A2",
    }
    values = {
        "members": {"rows": [{"name": "甲"}, {"name": "乙"}, {"name": "丙"}]},
        "committee": {"rows": [{"name": "甲"}, {"name": "乙"}]},
    }
    sheet = load_workbook(BytesIO(fill_apart("xlsx", workbook(cells), values))).active
    assert sheet["A4"].value == "=COUNTA(A1:A3)"
    assert sheet["A7"].value == "=COUNTA(A5:A6)+A4"


def test_formulas_that_cannot_follow_are_refused_each_with_its_cell():
    cells = {"A2": "{{ members.rows.name }}", "A3": "=A2", "A4": '=INDIRECT("A2")', "A5": "=SUM(A2:A2)"}
    _fields, problems = check_apart("xlsx", workbook(cells, other={"B1": "=名册!$A$2&1"}))
    assert [(code, place) for code, _written, place in problems] == [
        ("single_cell", ["cell", "名册", "A3"]),
        ("fixed_formula", ["cell", "名册", "A4"]),
        ("single_cell", ["cell", "汇 总", "B1"]),
    ]
    _fields, problems = check_apart("xlsx", workbook({"A1": "{{ organisation.name }}", "A2": '=INDIRECT("A1")&A1'}))
    assert problems == []  # nothing is repeated


def test_broken_locked_and_macro_files_are_refused_with_a_sentence(upload):
    assert refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600)
    assert refused(GOOD[:200])
    raw = BytesIO(GOOD)
    with zipfile.ZipFile(raw, "a") as package:
        package.writestr("word/vbaProject.bin", b"x")
    assert "宏" in refused(raw.getvalue())
    broken = BytesIO()
    with zipfile.ZipFile(BytesIO(GOOD)) as good, zipfile.ZipFile(broken, "w") as package:
        for one in good.infolist():
            body = b"<w:document" if one.filename == "word/document.xml" else good.read(one)
            package.writestr(one, body)
    with pytest.raises(InvalidInput) as refusal:
        upload(broken.getvalue())
    assert "另存" in str(refusal.value)
    with pytest.raises(InvalidInput) as refusal:
        upload(document("没有字段"))
    assert "字段" in str(refusal.value)
    assert not Layout.objects.exists()


def test_a_bomb_ends_in_a_sentence_not_in_the_server():
    book = Workbook(write_only=True)
    sheet = book.create_sheet("大")
    for _number in range(2100):
        sheet.append(["{{ organisation.name }}"] * 200)
    raw = BytesIO()
    book.save(raw)
    with pytest.raises(InvalidInput):
        check_apart("xlsx", raw.getvalue())


@pytest.mark.parametrize("ledger", LEDGERS, ids=[one.key for one in LEDGERS])
def test_samples_pass_their_own_check(ledger):
    for kind in ("docx", "xlsx"):
        fields, problems = check_apart(kind, sample_of(ledger, kind))
        assert problems == []
        assert set(ledger.facts) <= set(fields)


def test_a_new_version_keeps_the_earlier_and_a_withdrawn_one_is_not_filled(cast, branch, upload, at, year):
    row = upload()
    clerk = cast.actor("town_clerk")
    replaced = replace_layout(clerk, layout=row.pk, upload=accepted(document("{{ members.count }}")), at=at)
    assert replaced.version == 2
    assert LayoutVersion.objects.filter(layout=row).count() == 2
    withdraw_layout(clerk, layout=row.pk, at=at)
    with pytest.raises(Conflict):
        take_layout(cast.actor("secretary"), layout=row.pk, organisation=cast.willow.id, period=year, at=at)
    with pytest.raises(Conflict):
        replace_layout(clerk, layout=row.pk, upload=accepted(GOOD), at=at)
    assert LayoutVersion.objects.filter(layout=row).count() == 2
    assert upload().name == row.name  # the name is free again


def test_a_layout_serves_those_below_alone(cast, branch, upload, at, year):
    row = upload()
    with pytest.raises(NotVisible):
        take_layout(cast.actor("far_secretary"), layout=row.pk, organisation=cast.reed.id, period=year, at=at)
    with pytest.raises(Conflict):
        take_layout(cast.actor("clerk"), layout=row.pk, organisation=cast.reed.id, period=year, at=at)
    with pytest.raises(NotPermitted):
        upload(who="secretary", place="willow")
    with pytest.raises(InvalidInput):
        upload()  # the same name twice
    assert Layout.objects.count() == 1
    for who, seen in (("secretary", 1), ("sibling", 1), ("clerk", 1), ("outsider", 0), ("far_secretary", 0)):
        with acting(cast.actor(who)):
            assert Layout.objects.count() == seen, who
            assert LayoutVersion.objects.count() == seen, who


def test_a_layout_from_below_is_not_offered_as_the_superiors(cast, upload):
    row = upload()
    clerk = cast.client("clerk")
    assert row.get_absolute_url() not in clerk.get(reverse("ledgers:index")).content.decode()
    listed = clerk.get(reverse("ledgers:layouts")).content.decode()
    assert "上级模板" not in listed
    assert row.get_absolute_url() in listed.split("下级模板")[1]
    for who, place in (("clerk", cast.north), ("town_clerk", cast.north), ("secretary", cast.willow)):
        form = cast.client(who).get(row.get_absolute_url()).context["fill_form"]
        assert str(form["organisation"].value()) == str(place.pk), who


@pytest.mark.parametrize(
    ("who", "page", "new", "replace"),
    [
        ("town_clerk", 200, 200, 422),
        ("clerk", 200, 200, 422),
        ("secretary", 200, 403, 403),
        ("viewer", 200, 403, 403),
        ("outsider", 404, 200, 404),
        ("far_secretary", 404, 403, 403),
        ("expired", 403, 403, 403),
        ("stranger", 403, 403, 403),
    ],
)
def test_the_cast_before_a_layout(cast, upload, who, page, new, replace):
    row = upload()
    client = cast.client(who)
    assert client.get(row.get_absolute_url()).status_code == page
    assert client.get(reverse("ledgers:layout_file", args=[row.pk, 1])).status_code == page
    assert client.get(reverse("ledgers:layout_new")).status_code == new
    assert client.post(reverse("ledgers:layout_replace", args=[row.pk]), {}).status_code == replace


def test_screens_upload_fill_and_offer_samples(cast, branch):
    client = cast.client("town_clerk")
    bad = {"organisation": str(cast.north.id), "name": "表", "file": SimpleUploadedFile("a.docx", document("{{ x }}"))}
    answer = client.post(reverse("ledgers:layout_new"), bad)
    assert answer.status_code == 422
    assert "第1段" in answer.content.decode()
    good = {**bad, "file": SimpleUploadedFile("a.docx", GOOD)}
    assert client.post(reverse("ledgers:layout_new"), good).status_code == 302
    row = Layout.objects.get()
    own = cast.client("secretary")
    assert row.name in own.get(reverse("ledgers:layouts")).content.decode()
    filled = own.post(
        reverse("ledgers:layout_fill", args=[row.pk]), {"organisation": str(cast.willow.id), "period": "2026-Q1"}
    )
    assert filled.status_code == 200
    assert filled.content.startswith(b"PK")
    wrong = own.post(reverse("ledgers:layout_fill", args=[row.pk]), {"organisation": "", "period": "2026"})
    assert wrong.status_code == 422
    assert own.get(reverse("ledgers:sample", args=["handbook", "docx"])).content.startswith(b"PK")
    assert own.get(reverse("ledgers:sample", args=["nothing", "docx"])).status_code == 404
