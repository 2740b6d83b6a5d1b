"""Setting and ending local values of rules, within what the rule and the organisations above allow."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from lianxin.kernel.authz import Actor, require
from lianxin.kernel.errors import Conflict, InvalidInput, NotVisible, Sentence
from lianxin.kernel.events.record import record
from lianxin.kernel.time import day_of
from lianxin.organisations import events
from lianxin.organisations.actions.tree import check_alive, check_decision, locked
from lianxin.organisations.models import LocalValue, Organisation
from lianxin.organisations.permissions import LOCAL_VALUES, VIEW
from lianxin.organisations.queries.local_values import fixed_above, overrides_at
from lianxin.rules.facade import (
    RuleVersion,
    UnknownRule,
    begins_periods,
    in_force,
    in_force_or_none,
    may_be_set,
    next_beginning,
    rhythms_allowed,
    rhythms_to_begin,
)


@transaction.atomic
def set_local_value(
    actor: Actor,
    *,
    organisation: UUID,
    rule: str,
    value: int,
    effective_on: date,
    document_no: str,
    reason: str,
    at: datetime,
) -> LocalValue:
    """Set what a rule says at the organisation and below, from the day on; the value that runs ends on that day.

    Source: docs/decisions/local-values.md. What is over, and periods that have begun, stay as they were.

    Raises:
        NotVisible, NotPermitted: the actor may not set local values there.
        InvalidInput: no such rule, or none that organisations set; outside its bounds; looser than what an
            organisation above fixed; a day that is past, or on which no period begins.
        Conflict: a value that begins on the day or later is planned already.
    """
    row = _opened(actor, organisation)
    today = day_of(at)
    check_decision(effective_on=effective_on, document_no=document_no, reason=reason, today=today)
    check_alive(row, effective_on)
    law = _settable(rule, effective_on)
    _check_value(law, value)
    _check_above(row, law, value, effective_on)
    held = list(LocalValue.objects.select_for_update().filter(organisation=row, rule=rule))
    for one in held:
        if not one.is_taken_back and one.valid_from >= effective_on:
            raise Conflict(
                _("A value from %(date)s is recorded already; end that one first.")
                % {"date": date_format(one.valid_from)}
            )
    before = in_force(rule, effective_on, overrides=overrides_at(row.path))
    _check_day(law, effective_on, today, {before.number, value})
    for one in held:
        if one.ends_on is None or one.ends_on > effective_on:
            _write_end(one, actor, effective_on, document_no, at)
    made = LocalValue.objects.create(
        organisation=row,
        rule=rule,
        value=value,
        document_no=document_no.strip(),
        valid_from=effective_on,
        set_by=actor.account_id,
        set_at=at,
    )
    record(
        actor,
        events.LOCAL_VALUE_SET,
        at=at,
        subject=row.id,
        organisation=row.id,
        organisation_path=row.path,
        changes={rule: (before.number, value)},
        effective_on=effective_on,
        document_no=document_no.strip(),
        reason=reason,
        data={"local_value": made.id},
    )
    return made


@transaction.atomic
def end_local_value(
    actor: Actor, *, local_value: UUID, effective_on: date, document_no: str, reason: str, at: datetime
) -> LocalValue:
    """End a local value: from the day on the rule, or what is set above, holds again. One not begun is taken back.

    Raises:
        NotVisible, NotPermitted: there is none, or the actor may not set local values there.
        InvalidInput: a day that is past, or on which no period begins.
        Conflict: it is over already.
    """
    found = LocalValue.objects.filter(id=local_value).first()
    if found is None:
        raise NotVisible(_("There is no such record, or it is not in your organisations."))
    row = _opened(actor, found.organisation_id)
    found = LocalValue.objects.select_for_update().get(id=local_value)
    today = day_of(at)
    check_decision(effective_on=effective_on, document_no=document_no, reason=reason, today=today)
    if found.is_taken_back or (found.ends_on is not None and found.ends_on <= today):
        raise Conflict(_("It is over already; what is over stays as it was."))
    ends_on = max(effective_on, found.valid_from)
    if found.ends_on is not None and ends_on >= found.ends_on:
        raise Conflict(_("It ends on %(date)s already.") % {"date": date_format(found.ends_on)})
    above = fixed_above(row.path, found.rule, ends_on)
    law = in_force_or_none(found.rule, ends_on)
    after = above.value if above is not None else law.number if law is not None else found.value
    if law is not None and ends_on > found.valid_from:
        _check_day(law, ends_on, today, {found.value, after})
    _write_end(found, actor, ends_on, document_no, at)
    record(
        actor,
        events.LOCAL_VALUE_ENDED,
        at=at,
        subject=row.id,
        organisation=row.id,
        organisation_path=row.path,
        changes={found.rule: (found.value, after)},
        effective_on=ends_on,
        document_no=document_no.strip(),
        reason=reason,
        data={"local_value": found.id},
    )
    return found


def _opened(actor: Actor, organisation: UUID) -> Organisation:
    row = locked([organisation])[organisation]
    require(actor, LOCAL_VALUES, row.path, seen_by=VIEW)
    return row


def _settable(rule: str, on: date) -> RuleVersion:
    try:
        law = in_force_or_none(rule, on)
    except UnknownRule:
        law = None
    if law is None or not law.is_set_by_organisations:
        raise InvalidInput({"rule": _("No organisation sets this rule; it holds everywhere as it is.")})
    return law


def _check_value(law: RuleVersion, value: int) -> None:
    if may_be_set(law, value):
        return
    said: Sentence = _("The rule does not allow this value.")
    if law.is_rhythm:
        allowed = _(", ").join(str(one) for one in rhythms_allowed(law))
        said = _("Choose one of %(values)s months; the year is divided evenly.") % {"values": allowed}
    elif law.bounds is not None:
        said = _("Choose a number from %(minimum)s to %(maximum)s.") % {
            "minimum": law.bounds.minimum if law.bounds.minimum is not None else "—",
            "maximum": law.bounds.maximum if law.bounds.maximum is not None else "—",
        }
    raise InvalidInput({"value": said})


def _check_above(row: Organisation, law: RuleVersion, value: int, on: date) -> None:
    above = fixed_above(row.path, law.id, on)
    if above is not None and law.bounds is not None and law.bounds.is_looser(value, above.value):
        raise InvalidInput(
            {
                "value": _("“%(name)s” fixed %(value)s by %(document)s; below it nobody may ask less.")
                % {"name": above.organisation, "value": above.value, "document": above.document}
            }
        )


def _check_day(law: RuleVersion, on: date, today: date, values: Collection[int]) -> None:
    if on < today:
        raise InvalidInput({"effective_on": _("The day is past; what is over stays as it was.")})
    rhythms = rhythms_to_begin(law, values)
    if rhythms and not begins_periods(on, rhythms):
        raise InvalidInput(
            {
                "effective_on": _("No period begins on that day; the next that fits is %(date)s.")
                % {"date": date_format(next_beginning(max(on, today), rhythms))}
            }
        )


def _write_end(row: LocalValue, actor: Actor, ends_on: date, document_no: str, at: datetime) -> None:
    row.ends_on, row.ended_by, row.ended_at, row.end_document_no = ends_on, actor.account_id, at, document_no.strip()
    row.save(update_fields=["ends_on", "ended_by", "ended_at", "end_document_no"])
