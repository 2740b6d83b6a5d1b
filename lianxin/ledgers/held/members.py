"""What is held about members: how many, who sits on the committee, the list of members."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.time import completed_years
from lianxin.ledgers.held.field import Column, Held, Row, Value
from lianxin.ledgers.held.organisation import page
from lianxin.ledgers.queries.material import Material
from lianxin.members.facade import Member, Post
from lianxin.rules.facade import code_table

ROSTER = _("register of members")
COMMITTEE = _("page of the organisation, committee")
YOUNG, OLD = 35, 60
HAN = "01"
UNIVERSITY = ("11", "12", "13", "14", "21", "22", "23", "24")


def roster(organisation: UUID) -> str:
    """The organisation's members in the register."""
    return f"{reverse('members:roster')}?below={organisation}"


def _count(
    key: str, label: Any, synonyms: tuple[str, ...], test: Callable[[Member, Material], bool], minutes: int = 2
) -> Held:
    def read(material: Material) -> Value:
        return sum(1 for member in material.members if test(member, material))

    return Held(f"members.{key}", label, synonyms, ROSTER, roster, minutes, read)


def _age(member: Member, material: Material) -> int:
    return completed_years(member.birth_date, material.period.until)


def _holder(kind: str) -> Callable[[Material], Value]:
    def read(material: Material) -> Value:
        return "、".join(post.member.name for post in material.committee if post.kind == kind)

    return read


def _post(key: str, label: Any, synonyms: tuple[str, ...]) -> Held:
    return Held(f"committee.{key}", label, synonyms, COMMITTEE, page, 1, _holder(key))


def _word(table: str, key: str) -> str:
    codes = code_table(table)
    return str(codes[key].name) if key in codes else key


def _committee_row(post: Post) -> Row:
    return {
        "name": post.member.name,
        "post": _word("committee_posts", post.kind),
        "since": post.since,
        "until": post.until,
    }


def _unless_restricted(member: Member, name: str, value: Value) -> Value:
    """The value, unless the member had its use restricted."""
    return "" if name in member.restricted else value


def _member_row(number: int, member: Member) -> Row:
    return {
        "number": number,
        "name": member.name,
        "sex": _unless_restricted(member, "sex", _word("sex", member.sex)),
        "ethnic_group": _unless_restricted(member, "ethnic_group", _word("ethnic_groups", member.ethnic_group)),
        "birth_date": _unless_restricted(member, "birth_date", member.birth_date),
        "education": _unless_restricted(member, "education", _word("education_levels", member.education)),
        "category": _word("person_categories", member.person_category),
        "joined_on": member.joined_on,
        "converted_on": member.converted_on,
        "work_post": _unless_restricted(member, "work_post", _word("work_posts", member.work_post)),
        "status": _word("membership_status", member.membership_status),
        "floating": _yes(member.is_floating),
        "lost": _yes(member.is_lost),
    }


def _yes(value: bool) -> str:  # noqa: FBT001 - a value in words
    return gettext("yes") if value else gettext("no")


def _committee_rows(material: Material) -> Sequence[Row]:
    return [_committee_row(post) for post in material.posts]


def _member_rows(material: Material) -> Sequence[Row]:
    return [_member_row(number, member) for number, member in enumerate(material.members, 1)]


def _guarded(key: str, label: Any, synonyms: tuple[str, ...]) -> Held:
    """Personal data: opened in the register with a reason, never collected by a form."""
    return Held(f"member.{key}", label, synonyms, ROSTER, roster, 5)


FIELDS = (
    _count(
        "count",
        _("number of members"),
        ("党员总数", "党员人数", "党员数", "现有党员", "支部党员人数", "党员总人数", "在册党员数"),
        lambda member, _material: bool(member.pk),
    ),
    _count(
        "full_count",
        _("number of full members"),
        ("正式党员数", "正式党员人数", "正式党员总数", "在册正式党员数"),
        lambda member, _material: member.person_category == "full",
    ),
    _count(
        "probationary_count",
        _("number of probationary members"),
        ("预备党员数", "预备党员人数"),
        lambda member, _material: member.person_category == "probationary",
    ),
    _count(
        "women_count",
        _("number of women"),
        ("女党员数", "女性党员人数", "女党员人数"),
        lambda member, _material: member.sex == "2",
    ),
    _count(
        "minority_count",
        _("number of members of minorities"),
        ("少数民族党员数", "少数民族党员人数"),
        lambda member, _material: member.ethnic_group != HAN,
    ),
    _count(
        "young_count",
        _("number of members of 35 and younger"),
        ("35岁以下党员数", "35岁及以下党员人数", "青年党员数"),
        lambda member, material: _age(member, material) <= YOUNG,
        3,
    ),
    _count(
        "old_count",
        _("number of members of 60 and older"),
        ("60岁以上党员数", "60岁及以上党员人数", "老党员数"),
        lambda member, material: _age(member, material) >= OLD,
        3,
    ),
    _count(
        "university_count",
        _("number of members with a university education"),
        ("大学本科及以上学历党员数", "本科以上党员人数", "大学以上学历党员数"),
        lambda member, _material: member.education in UNIVERSITY,
        3,
    ),
    _count(
        "floating_count",
        _("number of floating members"),
        ("流动党员数", "流动党员人数", "外出流动党员数", "流出党员数"),
        lambda member, _material: member.is_floating,
    ),
    _count(
        "lost_count",
        _("number of members out of contact"),
        ("失联党员数", "失联党员人数", "失去联系党员数"),
        lambda member, _material: member.is_lost,
    ),
    _count(
        "hardship_count",
        _("number of members in hardship"),
        ("困难党员数", "生活困难党员人数", "困难党员人数"),
        lambda member, _material: member.is_in_hardship,
    ),
    Held(
        "members.joined_count",
        _("number of members admitted in the period"),
        ("发展党员数", "新发展党员人数", "当年发展党员数", "新入党人数", "接收预备党员数"),
        ROSTER,
        roster,
        2,
        lambda material: sum(material.period.holds(member.joined_on) for member in material.members),
    ),
    Held(
        "members.converted_count",
        _("number of members who became full members in the period"),
        ("转正人数", "转正党员数", "预备党员转正人数", "按期转正人数"),
        ROSTER,
        roster,
        2,
        lambda material: sum(
            member.converted_on is not None and material.period.holds(member.converted_on)
            for member in material.members
        ),
    ),
    _post(
        "secretary",
        _("name of the secretary"),
        ("书记姓名", "党支部书记", "支部书记", "书记", "党组织书记", "支书姓名", "党支部书记姓名"),
    ),
    _post("deputy_secretary", _("name of the deputy secretary"), ("副书记姓名", "支部副书记", "副书记")),
    _post("organisation", _("name of the organisation member"), ("组织委员", "组织委员姓名")),
    _post("publicity", _("name of the publicity member"), ("宣传委员", "宣传委员姓名")),
    _post("discipline", _("name of the discipline inspection member"), ("纪检委员", "纪检委员姓名", "纪律检查委员")),
    Held(
        "committee.count",
        _("number of committee members"),
        ("支委人数", "支部委员数", "班子成员数", "支委会成员数", "委员人数", "班子人数"),
        COMMITTEE,
        page,
        1,
        lambda material: len({post.member_id for post in material.committee}),
    ),
    Held(
        "committee.names",
        _("names of the committee members"),
        ("支委名单", "班子成员名单", "支部委员名单", "委员名单", "支委会成员", "班子成员"),
        COMMITTEE,
        page,
        3,
        lambda material: "、".join(
            f"{post.member.name}（{_word('committee_posts', post.kind)}）" for post in material.committee
        ),
    ),
    Held(
        "committee.rows",
        _("committee in the period"),
        ("支部委员会组成", "支委会组成人员", "班子配备"),
        COMMITTEE,
        page,
        5,
        rows=_committee_rows,
        columns=(
            Column("name", pgettext_lazy("person", "name")),
            Column("post", _("post"), ("党内职务", "支部职务")),
            Column("since", _("since"), ("任职时间", "任职日期"), "date"),
            Column("until", _("until"), ("免职时间", "离任时间"), "date"),
        ),
    ),
    Held(
        "members.rows",
        _("list of members"),
        ("党员名单", "党员花名册", "党员名册", "党员基本信息", "党员信息采集表", "党员基本信息汇总表"),
        ROSTER,
        roster,
        30,
        rows=_member_rows,
        columns=(
            Column("number", _("no."), ("序号",), "integer"),
            Column("name", pgettext_lazy("person", "name"), ("姓名", "党员姓名")),
            Column("sex", _("sex"), ("性别",)),
            Column("ethnic_group", _("ethnic group"), ("民族",)),
            Column("birth_date", _("date of birth"), ("出生日期", "出生年月", "出生时间"), "date"),
            Column("education", _("education"), ("学历", "文化程度")),
            Column("category", _("category"), ("人员类别", "党员类别")),
            Column("joined_on", _("joined the Party on"), ("入党时间", "入党日期", "加入党组织日期"), "date"),
            Column("converted_on", _("became a full member on"), ("转正时间", "转正日期", "转为正式党员日期"), "date"),
            Column("work_post", _("work post"), ("工作岗位",)),
            Column("status", _("membership status"), ("党籍状态",)),
            Column("floating", _("floating member"), ("是否流动党员", "是否为流动党员")),
            Column("lost", _("out of contact"), ("是否为失联党员", "是否失联")),
        ),
    ),
    _guarded("id_number", _("identity numbers of members"), ("身份证号", "公民身份证号", "身份证号码")),
    _guarded(
        "mobile",
        _("mobile numbers of members"),
        (
            "手机号",
            "党员电话",
            "党员联系电话",
            "党员手机号",
            "党员本人联系电话",
            "书记电话",
            "书记手机号",
            "书记联系电话",
            "支部书记电话",
            "支部书记手机号",
            "支部书记联系电话",
        ),
    ),
    _guarded("landline", _("landline numbers of members"), ("固定电话",)),
    _guarded("native_place", _("native places of members"), ("籍贯",)),
    _guarded("lost_since", _("since when members are out of contact"), ("失去联系日期", "失联时间")),
    _guarded("home_address", _("home addresses of members"), ("家庭住址", "现居住地", "家庭地址", "居住地址")),
    _guarded("workplace", _("workplaces of members"), ("工作单位", "党员工作单位", "工作单位及职务")),
    _guarded("flow_to", _("where members floated to"), ("外出流向", "流动去向", "外出地点")),
)
