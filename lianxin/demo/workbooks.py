"""The county as the workbooks a county clerk keeps: organisations, posts, and one member workbook per town."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Final

import xlsxwriter

from lianxin.demo.code_names import EDUCATION_NAMES, ETHNIC_NAMES, POST_NAMES
from lianxin.demo.organisation import AFFILIATION_NAMES, RELATION_NAMES, TYPE_NAMES
from lianxin.demo.scales import DEFAULT_SEED, Batch, batches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from lianxin.demo.organisation import Organisation
    from lianxin.demo.persons import Person

Cell = str | int | date | None

MEMBER_COLUMNS: Final = (
    "序号",
    "姓名",
    "所在党支部",
    "公民身份证号",
    "性别",
    "民族",
    "出生日期",
    "学历",
    "人员类别",
    "加入党组织日期",
    "转为正式党员日期",
    "工作岗位",
    "手机号",
    "固定电话",
    "家庭住址",
    "党籍状态",
    "是否为失联党员",
    "失去联系日期",
    "是否为流动党员",
    "外出流向",
)
ORGANISATION_COLUMNS: Final = (
    "序号",
    "党组织名称",
    "党组织简称",
    "组织代码",
    "组织类别",
    "上级党组织",
    "上级组织代码",
    "隶属关系",
    "成立日期",
    "批准文号",
    "党组织所在单位情况",
    "单位名称",
    "统一社会信用代码",
    "单位性质",
    "是否法人单位",
    "联合单位",
    "书记",
    "联系人",
    "联系电话",
    "本届任期开始日期",
    "本届任期届满日期",
    "任期年限",
    "是否建制村",
    "是否社区",
    "党小组数",
)
POST_COLUMNS: Final = ("序号", "党组织名称", "组织代码", "职务", "姓名", "公民身份证号", "所在党支部", "任职日期")
_TITLE_ROWS: Final = 4
_DATE_FORMAT: Final = "yyyy-mm-dd"


def member_row(number: int, person: Person) -> list[Cell]:
    """A member as a row of the national summary sheet: names where the sheet shows names, dates as dates."""
    return [
        number,
        person.name,
        person.branch_name,
        person.id_number,
        "男" if person.sex == "1" else "女",
        ETHNIC_NAMES[person.ethnic_group],
        person.birth_date,
        EDUCATION_NAMES[person.education],
        "正式党员" if person.is_full else "预备党员",
        person.joined_on,
        person.converted_on,
        POST_NAMES[person.work_post],
        person.mobile,
        person.landline,
        person.home_address,
        "正常" if person.membership_status == "normal" else "停止党籍",
        "是" if person.is_lost else "否",
        person.lost_since,
        "是" if person.is_floating else "否",
        person.flow_to,
    ]


def organisation_row(number: int, organisation: Organisation, parent_name: str, secretary: str) -> list[Cell]:
    """An organisation as a row of the register."""
    unit = organisation.unit
    joint = "、".join(
        f"{name}（{share}人）" for name, share in zip(organisation.joint_units, organisation.unit_shares, strict=True)
    )
    return [
        number,
        organisation.name,
        organisation.short_name,
        organisation.code,
        TYPE_NAMES[organisation.type_identifier],
        parent_name,
        organisation.parent_code,
        AFFILIATION_NAMES[organisation.affiliation_code],
        organisation.founded_on,
        organisation.approval_no,
        RELATION_NAMES[organisation.unit_relation],
        unit.name if unit else "",
        unit.credit_code if unit else "",
        unit.nature_name if unit else "",
        ("是" if unit.is_legal_entity else "否") if unit else "",
        joint,
        secretary,
        secretary,
        organisation.phone,
        organisation.term_start,
        organisation.term_end,
        organisation.term_years,
        "是" if organisation.is_village else "否",
        "是" if organisation.is_community else "否",
        organisation.group_count,
    ]


def write_sheet(
    path: Path,
    title: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    today: date,
    sheet: str,
    raw: Callable[[int, int], bool] | None = None,
) -> int:
    """Write one workbook: title, unit and date line, note, header on row 4, rows, signature line. Returns the rows.

    Nothing in the file depends on the clock: the creation time is `today`. `raw` says which cells (row from 0, column
    from 0) are left unformatted, as a clerk's paste leaves them.
    """
    book = xlsxwriter.Workbook(
        str(path), {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    created = datetime(today.year, today.month, today.day)  # noqa: DTZ001 (a file property without zone)
    book.set_properties({"title": title, "comments": "演示数据", "created": created})
    page = book.add_worksheet(sheet)
    heading = book.add_format({"bold": True, "font_size": 18, "align": "center", "valign": "vcenter"})
    header = book.add_format({"bold": True, "border": 1, "align": "center", "valign": "vcenter", "text_wrap": True})
    text = book.add_format({"border": 1, "num_format": "@"})
    day = book.add_format({"border": 1, "num_format": _DATE_FORMAT, "align": "center"})
    whole = book.add_format({"border": 1})
    page.set_column(0, 0, 6)
    page.set_column(1, len(columns) - 1, 16)
    page.freeze_panes(_TITLE_ROWS, 2)
    page.merge_range(0, 0, 0, len(columns) - 1, title, heading)
    page.write_string(
        1, 0, f"填报单位（盖章）：中共利津县委员会　　填报日期：{today.year}年{today.month}月{today.day}日"
    )
    page.write_string(
        2, 0, "说明：本表为演示数据，人员均为虚构，身份证号以99开头、手机号以12开头，不对应任何真实个人。"
    )
    for column, name in enumerate(columns):
        page.write_string(_TITLE_ROWS - 1, column, name, header)
    count = 0
    for index, row in enumerate(rows):
        for column, value in enumerate(row):
            at = (_TITLE_ROWS + index, column)
            if isinstance(value, date):
                page.write_datetime(*at, datetime(value.year, value.month, value.day), day)  # noqa: DTZ001 (a spreadsheet date)
            elif isinstance(value, int):
                page.write_number(*at, value, None if raw and raw(index, column) else whole)
            elif value:
                page.write_string(*at, value, text)
            else:
                page.write_blank(*at, None, text)
        count = index + 1
    page.write_string(
        _TITLE_ROWS + count, 0, "采集人（签字）：　　　　　　党支部书记（签字）：　　　　　　基层党委（盖章）："
    )
    book.close()
    return count


def write_county(folder: Path, *, seed: int = DEFAULT_SEED, today: date) -> dict[str, Path]:
    """Write the demonstration county into a folder and return the paths by kind and place.

    Keys: "organisations", "posts", "members:<code>" for each town-level unit and "members:370522" for the bodies
    directly under the county. Same seed and day, same bytes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    county = list(batches("county", seed, today=today))
    names = {batch.organisation.code: batch.organisation.name for batch in county}
    secretary = {
        post.organisation_code: post.person.name for batch in county for post in batch.posts if post.post == "书记"
    }
    paths = {"organisations": folder / "01-党组织信息.xlsx", "posts": folder / "02-党组织班子成员.xlsx"}
    write_sheet(
        paths["organisations"],
        "党组织和所在单位基本信息汇总表",
        ORGANISATION_COLUMNS,
        [
            organisation_row(
                n, b.organisation, names.get(b.organisation.parent_code, ""), secretary.get(b.organisation.code, "")
            )
            for n, b in enumerate(county, 1)
        ],
        today=today,
        sheet="党组织",
    )
    held = [post for batch in county for post in batch.posts]
    write_sheet(
        paths["posts"],
        "党组织班子成员汇总表",
        POST_COLUMNS,
        [
            [
                n,
                names[p.organisation_code],
                p.organisation_code,
                p.post,
                p.person.name,
                p.person.id_number,
                p.person.branch_name,
                p.since,
            ]
            for n, p in enumerate(held, 1)
        ],
        today=today,
        sheet="班子成员",
    )
    for number, (code, group) in enumerate(_by_town(county).items(), 3):
        place = "县直单位" if len(code) == len("370522") else _place(group, code)
        path = paths[f"members:{code}"] = folder / f"{number:02d}-党员信息-{place}.xlsx"
        people = (person for batch in group for person in batch.members)
        rows = (member_row(n, person) for n, person in enumerate(people, 1))
        write_sheet(path, "党员基本信息汇总表", MEMBER_COLUMNS, rows, today=today, sheet="党员信息")
    return paths


def _by_town(county: list[Batch]) -> dict[str, list[Batch]]:
    """The batches by the town-level unit their code begins with; the rest under the county's code."""
    towns = [
        b.organisation.code
        for b in county
        if b.organisation.code.isdigit() and len(b.organisation.code) == len("370522101")
    ]
    groups: dict[str, list[Batch]] = {code: [] for code in (county[0].organisation.code, *towns)}
    for batch in county:
        town = batch.organisation.code[:9]
        groups[town if town in groups else county[0].organisation.code].append(batch)
    return groups


def _place(group: list[Batch], code: str) -> str:
    head = next(batch.organisation for batch in group if batch.organisation.code == code)
    return head.short_name.removesuffix("党工委").removesuffix("党委")
