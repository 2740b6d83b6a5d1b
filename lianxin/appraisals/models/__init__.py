"""What appraisals keep."""

from lianxin.appraisals.models.outcome import Outcome
from lianxin.appraisals.models.round import Participant, Round, SelfReview
from lianxin.appraisals.models.sheets import Box, Opinion, PaperCount, Step, Tally, Turnout

__all__ = [
    "Box",
    "Opinion",
    "Outcome",
    "PaperCount",
    "Participant",
    "Round",
    "SelfReview",
    "Step",
    "Tally",
    "Turnout",
]
