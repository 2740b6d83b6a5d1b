"""Checks of the dates in a member's record against each other and against the law of their time. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.time import add_months, add_years
from lianxin.rules.bilingual import shown_date
from lianxin.rules.book import current, in_force, in_force_or_none
from lianxin.rules.verdicts import Level, Verdict, verdict

if TYPE_CHECKING:
    import datetime as dt

    from django.utils.functional import _StrPromise

    from lianxin.rules.book import RuleVersion

FULL, PROBATIONARY = "full", "probationary"


@dataclass(frozen=True, slots=True)
class Conversion:
    """When a probationary member may become a full one: the days allowed, and the span if probation is extended."""

    rule: RuleVersion
    days: tuple[dt.date, ...]
    extended_from: dt.date | None
    extended_to: dt.date | None

    def allows(self, day: dt.date) -> bool:
        """Whether a conversion on that day agrees with the law in force at the admission."""
        if day in self.days:
            return True
        return (
            self.extended_from is not None
            and self.extended_to is not None
            and (self.extended_from <= day <= self.extended_to)
        )


def conversion_window(joined_on: dt.date) -> Conversion | None:
    """Return the days on which somebody admitted that day becomes a full member; None before the Party's founding.

    Source: the Constitutions of each period (from 1969-04-01 to 1977-08-11 there was no probation); DEV26 31 and 35.
    """
    rule = in_force_or_none("members.probation.months", joined_on)
    if rule is None:
        return None
    shortest = in_force_or_none("members.probation.extended_minimum_months", joined_on)
    longest = in_force_or_none("members.probation.extended_maximum_months", joined_on)
    return Conversion(
        rule=rule,
        days=tuple(add_months(joined_on, months) for months in rule.choices),
        extended_from=add_months(joined_on, shortest.number) if shortest else None,
        extended_to=add_months(joined_on, longest.number) if longest else None,
    )


def check_member_dates(
    *,
    on: dt.date,
    birth_date: dt.date | None = None,
    applied_on: dt.date | None = None,
    joined_on: dt.date | None = None,
    converted_on: dt.date | None = None,
    category: str | None = None,
) -> list[Verdict]:
    """Return what is wrong with the dates of a member; nothing when they are in order. Missing dates are not judged.

    An impossible order or a date after `on` is a problem. Everything else (too young, probation of another length
    than the law of the time, probation that ended without a conversion) is a warning: the file decides.
    `category` is a key of `person_categories`.

    Source: national collection form of 2017; Constitutions of each period; DEV26 5, 31, 33, 35.
    """
    found = _order(on, birth_date, applied_on, joined_on, converted_on)
    if birth_date is not None:
        for day in (applied_on, joined_on):
            if day is not None and birth_date < day < add_years(birth_date, _minimum_age(day).number):
                found.append(_too_young(birth_date, day))
                break
    found += _category(category, joined_on, converted_on, on)
    if joined_on is not None and converted_on is not None and converted_on >= joined_on:
        found += _probation(joined_on, converted_on)
    return found


def _order(on: dt.date, *days: dt.date | None) -> list[Verdict]:
    rule = current("members.dates.order")
    names = (_("birth date"), _("date of application"), _("date of admission"), _("date of conversion"))
    given = [(name, day) for name, day in zip(names, days, strict=True) if day is not None]
    found: list[Verdict] = []
    for name, day in given:
        if day > on:
            message = format_lazy(_("The {name}, {date}, lies in the future."), name=name, date=shown_date(day))
            found.append(verdict(rule, Level.PROBLEM, message, day=day, on=on))
    for (earlier_name, earlier), (later_name, later) in pairwise(given):
        if later < earlier:
            message = format_lazy(
                _("The {later_name}, {later}, lies before the {earlier_name}, {earlier}."),
                later_name=later_name,
                later=shown_date(later),
                earlier_name=earlier_name,
                earlier=shown_date(earlier),
            )
            found.append(verdict(rule, Level.PROBLEM, message, earlier=earlier, later=later))
    return found


def _minimum_age(day: dt.date) -> RuleVersion:
    return in_force("members.application.minimum_age", day)


def _too_young(birth_date: dt.date, day: dt.date) -> Verdict:
    rule = _minimum_age(day)
    message = format_lazy(
        _("Born on {birth_date}, the person was not yet {age} years old on {day}."),
        birth_date=shown_date(birth_date),
        age=rule.number,
        day=shown_date(day),
    )
    return verdict(rule, Level.WARNING, message, birth_date=birth_date, day=day, minimum_age=rule.number)


def _category(
    category: str | None, joined_on: dt.date | None, converted_on: dt.date | None, on: dt.date
) -> list[Verdict]:
    rule = current("members.conversion.date_of_full_members")
    if category == PROBATIONARY and converted_on is not None:
        message: str | _StrPromise = _("A probationary member has a date of conversion.")
        return [verdict(rule, Level.WARNING, message, category=category, converted_on=converted_on)]
    if category == FULL and joined_on is not None and converted_on is None:
        return [verdict(rule, Level.WARNING, _("A full member has no date of conversion."), category=category)]
    if category == PROBATIONARY and joined_on is not None:
        window = conversion_window(joined_on)
        if window is not None and on >= max(window.days):
            message = format_lazy(
                _("Probation ended on {date} and no conversion, extension or cancellation is recorded."),
                date=shown_date(max(window.days)),
            )
            return [verdict(window.rule, Level.WARNING, message, joined_on=joined_on, ended_on=max(window.days))]
    return []


def _probation(joined_on: dt.date, converted_on: dt.date) -> list[Verdict]:
    window = conversion_window(joined_on)
    if window is None:
        message = format_lazy(_("On {date} there was no Party organisation to join."), date=shown_date(joined_on))
        return [verdict(current("members.dates.order"), Level.WARNING, message, joined_on=joined_on)]
    if window.allows(converted_on):
        return []
    facts = {"joined_on": joined_on, "converted_on": converted_on, "allowed": window.days}
    rule = window.rule
    first = window.days[0]
    if window.extended_from is not None and window.extended_to is not None:
        if converted_on > first:
            side = "maximum" if converted_on > window.extended_to else "minimum"
            rule = in_force(f"members.probation.extended_{side}_months", joined_on)
        message = format_lazy(
            _(
                "Admitted on {joined}, conversion is expected on {first}, or with extended probation "
                "from {from} to {to}; recorded is {converted}."
            ),
            **{"from": shown_date(window.extended_from), "to": shown_date(window.extended_to)},
            joined=shown_date(joined_on),
            first=shown_date(first),
            converted=shown_date(converted_on),
        )
    elif rule.choices == (0,):
        message = format_lazy(
            _("Admitted on {joined}, when there was no probation, conversion is that day; recorded is {converted}."),
            joined=shown_date(joined_on),
            converted=shown_date(converted_on),
        )
    else:
        message = format_lazy(
            _("Admitted on {joined}, conversion is expected on {days}; recorded is {converted}."),
            joined=shown_date(joined_on),
            days=_joined(window.days),
            converted=shown_date(converted_on),
        )
    return [verdict(rule, Level.WARNING, message, **facts)]


def _joined(days: tuple[dt.date, ...]) -> str | _StrPromise:
    text: str | _StrPromise = shown_date(days[0])
    for day in days[1:]:
        text = format_lazy(_("{first} or {second}"), first=text, second=shown_date(day))
    return text
