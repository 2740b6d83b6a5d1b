"""Layouts: uploaded, checked, replaced by new versions, withdrawn."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.files.facade import keep_attachment
from lianxin.kernel.authz import Actor, require
from lianxin.kernel.edge.uploads import Accepted, Kind
from lianxin.kernel.errors import Conflict, InvalidInput, NotPermitted, NotVisible
from lianxin.kernel.events import EventType
from lianxin.kernel.events.record import record
from lianxin.ledgers.events import LAYOUT_REPLACED, LAYOUT_UPLOADED, LAYOUT_WITHDRAWN
from lianxin.ledgers.isolation import check_apart
from lianxin.ledgers.models import Layout, LayoutVersion
from lianxin.ledgers.models.layout import FileKind
from lianxin.ledgers.permissions import LAYOUTS, VIEW
from lianxin.ledgers.wording import faults_in_words
from lianxin.organisations.facade import organisation_for

LARGEST = 5 << 20
"""Bytes of a layout. Source: our own choice; a page with a seal and a letterhead is well below one megabyte."""
LONGEST_NAME = 80


@transaction.atomic
def upload_layout(actor: Actor, *, organisation: UUID, name: str, upload: Accepted, at: datetime) -> Layout:
    """Keep a new layout, for the organisation and all below it.

    Raises:
        NotVisible, NotPermitted: the organisation lies outside, or the actor may not keep layouts there.
        InvalidInput: no name, one in use, or a file with faults: each named with its place.
    """
    place = organisation_for(actor, organisation, LAYOUTS)
    name = name.strip()
    wrong = {}
    if not name or len(name) > LONGEST_NAME:
        wrong["name"] = _("Give it a name of at most 80 characters.")
    elif Layout.objects.filter(organisation=place, name=name, withdrawn_at__isnull=True).exists():
        wrong["name"] = _("There is a layout of this name. Open it and upload a new version, or choose another name.")
    if wrong:
        raise InvalidInput(wrong)
    kind, content, fields = _checked(upload)
    row = Layout.objects.create(
        organisation=place,
        organisation_path=place.path,
        organisation_name=place.short_name,
        name=name,
        kind=kind,
        created_at=at,
    )
    _keep_version(actor, row, upload, size=len(content), fields=fields, at=at)
    _tell(actor, LAYOUT_UPLOADED, row, at)
    return row


@transaction.atomic
def replace_layout(actor: Actor, *, layout: UUID, upload: Accepted, at: datetime) -> Layout:
    """Keep a new version of a layout; earlier ones stay.

    Raises:
        NotVisible, NotPermitted: as for `upload_layout`.
        Conflict: it was withdrawn.
        InvalidInput: the file has faults, or is of the other kind.
    """
    row = _locked(actor, layout)
    kind, content, fields = _checked(upload)
    if kind != row.kind:
        raise InvalidInput(
            {"file": _("This layout is a %(kind)s. Upload one of the same kind.") % {"kind": row.get_kind_display()}}
        )
    row.version += 1
    row.save(update_fields=["version"])
    _keep_version(actor, row, upload, size=len(content), fields=fields, at=at)
    _tell(actor, LAYOUT_REPLACED, row, at)
    return row


@transaction.atomic
def withdraw_layout(actor: Actor, *, layout: UUID, at: datetime) -> Layout:
    """Offer a layout no longer; what was filled stays as it is.

    Raises:
        NotVisible, NotPermitted, Conflict: as for `replace_layout`.
    """
    row = _locked(actor, layout)
    row.withdrawn_at = at
    row.save(update_fields=["withdrawn_at"])
    _tell(actor, LAYOUT_WITHDRAWN, row, at)
    return row


def _locked(actor: Actor, layout: UUID) -> Layout:
    row = Layout.objects.select_for_update().filter(pk=layout).first()
    if row is None:
        raise NotVisible(_("There is no such layout, or it is not meant for your organisations."))
    require(actor, LAYOUTS, row.organisation_path, seen_by=VIEW)
    if row.withdrawn_at is not None:
        raise Conflict(_("This layout was withdrawn. Upload a new one."))
    return row


def _checked(upload: Accepted) -> tuple[str, bytes, list[str]]:
    """Kind, content and fields of an accepted file.

    Raises:
        InvalidInput: too large, no .docx or .xlsx, without any field, or with faults.
    """
    if upload.size > LARGEST:
        raise InvalidInput({"file": _("A layout may have at most 5 MB. Make its pictures smaller.")})
    content = b"".join(upload.chunks())
    kind = FileKind.DOCX if upload.kind is Kind.document else FileKind.XLSX
    if not content.startswith(b"PK"):
        raise InvalidInput({"file": _("A layout is a .docx or .xlsx file. Save it as one of these and upload that.")})
    fields, problems = check_apart(kind, content)
    if problems:
        raise InvalidInput({"file": faults_in_words(problems)})
    if not fields:
        raise InvalidInput(
            {"file": _("This file names no field. Write for instance {{ organisation.name }} where a value belongs.")}
        )
    return kind, content, fields


def _keep_version(actor: Actor, row: Layout, upload: Accepted, *, size: int, fields: list[str], at: datetime) -> None:
    if actor.account_id is None:
        raise NotPermitted(_("Only somebody signed in can hand in a file."))
    stored = keep_attachment(actor, organisation=row.organisation_id, upload=upload, at=at)
    LayoutVersion.objects.create(
        layout=row,
        number=row.version,
        file=stored,
        file_name=upload.name,
        size=size,
        fields=fields,
        uploaded_by_id=actor.account_id,
        uploaded_by_name=actor.name,
        uploaded_at=at,
    )


def _tell(actor: Actor, kind: EventType, row: Layout, at: datetime) -> None:
    record(
        actor,
        kind,
        at=at,
        subject=row.pk,
        organisation=row.organisation_id,
        organisation_path=row.organisation_path,
        data={"name": row.name, "version": row.version, "url": row.get_absolute_url()},
    )
