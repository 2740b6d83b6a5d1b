"""Taking back everything an import wrote, while nothing was built on it."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext as _

from lianxin.kernel.authz import Actor
from lianxin.kernel.errors import Conflict
from lianxin.kernel.events.record import describe, write
from lianxin.kernel.models import Event
from lianxin.kernel.time import day_of
from lianxin.members.actions.locking import lock_members
from lianxin.members.actions.recording import put_record
from lianxin.members.actions.telephones import tell_accounts
from lianxin.members.events import ADDED, IMPORT_UNDONE
from lianxin.members.history import believed, until
from lianxin.members.models import Member, MemberRecord, Membership, Unapplied
from lianxin.members.permissions import ADD

CHUNK = 2000


@transaction.atomic
def undo_batch(actor: Actor, *, batch: UUID, at: datetime) -> int:
    """Take back a batch: records it added are removed, records it changed are believed as before; how many records.

    The event log keeps what happened; each record gets an event that says it was taken back.

    Raises:
        NotVisible, NotPermitted: a record lies outside the actor's organisations, or the permission is missing.
        Conflict: something happened to a record since, or something refers to it by now; says to which.
    """
    events = list(Event.objects.filter(batch_id=batch).order_by("id"))
    if not events:
        raise Conflict(_("There is nothing left of this import to take back."))
    _check_untouched(batch)
    wrote_at = events[0].at
    added = {one.subject_id for one in events if one.kind == ADDED.kind}
    changed = {one.subject_id for one in events} - added
    done = 0
    for some in _in_chunks(sorted(added | changed)):
        members = lock_members(actor, some, ADD)
        write(
            describe(
                actor,
                IMPORT_UNDONE,
                at=at,
                subject=one.id,
                organisation=one.organisation_id,
                organisation_path=one.organisation_path,
                changes={"name": (one.name, None)} if one.id in added else None,
                data={"batch": str(batch)},
            )
            for one in members
        )
        _believe_as_before([one.id for one in members if one.id in changed], wrote_at, at)
        _remove([one.id for one in members if one.id in added])
        done += len(members)
    _check_nothing_refers()
    return done


def _check_untouched(batch: UUID) -> None:
    """Raise Conflict where a record of the batch has an event later than the batch's own. One query."""
    later = Event.objects.raw(
        "SELECT later.* FROM kernel_event mine JOIN kernel_event later ON later.subject_id = mine.subject_id "
        "AND later.id > mine.id AND later.batch_id IS DISTINCT FROM mine.batch_id WHERE mine.batch_id = %s LIMIT 1",
        [batch],
    )
    for event in later:
        member = Member.objects.filter(id=event.subject_id).first()
        if member is None:
            raise Conflict(_("This import was taken back before."))
        raise Conflict(
            _("%(actor)s did something with %(name)s after the import, so it cannot be taken back as a whole.")
            % {"actor": event.actor_name, "name": member.name}
        )


def _check_nothing_refers() -> None:
    """Raise Conflict where a row elsewhere, such as an invitation, still names somebody who was removed.

    Foreign keys are asked rather than tables: they see rows that the actor does not, and modules not known here. Whom
    they found PostgreSQL does not say where row security stands.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except IntegrityError as error:
        raise Conflict(
            _("Somebody of this import is named elsewhere by now, such as in an invitation: it cannot be taken back.")
        ) from error


def _believe_as_before(members: Sequence[UUID], wrote_at: datetime, at: datetime) -> None:
    if not members:
        return
    for model in (Membership, MemberRecord):
        rows = model._default_manager.filter(member_id__in=members)  # noqa: SLF001 - Django's name for the manager
        before = list(rows.filter(recorded__endswith=wrote_at))
        rows.filter(recorded__startswith=wrote_at, recorded__upper_inf=True).update(recorded=until(at))
        for row in before:
            row.pk = row._meta.pk.get_default()  # noqa: SLF001 - a new row that says the same
            row.recorded = DateTimeTZRange(at, None)
            row._state.adding = True  # noqa: SLF001 - Django's documented way to copy a row
        model._default_manager.bulk_create(before)  # type: ignore[arg-type]  # noqa: SLF001 - as above
    today = day_of(at)
    places, records = believed(Membership, members, at), believed(MemberRecord, members, at)
    for member in Member.objects.filter(id__in=members):
        belief, place = records[member.id].on(today), places[member.id].on(today)
        columns = put_record(member, belief) if belief is not None else set()
        if place is not None and place.organisation_id != member.organisation_id:
            member.organisation_id = place.organisation_id
            columns.add("organisation")
        member.version += 1
        member.updated_at = at
        member.save(update_fields=[*columns, "version", "updated_at"])
        if "mobile" in columns:
            tell_accounts([member])


def _remove(members: Sequence[UUID]) -> None:
    """Remove records that only this import ever wrote, with their beliefs; nobody acted on them."""
    Unapplied.objects.filter(member_id__in=members).delete()
    Membership.objects.filter(member_id__in=members).delete()
    MemberRecord.objects.filter(member_id__in=members).delete()
    Member.objects.filter(id__in=members)._raw_delete("default")  # noqa: SLF001 - see `_check_nothing_refers`


def _in_chunks(items: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]
