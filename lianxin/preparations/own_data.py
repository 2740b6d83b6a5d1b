"""What preparations keep about a member, as they take it away."""

from django.utils.translation import gettext_lazy as _

from lianxin.members.facade import OwnPart
from lianxin.preparations.models import Criticism, ExaminationText, Rectification

OWN_PARTS = (
    OwnPart(
        "preparations.examinations",
        _("My self-examination texts"),
        lambda member: ExaminationText.objects.filter(author=member).order_by("id"),
        ("text", "is_handed_in", "updated_at"),
    ),
    OwnPart(
        "preparations.criticism",
        _("Points raised with me"),
        lambda member: Criticism.objects.filter(of=member).order_by("id"),
        ("text", "recorded_on"),
    ),
    OwnPart(
        "preparations.rectification",
        _("What I have to put right"),
        lambda member: Rectification.objects.filter(owner=member).order_by("id"),
        ("problem", "measure", "due_on", "state"),
    ),
)
