"""What people may do with organisation life."""

from lianxin.kernel.authz import Permission

PERMISSIONS: list[Permission] = []
