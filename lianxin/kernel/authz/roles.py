"""Roles: what a person is called at a node of the tree. Which permissions each holds is said by the permissions."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """The roles a grant can give; members need none for their own record."""

    ORG_DEPARTMENT = "org_department", _("organisation department clerk")
    COMMITTEE_CLERK = "committee_clerk", _("committee clerk")
    SECRETARY = "secretary", _("branch secretary")
    VIEWER = "viewer", _("viewer")
    SYSTEM_ADMINISTRATOR = "system_administrator", _("system administrator")
    SECURITY_ADMINISTRATOR = "security_administrator", _("security administrator")
    AUDITOR = "auditor", _("auditor")


ADMINISTRATORS = frozenset({Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.AUDITOR})
"""Separated duties: whoever holds one of these holds no other role at the same time. Source: GB/T 22239."""


def conflict(one: Role, other: Role) -> bool:
    """Whether nobody may hold both roles at the same time: different ones, of which one is an administrator's."""
    return one != other and (one in ADMINISTRATORS or other in ADMINISTRATORS)
