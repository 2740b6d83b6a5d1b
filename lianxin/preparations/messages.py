"""The messages preparations send."""

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lianxin.messaging.facade import message_kind

ASKED = message_kind("preparations.asked", _("texts asked of me before a meeting"))
RECTIFY = message_kind("preparations.rectify", _("what is to be put right"))


def own_link() -> str:
    """Where a member finds what they have to do."""
    return reverse("own_preparations:index")


def desk_link(preparation: UUID) -> str:
    """The list of a meeting in the workbench."""
    return reverse("preparations:preparation", args=[preparation])
