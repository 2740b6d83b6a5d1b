"""Dissolving an organisation to which nobody and nothing belongs any more."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lianxin.kernel.authz import Actor
from lianxin.kernel.db.bitemporal import BELIEVED
from lianxin.kernel.errors import InvalidInput, Sentence
from lianxin.kernel.events.record import record
from lianxin.kernel.time import day_of
from lianxin.organisations import events
from lianxin.organisations.actions.tree import (
    check_alive,
    check_decision,
    children_from,
    lock_tree,
    locked,
    require_authority,
)
from lianxin.organisations.actions.versions import end
from lianxin.organisations.models import Organisation, OrganisationVersion, Term
from lianxin.organisations.succession import obstacles

NAMES_SHOWN = 3


@transaction.atomic
def dissolve(
    actor: Actor,
    *,
    organisation: UUID,
    effective_on: date,
    document_no: str,
    reason: str,
    at: datetime,
) -> Organisation:
    """End the organisation; the day is the first on which it is no more.

    Raises:
        NotVisible, NotPermitted: the higher organisation decides.
        InvalidInput: something still belongs to it, it has a later change, or it does not exist on that day.
    """
    lock_tree()
    row = locked([organisation])[organisation]
    require_authority(actor, row)
    check_decision(effective_on=effective_on, document_no=document_no, reason=reason, today=day_of(at))
    check_can_end(row, effective_on)
    in_the_way = in_the_way_of_dissolving(row, effective_on)
    if in_the_way:
        raise InvalidInput({"": in_the_way})
    event = record(
        actor,
        events.DISSOLVED,
        at=at,
        subject=row.id,
        organisation=row.id,
        organisation_path=row.path,
        effective_on=effective_on,
        document_no=document_no,
        reason=reason,
    )
    finish(row, effective_on=effective_on, at=at, event=event.id)
    return Organisation.objects.get(id=row.id)


def check_can_end(row: Organisation, on: date) -> None:
    """Refuse an end on a day when the organisation does not exist, or before a change already written for later.

    Raises:
        InvalidInput: with the field `effective_on`.
    """
    check_alive(row, on)
    if on <= row.founded_on:
        raise InvalidInput({"effective_on": _("An organisation ends after the day of its founding.")})
    later = (
        OrganisationVersion.objects.filter(BELIEVED, organisation=row, valid__startswith__gt=on)
        .order_by("valid")
        .first()
    )
    if later is not None:
        raise InvalidInput(
            {
                "effective_on": _("A change of “%(name)s” is recorded for %(date)s; choose a later day.")
                % {"name": row, "date": date_format(later.valid.lower)}
            }
        )


def in_the_way_of_dissolving(row: Organisation, on: date) -> list[Sentence]:
    """What still belongs to the organisation on the day, each as a sentence that says what to do first."""
    said: list[Sentence] = []
    if row.members:
        said.append(
            ngettext(
                "%(count)d member still belongs to “%(name)s”; move them to another organisation first.",
                "%(count)d members still belong to “%(name)s”; move them to another organisation first.",
                row.members,
            )
            % {"count": row.members, "name": row}
        )
    children = list(dict.fromkeys(str(child.organisation) for child in children_from(row.id, on)))
    if children:
        shown = _(", ").join(children[:NAMES_SHOWN])
        said.append(
            ngettext(
                "%(count)d organisation still stands below it (%(names)s); move or dissolve it first.",
                "%(count)d organisations still stand below it (%(names)s …); move or dissolve them first.",
                len(children),
            )
            % {"count": len(children), "names": shown}
        )
    return said or obstacles(row, on)


def finish(row: Organisation, *, effective_on: date, at: datetime, event: UUID) -> None:
    """End the organisation's versions and its running term, and write the day on its row; part of a merger too."""
    end(row.id, on=effective_on, at=at, event=event)
    Term.objects.filter(organisation=row, ended_on__isnull=True).update(ended_on=effective_on)
    Organisation.objects.filter(id=row.id).update(
        dissolved_on=effective_on, term_ends_on=None, version=F("version") + 1
    )
