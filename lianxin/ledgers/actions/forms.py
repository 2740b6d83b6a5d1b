"""Forms: written, looked at with what they cost, sent, closed. What the records hold is not asked again."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app as jobs

from lianxin.kernel.authz import Actor, require
from lianxin.kernel.errors import Changed, Conflict, InvalidInput, NotPermitted, NotVisible
from lianxin.kernel.events import EventType
from lianxin.kernel.events.record import record
from lianxin.kernel.time import day_of
from lianxin.ledgers.catalogue import Match, field_of, held_already
from lianxin.ledgers.events import FORM_CHANGED, FORM_CLOSED, FORM_DISCARDED, FORM_SENT, FORM_WRITTEN
from lianxin.ledgers.models import Question, Reply, ReportForm
from lianxin.ledgers.permissions import FORM_SEND, FORM_VIEW, FORM_WRITE
from lianxin.ledgers.queries.forms import AlsoAsked, also_asked, audience_of
from lianxin.ledgers.similar import sound_key
from lianxin.messaging.facade import Cost, Draft, cost_of_draft, send_notice, write_notice
from lianxin.organisations.facade import organisation_for

MINUTES = {"text": 3, "number": 1, "date": 1, "choice": 1, "file": 5}
"""What an answer takes. Source: our own choice; to be confirmed by timing some branches."""
MOST_QUESTIONS = 60
MOST_ASKED = 30
LONGEST_LABEL = 80
MOST_CHOICES = 20
LONGEST_TITLE = 120
LONGEST_TEXT = 10_000
SHORTEST_REASON = 4
LONGEST_REASON = 200
BATCH = 1000


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it was written. `held`: take it from there instead; `differs`: why it is another than that."""

    label: str
    kind: str = Question.Kind.TEXT
    choices: Sequence[str] = ()
    is_required: bool = True
    held: str = ""
    differs: str = ""


@dataclass(frozen=True, slots=True)
class FormDraft:
    """What a form says, whom it is for, and what it asks."""

    title: str
    text: str
    audience: str
    due_on: date
    since: date
    until: date
    questions: Sequence[Asked]
    kinds: Sequence[str] = ()
    picked: Collection[UUID] = ()


@dataclass(frozen=True, slots=True)
class Collision:
    """A question that asks for what is held: its position, its label, and what holds it."""

    position: int
    label: str
    match: Match
    url: str

    @property
    def sentence(self) -> str:
        """Why it is refused, where it stands, and what to do."""
        given = {"label": self.label, "held": self.match.label, "place": self.match.field.place}
        if self.match.is_same:
            return _("“%(label)s” is held already: %(held)s, at “%(place)s”. Take it from there.") % given
        return (
            _(
                "“%(label)s” seems to be held already: %(held)s, at “%(place)s”. Take it from there, or say what is"
                " different."
            )
            % given
        )


class AskedAlready(InvalidInput):
    """Some questions ask for what is held; `found` says which and where."""

    def __init__(self, found: Sequence[Collision], others: Mapping[str, Any]) -> None:
        super().__init__({**others, "questions": [one.sentence for one in found]})
        self.found = found


@dataclass(frozen=True, slots=True)
class Preview:
    """What a form costs if it goes out now, what it spares, and who asks the same."""

    cost: Cost | None
    asked: Sequence[Question]
    taken: Sequence[Question]
    saved_each: int
    saved_total: int
    organisations: int
    also: Mapping[int, Sequence[AlsoAsked]] = field(default_factory=dict)

    @property
    def seen(self) -> str:
        """What the sender saw: when it changes before sending, they look again."""
        return self.cost.seen if self.cost else f"{self.organisations}"


@transaction.atomic
def write_form(actor: Actor, *, organisation: UUID, draft: FormDraft, at: datetime) -> ReportForm:
    """Keep a new form as a draft; nobody gets it yet.

    Raises:
        NotVisible, NotPermitted: the organisation lies outside, or the actor may not write for it.
        AskedAlready: questions ask for what the records hold; each with its place.
        InvalidInput: something is missing or cannot be.
    """
    place = organisation_for(actor, organisation, FORM_WRITE)
    if actor.account_id is None:
        raise NotPermitted(_("A form is written by a person."))
    row = ReportForm(
        organisation=place,
        organisation_path=place.path,
        organisation_name=place.short_name,
        created_by_id=actor.account_id,
        created_at=at,
    )
    questions = _filled(row, draft, at)
    row.save(force_insert=True)
    Question.objects.bulk_create(questions)
    _tell(actor, FORM_WRITTEN, row, at)
    return row


@transaction.atomic
def change_form(actor: Actor, *, form: UUID, draft: FormDraft, version: int, at: datetime) -> ReportForm:
    """Change a draft.

    Raises:
        NotVisible, NotPermitted, AskedAlready, InvalidInput: as for `write_form`.
        Changed: somebody else changed it since the actor read that version.
        Conflict: it has gone out.
    """
    row = _locked(actor, form, FORM_WRITE)
    _check_draft(row)
    if row.version != version:
        raise Changed(_("Somebody changed this draft in the meantime. Open it again; what you wrote is still above."))
    questions = _filled(row, draft, at)
    row.version += 1
    row.save()
    row.questions.all().delete()
    Question.objects.bulk_create(questions)
    _tell(actor, FORM_CHANGED, row, at)
    return row


@transaction.atomic
def discard_form(actor: Actor, *, form: UUID, at: datetime) -> None:
    """Throw a draft away.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, or without the permission there.
        Conflict: it has gone out.
    """
    row = _locked(actor, form, FORM_WRITE)
    _check_draft(row)
    _tell(actor, FORM_DISCARDED, row, at)
    row.delete()


def preview_form(actor: Actor, form: ReportForm, *, at: datetime) -> Preview:
    """What the form costs each organisation and all of them, what it spares them, and who else asks the same.

    Raises:
        InvalidInput: the notice cannot go out like this (its day is over by now).
    """
    questions = list(form.questions.all())
    asked = [one for one in questions if not one.held]
    taken = [one for one in questions if one.held]
    cost = None
    if asked:
        cost = cost_of_draft(actor, organisation=form.organisation_id, draft=_notice(form, asked), at=at)
        organisations = cost.organisations
    else:
        organisations = audience_of(form, on=day_of(at)).count()
    saved = sum(one.minutes for one in taken)
    also = also_asked(form, questions, on=day_of(at)) if asked else {}
    return Preview(cost, asked, taken, saved, saved * organisations, organisations, also)


@transaction.atomic
def send_form(actor: Actor, *, form: UUID, version: int, seen: str, accepts_over: bool, at: datetime) -> ReportForm:
    """Send a form with the cost that the sender saw (`Preview.seen`); it goes out as a notice that opens it.

    A form that asks nothing goes to nobody: a job reads what the records hold for each organisation.

    Raises:
        NotVisible, NotPermitted: outside, or without the permission to send forms.
        Changed: the draft or its cost changed since the sender looked.
        Conflict: it has gone out already, or there is nobody to get it.
        InvalidInput: it puts organisations above the cap and the sender has not said that it must be.
    """
    row = _locked(actor, form, FORM_SEND)
    _check_draft(row)
    preview = preview_form(actor, row, at=at)
    if row.version != version or preview.seen != seen:
        raise Changed(_("The draft or those it goes to have changed since you looked. Look at the cost once more."))
    if not preview.organisations:
        raise Conflict(_("There is no organisation below yours that this form would go to."))
    row.state, row.sent_at = ReportForm.State.OPEN, at
    row.organisations = preview.organisations
    row.minutes_saved = preview.saved_each
    if preview.cost is not None:
        notice = write_notice(actor, organisation=row.organisation_id, draft=_notice(row, preview.asked), at=at)
        notice = send_notice(
            actor,
            notice=notice.pk,
            version=notice.version,
            seen=preview.cost.seen,
            accepts_over=accepts_over,
            at=at,
            link=reverse("ledgers:fill", args=[row.pk]),
        )
        row.notice = notice
        row.minutes_each, row.minutes_total = preview.cost.minutes_each, preview.cost.minutes_total
        for question in preview.asked:
            question.also_asked = sorted({one.title for one in preview.also.get(question.position, ())})
        Question.objects.bulk_update([one for one in preview.asked if one.also_asked], ["also_asked"])
    row.version += 1
    row.save()
    places = audience_of(row, on=day_of(at)).values_list("pk", "path")
    Reply.objects.bulk_create(
        (
            Reply(form=row, form_path=row.organisation_path, organisation_id=place, organisation_path=path)
            for place, path in places.iterator(chunk_size=BATCH)
        ),
        batch_size=BATCH,
    )
    if preview.cost is None:
        jobs.configure_task("ledgers.gather").defer(form_id=str(row.pk))
    data = {
        "organisations": row.organisations,
        "minutes": row.minutes_total,
        "asked": len(preview.asked),
        "not_asked": len(preview.taken),
        "minutes_saved": preview.saved_total,
    }
    _tell(actor, FORM_SENT, row, at, data=data)
    return row


@transaction.atomic
def close_form(actor: Actor, *, form: UUID, at: datetime) -> ReportForm:
    """Take no more answers.

    Raises:
        NotVisible, NotPermitted: outside, or without the permission to send forms.
        Conflict: it is a draft, or closed already.
    """
    row = _locked(actor, form, FORM_SEND)
    if row.state != ReportForm.State.OPEN:
        raise Conflict(_("Only a form that is open can be closed."))
    row.state, row.closed_at = ReportForm.State.CLOSED, at
    row.version += 1
    row.save(update_fields=["state", "closed_at", "version"])
    _tell(actor, FORM_CLOSED, row, at)
    return row


def _notice(form: ReportForm, asked: Sequence[Question]) -> Draft:
    return Draft(
        title=form.title,
        text=form.text,
        audience=form.audience,
        kinds=list(form.kinds),
        picked=[UUID(one) for one in form.picked],
        due_on=form.due_on,
        asked=[(one.label, one.minutes) for one in asked],
        is_form=True,
    )


def _filled(row: ReportForm, draft: FormDraft, at: datetime) -> list[Question]:
    """Put the draft into the row and give back its questions.

    Raises:
        AskedAlready, InvalidInput: sentences by field.
    """
    wrong: dict[str, Any] = _wrong_facts(draft, at)
    row.title, row.text, row.due_on = draft.title.strip(), draft.text.strip(), draft.due_on
    row.since, row.until = draft.since, draft.until
    wrong |= _put_audience(row, draft, at)
    questions, faults, found_held = _questions(row, draft.questions)
    if faults:
        wrong["questions"] = faults
    if found_held and not faults:
        raise AskedAlready(found_held, wrong)
    if wrong:
        raise InvalidInput(wrong)
    return questions


def _wrong_facts(draft: FormDraft, at: datetime) -> dict[str, Any]:
    wrong = {}
    if not draft.title.strip() or len(draft.title) > LONGEST_TITLE:
        wrong["title"] = _("Give the form a title of at most 120 characters.")
    if not draft.text.strip() or len(draft.text) > LONGEST_TEXT:
        wrong["text"] = _("Say in a few sentences what the answers are for.")
    if draft.due_on < day_of(at):
        wrong["due_on"] = _("This day is over. Choose today or a later day.")
    if draft.until < draft.since:
        wrong["until"] = _("The last day lies before the first. Choose a later one.")
    return wrong


def _put_audience(row: ReportForm, draft: FormDraft, at: datetime) -> dict[str, Any]:
    """Put whom it is for into the row, and say what is wrong with it."""
    row.audience, row.kinds, row.picked = draft.audience, [], []
    if draft.audience == ReportForm.Audience.KINDS:
        row.kinds = sorted(set(draft.kinds))
        return {} if row.kinds else {"kinds": _("Choose at least one kind of organisation.")}
    if draft.audience == ReportForm.Audience.PICKED:
        row.picked = sorted(str(one) for one in draft.picked)
        found = audience_of(row, on=day_of(at)).count()
        if not found or found != len(set(draft.picked)):
            return {"picked": _("Name at least one organisation, and only ones below your own.")}
        return {}
    known = draft.audience in ReportForm.Audience.values
    return {} if known else {"audience": _("Choose whom the form is for.")}


def _questions(row: ReportForm, asked: Sequence[Asked]) -> tuple[list[Question], list[str], list[Collision]]:
    """The questions, what is wrong with them, and those that ask for what is held."""
    questions: list[Question] = []
    faults: list[str] = []
    collisions: list[Collision] = []
    sounds: dict[str, str] = {}
    for position, one in enumerate(asked, 1):
        fault = _fault(one)
        sound = sound_key(one.label)
        if not fault and sound in sounds:
            fault = _("“%(label)s” is asked twice in this form: see “%(other)s”. Leave one out.") % {
                "label": one.label,
                "other": sounds[sound],
            }
        if fault:
            faults.append(fault)
            continue
        sounds[sound] = one.label
        match = field_of(one.held) if one.held else None
        if match is None:
            collision = _collision(row, position, one)
            if collision is not None:
                collisions.append(collision)
                continue
        questions.append(_question(row, position, one, sound, match))
    if not asked:
        faults.append(_("Ask at least one thing: one on each line."))
    if len(asked) > MOST_QUESTIONS or sum(not one.held for one in questions) > MOST_ASKED:
        faults.append(_("A form asks at most 30 things, and names at most 60. Leave some out."))
    return questions, faults, collisions


def _collision(row: ReportForm, position: int, one: Asked) -> Collision | None:
    match = held_already(one.label)
    if match is None or (not match.is_same and len(one.differs.strip()) >= SHORTEST_REASON):
        return None
    return Collision(position, one.label, match, match.url(row.organisation_id))


def _question(row: ReportForm, position: int, one: Asked, sound: str, match: Match | None) -> Question:
    is_asked = match is None
    return Question(
        form=row,
        position=position,
        label=one.label.strip(),
        sound=sound,
        kind=one.kind if is_asked else Question.Kind.TEXT,
        choices=list(one.choices) if is_asked else [],
        is_required=one.is_required and one.kind != Question.Kind.FILE,
        minutes=MINUTES[one.kind] if match is None else match.field.minutes,
        held="" if match is None else match.key,
        differs=one.differs.strip()[:LONGEST_REASON] if is_asked and held_already(one.label) else "",
    )


def _fault(one: Asked) -> str:
    given = {"label": one.label}
    if not one.label.strip() or len(one.label) > LONGEST_LABEL:
        return _("“%(label)s”: a question has at most 80 characters.") % given
    if one.kind not in Question.Kind.values:
        return _("“%(label)s”: its kind is text, number, date, choice or file.") % given
    if one.kind == Question.Kind.CHOICE and not 1 < len(set(one.choices)) <= MOST_CHOICES:
        return _("“%(label)s”: name between 2 and 20 choices, separated by slashes.") % given
    return ""


def _check_draft(row: ReportForm) -> None:
    if row.state != ReportForm.State.DRAFT:
        raise Conflict(_("The form has gone out. It can be closed, not changed."))


def _locked(actor: Actor, form: UUID, permission: str) -> ReportForm:
    row = ReportForm.objects.select_for_update(of=("self",)).filter(pk=form).first()
    if row is None:
        raise NotVisible(_("There is no such form, or it is not in your organisations."))
    require(actor, permission, row.organisation_path, seen_by=FORM_VIEW)
    return row


def _tell(
    actor: Actor, kind: EventType, row: ReportForm, at: datetime, *, data: Mapping[str, Any] | None = None
) -> None:
    record(
        actor,
        kind,
        at=at,
        subject=row.pk,
        organisation=row.organisation_id,
        organisation_path=row.organisation_path,
        data={"title": row.title, "url": row.get_absolute_url(), **(data or {})},
    )
