"""Reads of minutes: who may read and write them, and what the activity's records say of who was there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from lianxin.activities.models import Activity, MakeUp, Minutes, MinutesItem, Participant, Vote
from lianxin.activities.permissions import MINUTES_CONFIRM, MINUTES_CORRECT, MINUTES_VIEW, MINUTES_WRITE, OWN_MINUTES
from lianxin.activities.queries.voters import Voters, voters_among
from lianxin.kernel.authz import Actor, acting
from lianxin.kernel.errors import NotPermitted, NotVisible

SYSTEM = "names of those who took part"


@dataclass(frozen=True, slots=True)
class Presence:
    """Who was expected, who came, who was on leave: what minutes begin with, taken from the records.

    `expected` are members without those excused from attending; an excused member who came counts as expected.
    `voters` are all members entitled to vote, those excused among them: the quorum is judged by them.
    """

    expected: tuple[Participant, ...]
    present: tuple[Participant, ...]
    on_leave: tuple[Participant, ...]
    absent: tuple[Participant, ...]
    excused: tuple[Participant, ...]
    others: tuple[Participant, ...]

    @property
    def voting(self) -> Voters:
        """How many may vote: those excused among them, as the quorum is judged."""
        return voters_among((*self.expected, *self.excused))

    @property
    def voters(self) -> int:
        """Members entitled to vote, excused ones among them."""
        return self.voting.eligible

    @property
    def voters_excused(self) -> int:
        """Members entitled to vote who are excused and did not come."""
        return self.voting.excused - self.voting.excused_present

    @property
    def voters_present(self) -> int:
        """Members entitled to vote who came."""
        return self.voting.present

    def voters_there(self, at: datetime) -> int:
        """Members entitled to vote who had come by then, by the records as they are now."""
        return sum(one.may_vote and one.signed_at is not None and one.signed_at <= at for one in self.present)

    @property
    def everybody(self) -> tuple[Participant, ...]:
        """All who were expected, excused or came."""
        return (*self.expected, *self.excused, *self.others)

    @property
    def missed(self) -> tuple[Participant, ...]:
        """Members who were not there and have something to make up for."""
        return (*self.on_leave, *self.absent)


def presence_of(activity: Activity) -> Presence:
    """Who was expected and who came. One query.

    A recorder without any role reads the names as well, who would not see the rows of others: the caller has made sure
    that the actor may see the minutes.
    """
    with acting(Actor.system(SYSTEM)):
        everybody = list(Participant.objects.filter(activity=activity).order_by("pinyin", "id"))
    members = [one for one in everybody if one.role == Participant.Role.MEMBER]
    expected = [one for one in members if one.came or not one.is_excused]
    missing = [one for one in expected if not one.came]
    leave = Participant.Reply.LEAVE_GIVEN
    return Presence(
        expected=tuple(expected),
        present=tuple(one for one in expected if one.came),
        on_leave=tuple(one for one in missing if one.reply == leave),
        absent=tuple(one for one in missing if one.reply != leave),
        excused=tuple(one for one in members if one.is_excused and not one.came),
        others=tuple(one for one in everybody if one.role != Participant.Role.MEMBER and one.came),
    )


def choices_among(actor: Actor, activity: Activity, people: Iterable[Participant]) -> list[tuple[str, str]]:
    """Of the people, those the actor may choose: staff those whose rows the database shows them. At most one query.

    Chair and recorder, who need no role, choose among everybody.
    """
    rows = Participant.objects.filter(activity=activity)
    seen = None if is_officer(actor, activity) else set(rows.values_list("pk", flat=True))
    return [(str(one.member_id), one.name) for one in people if seen is None or one.pk in seen]


def is_officer(actor: Actor, activity: Activity) -> bool:
    """Whether the actor chairs the meeting or takes its minutes; no role is needed for that."""
    if actor.member_id is None or (actor.only is not None and OWN_MINUTES not in actor.only):
        return False
    return actor.member_id in {activity.chair_id, activity.recorder_id}


def may_write(actor: Actor, activity: Activity) -> bool:
    """Whether the actor may write the minutes while they are a draft."""
    return actor.may(MINUTES_WRITE, activity.organisation_path) or is_officer(actor, activity)


def may_confirm(actor: Actor, activity: Activity) -> bool:
    """Whether the actor may confirm the minutes: the chair, or who leads exactly this organisation."""
    if is_officer(actor, activity) and actor.member_id == activity.chair_id:
        return True
    return any(reach.path == activity.organisation_path for reach in actor.reaches_for(MINUTES_CONFIRM))


def may_correct(actor: Actor, activity: Activity) -> bool:
    """Whether the actor may append a correction to confirmed minutes."""
    return actor.may(MINUTES_CORRECT, activity.organisation_path) or is_officer(actor, activity)


def require_writer(actor: Actor, activity: Activity) -> None:
    """Let the act go on only for who may write.

    Raises:
        NotVisible: the actor does not see the minutes at all.
        NotPermitted: the actor may read them only.
    """
    if may_write(actor, activity):
        return
    if not actor.may(MINUTES_VIEW, activity.organisation_path):
        raise NotVisible(_("There is no such record, or it is not in your organisations."))
    raise NotPermitted(_("The minutes are written by their recorder, the chair, or the staff of the organisation."))


def activity_of_minutes(actor: Actor, activity: UUID) -> Activity:
    """The activity the minutes are of, for who may read minutes there. One query.

    Raises:
        NotVisible: there is none, or the actor neither holds the permission nor is invited.
    """
    found = Activity.objects.filter(pk=activity).first()
    if found is None:
        raise NotVisible(_("There is no such record, or it is not in your organisations."))
    if actor.may(MINUTES_VIEW, found.organisation_path) or is_officer(actor, found) or _took_part(actor, found):
        return found
    raise NotVisible(_("There is no such record, or it is not in your organisations."))


def _took_part(actor: Actor, activity: Activity) -> bool:
    if actor.member_id is None or (actor.only is not None and OWN_MINUTES not in actor.only):
        return False
    if activity.state == Activity.State.DRAFT:  # nobody was told yet, and it may still change
        return False
    return Participant.objects.filter(activity=activity, member_id=actor.member_id).exists()


def minutes_for(actor: Actor, activity: UUID) -> Minutes:
    """The minutes of an activity with items, votes, resolutions and notes. Seven queries, however many there are.

    Those who took part read confirmed minutes only; who writes them reads the draft.

    Raises:
        NotVisible: there are none, or the actor may not read them.
    """
    held = activity_of_minutes(actor, activity)
    items = MinutesItem.objects.prefetch_related(
        Prefetch("votes", Vote.objects.prefetch_related("voices")), "resolutions"
    ).select_related("agenda_item", "written_by")
    found = (
        Minutes.objects.filter(activity=held)
        .select_related("confirmed_by")
        .prefetch_related(Prefetch("items", items), "notes", Prefetch("make_ups", MakeUp.objects.order_by("done_on")))
        .first()
    )
    if found is None or not (
        found.is_confirmed or may_write(actor, held) or actor.may(MINUTES_VIEW, held.organisation_path)
    ):
        raise NotVisible(_("There are no minutes of this activity yet."))
    found.activity = held
    return found


def has_minutes(activity: Activity) -> Minutes | None:
    """The minutes of an activity without their content, as far as the actor sees them. One query."""
    return Minutes.objects.filter(activity=activity).defer("content").first()


def item_for(actor: Actor, item: UUID) -> MinutesItem:
    """An item of draft minutes with its minutes and activity, for who may write it. One query.

    Raises:
        NotVisible, NotPermitted: there is none, or the actor may not write.
    """
    found = MinutesItem.objects.select_related("minutes__activity", "agenda_item", "written_by").filter(pk=item).first()
    if found is None:
        raise NotVisible(_("There is no such record, or it is not in your organisations."))
    require_writer(actor, found.minutes.activity)
    return found


def names_of(presence: Presence) -> dict[UUID, str]:
    """Member id → name of everybody who was expected or came."""
    return {one.member_id: one.name for one in presence.everybody}
