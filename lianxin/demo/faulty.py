"""A roster with mistakes, for showing an import that finds them and people who mend them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from lianxin.demo.identity import CAPACITY
from lianxin.demo.persons import members_of
from lianxin.demo.scales import DEFAULT_SEED, organisations
from lianxin.demo.workbooks import MEMBER_COLUMNS, Cell, member_row, write_sheet

if TYPE_CHECKING:
    from pathlib import Path

    from lianxin.demo.organisation import Organisation

_HEADER_ROWS: Final = 4
_ROWS: Final = 40
_FIRST_SERIAL: Final = CAPACITY - 1000  # outside the county's own numbers


class Fault(NamedTuple):
    """A mistake: its kind, the row as the spreadsheet counts (from 1) and the column heading."""

    kind: str
    row: int
    column: str


def write_faulty_roster(path: Path, *, seed: int = DEFAULT_SEED, today: date) -> tuple[Fault, ...]:
    """Write forty people of one village, most of them right, and say what is wrong where.

    The people are new: none of them is in the county's own workbooks.
    """
    rows, faults = faulty_rows(seed, today)
    mobile = MEMBER_COLUMNS.index("手机号")
    write_sheet(
        path,
        "党员基本信息汇总表",
        MEMBER_COLUMNS,
        rows,
        today=today,
        sheet="党员信息",
        raw=lambda _row, column: column == mobile,
    )
    return faults


def faulty_rows(seed: int, today: date) -> tuple[list[list[Cell]], tuple[Fault, ...]]:
    """The rows of the faulty roster and the list of its mistakes."""
    village = next(o for o in organisations("county", seed, today=today) if o.is_village and not o.only_secretary)
    people = list(members_of(_reception(village, seed), today))
    rows = [member_row(number, person) for number, person in enumerate(people, 1)]
    faults: list[Fault] = []

    def put(place: int, column: str, kind: str, value: Cell) -> None:
        rows[place][MEMBER_COLUMNS.index(column)] = value
        faults.append(Fault(kind, place + _HEADER_ROWS + 1, column))

    def day(place: int, style: str) -> str:
        joined = people[place].joined_on
        return style.format(y=joined.year, m=joined.month, d=joined.day)

    number = people[3].id_number
    put(3, "公民身份证号", "wrong_check_digit", number[:17] + ("1" if number[17] != "1" else "2"))
    put(5, "公民身份证号", "too_short", people[5].id_number[:17])
    for place, style in (
        (7, "{y}.{m:02d}.{d:02d}"),
        (8, "{y}年{m}月{d}日"),
        (9, "{y}/{m}/{d}"),
        (10, "{y}{m:02d}{d:02d}"),
        (11, "{d}-{m}-{y}"),
    ):
        put(place, "加入党组织日期", "date_as_text", day(place, style))
    put(13, "所在党支部", "unknown_branch", "中共利津县北宋镇不存在村支部委员会")
    put(15, "加入党组织日期", "joined_before_18", people[15].birth_date + timedelta(days=16 * 365))
    put(17, "姓名", "missing_name", "")
    put(19, "手机号", "phone_in_exponent", "1.23E+10")
    put(20, "手机号", "phone_as_number", int(people[20].mobile or "12000000000"))
    put(22, "性别", "sex_contradicts_number", "女" if people[22].sex == "1" else "男")
    put(24, "出生日期", "birth_contradicts_number", people[24].birth_date + timedelta(days=31))
    put(26, "转为正式党员日期", "converted_before_joined", people[26].joined_on - timedelta(days=40))
    put(28, "学历", "unknown_code", "本科在读")
    put(30, "民族", "spelling", "汉 族")
    put(32, "家庭住址", "formula", '=HYPERLINK("http://example.invalid","点这里")')
    rows[34] = [35, *rows[33][1:]]
    faults.append(Fault("duplicate_row", 34 + _HEADER_ROWS + 1, "公民身份证号"))
    put(36, "是否为失联党员", "lost_without_date", "是")
    return rows, tuple(faults)


def _reception(village: Organisation, seed: int) -> Organisation:
    """The village with forty other people in it."""
    return replace(
        village,
        member_count=_ROWS,
        first_serial=_FIRST_SERIAL,
        seed=seed * 7 + 3,
        probationary_at_end=1,
        clan="",
        group_count=0,
    )
