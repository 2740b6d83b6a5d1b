"""Members and what belongs to them."""

from lianxin.members.models.claim import ClaimCode
from lianxin.members.models.correction import CorrectionRequest
from lianxin.members.models.member import IN_REGISTER, TAKES_PART, Member, MemberRecord, Membership
from lianxin.members.models.planned import Unapplied
from lianxin.members.models.post import NO_SEAT, Post
from lianxin.members.models.reveal import RevealCount
from lianxin.members.models.rights import Consent, RightsRequest

__all__ = [
    "IN_REGISTER",
    "NO_SEAT",
    "TAKES_PART",
    "ClaimCode",
    "Consent",
    "CorrectionRequest",
    "Member",
    "MemberRecord",
    "Membership",
    "Post",
    "RevealCount",
    "RightsRequest",
    "Unapplied",
]
