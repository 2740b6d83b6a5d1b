"""Who sees the rows of appraisals.

The colleagues in a branch see that an appraisal is open and who takes part, for they write sheets about each other.
What somebody says of themselves, a grade and an objection are the member's and the secretary's; the committee above
sees grades and objections. Turnout and box are open to nobody: the product itself takes a sheet in, and counts.
"""

from lianxin.appraisals.models import (
    Box,
    Opinion,
    Outcome,
    PaperCount,
    Participant,
    Round,
    SelfReview,
    Tally,
    Turnout,
)
from lianxin.kernel.db.row_security import changeable, either, guard, own_member, reach

OWN_PLACE = "organisation_path = ANY ((SELECT members_own_places())::text[])"
SEEN = reach("organisation_path", "appraisals.round")
RUN = changeable("organisation_path", "appraisals.round")
READ = reach("organisation_path", "appraisals.review")
GRADED = changeable("organisation_path", "appraisals.grade")
ANSWERED = changeable("organisation_path", "appraisals.objection")

for shared in (Round, Participant):
    guard(shared, sees=either(SEEN, OWN_PLACE), changes=either(RUN, GRADED))
guard(
    SelfReview,
    sees=either(own_member("member_id"), f"handed_in_at IS NOT NULL AND ({READ})"),
    changes=own_member("member_id"),
)
guard(
    Outcome,
    sees=either(SEEN, own_member("member_id")),
    changes=either(GRADED, ANSWERED, own_member("member_id")),
    adds=GRADED,
)
for hidden in (Turnout, Box):
    guard(hidden, sees="false", changes="false")
guard(Opinion, sees=READ, changes="false")
for counted in (Tally, PaperCount):
    guard(counted, sees=SEEN, changes=RUN)
