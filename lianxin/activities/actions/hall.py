"""Taking what phones did in a hall without network: sign-ins, notes and shows of hands, each once.

Every act has a nonce and says what its phone believed to stand there (`seen`). Where something else stands, the act is
a conflict: nothing is written, both are shown, and what a person decides comes as a new act that has seen it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.activities.actions.list_of_the_day import open_list
from lianxin.activities.actions.locking import OPENS, State, wrong_state
from lianxin.activities.actions.minutes import Speech, add_item, begin_minutes, locked_item, write_item
from lianxin.activities.actions.signing import CLOCKS_MAY_DIFFER, MOST_ITEMS, STAYS_OPEN
from lianxin.activities.actions.vote import Count, enter_vote, remove_vote
from lianxin.activities.events import TICKED
from lianxin.activities.models import Activity, AgendaItem, HallReceipt, MinutesItem, Participant, Vote
from lianxin.activities.queries.hall import COUNTED_BY_HANDS, hall_of, hands_shown, person, seeing_the_hall
from lianxin.kernel.authz import Actor
from lianxin.kernel.db.turns import take_turn
from lianxin.kernel.errors import InvalidInput, NotPermitted, Refusal
from lianxin.kernel.events.record import record
from lianxin.kernel.time import SHANGHAI

Attendance, Kind = Participant.Attendance, HallReceipt.Kind
MARKS = frozenset({Attendance.PRESENT, Attendance.LATE, Attendance.ABSENT})
ACCEPTED, ALREADY, CONFLICT = "accepted", "already", "conflict"
LONGEST_NOTE = 2_000


@dataclass(frozen=True, slots=True)
class HallAct:
    """One act of a phone. `made_at` is the phone's clock, corrected by the difference it measured to ours.

    `about` is a participant (sign-in) or an agenda item (note, hands; None: the activity has no agenda). `seen` is the
    attendance, or the id of the count, that the phone believed to stand there.
    """

    nonce: UUID
    kind: str
    about: UUID | None
    made_at: datetime
    seen: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HallAnswer:
    """What became of an act. `stands` is what stands there now, where that differs from the act."""

    nonce: UUID
    result: str
    sentence: str = ""
    stands: Mapping[str, Any] | None = None


@transaction.atomic
def take_hall_acts(actor: Actor, *, activity: UUID, acts: Sequence[HallAct], at: datetime) -> list[HallAnswer]:
    """Take what a phone did without network, in the order it did it; sent again, everything stays as it is.

    1. Phones of one activity wait for each other.
    2. What has a receipt is answered `already`.
    3. Sign-ins are judged one by one and written together; then notes and counts, for which people must be there.

    Raises:
        NotVisible, NotPermitted: the actor may not record who comes.
        InvalidInput: more than 2,000 at once, or times without zone.
    """
    if len(acts) > MOST_ITEMS:
        raise InvalidInput({"acts": _("At most 2,000 acts at once. Send them in parts.")})
    if any(one.made_at.tzinfo is None for one in acts):
        raise InvalidInput({"acts": _("Send times with their zone, for example 2026-03-01T15:00:00+08:00.")})
    found = hall_of(actor, activity)
    if actor.account_id is None:
        raise NotPermitted(_("Only somebody signed in can do this."))
    take_turn(f"hall {activity}")
    found = hall_of(actor, activity)  # as it is now that those before are through
    with seeing_the_hall(actor, found):
        known = set(HallReceipt.objects.filter(pk__in=[one.nonce for one in acts]).values_list("pk", flat=True))
    open_list(actor, activity=activity, at=at)
    answers = {one.nonce: HallAnswer(one.nonce, ALREADY) for one in acts if one.nonce in known}
    fresh = [one for one in acts if one.nonce not in known]
    answers |= _take_sign_ins(actor, found, [one for one in fresh if one.kind == Kind.SIGN_IN], at)
    for one in fresh:
        if one.nonce not in answers:
            answers[one.nonce] = _take(actor, found, one, at)
    taken = {one.nonce: one for one in fresh if answers[one.nonce].result != CONFLICT}
    with seeing_the_hall(actor, found):
        HallReceipt.objects.bulk_create(
            HallReceipt(
                nonce=one.nonce,
                activity=found,
                kind=one.kind,
                account_id=actor.account_id,
                at=at,
            )
            for one in taken.values()
        )
    return [answers[one.nonce] for one in acts]


def _take_sign_ins(actor: Actor, activity: Activity, acts: Sequence[HallAct], at: datetime) -> dict[UUID, HallAnswer]:
    answers: dict[UUID, HallAnswer] = {}
    changed: dict[UUID, tuple[Participant, str]] = {}
    with seeing_the_hall(actor, activity):
        rows = {
            row.pk: row
            for row in Participant.objects.select_for_update(no_key=True)
            .filter(activity=activity, pk__in={one.about for one in acts})
            .order_by("pk")
        }
        for one in acts:
            row = rows.get(one.about) if one.about else None
            if row is None:
                answers[one.nonce] = HallAnswer(one.nonce, CONFLICT, _("This person is not on the list."))
                continue
            before = row.attendance
            answers[one.nonce] = _judged(activity, row, one, at)
            if answers[one.nonce].result == ACCEPTED:
                changed.setdefault(row.pk, (row, before))
                _mark(actor, row, one)
        Participant.objects.bulk_update(
            [row for row, _before in changed.values()],
            ["attendance", "signed_at", "signed_how", "signed_by", "nonce"],
        )
    if changed:
        record(
            actor,
            TICKED,
            at=at,
            subject=activity.pk,
            organisation=activity.organisation_id,
            organisation_path=activity.organisation_path,
            data={
                "participants": [str(key) for key in changed],
                "count": len(changed),
                "how": [Participant.How.OFFLINE.value],
                "decided": {
                    str(key): [before, row.attendance]
                    for key, (row, before) in changed.items()
                    if before != Attendance.UNKNOWN
                },
            },
        )
    return answers


def _mark(actor: Actor, row: Participant, one: HallAct) -> None:
    row.attendance = str(one.facts["attendance"])
    row.signed_at = one.made_at if row.came else None
    row.signed_how = Participant.How.OFFLINE
    row.signed_by, row.nonce = actor.account_id, one.nonce


def _judged(activity: Activity, row: Participant, one: HallAct, at: datetime) -> HallAnswer:
    """Accepted where the phone knew what stands there, already where it says the same, else a conflict."""
    wanted = str(one.facts.get("attendance", ""))
    if wanted not in MARKS:
        return HallAnswer(one.nonce, CONFLICT, _("It is not said whether the person came."))
    if row.attendance == wanted:
        return HallAnswer(one.nonce, ALREADY)
    sentence = _in_the_way(activity, one, at)
    if sentence:
        return HallAnswer(one.nonce, CONFLICT, sentence, person(row) | {"closed": activity.state != State.ANNOUNCED})
    if row.attendance not in {one.seen, Attendance.UNKNOWN}:
        when = f"{row.signed_at.astimezone(SHANGHAI):%H:%M}" if row.signed_at else ""
        said = _(
            "%(name)s: this phone says “%(mine)s”, the record says “%(theirs)s”%(when)s. Decide which is right."
        ) % {
            "name": row.name,
            "mine": Attendance(wanted).label,
            "theirs": row.get_attendance_display(),
            "when": _(" (%(time)s)") % {"time": when} if when else "",
        }
        return HallAnswer(one.nonce, CONFLICT, said, person(row))
    return HallAnswer(one.nonce, ACCEPTED)


def _in_the_way(activity: Activity, one: HallAct, at: datetime) -> str:
    if activity.state != State.ANNOUNCED:
        return wrong_state(activity)
    when = f"{one.made_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    if one.made_at > at + CLOCKS_MAY_DIFFER:
        return _("The clock of the phone is ahead: it says %(when)s. Set it to automatic and send again.") % {
            "when": when
        }
    if not activity.starts_at - OPENS <= one.made_at <= activity.ends_at + STAYS_OPEN + timedelta(minutes=1):
        return _("%(when)s is not during this activity. Look at the clock of the phone, or tick the person here.") % {
            "when": when
        }
    return ""


def _take(actor: Actor, activity: Activity, one: HallAct, at: datetime) -> HallAnswer:
    """A note or a count; a refusal undoes this act alone and becomes its sentence."""
    try:
        with transaction.atomic():
            if one.kind == Kind.NOTE:
                return _take_note(actor, activity, one, at)
            if one.kind == Kind.HANDS:
                return _take_hands(actor, activity, one, at)
    except Refusal as refusal:
        return HallAnswer(one.nonce, CONFLICT, _words_of(refusal))
    return HallAnswer(one.nonce, CONFLICT, _("It is not known what this act is. Update the page and send again."))


def _words_of(refusal: Refusal) -> str:
    if isinstance(refusal, InvalidInput):
        return " ".join(str(said) for sentences in refusal.fields.values() for said in sentences)
    return str(refusal)


def _item(actor: Actor, activity: Activity, one: HallAct, at: datetime) -> MinutesItem:
    """The item of the minutes that stands for the point of the agenda; where the point was removed, the first.

    A point that came to the agenda after the minutes were begun gets its item now.
    """
    minutes = begin_minutes(actor, activity=activity.pk, at=at)
    items = list(MinutesItem.objects.filter(minutes=minutes))
    found = next((item for item in items if one.about and item.agenda_item_id == one.about), None)
    if found is None and one.about:
        point = AgendaItem.objects.filter(activity=activity.pk, pk=one.about).first()
        found = add_item(actor, activity=activity.pk, title=point.title, point=point, at=at) if point else None
    if found is None and not items:
        raise InvalidInput({"": _("The minutes have no item left. Add one to the minutes, then send again.")})
    return found or items[0]


def _take_note(actor: Actor, activity: Activity, one: HallAct, at: datetime) -> HallAnswer:
    """Append the note; those of other phones stay beside it."""
    text = str(one.facts.get("text", "")).strip()[:LONGEST_NOTE]
    if not text:
        raise InvalidInput({"text": _("The note is empty.")})
    item = locked_item(actor, _item(actor, activity, one, at).pk)
    said = [
        Speech(given["name"], given["text"], UUID(given["member"]) if given["member"] else None)
        for given in item.speeches
    ]
    name = _("Note in the hall, %(when)s") % {"when": f"{one.made_at.astimezone(SHANGHAI):%H:%M}"}
    speeches = [*said, Speech(name, text)]
    write_item(actor, item=item.pk, version=item.version, speeches=speeches, decision=item.decision, at=at)
    return HallAnswer(one.nonce, ACCEPTED)


def _take_hands(actor: Actor, activity: Activity, one: HallAct, at: datetime) -> HallAnswer:
    """Enter the count, judged by who was there when it was taken, whenever it arrives.

    Where another phone counted the same question differently, both are shown.
    """
    given = one.facts
    item = _item(actor, activity, one, at)
    numbers = {name: int(given.get(name) or 0) for name in ("in_favour", "against", "abstained")}
    question = str(given.get("question", "")).strip() or item.title
    standing = Vote.objects.filter(item=item, question=question, method=COUNTED_BY_HANDS).order_by("-id").first()
    if standing is not None:
        if all(getattr(standing, name) == number for name, number in numbers.items()):
            return HallAnswer(one.nonce, ALREADY, standing.sum)
        if str(standing.pk) != one.seen:
            said = _(
                "“%(question)s”: this phone counted %(mine)s, the record says %(theirs)s "
                "(in favour, against, abstained)."
            ) % {
                "question": question,
                "mine": _row(numbers),
                "theirs": _row({name: getattr(standing, name) for name in numbers}),
            }
            return HallAnswer(one.nonce, CONFLICT, said, hands_shown(standing))
        remove_vote(actor, vote=standing.pk, at=at)
    count = Count(
        question=question[:200],
        kind=str(given.get("vote_kind", "")),
        method=COUNTED_BY_HANDS,
        counters=_counters(actor, activity, given.get("counters") or ()),
        in_favour=numbers["in_favour"],
        against=numbers["against"],
        abstained=numbers["abstained"],
        taken_at=min(one.made_at, at),
    )
    vote = enter_vote(actor, item=item.pk, count=count, at=at)
    return HallAnswer(one.nonce, ACCEPTED, vote.sum)


def _row(numbers: Mapping[str, int]) -> str:
    return " / ".join(str(numbers[name]) for name in ("in_favour", "against", "abstained"))


def _counters(actor: Actor, activity: Activity, participants: Iterable[str]) -> tuple[UUID, ...]:
    """The members whom the phone named as counters, in its order."""
    wanted = [UUID(str(one)) for one in participants]
    with seeing_the_hall(actor, activity):
        members = dict(Participant.objects.filter(activity=activity, pk__in=wanted).values_list("pk", "member_id"))
    return tuple(members[one] for one in wanted if one in members)
