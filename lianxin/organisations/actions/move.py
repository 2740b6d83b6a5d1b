"""Moving an organisation, with all below it, under another parent."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.kernel.authz import Actor, require
from lianxin.kernel.db.bitemporal import on_day
from lianxin.kernel.errors import InvalidInput
from lianxin.kernel.events.record import record
from lianxin.kernel.time import day_of
from lianxin.organisations import events
from lianxin.organisations.actions.tree import (
    check_alive,
    check_can_have_children,
    check_decision,
    check_name_is_free,
    check_no_cycle,
    check_stays,
    lock_tree,
    locked,
    require_authority,
)
from lianxin.organisations.actions.versions import alter, take_effect
from lianxin.organisations.models import Organisation, OrganisationVersion
from lianxin.organisations.permissions import REORGANISE, VIEW


@transaction.atomic
def move(
    actor: Actor,
    *,
    organisation: UUID,
    parent: UUID,
    effective_on: date,
    document_no: str,
    reason: str,
    at: datetime,
) -> Organisation:
    """Put the organisation, with all that stands below it, under `parent` from the day on.

    Raises:
        NotVisible, NotPermitted: the actor may not reorganise above the organisation, or at the new parent.
        InvalidInput: the move would make a cycle, changes nothing, or the parent does not exist on those days.
    """
    lock_tree()
    rows = locked([organisation, parent])
    row, above = rows[organisation], rows[parent]
    require_authority(actor, row)
    require(actor, REORGANISE, above.path, seen_by=VIEW)
    check_decision(effective_on=effective_on, document_no=document_no, reason=reason, today=day_of(at))
    check_alive(row, effective_on)
    check_stays(above, "parent")
    check_alive(above, effective_on)
    check_can_have_children(above, "parent")
    if row.id == above.id:
        raise InvalidInput({"parent": _("An organisation cannot stand below itself.")})
    held = OrganisationVersion.objects.select_related("parent").get(on_day(effective_on), organisation=row)
    if held.parent_id == above.id:
        raise InvalidInput({"parent": _("The organisation stands under this parent on that day already.")})
    check_name_is_free(held.name, parent=above.id, since=effective_on, but=[row.id])
    event = record(
        actor,
        events.MOVED,
        at=at,
        subject=row.id,
        organisation=row.id,
        organisation_path=row.path,
        changes={"parent": (held.parent.name if held.parent else "", above.name)},
        effective_on=effective_on,
        document_no=document_no,
        reason=reason,
        data={"from": held.parent_id, "to": above.id},
    )
    place(
        row,
        above,
        effective_on=effective_on,
        document_no=document_no,
        reason=reason,
        at=at,
        event=event.id,
    )
    return Organisation.objects.get(id=row.id)


def place(
    row: Organisation,
    above: Organisation,
    *,
    effective_on: date,
    document_no: str,
    reason: str,
    at: datetime,
    event: UUID,
) -> None:
    """Believe that `row` stands under `above` from the day on, and let it take effect; part of a move or a merger.

    Raises:
        InvalidInput: it would stand below itself on some day.
    """
    alter(
        row.id,
        {"parent_id": above.id},
        since=effective_on,
        at=at,
        event=event,
        document_no=document_no,
        reason=reason,
    )
    check_no_cycle(row, effective_on)
    take_effect([row.id], effective_on=effective_on, at=at)
