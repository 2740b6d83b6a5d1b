"""Authorization, said once: permissions by name, roles as sets of them, actors with their reach on the tree."""

from lianxin.kernel.authz.acting import acting, acting_as_system
from lianxin.kernel.authz.actor import Actor, Reach
from lianxin.kernel.authz.permissions import Permission, declare, permission
from lianxin.kernel.authz.roles import ADMINISTRATORS, Role
from lianxin.kernel.authz.scope import require, within

__all__ = [
    "ADMINISTRATORS",
    "Actor",
    "Permission",
    "Reach",
    "Role",
    "acting",
    "acting_as_system",
    "declare",
    "permission",
    "require",
    "within",
]
