"""What people may do with democratic appraisal."""

from lianxin.kernel.authz import Permission

PERMISSIONS: list[Permission] = []
