"""Writing the history of organisations, and making their rows say what holds today."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import F
from django.utils.translation import gettext as _

from lianxin.kernel.db.bitemporal import BELIEVED, believe
from lianxin.kernel.db.paths import STEP
from lianxin.kernel.errors import InvalidInput
from lianxin.kernel.pinyin import pinyin_of
from lianxin.kernel.time import day_of
from lianxin.organisations.models import Organisation, OrganisationVersion, Unapplied
from lianxin.organisations.pieces import PINYIN_PIECE, pieces_of

HELD = ("name", "short_name", "org_type", "parent_id")


def alter(
    organisation: UUID,
    changes: Mapping[str, Any],
    *,
    since: date,
    at: datetime,
    event: UUID,
    document_no: str,
    reason: str,
) -> None:
    """Believe that from `since` the changed things (of `HELD`) hold for the organisation.

    A change lasts until the day from which that same thing was changed by another act: a name given in 2020 does not
    undo the one of 2022, but it does reach through a move of 2021, which changed the parent only.

    Raises:
        InvalidInput: the organisation does not exist on the day.
    """
    rows = list(
        OrganisationVersion.objects.filter(
            BELIEVED, organisation_id=organisation, valid__overlap=DateRange(since, None)
        ).order_by("valid")
    )
    if not rows or rows[0].valid.lower > since:
        raise InvalidInput({"effective_on": _("The organisation does not exist on that day.")})
    before = {name: getattr(rows[0], name) for name in changes}
    reaching = dict(changes)
    for number, row in enumerate(rows):
        reaching = {name: value for name, value in reaching.items() if getattr(row, name) == before[name]}
        if not reaching:
            break
        held = {name: getattr(row, name) for name in HELD}
        written = {"document_no": document_no, "reason": reason} if number == 0 else _said(row)
        believe(
            OrganisationVersion,
            {"organisation_id": organisation},
            {**held, **reaching, **written},
            since=max(row.valid.lower, since),
            until=row.valid.upper,
            at=at,
            event=event if number == 0 else row.event_id,
        )


def end(organisation: UUID, *, on: date, at: datetime, event: UUID) -> None:
    """Believe that from the day on the organisation is no more."""
    believe(OrganisationVersion, {"organisation_id": organisation}, None, since=on, at=at, event=event)


def take_effect(organisations: Iterable[UUID], *, effective_on: date, at: datetime) -> None:
    """Make the rows say what holds today; a change of a coming day waits in `Unapplied` for its midnight."""
    ids = list(dict.fromkeys(organisations))
    today = day_of(at)
    if effective_on > today:
        Unapplied.objects.bulk_create(
            [Unapplied(organisation_id=one, on=effective_on) for one in ids], ignore_conflicts=True
        )
    else:
        for one in ids:
            bring_up_to_date(one, on=today)
    Organisation.objects.filter(id__in=ids).update(version=F("version") + 1)


def bring_up_to_date(organisation: UUID, *, on: date) -> None:
    """Make the row of the organisation, and its place in the tree, those of its version of the day.

    Before its first day it shows its first version, after its last day its last.
    """
    row = Organisation.objects.get(id=organisation)
    versions = list(OrganisationVersion.objects.filter(BELIEVED, organisation_id=organisation).order_by("valid"))
    begun = [version for version in versions if version.valid.lower <= on]
    held = begun[-1] if begun else versions[0]
    row.name, row.short_name, row.org_type = held.name, held.short_name, held.org_type
    row.pinyin, row.initials, row.grams = found_by(held.name, held.short_name)
    row.save(update_fields=["name", "short_name", "org_type", "pinyin", "initials", "grams"])
    above = Organisation.objects.filter(id=held.parent_id).first() if held.parent_id else None
    if above is None or above.path == row.path[:-STEP]:
        return
    Organisation.objects.move(row, above, "last-child")


def found_by(name: str, short_name: str) -> tuple[str, str, list[str]]:
    """How the organisation is found: pinyin and initials of its short name, and the pieces of `pieces_of`."""
    pinyin = pinyin_of(short_name or name)
    pieces = {
        *pieces_of(name),
        *pieces_of(short_name),
        *pieces_of(pinyin.initials),
        *pieces_of(pinyin.full, PINYIN_PIECE),
    }
    return pinyin.full, pinyin.initials, sorted(pieces)


def _said(row: OrganisationVersion) -> dict[str, str]:
    return {"document_no": row.document_no, "reason": row.reason}
