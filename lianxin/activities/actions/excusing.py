"""Excusing members whom nobody expects to come: old, long ill, disabled. Source: EDU 23."""

from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lianxin.activities.events import EXCUSE_ENDED, EXCUSED
from lianxin.activities.models import Activity, Excuse, Participant
from lianxin.activities.permissions import EXCUSE, VIEW
from lianxin.activities.queries.activities import instants_of, not_there
from lianxin.kernel.authz import Actor, require
from lianxin.kernel.errors import Conflict, InvalidInput, NotPermitted
from lianxin.kernel.events import EventType
from lianxin.kernel.events.record import record
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
    _mark(row, is_excused=True)
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
    _mark(row, is_excused=False)
    _record(actor, EXCUSE_ENDED, row, at)
    return row


def _mark(row: Excuse, *, is_excused: bool) -> None:
    """Let the lists of activities that were not held yet follow."""
    since = row.since if is_excused else row.until
    assert since is not None  # noqa: S101 - an excuse that ends has an end
    first, _last = instants_of(since, since)
    rows = Participant.objects.filter(
        member=row.member_id,
        activity__starts_at__gte=first,
        activity__state__in=[Activity.State.DRAFT, Activity.State.ANNOUNCED],
    )
    if is_excused and row.until is not None:
        rows = rows.filter(activity__starts_at__lt=instants_of(row.until, row.until)[0])
    rows.update(is_excused=is_excused)


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
