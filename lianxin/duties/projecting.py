"""Readers of the log: which acts meet duties, and which organisations must be looked at again."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from django.db import connection

from lianxin.duties.actions.derive import derive
from lianxin.duties.actions.meet import match
from lianxin.duties.declared import met_by_kinds, undone_by_kinds
from lianxin.duties.models import Act
from lianxin.kernel.authz import Actor
from lianxin.kernel.db.paths import subtree
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
        "organisations.local_value_set",
        "organisations.local_value_ended",
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

WITH_ALL_BELOW = frozenset({"organisations.local_value_set", "organisations.local_value_ended"})
"""Kinds that concern all organisations below as well."""

LONGEST = 200


def apply_met(batch: Sequence[Positioned]) -> None:
    """Keep the acts that meet duties, or take back those undone, and set them beside the duties concerned.

    A handful of statements for a batch. Of two events about an act at an organisation the later one in the order of
    the log holds, in whatever order they are applied.
    """
    held, undone = met_by_kinds(), undone_by_kinds()
    batch = [one for one in batch if one.event.kind in held or one.event.kind in undone]
    if not batch:
        return
    places = set(_existing(one.event.organisation_id for one in batch))
    acts = Acts({one.event.subject_id for one in batch})
    for one in batch:
        if one.event.kind in held:
            if one.event.organisation_id in places:
                acts.hold(one.event, one.position)
        else:
            acts.undo(one.event, one.position, places)
    if acts.changed:
        acts.save()
        match(sorted({organisation for _act, organisation in acts.changed}))


def _existing(organisations: Iterable[UUID | None]) -> list[UUID]:
    wanted = {one for one in organisations if one is not None}
    return list(Organisation.objects.filter(id__in=wanted).values_list("id", flat=True)) if wanted else []


class Acts:
    """What is known of some acts, by act and organisation, while events about them are applied."""

    def __init__(self, acts: set[UUID]) -> None:
        self.known: dict[tuple[UUID, UUID], list[Act]] = defaultdict(list)
        for row in Act.objects.filter(act__in=acts):
            self.known[row.act, row.organisation_id].append(row)
        self.places: dict[UUID, set[UUID]] = defaultdict(set)
        for act, organisation in self.known:
            self.places[act].add(organisation)
        self.changed: set[tuple[UUID, UUID]] = set()
        self._gone: list[UUID] = []

    def hold(self, event: Event, position: int) -> None:
        """Keep what an event says was held."""
        kinds, organisation = event.data.get("meets"), event.organisation_id
        if organisation is None or not isinstance(kinds, list) or "held_on" not in event.data:
            return
        held_on = date.fromisoformat(str(event.data["held_on"]))
        rows = [
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
        ]
        self._replace(event.subject_id, organisation, rows, position)

    def undo(self, event: Event, position: int, places: set[UUID]) -> None:
        """Take an act back wherever it counted. One not known yet leaves a mark, for its event may be applied later."""
        for organisation in self.places[event.subject_id] | ({event.organisation_id} & places):
            if organisation is not None:
                mark = Act(
                    act=event.subject_id,
                    organisation_id=organisation,
                    meets="",
                    event_kind=event.kind,
                    is_valid=False,
                    position=position,
                )
                self._replace(event.subject_id, organisation, [mark], position)

    def _replace(self, act: UUID, organisation: UUID, rows: list[Act], position: int) -> None:
        held = self.known[act, organisation]
        if any(row.position > position for row in held):
            return
        self._gone += [row.pk for row in held]
        self.known[act, organisation] = rows
        self.places[act].add(organisation)
        self.changed.add((act, organisation))

    def save(self) -> None:
        """Write what changed."""
        Act.objects.filter(pk__in=self._gone).delete()
        Act.objects.bulk_create(row for pair in sorted(self.changed) for row in self.known[pair])


def _own_address(url: str) -> str:
    """An address within the product; nothing else is ever linked to."""
    return url[:LONGEST] if url.startswith("/") and not url.startswith("//") else ""


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
    concerned |= _below({one.event.organisation_id for one in batch if one.event.kind in WITH_ALL_BELOW})
    if concerned:
        derive(Actor.system("what is due"), organisations=_existing(concerned), on=today())


def _below(places: set[UUID | None]) -> set[UUID]:
    found: set[UUID] = set()
    for path in Organisation.objects.filter(id__in=places).values_list("path", flat=True) if places else ():
        found |= set(Organisation.objects.filter(subtree(path)).values_list("id", flat=True))
    return found


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
    projector(MET, apply=apply_met, reset=reset_met, soon=lambda: met_by_kinds() | undone_by_kinds())
    projector(CONCERNED, apply=apply_concerned, reset=nothing_to_reset, kinds=LOOKED_AT_AGAIN)
