"""Wiring of messaging, on one page."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.authz import declare


class MessagingConfig(AppConfig):
    """Notices, invitations and reminders on the way to people."""

    name = "lianxin.messaging"
    label = "messaging"
    verbose_name = _("messages between organisations and members")

    def ready(self) -> None:
        """Register permissions, menu entries and panels."""
        from lianxin.messaging import events, messages, permissions  # noqa: F401, PLC0415 - after the app registry

        declare(permissions.PERMISSIONS)
