"""What the import wizard is told about posts: columns, planning, appointing, taking back."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lianxin.kernel.authz import Actor
from lianxin.kernel.errors import Conflict, Sentence
from lianxin.kernel.imports import Deed, PlannedRow
from lianxin.kernel.spreadsheets.columns import Column
from lianxin.members.actions.posts import appoint, take_back_appointments
from lianxin.members.importing.post_columns import POST_COLUMNS
from lianxin.members.importing.post_planning import PlannedPost, PostPlanning
from lianxin.members.permissions import POSTS


class PostsTarget:
    """Posts of committees as a kind of record that can be imported. Members must be in the register already."""

    kind = "posts"
    label: Sentence = gettext_lazy("committee members")
    permission = POSTS
    rows_at_once = 1000

    def columns(self) -> Sequence[Column]:
        """The columns it knows."""
        return POST_COLUMNS

    def planning(self, actor: Actor, *, place: UUID, at: datetime) -> PostPlanning:
        """Begin a dry run for posts of organisations at or below `place`.

        Raises:
            NotVisible, NotPermitted: the organisation lies outside, or the actor may not appoint there.
        """
        return PostPlanning(actor, place=place, at=at)

    def apply(
        self,
        actor: Actor,
        rows: Iterator[PlannedRow],
        *,
        place: UUID,  # noqa: ARG002 - each planned row says which organisation it is for
        at: datetime,
        batch: UUID,
    ) -> dict[Deed, int]:
        """Appoint as planned inside the caller's transaction, with one event a row carrying `batch`.

        Raises:
            Refusal: something changed since the plan; nothing is written.
        """
        done = {Deed.ADD: 0}
        for row in rows:
            if not isinstance(row, PlannedPost) or row.deed is not Deed.ADD:
                continue
            if row.organisation is None or row.member is None or row.since is None:
                raise Conflict(_("The plan of this import is incomplete. Check the file again."))
            appoint(
                actor,
                organisation=row.organisation,
                member=row.member,
                kind=row.kind,
                since=row.since,
                document_no=row.document_no,
                batch=batch,
                at=at,
            )
            done[Deed.ADD] += 1
        return done

    def undo(self, actor: Actor, *, batch: UUID, at: datetime) -> int:
        """Remove the appointments the batch wrote; how many.

        Raises:
            Conflict: somebody was relieved of one since, or the import was taken back before.
        """
        return take_back_appointments(actor, batch=batch, at=at)
