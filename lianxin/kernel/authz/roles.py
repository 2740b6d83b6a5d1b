"""Roles: what a person is called at a node of the tree. Which permissions each holds is said by the permissions."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """The roles a grant can give; members need none for their own record."""

    ORG_DEPARTMENT = "org_department", _("organisation department clerk")
    COMMITTEE_CLERK = "committee_clerk", _("committee clerk")
    SECRETARY = "secretary", _("branch secretary")
    VIEWER = "viewer", _("viewer")
    ADMINISTRATOR = "administrator", _("administrator of accounts and grants")
    AUDITOR = "auditor", _("auditor")
