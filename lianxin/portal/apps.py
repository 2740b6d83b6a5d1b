"""Wiring of the portal, on one page."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.web.channels import Channel, add_channel
from lianxin.kernel.web.navigation import Entry, add_entry


class PortalConfig(AppConfig):
    """The shell for members and residents: phone first."""

    name = "lianxin.portal"
    label = "portal"
    verbose_name = _("portal")

    def ready(self) -> None:
        """Register the channel and its home."""
        from lianxin.members.facade import OWN  # noqa: PLC0415 - after the app registry
        from lianxin.portal.context import around  # noqa: PLC0415 - the same

        add_channel(Channel("portal", "/me/", "ui/portal.html", around))
        add_channel(Channel("portal", "/", "ui/portal.html", around))
        add_entry(Entry("sign_in", 90, _("How personal data is used"), "shield-lock", "processing"))
        add_entry(Entry("portal", 10, _("Home"), "home", "portal:home", OWN))
