"""Members and what belongs to them."""

from lianxin.members.models.claim import ClaimCode
from lianxin.members.models.correction import CorrectionRequest
from lianxin.members.models.member import Member, MemberRecord, Membership
from lianxin.members.models.post import Post

__all__ = ["ClaimCode", "CorrectionRequest", "Member", "MemberRecord", "Membership", "Post"]
