"""The tree, a level at a time: of today by the path, of another day by the history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection
from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from lianxin.kernel.authz import Actor
from lianxin.kernel.db.bitemporal import on_day
from lianxin.kernel.db.paths import EndOf, subtree
from lianxin.kernel.time import today
from lianxin.organisations.models import Organisation, OrganisationVersion
from lianxin.organisations.permissions import VIEW
from lianxin.organisations.queries.scope import alive_on, ever_within, organisations_within

LEVEL_SIZE = 200


@dataclass(frozen=True, slots=True)
class Node:
    """An organisation in the tree of a day. `members` is None for another day than today: this module does not know."""

    id: UUID
    path: str
    code: str
    name: str
    short_name: str
    org_type: str
    parent_id: UUID | None
    children: int
    members: int | None


@dataclass(frozen=True, slots=True)
class Level:
    """One page of a level; `after` is the path to go on from, empty at the end."""

    nodes: Sequence[Node]
    after: str = ""


def children_of(actor: Actor, parent: Organisation, *, after: str = "", size: int = LEVEL_SIZE) -> Level:
    """What stands under the organisation today, with members of each subtree and number of children. One query."""
    rows = organisations_within(actor).filter(
        subtree(parent.path), depth=parent.depth + 1, path__gt=after or parent.path
    )
    return _level(rows, parent.id, size)


def tops_of(actor: Actor) -> list[Node]:
    """Where the actor's tree begins today: the highest organisations of each reach. Two queries."""
    reaches = sorted({reach.path for reach in actor.reaches_for(VIEW)})
    tops = [
        path for number, path in enumerate(reaches) if not any(path.startswith(above) for above in reaches[:number])
    ]
    rows = organisations_within(actor)
    rows = rows.filter(depth=1) if tops == [""] else rows.filter(path__in=tops)
    return list(_level(rows, None, LEVEL_SIZE).nodes)


def counted(rows: QuerySet[Organisation]) -> QuerySet[Organisation]:
    """The rows with `members_below` (of each subtree, itself included) and `children_below` (living, one level)."""
    below = Organisation.objects.order_by().filter(path__gte=OuterRef("path"), path__lt=EndOf(OuterRef("path")))
    members = (
        below.annotate(one=Value(1)).values("one").annotate(total=Sum(F("full_members") + F("probationary_members")))
    )
    children = (
        below.filter(alive_on(today()), depth=OuterRef("depth") + 1)
        .annotate(one=Value(1))
        .values("one")
        .annotate(total=Count("*"))
    )
    counted_rows: QuerySet[Organisation] = rows.annotate(
        members_below=Coalesce(Subquery(members.values("total"), output_field=IntegerField()), 0),
        children_below=Coalesce(Subquery(children.values("total"), output_field=IntegerField()), 0),
    )
    return counted_rows


def _level(rows: QuerySet[Organisation], parent: UUID | None, size: int) -> Level:
    found = list(
        counted(rows).order_by("path").only("id", "path", "code", "name", "short_name", "org_type")[: size + 1]
    )
    nodes = [
        Node(
            row.id,
            row.path,
            row.code,
            row.name,
            row.short_name,
            row.org_type,
            parent,
            row.children_below,
            row.members_below,
        )
        for row in found[:size]
    ]
    return Level(nodes, nodes[-1].path if len(found) > size else "")


def children_on(actor: Actor, parent: UUID | None, day: date, *, after: str = "", size: int = LEVEL_SIZE) -> Level:
    """What stood or will stand under the organisation on the day, with its name of that day. One query.

    What the actor may see is decided by where an organisation stands today, or stood last.
    """
    has_children = OrganisationVersion.objects.filter(on_day(day), parent_id=OuterRef("organisation_id"))
    rows = (
        OrganisationVersion.objects.filter(on_day(day), parent_id=parent)
        .filter(organisation__in=ever_within(actor))
        .annotate(has_children=Exists(has_children), path=F("organisation__path"), code=F("organisation__code"))
        .order_by("path")
    )
    if after:
        rows = rows.filter(path__gt=after)
    found = list(rows[: size + 1])
    nodes = [_node_on(row) for row in found[:size]]
    return Level(nodes, nodes[-1].path if len(found) > size else "")


def tops_on(actor: Actor, day: date) -> list[Node]:
    """Where the actor's tree began on the day: organisations they see whose parent of that day they do not see."""
    seen = ever_within(actor)
    seen_parent = Exists(seen.filter(id=OuterRef("parent_id")))
    has_children = OrganisationVersion.objects.filter(on_day(day), parent_id=OuterRef("organisation_id"))
    rows = (
        OrganisationVersion.objects.filter(on_day(day), organisation__in=seen)
        .filter(Q(parent__isnull=True) | ~seen_parent)
        .annotate(has_children=Exists(has_children), path=F("organisation__path"), code=F("organisation__code"))
        .order_by("path")[:LEVEL_SIZE]
    )
    return [_node_on(row) for row in rows]


def _node_on(row: OrganisationVersion) -> Node:
    return Node(
        row.organisation_id,
        row.path,  # type: ignore[attr-defined]
        row.code,  # type: ignore[attr-defined]
        row.name,
        row.short_name,
        row.org_type,
        row.parent_id,
        int(row.has_children),  # type: ignore[attr-defined]
        None,
    )


def organisation_on(organisation: UUID, day: date) -> OrganisationVersion | None:
    """What the organisation was called and under whom it stood on the day; None where it did not exist."""
    return (
        OrganisationVersion.objects.filter(on_day(day), organisation_id=organisation).select_related("parent").first()
    )


UP = """
WITH RECURSIVE up(id, name, parent_id, steps) AS (
    SELECT organisation_id, short_name, parent_id, 0 FROM organisations_version
    WHERE organisation_id = %(start)s AND upper_inf(recorded) AND valid @> %(day)s::date
    UNION ALL
    SELECT v.organisation_id, v.short_name, v.parent_id, up.steps + 1
    FROM up JOIN organisations_version v ON v.organisation_id = up.parent_id
    WHERE upper_inf(v.recorded) AND v.valid @> %(day)s::date AND up.steps < 64
)
SELECT id, name FROM up ORDER BY steps DESC
"""

DOWN = """
WITH RECURSIVE down(id, steps) AS (
    SELECT organisation_id, 0 FROM organisations_version
    WHERE organisation_id = %(start)s AND upper_inf(recorded) AND valid @> %(day)s::date
    UNION ALL
    SELECT v.organisation_id, down.steps + 1
    FROM down JOIN organisations_version v ON v.parent_id = down.id
    WHERE upper_inf(v.recorded) AND v.valid @> %(day)s::date AND down.steps < %(deep)s
)
SELECT id FROM down
"""


def ancestors_on(organisation: UUID, day: date) -> list[tuple[UUID, str]]:
    """Id and name of the day, from the top to the organisation itself; empty where it did not exist. One query."""
    with connection.cursor() as cursor:
        cursor.execute(UP, {"start": organisation, "day": day})
        return [(row[0], row[1]) for row in cursor.fetchall()]


def subtree_on(organisation: UUID, day: date, *, deep: int = 64) -> list[UUID]:
    """The organisation and all below it on the day, at most `deep` levels down. One query."""
    with connection.cursor() as cursor:
        cursor.execute(DOWN, {"start": organisation, "day": day, "deep": deep})
        return [row[0] for row in cursor.fetchall()]


def descendants(actor: Actor, top: Organisation, *, depth: int, most: int) -> list[Node]:
    """The organisation and what is below it today, `depth` levels down, parents first, at most `most`. One query."""
    rows = organisations_within(actor).filter(subtree(top.path), depth__lte=top.depth + depth)
    found = counted(rows).order_by("depth", "path")[:most]
    by_path: dict[str, UUID] = {}
    nodes = []
    for row in found:
        by_path[row.path] = row.id
        above = by_path.get(row.path[: -Organisation.steplen])
        nodes.append(
            Node(
                row.id,
                row.path,
                row.code,
                row.name,
                row.short_name,
                row.org_type,
                above,
                row.children_below,
                row.members_below,
            )
        )
    return nodes
