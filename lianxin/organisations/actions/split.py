"""Splitting an organisation: new ones beside it take over some of its members and of what stands below it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from lianxin.kernel.authz import Actor
from lianxin.kernel.db.bitemporal import on_day
from lianxin.kernel.errors import InvalidInput
from lianxin.kernel.events.record import record
from lianxin.kernel.time import day_of
from lianxin.organisations import events
from lianxin.organisations.actions.facts import NewOrganisation
from lianxin.organisations.actions.move import place
from lianxin.organisations.actions.set_up import Founding, found
from lianxin.organisations.actions.tree import (
    check_alive,
    check_can_have_children,
    check_decision,
    check_stays,
    children_from,
    lock_tree,
    locked,
    require_authority,
)
from lianxin.organisations.models import Organisation, OrganisationVersion, Succession
from lianxin.organisations.succession import Passing, pass_on


@dataclass(frozen=True, kw_only=True)
class Part:
    """One organisation that splits off, with what goes with it: organisations below, and members by id."""

    new: NewOrganisation
    children: tuple[UUID, ...] = ()
    members: tuple[UUID, ...] = ()


@transaction.atomic
def split(
    actor: Actor,
    *,
    organisation: UUID,
    parts: Sequence[Part],
    effective_on: date,
    document_no: str,
    reason: str,
    at: datetime,
) -> list[Organisation]:
    """Let new organisations split off from one that stays, beside it under the same parent, from the day on.

    Members named in a part follow through `succession.register_follower`, in this transaction, under this event.

    Raises:
        NotVisible, NotPermitted: the higher organisation decides.
        InvalidInput: a part lacks a name, names a child twice, or one that does not stand below.
    """
    lock_tree()
    row = locked([organisation])[organisation]
    require_authority(actor, row)
    check_decision(effective_on=effective_on, document_no=document_no, reason=reason, today=day_of(at))
    going = check_split(row, parts, effective_on)
    parent = OrganisationVersion.objects.get(on_day(effective_on), organisation=row).parent_id
    if parent is None:
        raise InvalidInput({"": _("The top of the tree cannot be split.")})
    foundings = [
        Founding(new=part.new, parent=parent, founded_on=effective_on, document_no=document_no, reason=reason)
        for part in parts
    ]
    event = record(
        actor,
        events.SPLIT,
        at=at,
        subject=row.id,
        organisation=row.id,
        organisation_path=row.path,
        effective_on=effective_on,
        document_no=document_no,
        reason=reason,
        data={"later": [str(one.id) for one in foundings], "names": [part.new.name for part in parts]},
    )
    made = found(foundings, at=at, event=event.id)
    decided = {"effective_on": effective_on, "document_no": document_no, "reason": reason, "at": at}
    for part, later in zip(parts, made, strict=True):
        for child in part.children:
            place(going[child], later, **decided, event=event.id)  # type: ignore[arg-type]
        Succession.objects.create(
            earlier=row, later=later, kind=Succession.Kind.SPLIT, on=effective_on, event_id=event.id
        )
        pass_on(
            Passing(actor=actor, earlier=(row,), later=later, event=event.id, subjects=part.members, **decided)  # type: ignore[arg-type]
        )
    Organisation.objects.filter(id=row.id).update(version=F("version") + 1)
    return list(Organisation.objects.filter(id__in=[one.id for one in made]).order_by("path"))


def check_split(row: Organisation, parts: Sequence[Part], effective_on: date) -> dict[UUID, Organisation]:
    """Refuse parts that do not fit; the organisations below that may go, by id.

    Raises:
        InvalidInput: says which part does not fit and why.
    """
    check_stays(row, "")
    check_alive(row, effective_on)
    if not parts:
        raise InvalidInput({"": _("Name at least one organisation that splits off.")})
    below = {version.organisation_id: version.organisation for version in children_from(row.id, effective_on)}
    chosen = [child for part in parts for child in part.children]
    if len(chosen) != len(set(chosen)):
        raise InvalidInput({"children": _("An organisation can go to one part only.")})
    if set(chosen) - set(below):
        raise InvalidInput({"children": _("Only organisations that stand directly below it on that day can go along.")})
    for part in parts:
        if part.children:
            check_can_have_children(Organisation(name=part.new.name, org_type=part.new.org_type), "org_type")
    return below
