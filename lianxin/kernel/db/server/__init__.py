"""PostgreSQL for Lianxin: the embedded server, or one of your own; two roles on either. Knows nothing of Django."""

from lianxin.kernel.db.server.addresses import (
    APP_ROLE,
    DATABASE,
    OWNER_ROLE,
    Addresses,
    addresses,
    django_settings,
    embedded_url,
    var_directory,
)
from lianxin.kernel.db.server.installation import MAJOR_VERSION, client_program
from lianxin.kernel.db.server.problem import ServerProblem
from lianxin.kernel.db.server.roles import OLDEST_MAJOR_VERSION, close_database, connect, grant_app_privileges, prepare
from lianxin.kernel.db.server.server import Server, Status, ensure_running, status, stop

__all__ = [
    "APP_ROLE",
    "DATABASE",
    "MAJOR_VERSION",
    "OLDEST_MAJOR_VERSION",
    "OWNER_ROLE",
    "Addresses",
    "Server",
    "ServerProblem",
    "Status",
    "addresses",
    "client_program",
    "close_database",
    "connect",
    "django_settings",
    "embedded_url",
    "ensure_running",
    "grant_app_privileges",
    "prepare",
    "status",
    "stop",
    "var_directory",
]
