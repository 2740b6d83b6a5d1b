"""What can happen to imports and exports, in the words of a timeline."""

from django.utils.translation import gettext_lazy as _

from lianxin.kernel.events import event_type

IMPORTED = event_type("files.imported", _("imported a spreadsheet"))
UNDONE = event_type("files.import_undone", _("took back an import"))
EXPORTED = event_type("files.exported", _("exported a list"))
PERSONAL_EXPORTED = event_type(
    "files.personal_exported", _("exported a list with personal data in clear"), is_look=True
)
