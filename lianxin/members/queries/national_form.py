"""The national sheet of members as an export: its twenty headings in their order, personal data in clear.

What is written so can be read back by the import without any mapping.
"""

from collections.abc import Callable
from typing import Any

from lianxin.kernel.exports import ROW_NUMBER
from lianxin.kernel.web.listing import ListColumn
from lianxin.members.facts import BY_NAME, PERSONAL, Kind, in_words
from lianxin.members.models import Member
from lianxin.members.restricting import MAY_BE_RESTRICTED, WORD

HEADINGS = {
    ROW_NUMBER: "序号",
    "name": "姓名",
    "organisation": "所在党支部",
    "id_number": "公民身份证号",
    "sex": "性别",
    "ethnic_group": "民族",
    "birth_date": "出生日期",
    "education": "学历",
    "person_category": "人员类别",
    "joined_on": "加入党组织日期",
    "converted_on": "转为正式党员日期",
    "work_post": "工作岗位",
    "mobile": "手机号",
    "landline": "固定电话",
    "home_address": "家庭住址",
    "membership_status": "党籍状态",
    "is_lost": "是否为失联党员",
    "lost_since": "失去联系日期",
    "is_floating": "是否为流动党员",
    "flow_to": "外出流向",
}
"""Source: 党员基本信息汇总表, annex 4 of the national collection of 2017."""
SPREADSHEET_KINDS = {Kind.DATE: "date", Kind.YES_NO: "yes_no"}


def _value(name: str) -> Callable[[Member], Any]:
    if name == "organisation":
        return lambda member: member.organisation.name
    if name in MAY_BE_RESTRICTED:
        read = _recorded(name)
        return lambda member: str(WORD) if name in member.restricted else read(member)
    return _recorded(name)


def _recorded(name: str) -> Callable[[Member], Any]:
    if name in PERSONAL:
        return lambda member: value.reveal() if (value := getattr(member, name)) else ""
    if name in BY_NAME and BY_NAME[name].table:
        return lambda member: str(in_words(name, getattr(member, name)))
    return lambda member: getattr(member, name, None)


def _kind(name: str) -> str:
    return SPREADSHEET_KINDS.get(BY_NAME[name].kind, "text") if name in BY_NAME else "text"


NATIONAL_FORM = tuple(ListColumn(name, heading, _value(name), kind=_kind(name)) for name, heading in HEADINGS.items())
