"""Moving members to another organisation, from a day on that may lie behind or ahead."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lianxin.kernel.authz import Actor
from lianxin.kernel.db.bitemporal import BELIEVED
from lianxin.kernel.errors import Conflict, InvalidInput, Sentence
from lianxin.kernel.events.record import describe, write
from lianxin.kernel.time import day_of
from lianxin.members.actions.adding import check_belonging
from lianxin.members.actions.locking import lock_member
from lianxin.members.actions.recording import note_coming
from lianxin.members.events import MOVED
from lianxin.members.history import Beliefs, believed, keep
from lianxin.members.models import Member, Membership
from lianxin.members.permissions import TRANSFER
from lianxin.organisations.facade import Organisation, Passing, organisation_for


@transaction.atomic
def move(
    actor: Actor,
    *,
    member: UUID,
    to: UUID,
    since: date,
    document_no: str = "",
    reason: str = "",
    version: int | None = None,
    at: datetime,
) -> Member:
    """Move a member: from `since` on they belong to the organisation `to`, and to no other.

    A move already planned for a later day is given up with it. On a day to come the register changes when it has come.

    Raises:
        NotVisible, NotPermitted: the member or the organisation lies outside, or the permission is missing there.
        Conflict: the record changed since the actor saw `version`, or the member has left.
        InvalidInput: the organisation does not exist on that day, or the member belongs to it then already.
    """
    found = lock_member(actor, member, TRANSFER, version=version)
    target = organisation_for(actor, to, TRANSFER)
    today = day_of(at)
    if not found.is_in_register:
        raise Conflict(_("%(name)s has left. Only members in the register are moved.") % {"name": found.name})
    check_belonging(target, since, today, may_be_planned=True)
    if since < found.joined_on:
        raise InvalidInput({"since": _("On that day the person was not yet a member.")})
    beliefs = believed(Membership, [found.id], at)[found.id]
    row = beliefs.on(since)
    if row is not None and row.organisation_id == target.id and row.valid.upper is None:
        raise InvalidInput({"to": _("The member belongs to this organisation already.")})
    belong(actor, found, beliefs, target, since=since, document_no=document_no, reason=reason, at=at)
    return found


def belong(
    actor: Actor,
    found: Member,
    beliefs: Beliefs[Membership],
    target: Organisation,
    *,
    since: date,
    document_no: str,
    reason: str,
    at: datetime,
    batch: UUID | None = None,
) -> None:
    """Let a locked member belong to `target` from `since` on, and write it with its event."""
    move_many(
        actor, [(found, beliefs, target)], since=since, document_no=document_no, reason=reason, at=at, batch=batch
    )


def move_many(
    actor: Actor,
    moves: list[tuple[Member, Beliefs[Membership], Organisation]],
    *,
    since: date,
    document_no: str,
    reason: str,
    at: datetime,
    batch: UUID | None = None,
) -> None:
    """Move locked members, each with an event of its own, inside the caller's transaction."""
    today = day_of(at)
    events = []
    for found, beliefs, target in moves:
        event = describe(
            actor,
            MOVED,
            at=at,
            subject=found.id,
            organisation=target.id,
            organisation_path=target.path,
            changes={"organisation": (_name_of(found), target.short_name)},
            effective_on=since,
            document_no=document_no.strip(),
            reason=reason.strip(),
            data={"from": str(found.organisation_id), "to": str(target.id)},
            batch=batch,
        )
        events.append(event)
        _replace(beliefs, found.id, target.id, since=since, document_no=document_no.strip(), event=event.id)
        found.version += 1
        found.updated_at = at
        if since <= today:
            found.organisation = target
            found.organisation_path = target.path
    keep(Membership, (beliefs for _found, beliefs, _target in moves), at)
    write(events)
    if len(moves) == 1:
        moves[0][0].save(update_fields=["organisation", "organisation_path", "version", "updated_at"])
    else:
        Member.objects.bulk_update(
            [found for found, _beliefs, _target in moves],
            ["organisation", "organisation_path", "version", "updated_at"],
            batch_size=500,
        )
    note_coming([(found.id, row) for found, beliefs, _target in moves for row in beliefs.written], today)


def _name_of(found: Member) -> str:
    return found.organisation.short_name


def _replace(
    beliefs: Beliefs[Membership], member: UUID, organisation: UUID, *, since: date, document_no: str, event: UUID
) -> None:
    beliefs.cut(since)
    beliefs.begin(
        Membership(
            member_id=member,
            organisation_id=organisation,
            document_no=document_no,
            valid=DateRange(since, None),
            recorded=DateTimeTZRange(beliefs.at, None),
            event_id=event,
        )
    )


def follow(passing: Passing) -> None:
    """Move the members of organisations that merge or split, with the same day and document. Called by that act.

    Only the days on which they belong to an organisation that passes on change; a move planned elsewhere stays.
    """
    earlier = {one.id: one for one in passing.earlier}
    belonging = Membership.objects.filter(
        organisation_id__in=earlier, recorded__upper_inf=True, valid__endswith__isnull=True
    )
    still = Membership.objects.filter(
        organisation_id__in=earlier, recorded__upper_inf=True, valid__endswith__gt=passing.effective_on
    )
    ids = set((belonging | still).values_list("member_id", flat=True))
    if passing.subjects is not None:
        ids &= set(passing.subjects)
    today = day_of(passing.at)
    members = {one.id: one for one in Member.objects.select_for_update(of=("self",)).filter(id__in=ids).order_by("id")}
    every = believed(Membership, members, passing.at)
    events = []
    for key, beliefs in every.items():
        found = members[key]
        event = describe(
            passing.actor,
            MOVED,
            at=passing.at,
            subject=key,
            organisation=passing.later.id,
            organisation_path=passing.later.path,
            changes={
                "organisation": (
                    earlier[found.organisation_id].short_name if found.organisation_id in earlier else None,
                    passing.later.short_name,
                )
            },
            effective_on=passing.effective_on,
            document_no=passing.document_no,
            reason=passing.reason,
            data={"from": str(found.organisation_id), "to": str(passing.later.id)},
            batch=passing.event,
        )
        events.append(event)
        _pass_on(beliefs, set(earlier), passing, event.id)
        found.version += 1
        found.updated_at = passing.at
        row = beliefs.on(today)
        if row is not None:
            found.organisation_id = row.organisation_id
    keep(Membership, every.values(), passing.at)
    write(events)
    Member.objects.bulk_update(members.values(), ["organisation", "version", "updated_at"], batch_size=500)
    note_coming([(key, row) for key, beliefs in every.items() for row in beliefs.written], today)


def _pass_on(beliefs: Beliefs[Membership], earlier: set[UUID], passing: Passing, event: UUID) -> None:
    for row in list(beliefs.rows):
        if row.organisation_id in earlier:
            beliefs.lay(
                max(passing.effective_on, row.valid.lower or passing.effective_on),
                row.valid.upper,
                lambda _row: {"organisation_id": passing.later.id, "document_no": passing.document_no},
                event,
            )


def still_there(organisation: Organisation, on: date) -> Sentence | None:
    """What stands in the way of dissolving an organisation: members who would belong nowhere from that day on."""
    rows = Membership.objects.filter(BELIEVED, organisation=organisation)
    count = rows.filter(Q(valid__upper_inf=True) | Q(valid__endswith__gt=on)).count()
    if not count:
        return None
    said = ngettext(
        "%(count)d member still belongs to it on that day. Move the member first.",
        "%(count)d members still belong to it on that day. Move them first.",
        count,
    )
    return said % {"count": count}
