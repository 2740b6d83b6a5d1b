"""Changing a member's facts: what became so from a day on, and what was wrong all along."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.kernel.authz import Actor
from lianxin.kernel.db.ids import new_id
from lianxin.kernel.errors import InvalidInput
from lianxin.kernel.time import day_of
from lianxin.members.actions.locking import lock_member, lock_members
from lianxin.members.actions.recording import Act, Edit, record_facts
from lianxin.members.checking import tidy
from lianxin.members.events import CORRECTED, UPDATED
from lianxin.members.facts import BY_NAME
from lianxin.members.models import Member
from lianxin.members.permissions import CHANGE

MOST_AT_ONCE = 1000


@transaction.atomic
def update(
    actor: Actor,
    *,
    member: UUID,
    changes: Mapping[str, Any],
    since: date | None = None,
    reason: str = "",
    version: int | None = None,
    at: datetime,
) -> Member:
    """Record that facts changed on a day (`since`, else today): before it the record stays as it was.

    A day to come is possible: today's record changes when it has come. The member returned carries `warnings`.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, or without the permission.
        Conflict: the record changed since the actor saw `version`.
        InvalidInput: facts that cannot be accepted, or nothing that would change.
    """
    found = lock_member(actor, member, CHANGE, version=version)
    since = since or day_of(at)
    act = Act(actor, UPDATED, at, reason=reason.strip(), since=since)
    return _record(act, found, changes)


@transaction.atomic
def correct(
    actor: Actor,
    *,
    member: UUID,
    changes: Mapping[str, Any],
    since: date | None = None,
    reason: str,
    version: int | None = None,
    at: datetime,
) -> Member:
    """Correct what was believed wrongly: for all the days for which the wrong value was believed, or from `since` on.

    What was believed before is kept, with the day on which it was corrected, by whom and why.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, or without the permission.
        Conflict: the record changed since the actor saw `version`.
        InvalidInput: no reason, facts that cannot be accepted, or nothing that would change.
    """
    found = lock_member(actor, member, CHANGE, version=version)
    return correct_locked(actor, found, changes=changes, since=since, reason=reason, at=at)


def correct_locked(
    actor: Actor, found: Member, *, changes: Mapping[str, Any], since: date | None, reason: str, at: datetime
) -> Member:
    """Correct a member already locked and authorised, inside the caller's transaction; as `correct`."""
    if not reason.strip():
        raise InvalidInput({"reason": _("Say where the right value comes from, such as the personnel file.")})
    if since is not None and since > day_of(at):
        raise InvalidInput({"since": _("A correction is about the past. Record a coming change as a change.")})
    return _record(Act(actor, CORRECTED, at, reason=reason.strip(), since=since, corrects=True), found, changes)


def _record(act: Act, found: Member, changes: Mapping[str, Any]) -> Member:
    tidied = tidy(changes, on=act.today)
    if not record_facts(act, [Edit(found, tidied)]):
        raise InvalidInput({"": _("Nothing would change: the record says this already.")})
    return found


@transaction.atomic
def change_many(
    actor: Actor,
    *,
    members: Sequence[UUID],
    field: str,
    value: Any,
    since: date | None = None,
    reason: str = "",
    at: datetime,
) -> int:
    """Give one fact the same value in many records, from a day (`since`, else today) on; how many changed.

    Either all are changed or none. Each record gets an event of its own; the events share a batch.

    Raises:
        NotVisible, NotPermitted: one of them lies outside, or the permission is missing there.
        InvalidInput: a fact that differs from person to person, a value that cannot be accepted, too many at once.
    """
    fact = BY_NAME.get(field)
    if fact is None or not fact.may_change_in_bulk:
        raise InvalidInput({"field": _("This fact is changed in each record by itself.")})
    if not members:
        raise InvalidInput({"members": _("Choose at least one member.")})
    if len(set(members)) > MOST_AT_ONCE:
        raise InvalidInput({"members": _("Choose at most %(most)d members at once.") % {"most": MOST_AT_ONCE}})
    try:
        tidied = tidy({field: value}, on=day_of(at))
    except InvalidInput as refusal:
        raise InvalidInput({"value": refusal.fields[field]}) from refusal
    found = lock_members(actor, members, CHANGE)
    act = Act(actor, UPDATED, at, reason=reason.strip(), since=since or day_of(at), batch=new_id())
    return len(record_facts(act, [Edit(one, dict(tidied)) for one in found], must_judge=False))
