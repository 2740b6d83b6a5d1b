"""Excusing members whom nobody expects to come: old, long ill, disabled. Source: EDU 23."""

from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lianxin.activities.events import EXCUSE_ENDED, EXCUSED
from lianxin.activities.models import Activity, Excuse, Participant
from lianxin.activities.permissions import EXCUSE, VIEW
from lianxin.activities.queries.activities import instants_of, not_there
from lianxin.kernel.authz import Actor, acting, require
from lianxin.kernel.db.turns import take_turn
from lianxin.kernel.errors import Conflict, InvalidInput, NotPermitted
from lianxin.kernel.events import EventType
from lianxin.kernel.events.record import record
from lianxin.kernel.time import day_of
from lianxin.members.facade import Member

LONGEST_REASON = 200


@transaction.atomic
def excuse(
    actor: Actor,
    *,
    member: UUID,
    ground: str,
    since: date,
    until: date | None = None,
    reason: str = "",
    at: datetime,
) -> Excuse:
    """Expect a member no longer from a day on; activities from then on that were not held leave them out of rates.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, without the permission, or oneself.
        InvalidInput: no ground, an end before the beginning, or days for which it is excused already.
    """
    person = Member.objects.select_related("organisation").filter(pk=member).first()
    if person is None:
        raise not_there()
    require(actor, EXCUSE, person.organisation_path, seen_by=VIEW)
    if actor.account_id is None or person.pk == actor.member_id:
        raise NotPermitted(_("Nobody excuses themselves. The committee above decides on it."))
    wrong = {}
    if ground not in Excuse.Ground.values:
        wrong["ground"] = _("Choose the ground.")
    if until is not None and until <= since:
        wrong["until"] = _("The end lies before the beginning.")
    if wrong:
        raise InvalidInput(wrong)
    take_turn(f"excuse {person.pk}")
    try:
        with transaction.atomic():
            row = Excuse.objects.create(
                organisation=person.organisation,
                organisation_path=person.organisation_path,
                member=person,
                member_name=person.name,
                ground=ground,
                reason=reason.strip()[:LONGEST_REASON],
                approved_by_id=actor.account_id,
                approved_by_name=actor.name,
                since=since,
                until=until,
                created_at=at,
            )
    except IntegrityError as error:
        if "excuse_once_a_day" in str(error):
            raise InvalidInput({"since": _("This member is excused for these days already.")}) from error
        raise
    _follow(row.member_id, since)
    _record(actor, EXCUSED, row, at)
    return row


@transaction.atomic
def end_excuse(actor: Actor, *, excuse: UUID, until: date, at: datetime) -> Excuse:
    """End an excuse: from `until` on the member is expected again.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, or without the permission there.
        InvalidInput: an end before the beginning.
        Conflict: it ended before.
    """
    row = Excuse.objects.select_for_update().filter(pk=excuse).first()
    if row is None:
        raise not_there()
    require(actor, EXCUSE, row.organisation_path, seen_by=VIEW)
    if row.until is not None and row.until <= until:
        raise Conflict(_("This excuse ends earlier already."))
    if until <= row.since:
        raise InvalidInput({"until": _("The end lies before the beginning.")})
    row.until = until
    row.save(update_fields=["until"])
    _follow(row.member_id, until)
    _record(actor, EXCUSE_ENDED, row, at)
    return row


def _follow(member: UUID, since: date) -> None:
    """Let the lists of activities from a day on that were not held yet follow, each by the excuses of its own day."""
    first, _last = instants_of(since, since)
    with acting(Actor.system("lists on which a member stands who is excused")):
        rows = list(
            Participant.objects.filter(
                member=member,
                activity__starts_at__gte=first,
                activity__state__in=[Activity.State.DRAFT, Activity.State.ANNOUNCED],
            ).select_related("activity")
        )
        excuses = list(Excuse.objects.filter(member=member))
        for one in rows:
            day = day_of(one.activity.starts_at)
            one.is_excused = any(held.since <= day and (held.until is None or day < held.until) for held in excuses)
        Participant.objects.bulk_update(rows, ["is_excused"])


def _record(actor: Actor, kind: EventType, row: Excuse, at: datetime) -> None:
    """The ground and the reason stay with the excuse, where they can be deleted: they are about health."""
    record(
        actor,
        kind,
        at=at,
        subject=row.member_id,
        organisation=row.organisation_id,
        organisation_path=row.organisation_path,
        effective_on=row.since if row.until is None else row.until,
        data={"name": row.member_name},
    )
