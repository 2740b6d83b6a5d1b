"""Signing in: by the code on the wall, by the secretary's list, or by a phone that kept the list without network.

Nothing here locks the activity: a sign-in writes the one row of the person, and closing the attendance takes those rows
that are still unknown. Whichever of the two comes first to a row is right, and the other is told.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from lianxin.activities.actions.list_of_the_day import open_list
from lianxin.activities.actions.locking import OPENS, State, acts_for_party, wrong_state
from lianxin.activities.events import SIGNED_IN, TICKED
from lianxin.activities.models import Activity, Participant
from lianxin.activities.permissions import ATTEND, OWN_SIGN, VIEW
from lianxin.activities.queries.activities import not_there
from lianxin.kernel.authz import Actor, acting, require
from lianxin.kernel.db.ids import new_id
from lianxin.kernel.errors import Conflict, InvalidInput, NotPermitted
from lianxin.kernel.events.record import record
from lianxin.kernel.time import SHANGHAI

STAYS_OPEN = timedelta(hours=12)
"""It ends so long after the end, or when the activity is marked as held."""
GRACE = timedelta(minutes=10)
"""A code that was scanned in time still counts after signing in to the account."""
CLOCKS_MAY_DIFFER = timedelta(minutes=2)
CLOCKS_MAY_BE_WRONG = timedelta(days=3660)
"""Beyond that a time is no clock's; adding to it would leave the calendar."""
MOST_ITEMS = 2_000
SIGNING_READS = (
    *("attendance", "signed_at", "signed_how", "name", "organisation_path", "activity", "activity__organisation"),
    *("activity__title", "activity__state", "activity__starts_at", "activity__ends_at", "activity__late_after"),
)
"""A hall signs in within a minute: its rows are read without what nobody looks at."""
Attendance, How = Participant.Attendance, Participant.How


class Result(Enum):
    """What became of a sign-in that was sent."""

    ACCEPTED = "accepted"
    ALREADY = "already"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class SignIn:
    """A sign-in as a phone kept it. `nonce` names it, `signed_at` is what the phone's clock said."""

    participant: UUID
    nonce: UUID
    signed_at: datetime
    how: str = How.OFFLINE


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one sign-in, with the sentence for the phone's screen."""

    participant: UUID
    nonce: UUID
    result: Result
    sentence: str
    attendance: str
    signed_at: datetime | None


def attendance_at(activity: Activity, signed_at: datetime) -> str:
    """In time, or late by more than the activity tolerates."""
    limit = activity.starts_at + timedelta(minutes=activity.late_after)
    return str(Attendance.PRESENT if signed_at <= limit else Attendance.LATE)


def not_open_yet(activity: Activity, at: datetime) -> str:
    """When signing in opens, as a sentence, while that is still to come; empty from then on."""
    if at >= activity.starts_at - OPENS:
        return ""
    return _("Signing in opens one hour before it begins, at %(when)s.") % {"when": _moment(activity.starts_at - OPENS)}


def check_open(activity: Activity, at: datetime) -> None:
    """Let sign-ins through while the activity is on.

    Raises:
        Conflict: it is not announced, not yet begun, over, cancelled or closed.
    """
    if activity.state != State.ANNOUNCED:
        raise Conflict(wrong_state(activity))
    if early := not_open_yet(activity, at):
        raise Conflict(early)
    if at > activity.ends_at + STAYS_OPEN:
        raise Conflict(
            _("It ended on %(when)s. Ask the secretary to correct the attendance.")
            % {"when": _moment(activity.ends_at)}
        )


def _moment(at: datetime) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def own_row_of(actor: Actor, activity: UUID) -> Participant | None:
    """The actor's row at an activity, with the activity; None where they are not invited."""
    if actor.member_id is None:
        return None
    rows = Participant.objects.filter(activity=activity, member=actor.member_id).select_related("activity")
    return next(iter(rows.only(*SIGNING_READS)), None)


def sign_in(actor: Actor, *, activity: UUID, scanned_at: datetime, at: datetime) -> Participant:
    """The actor signs in with a code scanned at `scanned_at`. Twice is once: the first time counts.

    Raises:
        NotVisible: the account has no record in the register.
        Conflict: the actor is not invited, the scan is too old, or signing in is closed.
    """
    if actor.member_id is None or (actor.only is not None and OWN_SIGN not in actor.only):
        raise not_there()
    if at - scanned_at > GRACE:
        raise Conflict(_("The code was scanned more than 10 minutes ago. Scan the one that is shown now."))
    with transaction.atomic():
        row = own_row_of(actor, activity)
        if row is None:
            raise Conflict(_not_invited(actor, activity, at))
        check_open(row.activity, at)
        facts = {
            "attendance": attendance_at(row.activity, scanned_at),
            "signed_at": scanned_at,
            "signed_how": How.QR.value,
            "signed_by": actor.account_id,
            "nonce": new_id(),
        }
        if Participant.objects.filter(pk=row.pk, attendance=Attendance.UNKNOWN).update(**facts):
            row.attendance, row.signed_at, row.signed_how = str(facts["attendance"]), scanned_at, How.QR.value
            record(
                actor,
                SIGNED_IN,
                at=at,
                subject=row.pk,
                organisation=row.activity.organisation_id,
                organisation_path=row.organisation_path,
                data={"activity": str(activity)},
            )
        else:
            row.refresh_from_db(fields=["attendance", "signed_at", "signed_how"])
    if not row.came:
        raise Conflict(_("The secretary marked you as absent. Speak to the secretary, who can correct it."))
    return row


def _not_invited(actor: Actor, activity: UUID, at: datetime) -> str:
    """Whose code it was, and where the person is expected instead."""
    with acting(Actor.system("the activity whose code was scanned")):
        found = Activity.objects.filter(pk=activity).first()
    title = found.title if found else ""
    own = (
        Participant.objects.filter(
            member=actor.member_id,
            activity__state=State.ANNOUNCED,
            activity__starts_at__lte=at + OPENS,
            activity__ends_at__gte=at - STAYS_OPEN,
        )
        .select_related("activity")
        .order_by("activity__starts_at")
        .first()
    )
    if own is not None:
        return _(
            "This is the code of “%(other)s”, to which you are not invited. Yours is “%(own)s”: scan its code."
        ) % {
            "other": title,
            "own": own.activity.title,
        }
    return _("This is the code of “%(other)s”, to which you are not invited. Ask its secretary to add you.") % {
        "other": title
    }


@transaction.atomic
def sign_in_many(
    actor: Actor, *, activity: UUID, items: Sequence[SignIn], sent_at: datetime | None = None, at: datetime
) -> list[Answer]:
    """Take sign-ins that a phone kept, in any order and as often as they come: each counts once.

    1. Where the phone says what its clock shows (`sent_at`), the times are corrected by the difference.
    2. The rows are locked in one order, so that two phones wait for each other and never for ever.
    3. Each is judged: accepted, already there, or a conflict with the sentence that says which.
    4. What is accepted is written by one statement, and told by one event.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, or without the permission to record attendance.
        InvalidInput: more than 2,000 at once, or a time without zone or years from now.
    """
    if len(items) > MOST_ITEMS:
        raise InvalidInput({"items": _("At most 2,000 sign-ins at once. Send them in parts.")})
    if any(moment.tzinfo is None for moment in (*(one.signed_at for one in items), sent_at or at)):
        raise InvalidInput({"items": _("Send times with their zone, for example 2026-03-01T15:00:00+08:00.")})
    if any(abs(moment - at) > CLOCKS_MAY_BE_WRONG for moment in (*(one.signed_at for one in items), sent_at or at)):
        raise InvalidInput({"items": _("A time lies years from now. Set the clock of the phone and send again.")})
    offset = at - sent_at if sent_at is not None and abs(at - sent_at) > CLOCKS_MAY_DIFFER else timedelta()
    kept = [replace(one, signed_at=one.signed_at + offset) for one in items]
    rows = {
        row.pk: row
        for row in Participant.objects.select_for_update(no_key=True)
        .filter(activity=activity, pk__in={one.participant for one in kept})
        .order_by("pk")
    }
    found = Activity.objects.filter(pk=activity).first()
    if found is None:
        raise not_there()
    refused = _not_recorded(actor, found, rows.values())
    answers: list[Answer] = []
    accepted: dict[UUID, SignIn] = {}
    strangers = {one.participant for one in kept} - set(rows)
    refused |= _elsewhere(strangers)
    for one in kept:
        row = rows.get(one.participant)
        if row is None or row.pk in refused:
            answers.append(_refused(one, row, refused.get(one.participant) or _("This person is not on the list.")))
            continue
        answer = _judged(found, row, one, accepted, at=at)
        if answer.result is Result.ACCEPTED:
            accepted[row.pk] = one
        answers.append(answer)
    if accepted:
        _write(actor, found, accepted)
        record(
            actor,
            TICKED,
            at=at,
            subject=found.pk,
            organisation=found.organisation_id,
            organisation_path=found.organisation_path,
            data={
                "participants": [str(key) for key in accepted],
                "count": len(accepted),
                "how": sorted({one.how for one in accepted.values()}),
                **({"clock_corrected_by": int(offset.total_seconds())} if offset else {}),
            },
        )
    return answers


def _not_recorded(actor: Actor, activity: Activity, rows: Iterable[Participant]) -> dict[UUID, str]:
    """Staff of the activity may record anybody; staff of a party its own members, but their own row is refused here."""
    if actor.may(ATTEND, activity.organisation_path):
        return {}
    held = list(rows)
    sentence = _("Scan the code that is shown in the room to sign in yourself.")
    if acts_for_party(actor, ATTEND, [row for row in held if row.member_id != actor.member_id]):
        return {row.pk: sentence for row in held if row.member_id == actor.member_id}
    if held and all(row.member_id == actor.member_id for row in held):
        raise NotPermitted(sentence)
    require(actor, ATTEND, activity.organisation_path, seen_by=VIEW)
    return {}


def _elsewhere(participants: set[UUID]) -> dict[UUID, str]:
    """Of rows that are not of this activity: the sentence that names the one they are of."""
    if not participants:
        return {}
    rows = Participant.objects.filter(pk__in=participants).select_related("activity")
    return {
        row.pk: _("%(name)s was signed in for another activity: “%(title)s” at %(when)s.")
        % {"name": row.name, "title": row.activity.title, "when": _moment(row.activity.starts_at)}
        for row in rows
    }


def _refused(one: SignIn, row: Participant | None, sentence: str) -> Answer:
    return Answer(
        one.participant,
        one.nonce,
        Result.CONFLICT,
        sentence,
        row.attendance if row else Attendance.UNKNOWN,
        row.signed_at if row else None,
    )


def _judged(activity: Activity, row: Participant, one: SignIn, accepted: dict[UUID, SignIn], *, at: datetime) -> Answer:
    if row.nonce == one.nonce and row.attendance == Attendance.UNKNOWN:
        taken_back = _("The sign-in of %(name)s was taken back by the secretary.") % {"name": row.name}
        return Answer(row.pk, one.nonce, Result.ALREADY, taken_back, row.attendance, None)
    if row.nonce == one.nonce or row.came or row.pk in accepted:
        signed_at = accepted[row.pk].signed_at if row.pk in accepted else row.signed_at
        return Answer(
            row.pk,
            one.nonce,
            Result.ALREADY,
            _("%(name)s is signed in since %(when)s.") % {"name": row.name, "when": _moment(signed_at or at)},
            row.attendance,
            signed_at,
        )
    sentence = _in_the_way(activity, row, one, at)
    if sentence:
        return _refused(one, row, sentence)
    return Answer(row.pk, one.nonce, Result.ACCEPTED, "", attendance_at(activity, one.signed_at), one.signed_at)


def _in_the_way(activity: Activity, row: Participant, one: SignIn, at: datetime) -> str:
    if activity.state != State.ANNOUNCED:
        return wrong_state(activity)
    if row.attendance == Attendance.ABSENT:
        return _("%(name)s was marked as absent. Correct it under attendance if that was wrong.") % {"name": row.name}
    if one.how not in {How.QR, How.LIST, How.OFFLINE}:
        return _("It is not said how %(name)s signed in.") % {"name": row.name}
    if one.signed_at > at + CLOCKS_MAY_DIFFER:
        return _("The clock of the phone is ahead: it says %(when)s. Set it to automatic and send again.") % {
            "when": _moment(one.signed_at)
        }
    if not activity.starts_at - OPENS <= one.signed_at <= activity.ends_at + STAYS_OPEN:
        return _("%(when)s is not during this activity. Look at the clock of the phone, or tick the person here.") % {
            "when": _moment(one.signed_at)
        }
    return ""


def _write(actor: Actor, activity: Activity, accepted: dict[UUID, SignIn]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE activities_participant p
            SET attendance = s.attendance, signed_at = s.signed_at, signed_how = s.how, nonce = s.nonce, signed_by = %s
            FROM unnest(%s::uuid[], %s::text[], %s::timestamptz[], %s::text[], %s::uuid[])
                s(id, attendance, signed_at, how, nonce)
            WHERE p.id = s.id AND p.attendance = 'unknown'
            """,
            [
                actor.account_id,
                list(accepted),
                [attendance_at(activity, one.signed_at) for one in accepted.values()],
                [one.signed_at for one in accepted.values()],
                [str(one.how) for one in accepted.values()],
                [one.nonce for one in accepted.values()],
            ],
        )


def tick(actor: Actor, *, activity: UUID, participants: Iterable[UUID], at: datetime) -> list[Answer]:
    """The secretary ticks persons on the list: they came now. Once it is over, from paper: they came in time.

    The list stays open until the activity is marked as held, however late that is.

    Raises:
        NotVisible, NotPermitted, InvalidInput: as `sign_in_many`.
        Conflict: the activity is not announced, was held or cancelled, or begins in more than an hour.
    """
    found = Activity.objects.filter(pk=activity).first()
    if found is None:
        raise not_there()
    came_at = found.starts_at if at > found.ends_at else at
    if actor.may(VIEW, found.organisation_path):
        check_open(found, came_at)
        open_list(actor, activity=activity, at=at)
    items = [SignIn(one, new_id(), came_at, How.LIST) for one in dict.fromkeys(participants)]
    return sign_in_many(actor, activity=activity, items=items, at=at)
