"""What is held about study: class hours by the conversion rules, with what was made up for."""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from lianxin.ledgers.held.field import Column, Held, Row, Value
from lianxin.ledgers.held.meetings import ledger
from lianxin.ledgers.queries.material import Material, Studied

PLACE = _("study-hours ledger")
URL = ledger("study")


def _row(one: Studied) -> Row:
    return {
        "name": one.name,
        "attended": one.attended,
        "lectures": one.lectures,
        "made_up": one.made_up,
        "total": one.total,
        "needed": one.needed,
        "note": gettext("excused: no fixed hours") if one.is_excused else "",
    }


def _rows(material: Material) -> Sequence[Row]:
    return [_row(one) for one in material.studied]


def _total(material: Material) -> Value:
    return sum((one.total for one in material.studied), Decimal())


def _enough(material: Material) -> Value:
    return sum(1 for one in material.studied if one.needed is not None and one.total >= one.needed)


FIELDS = (
    Held(
        "study.hours_total",
        _("class hours of all members"),
        (
            "学时",
            "总学时",
            "学习学时",
            "培训学时",
            "集中学习学时",
            "党员学习学时",
            "累计学时",
            "教育培训学时",
            "党员教育培训学时",
        ),
        PLACE,
        URL,
        10,
        _total,
    ),
    Held(
        "study.enough_count",
        _("number of members who have their class hours of the year"),
        ("学时达标人数", "完成学时人数", "学时达标党员数"),
        PLACE,
        URL,
        10,
        _enough,
    ),
    Held(
        "study.rows",
        _("class hours of each member"),
        ("学时台账", "党员学时统计表", "学习台账", "学时登记表", "党员学时"),
        PLACE,
        URL,
        40,
        rows=_rows,
        columns=(
            Column("name", pgettext_lazy("person", "name")),
            Column("attended", _("hours by being there"), (), "hours"),
            Column("lectures", _("of these in lectures"), (), "hours"),
            Column("made_up", _("hours made up for"), ("补学学时",), "hours"),
            Column("total", _("hours in all"), (), "hours"),
            Column("needed", _("needed in the year"), ("应完成学时",), "integer"),
            Column("note", _("note")),
        ),
    ),
)
