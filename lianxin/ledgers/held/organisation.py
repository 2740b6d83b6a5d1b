"""What is held about the organisation itself: names, kind, place, terms, and the period a ledger is of."""

from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianxin.kernel.errors import Sentence
from lianxin.kernel.time import today
from lianxin.ledgers.held.field import Held, Value
from lianxin.ledgers.queries.material import Material
from lianxin.organisations.facade import kind_name
from lianxin.rules.facade import code_table

if TYPE_CHECKING:
    from datetime import date

PAGE = _("page of the organisation")


def page(organisation: UUID) -> str:
    """The organisation's page."""
    return reverse("organisations:detail", args=[organisation])


def _fact(key: str, label: Sentence, synonyms: tuple[str, ...], column: str, minutes: int = 1) -> Held:
    def read(material: Material) -> Value:
        value: Value = getattr(material.organisation, column)
        return value

    return Held(f"organisation.{key}", label, synonyms, PAGE, page, minutes, read)


def _unit_nature(material: Material) -> Value:
    key = material.organisation.unit_nature
    table = code_table("unit_natures")
    return str(table[key].name) if key in table else key


def _term(position: int) -> Callable[[Material], Value]:
    def read(material: Material) -> Value:
        found: date | None = material.terms[0][position] if material.terms else None
        return found

    return read


FIELDS = (
    _fact(
        "name",
        _("full name of the organisation"),
        (
            "党组织名称",
            "党支部名称",
            "支部名称",
            "支部全称",
            "党组织全称",
            "单位党组织名称",
            "填报单位",
            "上报单位",
            "所在党支部",
            "所属党支部",
        ),
        "name",
    ),
    _fact("short_name", _("short name"), ("简称", "支部简称", "党组织简称"), "short_name"),
    _fact("code", _("code of the organisation"), ("党组织编码", "党支部编码", "组织代码", "党组织代码"), "code"),
    Held(
        "organisation.kind",
        _("kind of organisation"),
        ("组织类别", "党组织类别", "支部类别", "党组织类型", "支部类型"),
        PAGE,
        page,
        1,
        lambda material: str(kind_name(material.organisation.org_type)),
    ),
    Held(
        "organisation.higher",
        _("higher organisation"),
        ("上级党组织", "上级党组织名称", "所属党委", "所在党委", "所属分党委", "隶属党委", "上级党委", "二级党委名称"),
        PAGE,
        page,
        1,
        lambda material: material.higher.name if material.higher else "",
    ),
    _fact(
        "founded_on",
        _("founded on"),
        ("成立时间", "支部成立时间", "党组织成立日期", "建立时间", "党支部组建时间"),
        "founded_on",
    ),
    _fact("approval_no", _("number of the approving document"), ("批准文号", "成立批复文号"), "approval_no"),
    _fact("unit_name", _("unit"), ("所在单位", "所在单位名称", "党组织所在单位", "单位名称"), "unit_name"),
    _fact(
        "unit_credit_code",
        _("unified social credit code"),
        ("统一社会信用代码", "单位信用代码", "组织机构代码"),
        "unit_credit_code",
    ),
    Held(
        "organisation.unit_nature",
        _("nature of the unit"),
        ("单位性质", "所在单位属性", "单位类别", "单位性质类别"),
        PAGE,
        page,
        1,
        _unit_nature,
    ),
    Held(
        "organisation.unit_relation",
        _("situation of the unit"),
        ("党组织所在单位情况", "所在单位情况"),
        PAGE,
        page,
        1,
        lambda material: str(material.organisation.get_unit_relation_display()),
    ),
    _fact("unit_count", _("number of units covered"), ("联合单位数", "覆盖单位数", "联建单位数"), "unit_count"),
    _fact("contact", _("contact"), ("党组织联系人", "支部联系人", "联系人", "联系人姓名"), "contact"),
    _fact(
        "phone",
        _("telephone of the organisation"),
        ("联系电话", "党组织联系电话", "支部联系电话", "办公电话"),
        "phone_masked",
    ),
    _fact("instructor", _("Party-building instructor"), ("党建指导员", "党建工作指导员", "党建联络员"), "instructor"),
    Held(
        "term.started_on",
        _("beginning of the term of office"),
        ("本届任期开始时间", "上次换届时间", "本届选举时间", "最近一次换届时间", "换届选举时间"),
        PAGE,
        page,
        2,
        _term(0),
    ),
    Held(
        "term.due_on",
        _("end of the term of office"),
        ("换届时间", "应换届时间", "任期届满时间", "届满时间", "下次换届时间", "任期到期时间"),
        PAGE,
        page,
        2,
        _term(1),
    ),
    Held(
        "period.words",
        _("period"),
        ("填报时段", "统计时段", "统计期间", "报告期", "所属时期"),
        PAGE,
        page,
        1,
        lambda material: material.period.words,
    ),
    Held(
        "period.since",
        pgettext_lazy("ledger", "first day of the period"),
        ("起始日期", "统计起始时间"),
        PAGE,
        page,
        1,
        lambda material: material.period.since,
    ),
    Held(
        "period.until",
        pgettext_lazy("ledger", "last day of the period"),
        ("截止日期", "统计截止时间"),
        PAGE,
        page,
        1,
        lambda material: material.period.until,
    ),
    Held(
        "today",
        _("day on which it is filled in"),
        ("填报日期", "填表日期", "填表时间", "制表日期"),
        PAGE,
        page,
        1,
        lambda _material: today(),
    ),
)
