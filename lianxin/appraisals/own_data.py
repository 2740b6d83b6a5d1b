"""What appraisals keep about a member, as they take it away. Sheets about them name nobody and belong to nobody."""

from django.utils.translation import gettext_lazy as _

from lianxin.appraisals.models import Outcome, SelfReview
from lianxin.members.facade import OwnPart

OWN_PARTS = (
    OwnPart(
        "appraisals.self_reviews",
        _("What I wrote of myself for the appraisal"),
        lambda member: SelfReview.objects.filter(member=member).order_by("id"),
        ("round__year", "text", "handed_in_at"),
    ),
    OwnPart(
        "appraisals.outcomes",
        _("My grades, and what I said to them"),
        lambda member: Outcome.objects.filter(member=member).order_by("id"),
        ("round__year", "grade", "note", "signature", "signed_at", "objection", "answer", "answered_by"),
    ),
)
