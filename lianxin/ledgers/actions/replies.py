"""Filling in a form: drafts are kept, held values are taken from the records when the answers are sent."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.files.facade import attachment_content, keep_attachment, remove_attachment
from lianxin.kernel.authz import Actor, require
from lianxin.kernel.edge.uploads import Accepted
from lianxin.kernel.errors import Changed, Conflict, InvalidInput, NotPermitted, NotVisible
from lianxin.kernel.events.record import record
from lianxin.ledgers.events import FORM_CLOSED, REPLY_SENT, REPLY_TAKEN_BACK
from lianxin.ledgers.models import Question, Reply, ReplyFile, ReportForm
from lianxin.ledgers.permissions import FILL, FORM_VIEW
from lianxin.ledgers.queries.forms import reply_for, sees_answers, works_there
from lianxin.ledgers.queries.taken import taken_values

LONGEST_ANSWER = 2000
Answers = Mapping[str, str]
Files = Mapping[str, Accepted]


@transaction.atomic
def save_reply(
    actor: Actor, *, reply: UUID, answers: Answers, version: int, at: datetime, files: Files | None = None
) -> Reply:
    """Keep answers as a draft, complete or not. `answers` maps the ids of questions to what was written.

    Raises:
        NotVisible, NotPermitted: not the actor's organisation, or without the permission there.
        Changed: somebody else wrote in the meantime.
        Conflict: it was sent, or the form was closed.
    """
    row = _locked(actor, reply)
    _check_open(row)
    if row.version != version:
        raise Changed(_("Somebody else of your organisation wrote here in the meantime. Open it again and compare."))
    asked = {str(one.pk): one for one in row.form.questions.filter(held="")}
    row.answers = {
        key: str(value).strip()[:LONGEST_ANSWER]
        for key, value in answers.items()
        if key in asked and asked[key].kind != Question.Kind.FILE and str(value).strip()
    }
    for key, upload in (files or {}).items():
        if key in asked and asked[key].kind == Question.Kind.FILE:
            _keep_file(actor, row, asked[key], upload, at)
    row.state, row.saved_at = Reply.State.DRAFT, at
    row.version += 1
    row.save(update_fields=["answers", "state", "saved_at", "version"])
    return row


@transaction.atomic
def send_reply(actor: Actor, *, reply: UUID, version: int, at: datetime) -> Reply:
    """Send the kept answers, with what the records hold at this instant.

    Raises:
        NotVisible, NotPermitted, Changed, Conflict: as for `save_reply`.
        InvalidInput: answers are missing or are no numbers or days; by question.
    """
    row = _locked(actor, reply)
    _check_open(row)
    if row.version != version:
        raise Changed(_("Somebody else of your organisation wrote here in the meantime. Open it again and compare."))
    wrong = {}
    for question in row.form.questions.filter(held=""):
        sentence = _wrong(question, row.answers.get(str(question.pk), ""))
        if sentence:
            wrong[str(question.pk)] = sentence
    if wrong:
        raise InvalidInput(wrong)
    row.taken = taken_values(actor, row)
    row.state, row.sent_at = Reply.State.SENT, at
    row.sent_by_id, row.sent_by_name = actor.account_id, actor.name
    row.version += 1
    row.save(update_fields=["taken", "state", "sent_at", "sent_by", "sent_by_name", "version"])
    _tell(actor, REPLY_SENT, row, at)
    return row


@transaction.atomic
def take_back_reply(actor: Actor, *, reply: UUID, at: datetime) -> Reply:
    """Open sent answers again to mend them, as long as the form is open.

    Raises:
        NotVisible, NotPermitted: as for `save_reply`.
        Conflict: they were not sent, or the form was closed.
    """
    row = _locked(actor, reply)
    if row.form.state != ReportForm.State.OPEN or row.state != Reply.State.SENT:
        raise Conflict(_("Only answers to a form that is still open can be taken back. Ask who sent the form."))
    row.state, row.sent_at, row.sent_by, row.sent_by_name, row.taken = Reply.State.DRAFT, None, None, "", {}
    row.version += 1
    row.save(update_fields=["taken", "state", "sent_at", "sent_by", "sent_by_name", "version"])
    _tell(actor, REPLY_TAKEN_BACK, row, at)
    return row


def gather(actor: Actor, *, form: UUID, at: datetime) -> int:
    """Answer a form that asks nothing from the records, organisation by organisation; how many there were.

    Each organisation is a transaction, so that a long run that was stopped goes on where it was.
    """
    count = 0
    while True:
        with transaction.atomic():
            waiting = Reply.objects.select_for_update(skip_locked=True, of=("self",)).select_related(
                "form", "organisation"
            )
            row = waiting.filter(form=form, state=Reply.State.WAITING, form__notice__isnull=True).first()
            if row is None:
                break
            row.taken = taken_values(actor, row)
            row.state, row.sent_at, row.sent_by_name = Reply.State.SENT, at, ""
            row.version += 1
            row.save(update_fields=["taken", "state", "sent_at", "sent_by_name", "version"])
            count += 1
    with transaction.atomic():
        done = ReportForm.objects.select_for_update().filter(pk=form, state=ReportForm.State.OPEN).first()
        if done is not None:
            done.state, done.closed_at = ReportForm.State.CLOSED, at
            done.save(update_fields=["state", "closed_at"])
            record(
                actor,
                FORM_CLOSED,
                at=at,
                subject=done.pk,
                organisation=done.organisation_id,
                organisation_path=done.organisation_path,
                data={"title": done.title, "url": done.get_absolute_url()},
            )
    return count


def file_of(actor: Actor, *, reply: UUID, file: UUID) -> tuple[str, bytes]:
    """A file handed in with an answer: its name and content.

    Raises:
        NotVisible: there is none, the answers lie outside the actor's organisations, or were not sent yet.
    """
    row = reply_for(actor, reply)
    found = row.files.filter(pk=file).first() if sees_answers(actor, row) else None
    if found is None:
        raise NotVisible(_("This file is no longer kept."))
    _stored, chunks = attachment_content(found.file_id)
    return found.name, b"".join(chunks)


def _keep_file(actor: Actor, row: Reply, question: Question, upload: Accepted, at: datetime) -> None:
    earlier = ReplyFile.objects.filter(reply=row, question=question).first()
    if earlier is not None:
        stored = earlier.file_id
        earlier.delete()
        remove_attachment(stored, at=at)
    kept = keep_attachment(actor, organisation=row.organisation_id, upload=upload, at=at)
    ReplyFile.objects.create(reply=row, question=question, file=kept, name=upload.name)


def _wrong(question: Question, answer: str) -> str:
    """What is wrong with an answer; empty where nothing is."""
    if not answer:
        return _("Please answer this.") if question.is_required and question.kind != Question.Kind.FILE else ""
    if question.kind == Question.Kind.NUMBER:
        try:
            good = Decimal(answer).is_finite()
        except InvalidOperation:
            good = False
        return "" if good else _("Write a number in digits: 12, or 12.5.")
    if question.kind == Question.Kind.DATE:
        try:
            date.fromisoformat(answer)
        except ValueError:
            return _("Write the day as 2026-11-21.")
    if question.kind == Question.Kind.CHOICE and answer not in question.choices:
        return _("Choose one of the answers offered.")
    return ""


def _check_open(row: Reply) -> None:
    if row.form.state != ReportForm.State.OPEN:
        raise Conflict(_("The form was closed and takes no more answers. Ask who sent it."))
    if row.state == Reply.State.SENT:
        raise Conflict(_("The answers were sent. Take them back first to mend them."))


def _locked(actor: Actor, reply: UUID) -> Reply:
    row = Reply.objects.select_for_update(of=("self",)).select_related("form", "organisation").filter(pk=reply).first()
    if row is None:
        raise NotVisible(_("There is no such form, or it is not in your organisations."))
    require(actor, FILL, row.organisation_path, seen_by=FORM_VIEW)
    if not works_there(actor, row, FILL):
        raise NotPermitted(_("The answers are given by those who work for the organisation itself. Ask its secretary."))
    return row


def _tell(actor: Actor, kind: Any, row: Reply, at: datetime) -> None:
    record(
        actor,
        kind,
        at=at,
        subject=row.pk,
        organisation=row.organisation_id,
        organisation_path=row.organisation_path,
        data={"title": row.form.title, "url": row.get_absolute_url()},
    )
