"""What people may do with ceremonies."""

from lianxin.kernel.authz import Permission

PERMISSIONS: list[Permission] = []
