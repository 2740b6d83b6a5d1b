"""What people may do with ledgers."""

from lianxin.kernel.authz import Permission

PERMISSIONS: list[Permission] = []
