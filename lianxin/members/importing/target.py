"""What the import wizard is told about members: columns, planning, writing, taking back."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lianxin.kernel.authz import Actor
from lianxin.kernel.errors import Conflict, Sentence
from lianxin.kernel.imports import Deed, PlannedRow
from lianxin.kernel.spreadsheets.columns import Column
from lianxin.kernel.time import day_of
from lianxin.members.actions.adding import Entrant, add_many
from lianxin.members.actions.locking import lock_members
from lianxin.members.actions.moving import move_many
from lianxin.members.actions.recording import Act, Edit, record_facts
from lianxin.members.actions.undoing import undo_batch
from lianxin.members.events import UPDATED
from lianxin.members.facts import FACTS
from lianxin.members.history import believed
from lianxin.members.importing.columns import COLUMNS
from lianxin.members.importing.planning import MemberPlanning, PlannedMember
from lianxin.members.models import Membership
from lianxin.members.permissions import ADD, CHANGE, TRANSFER
from lianxin.organisations.facade import Organisation

CHUNK = 2000
CORRECTED = frozenset(one.name for one in FACTS if one.group in {"person", "party"} and not one.is_set_by_act)
"""Facts that do not change with time: where the file says otherwise, the register was wrong from the start."""


class MembersTarget:
    """Members as a kind of record that can be imported."""

    kind = "members"
    label: Sentence = gettext_lazy("members")
    permission = ADD
    rows_at_once = 1000

    def columns(self) -> Sequence[Column]:
        """The columns it knows, those of the national sheet first."""
        return COLUMNS

    def planning(self, actor: Actor, *, place: UUID, at: datetime) -> MemberPlanning:
        """Begin a dry run for members who belong at or below the organisation `place`.

        Raises:
            NotVisible, NotPermitted: the organisation lies outside, or the actor may not add members there.
        """
        return MemberPlanning(actor, place=place, at=at)

    def apply(
        self,
        actor: Actor,
        rows: Iterator[PlannedRow],
        *,
        place: UUID,  # noqa: ARG002 - each planned row says where it belongs
        at: datetime,
        batch: UUID,
    ) -> dict[Deed, int]:
        """Write the planned rows inside the caller's transaction, with one event a row carrying `batch`.

        Raises:
            Refusal: something changed since the plan; nothing is written.
        """
        done: dict[Deed, int] = defaultdict(int)
        planned = (row for row in rows if isinstance(row, PlannedMember))
        founded: dict[UUID, date] = {}
        while some := list(islice(planned, CHUNK)):
            entries = [row for row in some if row.deed is Deed.ADD]
            changes = [row for row in some if row.deed is Deed.CHANGE]
            add_many(actor, _entrants(entries, founded, day_of(at)), at=at, batch=batch)
            self._change(actor, changes, at=at, batch=batch)
            done[Deed.ADD] += len(entries)
            done[Deed.CHANGE] += len(changes)
        return dict(done)

    def _change(self, actor: Actor, rows: Sequence[PlannedMember], *, at: datetime, batch: UUID) -> None:
        if not rows:
            return
        today = day_of(at)
        members = {one.id: one for one in lock_members(actor, [row.target_id for row in rows if row.target_id], CHANGE)}
        act = Act(actor, UPDATED, at, since=today, corrects=CORRECTED, batch=batch)
        edits = [Edit(members[row.target_id], dict(row.facts)) for row in rows if row.target_id and row.facts]
        record_facts(act, edits, must_judge=False)
        moving: dict[date, list[PlannedMember]] = defaultdict(list)
        for row in rows:
            if row.organisation is not None and row.target_id is not None:
                moving[row.since or today].append(row)
        for since, some in moving.items():
            self._move(actor, some, since=since, at=at, batch=batch)

    def _move(self, actor: Actor, rows: Sequence[PlannedMember], *, since: date, at: datetime, batch: UUID) -> None:
        keys = [row.target_id for row in rows if row.target_id is not None]
        members = {one.id: one for one in lock_members(actor, keys, TRANSFER)}
        places = Organisation.objects.in_bulk(
            {row.organisation.id for row in rows if row.organisation}
            | {one.organisation_id for one in members.values()}
        )
        beliefs = believed(Membership, keys, at)
        moves = []
        for row in rows:
            if row.target_id is None or row.organisation is None:
                continue
            member = members[row.target_id]
            member.organisation = places[member.organisation_id]
            moves.append((member, beliefs[member.id], places[row.organisation.id]))
        reason = _("Import of a spreadsheet")
        move_many(actor, moves, since=since, document_no="", reason=reason, at=at, batch=batch)

    def undo(self, actor: Actor, *, batch: UUID, at: datetime) -> int:
        """Take back everything the batch wrote; how many records.

        Raises:
            Conflict: something was built on it since; the sentence says what.
        """
        return undo_batch(actor, batch=batch, at=at)


def _entrants(rows: Sequence[PlannedMember], founded: dict[UUID, date], today: date) -> Iterator[Entrant]:
    """The rows as entrants. Nobody belongs to an organisation before it was set up."""
    unknown = {row.organisation.id for row in rows if row.organisation} - founded.keys()
    founded |= dict(Organisation.objects.filter(id__in=unknown).values_list("id", "founded_on"))
    for row in rows:
        if row.organisation is None or row.since is None:
            raise Conflict(_("The plan of this import is incomplete. Check the file again."))
        since = min(max(row.since, founded[row.organisation.id]), today)
        yield Entrant(row.organisation.id, row.organisation.path, row.facts, since)
