"""Wiring of the kernel."""

from django.apps import AppConfig


class KernelConfig(AppConfig):
    """What every module stands on; it knows none of them."""

    name = "lianxin.kernel"
    label = "kernel"
