"""What is due, what met it, and the sums over the tree."""

from lianxin.duties.models.duty import Act, Count, DutyRow
from lianxin.duties.models.feed import Feed

__all__ = ["Act", "Count", "DutyRow", "Feed"]
