"""What this module keeps of uploaded and exported spreadsheets, what for, and for how long."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from lianxin.files.actions.imports import OPEN
from lianxin.files.models import Import, StoredFile
from lianxin.files.permissions import EXPORT, IMPORT
from lianxin.files.storage import remove
from lianxin.kernel.processing import Processing
from lianxin.kernel.retention.types import Fate, RecordType
from lianxin.kernel.time import now


def _stored() -> QuerySet[StoredFile]:
    """Spreadsheets on disk that no unfinished import needs; attachments go with what they belong to."""
    needed = Import.objects.filter(state__in=OPEN).values("file_id")
    return StoredFile.objects.filter(removed_at__isnull=True, attachment__isnull=True).exclude(pk__in=needed)


def _remove(before: datetime) -> int:
    """Remove the content of older files; their rows stay, for imports and exports name them."""
    at, count = now(), 0
    for file in _stored().filter(stored_at__lt=before).iterator():
        remove(file, at=at)
        count += 1
    return count


PROCESSING = (
    Processing(
        "files.spreadsheets",
        _("Imports and exports of spreadsheets"),
        _("Party members and contacts of organisations"),
        _("Entering lists into the register and handing lists out, with a reason"),
        (("BRANCH", ""), ("PIPL", "13")),
        lambda: [_("the columns of the sheet"), _("cells as mended"), _("who exported what and why")],
        (IMPORT, EXPORT),
        ("files.stored", "files.imports"),
        _("Who exports answers for the copy; each export asks for a reason, and members see it."),
        sealed=("files.Import.password", "files.ImportCorrection.value"),
    ),
)

RECORD_TYPES = (
    RecordType(
        "files.stored",
        _("uploaded and exported spreadsheets"),
        _("Needed until the import is written or the export fetched; also removed each night after seven days."),
        Fate.DELETE,
        _stored,
        since="stored_at",
        since_words=_("day of storing"),
        rule="retention.files.days",
        delete=_remove,
    ),
    RecordType(
        "files.imports",
        _("lists of imports and exports"),
        _("Kept; deletion is not offered. They say what was entered from where; the cells themselves are removed."),
        Fate.KEEP,
        Import.objects.all,
        since="created_at",
        since_words=_("day of the import"),
    ),
)
