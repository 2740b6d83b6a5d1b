"""The grades that a meeting decided, and what the members say to them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from lianxin.appraisals import messages
from lianxin.appraisals.actions.rounds import locked_round, tell
from lianxin.appraisals.events import ANSWERED, CONFIRMED, GRADED, OBJECTED
from lianxin.appraisals.models import Outcome, PaperCount, Round
from lianxin.appraisals.permissions import ANSWER, GRADE, VIEW
from lianxin.appraisals.queries.taking_part import own_participant
from lianxin.kernel.authz import Actor, require
from lianxin.kernel.errors import Conflict, InvalidInput, NotVisible, Sentence
from lianxin.kernel.events import EventType
from lianxin.kernel.events.record import record
from lianxin.kernel.time import day_of
from lianxin.messaging.facade import secretaries_of, send
from lianxin.rules.facade import code_table, shown_date

LONGEST_NOTE = 2000


@dataclass(frozen=True, slots=True)
class Decision:
    """Which meeting decided: its day, its kind, where its minutes lie, the activity it was planned as."""

    decided_on: date
    decided_by: str
    minutes_reference: str
    activity_id: UUID | None = None


@transaction.atomic
def record_grades(
    actor: Actor, *, round_id: UUID, decision: Decision, grades: Mapping[UUID, tuple[str, str]], at: datetime
) -> Round:
    """Record what the meeting decided: grade and note by participant; a later meeting may decide anew.

    Nothing is computed and nothing refused for its grade: what is unusual is said by `queries.results.remarks`. A
    changed grade has to be signed again.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, or without the permission there.
        InvalidInput: an unknown grade or person, no minutes, a day in the future or before the sheets were counted.
        Conflict: the sheets were not counted yet, or the appraisal was withdrawn.
    """
    held = locked_round(actor, round_id, GRADE)
    if held.state not in {Round.State.COUNTED, Round.State.FINISHED}:
        raise Conflict(_("Close and count the sheets first; then the meeting decides."))
    participants = {one.pk: one for one in held.participants.all()}
    _check(held, decision, grades, set(participants), day_of(at))
    present = {one.participant_id: one for one in held.outcomes.select_for_update()}
    changes: dict[str, tuple[str, str]] = {}
    for key, (grade, note) in grades.items():
        old = present.get(key)
        said = note.strip()[:LONGEST_NOTE]
        if old is None:
            one = participants[key]
            Outcome.objects.create(
                round=held,
                organisation_path=held.organisation_path,
                participant=one,
                member_id=one.member_id,
                grade=grade,
                note=said,
            )
        elif (old.grade, old.note) != (grade, said):
            if old.grade != grade:
                changes[str(key)] = (old.grade, grade)
                old.signature, old.signed_at = Outcome.Signature.NONE, None
            old.grade, old.note = grade, said
            old.save(update_fields=["grade", "note", "signature", "signed_at"])
    told = [participants[key].member_id for key in grades if key not in present or str(key) in changes]
    held.decided_on, held.decided_by = decision.decided_on, decision.decided_by
    held.minutes_reference, held.activity_id = decision.minutes_reference.strip(), decision.activity_id
    counted = Counter(held.outcomes.values_list("grade", flat=True))
    for one_grade in code_table("appraisal_grades"):
        setattr(held, one_grade.key, counted[one_grade.key])
    held.save()
    tell(
        actor,
        GRADED,
        held,
        at=at,
        effective_on=decision.decided_on,
        document_no=held.minutes_reference[:80],
        changes=changes,
        data={"decided_by": decision.decided_by, "graded": len(grades)},
    )
    send(
        actor,
        messages.GRADED,
        to_members=told,
        title=str(held),
        text=_("The meeting decided your grade. Read it, and sign it or object."),
        link=reverse("own_appraisals:index"),
        organisation=held.organisation_id,
        organisation_path=held.organisation_path,
        subject=held.id,
        at=at,
    )
    return held


def _check(
    held: Round, decision: Decision, grades: Mapping[UUID, tuple[str, str]], participants: set[UUID], today: date
) -> None:
    wrong: dict[str, Sentence] = {}
    earliest = _counted_on(held)
    if not earliest <= decision.decided_on <= today:
        wrong["decided_on"] = _(
            "Choose the day of the meeting: not in the future, and not before %(day)s, when the sheets were counted."
        ) % {"day": shown_date(earliest)}
    if decision.decided_by not in Round.Body.values:
        wrong["decided_by"] = _("Say whether the committee meeting or the general meeting decided.")
    if not decision.minutes_reference.strip():
        wrong["minutes_reference"] = _("Say where the decision is written: minutes with their day, or document number.")
    known = {one.key for one in code_table("appraisal_grades")}
    if not grades or not grades.keys() <= participants or not {grade for grade, _note in grades.values()} <= known:
        wrong[""] = _("Choose one of the four grades for each member who takes part.")
    if wrong:
        raise InvalidInput(wrong)


def _counted_on(held: Round) -> date:
    """From when a meeting could decide: the count, or that of the paper sheets, which the meeting itself may make.

    Source: BRANCH 18: the grade is proposed from the result of the review.
    """
    paper = PaperCount.objects.filter(round=held).values_list("counted_on", flat=True).first()
    counted = paper or (day_of(held.counted_at) if held.counted_at is not None else held.as_of)
    return max(held.as_of, counted)


@transaction.atomic
def confirm_grade(actor: Actor, *, round_id: UUID, at: datetime) -> Outcome:
    """Sign one's own grade.

    Raises:
        NotVisible: the actor takes no part, or no grade is recorded yet. Conflict: it was signed.
    """
    mine = _own_outcome(actor, round_id)
    if mine.signature == Outcome.Signature.CONFIRMED:
        raise Conflict(_("You signed this grade."))
    mine.signature, mine.signed_at = Outcome.Signature.CONFIRMED, at
    mine.save(update_fields=["signature", "signed_at"])
    _tell_of_own(actor, CONFIRMED, mine, at)
    return mine


@transaction.atomic
def object_to_grade(actor: Actor, *, round_id: UUID, text: str, at: datetime) -> Outcome:
    """Object to one's own grade in words; the secretary answers, and the committee above sees it.

    Raises:
        NotVisible: the actor takes no part, or no grade is recorded yet.
        InvalidInput: no text. Conflict: it was signed, or an objection waits for its answer.
    """
    mine = _own_outcome(actor, round_id)
    said = text.strip()
    if not said or len(said) > LONGEST_NOTE:
        raise InvalidInput(
            {"objection": _("Say in up to %(most)d characters what you object to.") % {"most": LONGEST_NOTE}}
        )
    if mine.signature != Outcome.Signature.NONE:
        raise Conflict(_("You signed this grade, or your objection is with the secretary."))
    mine.signature, mine.signed_at = Outcome.Signature.OBJECTED, at
    mine.objection, mine.answer, mine.answered_by, mine.answered_at = said, "", "", None
    mine.save(update_fields=["signature", "signed_at", "objection", "answer", "answered_by", "answered_at"])
    place = _tell_of_own(actor, OBJECTED, mine, at)
    send(
        actor,
        messages.OBJECTED,
        to_accounts=secretaries_of([place]),
        title=_("A member objects to the grade in the appraisal"),
        text=_("Read the objection and answer it. The committee above can read both."),
        link=reverse("appraisals:answer", args=[mine.pk]),
        organisation=place,
        organisation_path=mine.organisation_path,
        subject=mine.pk,
        at=at,
    )
    return mine


@transaction.atomic
def answer_objection(actor: Actor, *, outcome: UUID, answer: str, at: datetime) -> Outcome:
    """Answer an objection; the member may then sign. A changed grade is recorded as the decision of a meeting.

    Whoever signed in the meantime, the objection notwithstanding, stays signed.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, or without the permission there.
        InvalidInput: no answer. Conflict: nobody objects, or it was answered.
    """
    found = Outcome.objects.select_for_update().filter(pk=outcome).first()
    if found is None:
        raise NotVisible(_("There is no such record, or it is not in your organisations."))
    require(actor, ANSWER, found.organisation_path, seen_by=VIEW)
    said = answer.strip()
    if not said or len(said) > LONGEST_NOTE:
        raise InvalidInput({"answer": _("Write an answer of up to %(most)d characters.") % {"most": LONGEST_NOTE}})
    if not found.objection or found.answered_at is not None:
        raise Conflict(_("There is no objection here that waits for an answer."))
    found.answer, found.answered_by, found.answered_at = said, actor.name, at
    if found.signature == Outcome.Signature.OBJECTED:
        found.signature = Outcome.Signature.NONE
    has_signed = found.signature == Outcome.Signature.CONFIRMED
    found.save(update_fields=["answer", "answered_by", "answered_at", "signature"])
    place = _tell_of_own(actor, ANSWERED, found, at)
    send(
        actor,
        messages.OBJECTED,
        to_members=[found.member_id],
        title=_("Your objection is answered"),
        text=_("Read the answer.") if has_signed else _("Read the answer; you may then sign, or object again."),
        link=reverse("own_appraisals:index"),
        organisation=place,
        organisation_path=found.organisation_path,
        subject=found.pk,
        at=at,
    )
    return found


def _own_outcome(actor: Actor, round_id: UUID) -> Outcome:
    mine = own_participant(actor, round_id)
    found = Outcome.objects.select_for_update().filter(participant=mine).first()
    if found is None:
        raise NotVisible(_("No grade is recorded for you yet."))
    return found


def _tell_of_own(actor: Actor, kind: EventType, mine: Outcome, at: datetime) -> UUID:
    place = Round.objects.get(pk=mine.round_id).organisation_id
    record(
        actor,
        kind,
        at=at,
        subject=mine.member_id,
        organisation=place,
        organisation_path=mine.organisation_path,
        data={"round": str(mine.round_id)},
    )
    return place
