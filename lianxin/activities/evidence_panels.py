"""Organisation life beside an appraisal: who appraises a member sees the facts of the year, in words."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from lianxin.activities.kinds import names_of
from lianxin.activities.models import Participant, Resolution
from lianxin.activities.permissions import VIEW
from lianxin.activities.queries.activities import Attended
from lianxin.activities.queries.evidence import CAME, Evidence, year_of
from lianxin.kernel.authz import Actor
from lianxin.kernel.errors import Sentence
from lianxin.members.facade import Member

EXCUSED: Sentence = _("excused from attending")


@dataclass(frozen=True, slots=True)
class Line:
    """One activity and what became of the invitation."""

    on: datetime
    title: str
    kinds: str
    word: Sentence


@dataclass(frozen=True, slots=True)
class EvidencePanel:
    """The facts of a year, the activities one by one, and the tasks with their state."""

    year: int
    facts: Evidence
    lines: list[Line]
    resolutions: list[Resolution]


def _word(one: Attended) -> Sentence:
    """Present, late, on leave, or absent; who is excused and did not come is called excused."""
    if one.attendance in CAME:
        return Participant.Attendance(one.attendance).label
    if one.is_excused:
        return EXCUSED
    if one.reply == Participant.Reply.LEAVE_GIVEN:
        return Participant.Reply.LEAVE_GIVEN.label
    return Participant.Attendance.ABSENT.label


def beside_an_appraisal(actor: Actor, *, member: Member, year: int) -> EvidencePanel | None:
    """What the panels at “appraisals.evidence” show of organisation life. Two queries.

    Nothing is added up across kinds, put in a rate or compared with others; reasons of leave are not shown.
    """
    if not actor.may(VIEW, member.organisation_path):
        return None
    facts = year_of(member.pk, year)
    lines = [
        Line(one.starts_at, one.title, "、".join(str(name) for name in names_of(one.kinds)), _word(one))
        for one in facts.attended
    ]
    return EvidencePanel(year, facts, lines, facts.resolutions)
