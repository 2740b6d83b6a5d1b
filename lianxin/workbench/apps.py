"""Wiring of the workbench, on one page."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.web.channels import Channel, add_channel
from lianxin.kernel.web.navigation import Entry, add_entry


class WorkbenchConfig(AppConfig):
    """The shell for the desk: what a clerk has to do, and every module's screens."""

    name = "lianxin.workbench"
    label = "workbench"
    verbose_name = _("workbench")

    def ready(self) -> None:
        """Register the channel and its home."""
        from lianxin.kernel.retention.permissions import VIEW as RETENTION  # noqa: PLC0415 - after the app registry
        from lianxin.organisations.facade import VIEW  # noqa: PLC0415 - after the app registry
        from lianxin.workbench.context import around  # noqa: PLC0415 - the same

        add_channel(Channel("workbench", "/work/", "ui/workbench.html", around))
        add_entry(Entry("workbench", 92, _("Keeping of records"), "clock", "workbench:retention", RETENTION))
        add_entry(Entry("workbench", 10, _("To do"), "list-check", "workbench:home", VIEW))
