"""Removing contents after their time: verdicts and decisions stay, personal data goes."""

from datetime import datetime
from typing import Any

from django.db import transaction

from lianxin.disclosure.events import CONTENT_REMOVED, OVERRIDE_LAPSED
from lianxin.disclosure.models import Check, Override
from lianxin.disclosure.storage import remove, strays
from lianxin.kernel.authz import Actor
from lianxin.kernel.events.record import describe, write
from lianxin.kernel.retention.periods import beginning_of, period_of
from lianxin.kernel.time import day_of

PERIOD = "retention.disclosure.days"
AT_A_TIME = 500


def remove_old_contents(*, at: datetime) -> int:
    """Remove what has been kept as long as the rule says; how many."""
    return remove_contents_before(beginning_of(period_of(PERIOD, day_of(at)).kept_from(day_of(at))), at=at)


def remove_contents_before(before: datetime, *, at: datetime) -> int:
    """Remove contents and copies of checks handed in before, and let open requests about them lapse; how many."""
    actor = Actor.system("removal of checked contents")
    removed = 0
    while count := _remove_some(actor, at=at, before=before):
        removed += count
    _remove_strays(before)
    return removed


@transaction.atomic
def _remove_some(actor: Actor, *, at: datetime, before: datetime) -> int:
    rows = Check.objects.select_for_update(skip_locked=True).filter(content_removed_at__isnull=True)
    old = list(rows.filter(created_at__lt=before).exclude(state=Check.State.WAITING)[:AT_A_TIME])
    waiting = {
        one.check_of_id: one
        for one in Override.objects.select_for_update().filter(check_of__in=old, state=Override.State.OPEN)
    }
    events = []
    for check in old:
        lapsed = waiting.get(check.pk)
        facts: dict[str, Any] = {
            "organisation": check.organisation_id,
            "organisation_path": check.organisation_path,
            "at": at,
        }
        events.append(describe(actor, CONTENT_REMOVED, subject=check.pk, **facts, data={"sha256": check.sha256}))
        if lapsed is not None:
            events.append(
                describe(actor, OVERRIDE_LAPSED, subject=check.pk, **facts, data={"override": str(lapsed.pk)})
            )
        remove(check.pk)
    Check.objects.filter(pk__in=[one.pk for one in old]).update(content_removed_at=at)
    Override.objects.filter(pk__in=[one.pk for one in waiting.values()]).update(
        state=Override.State.LAPSED, decided_at=at
    )
    write(events)
    return len(old)


def _remove_strays(before: datetime) -> None:
    """Remove contents whose row was never committed (the machine stopped in between)."""
    found = list(strays(before))
    known = set(
        Check.objects.filter(pk__in=[check for check, _path in found], content_removed_at__isnull=True).values_list(
            "pk", flat=True
        )
    )
    for check, path in found:
        if check not in known:
            path.unlink(missing_ok=True)
