"""What other modules and channels may use of ledgers."""

from lianxin.ledgers.catalogue import Match, held_already
from lianxin.ledgers.permissions import FILL, FORM_VIEW, VIEW
from lianxin.ledgers.queries.forms import replies_to_give
from lianxin.ledgers.queries.repeated import Twice, asked_twice

__all__ = ["FILL", "FORM_VIEW", "VIEW", "Match", "Twice", "asked_twice", "held_already", "replies_to_give"]
