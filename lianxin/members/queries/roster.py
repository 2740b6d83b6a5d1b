"""The roster: what it shows, filters, sorts and searches, for the screen, the export and the REST service alike."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianxin.kernel.authz import Actor, within
from lianxin.kernel.db.ids import parse_id
from lianxin.kernel.db.paths import subtree
from lianxin.kernel.errors import InvalidInput, Sentence
from lianxin.kernel.time import add_years, completed_years, today
from lianxin.kernel.web.listing import Chip, ListColumn, ListFilter, Listing, Sort
from lianxin.members.facts import BY_NAME, PERSONAL, Kind, in_words, shown_now
from lianxin.members.models import IN_REGISTER, Member
from lianxin.members.permissions import EXPORT, VIEW
from lianxin.members.queries.search import by_letters, is_full_number, organisations_only, search
from lianxin.members.restricting import MAY_BE_RESTRICTED, WORD, unrestricted
from lianxin.organisations.facade import Organisation
from lianxin.rules.facade import code_table

AGE_BANDS = ((0, 30), (31, 35), (36, 40), (41, 45), (46, 50), (51, 55), (56, 60), (61, 65), (66, 70), (71, 200))
"""Source: annual report of Party statistics, table 2."""
OLDEST = 71
HAN = "01"
SHOWN = {"sex", "birth_date", "education", "person_category", "joined_on", "work_post", "id_number", "mobile"}
SPREADSHEET_KINDS = {Kind.DATE: "date", Kind.YES_NO: "yes_no"}
LEFT_OUT_OF_LISTS = {"name", "remarks"}


class Roster(Listing[Member]):
    """Members in the register, unless a status is chosen or a whole number is searched for."""

    __slots__ = ()

    def narrowed(self, rows: QuerySet[Member], params: QueryDict) -> QuerySet[Member]:
        """The rows that search and filters leave."""
        if not any(params.getlist("status")) and not is_full_number(params.get("q", "")):
            rows = rows.filter(membership_status__in=IN_REGISTER)
        both = organisations_only(params.get("q", ""))
        if both is not None and not rows.filter(both[0]).exists():  # among the rows in reach: nothing leaks
            rest = params.copy()
            rest.pop("q")
            return super().narrowed(rows.filter(both[1]), rest)
        return super().narrowed(rows, params)

    def _chips(self, params: QueryDict) -> Iterator[Chip]:
        """Chips name an organisation rather than show its identifier."""
        for chip in super()._chips(params):
            if chip.label is ORGANISATION.label:
                found = _organisation(str(chip.value))
                yield Chip(chip.label, found.short_name if found else chip.value, chip.query)
            else:
                yield chip


def members_within(actor: Actor, permission: str = VIEW) -> QuerySet[Member]:
    """The members for whom the actor holds the permission, in the register or not."""
    return within(Member.objects.all(), actor, permission, field="organisation_path")


def roster_rows(actor: Actor) -> QuerySet[Member]:
    """What the roster reads: rows with their organisation and without what no list shows."""
    # Prefetched, not joined: a search with thousands of matches would join each of them before it keeps fifty.
    return members_within(actor).prefetch_related("organisation").defer(*PERSONAL, "remarks")


def export_rows(actor: Actor) -> QuerySet[Member]:
    """What an export reads: where the actor may export, sealed values included."""
    return members_within(actor, EXPORT).select_related("organisation")


def _shown(name: str) -> Callable[[Member], Any]:
    fact = BY_NAME[name]
    if name in MAY_BE_RESTRICTED:
        return _restrictable(name)
    if fact.is_personal:
        return lambda member: getattr(member, f"{name}_masked")
    if fact.table:
        return lambda member: in_words(name, getattr(member, name))
    return lambda member: getattr(member, name)


def _restrictable(name: str) -> Callable[[Member], Any]:
    def value(member: Member) -> Any:
        return WORD if name in member.restricted else shown_now(member, name)

    return value


def _clear(name: str) -> Callable[[Member], str]:
    def value(member: Member) -> str:
        if name in member.restricted:
            return str(WORD)
        sealed = getattr(member, name)
        return sealed.reveal() if sealed else ""

    return value


def _columns() -> tuple[ListColumn, ...]:
    own = tuple(
        ListColumn(
            fact.name,
            fact.label,
            _shown(fact.name),
            shown=fact.name in SHOWN,
            kind=SPREADSHEET_KINDS.get(fact.kind, "text"),
        )
        for fact in BY_NAME.values()
        if fact.name not in LEFT_OUT_OF_LISTS
    )
    age = ListColumn(
        "age", _("age"), lambda member: completed_years(member.birth_date, today()), shown=False, kind="integer"
    )
    return (
        ListColumn("name", BY_NAME["name"].label, lambda member: member.name, sort="name"),
        ListColumn(
            "organisation",
            pgettext_lazy("of a member", "organisation"),
            lambda member: member.organisation.short_name,
            sort="organisation",
            template="members/cells/organisation.html",
        ),
        *own,
        age,
    )


def _one_of(name: str) -> Callable[[Sequence[str]], Q]:
    """Ticked codes with everything below them in their table."""

    def condition(values: Sequence[str]) -> Q:
        table = code_table(BY_NAME[name].table)
        wanted: set[str] = set()
        for value in values:
            wanted |= table.branch(value) if value in table else {value}
        return Q(**{f"{name}__in": sorted(wanted)})

    return condition


def _codes(table: str, *, only: Callable[[Any], bool] | None = None) -> Callable[[], Sequence[tuple[str, Sentence]]]:
    """Choices of a code table; `only` keeps the sheet of filters short, other codes still work in the address."""
    return lambda: [(one.key, one.name) for one in code_table(table) if one.active and (only is None or only(one))]


def _code_filter(name: str, *, only: Callable[[Any], bool] | None = None, key: str = "") -> ListFilter:
    fact = BY_NAME[name]
    return ListFilter(key or name, fact.label, _one_of(name), _codes(fact.table, only=only))


def _flag(name: str) -> ListFilter:
    def condition(values: Sequence[str]) -> Q:
        wanted = {value == "yes" for value in values}
        if len(wanted) != 1:
            return Q()
        condition = Q(**{name: wanted.pop()})
        return condition & unrestricted(name) if name in MAY_BE_RESTRICTED else condition

    return ListFilter(name, BY_NAME[name].label, condition, lambda: [("yes", _("yes")), ("no", _("no"))])


def _ethnic_groups(values: Sequence[str]) -> Q:
    condition = Q(ethnic_group__in=[value for value in values if value != "minority"])
    return condition | ~Q(ethnic_group=HAN) if "minority" in values else condition


def _ages(values: Sequence[str]) -> Q:
    condition, day = Q(pk__in=[]), today()
    for youngest, oldest in AGE_BANDS:
        if f"{youngest}-{oldest}" in values:
            born_after = add_years(day, -(oldest + 1)) if oldest < day.year - 1 else date.min
            condition |= Q(birth_date__gt=born_after, birth_date__lte=add_years(day, -youngest))
    return condition


def _age_words() -> Sequence[tuple[str, Sentence]]:
    words: list[tuple[str, Sentence]] = []
    for youngest, oldest in AGE_BANDS:
        label = _("{youngest} to {oldest}")
        if not youngest:
            label = _("{oldest} or under")
        elif youngest == OLDEST:
            label = _("{youngest} or over")
        words.append((f"{youngest}-{oldest}", format_lazy(label, youngest=youngest, oldest=oldest)))
    return words


def _day(key: str, lookup: str) -> Callable[[Sequence[str]], Q]:
    def condition(values: Sequence[str]) -> Q:
        try:
            return Q(**{lookup: date.fromisoformat(values[0])})
        except ValueError as error:
            raise InvalidInput({key: _("This is not a date. Write it as 2001-01-02.")}) from error

    return condition


def _organisation(text: str) -> Organisation | None:
    """The organisation of an identifier or a code."""
    key = parse_id(text)
    return Organisation.objects.filter(Q(id=key) if key is not None else Q(code=text)).first()


def _below(values: Sequence[str]) -> Q:
    condition = Q(pk__in=[])
    for value in values:
        found = _organisation(value)
        if found is not None:
            condition |= subtree(found.path, field="organisation_path")
    return condition


def _is_leading(entry: Any) -> bool:
    return not entry.parent


def _is_upper_post(entry: Any) -> bool:
    return not entry.parent or not code_table("work_posts")[entry.parent].parent


ORGANISATION = ListFilter("organisation", _("organisation, with those below"), _below)

ROSTER = Roster(
    name="members",
    columns=_columns(),
    sorts=(
        Sort("organisation", pgettext_lazy("of a member", "organisation"), ("organisation_path", "pinyin", "id")),
        Sort("name", BY_NAME["name"].label, ("pinyin", "id")),
    ),
    filters=(
        ORGANISATION,
        _code_filter("membership_status", key="status", only=lambda one: one.key != "restored"),
        _code_filter("person_category", only=lambda one: one.key in {"full", "probationary"}),
        _code_filter("sex", only=lambda one: one.key in {"1", "2"}),
        ListFilter("age", _("age"), _ages, _age_words),
        ListFilter(
            "ethnic_group",
            BY_NAME["ethnic_group"].label,
            _ethnic_groups,
            lambda: [(HAN, code_table("ethnic_groups")[HAN].name), ("minority", _("ethnic minorities"))],
        ),
        _code_filter("education", only=_is_leading),
        _code_filter("degree"),
        _code_filter("work_post", only=_is_upper_post),
        _code_filter("frontline"),
        _code_filter("new_social_stratum"),
        _flag("is_lost"),
        _flag("is_floating"),
        _flag("is_in_hardship"),
        _code_filter("exit_type"),
        ListFilter("joined_from", _("joined on or after"), _day("joined_from", "joined_on__gte"), kind="date"),
        ListFilter("joined_to", _("joined on or before"), _day("joined_to", "joined_on__lte"), kind="date"),
    ),
    search=search,
)
PERSONAL_COLUMNS = tuple(
    ListColumn(f"{name}_clear", BY_NAME[name].label, _clear(name), shown=False) for name in PERSONAL
)
"""Personal data in clear, for exports asked for with a reason."""


def suggestions(actor: Actor, text: str, *, size: int = 20) -> list[dict[str, str]]:
    """Members a text can mean, for choosing one: value, label, and what tells namesakes apart. Two queries at most."""
    if not text.strip():
        return []
    rows = members_within(actor).filter(membership_status__in=IN_REGISTER).select_related("organisation")
    found = _first(rows.defer(*PERSONAL, "remarks"), text, size)
    return [
        {
            "value": str(one.id),
            "label": one.name,
            "hint": f"{one.organisation.short_name} · {one.birth_date:%Y-%m}",
        }
        for one in found
    ]


def _first(rows: QuerySet[Member], text: str, size: int) -> list[Member]:
    """The first members a text can mean: for letters by pinyin, then by initials; otherwise by pinyin."""
    letters = by_letters(text.strip())
    if letters is None:
        return list(rows.filter(search(text)).order_by("pinyin", "id")[:size])
    found: dict[Any, Member] = {}
    for condition, field in letters:
        if len(found) < size:
            more = rows.filter(condition).exclude(pk__in=list(found)).order_by(field, "id")
            found |= {one.pk: one for one in more[: size - len(found)]}
    return list(found.values())


def search_members(actor: Actor, text: str, *, size: int = 20) -> list[Member]:
    """Members a text can mean, with their organisations, by pinyin. Two queries at most."""
    if not text.strip():
        return []
    rows = roster_rows(actor)
    if not is_full_number(text):
        rows = rows.filter(membership_status__in=IN_REGISTER)
    return _first(rows, text, size)
