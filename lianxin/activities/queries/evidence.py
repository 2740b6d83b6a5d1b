"""What the records of a year say of a member's organisation life: facts for whoever appraises, no figure of merit."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from lianxin.activities.models import Activity, Participant, Resolution
from lianxin.activities.queries.activities import Attended, attendance_of, instants_of

CAME = frozenset({Participant.Attendance.PRESENT, Participant.Attendance.LATE})


@dataclass(frozen=True, slots=True)
class Evidence:
    """Counts of a year by what became of each invitation; those to meetings one is excused from stand apart."""

    attended: list[Attended]
    resolutions: list[Resolution]
    expected: int
    came: int
    on_leave: int
    not_there: int
    excused: int
    excused_came: int


def year_of(member: UUID, year: int) -> Evidence:
    """What was held in the year with the member invited as a member, and what meetings gave them to do. Two queries.

    The caller has made sure that the actor may see the member.
    """
    first, last = date(year, 1, 1), date(year, 12, 31)
    rows = [one for one in attendance_of(member, first, last) if one.role == Participant.Role.MEMBER]
    expected = [one for one in rows if not one.is_excused]
    away = [one for one in expected if one.attendance not in CAME]
    excused = [one for one in rows if one.is_excused]
    on_leave = sum(one.reply == Participant.Reply.LEAVE_GIVEN for one in away)
    return Evidence(
        attended=rows,
        resolutions=_resolutions(member, first, last),
        expected=len(expected),
        came=len(expected) - len(away),
        on_leave=on_leave,
        not_there=len(away) - on_leave,
        excused=len(excused),
        excused_came=sum(one.attendance in CAME for one in excused),
    )


def _resolutions(member: UUID, since: date, until: date) -> list[Resolution]:
    first, last = instants_of(since, until)
    rows = Resolution.objects.filter(
        ~Q(state=Resolution.State.DRAFT),
        owner=member,
        item__minutes__activity__starts_at__gte=first,
        item__minutes__activity__starts_at__lt=last,
    ).exclude(item__minutes__activity__state=Activity.State.CANCELLED)
    return list(rows.order_by("due_on", "id"))
