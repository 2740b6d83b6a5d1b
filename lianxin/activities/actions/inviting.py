"""Inviting by hand: further members, those of a party to a joint activity, guests, and observers from above."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.activities.actions.locking import OPEN, State, locked_activity, require_staff, wrong_state
from lianxin.activities.actions.telling import tell_invited, tell_uninvited
from lianxin.activities.events import GUIDANCE_GIVEN, INVITED, UNINVITED
from lianxin.activities.models import Activity, ActivityParty, GuidanceNote, Participant
from lianxin.activities.permissions import PLAN, VIEW
from lianxin.activities.queries.activities import not_there
from lianxin.activities.queries.invited import counts_towards_quorum, invitations, on_the_day, plannable
from lianxin.activities.queries.observers import observers_from_above
from lianxin.kernel.authz import Actor, require
from lianxin.kernel.db.inserting import insert_many
from lianxin.kernel.errors import Conflict, InvalidInput, NotPermitted
from lianxin.kernel.events.record import record
from lianxin.members.facade import Member

MOST_AT_ONCE = 2_000
LONGEST_GUIDANCE = 4_000
Role = Participant.Role


@transaction.atomic
def invite(
    actor: Actor, *, activity: UUID, members: Iterable[UUID], role: str = Role.MEMBER, at: datetime
) -> list[Participant]:
    """Invite members of the actor's organisations by hand; where it is announced they are told at once.

    Staff of a party to a joint activity invite their own members this way.

    Raises:
        NotVisible, NotPermitted: the activity, or one of the members, is not the actor's.
        InvalidInput: nobody is chosen.
        Conflict: it was cancelled.
    """
    found = _seen(actor, activity)
    wanted = set(members)
    people = list(plannable(actor).filter(pk__in=wanted)[:MOST_AT_ONCE])
    if not wanted or len(people) != len(wanted):
        raise InvalidInput({"members": _("Choose members of your organisations.")})
    is_host = actor.may(PLAN, found.organisation_path)
    if not is_host:
        parties = set(
            ActivityParty.objects.filter(activity=found.pk, is_host=False).values_list("organisation_id", flat=True)
        )
        if any(one.organisation_id not in parties for one in people):
            raise NotPermitted(_("You invite the members of your own organisation only."))
    return _invite(actor, found, people, role=role if is_host else Role.MEMBER, at=at)


@transaction.atomic
def invite_observer(actor: Actor, *, activity: UUID, observer: UUID, at: datetime) -> list[Participant]:
    """Invite somebody from an organisation above as an observer, whom everybody who takes part can see.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, or without the permission there.
        InvalidInput: the person holds no role at an organisation above.
        Conflict: the person is on the list already.
    """
    found = locked_activity(actor, activity, PLAN, states={*OPEN, State.HELD})
    people = [one for one in observers_from_above(found.organisation_path) if one.pk == observer]
    if not people:
        raise InvalidInput({"observer": _("Choose somebody who works for an organisation above.")})
    row = Participant.objects.filter(activity=found.pk, member=observer).first()
    if row is not None:
        raise Conflict(
            _("%(name)s is on the list already, as %(role)s. Take that invitation back first.")
            % {"name": row.name, "role": row.get_role_display()}
        )
    return _invite(actor, found, people, role=Role.OBSERVER, at=at)


def _seen(actor: Actor, activity: UUID) -> Activity:
    found = Activity.objects.filter(pk=activity).first()
    if found is None:
        raise not_there()
    if found.state == State.CANCELLED:
        raise Conflict(wrong_state(found))
    paths = ActivityParty.objects.filter(activity=found.pk).values_list("organisation_path", flat=True)
    if not any(actor.may(PLAN, path) for path in paths):
        require(actor, PLAN, found.organisation_path, seen_by=VIEW)
    return found


def _invite(actor: Actor, found: Activity, people: Iterable[Member], *, role: str, at: datetime) -> list[Participant]:
    held = set(Participant.objects.filter(activity=found.pk).values_list("member_id", flat=True))
    wanted = [one for one in people if one.pk not in held]
    rows = invitations(found, on_the_day(found, wanted), role=str(role))
    if not rows:
        return []
    for row in rows:
        if found.state == State.HELD:  # added to a closed list: came or not is corrected there, with a reason
            row.attendance, row.signed_how = Participant.Attendance.ABSENT.value, Participant.How.CLOSED.value
    insert_many(Participant, rows)
    if found.state == State.ANNOUNCED:
        tell_invited(actor, found, [row.member_id for row in rows], at=at)
    record(
        actor,
        INVITED,
        at=at,
        subject=found.pk,
        organisation=found.organisation_id,
        organisation_path=found.organisation_path,
        data={"role": str(role), "names": [row.name for row in rows][:50], "count": len(rows)},
    )
    return rows


@transaction.atomic
def uninvite(actor: Actor, *, participant: UUID, at: datetime) -> Activity:
    """Take back an invitation, as long as the person did not come and the activity was not held.

    Whoever is entitled to vote where it takes a quorum stays: with them off the list, fewer would have to come.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, or without the permission there.
        Conflict: the person has signed in or counts towards the quorum, or the activity was held or cancelled.
    """
    row = Participant.objects.select_related("activity").filter(pk=participant).first()
    if row is None:
        raise not_there()
    found = row.activity
    require_staff(actor, PLAN, row)
    if found.state not in OPEN:
        raise Conflict(wrong_state(found))
    if row.role == Role.MEMBER and counts_towards_quorum(found, row.member_id):
        raise Conflict(
            _("%(name)s is entitled to vote here and counts towards the quorum. Enter leave instead.")
            % {"name": row.name}
        )
    gone, _each = Participant.objects.filter(pk=row.pk, attendance=Participant.Attendance.UNKNOWN).delete()
    if not gone:
        raise Conflict(_("%(name)s has signed in already.") % {"name": row.name})
    record(
        actor,
        UNINVITED,
        at=at,
        subject=found.pk,
        organisation=found.organisation_id,
        organisation_path=found.organisation_path,
        data={"name": row.name, "role": row.role},
    )
    if found.state == State.ANNOUNCED:
        tell_uninvited(actor, found, [row.member_id], at=at)
    return found


@transaction.atomic
def give_guidance(actor: Actor, *, activity: UUID, text: str, at: datetime) -> GuidanceNote:
    """An invited observer leaves guidance; everybody who takes part can read it, nobody changes it.

    Raises:
        NotVisible: the actor is not invited.
        NotPermitted: the actor is no observer.
        InvalidInput: no text.
        Conflict: it was cancelled or has not begun.
    """
    row = (
        Participant.objects.filter(activity=activity, member=actor.member_id).select_related("activity").first()
        if actor.member_id
        else None
    )
    if row is None:
        raise not_there()
    if row.role != Role.OBSERVER:
        raise NotPermitted(_("Guidance is given by observers whom the organisation invited."))
    if not text.strip():
        raise InvalidInput({"text": _("Write what you advise.")})
    if row.activity.state not in {State.ANNOUNCED, State.HELD} or row.activity.starts_at > at:
        raise Conflict(_("Guidance can be left once the activity has begun."))
    note = GuidanceNote.objects.create(
        activity=row.activity,
        author_id=row.member_id,
        author_name=row.name,
        text=text.strip()[:LONGEST_GUIDANCE],
        written_at=at,
    )
    record(
        actor,
        GUIDANCE_GIVEN,
        at=at,
        subject=row.activity_id,
        organisation=row.activity.organisation_id,
        organisation_path=row.organisation_path,
        data={"name": row.name},
    )
    return note
