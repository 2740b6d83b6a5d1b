"""What a member sees of talks and preparations: their own."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Q

from lianxin.kernel.authz import Actor
from lianxin.kernel.errors import NotVisible
from lianxin.kernel.events.timeline import Entry, timeline
from lianxin.kernel.models import Event
from lianxin.members.facade import own_member
from lianxin.preparations.events import READ
from lianxin.preparations.models import (
    Criticism,
    Examination,
    ExaminationText,
    Preparation,
    Reader,
    Rectification,
    Talk,
    TalkNote,
)
from lianxin.preparations.permissions import OWN
from lianxin.preparations.queries.preparations import NOT_THERE

SHOWN = 30
SHOWN_AT_HOME = 2


@dataclass(frozen=True, slots=True)
class OwnTalk:
    """A talk seen by one of the pair: with whom, and in which year."""

    pk: UUID
    partner: str
    year: int


@dataclass(slots=True)
class Own:
    """What a member has to do, and what was written for them."""

    talks: list[OwnTalk] = field(default_factory=list)
    examinations: list[Examination] = field(default_factory=list)
    to_read: list[Examination] = field(default_factory=list)
    rectifications: list[Rectification] = field(default_factory=list)
    meetings: list[Preparation] = field(default_factory=list)
    criticisms: list[Criticism] = field(default_factory=list)

    @property
    def first_talks(self) -> list[OwnTalk]:
        """The talks that stand on the home page."""
        return self.talks[:SHOWN_AT_HOME]

    @property
    def more_talks(self) -> int:
        """How many more there are."""
        return len(self.talks[SHOWN_AT_HOME:])

    @property
    def is_waiting(self) -> bool:
        """Whether something waits for the member."""
        return bool(self.to_write or self.rectifications or self.talks)

    @property
    def to_write(self) -> list[Examination]:
        """Texts not handed in."""
        return [one for one in self.examinations if one.handed_in_at is None and one.preparation.is_open]


def _is_own(actor: Actor) -> bool:
    return actor.member_id is not None and (actor.only is None or OWN in actor.only)


def own_work(actor: Actor) -> Own:
    """What waits for a member: three queries."""
    if not _is_own(actor):
        return Own()
    pair = Q(first_id=actor.member_id) | Q(second_id=actor.member_id)
    talks = Talk.objects.filter(pair, talked_on__isnull=True, talk_year__closed_on__isnull=True)
    mine = Examination.objects.filter(author_id=actor.member_id).select_related("preparation")
    rows = Rectification.objects.filter(owner_id=actor.member_id, state=Rectification.State.OPEN)
    return Own(
        talks=[_seen(one, actor) for one in talks.select_related("talk_year").order_by("id")[:SHOWN]],
        examinations=list(mine.order_by("-id")[:SHOWN]),
        rectifications=list(rows.order_by("due_on", "id")[:SHOWN]),
    )


def _seen(talk: Talk, actor: Actor) -> OwnTalk:
    partner = talk.second_name if talk.first_id == actor.member_id else talk.first_name
    return OwnTalk(talk.pk, partner, talk.talk_year.year)


def own_page(actor: Actor) -> Own:
    """The same with what there is to read and the meetings that ask for opinions. Seven queries."""
    own = own_work(actor)
    if not _is_own(actor):
        return own
    mine = actor.member_id or UUID(int=0)
    named = Reader.objects.filter(member_id=mine).values("examination")
    rows = Examination.objects.filter(pk__in=named, handed_in_at__isnull=False)
    own.to_read = list(rows.select_related("preparation").order_by("-id")[:SHOWN])
    place = own_member(actor)
    if place is not None:
        meetings = Preparation.objects.filter(organisation_id=place.organisation_id, closed_at__isnull=True)
        own.meetings = list(meetings.order_by("planned_on", "id")[:SHOWN])
    said = Criticism.objects.filter(of_id=actor.member_id).select_related("preparation")
    own.criticisms = list(said.order_by("-recorded_on")[:SHOWN])
    return own


def own_examination(actor: Actor, examination: UUID) -> tuple[Examination, ExaminationText | None]:
    """The actor's own text with its meeting. Two queries.

    Raises:
        NotVisible: no text is asked of the actor there.
    """
    rows = Examination.objects.select_related("preparation").prefetch_related("readers")
    found = rows.filter(pk=examination, author_id=actor.member_id).first() if _is_own(actor) else None
    if found is None:
        raise NotVisible(NOT_THERE)
    return found, ExaminationText.objects.filter(examination=found).first()


def own_rectification(actor: Actor, rectification: UUID) -> Rectification:
    """What the actor has to put right. One query.

    Raises:
        NotVisible: there is none.
    """
    rows = Rectification.objects.filter(pk=rectification, owner_id=actor.member_id)
    found = rows.select_related("preparation").first() if _is_own(actor) else None
    if found is None:
        raise NotVisible(NOT_THERE)
    return found


def own_talk(actor: Actor, talk: UUID) -> tuple[Talk, TalkNote | None]:
    """A talk of the actor with its points. Two queries.

    Raises:
        NotVisible: there is none.
    """
    pair = Q(first_id=actor.member_id) | Q(second_id=actor.member_id)
    rows = Talk.objects.select_related("talk_year")
    found = rows.filter(pair, pk=talk).first() if _is_own(actor) else None
    if found is None:
        raise NotVisible(NOT_THERE)
    return found, TalkNote.objects.filter(talk=found).first()


def open_meeting(actor: Actor, preparation: UUID) -> Preparation:
    """A meeting of the actor's branch that asks for opinions. Two queries.

    Raises:
        NotVisible: there is none.
    """
    place = own_member(actor) if _is_own(actor) else None
    found = Preparation.objects.filter(pk=preparation, closed_at__isnull=True).first()
    if place is None or found is None or found.organisation_id != place.organisation_id:
        raise NotVisible(NOT_THERE)
    return found


def readings_of(examination: Examination) -> Sequence[Event]:
    """Who read a text, newest first. One query; the caller is its author or may see the preparation."""
    rows = Event.objects.filter(subject_id=examination.author_id, kind=READ.kind)
    return list(rows.filter(data__examination=str(examination.pk)).order_by("-id")[:SHOWN])


def happened(subject: UUID) -> Sequence[Entry]:
    """What happened to a preparation or to the talks of a year. One query; the caller may see it."""
    return timeline(subject)
