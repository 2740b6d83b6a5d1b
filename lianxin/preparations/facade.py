"""What other modules and channels may use of preparations."""

from lianxin.preparations.permissions import OWN, VIEW
from lianxin.preparations.queries.own import own_work
from lianxin.preparations.queries.preparations import PREPARATIONS, RECTIFICATIONS, TALK_YEARS

__all__ = ["OWN", "PREPARATIONS", "RECTIFICATIONS", "TALK_YEARS", "VIEW", "own_work"]
