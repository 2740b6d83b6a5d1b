"""What people may do with messages between organisations and members."""

from lianxin.kernel.authz import Permission

PERMISSIONS: list[Permission] = []
