"""Changes of membership status: suspended, restored, out of the Party, deceased, gone elsewhere, back again."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange
from django.utils.translation import gettext as _

from lianxin.kernel.authz import Actor
from lianxin.kernel.db.bitemporal import on_day
from lianxin.kernel.errors import Conflict, InvalidInput
from lianxin.kernel.time import day_of
from lianxin.members.actions.adding import check_belonging
from lianxin.members.actions.locking import lock_member
from lianxin.members.actions.posts import relieve_of_all
from lianxin.members.actions.recording import Act, Edit, note_coming, record_facts
from lianxin.members.events import STATUS_CHANGED
from lianxin.members.history import Beliefs, believed, keep
from lianxin.members.models import TAKES_PART, Member, Membership
from lianxin.members.permissions import TRANSFER
from lianxin.organisations.facade import organisation_for
from lianxin.rules.facade import code_table

REJOINING = ("transferred_out", "exited")
PERMISSION = TRANSFER
ONE_DAY = timedelta(days=1)


@transaction.atomic
def suspend(
    actor: Actor,
    *,
    member: UUID,
    since: date,
    document_no: str = "",
    reason: str,
    version: int | None = None,
    at: datetime,
) -> Member:
    """Suspend membership from a day on. The member stays in the register and is not counted.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, or without the permission.
        Conflict: the record changed, or the member is not in good standing.
        InvalidInput: no reason, or a day that cannot be.
    """
    found = lock_member(actor, member, PERMISSION, version=version)
    if found.membership_status not in TAKES_PART:
        raise Conflict(_("Only a membership in good standing is suspended."))
    return _set(actor, found, "suspended", since=since, document_no=document_no, reason=reason, at=at)


@transaction.atomic
def restore(
    actor: Actor,
    *,
    member: UUID,
    since: date,
    document_no: str = "",
    reason: str,
    version: int | None = None,
    at: datetime,
) -> Member:
    """Restore a suspended membership from a day on.

    Source: EDU 24. Who left the Party is not restored; they may join again.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, or without the permission.
        Conflict: the record changed, or the membership is not suspended.
        InvalidInput: no reason, or a day that cannot be.
    """
    found = lock_member(actor, member, PERMISSION, version=version)
    if found.membership_status != "suspended":
        raise Conflict(_("Only a suspended membership is restored. Who left the Party may join again if they qualify."))
    return _set(actor, found, "normal", since=since, document_no=document_no, reason=reason, at=at)


@transaction.atomic
def leave(
    actor: Actor,
    *,
    member: UUID,
    exit_type: str,
    since: date,
    document_no: str = "",
    reason: str,
    version: int | None = None,
    at: datetime,
) -> Member:
    """Record that a member left the Party on a day, and how. From that day on they belong to no organisation.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, or without the permission.
        Conflict: the record changed, or the member left before.
        InvalidInput: a way out that is unknown or not for this category, no reason, a day that cannot be.
    """
    found = lock_member(actor, member, PERMISSION, version=version)
    table = code_table("party_exit_types")
    if exit_type not in table:
        raise InvalidInput({"exit_type": _("Choose how the member left from the list.")})
    applies = table[exit_type].extra["applies_to"]
    if applies not in {"any", found.person_category}:
        raise InvalidInput(
            {
                "exit_type": _("“%(exit)s” is not for members of this category (%(category)s).")
                % {
                    "exit": table[exit_type].name,
                    "category": code_table("person_categories")[found.person_category].name,
                }
            }
        )
    return _depart(
        actor, found, "exited", exit_type=exit_type, since=since, document_no=document_no, reason=reason, at=at
    )


@transaction.atomic
def decease(
    actor: Actor,
    *,
    member: UUID,
    since: date,
    reason: str = "",
    version: int | None = None,
    at: datetime,
) -> Member:
    """Record that a member died on a day. The record is kept.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, or without the permission.
        Conflict: the record changed, or the member left before.
        InvalidInput: a day that cannot be.
    """
    found = lock_member(actor, member, PERMISSION, version=version)
    return _depart(
        actor, found, "deceased", since=since, document_no="", reason=reason or _("The member has died."), at=at
    )


@transaction.atomic
def transfer_out(
    actor: Actor,
    *,
    member: UUID,
    since: date,
    document_no: str = "",
    reason: str,
    version: int | None = None,
    at: datetime,
) -> Member:
    """Record that a member's relation went to an organisation outside this register.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, or without the permission.
        Conflict: the record changed, or the member left before.
        InvalidInput: no reason, or a day that cannot be.
    """
    found = lock_member(actor, member, PERMISSION, version=version)
    return _depart(actor, found, "transferred_out", since=since, document_no=document_no, reason=reason, at=at)


@transaction.atomic
def return_to(
    actor: Actor,
    *,
    member: UUID,
    organisation: UUID,
    since: date,
    document_no: str = "",
    reason: str,
    version: int | None = None,
    at: datetime,
) -> Member:
    """Take somebody back who had gone elsewhere or joined again: they belong to the organisation from a day on.

    Raises:
        NotVisible, NotPermitted: the member or the organisation lies outside, or the permission is missing there.
        Conflict: the record changed, or the member is in the register.
        InvalidInput: no reason, or a day that cannot be.
    """
    found = lock_member(actor, member, PERMISSION, version=version)
    place = organisation_for(actor, organisation, PERMISSION)
    if found.membership_status not in REJOINING:
        raise Conflict(_("Only somebody who went elsewhere or left the Party can be taken back."))
    check_belonging(place, since, day_of(at))
    beliefs = believed(Membership, [found.id], at)[found.id]
    found.organisation, found.organisation_path = place, place.path
    _set(actor, found, "normal", since=since, document_no=document_no, reason=reason, at=at)
    _begin(found, beliefs, place.id, since=since, document_no=document_no, at=at)
    found.save(update_fields=["organisation", "organisation_path"])
    return found


@transaction.atomic
def take_back_departure(actor: Actor, *, member: UUID, reason: str, version: int | None = None, at: datetime) -> Member:
    """Correct a departure that was recorded by mistake: the member never left, and belongs where they belonged.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, or without the permission.
        Conflict: the record changed, or the member is in the register.
        InvalidInput: no reason.
    """
    found = lock_member(actor, member, PERMISSION, version=version)
    if found.is_in_register:
        raise Conflict(_("The member is in the register."))
    check_reason(reason)
    beliefs = believed(Membership, [found.id], at)[found.id]
    last = beliefs.rows[-1]
    act = Act(actor, STATUS_CHANGED, at, reason=reason.strip(), corrects=True)
    before = found.records.filter(on_day(last.valid.upper - ONE_DAY)).first()
    status = before.facts["membership_status"] if before is not None else "normal"
    since = before.facts["status_since"] if before is not None else None
    changes = {
        "membership_status": status,
        "status_since": date.fromisoformat(since) if since else None,
        "exit_type": "",
    }
    record_facts(act, [Edit(found, changes)], must_judge=False)
    _believe_again(found, beliefs, last, at)
    return found


def check_reason(reason: str) -> None:
    """Refuse an act without a reason.

    Raises:
        InvalidInput: the reason is empty.
    """
    if not reason.strip():
        raise InvalidInput({"reason": _("Give the reason, such as the decision or the document.")})


def _set(
    actor: Actor,
    found: Member,
    status: str,
    *,
    since: date,
    document_no: str,
    reason: str,
    at: datetime,
    exit_type: str = "",
) -> Member:
    check_reason(reason)
    if since > day_of(at):
        raise InvalidInput({"since": _("The day lies in the future. Record it when it has come.")})
    if since < found.joined_on:
        raise InvalidInput({"since": _("On that day the person was not yet a member.")})
    if found.status_since is not None and since < found.status_since:
        raise InvalidInput(
            {
                "since": _("The status changed last on %(day)s; the day cannot lie before it.")
                % {"day": found.status_since}
            }
        )
    act = Act(actor, STATUS_CHANGED, at, reason=reason.strip(), since=since, document_no=document_no.strip())
    record_facts(
        act,
        [Edit(found, {"membership_status": status, "status_since": since, "exit_type": exit_type})],
        must_judge=False,
    )
    return found


def _depart(
    actor: Actor,
    found: Member,
    status: str,
    *,
    since: date,
    document_no: str,
    reason: str,
    at: datetime,
    exit_type: str = "",
) -> Member:
    if not found.is_in_register:
        raise Conflict(_("%(name)s has left already.") % {"name": found.name})
    beliefs = believed(Membership, [found.id], at)[found.id]
    first = beliefs.rows[0].valid.lower
    if first is not None and since <= first:
        raise InvalidInput(
            {"since": _("The member entered this register on %(day)s; the day must be later.") % {"day": first}}
        )
    _set(
        actor,
        found,
        status,
        since=since,
        document_no=document_no,
        reason=reason,
        at=at,
        exit_type=exit_type,
    )
    beliefs.cut(since)
    keep(Membership, [beliefs], at)
    found.organisation_id = beliefs.rows[-1].organisation_id
    found.save(update_fields=["organisation"])
    relieve_of_all(actor, found, on=since, at=at)
    return found


def _begin(
    found: Member, beliefs: Beliefs[Membership], organisation: UUID, *, since: date, document_no: str, at: datetime
) -> None:
    event = _newest_event(found)
    beliefs.cut(since)
    beliefs.begin(
        Membership(
            member_id=found.id,
            organisation_id=organisation,
            document_no=document_no.strip(),
            valid=DateRange(since, None),
            recorded=DateTimeTZRange(at, None),
            event_id=event,
        )
    )
    keep(Membership, [beliefs], at)


def _believe_again(found: Member, beliefs: Beliefs[Membership], last: Membership, at: datetime) -> None:
    """Believe again what the departure ended: where the member would have belonged, moves planned then included."""
    event = _newest_event(found)
    gone_on = last.valid.upper
    ended = Membership.objects.filter(member=found, recorded__endswith=last.recorded.lower).order_by("valid")
    again = [one for one in ended if one.valid.upper is None or one.valid.upper > gone_on]
    for row in again or [last]:
        upper = row.valid.upper if again else None
        beliefs.begin(
            Membership(
                member_id=found.id,
                organisation_id=row.organisation_id,
                document_no=row.document_no,
                valid=DateRange(max(gone_on, row.valid.lower) if again else gone_on, upper),
                recorded=DateTimeTZRange(at, None),
                event_id=event,
            )
        )
    keep(Membership, [beliefs], at)
    present = beliefs.on(day_of(at))
    if present is not None:
        found.organisation_id = present.organisation_id
        found.save(update_fields=["organisation"])
    note_coming([(found.id, row) for row in beliefs.written], day_of(at))


def _newest_event(found: Member) -> UUID:
    rows = found.records.filter(recorded__upper_inf=True).order_by("-valid")
    return rows.values_list("event_id", flat=True)[0]
