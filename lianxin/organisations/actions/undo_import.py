"""Taking back an import of organisations while nothing was built upon it."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from lianxin.kernel.authz import Actor, require
from lianxin.kernel.db.bitemporal import BELIEVED
from lianxin.kernel.db.paths import STEP
from lianxin.kernel.errors import Conflict
from lianxin.kernel.events.record import describe, write
from lianxin.kernel.models import Event
from lianxin.organisations import events
from lianxin.organisations.actions.tree import lock_tree, locked
from lianxin.organisations.models import Organisation, OrganisationVersion, Term
from lianxin.organisations.permissions import REORGANISE, VIEW


@transaction.atomic
def undo_import(actor: Actor, *, batch: UUID, at: datetime) -> int:
    """Remove every organisation the import set up, and give back the facts it changed; how many records.

    Raises:
        NotVisible, NotPermitted: the actor may not reorganise where the import wrote.
        Conflict: one of them was changed since, or has members, grants or organisations below it that came later.
    """
    lock_tree()
    written = list(Event.objects.filter(batch_id=batch, kind__startswith="organisations.").order_by("id"))
    rows = locked({event.subject_id for event in written if event.subject_id})
    for row in rows.values():
        require(actor, REORGANISE, row.path, seen_by=VIEW)
    added = {event.subject_id for event in written if event.kind == events.SET_UP.kind}
    _check_untouched(rows.values(), batch)
    _check_free(added, rows)
    for event in reversed(written):
        if event.kind == events.FACTS_CHANGED.kind and event.subject_id not in added:
            _give_back(rows[event.subject_id], event)
    _remove([rows[one] for one in added])
    write(
        describe(
            actor,
            events.IMPORT_UNDONE,
            at=at,
            subject=row.id,
            organisation=row.id,
            organisation_path=row.path,
            data={"name": row.name, "code": row.code},
        )
        for row in rows.values()
    )
    return len(rows)


def _check_untouched(rows: Iterable[Organisation], batch: UUID) -> None:
    names = {row.id: str(row) for row in rows}
    last_written = Event.objects.filter(batch_id=batch).order_by("-id").values_list("id", flat=True).first()
    later = (
        Event.objects.filter(subject_id__in=names, kind__startswith="organisations.")
        .exclude(batch_id=batch)
        .filter(id__gt=last_written)
        .values_list("subject_id", flat=True)
        .first()
    )
    if later is not None:
        raise Conflict(
            _("“%(name)s” was changed after the import; the import can no longer be taken back.")
            % {"name": names[later]}
        )


def _check_free(added: set[UUID], rows: dict[UUID, Organisation]) -> None:
    for one in added:
        if rows[one].members:
            raise Conflict(_("“%(name)s” has members by now; move them first.") % {"name": rows[one]})
    child = (
        OrganisationVersion.objects.filter(BELIEVED, parent_id__in=added)
        .exclude(organisation_id__in=added)
        .select_related("organisation")
        .first()
    )
    if child is not None:
        raise Conflict(
            _("“%(name)s” stands below an imported organisation; move it first.") % {"name": child.organisation}
        )


def _give_back(row: Organisation, event: Event) -> None:
    """Write the old facts again. A telephone is in the log masked only, so it stays empty and is asked for again."""
    for name, (old, _new) in event.changes.items():
        if name == "phone":
            row.phone, row.phone_masked = None, ""
        else:
            setattr(row, name, old)
    row.version += 1
    row.save()


def _remove(rows: list[Organisation]) -> None:
    """Delete rows that nothing refers to; the log keeps that they were there."""
    ids = [row.id for row in rows]
    Term.objects.filter(organisation_id__in=ids).delete()
    OrganisationVersion.objects.filter(organisation_id__in=ids).delete()
    parents: dict[str, int] = {}
    for row in rows:
        parents[row.path[:-STEP]] = parents.get(row.path[:-STEP], 0) + 1
    for path, number in parents.items():
        Organisation.objects.filter(path=path).exclude(id__in=ids).update(numchild=F("numchild") - number)
    try:
        with transaction.atomic():
            # The database knows who refers to these rows; it is asked now, not at the end of the transaction.
            Organisation.objects.filter(id__in=ids)._raw_delete("default")  # noqa: SLF001 - Django's delete of only these
            connection.check_constraints()
    except IntegrityError as error:
        raise Conflict(_("Members, roles or posts refer to an imported organisation; remove them first.")) from error
