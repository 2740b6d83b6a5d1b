"""Political birthdays and Party age: found by index, whatever the size of the subtree."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Left

from lianxin.ceremonies.models import Anniversary, Greeting
from lianxin.ceremonies.permissions import GREET, VIEW
from lianxin.kernel.authz import Actor, within
from lianxin.kernel.db.paths import STEP, subtree
from lianxin.kernel.time import add_years, completed_years
from lianxin.organisations.facade import Organisation, organisations_within, short_names_of
from lianxin.rules.facade import medal_due, political_birthday

PAGE = 200
LEAP, BEFORE_LEAP = 229, 228
FIRST_MEDALS = 2021
MEDAL_MONTH = 7
NEAR_DAYS = 31
"""How far from the day a greeting is given at most."""


@dataclass(frozen=True, slots=True)
class Birthday:
    """A member's political birthday: the day on which it is shown, and the years since joining on that day."""

    member: UUID
    name: str
    organisation: UUID
    place: str
    on: date
    joined_on: date
    years: int
    has_account: bool
    is_greeted: bool = False


@dataclass(frozen=True, slots=True)
class Below:
    """An organisation and how many political birthdays lie in it and below; `is_own`: in the place itself only."""

    organisation: UUID
    name: str
    people: int
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """A member with fifty years of Party age on 1 July. `since` is when Party age began."""

    member: UUID
    name: str
    place: str
    since: date
    years: int
    is_new: bool


def near_birthday(joined_on: date, today: date) -> date | None:
    """The political birthday that is near, whichever year it lies in; None where none is. Greetings go by it."""
    days = [political_birthday(joined_on, year) for year in (today.year - 1, today.year, today.year + 1)]
    return next((day for day in days if day is not None and abs((day - today).days) <= NEAR_DAYS), None)


def days_shown(since: date, until: date) -> dict[int, date]:
    """Which days of joining (month × 100 + day) are kept from `since` to `until`, both included, and on which day.

    29 February is kept on 28 February in common years. Source: rule organisation_life.political_birthday.leap_day.
    """
    found: dict[int, date] = {}
    day = since
    while day <= until:
        found[day.month * 100 + day.day] = day
        if day.month * 100 + day.day == BEFORE_LEAP and (day + timedelta(days=1)).month != day.month:
            found[LEAP] = day
        day += timedelta(days=1)
    return found


def birthdays(
    actor: Actor, *, since: date, until: date, path: str = "", organisations: Sequence[UUID] = (), size: int = PAGE
) -> list[Birthday]:
    """The political birthdays from `since` to `until` (a month at most at once) where the actor sees them, by day.

    `path` narrows to a subtree, `organisations` to these ones. Nobody has one in the year of joining. Three queries.
    """
    shown = days_shown(since, until)
    rows = within(Anniversary.objects.all(), actor, VIEW, field="organisation_path")
    rows = rows.filter(month_day__in=list(shown))
    if path:
        rows = rows.filter(subtree(path, field="organisation_path"))
    if organisations:
        rows = rows.filter(member__organisation__in=organisations)
    return _in_words(rows, shown, size)


def birthdays_below(actor: Actor, *, since: date, until: date, place: Organisation) -> list[Below]:
    """How many political birthdays there are from `since` to `until` in the place itself and in each below it.

    Two queries, whatever the size of the subtree.
    """
    rows = within(Anniversary.objects.all(), actor, VIEW, field="organisation_path")
    counted = dict(
        rows.filter(subtree(place.path, field="organisation_path"), month_day__in=list(days_shown(since, until)))
        .filter(joined_on__lt=date(until.year, 1, 1))
        .annotate(branch=Left("organisation_path", len(place.path) + STEP))
        .order_by()
        .values_list("branch")
        .annotate(people=Count("member"))
    )
    found = Organisation.objects.filter(path__in=list(counted)).order_by("path")
    return [Below(one.pk, one.short_name, counted[one.path], one.path == place.path) for one in found]


def greets_for(actor: Actor) -> list[UUID]:
    """The branches in whose name the actor greets: where they hold the role and nothing lies below. One query."""
    paths = {reach.path for reach in actor.reaches_for(GREET)}
    rows = organisations_within(actor, GREET).filter(path__in=paths, numchild=0)
    return list(rows.values_list("pk", flat=True))


def own_birthday(member: UUID, *, since: date, until: date) -> list[Birthday]:
    """A member's own, in the member's scope."""
    shown = days_shown(since, until)
    return _in_words(Anniversary.objects.filter(member=member, month_day__in=list(shown)), shown, 1)


def _in_words(rows: QuerySet[Anniversary], shown: dict[int, date], size: int) -> list[Birthday]:
    last = max(shown.values())
    found = list(
        rows.filter(joined_on__lt=date(last.year, 1, 1))
        .order_by("month_day", "organisation_path", "member")
        .values_list("member", "member__name", "member__organisation", "joined_on", "month_day", "member__account__id")[
            :size
        ]
    )
    places = short_names_of(one[2] for one in found) if found else {}
    greeted = _greeted((one[0] for one in found), {day.year for day in shown.values()}) if found else set()
    listed = []
    for member, name, organisation, joined_on, month_day, account in found:
        on = political_birthday(joined_on, shown[month_day].year)
        if on is not None:
            listed.append(
                Birthday(
                    member,
                    name,
                    organisation,
                    places.get(organisation, ""),
                    on,
                    joined_on,
                    on.year - joined_on.year,
                    account is not None,
                    (member, on.year) in greeted,
                )
            )
    return sorted(listed, key=lambda one: one.on)


def _greeted(members: Iterable[UUID], years: Iterable[int]) -> set[tuple[UUID, int]]:
    rows = Greeting.objects.filter(member__in=list(members), year__in=list(years))
    return set(rows.values_list("member_id", "year"))


def medal_candidates(actor: Actor, *, year: int, path: str = "", is_all: bool = False) -> list[Candidate]:
    """Members with fifty full years of Party age on 1 July of the year, those who reach it in this year first.

    Good conduct is judged by the organisation; who already has the medal is known to it. At most 200. Two queries.
    """
    cut_off = date(year, MEDAL_MONTH, 1)
    until = add_years(cut_off, -50)
    rows = within(Anniversary.objects.all(), actor, VIEW, field="organisation_path")
    condition = Q(party_age_from__lte=until)
    if not is_all and year > FIRST_MEDALS:
        condition &= Q(party_age_from__gt=add_years(until, -1))
    if path:
        rows = rows.filter(subtree(path, field="organisation_path"))
    found = (
        rows.filter(condition)
        .order_by("-party_age_from", "organisation_path", "member")
        .values_list("member", "member__name", "member__organisation", "party_age_from")[:PAGE]
    )
    listed = [(*one[:3], one[3]) for one in found if one[3] and medal_due(party_age_from=one[3], year=year)]
    places = short_names_of(one[2] for one in listed) if listed else {}
    return [
        Candidate(
            member,
            name,
            places.get(organisation, ""),
            since,
            completed_years(since, cut_off),
            is_new=since > add_years(until, -1),
        )
        for member, name, organisation, since in listed
        if since is not None
    ]
