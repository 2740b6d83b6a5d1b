"""Wiring of the kernel."""

from django.apps import AppConfig
from django.db import connections
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate


class KernelConfig(AppConfig):
    """What every module stands on; it knows none of them."""

    name = "lianxin.kernel"
    label = "kernel"

    def ready(self) -> None:
        """Declare what the kernel itself records, and the readers of the log."""
        from django.utils.module_loading import autodiscover_modules  # noqa: PLC0415 - after the app registry

        from lianxin.kernel.authz import declare  # noqa: PLC0415 - the same
        from lianxin.kernel.db import lookups  # noqa: PLC0415 - the same
        from lianxin.kernel.db.scope import wrap_statements  # noqa: PLC0415 - the same
        from lianxin.kernel.events import audit, daily  # noqa: F401, PLC0415 - the same
        from lianxin.kernel.processing import declare_processing  # noqa: PLC0415 - the same
        from lianxin.kernel.retention import own, own_processing, permissions  # noqa: PLC0415 - the same
        from lianxin.kernel.retention.types import declare_records  # noqa: PLC0415 - the same

        declare(permissions.PERMISSIONS)
        declare_records(own.RECORD_TYPES)
        declare_processing(own_processing.PROCESSING)
        lookups.register()
        autodiscover_modules("row_security")
        connection_created.connect(wrap_statements, dispatch_uid="lianxin.scope")
        post_migrate.connect(enforce_row_security, sender=self, dispatch_uid="lianxin.row_security")


def enforce_row_security(*, using: str = "default", **_: object) -> None:
    """After migrating, the database enforces what the modules declare; receiver of `post_migrate`."""
    from lianxin.kernel.db.row_security import install  # noqa: PLC0415 - after the app registry

    install(connections[using])
