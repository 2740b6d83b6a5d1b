"""Entering a vote: counts of two counters, or voices by name; judged by the rule of the day of the meeting."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lianxin.activities.actions.minutes import locked_item, locked_minutes, tell
from lianxin.activities.events import VOTE_REMOVED, VOTE_TAKEN
from lianxin.activities.models import Activity, MinutesItem, Vote, VoteKind, VoteVoice, vote_kinds_for, vote_methods
from lianxin.activities.queries.minutes import Presence, presence_of
from lianxin.kernel.authz import Actor
from lianxin.kernel.errors import InvalidInput, NotPermitted, NotVisible, Sentence
from lianxin.kernel.time import day_of
from lianxin.rules.facade import InvalidCount, Outcome, judge_vote

Choice = VoteVoice.Choice


@dataclass(frozen=True, slots=True)
class Count:
    """What was counted. With a recorded vote `voices` has every voter who came, and the three numbers follow from it.

    `present` None means: those who had come by `taken_at`, by the records; another number is given where somebody had
    left. `taken_at` None means: now.
    """

    question: str
    kind: str
    method: str
    present: int | None = None
    in_favour: int = 0
    against: int = 0
    abstained: int = 0
    invalid: int = 0
    written_in_favour: int = 0
    counters: tuple[UUID, ...] = ()
    voices: Mapping[UUID, str] = field(default_factory=dict)
    taken_at: datetime | None = None


@transaction.atomic
def enter_vote(actor: Actor, *, item: UUID, count: Count, at: datetime) -> Vote:
    """Enter a vote at an item of draft minutes, with what the rule of that day says of it.

    How many are entitled to vote is taken from the records of the activity, never typed.

    Raises:
        NotVisible, NotPermitted: the actor may not write there. Conflict: the minutes are confirmed.
        InvalidInput: impossible numbers, counters missing or the same, voices of people who may not vote.
    """
    found = locked_item(actor, item)
    if actor.account_id is None:
        raise NotPermitted(_("Only somebody signed in can do this."))
    presence = presence_of(found.minutes.activity)
    taken_at = count.taken_at or at
    counted = _checked(count, presence, found.minutes.activity)
    outcome = _judged(counted, presence, found.minutes.activity)
    vote = Vote.objects.create(
        item=found,
        question=counted.question.strip()[:200],
        kind=counted.kind,
        method=counted.method,
        eligible=presence.voters,
        present=counted.present or 0,
        came=presence.voters_there(taken_at),
        in_favour=counted.in_favour,
        against=counted.against,
        abstained=counted.abstained,
        invalid=counted.invalid,
        written_in_favour=counted.written_in_favour,
        counter_one_id=counted.counters[0] if counted.counters else None,
        counter_two_id=counted.counters[1] if counted.counters else None,
        is_quorate=outcome.quorate,
        is_passed=outcome.passed,
        sum=str(outcome.sum),
        rules=[f"{rule.id}@{rule.valid_from or ''}"[:120] for rule in outcome.rules],
        taken_at=taken_at,
        taken_by_id=actor.account_id,
    )
    VoteVoice.objects.bulk_create(
        VoteVoice(vote=vote, member_id=member, choice=choice) for member, choice in counted.voices.items()
    )
    tell(
        actor, VOTE_TAKEN, found.minutes, at=at, data={"item": found.title, "question": vote.question, "sum": vote.sum}
    )
    return vote


@transaction.atomic
def remove_vote(actor: Actor, *, vote: UUID, at: datetime) -> MinutesItem:
    """Remove a vote that was entered wrongly, to enter it anew; the log keeps what stood there.

    Raises:
        NotVisible, NotPermitted: the actor may not write there. Conflict: the minutes are confirmed.
    """
    found = Vote.objects.select_related("item__minutes").filter(pk=vote).first()
    if found is None:
        raise NotVisible(_("There is no such record, or it is not in your organisations."))
    minutes = locked_minutes(actor, found.item.minutes.activity_id)
    data = {"item": found.item.title, "question": found.question, "sum": found.sum}
    found.voices.all().delete()
    found.delete()
    tell(actor, VOTE_REMOVED, minutes, at=at, data=dict(data))
    return found.item


def faults_of(count: Count, presence: Presence, activity: Activity) -> dict[str, Sentence]:
    """Everything wrong with a count, by field, at once; empty where it can be entered.

    Where one number makes others impossible, it alone is named.
    """
    method = vote_methods().get(count.method)
    wrong: dict[str, Sentence] = {}
    if not count.question.strip():
        wrong["question"] = _("Write what is voted on.")
    if not vote_kinds_for(activity.kinds):
        wrong["kind"] = _("Nothing is decided by a counted vote at an activity of this kind. Write the decision.")
    elif count.kind not in vote_kinds_for(activity.kinds):
        wrong["kind"] = _("Choose by which rule the vote is judged.")
    if method is None:
        wrong["method"] = _("Choose how it was voted.")
    elif method.counted:
        wrong |= _wrong_counters(count, presence)
    else:
        wrong |= _wrong_voices(count, presence)
    return wrong | _wrong_numbers(_made_whole(count, presence), presence)


def _checked(count: Count, presence: Presence, activity: Activity) -> Count:
    """The count made whole, or a refusal that says everything wrong with it."""
    wrong = faults_of(count, presence, activity)
    if wrong:
        raise InvalidInput(wrong)
    return _made_whole(count, presence)


def _made_whole(count: Count, presence: Presence) -> Count:
    """The count with `present` from the records where none is given, and numbers from the voices."""
    there = presence.voters_there(count.taken_at) if count.taken_at else presence.voters_present
    present = there if count.present is None else count.present
    method = vote_methods().get(count.method)
    if method is None or method.counted:
        return replace(count, present=present, voices={})
    said = Counter(count.voices.values())
    return replace(
        count,
        present=present,
        in_favour=said[Choice.IN_FAVOUR],
        against=said[Choice.AGAINST],
        abstained=said[Choice.ABSTAINED],
        counters=(),
    )


def _wrong_counters(count: Count, presence: Presence) -> dict[str, Sentence]:
    there = {one.member_id for one in (*presence.present, *presence.others)}
    if len(count.counters) != 2:  # noqa: PLR2004 - two persons count
        return {"counter_one": _("Name both counters: two persons count.")}
    if count.counters[0] == count.counters[1]:
        return {"counter_two": _("Choose another person: two persons count.")}
    if not set(count.counters) <= there:
        return {"counter_one": _("The counters must be among those who came.")}
    return {}


def _wrong_voices(count: Count, presence: Presence) -> dict[str, Sentence]:
    """Nobody's voice is assumed: whoever was there is marked, as having voted or as not having voted."""
    came = {one.member_id: one.name for one in presence.present if one.may_vote}
    if not count.voices.keys() <= came.keys():
        return {"voices": _("Only members entitled to vote who came can have a voice.")}
    silent = [name for member, name in came.items() if count.voices.get(member) not in Choice.values]
    if silent:
        names = pgettext("between names", ", ").join(silent)
        return {
            "voices": _("Mark for each of them how they voted, or that they did not vote: %(names)s.")
            % {"names": names}
        }
    return {}


def _wrong_numbers(count: Count, presence: Presence) -> dict[str, Sentence]:
    present, voters = count.present or 0, presence.voters
    if not voters:
        return {"": _("Nobody invited to this activity is entitled to vote. Check the list of participants first.")}
    if present > voters:
        return {
            "present": _("%(present)s present is more than the %(eligible)s entitled to vote. Correct the number.")
            % {"present": present, "eligible": voters}
        }
    wrong: dict[str, Sentence] = {}
    cast = count.in_favour + count.against + count.abstained + count.invalid
    if count.in_favour > present:
        wrong["in_favour"] = _("%(votes)s in favour is more than the %(present)s present. Count again.") % {
            "votes": count.in_favour,
            "present": present,
        }
    elif cast > present:
        wrong["against"] = _("Together %(cast)s votes were counted, but only %(present)s are present. Count again.") % {
            "cast": cast,
            "present": present,
        }
    if count.written_in_favour and count.kind != VoteKind.ADMISSION:
        wrong["written_in_favour"] = _(
            "Opinions in writing count at admissions and conversions only. Leave this empty for other votes."
        )
    elif count.written_in_favour > voters - present:
        wrong["written_in_favour"] = _(
            "%(written)s opinions in writing is more than the %(absent)s who are absent. Correct the number."
        ) % {"written": count.written_in_favour, "absent": voters - present}
    return wrong


def _judged(count: Count, presence: Presence, activity: Activity) -> Outcome:
    """What the rule says; numbers that it finds impossible are said at the field where they stand."""
    try:
        return judge_vote(
            count.kind,
            eligible=presence.voters,
            present=count.present or 0,
            in_favour=count.in_favour,
            written_in_favour=count.written_in_favour,
            on=day_of(activity.starts_at),
        )
    except InvalidCount as refusal:
        field_name = "written_in_favour" if count.written_in_favour else "in_favour"
        raise InvalidInput({field_name: str(refusal)}) from refusal
