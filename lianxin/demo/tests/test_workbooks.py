from datetime import date

import pytest
from python_calamine import CalamineWorkbook

from lianxin.demo.faulty import faulty_rows, write_faulty_roster
from lianxin.demo.scales import DEFAULT_SEED, SIZES, members
from lianxin.demo.workbooks import MEMBER_COLUMNS, ORGANISATION_COLUMNS, write_county

TODAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    return write_county(tmp_path_factory.mktemp("county"), today=TODAY)


def sheet(path):
    return CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()


def test_the_workbooks_together_hold_everybody(county):
    count = 0
    for key, path in county.items():
        if key.startswith("members:"):
            rows = sheet(path)
            assert tuple(rows[3]) == MEMBER_COLUMNS
            assert "签字" in rows[-1][0]
            count += len(rows) - 5
    assert count == SIZES["county"].members
    assert sum(key.startswith("members:") for key in county) == 11


def test_the_organisation_workbook_names_every_parent_and_secretary(county):
    rows = sheet(county["organisations"])
    assert tuple(rows[3]) == ORGANISATION_COLUMNS
    body = [dict(zip(rows[3], row, strict=True)) for row in rows[4:-1]]
    assert len(body) == SIZES["county"].organisations
    names = {row["党组织名称"] for row in body}
    assert all(row["上级党组织"] in names for row in body[1:])
    assert all(row["书记"] for row in body)


def test_same_seed_and_day_write_the_same_bytes(county, tmp_path):
    again = write_county(tmp_path, today=TODAY)
    assert again.keys() == county.keys()
    assert all(path.read_bytes() == county[key].read_bytes() for key, path in again.items())


def test_the_faulty_roster_has_its_mistakes_where_it_says(tmp_path):
    path = tmp_path / "faulty_roster.xlsx"
    faults = write_faulty_roster(path, today=TODAY)
    rows = sheet(path)
    cell = {f.kind: rows[f.row - 1][MEMBER_COLUMNS.index(f.column)] for f in faults}
    assert len({f.kind for f in faults}) >= 10
    assert sum(f.kind == "date_as_text" for f in faults) == 5
    assert all(isinstance(rows[f.row - 1][9], str) for f in faults if f.kind == "date_as_text")
    assert cell["missing_name"] == ""
    assert cell["phone_in_exponent"] == "1.23E+10"
    assert isinstance(cell["phone_as_number"], float)
    assert cell["formula"].startswith("=HYPERLINK")
    twin = next(f.row for f in faults if f.kind == "duplicate_row") - 1
    assert rows[twin][1:] == rows[twin - 1][1:]


def test_the_faulty_rosters_people_are_not_in_the_county():
    rows, _ = faulty_rows(DEFAULT_SEED, TODAY)
    county = {person.id_number for person in members("county", today=TODAY)}
    assert not county & {row[3] for row in rows}
