"""Who sees imports and exports: an import whoever may import at its place, an export whoever asked for it."""

from lianxin.files.models import (
    Attachment,
    ColumnChoice,
    Export,
    Import,
    ImportCorrection,
    ImportFinding,
    ImportProgress,
    StoredFile,
)
from lianxin.kernel.db.row_security import either, guard, own_account, reach, with_parent
from lianxin.organisations.facade import Organisation

AT_ITS_PLACE = with_parent("files_import.organisation_id", Organisation, reach("p.path", "files.import"))

guard(Import, sees=either(own_account("account_id"), AT_ITS_PLACE), changes=AT_ITS_PLACE)
for model in (ImportProgress, ImportFinding, ImportCorrection):
    column = f"{model._meta.db_table}.run_id"  # noqa: SLF001 - Django's documented model API
    guard(model, sees=with_parent(column, Import), changes=with_parent(column, Import))
guard(ColumnChoice, sees=own_account("account_id"), changes=own_account("account_id"))
guard(Export, sees=own_account("account_id"), changes=own_account("account_id"))
IMPORTED = "EXISTS (SELECT 1 FROM files_import i WHERE i.file_id = files_stored.id)"
EXPORTED = "EXISTS (SELECT 1 FROM files_export e WHERE e.file_id = files_stored.id)"
HELD = f"held_until IS NOT NULL AND {own_account('stored_by')}"  # a form of theirs was refused and may come again
guard(
    StoredFile,
    sees=either(IMPORTED, EXPORTED, HELD),
    changes=either(IMPORTED, EXPORTED),
    adds="kernel_account() IS NOT NULL",  # a file is stored first, then the import or export that it belongs to
)
guard(
    Attachment,
    sees=either(own_account("account_id"), with_parent("files_attachment.file_id", StoredFile)),
    changes=own_account("account_id"),
)
