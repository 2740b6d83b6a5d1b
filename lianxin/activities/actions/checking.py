"""Whether a plan can be carried out: what is missing or wrong, by field, and the rows it names."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from lianxin.activities.kinds import at_odds, elsewhere, kinds
from lianxin.activities.models import Activity, AgendaItem, Alliance, AllianceParty, PartyGroup, Room
from lianxin.activities.plan import Plan, Point
from lianxin.activities.queries.invited import open_groups
from lianxin.kernel.authz import Actor, acting
from lianxin.kernel.errors import InvalidInput
from lianxin.kernel.time import add_months, add_years, day_of
from lianxin.members.facade import Member
from lianxin.organisations.facade import Organisation

LONGEST = timedelta(hours=72)
MOST_POINTS = 40
MOST_PARTIES = 30
LATE_AT_MOST = 120
MOST_MINUTES = 1440
AHEAD_MONTHS, SERIES_YEARS = 13, 3
"""So far ahead a day is planned, that of next year's same month among them; turns of a series reach further."""
TITLE, PLACE, SPEAKER, POINT, TEXT, LINK = 120, 120, 80, 200, 2000, 500


@dataclass(slots=True)
class Named:
    """The rows that a plan names, found and allowed."""

    chair: Member | None
    recorder: Member | None
    room: Room | None
    group: PartyGroup | None
    alliance: Alliance | None
    parties: list[Organisation]


def check_plan(place: Organisation, plan: Plan, *, at: datetime) -> Named:
    """The rows the plan names; sentences for what is wrong.

    Raises:
        InvalidInput: by field.
    """
    wrong = {**_words(plan), **_times(plan)}
    named = Named(
        chair=_person(plan.chair),
        recorder=_person(plan.recorder),
        room=Room.objects.filter(pk=plan.room, closed_at__isnull=True).first() if plan.room else None,
        group=_group(plan, place),
        alliance=_alliance(place, plan, at),
        parties=_parties(place, plan),
    )
    if plan.chair and named.chair is None:
        wrong["chair"] = _("Choose a member of your organisations as chair.")
    if plan.recorder and named.recorder is None:
        wrong["recorder"] = _("Choose a member of your organisations as recorder.")
    if plan.room and (named.room is None or not _lent(named.room, place)):
        wrong["room"] = _("This room is closed or is not lent to your organisation. Choose another.")
    if plan.audience == Activity.Audience.GROUP and named.group is None:
        wrong["group"] = _("Choose the Party group that meets, or set it up under “Party groups” first.")
    if plan.alliance and named.alliance is None:
        wrong["alliance"] = _("This alliance has ended, or your organisation is not in it.")
    if len(named.parties) != len({*plan.parties} - {place.pk}):
        wrong["parties"] = _("One of the organisations that take part is not in your reach or in the alliance.")
    if wrong:
        raise InvalidInput(wrong)
    return named


def check_day(place: Organisation, day: date, *, at: datetime, is_turn: bool = False) -> None:
    """Refuse a day that is a slip of the pen: before the organisation was founded, or in years to come.

    Not part of `check_plan`, because a day that stands already is no hindrance to changing the rest.

    Raises:
        InvalidInput: by field.
    """
    if day < place.founded_on:
        said = _("The organisation did not exist on that day: it was founded on %(day)s. Look at the year.")
        raise InvalidInput({"starts_at": said % {"day": f"{place.founded_on:%Y-%m-%d}"}})
    furthest = add_months(day_of(at), AHEAD_MONTHS)
    if day > (add_years(furthest, SERIES_YEARS) if is_turn else furthest):
        raise InvalidInput(
            {"starts_at": _("This day lies more than 13 months ahead. Look at the year, or plan it later.")}
        )


def _words(plan: Plan) -> dict[str, str]:
    wrong = {}
    if not plan.kinds or not set(plan.kinds) <= set(kinds()):
        wrong["kinds"] = _("Choose at least one kind.")
    elif elsewhere(plan.kinds):
        wrong["kinds"] = str(elsewhere(plan.kinds))
    elif at_odds(plan.kinds):
        wrong["kinds"] = str(at_odds(plan.kinds))
    if not plan.title.strip():
        wrong["title"] = _("Write a title.")
    if len(plan.title.strip()) > TITLE:
        wrong["title"] = _("The title is longer than 120 characters.")
    if len(plan.place.strip()) > PLACE:
        wrong["place"] = _("The place is longer than 120 characters.")
    if not (plan.place.strip() or plan.room or plan.online_link):
        wrong["place"] = _(
            "Say where it is held: choose a room or write a place; or give the link of the video meeting."
        )
    return {**wrong, **_details(plan)}


def _details(plan: Plan) -> dict[str, str]:
    wrong = {}
    if plan.online_link and not plan.online_link.startswith(("https://", "http://")):
        wrong["online_link"] = _("A link begins with https://.")
    if len(plan.online_link) > LINK:
        wrong["online_link"] = _("The link is longer than 500 characters.")
    if not 0 <= plan.late_after <= LATE_AT_MOST:
        wrong["late_after"] = _("Choose 0 to 120 minutes.")
    if plan.audience not in Activity.Audience.values:
        wrong["audience"] = _("Choose who is invited.")
    if len(plan.agenda) > MOST_POINTS:
        wrong["agenda"] = _("An agenda has at most 40 points.")
    if not all(_is_point(one) for one in plan.agenda):
        wrong["agenda"] = _("Each point of the agenda needs a title of at most 200 characters and 0 to 1440 minutes.")
    return wrong


def _is_point(one: Point) -> bool:
    return (
        0 < len(one.title.strip()) <= POINT
        and len(one.speaker) <= SPEAKER
        and len(one.text) <= TEXT
        and one.kind in AgendaItem.Kind.values
        and 0 <= one.minutes <= MOST_MINUTES
    )


def _times(plan: Plan) -> dict[str, str]:
    if plan.ends_at <= plan.starts_at:
        return {"ends_at": _("The end lies before the beginning.")}
    if plan.ends_at - plan.starts_at > LONGEST:
        return {"ends_at": _("An activity lasts at most three days. Plan a series instead.")}
    return {}


def _person(member: UUID | None) -> Member | None:
    return Member.objects.only("id", "name").filter(pk=member).first() if member else None


def _group(plan: Plan, place: Organisation) -> PartyGroup | None:
    return open_groups(place.pk).filter(pk=plan.group).first() if plan.group else None


def _lent(room: Room, place: Organisation) -> bool:
    return room.organisation_id == place.pk or (room.is_shared and place.path.startswith(room.organisation_path))


def _alliance(place: Organisation, plan: Plan, at: datetime) -> Alliance | None:
    if plan.alliance is None:
        return None
    found = Alliance.objects.filter(pk=plan.alliance).first()
    if found is None or (found.ended_on is not None and found.ended_on <= day_of(at)):
        return None
    return found if _in_it(plan.alliance).filter(organisation=place.pk).exists() else None


def _in_it(alliance: UUID) -> QuerySet[AllianceParty]:
    """Who has accepted and has not left."""
    return AllianceParty.objects.filter(alliance=alliance, joined_on__isnull=False, left_on__isnull=True)


def _parties(place: Organisation, plan: Plan) -> list[Organisation]:
    """Further organisations: those the actor reaches, and those allied, whatever the tree says."""
    wanted = {*plan.parties} - {place.pk}
    if not wanted:
        return []
    seen = list(Organisation.objects.filter(pk__in=wanted, dissolved_on__isnull=True))
    missing = wanted - {one.pk for one in seen}
    if missing and plan.alliance:
        with acting(Actor.system("partners in an alliance the actor sees")):
            allied = _in_it(plan.alliance).filter(organisation__in=missing).values("organisation")
            seen += list(Organisation.objects.filter(pk__in=allied, dissolved_on__isnull=True))
    return seen[:MOST_PARTIES]
