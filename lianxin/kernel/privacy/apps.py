"""Wiring of the privacy kernel, on one page."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.authz import declare
from lianxin.kernel.web.navigation import Entry, add_entry


class PrivacyConfig(AppConfig):
    """Personal data: the key ring, sealed values, look-up by keyed hash, rotation."""

    name = "lianxin.kernel.privacy"
    label = "privacy"
    verbose_name = _("protection of personal data")

    def ready(self) -> None:
        """Register the permission, the events and the menu entry."""
        from lianxin.kernel.privacy import events, permissions  # noqa: F401, PLC0415 - after the app registry
        from lianxin.kernel.privacy.clear import clear_folder  # noqa: PLC0415 - the same

        clear_folder()  # Django refuses to start where uploads would have no place
        declare(permissions.PERMISSIONS)
        add_entry(Entry("workbench", 88, _("Keys"), "key", "privacy:keys", permissions.VIEW))
