"""What people may do with preparing organisation-life meetings."""

from lianxin.kernel.authz import Permission

PERMISSIONS: list[Permission] = []
