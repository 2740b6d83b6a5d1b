"""Taking ledgers away as files: in the product's own layouts, or in a superior's. Nothing is typed."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.files.facade import attachment_content
from lianxin.kernel.authz import Actor
from lianxin.kernel.errors import Conflict, NotVisible
from lianxin.kernel.events.record import record
from lianxin.ledgers.books import BY_KEY
from lianxin.ledgers.catalogue import known_names
from lianxin.ledgers.events import TAKEN_AWAY
from lianxin.ledgers.isolation import fill_apart
from lianxin.ledgers.models.layout import FileKind
from lianxin.ledgers.periods import Period
from lianxin.ledgers.permissions import EXPORT
from lianxin.ledgers.queries.layouts import layout_for, version_of
from lianxin.ledgers.queries.material import Material, material_for
from lianxin.ledgers.queries.values import layout_values
from lianxin.ledgers.samples import sample_of


def take_ledger(
    actor: Actor, *, ledger: str, organisation: UUID, period: Period, kind: str, at: datetime
) -> tuple[str, bytes]:
    """A ledger as a file in the product's own layout: its name and content.

    Raises:
        NotVisible, NotPermitted: outside, without the permission there, or no such ledger.
    """
    chosen = BY_KEY.get(ledger)
    if chosen is None or kind not in FileKind.values:
        raise NotVisible(_("There is no such ledger."))
    material = material_for(actor, organisation, period, EXPORT)
    names = (*chosen.fields, "today")
    made = fill_apart(kind, sample_of(chosen, kind), layout_values(names, material, kind=kind))
    _record(actor, material, str(chosen.label), at)
    return _file_name(material, str(chosen.label), kind), made


def take_layout(actor: Actor, *, layout: UUID, organisation: UUID, period: Period, at: datetime) -> tuple[str, bytes]:
    """A superior's layout filled for an organisation at or below who uploaded it: name and content.

    Raises:
        NotVisible, NotPermitted: outside, or without the permission there.
        Conflict: the layout was withdrawn, or is for other organisations.
    """
    row = layout_for(actor, layout)
    material = material_for(actor, organisation, period, EXPORT)
    if row.withdrawn_at is not None:
        raise Conflict(_("This layout was withdrawn. Ask who uploaded it for the new one."))
    if not material.organisation.path.startswith(row.organisation_path):
        raise Conflict(_("This layout is for organisations at or below %(name)s.") % {"name": row.organisation_name})
    version = version_of(row)
    _stored, chunks = attachment_content(version.file_id)
    names = [name for name in version.fields if _is_known(name)]
    made = fill_apart(row.kind, b"".join(chunks), layout_values(names, material, kind=row.kind))
    _record(actor, material, row.name, at)
    return _file_name(material, row.name, row.kind), made


def _is_known(name: str) -> bool:
    known = known_names()
    return name in known or name.rpartition(".")[0] in known


def _file_name(material: Material, name: str, kind: str) -> str:
    return f"{material.organisation.short_name}{name}（{material.period.words}）.{kind}"


@transaction.atomic
def _record(actor: Actor, material: Material, name: str, at: datetime) -> None:
    place = material.organisation
    record(
        actor,
        TAKEN_AWAY,
        at=at,
        subject=place.pk,
        organisation=place.pk,
        organisation_path=place.path,
        data={"name": name, "period": material.period.key},
    )
