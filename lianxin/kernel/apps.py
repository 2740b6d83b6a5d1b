"""Wiring of the kernel."""

from django.apps import AppConfig


class KernelConfig(AppConfig):
    """What every module stands on; it knows none of them."""

    name = "lianxin.kernel"
    label = "kernel"

    def ready(self) -> None:
        """Declare what the kernel itself records, and the readers of the log."""
        from lianxin.kernel.events import audit, daily  # noqa: F401, PLC0415 - after the app registry
