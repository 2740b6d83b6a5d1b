"""Bringing the list of an activity up to date: who belongs there on its day, who of them votes and who is excused.

Done when it is announced, when its day, its kinds or its audience change, and when signing in opens; never after it was
held. What people did by hand stays: invited guests and partners, answers, and everybody who came.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists

from lianxin.activities import messages
from lianxin.activities.actions.locking import OPEN, OPENS, State
from lianxin.activities.actions.telling import tell_invited, tell_uninvited
from lianxin.activities.events import LIST_UPDATED
from lianxin.activities.kinds import quorum_kind
from lianxin.activities.models import Activity, Participant
from lianxin.activities.queries.invited import excused_on, expected_at, invitations
from lianxin.activities.queries.voters import entitled
from lianxin.kernel.authz import Actor, acting
from lianxin.kernel.db.inserting import insert_many
from lianxin.kernel.events.record import record
from lianxin.kernel.time import day_of
from lianxin.members.facade import Belonging, belonging_on
from lianxin.messaging.facade import settle_for_all

Attendance, Reply, Role = Participant.Attendance, Participant.Reply, Participant.Role


@dataclass(frozen=True, slots=True)
class Difference:
    """What was brought up to date: rows added, rows taken off, and names of those who vote or are excused otherwise.

    `left` are the members taken off who were expected and belong elsewhere now, whom one tells.
    """

    added: tuple[Participant, ...] = ()
    gone: tuple[Participant, ...] = ()
    altered: tuple[str, ...] = ()
    left: tuple[UUID, ...] = ()

    @property
    def came_in(self) -> list[UUID]:
        """Members added who are expected."""
        return [row.member_id for row in self.added if not row.is_excused]


def bring_up_to_date(found: Activity, *, adds: bool) -> Difference:
    """Bring the list of an activity that is locked up to date; at most nine queries, however long it is.

    1. Who belongs to the organisation no longer on that day and neither answered nor came is taken off; who belongs
       nowhere (has died, left, or rests) and did not come, whatever the answer was.
    2. Who votes and who is excused is said anew, for members of every organisation.
    3. Whoever is missing is added: with `adds` everybody the audience names, else those entitled where it takes a
       quorum, because a count of some of them would be the quorum of no meeting.
    """
    if found.state not in OPEN:
        return Difference()
    with acting(Actor.system("the list of an activity on its day")):
        rows = list(Participant.objects.filter(activity=found.pk))
        day = day_of(found.starts_at)
        wanted = {one.pk: one for one in expected_at(found)}
        away = [row.member_id for row in rows if row.member_id not in wanted]
        belongs = {one.pk: one for one in belonging_on(day, members=away)} | wanted
        gone = _take_off([row for row in rows if _is_gone(found, row, belongs, wanted)])
        off = {row.pk for row in gone}
        altered = _judge_anew(found, [row for row in rows if row.pk not in off], belongs.values())
        missing = [one for one in wanted.values() if one.pk not in {row.member_id for row in rows}]
        if not adds and missing:
            voting = entitled(found, missing) if quorum_kind(found.kinds) else frozenset()
            missing = [one for one in missing if one.pk in voting]
        added = invitations(found, missing) if missing else []
        insert_many(Participant, added)
    elsewhere = {key for key, one in belongs.items() if one.takes_part}
    left = (row.member_id for row in gone if row.member_id in elsewhere and not row.is_excused)
    return Difference(tuple(added), tuple(gone), tuple(altered), tuple(left))


def _is_gone(
    activity: Activity, row: Participant, belongs: dict[UUID, Belonging], wanted: dict[UUID, Belonging]
) -> bool:
    if row.role != Role.MEMBER or row.attendance != Attendance.UNKNOWN or row.member_id in wanted:
        return False
    now = belongs.get(row.member_id)
    if now is None or not now.takes_part:
        return True
    own = row.member_organisation_id == activity.organisation_id
    return own and now.organisation_id != activity.organisation_id and row.reply == Reply.NONE


def _take_off(rows: list[Participant]) -> list[Participant]:
    """Take rows off; one whose person signs in at this instant stays."""
    if not rows:
        return []
    still = Participant.objects.select_for_update().filter(
        pk__in=[row.pk for row in rows], attendance=Attendance.UNKNOWN
    )
    found = list(still)
    Participant.objects.filter(pk__in=[row.pk for row in found]).delete()
    return found


def _judge_anew(activity: Activity, rows: list[Participant], belongs: Iterable[Belonging]) -> list[str]:
    """Say anew who votes and who is excused; the names of those for whom something changed."""
    voting = entitled(activity, belongs)
    excused = excused_on([row.member_id for row in rows], day_of(activity.starts_at))
    changed = []
    for row in rows:
        may_vote, is_excused = row.role == Role.MEMBER and row.member_id in voting, row.member_id in excused
        if (row.may_vote, row.is_excused) != (may_vote, is_excused):
            row.may_vote, row.is_excused = may_vote, is_excused
            changed.append(row)
    if changed:
        Participant.objects.bulk_update(changed, ["may_vote", "is_excused"])
    return [row.name for row in changed]


@transaction.atomic
def open_list(actor: Actor, *, activity: UUID, at: datetime) -> None:
    """Bring the list up to date when signing in opens, until the first person is marked. The caller has authorised.

    Those added are told, and those taken off; what changed stands on the activity's timeline.
    """
    marked = Participant.objects.filter(activity=activity).exclude(attendance=Attendance.UNKNOWN)
    with acting(Actor.system("the list of an activity whose signing in opens")):
        found = (
            Activity.objects.select_for_update(no_key=True)
            .filter(~Exists(marked), pk=activity, state=State.ANNOUNCED, starts_at__lte=at + OPENS)
            .first()
        )
    if found is not None:
        tell_difference(actor, found, bring_up_to_date(found, adds=False), at=at)


def tell_difference(actor: Actor, found: Activity, difference: Difference, *, at: datetime) -> None:
    """Tell those added and those taken off an announced activity that is not over, and record what changed."""
    if found.state == State.ANNOUNCED and found.ends_at > at:
        tell_invited(actor, found, difference.came_in, at=at)
        tell_uninvited(actor, found, difference.left, at=at)
    record_difference(actor, found, difference, at=at)


def record_difference(actor: Actor, found: Activity, difference: Difference, *, at: datetime) -> None:
    """Record what was brought up to date, where something was; invitations of those taken off wait no longer."""
    if not (difference.added or difference.gone or difference.altered):
        return
    if difference.gone:
        settle_for_all(messages.INVITED, subject=found.pk, at=at, members=[row.member_id for row in difference.gone])
    record(
        actor,
        LIST_UPDATED,
        at=at,
        subject=found.pk,
        organisation=found.organisation_id,
        organisation_path=found.organisation_path,
        data={
            "added": [row.name for row in difference.added][:50],
            "taken_off": [row.name for row in difference.gone][:50],
            "altered": list(difference.altered)[:50],
        },
    )
