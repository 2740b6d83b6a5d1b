"""Who sees the rows of preparations.

That a talk, a text or a meeting is due is seen by those concerned and by staff; what was said and written is seen by
those it belongs to. Texts and notes lie in tables of their own, for a policy lets a row through or does not.
"""

from lianxin.kernel.db.row_security import changeable, either, guard, own_member, reach, window, with_parent
from lianxin.preparations.models import (
    Criticism,
    Examination,
    ExaminationText,
    Opinion,
    Preparation,
    Reader,
    Rectification,
    Study,
    Talk,
    TalkNote,
    TalkYear,
)

OWN_PLACE = "organisation_path = ANY ((SELECT members_own_places())::text[])"
SEEN = reach("organisation_path", "preparations.preparation")
RUN = changeable("organisation_path", "preparations.preparation")
TALKS = changeable("organisation_path", "preparations.talk")
CONFIRMED = changeable("organisation_path", "preparations.rectification")
PAIR = either(own_member("first_id"), own_member("second_id"))
NOTES = reach("organisation_path", "preparations.note")

window(
    "preparations_read_by_member()",
    returns="uuid[]",
    # The texts the actor was named a reader of: a policy that looked the readers up below their own policy would turn
    # in a circle.
    body="SELECT array_agg(examination_id) FROM preparations_reader WHERE member_id = kernel_member()",
)

guard(TalkYear, sees=either(SEEN, OWN_PLACE), changes=TALKS)
guard(Talk, sees=either(SEEN, PAIR), changes=either(TALKS, PAIR), adds=TALKS)
guard(TalkNote, sees=either(PAIR, NOTES), changes=either(PAIR, NOTES))
guard(Preparation, sees=either(SEEN, OWN_PLACE), changes=RUN)
guard(Study, sees=either(SEEN, OWN_PLACE), changes=RUN)
guard(
    Opinion,
    sees=reach("organisation_path", "preparations.opinion"),
    changes=RUN,
    adds=either(RUN, OWN_PLACE),
)
NAMED = "= ANY ((SELECT preparations_read_by_member())::uuid[])"
guard(
    Examination,
    sees=either(SEEN, own_member("author_id"), f"id {NAMED}"),
    changes=either(RUN, own_member("author_id")),
    adds=RUN,
)
guard(
    Reader,
    sees=either(SEEN, own_member("member_id"), with_parent("preparations_reader.examination_id", Examination)),
    changes=with_parent("preparations_reader.examination_id", Examination, own_member("p.author_id")),
)
guard(
    ExaminationText,
    sees=either(
        own_member("author_id"),
        f"is_handed_in AND ({reach('organisation_path', 'preparations.examination')})",
        f"is_handed_in AND examination_id {NAMED}",
    ),
    changes=own_member("author_id"),
)
guard(
    Criticism,
    sees=either(reach("organisation_path", "preparations.examination"), own_member("of_id")),
    changes=RUN,
)
guard(
    Rectification,
    sees=either(SEEN, own_member("owner_id")),
    changes=either(CONFIRMED, own_member("owner_id")),
    adds=RUN,
)
