"""What organisation life keeps about a member, as they take it away."""

from django.utils.translation import gettext_lazy as _

from lianxin.activities.models import Excuse, Participant, Resolution
from lianxin.members.facade import OwnPart

OWN_PARTS = (
    OwnPart(
        "activities.participation",
        _("Activities I was invited to"),
        lambda member: Participant.objects.filter(member=member).order_by("id"),
        (
            "activity__title",
            "activity__starts_at",
            "role",
            "may_vote",
            "is_excused",
            "reply",
            "leave_reason",
            "attendance",
            "signed_at",
        ),
    ),
    OwnPart(
        "activities.excuses",
        _("When I was excused from attending"),
        lambda member: Excuse.objects.filter(member=member).order_by("id"),
        ("since", "until", "ground", "reason", "approved_by_name"),
    ),
    OwnPart(
        "activities.resolutions",
        _("What meetings gave me to do"),
        lambda member: Resolution.objects.filter(owner=member).order_by("id"),
        ("text", "due_on", "state", "note", "settled_at"),
    ),
)
