"""Deleting what is due: in batches, one event for each type and run, all of a type or nothing of it."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.kernel.authz.actor import Actor
from lianxin.kernel.errors import InvalidInput
from lianxin.kernel.events.record import record
from lianxin.kernel.retention.events import RAN
from lianxin.kernel.retention.periods import beginning_of
from lianxin.kernel.retention.plan import check_settings, period_for, rows_before
from lianxin.kernel.retention.types import Fate, RecordType, record_types
from lianxin.kernel.time import day_of

BATCH = 1000
MOST_AT_ONCE = 100_000
"""Rows of a type deleted in one run; what is left is deleted by the next, so that no run holds locks for long."""
SPACE = UUID("00000000-0000-7000-8000-000000000002")


def subject_of(key: str) -> UUID:
    """A record type as the subject of an event."""
    return uuid5(SPACE, key)


def run(actor: Actor, *, at: datetime, only: Collection[str] = ()) -> dict[str, int]:
    """Delete what is due of every type (or of those named) and say how many rows of each; each type by itself.

    A type that is kept is never deleted, even when named. Nothing due: no event.

    Raises:
        InvalidInput: an unknown type, one that is kept, or a setting that asks for less than the law allows.
    """
    chosen = [one for one in record_types() if one.key in only] if only else record_types()
    unknown = set(only) - {one.key for one in chosen}
    kept = [str(one.label) for one in chosen if only and one.fate is Fate.KEEP]
    if unknown:
        raise InvalidInput({"": _("There is no record type %(names)s.") % {"names": ", ".join(sorted(unknown))}})
    if kept:
        raise InvalidInput({"": _("%(names)s: kept; deletion is not offered.") % {"names": "、".join(kept)}})
    problems = check_settings(at=at)
    if problems:
        raise InvalidInput({"": list(problems)})
    return {one.key: _delete(actor, one, at=at) for one in chosen if one.fate is Fate.DELETE}


@transaction.atomic
def _delete(actor: Actor, one: RecordType, *, at: datetime) -> int:
    period = period_for(one, on=day_of(at))
    if period is None:
        return 0
    kept_from = period.kept_from(day_of(at))
    deleted = one.delete(beginning_of(kept_from)) if one.delete is not None else _in_batches(one, kept_from)
    if deleted:
        record(
            actor,
            RAN,
            at=at,
            subject=subject_of(one.key),
            organisation=None,
            reason=str(one.label),
            data={"type": one.key, "deleted": deleted, "before": kept_from, "rule": one.rule, "period": period.number},
        )
    return deleted


def _in_batches(one: RecordType, kept_from: date) -> int:
    deleted = 0
    while deleted < MOST_AT_ONCE:
        found = rows_before(one, kept_from)
        keys = list(found.order_by(one.since, "pk").values_list("pk", flat=True)[:BATCH])
        if not keys:
            break
        found.model._default_manager.filter(pk__in=keys).delete()  # noqa: SLF001 - Django's name for the manager
        deleted += len(keys)
    return deleted
