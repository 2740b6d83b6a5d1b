"""What ceremonies show on the home of the workbench, and in calendars."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lianxin.ceremonies.permissions import GREET
from lianxin.ceremonies.queries.birthdays import Birthday, birthdays, greets_for, own_birthday
from lianxin.duties.facade import Entry
from lianxin.kernel.authz import Actor
from lianxin.kernel.time import today
from lianxin.rules.facade import political_birthday_rules

SHOWN = 5
MOST_DAYS = 366


@dataclass(frozen=True, slots=True)
class Week:
    """Political birthdays from today on for a week; `has_more` where the list page shows more."""

    rows: Sequence[Birthday]
    has_more: bool


def week_at_home(actor: Actor) -> Week | None:
    """The political birthdays of the coming week in one's own branch. Four queries at most.

    A committee does not greet thousands: it finds the numbers on the page of political birthdays.
    """
    if not actor.may_somewhere(GREET):
        return None
    branches = greets_for(actor)
    if not branches:
        return None
    day = today()
    rows = birthdays(actor, since=day, until=day + timedelta(days=6), organisations=branches, size=SHOWN + 1)
    return Week(rows[:SHOWN], len(rows) > SHOWN) if rows else None


def for_organisations(actor: Actor, organisations: Sequence[UUID], since: date, until: date) -> list[Entry]:
    """Calendar entries of organisations: one for each member's day."""
    last = min(until, since + timedelta(days=MOST_DAYS))
    rows = birthdays(actor, since=since, until=last, organisations=organisations)
    label = _("Political birthday: %(name)s")
    return [
        replace(
            _entry(one, label % {"name": one.name}, reverse("ceremonies:greet", args=[one.member])),
            organisation=one.organisation,
        )
        for one in rows
    ]


def for_member(_actor: Actor, member: UUID, since: date, until: date) -> list[Entry]:
    """A member's own day."""
    rows = own_birthday(member, since=since, until=min(until, since + timedelta(days=MOST_DAYS)))
    return [_entry(one, _("Your political birthday"), "") for one in rows]


def _entry(one: Birthday, label: str, url: str) -> Entry:
    rule = political_birthday_rules()[0]
    why = ngettext("%(years)d year in the Party", "%(years)d years in the Party", one.years) % {"years": one.years}
    return Entry(on=one.on, label=label, why=why, article=rule.citation, url=url)
