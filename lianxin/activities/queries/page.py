"""What the page of an activity shows: people in short and by name, the quorum, files, who is there from above."""

from dataclasses import asdict, dataclass, field

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from lianxin.activities.kinds import kind_name, quorum_kind
from lianxin.activities.models import Activity, ActivityFile, ActivityParty, GuidanceNote, Participant
from lianxin.activities.plan import Timed, timed
from lianxin.activities.queries.prefilling import points_of
from lianxin.activities.queries.voters import voters_of
from lianxin.kernel.errors import Sentence
from lianxin.kernel.time import day_of
from lianxin.rules.facade import InvalidCount, judge_meeting

CAME = Q(attendance__in=["present", "late"])
EXPECTED = Q(role="member") & (Q(is_excused=False) | CAME)
"""As the minutes count: who is excused and comes all the same was expected."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """Members invited to an activity, in figures. Those excused who did not come are in none but `excused`.

    Who asked for leave or was given it and came all the same is present and not on leave.
    """

    expected: int
    coming: int
    leave_asked: int
    leave_given: int
    silent: int
    present: int
    late: int
    absent: int
    excused: int
    observers: int
    guests: int


@dataclass(frozen=True, slots=True)
class Quorum:
    """Whether enough are there to vote, with the sum. `quorate` is None where no rule settles it."""

    kind: Sentence
    quorate: bool | None
    sum: Sentence
    article: str
    eligible: int
    present: int
    excused: int
    excused_present: int


@dataclass(slots=True)
class Shown:
    """An activity's page."""

    agenda: list[Timed]
    numbers: Numbers
    quorum: Quorum | None
    parties: list[ActivityParty]
    observers: list[Participant]
    files: list[ActivityFile]
    guidance: list[GuidanceNote] = field(default_factory=list)


def attendance_in_words(row: Participant) -> Sentence:
    """Whether somebody came, in a word. Who is excused or on leave and did not come is not called absent."""
    if row.attendance == Participant.Attendance.ABSENT:
        if row.reply == Participant.Reply.LEAVE_GIVEN:
            return row.get_reply_display()
        if row.is_excused:
            return _("excused from attending")
    return row.get_attendance_display()


def numbers_of(activity: Activity) -> Numbers:
    """The figures of an activity. One query."""
    rows = Participant.objects.filter(activity=activity.pk)
    counted = rows.aggregate(
        expected=Count("id", filter=EXPECTED),
        coming=Count("id", filter=EXPECTED & Q(reply="coming")),
        leave_asked=Count("id", filter=EXPECTED & Q(reply="leave_asked") & ~CAME),
        leave_given=Count("id", filter=EXPECTED & Q(reply="leave_given") & ~CAME),
        silent=Count("id", filter=EXPECTED & Q(reply="none")),
        present=Count("id", filter=EXPECTED & CAME),
        late=Count("id", filter=EXPECTED & Q(attendance="late")),
        absent=Count("id", filter=EXPECTED & Q(attendance="absent")),
        excused=Count("id", filter=Q(is_excused=True, role="member") & ~CAME),
        observers=Count("id", filter=Q(role="observer")),
        guests=Count("id", filter=Q(role="guest")),
    )
    return Numbers(**counted)


def quorum_of(activity: Activity) -> Quorum | None:
    """The quorum by the rule of the day, for kinds that have one. One query.

    Who is excused from coming keeps the right to vote and is counted among those entitled: the rule on excuses
    (EDU 23) lifts the duty to attend, not the vote. That they are among them is said beside the sum.
    """
    kind = quorum_kind(activity.kinds)
    if kind is None:
        return None
    voters = voters_of(activity.pk)
    counted = asdict(voters)
    try:
        outcome = judge_meeting(kind, eligible=voters.eligible, present=voters.present, on=day_of(activity.starts_at))
    except InvalidCount as wrong:
        return Quorum(kind_name(kind), None, str(wrong), "", **counted)
    article = "；".join(str(rule.citation) for rule in outcome.rules)
    return Quorum(kind_name(kind), outcome.quorate, outcome.sum, article, **counted)


def shown(activity: Activity) -> Shown:
    """What the page shows. Seven queries, whatever the number of participants."""
    return Shown(
        agenda=timed(points_of(activity), activity.starts_at),
        numbers=numbers_of(activity),
        quorum=quorum_of(activity),
        parties=list(ActivityParty.objects.filter(activity=activity.pk)),
        observers=list(Participant.objects.filter(activity=activity.pk, role=Participant.Role.OBSERVER)),
        files=list(ActivityFile.objects.filter(activity=activity.pk)),
        guidance=list(GuidanceNote.objects.filter(activity=activity.pk)),
    )
