"""Heart-to-heart talks: the list of the year, recording a talk, closing the year."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from lianxin.kernel.authz import Actor, acting, require
from lianxin.kernel.errors import Conflict, InvalidInput
from lianxin.kernel.time import day_of
from lianxin.organisations.facade import organisation_for
from lianxin.preparations.actions.recording import nothing_there, own_id, tell
from lianxin.preparations.events import TALK_REMOVED, TALKED, TALKS_FINISHED, TALKS_PLANNED, TALKS_REOPENED
from lianxin.preparations.models import Talk, TalkNote, TalkYear
from lianxin.preparations.permissions import READ_NOTES, TALKS, VIEW
from lianxin.preparations.queries.people import Person, people_of, suggest_pairs

LONGEST_NOTE = 3000
DUTY = "heart_talk"


@transaction.atomic
def plan_talks(actor: Actor, *, organisation: UUID, year: int, at: datetime) -> TalkYear:
    """Put the pairs that are suggested from posts and members on the list of a year; those there already stay.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, or without the permission there.
        InvalidInput: another year than this or the next. Conflict: the year is closed.
    """
    place = organisation_for(actor, organisation, TALKS)
    today = day_of(at)
    if not today.year - 1 <= year <= today.year + 1:
        raise InvalidInput({"year": _("Choose this year, the last or the next one.")})
    held, _new = TalkYear.objects.get_or_create(
        organisation=place, year=year, defaults={"organisation_path": place.path}
    )
    check_open(held)
    people = {one.id: one for one in people_of(place.pk)}
    committee = [key for key, one in people.items() if one.is_on_committee]
    members = [key for key, one in people.items() if not one.is_on_committee]
    known = {frozenset(pair) for pair in held.talks.values_list("first_id", "second_id")}
    pairs = suggest_pairs(committee, members, known)
    if not pairs and not known:
        raise InvalidInput({"organisation": _("Talks take two: this organisation has fewer than two members.")})
    Talk.objects.bulk_create(_talk(held, people[one], people[other]) for one, other in pairs)
    if pairs:
        tell(actor, TALKS_PLANNED, held, at=at, data={"year": year, "pairs": len(pairs)})
    return held


@transaction.atomic
def add_talk(actor: Actor, *, talk_year: UUID, first: UUID, second: UUID, at: datetime) -> Talk:
    """Put one pair on the list.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, or without the permission there.
        InvalidInput: not two different members of the organisation. Conflict: the pair is there, or the year is closed.
    """
    held = locked_year(actor, talk_year)
    check_open(held)
    people = {one.id: one for one in people_of(held.organisation_id)}
    if first == second or first not in people or second not in people:
        raise InvalidInput({"second": _("Choose two different members of this organisation.")})
    for one, other in ((first, second), (second, first)):
        if held.talks.filter(first_id=one, second_id=other).exists():
            raise Conflict(_("This pair is on the list already."))
    made = _talk(held, people[first], people[second])
    made.save()
    tell(actor, TALKS_PLANNED, held, at=at, data={"year": held.year, "pairs": 1})
    return made


def _talk(held: TalkYear, first: Person, second: Person) -> Talk:
    kind = Talk.Kind.MEMBERS
    if first.is_on_committee or second.is_on_committee:
        kind = Talk.Kind.COMMITTEE_MEMBER
    if first.is_on_committee and second.is_on_committee:
        kind = Talk.Kind.COMMITTEE
    return Talk(
        talk_year=held,
        organisation_id=held.organisation_id,
        organisation_path=held.organisation_path,
        kind=kind,
        first_id=first.id,
        second_id=second.id,
        first_name=first.name,
        second_name=second.name,
    )


@transaction.atomic
def remove_talk(actor: Actor, *, talk: UUID, at: datetime) -> TalkYear:
    """Take a pair that has not talked off the list.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, or without the permission there.
        Conflict: they talked, or the year is closed.
    """
    year = Talk.objects.filter(pk=talk).values_list("talk_year_id", flat=True).first()
    if year is None:
        raise nothing_there()
    held = locked_year(actor, year)
    check_open(held)
    found = Talk.objects.select_for_update().filter(pk=talk).first()
    if found is None:
        raise nothing_there()
    if found.talked_on is not None:
        raise Conflict(_("They talked on %(day)s; what happened stays on the list.") % {"day": found.talked_on})
    found.delete()
    tell(actor, TALK_REMOVED, held, at=at, data={"pair": str(found)})
    return held


@transaction.atomic
def record_talk(actor: Actor, *, talk: UUID, talked_on: date, text: str, at: datetime) -> Talk:
    """Record that a pair talked, and the main points, which only the two and the secretary can read.

    The two record it, or who plans the talks; who may not read the points cannot write them either.

    Raises:
        NotVisible, NotPermitted: neither one of the two nor with the permission there.
        InvalidInput: a day outside the year or in the future, or a text too long or not for this actor.
        Conflict: the year is closed.
    """
    year_id = Talk.objects.filter(pk=talk).values_list("talk_year_id", flat=True).first()
    if year_id is None:
        raise nothing_there()
    with acting(Actor.system("locking the talks of a year")):  # the two may change their talk, not the year
        year = TalkYear.objects.select_for_update().get(pk=year_id)
    found = Talk.objects.select_for_update().filter(pk=talk).first()
    if found is None:
        raise nothing_there()
    is_own = actor.member_id in {found.first_id, found.second_id} and own_id(actor) is not None
    if not is_own:
        require(actor, TALKS, found.organisation_path, seen_by=VIEW)
    check_open(year)
    said = text.strip()
    if talked_on > day_of(at) or talked_on.year != year.year:
        raise InvalidInput({"talked_on": _("Choose a day of %(year)d up to today.") % {"year": year.year}})
    if len(said) > LONGEST_NOTE:
        raise InvalidInput({"text": _("Shorten the main points to %(most)d characters.") % {"most": LONGEST_NOTE}})
    if said and not is_own and not actor.may(READ_NOTES, found.organisation_path):
        raise InvalidInput({"text": _("The main points are written by the two or their secretary. Leave this empty.")})
    found.talked_on, found.recorded_by = talked_on, actor.name
    found.save(update_fields=["talked_on", "recorded_by"])
    if said:
        facts = {
            "organisation_id": found.organisation_id,
            "organisation_path": found.organisation_path,
            "first_id": found.first_id,
            "second_id": found.second_id,
            "text": said,
            "talked_on": talked_on,
        }
        TalkNote.objects.update_or_create(talk=found, defaults=facts)
    tell(actor, TALKED, found, at=at, subject=found.talk_year_id, effective_on=talked_on, data={"pair": str(found)})
    return found


@transaction.atomic
def close_talks(actor: Actor, *, talk_year: UUID, at: datetime) -> TalkYear:
    """Close the talks of a year; this meets the duty. Pairs that did not talk stay on the list as they are.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, or without the permission there.
        Conflict: nobody talked yet, or the year is closed.
    """
    held = locked_year(actor, talk_year)
    check_open(held)
    days = [one for one in held.talks.values_list("talked_on", flat=True) if one is not None]
    if not days:
        raise Conflict(_("No talk is recorded yet. Record the talks of the year, then close it."))
    held.closed_on = day_of(at)
    held.save(update_fields=["closed_on"])
    tell(
        actor,
        TALKS_FINISHED,
        held,
        at=at,
        data={
            "meets": [DUTY],
            "held_on": max(days),
            "title": _("Heart-to-heart talks %(year)d") % {"year": held.year},
            "url": reverse("preparations:talk_year", args=[held.pk]),
            "talked": len(days),
            "planned": held.talks.count(),
        },
    )
    return held


@transaction.atomic
def reopen_talks(actor: Actor, *, talk_year: UUID, at: datetime) -> TalkYear:
    """Open a closed year again; the duty is then no longer met by it.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, or without the permission there.
        Conflict: it is open.
    """
    held = locked_year(actor, talk_year)
    if held.closed_on is None:
        raise Conflict(_("These talks are open."))
    held.closed_on = None
    held.save(update_fields=["closed_on"])
    tell(actor, TALKS_REOPENED, held, at=at, data={"meets": [DUTY]})
    return held


def locked_year(actor: Actor, talk_year: UUID) -> TalkYear:
    """The talks of a year, locked until the act is over, where the actor plans talks.

    Every act locks the year first and talks after it, so that no two wait for each other.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, or without the permission there.
    """
    held = TalkYear.objects.select_for_update().filter(pk=talk_year).first()
    if held is None:
        raise nothing_there()
    require(actor, TALKS, held.organisation_path, seen_by=VIEW)
    return held


def check_open(held: TalkYear) -> None:
    """Nothing where the year is open.

    Raises:
        Conflict: it is closed.
    """
    if held.closed_on is not None:
        raise Conflict(_("The talks of this year are closed. Open them again to change them."))
