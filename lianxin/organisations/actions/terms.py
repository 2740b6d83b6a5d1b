"""Recording terms of office: a new one begins, one ends early, one was entered wrongly."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from lianxin.kernel.authz import Actor, require, within
from lianxin.kernel.errors import Conflict, InvalidInput, NotVisible
from lianxin.kernel.events import EventType
from lianxin.kernel.events.record import Changes, record
from lianxin.kernel.time import day_of
from lianxin.organisations import events
from lianxin.organisations.actions.tree import check_alive, check_decision, locked
from lianxin.organisations.models import Organisation, Term
from lianxin.organisations.permissions import TERMS, VIEW
from lianxin.rules.facade import term_end


@dataclass(frozen=True, kw_only=True)
class NewTerm:
    """A term as recorded. Without `due_on` the rule of the day of the election gives it."""

    starts_on: date
    due_on: date | None = None
    number: int | None = None
    election: str = ""


def due_by_rule(organisation: Organisation, starts_on: date) -> date | None:
    """When a term that began on the day ends by the rule in force then; None for kinds without a term."""
    return term_end(
        organisation.org_type, is_village=organisation.is_village_or_community, start=starts_on, on=starts_on
    )


@transaction.atomic
def begin_term(
    actor: Actor,
    *,
    organisation: UUID,
    term: NewTerm,
    document_no: str,
    reason: str,
    at: datetime,
) -> Term:
    """Record that a term began; the one that was running ends on that day.

    Raises:
        NotVisible, NotPermitted: the actor may not record terms there.
        InvalidInput: the dates are out of order, or no rule gives the end and none was given.
    """
    row = _opened(actor, organisation)
    check_decision(effective_on=term.starts_on, document_no=document_no, reason=reason, today=day_of(at))
    if term.starts_on > day_of(at):
        raise InvalidInput({"starts_on": _("A term is recorded once it has begun.")})
    check_alive(row, term.starts_on)
    due_on = term.due_on or due_by_rule(row, term.starts_on)
    if due_on is None:
        raise InvalidInput({"due_on": _("No rule gives the end of the term; write the day it is due to end.")})
    running = list(Term.objects.select_for_update().filter(organisation=row, ended_on__isnull=True))
    for one in running:
        if one.starts_on >= term.starts_on:
            raise InvalidInput(
                {
                    "starts_on": _("The running term began on %(date)s; a new one begins after it.")
                    % {"date": date_format(one.starts_on)}
                }
            )
        one.ended_on = term.starts_on
        one.save(update_fields=["ended_on"])
    made = Term(
        organisation=row,
        number=term.number,
        starts_on=term.starts_on,
        due_on=due_on,
        election=term.election,
        document_no=document_no,
    )
    _check_order(made, [])
    made.save()
    changes = {"term": (running[0].due_on if running else None, due_on)}
    _record(actor, events.TERM_BEGUN, row, changes, term.starts_on, document_no, reason, at)
    return made


@transaction.atomic
def end_term(
    actor: Actor,
    *,
    organisation: UUID,
    effective_on: date,
    document_no: str,
    reason: str,
    at: datetime,
) -> Term:
    """Record that the running term ended on the day without a new one (the committee resigned, was relieved).

    Raises:
        NotVisible, NotPermitted: the actor may not record terms there.
        Conflict: no term is running.
        InvalidInput: the day lies before the term or ahead.
    """
    row = _opened(actor, organisation)
    check_decision(effective_on=effective_on, document_no=document_no, reason=reason, today=day_of(at))
    term = Term.objects.select_for_update().filter(organisation=row, ended_on__isnull=True).first()
    if term is None:
        raise Conflict(_("“%(name)s” has no running term.") % {"name": row})
    if not term.starts_on <= effective_on <= day_of(at):
        raise InvalidInput({"effective_on": _("The day lies between the beginning of the term and today.")})
    term.ended_on = effective_on
    term.save(update_fields=["ended_on"])
    _record(actor, events.TERM_ENDED, row, {"ended_on": (None, effective_on)}, effective_on, document_no, reason, at)
    return term


@transaction.atomic
def correct_term(
    actor: Actor,
    *,
    term: UUID,
    starts_on: date,
    due_on: date,
    number: int | None,
    election: str,
    document_no: str,
    reason: str,
    at: datetime,
) -> Term:
    """Mend a term that was recorded wrongly; the log keeps what stood there.

    Raises:
        NotVisible, NotPermitted: there is none, or the actor may not record terms there.
        InvalidInput: the dates are out of order or overlap another term.
    """
    found = within(Term.objects.filter(id=term), actor, VIEW, field="organisation__path").first()
    if found is None:
        raise NotVisible(_("There is no such record, or it is not in your organisations."))
    row = _opened(actor, found.organisation_id)
    found = Term.objects.select_for_update().get(id=term)
    check_decision(effective_on=starts_on, document_no=document_no, reason=reason, today=day_of(at))
    check_alive(row, starts_on)
    if starts_on > day_of(at):
        raise InvalidInput({"starts_on": _("A term is recorded once it has begun.")})
    wanted = {"starts_on": starts_on, "due_on": due_on, "number": number, "election": election}
    changes = {name: (getattr(found, name), new) for name, new in wanted.items() if getattr(found, name) != new}
    if not changes:
        raise InvalidInput({"": _("Nothing is different from what is recorded.")})
    for name, value in wanted.items():
        setattr(found, name, value)
    found.document_no = document_no
    _check_order(found, [found.id])
    found.save()
    _record(actor, events.TERM_CORRECTED, row, changes, starts_on, document_no, reason, at)
    return found


def _opened(actor: Actor, organisation: UUID) -> Organisation:
    row = locked([organisation])[organisation]
    require(actor, TERMS, row.path, seen_by=VIEW)
    return row


def _check_order(term: Term, but: Sequence[UUID]) -> None:
    if term.due_on <= term.starts_on:
        raise InvalidInput({"due_on": _("The term ends before it begins.")})
    if term.ended_on is not None and term.ended_on < term.starts_on:
        raise InvalidInput({"starts_on": _("The term ended on %(date)s.") % {"date": date_format(term.ended_on)}})
    for other in Term.objects.filter(organisation_id=term.organisation_id).exclude(id__in=but):
        ends_before = other.ended_on is not None and other.ended_on <= term.starts_on
        begins_after = term.ended_on is not None and term.ended_on <= other.starts_on
        if not (ends_before or begins_after):
            raise InvalidInput(
                {
                    "starts_on": _("It overlaps the term that began on %(date)s.")
                    % {"date": date_format(other.starts_on)}
                }
            )


def _record(  # noqa: PLR0917 - the same facts in the same order three times above
    actor: Actor,
    kind: EventType,
    row: Organisation,
    changes: Changes,
    effective_on: date,
    document_no: str,
    reason: str,
    at: datetime,
) -> None:
    running = Term.objects.filter(organisation=row, ended_on__isnull=True).first()
    Organisation.objects.filter(id=row.id).update(
        term_ends_on=running.due_on if running else None, version=F("version") + 1
    )
    record(
        actor,
        kind,
        at=at,
        subject=row.id,
        organisation=row.id,
        organisation_path=row.path,
        changes=changes,
        effective_on=effective_on,
        document_no=document_no,
        reason=reason,
    )
