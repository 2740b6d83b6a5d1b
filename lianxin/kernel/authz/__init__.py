"""Authorization, said once: permissions by name, roles as sets of them, actors with their reach on the tree."""

from lianxin.kernel.authz.actor import Actor, Reach
from lianxin.kernel.authz.permissions import Permission, declare, permission
from lianxin.kernel.authz.roles import Role
from lianxin.kernel.authz.scope import require, within

__all__ = ["Actor", "Permission", "Reach", "Role", "declare", "permission", "require", "within"]
