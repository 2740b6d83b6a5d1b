"""Renaming an organisation, or changing its kind (a branch that becomes a general branch)."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.kernel.authz import Actor
from lianxin.kernel.db.bitemporal import on_day
from lianxin.kernel.errors import InvalidInput
from lianxin.kernel.events.record import record
from lianxin.kernel.time import day_of
from lianxin.organisations import events
from lianxin.organisations.actions.facts import check_facts, check_names
from lianxin.organisations.actions.tree import (
    BRANCHES,
    check_alive,
    check_decision,
    check_name_is_free,
    check_version,
    children_from,
    lock_tree,
    locked,
    require_authority,
)
from lianxin.organisations.actions.versions import alter, take_effect
from lianxin.organisations.models import Organisation, OrganisationVersion


@transaction.atomic
def rename(
    actor: Actor,
    *,
    organisation: UUID,
    name: str,
    short_name: str = "",
    org_type: str = "",
    effective_on: date,
    document_no: str,
    reason: str,
    at: datetime,
    version: int | None = None,
) -> Organisation:
    """Call the organisation by another name, or make it another kind, from the day on.

    An empty short name is the full name; an empty kind stays as it is. `version` is the one the actor saw.

    Raises:
        NotVisible, NotPermitted: the higher organisation decides.
        InvalidInput: nothing changes, a sibling has the name, or the organisation does not exist on that day.
        Conflict: somebody changed it in the meantime.
    """
    lock_tree()
    row = locked([organisation])[organisation]
    require_authority(actor, row)
    check_version(row, version)
    check_decision(effective_on=effective_on, document_no=document_no, reason=reason, today=day_of(at))
    check_alive(row, effective_on)
    check_names(name, short_name)
    held = OrganisationVersion.objects.get(on_day(effective_on), organisation=row)
    wanted = {
        "name": name.strip(),
        "short_name": (short_name or name).strip()[:60],
        "org_type": org_type or held.org_type,
    }
    changes = {key: (getattr(held, key), new) for key, new in wanted.items() if getattr(held, key) != new}
    if not changes:
        raise InvalidInput({"name": _("The organisation bears this name and kind on that day already.")})
    if "org_type" in changes:
        _check_kind(row, org_type, effective_on)
    if "name" in changes:
        check_name_is_free(wanted["name"], parent=held.parent_id, since=effective_on, but=[row.id])
    event = record(
        actor,
        events.RENAMED,
        at=at,
        subject=row.id,
        organisation=row.id,
        organisation_path=row.path,
        changes=changes,
        effective_on=effective_on,
        document_no=document_no,
        reason=reason,
    )
    alter(
        row.id,
        {key: new for key, (_old, new) in changes.items()},
        since=effective_on,
        at=at,
        event=event.id,
        document_no=document_no,
        reason=reason,
    )
    take_effect([row.id], effective_on=effective_on, at=at)
    return Organisation.objects.get(id=row.id)


def _check_kind(row: Organisation, org_type: str, effective_on: date) -> None:
    errors = check_facts({"org_type": org_type})
    if org_type in BRANCHES and children_from(row.id, effective_on):
        errors["org_type"] = _("A branch has no organisation below it; move or dissolve those below first.")
    if errors:
        raise InvalidInput(errors)
