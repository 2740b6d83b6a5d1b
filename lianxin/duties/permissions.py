"""What people may do with what is due."""

from lianxin.kernel.authz import Permission

PERMISSIONS: list[Permission] = []
