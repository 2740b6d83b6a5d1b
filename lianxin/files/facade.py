"""What other modules and channels may use of files."""

from lianxin.files.actions.imports import Upload, choose_columns, hand_in, import_for, run_at_once, undo, write
from lianxin.files.attachments import attachment_content, keep_attachment, remove_attachment
from lianxin.files.console import export_from_console, import_from_console
from lianxin.files.exporting import ask, exports_of, run_export, start
from lianxin.files.models import Attachment, Export, Import, StoredFile
from lianxin.files.permissions import EXPORT, IMPORT
from lianxin.files.queries import imports_of, imports_to_do
from lianxin.files.uploads import KeptUploadField, belongs_to, keep_uploads

__all__ = [
    "EXPORT",
    "IMPORT",
    "Attachment",
    "Export",
    "Import",
    "KeptUploadField",
    "StoredFile",
    "Upload",
    "ask",
    "attachment_content",
    "belongs_to",
    "choose_columns",
    "export_from_console",
    "exports_of",
    "hand_in",
    "import_for",
    "import_from_console",
    "imports_of",
    "imports_to_do",
    "keep_attachment",
    "keep_uploads",
    "remove_attachment",
    "run_at_once",
    "run_export",
    "start",
    "undo",
    "write",
]
