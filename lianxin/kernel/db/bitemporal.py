"""History that is never overwritten: each row says from when to when a fact holds and from when to when we believed so.

A row is a rectangle: `valid` (days in law) × `recorded` (instants of belief). Rows with an open end of
`recorded` are what is believed now; the database lets no two of them overlap for one key (an exclusion constraint of
the subclass).
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, DateTimeRangeField
from django.db import models
from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange
from django.db.models import F, Func, Q, Value

from lianxin.kernel.db.ids import new_id


class Bitemporal(models.Model):
    """A fact with its days of validity and its instants of belief; `event_id` is the act that wrote it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    valid = DateRangeField()
    recorded = DateTimeRangeField()
    event_id = models.UUIDField()

    class Meta:
        abstract = True


Fact = TypeVar("Fact", bound=Bitemporal)

BELIEVED = Q(recorded__upper_inf=True)
"""What is believed now, as opposed to what was believed once."""


def one_at_a_time(key: str, name: str) -> ExclusionConstraint:
    """The constraint that of the rows believed now, no two of one key hold on the same day.

    A range over uuid stands in for btree_gist, which the embedded database does not have (decision 1).
    """
    return ExclusionConstraint(
        name=name,
        expressions=[(Func(F(key), F(key), Value("[]"), function="uuidrange"), "&&"), (F("valid"), "&&")],
        condition=BELIEVED,
    )


def on_day(day: date) -> Q:
    """What is believed now to hold on the day."""
    return BELIEVED & Q(valid__contains=day)


def as_believed(day: date, at: datetime) -> Q:
    """What was believed at the instant to hold on the day."""
    return Q(valid__contains=day, recorded__contains=at)


def believe(
    model: type[Fact],
    key: Mapping[str, Any],
    facts: Mapping[str, Any] | None,
    *,
    since: date,
    until: date | None = None,
    at: datetime,
    event: UUID,
) -> Fact | None:
    """Believe from the instant `at` that for `key` the `facts` hold from `since` up to, not including, `until`.

    1. Lock the rows believed now that overlap the days.
    2. End the belief in each, and believe again the parts of it that lie outside the days.
    3. Write the new row; `facts` None means that nothing holds in the days (the thing ended).
    """
    overlapping = list(
        model._default_manager.select_for_update()  # noqa: SLF001 - Django's name for the manager
        .filter(BELIEVED, **key)
        .filter(valid__overlap=DateRange(since, until))
        .order_by("valid")
    )
    own = [f.attname for f in model._meta.concrete_fields if f.attname not in {"id", "valid", "recorded", "event_id"}]  # noqa: SLF001
    written: list[Fact] = []
    for row in overlapping:
        first, last = row.valid.lower, row.valid.upper
        held = {name: getattr(row, name) for name in own}
        if row.recorded.lower >= at:
            row.delete()  # written by this very act: nobody ever believed it
        else:
            row.recorded = DateTimeTZRange(row.recorded.lower, at)
            row.save(update_fields=["recorded"])
        rest = []
        if first is None or first < since:
            rest.append(DateRange(first, since))
        if until is not None and (last is None or last > until):
            rest.append(DateRange(until, last))
        written += [
            model(**held, valid=days, recorded=DateTimeTZRange(at, None), event_id=row.event_id) for days in rest
        ]
    new = None
    if facts is not None:
        new = model(**key, **facts, valid=DateRange(since, until), recorded=DateTimeTZRange(at, None), event_id=event)
        written.append(new)
    model._default_manager.bulk_create(written)  # noqa: SLF001
    return new
