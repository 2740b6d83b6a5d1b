"""What is asked: pages people open, the product's own reading behind each, and the best SQL we can write for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import QueryDict
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode

from lianxin.bench import sql
from lianxin.bench.places import Somewhere
from lianxin.ceremonies.queries.birthdays import days_shown
from lianxin.duties.queries.months import span_of
from lianxin.kernel.db.paths import ancestors
from lianxin.kernel.privacy.lookup import digest_of
from lianxin.kernel.time import add_months, today
from lianxin.kernel.web.listing import encode_cursor
from lianxin.members.queries.roster import ROSTER, roster_rows
from lianxin.organisations.models import Organisation
from lianxin.organisations.pieces import pieces_of
from lianxin.organisations.queries.search import search_organisations
from lianxin.organisations.queries.tree import children_of

if TYPE_CHECKING:
    from lianxin.bench.places import Draw
    from lianxin.kernel.authz import Actor

GRID_KEY = "theme_day"
Reading = Callable[["Actor"], list[UUID]]


@dataclass(frozen=True, slots=True)
class Question:
    """One asking: the page's address ("" where it has none), the product's reading, the SQL with its parameters.

    Reading and SQL must give the same identifiers in the same order.
    """

    address: str
    reading: Reading | None
    sql: str
    params: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Case:
    """A kind of question. `draw` makes one about a random place; `who` are the accounts that ask it."""

    key: str
    label: str
    draw: Callable[[Draw], Question]
    who: tuple[str, ...] = ("clerk",)


def _address(name: str, *args: Any) -> str:
    """Where the page is; "" while there is none, which the report says."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def _roster(query: dict[str, str]) -> Callable[[Actor], list[UUID]]:
    text = urlencode(query)

    def read(actor: Actor) -> list[UUID]:
        return [one.pk for one in ROSTER.page(roster_rows(actor), QueryDict(text)).rows]

    return read


def _asked(draw: Draw, query: dict[str, str], where: str = "", order: str = sql.BY_PLACE, **params: Any) -> Question:
    """A question to the roster; `where` is what the SQL asks beside scope and status."""
    in_register = "" if params.pop("whatever_status", False) else sql.IN_REGISTER
    return Question(
        f"{address}?{urlencode(query)}" if (address := _address("members:roster")) else "",
        _roster(query),
        sql.roster(where, order=order, in_register=in_register),
        {"top": draw.top, "end": draw.top + "~", "size": ROSTER.page_size + 1, **params},
    )


def _first(draw: Draw) -> Question:
    return _asked(draw, {})


def _of_place(draw: Draw) -> Question:
    place = draw.place(at_least=1, deeper_than=1)
    return _asked(draw, {"organisation": str(place.id)}, sql.BELOW, below=place.path, below_end=place.path + "~")


def _next(draw: Draw) -> Question:
    one = draw.someone()
    cursor = encode_cursor([one.path, one.pinyin, str(one.id)])
    return _asked(draw, {"after": cursor}, sql.AFTER, path=one.path, pinyin=one.pinyin, id=one.id)


def _next_by_name(draw: Draw) -> Question:
    one = draw.someone()
    cursor = encode_cursor([one.pinyin, str(one.id)])
    return _asked(draw, {"sort": "name", "after": cursor}, sql.AFTER_NAME, sql.BY_NAME, pinyin=one.pinyin, id=one.id)


def _search(key: Callable[[Any], str], where: str, **more: Callable[[str], Any]) -> Callable[[Draw], Question]:
    def draw_one(draw: Draw) -> Question:
        text = key(draw.someone())
        return _asked(draw, {"q": text}, where, **{name: make(text) for name, make in more.items()})

    return draw_one


def _number(kind: str, attribute: str, where: str) -> Callable[[Draw], Question]:
    def draw_one(draw: Draw) -> Question:
        text = getattr(draw.someone(), attribute)
        return _asked(draw, {"q": text}, where, digest=digest_of(kind, text), whatever_status=True)

    return draw_one


def _surname(draw: Draw) -> Question:
    return _asked(draw, {"q": "王"}, sql.NAMED, name="王")


def _surname_in_place(draw: Draw) -> Question:
    place = draw.place(at_least=1, deeper_than=1)
    return _asked(
        draw,
        {"q": "王", "organisation": str(place.id)},
        f"{sql.NAMED} {sql.BELOW}",
        name="王",
        below=place.path,
        below_end=place.path + "~",
    )


def _by_organisation(draw: Draw) -> Question:
    text = draw.someone().branch
    paths = [
        row.path for row in Organisation.objects.filter(name__startswith=text).only("path").order_by("path")
    ] or list(Organisation.objects.filter(short_name__startswith=text).order_by().values_list("path", flat=True)[:20])
    ranges = {f"from{number}": path for number, path in enumerate(paths)}
    ends = {f"to{number}": f"{path}~" for number, path in enumerate(paths)}
    places = " OR ".join(
        f"m.organisation_path >= %(from{number})s AND m.organisation_path < %(to{number})s"
        for number in range(len(paths))
    )
    return _asked(draw, {"q": text}, f"AND (m.name LIKE %(name)s OR {places})", name=text + "%", **ranges, **ends)


def _rare(draw: Draw) -> Question:
    return _asked(draw, {"is_lost": "yes"}, "AND m.is_lost")


def _rare_in_place(draw: Draw) -> Question:
    place = draw.place(at_least=1, deeper_than=1)
    return _asked(
        draw,
        {"is_floating": "yes", "organisation": str(place.id)},
        f"AND m.is_floating {sql.BELOW}",
        below=place.path,
        below_end=place.path + "~",
    )


def _common(draw: Draw) -> Question:
    return _asked(draw, {"sex": "2", "person_category": "full"}, "AND m.sex = '2' AND m.person_category = 'full'")


def _level(draw: Draw) -> Question:
    return _level_of(Organisation.objects.get(id=draw.place(at_least=1, deeper_than=1).id))


def _top_level(draw: Draw) -> Question:
    return _level_of(Organisation.objects.get(path=draw.top))


def _level_of(parent: Organisation) -> Question:
    return Question(
        _address("organisations:level", parent.id),
        lambda actor: [node.id for node in children_of(actor, parent).nodes],
        sql.LEVEL,
        {"path": parent.path, "end": parent.path + "~", "depth": parent.depth + 1},
    )


def _organisation(draw: Draw) -> Question:
    place = draw.place()
    return Question(_address("organisations:detail", place.id), None, sql.ORGANISATION, {"id": place.id})


def _member(draw: Draw) -> Question:
    one = draw.someone()
    return Question(_address("members:detail", one.id), None, sql.MEMBER, {"id": one.id})


def _find_organisation(draw: Draw) -> Question:
    text = draw.place().short_name[:4]
    return Question(
        f"{_address('organisations:choices')}?{urlencode({'q': text})}",
        lambda actor: [one.id for one in search_organisations(actor, text)],
        sql.FIND_ORGANISATION,
        {"text": f"%{text}%", "pieces": pieces_of(text), "top": draw.top, "end": draw.top + "~"},
    )


def _grid(draw: Draw) -> Question:
    """The picture of one duty over this year, for the children of a random place."""
    return _grid_of(draw.place(at_least=1))


def _top_grid(draw: Draw) -> Question:
    top = Organisation.objects.get(path=draw.top)
    return _grid_of(Somewhere(top.id, top.path, top.name, top.short_name, top.depth, top.numchild))


def _way(place: Somewhere) -> list[str]:
    return [*ancestors(place.path), place.path]


def _grid_of(place: Somewhere) -> Question:
    year = today().year
    return Question(
        f"{_address('duties:picture')}?{urlencode({'node': str(place.id), 'key': GRID_KEY, 'year': str(year)})}",
        None,
        sql.GRID,
        {
            "key": GRID_KEY,
            "first": date(year, 1, 1),
            "last": date(year, 12, 31),
            "depth": place.depth + 1,
            "id": place.id,
            "path": place.path,
            "end": place.path + "~",
            "way": _way(place),
        },
    )


def _month_of(draw: Draw) -> tuple[str, dict[str, Any]]:
    """A random month of the past year, and what its sheet spans: whole weeks."""
    month = add_months(today().replace(day=1), -draw.random.randrange(12))
    first, last = span_of(month)
    return f"{month:%Y-%m}", {"first": first, "last": last, "days": list(days_shown(first, last))}


def _duties(draw: Draw) -> Question:
    place, year = draw.place(), today().year
    return Question(
        _address("duties:organisation", place.id),
        None,
        sql.DUTIES,
        {"id": place.id, "first": date(year, 1, 1), "last": date(year, 12, 31), "way": _way(place)},
    )


def _calendar(draw: Draw) -> Question:
    place, (month, span) = draw.place(), _month_of(draw)
    address = _address("duties:calendar", place.id)
    params = {"id": place.id, "path": place.path, "account": draw.account.id, **span}
    return Question(f"{address}?month={month}", None, sql.CALENDAR, params)


def _own_calendar(draw: Draw) -> Question:
    month, span = _month_of(draw)
    address = _address("own_duties:calendar")
    params = {"member": draw.account.member_id, "account": draw.account.id, **span}
    return Question(f"{address}?month={month}", None, sql.OWN_CALENDAR, params)


def _activities(draw: Draw) -> Question:
    return Question(
        _address("activities:index"), None, sql.ACTIVITIES, {"top": draw.top, "end": draw.top + "~", "size": 51}
    )


BOTH = ("clerk", "secretary")
CASES: tuple[Case, ...] = (
    Case("roster", "roster, first page", _first, BOTH),
    Case("roster_place", "roster of a random organisation", _of_place),
    Case("roster_next", "roster, next page from a random place", _next, BOTH),
    Case("roster_next_by_name", "roster by name, next page from a random place", _next_by_name),
    Case("filter_rare", "filter: out of contact", _rare),
    Case("filter_rare_place", "filter: floating, in a random organisation", _rare_in_place),
    Case("filter_common", "filter: women, full members", _common),
    Case("search_name", "search: full name", _search(lambda one: one.name, sql.NAMED, name=str), BOTH),
    Case("search_surname", "search: surname 王 everywhere", _surname, BOTH),
    Case("search_surname_place", "search: surname 王 in a random organisation", _surname_in_place),
    Case(
        "search_pinyin",
        "search: pinyin",
        _search(lambda one: one.pinyin, sql.SPELT, low=str, high=lambda t: t + "~"),
        BOTH,
    ),
    Case(
        "search_initials",
        "search: initials",
        _search(lambda one: one.initials, sql.SPELT, low=str, high=lambda t: t + "~"),
        BOTH,
    ),
    Case(
        "search_id_tail",
        "search: last four of the identity number",
        _search(lambda one: one.id_number[-4:], sql.TAIL, tail=str),
    ),
    Case(
        "search_phone_tail", "search: last four of the mobile", _search(lambda one: one.mobile[-4:], sql.TAIL, tail=str)
    ),
    Case("search_id_number", "search: identity number", _number("id_number", "id_number", sql.BY_ID_NUMBER), BOTH),
    Case("search_mobile", "search: mobile", _number("phone", "mobile", sql.BY_MOBILE)),
    Case("search_branch", "search: name of the branch", _by_organisation),
    Case("member", "page of a member", _member, BOTH),
    Case("organisation", "page of an organisation", _organisation, BOTH),
    Case("tree_level", "tree: a random level", _level),
    Case("tree_top", "tree: the level below the top", _top_level),
    Case("find_organisation", "search: organisations by part of a name", _find_organisation),
    Case("life_grid", "organisation life: month grid of a random place", _grid),
    Case("life_grid_top", "organisation life: month grid of the topmost place in reach", _top_grid),
    Case("life_duties", "organisation life: what a random organisation owes", _duties, BOTH),
    Case("life_calendar", "organisation life: calendar of a random organisation, a random month", _calendar, BOTH),
    Case("life_own_calendar", "organisation life: one's own calendar, a random month", _own_calendar, ("secretary",)),
    Case("life_activities", "organisation life: list of activities", _activities, BOTH),
)
