"""Duties as somebody's work: what is under way for them already, and whether the reader may begin them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from lianxin.duties.begun import Begun, begun_sources
from lianxin.duties.declared import Duty, duty_named
from lianxin.duties.queries.due import DueItem
from lianxin.kernel.authz import Actor

UnderWay = dict[tuple[UUID, str], list[tuple[frozenset[str], Begun]]]


def as_work(actor: Actor, items: Sequence[DueItem]) -> list[DueItem]:
    """The same duties; the open ones with the first act under way in their period, and with what the actor may do.

    One query of each source, or none where nothing is open.
    """
    found = _under_way(actor, [item for item in items if item.can_report])
    return [_as_work(actor, item, found) for item in items]


def _under_way(actor: Actor, items: Sequence[DueItem]) -> UnderWay:
    found: UnderWay = defaultdict(list)
    if not items:
        return found
    since, until = min(item.row.period_start for item in items), max(item.row.period_end for item in items)
    places = sorted({item.row.organisation_id for item in items})
    for source in begun_sources():
        for one in source.acts(actor, places, since, until):
            for kind in one.meets:
                found[one.organisation, kind].append((source.becomes, one))
    return found


def _as_work(actor: Actor, item: DueItem, found: UnderWay) -> DueItem:
    duty = duty_named(item.row.key)
    if duty is None or not item.can_report:
        return item
    may = bool(duty.needs) and actor.may(duty.needs, item.row.organisation_path)
    return replace(item, begun=_first(duty, item, found), may_begin=may)


def _first(duty: Duty, item: DueItem, found: UnderWay) -> Begun | None:
    row = item.row
    fitting = [
        one
        for kind in duty.met_as
        for becomes, one in found.get((row.organisation_id, kind), ())
        if becomes & duty.met_by and row.period_start <= one.on <= row.period_end
    ]
    return min(fitting, key=lambda one: (one.on, one.url), default=None)
