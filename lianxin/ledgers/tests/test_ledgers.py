from decimal import Decimal
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from docx import Document
from openpyxl import load_workbook

from lianxin.kernel.authz import acting
from lianxin.kernel.errors import NotPermitted, NotVisible
from lianxin.kernel.models import Event
from lianxin.ledgers.actions.taking import take_ledger
from lianxin.ledgers.books import BY_KEY, LEDGERS
from lianxin.ledgers.catalogue import BY_KEY as FIELDS
from lianxin.ledgers.periods import Period
from lianxin.ledgers.queries.material import material_for
from lianxin.ledgers.queries.values import book_of, rows_of, value_of


def material(cast, period, who="secretary", place="willow"):
    return material_for(cast.actor(who), getattr(cast, place).id, period)


def test_class_hours_are_counted_with_what_was_made_up_for(cast, held, make_up, excuse, year, today):
    lecture = held(3)
    held(4, kinds=["general_meeting"], study=60, came=9, title="党员大会")
    make_up(lecture, 7, today)
    excuse(lecture, 8)
    found = {one.name: one for one in material(cast, year).studied}
    names = [member.name for member in lecture.members]
    assert found[names[0]].total == Decimal(3)
    assert found[names[0]].lectures == Decimal(2)
    assert found[names[0]].needed == 56  # the secretary
    assert found[names[1]].needed == 32
    assert (found[names[7]].attended, found[names[7]].made_up) == (Decimal(1), Decimal(2))
    assert found[names[8]].is_excused
    assert found[names[8]].needed is None


def test_members_stand_by_name_and_nobody_is_ranked(cast, held, year):
    held(3)
    shown = [one.name for one in material(cast, year).studied]
    assert shown == [one.name for one in material(cast, year).members]


def test_attendance_names_leave_and_excused_members_as_such(cast, held, excuse, make_up, year, today):
    lecture = held(3)
    excuse(lecture, 8)
    make_up(lecture, 7, today)
    rows = {row["name"]: row for row in rows_of(FIELDS["attendance.rows"], material(cast, year))}
    names = [member.name for member in lecture.members]
    assert rows[names[0]]["state"] == "到会"
    assert rows[names[7]]["state"] == "已补课"
    assert rows[names[8]]["state"] == "免予参加"
    members = {row["name"]: row for row in rows_of(FIELDS["attendance.members"], material(cast, year))}
    assert members[names[8]]["expected"] == 0
    assert members[names[7]] == {
        "name": names[7],
        "expected": 1,
        "present": 0,
        "on_leave": 1,
        "absent": 0,
        "made_up": 1,
        "note": "",
    }


def test_only_what_lies_in_the_period_counts(cast, held, today):
    held(3)
    january = Period.months(today.replace(month=1, day=1), 1)
    february = Period.months(today.replace(month=2, day=1), 1)
    count = FIELDS["meetings.party_lecture.count"]
    assert value_of(count, material(cast, january)) == 1
    assert value_of(count, material(cast, february)) == 0


def test_every_field_can_be_read(cast, held, make_up, year, today):
    lecture = held(3)
    make_up(lecture, 7, today)
    found = material(cast, year)
    for field in FIELDS.values():
        if field.is_list:
            for row in rows_of(field, found):
                assert set(row) == {column.key for column in field.columns}
        elif field.read is not None:
            value_of(field, found)
        assert field.url(cast.willow.id).startswith("/work/")
    assert value_of(FIELDS["members.full_count"], found) == 9
    assert value_of(FIELDS["committee.secretary"], found) == lecture.members[0].name
    assert value_of(FIELDS["organisation.higher"], found) == "中共利津县北宋镇委员会"
    assert value_of(FIELDS["attendance.present_count"], found) == 7


@pytest.mark.parametrize("key", [one.key for one in LEDGERS])
@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_a_ledger_is_taken_away_as_word_and_excel(cast, held, at, year, key, kind):
    held(3)
    name, content = take_ledger(
        cast.actor("secretary"), ledger=key, organisation=cast.willow.id, period=year, kind=kind, at=at
    )
    assert name.startswith("柳树村党支部")
    assert name.endswith(f".{kind}")
    text = text_of(content, kind)
    assert "北宋镇柳树村党支部" in text
    assert "{{" not in text
    event = Event.objects.get(kind="ledgers.taken_away")
    assert event.data["period"] == year.key


def text_of(content, kind):
    if kind == "docx":
        document = Document(BytesIO(content))
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        return "\n".join([*(one.text for one in document.paragraphs), *cells])
    book = load_workbook(BytesIO(content))
    return "\n".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell)


def test_a_viewer_reads_and_takes_nothing_away(cast, branch, at, year):
    assert material(cast, year, "viewer").members
    with pytest.raises(NotPermitted):
        take_ledger(cast.actor("viewer"), ledger="study", organisation=cast.willow.id, period=year, kind="docx", at=at)
    assert not Event.objects.filter(kind="ledgers.taken_away").exists()


@pytest.mark.parametrize(
    ("who", "sees", "takes"),
    [
        ("secretary", 200, 200),
        ("town_clerk", 200, 200),
        ("clerk", 200, 200),
        ("viewer", 200, 403),
        ("sibling", 404, 404),
        ("outsider", 404, 404),
        ("far_secretary", 404, 404),
        ("expired", 403, 403),
        ("revoked", 403, 403),
        ("stranger", 403, 403),
        ("auditor", 403, 403),
    ],
)
def test_the_cast_before_a_ledger(cast, held, who, sees, takes):
    held(3)
    client = cast.client(who)
    answer = client.get(reverse("ledgers:ledger", args=[cast.willow.id, "study"]))
    assert answer.status_code == sees
    take = reverse("ledgers:take", args=[cast.willow.id, "resolutions", "xlsx"])
    assert client.post(take, {"period": "2026"}).status_code == takes


def test_row_security_alone_hides_a_neighbours_records(cast, held, year):
    held(3)
    with acting(cast.actor("sibling")), pytest.raises(NotVisible):
        material(cast, year, "sibling")
    with acting(cast.actor("secretary")):
        assert material(cast, year).participants


@pytest.mark.parametrize("key", [one.key for one in LEDGERS])
def test_a_ledger_asks_the_same_number_of_queries_whatever_was_held(cast, held, make_up, year, today, key):
    def queries():
        with CaptureQueriesContext(connection) as caught:
            book_of(BY_KEY[key], material(cast, year))
        return len(caught)

    make_up(held(3), 7, today)
    few = queries()
    for day in range(4, 16):
        make_up(held(day), 8, today)
    assert queries() == few
    assert few <= 15


def test_a_ledger_page_shows_and_prints(cast, held):
    lecture = held(3)
    client = cast.client("secretary")
    page = client.get(reverse("ledgers:ledger", args=[cast.willow.id, "attendance"]), {"period": "2026-Q1"})
    text = page.content.decode()
    assert lecture.members[0].name in text
    assert "2026年第1季度" in text
    assert client.get(reverse("ledgers:ledger", args=[cast.willow.id, "nothing"])).status_code == 404
    wrong = client.get(
        reverse("ledgers:ledger", args=[cast.willow.id, "study"]), {"since": "2026-03-01", "until": "2026-02-01"}
    )
    assert wrong.status_code == 422
    for name in ("index", "attendance", "layouts", "fields", "forms"):
        assert client.get(reverse(f"ledgers:{name}")).status_code == 200


def test_a_page_has_a_line_for_each_meeting_and_a_file_one_for_each_person(cast, held, year):
    for day in (3, 4):
        held(day)
    filled = book_of(BY_KEY["attendance"], material(cast, year))
    assert [part.field.key for part in filled.parts] == ["attendance.members", "meetings.rows"]
    assert len(filled.parts[1].rows) == 2
    assert [part.is_narrow for part in filled.parts] == [True, False]  # a phone shows figures as a table
    assert "agenda" not in [column.key for column in filled.parts[1].columns]
    assert len(rows_of(FIELDS["attendance.rows"], material(cast, year))) == 18
    page = cast.client("secretary").get(reverse("ledgers:ledger", args=[cast.willow.id, "attendance"]))
    by_name = f"{reverse('ledgers:attendance')}?organisation={cast.willow.id}"
    assert by_name in page.content.decode()


def test_ledgers_stand_on_the_page_of_the_organisation(cast, branch):
    page = cast.client("secretary").get(reverse("organisations:detail", args=[cast.willow.id])).content.decode()
    assert reverse("ledgers:ledger", args=[cast.willow.id, "handbook"]) in page


def test_attendance_is_a_list_that_can_be_exported(cast, held):
    from lianxin.kernel.exports import export_source  # noqa: PLC0415 - after the app registry

    held(3)
    source = export_source("ledgers_attendance")
    assert source.rows(cast.actor("secretary")).count() == 9
    assert source.rows(cast.actor("sibling")).count() == 0
    client = cast.client("secretary")
    page = client.get(reverse("ledgers:attendance"), {"organisation": str(cast.willow.id), "period": "2026-01"})
    assert page.status_code == 200
