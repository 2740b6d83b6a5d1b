"""Readers of the log: which acts meet duties, and which organisations must be looked at again."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from django.db import connection

from lianxin.duties.actions.derive import derive
from lianxin.duties.actions.meet import match
from lianxin.duties.declared import met_by_kinds, undone_by_kinds
from lianxin.duties.models import Act
from lianxin.kernel.authz import Actor
from lianxin.kernel.events.projectors import Positioned, projector
from lianxin.kernel.models import Event
from lianxin.kernel.time import today
from lianxin.organisations.facade import Organisation

LOOKED_AT_AGAIN = frozenset(
    {
        "organisations.set_up",
        "organisations.facts_changed",
        "organisations.renamed",
        "organisations.moved",
        "organisations.merged",
        "organisations.split",
        "organisations.dissolved",
        "organisations.import_undone",
        "organisations.term_begun",
        "organisations.term_ended",
        "members.added",
        "members.moved",
        "members.updated",
        "members.corrected",
        "members.status_changed",
        "members.appointed",
        "members.relieved",
        "members.import_undone",
    }
)
"""Kinds after which other duties may apply: the kind of the organisation, its committee or its members changed."""

LONGEST = 200


def apply_met(batch: Sequence[Positioned]) -> None:
    """Keep the acts that meet duties, or take back those undone, and set them beside the duties concerned."""
    held, undone = met_by_kinds(), undone_by_kinds()
    changed: set[UUID] = set()
    known = set(_existing(one.event.organisation_id for one in batch))
    for one in batch:
        if one.event.kind in held and one.event.organisation_id in known:
            changed |= _hold(one.event, one.position)
        elif one.event.kind in undone:
            changed |= _undo(one.event, one.position, known)
    if changed:
        match(sorted(changed))


def _existing(organisations: Iterable[UUID | None]) -> list[UUID]:
    wanted = {one for one in organisations if one is not None}
    return list(Organisation.objects.filter(id__in=wanted).values_list("id", flat=True)) if wanted else []


def _hold(event: Event, position: int) -> set[UUID]:
    """Keep what an event says was held, unless a later one about the act was applied already."""
    organisation = event.organisation_id
    kinds = event.data.get("meets")
    if organisation is None or not isinstance(kinds, list) or "held_on" not in event.data:
        return set()
    held_on = date.fromisoformat(str(event.data["held_on"]))
    of_act = Act.objects.filter(act=event.subject_id, organisation=organisation)
    if of_act.filter(position__gt=position).exists():
        return set()
    of_act.delete()
    Act.objects.bulk_create(
        Act(
            act=event.subject_id,
            organisation_id=organisation,
            meets=kind,
            event_kind=event.kind,
            held_on=held_on,
            title=str(event.data.get("title", ""))[:LONGEST],
            url=_own_address(str(event.data.get("url", ""))),
            position=position,
        )
        for kind in sorted({str(kind)[:40] for kind in kinds if kind})
    )
    return {organisation}


def _own_address(url: str) -> str:
    """An address within the product; nothing else is ever linked to."""
    return url[:LONGEST] if url.startswith("/") and not url.startswith("//") else ""


def _undo(event: Event, position: int, known: set[UUID]) -> set[UUID]:
    """Take an act back wherever it counted. An act not known yet leaves a mark, for the event may come again later."""
    of_act = Act.objects.filter(act=event.subject_id, position__lt=position)
    changed = set(of_act.values_list("organisation_id", flat=True))
    of_act.update(is_valid=False, position=position)
    if event.organisation_id in known and event.organisation_id not in changed:
        Act.objects.get_or_create(
            act=event.subject_id,
            organisation_id=event.organisation_id,
            meets="",
            defaults={"event_kind": event.kind, "is_valid": False, "position": position},
        )
    return changed


def reset_met() -> None:
    """Forget all acts and what they met."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE duties_duty SET met_on = NULL, met_by = NULL, title = '', url = '' WHERE met_on IS NOT NULL"
        )
    Act.objects.all().delete()


def apply_concerned(batch: Sequence[Positioned]) -> None:
    """Derive again what organisations owe whose facts or members changed."""
    concerned: set[UUID] = set()
    for one in batch:
        concerned |= _named_in(one.event)
    if concerned:
        derive(Actor.system("what is due"), organisations=_existing(concerned), on=today())


def _named_in(event: Event) -> set[UUID]:
    """The organisation of an event, and those its changes and facts name."""
    found = {event.organisation_id} if event.organisation_id is not None else set()
    if event.kind.startswith("organisations."):
        found.add(event.subject_id)
    for value in (*(side for pair in event.changes.values() for side in pair), *event.data.values()):
        for text in value if isinstance(value, list) else [value]:
            try:
                found.add(UUID(str(text)))
            except ValueError:
                continue
    return found


def nothing_to_reset() -> None:
    """Duties are opened by `derive`, also without the log: a rebuild only looks at the organisations again."""


MET = "duties.met"
CONCERNED = "duties.concerned"


def declare_projectors() -> None:
    """Declare the readers, after every module declared its duties."""
    projector(MET, apply=apply_met, reset=reset_met)
    projector(CONCERNED, apply=apply_concerned, reset=nothing_to_reset, kinds=LOOKED_AT_AGAIN)
