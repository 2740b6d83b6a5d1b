"""Wiring of files, on one page."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.authz import declare
from lianxin.kernel.processing import declare_processing
from lianxin.kernel.retention.types import declare_records
from lianxin.kernel.web.navigation import Entry, Panel, add_entry, add_panel


class FilesConfig(AppConfig):
    """Stored files, imports of spreadsheets, exports of lists."""

    name = "lianxin.files"
    label = "files"
    verbose_name = _("files")

    def ready(self) -> None:
        """Register permissions, the menu entry and the panel of recent imports."""
        from lianxin.files import events, keeping, permissions  # noqa: F401, PLC0415 - after the app registry
        from lianxin.files.panels import imports_to_finish  # noqa: PLC0415 - the same

        declare(permissions.PERMISSIONS)
        declare_processing(keeping.PROCESSING)
        declare_records(keeping.RECORD_TYPES)
        add_entry(Entry("workbench", 70, _("Imports and exports"), "file-import", "files:imports", permissions.IMPORT))
        add_panel(Panel("workbench.home", 15, "files/panel_imports.html", imports_to_finish))
