"""Entering a vote: counts of two counters, or voices by name; judged by the rule of the day of the meeting."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.activities.actions.minutes import locked_item, locked_minutes, tell
from lianxin.activities.events import VOTE_REMOVED, VOTE_TAKEN
from lianxin.activities.models import Minutes, MinutesItem, Vote, VoteKind, VoteVoice, vote_methods
from lianxin.activities.queries.minutes import Presence, presence_of
from lianxin.kernel.authz import Actor
from lianxin.kernel.errors import InvalidInput, NotPermitted, NotVisible, Sentence
from lianxin.kernel.time import day_of
from lianxin.rules.facade import InvalidCount, Outcome, judge_vote

Choice = VoteVoice.Choice


@dataclass(frozen=True, slots=True)
class Count:
    """What was counted. With a recorded vote `voices` says it, and the three numbers follow from it.

    `present` None means: those who came, by the records; another number is given where somebody had left.
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
    counted = _counted(count, presence)
    outcome = _judged(counted, presence, found.minutes)
    vote = Vote.objects.create(
        item=found,
        question=counted.question.strip()[:200],
        kind=counted.kind,
        method=counted.method,
        eligible=presence.voters,
        present=counted.present or 0,
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
        taken_at=at,
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


def _counted(count: Count, presence: Presence) -> Count:
    """The count made whole: numbers from the voices, `present` from the records; or what is wrong with it, by field."""
    method = vote_methods().get(count.method)
    wrong: dict[str, Sentence] = {}
    if not count.question.strip():
        wrong["question"] = _("Write what is voted on.")
    if count.kind not in VoteKind.values:
        wrong["kind"] = _("Choose by which rule the vote is judged.")
    if method is None:
        wrong["method"] = _("Choose how it was voted.")
    elif method.counted:
        wrong |= _wrong_counters(count, presence)
    voices = dict(count.voices)
    present = presence.voters_present if count.present is None else count.present
    if method is not None and not method.counted:
        came = {one.member_id for one in presence.present if one.may_vote}
        if not voices or any(choice not in Choice.values for choice in voices.values()):
            wrong["voices"] = _("Mark for each voter how they voted.")
        elif not voices.keys() <= came:
            wrong["voices"] = _("Only members entitled to vote who came can have a voice.")
        numbers = {choice: sum(one == choice for one in voices.values()) for choice in Choice.values}
    else:
        voices = {}
        numbers = {
            Choice.IN_FAVOUR: count.in_favour,
            Choice.AGAINST: count.against,
            Choice.ABSTAINED: count.abstained,
        }
    if wrong:
        raise InvalidInput(wrong)
    return Count(
        question=count.question,
        kind=count.kind,
        method=count.method,
        present=present,
        in_favour=numbers[Choice.IN_FAVOUR],
        against=numbers[Choice.AGAINST],
        abstained=numbers[Choice.ABSTAINED],
        invalid=count.invalid,
        written_in_favour=count.written_in_favour,
        counters=count.counters if method is not None and method.counted else (),
        voices=voices,
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


def _judged(count: Count, presence: Presence, minutes: Minutes) -> Outcome:
    """What the rule says; impossible numbers are said at the field where they stand."""
    present = count.present or 0
    if not presence.voters:
        raise InvalidInput(
            {"": _("Nobody invited to this activity is entitled to vote. Check the list of participants first.")}
        )
    if present > presence.voters:
        raise InvalidInput(
            {
                "present": _("%(present)s present is more than the %(eligible)s entitled to vote. Correct the number.")
                % {"present": present, "eligible": presence.voters}
            }
        )
    if count.in_favour > present:
        raise InvalidInput(
            {
                "in_favour": _("%(votes)s in favour is more than the %(present)s present. Count again.")
                % {"votes": count.in_favour, "present": present}
            }
        )
    cast = count.in_favour + count.against + count.abstained + count.invalid
    if cast > present:
        raise InvalidInput(
            {
                "against": _("Together %(cast)s votes were counted, but only %(present)s are present. Count again.")
                % {"cast": cast, "present": present}
            }
        )
    if count.written_in_favour > presence.voters - present:
        raise InvalidInput(
            {
                "written_in_favour": _(
                    "%(written)s opinions in writing is more than the %(absent)s who are absent. Correct the number."
                )
                % {"written": count.written_in_favour, "absent": presence.voters - present}
            }
        )
    try:
        return judge_vote(
            count.kind,
            eligible=presence.voters,
            present=present,
            in_favour=count.in_favour,
            written_in_favour=count.written_in_favour,
            on=day_of(minutes.activity.starts_at),
        )
    except InvalidCount as refusal:
        field_name = "written_in_favour" if count.written_in_favour else "in_favour"
        raise InvalidInput({field_name: str(refusal)}) from refusal
