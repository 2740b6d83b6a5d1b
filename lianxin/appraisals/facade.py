"""What other modules and channels may use of appraisals."""

from lianxin.appraisals.permissions import OWN, VIEW
from lianxin.appraisals.queries.own import own_rounds
from lianxin.appraisals.queries.rounds import ROUNDS, Summary, rounds_within, summary

__all__ = ["OWN", "ROUNDS", "VIEW", "Summary", "own_rounds", "rounds_within", "summary"]
