"""What was held: closing the attendance, recording afterwards what happened offline, correcting, annulling."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from lianxin.activities import messages
from lianxin.activities.actions.checking import PLACE, TITLE
from lianxin.activities.actions.files import keep_file
from lianxin.activities.actions.list_of_the_day import bring_up_to_date, record_difference
from lianxin.activities.actions.locking import State, check_minutes_open, locked_activity
from lianxin.activities.actions.resolution import take_back_all
from lianxin.activities.events import ANNULLED, ATTENDANCE_CORRECTED, HELD, REPORTED
from lianxin.activities.kinds import at_odds, audience_for, committee_decides, elsewhere, in_order, kinds, names_of
from lianxin.activities.models import Activity, ActivityFile, ActivityParty, Participant
from lianxin.activities.permissions import ATTEND, HOLD
from lianxin.activities.queries.around import below_on
from lianxin.activities.queries.invited import invitations, members_for, open_groups
from lianxin.activities.queries.prefilling import shipped_templates
from lianxin.kernel.authz import Actor
from lianxin.kernel.db.inserting import insert_many
from lianxin.kernel.db.turns import take_turn
from lianxin.kernel.edge.uploads import Accepted
from lianxin.kernel.errors import Conflict, InvalidInput, NotPermitted
from lianxin.kernel.events import EventType
from lianxin.kernel.events.record import describe, record, write
from lianxin.kernel.time import SHANGHAI, day_of
from lianxin.members.facade import Belonging
from lianxin.messaging.facade import settle_for_all
from lianxin.organisations.facade import Organisation, organisation_for

LONGEST_REASON = 500
LONGEST_BACK = timedelta(days=400)
Attendance, How = Participant.Attendance, Participant.How
ON_LEAVE = Participant.Reply.LEAVE_GIVEN
LONGEST_LEAVE = 200


@dataclass(frozen=True, slots=True)
class Report:
    """What was held without the platform. `present` are members; instants follow from the day and the hour.

    `group` is the Party group that met; empty where nobody said, which counts for each group of the branch.
    """

    kinds: Sequence[str]
    on: date
    place: str
    present: Sequence[UUID]
    title: str = ""
    begins: time = time(15, 0)
    proof: Accepted | None = None
    group: UUID | None = None


def _event(kind: EventType, actor: Actor, activity: Activity, party: ActivityParty, **more: Any) -> Any:
    return describe(
        actor,
        kind,
        subject=activity.pk,
        organisation=party.organisation_id,
        organisation_path=party.organisation_path,
        effective_on=day_of(activity.starts_at),
        data={
            "meets": list(activity.kinds),
            "held_on": day_of(activity.starts_at).isoformat(),
            "title": activity.title,
            "url": activity.get_absolute_url(),
        },
        **more,
    )


def _tell(
    kind: EventType,
    actor: Actor,
    activity: Activity,
    *,
    at: datetime,
    reason: str = "",
    changes: dict[str, tuple[str, str]] | None = None,
) -> None:
    """One event for each organisation that the activity counts for."""
    parties = ActivityParty.objects.filter(activity=activity.pk)
    write([_event(kind, actor, activity, party, at=at, reason=reason, changes=changes or {}) for party in parties])


@transaction.atomic
def hold(actor: Actor, *, activity: UUID, at: datetime) -> Activity:
    """Mark an activity as held: whoever did not sign in is absent, or on leave where leave was given.

    An end still to come becomes now: the record says when it ended, not when it was to end. `correct_facts` puts it
    right until the minutes are confirmed.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, or without the permission there.
        Conflict: it is a draft, has not begun, nobody came, or it was held or cancelled before.
    """
    found = locked_activity(actor, activity, HOLD, states={State.ANNOUNCED})
    if found.starts_at > at:
        raise Conflict(_("It has not begun yet. Change its time first if it was held earlier."))
    record_difference(actor, found, bring_up_to_date(found, adds=False), at=at)
    people = Participant.objects.filter(activity=found.pk)
    if not people.filter(attendance__in=[Attendance.PRESENT, Attendance.LATE]).exists():
        raise Conflict(_("Nobody is marked as present. Tick who came on the list of attendance first."))
    people.filter(attendance=Attendance.UNKNOWN).update(attendance=Attendance.ABSENT, signed_how=How.CLOSED)
    planned, found.ends_at = found.ends_at, _ended(found, at)
    found.state, found.held_at = State.HELD, at
    found.save(update_fields=["state", "held_at", "ends_at"])
    changes = {} if planned == found.ends_at else {"ends_at": (_minute(planned), _minute(found.ends_at))}
    _tell(HELD, actor, found, at=at, changes=changes)
    settle_for_all(messages.INVITED, subject=found.pk, at=at)
    return found


def _ended(activity: Activity, at: datetime) -> datetime:
    """The planned end, or this minute where that is still to come; never before a minute has passed."""
    this_minute = at.replace(second=0, microsecond=0)
    return min(activity.ends_at, max(this_minute, activity.starts_at + timedelta(minutes=1)))


def _minute(at: datetime) -> str:
    return at.astimezone(SHANGHAI).isoformat(timespec="minutes")


@transaction.atomic
def report(actor: Actor, *, organisation: UUID, report: Report, at: datetime) -> Activity:
    """Record what was held offline: kinds, day, place and who came. A file as proof may be added; none is asked for.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, or without the permission there.
        InvalidInput: by field.
        Conflict: the same was recorded for that day already.
    """
    place = organisation_for(actor, organisation, HOLD)
    known = in_order(report.kinds)
    begins = datetime.combine(report.on, report.begins, SHANGHAI)
    wrong = _wrong(report, known, place.founded_on, begins, at)
    group = report.group if "group_meeting" in known else None
    if group and not open_groups(place.pk).filter(pk=group).exists():
        wrong["group"] = _("Choose the Party group that meets, or set it up under “Party groups” first.")
    people = _came_from(report, place, group)
    came = {one.pk for one in people} & set(report.present)
    if not came or len(came) != len(set(report.present)):
        wrong.setdefault(
            "present", _("Tick who came. Persons of other organisations are added on its page afterwards.")
        )
    if wrong:
        raise InvalidInput(wrong)
    take_turn(f"held {place.pk} {report.on}")
    same = Activity.objects.filter(
        organisation=place.pk, kinds__overlap=known, state=State.HELD, starts_at__range=_day(report.on)
    )
    if group:  # two groups may meet on one day
        same = same.exclude(~Q(group=group), group__isnull=False)
    if (held := same.first()) is not None:
        raise Conflict(
            _("“%(title)s” of that day and kind is recorded already. Open it to correct it.") % {"title": held.title}
        )
    audience = audience_for(known)
    minutes = max(shipped_templates().get(key, {"minutes": 60})["minutes"] for key in known)
    made = Activity.objects.create(
        organisation=place,
        organisation_path=place.path,
        kinds=known,
        title=report.title.strip() or "、".join(str(name) for name in names_of(known)),
        starts_at=begins,
        ends_at=begins + timedelta(minutes=minutes),
        place=report.place.strip(),
        audience=audience if group or audience != "group" else "chosen",
        group_id=group,
        state=State.HELD,
        was_reported=True,
        held_at=at,
        created_at=at,
        created_by_id=actor.account_id,
    )
    ActivityParty.objects.create(activity=made, organisation=place, organisation_name=place.short_name, is_host=True)
    rows = invitations(made, people)
    for row in rows:
        is_present = row.member_id in came
        row.attendance = Attendance.PRESENT.value if is_present else Attendance.ABSENT.value
        row.signed_how = How.REPORT.value
        row.signed_at = begins if is_present else None
        row.signed_by = actor.account_id
    insert_many(Participant, rows)
    if report.proof is not None:
        keep_file(actor, made, report.proof, purpose=ActivityFile.Purpose.PROOF, at=at)
    _tell(REPORTED, actor, made, at=at)
    return made


def _day(on: date) -> tuple[datetime, datetime]:
    first = datetime.combine(on, time(), SHANGHAI)
    return first, first + timedelta(days=1, microseconds=-1)


def _wrong(report: Report, known: list[str], founded_on: date, begins: datetime, at: datetime) -> dict[str, str]:
    wrong = {}
    if not known or not set(report.kinds) <= set(kinds()):
        wrong["kinds"] = _("Choose at least one kind.")
    elif elsewhere(report.kinds):
        wrong["kinds"] = str(elsewhere(report.kinds))
    elif at_odds(report.kinds):
        wrong["kinds"] = str(at_odds(report.kinds))
    if begins > at:
        if report.on == day_of(at):
            wrong["begins"] = _("This hour is still to come. Write when it really began.")
        else:
            wrong["on"] = _("This day is not over yet. Plan an activity instead.")
    if report.on < founded_on or at - begins > LONGEST_BACK:
        wrong["on"] = _("Choose a day of the last 13 months on which the organisation existed.")
    if not report.place.strip() or len(report.place) > PLACE:
        wrong["place"] = _("Say where it was held, in at most 120 characters.")
    if len(report.title.strip()) > TITLE:
        wrong["title"] = _("The title is longer than 120 characters.")
    return wrong


def _came_from(report: Report, place: Organisation, group: UUID | None) -> list[Belonging]:
    """Those expected by kind, and who was ticked beside them here or below; all as of that day."""
    organisation = place.pk
    audience = audience_for(report.kinds)
    everybody = members_for("members", organisation=organisation, group=None, day=report.on)
    expected = everybody if audience == "members" else []
    if audience == "group" and group is not None:
        expected = members_for("group", organisation=organisation, group=group, day=report.on)
    committee = (
        members_for("committee", organisation=organisation, group=None, day=report.on)
        if committee_decides(report.kinds)
        else []
    )
    beside = [one for one in everybody if one.pk in set(report.present)]
    found = {one.pk: one for one in (*expected, *committee, *beside)}
    return [*found.values(), *below_on(report.on, place, set(report.present) - set(found))]


@transaction.atomic
def correct_attendance(
    actor: Actor, *, activity: UUID, participants: Iterable[UUID], attendance: str, reason: str, at: datetime
) -> int:
    """Correct after closing who came; the old and the new word stay in the record. How many changed.

    `ON_LEAVE` says that somebody was away with leave. Why stays with the participant, where it can be deleted, as with
    all leave: it may be about health.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, without the permission there, or one's own leave.
        InvalidInput: no reason, or an attendance that is none.
        Conflict: the attendance is not closed yet; for leave, the minutes are confirmed.
    """
    found = locked_activity(actor, activity, ATTEND, states={State.HELD})
    said = reason.strip()[:LONGEST_REASON]
    wrong = {}
    if not said:
        wrong["reason"] = _("Say why it is corrected.")
    if attendance not in {Attendance.PRESENT, Attendance.LATE, Attendance.ABSENT, ON_LEAVE}:
        wrong["attendance"] = _("Choose present, late, absent or on leave.")
    if wrong:
        raise InvalidInput(wrong)
    to_leave = attendance == ON_LEAVE
    rows = list(
        Participant.objects.select_for_update(no_key=True)
        .filter(activity=found.pk, pk__in=list(participants))
        .exclude(**({"attendance": Attendance.ABSENT, "reply": ON_LEAVE} if to_leave else {"attendance": attendance}))
        .order_by("pk")
    )
    if to_leave and rows:
        _check_leave(actor, found, rows)
    came = attendance in {Attendance.PRESENT, Attendance.LATE}
    changes = {}
    for row in rows:
        changes[row.name if row.name not in changes else f"{row.name} {str(row.pk)[-4:]}"] = (
            row.attendance,
            attendance,
        )
        row.attendance = Attendance.ABSENT if to_leave else attendance
        row.signed_how, row.signed_by = How.LIST, actor.account_id
        if to_leave:
            row.reply, row.leave_reason = ON_LEAVE, row.leave_reason or said[:LONGEST_LEAVE]
            row.leave_by_id = row.proxy_by_id = actor.account_id
        row.signed_at = (row.signed_at or found.starts_at) if came else None
    if not rows:
        return 0
    leave = ["reply", "leave_reason", "leave_by", "proxy_by"] if to_leave else []
    Participant.objects.bulk_update(rows, ["attendance", "signed_how", "signed_by", "signed_at", *leave])
    record(
        actor,
        ATTENDANCE_CORRECTED,
        at=at,
        subject=found.pk,
        organisation=found.organisation_id,
        organisation_path=found.organisation_path,
        changes=changes,
        reason="" if to_leave else said,
    )
    return len(rows)


def _check_leave(actor: Actor, activity: Activity, rows: Iterable[Participant]) -> None:
    if actor.member_id is not None and any(row.member_id == actor.member_id for row in rows):
        raise NotPermitted(_("Nobody decides on their own leave. Ask the deputy secretary or the committee above."))
    check_minutes_open(activity.pk)


@transaction.atomic
def annul(actor: Actor, *, activity: UUID, reason: str, at: datetime) -> Activity:
    """Take back the record that an activity was held, for every organisation it counted for, and what it resolved.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, or without the permission there.
        InvalidInput: no reason.
        Conflict: it was not held.
    """
    found = locked_activity(actor, activity, HOLD, states={State.HELD})
    said = reason.strip()[:LONGEST_REASON]
    if not said:
        raise InvalidInput({"reason": _("Say why the record is annulled; it stays readable.")})
    found.state, found.was_annulled, found.cancelled_at, found.cancel_reason = State.CANCELLED, True, at, said
    found.save(update_fields=["state", "was_annulled", "cancelled_at", "cancel_reason"])
    _tell(ANNULLED, actor, found, at=at, reason=said)
    take_back_all(actor, found, at=at)
    return found
