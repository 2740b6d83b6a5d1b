"""What duties show on other pages."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse

from lianxin.duties.calendar import Entry
from lianxin.duties.declared import all_duties
from lianxin.duties.permissions import CLERKS, OWN, VIEW
from lianxin.duties.queries.due import MONTHS_BACK, DueItem, due_now, open_at, overdue_at
from lianxin.duties.queries.listing import Window
from lianxin.duties.queries.months import entries_of_member
from lianxin.duties.queries.picture import last_day, standing
from lianxin.duties.queries.work import as_work
from lianxin.duties.wording import State
from lianxin.kernel.authz import Actor, Reach, Role
from lianxin.kernel.db.paths import subtree
from lianxin.kernel.errors import Sentence
from lianxin.kernel.time import add_months, today

SHOWN = 12
LATE_SHOWN = 5
OWN_SHOWN = 4
MONTHS_AHEAD = 2


@dataclass(frozen=True, slots=True)
class Figure:
    """A kind of duty below a clerk: how many are open in their period and overdue of late, and where to look.

    `running_url` and `overdue_url` list them one by one; empty where there are none, or where the reader sees more than
    the figures count.
    """

    label: Sentence
    running: int
    overdue: int
    url: str
    running_url: str = ""
    overdue_url: str = ""


@dataclass(frozen=True, slots=True)
class AtHome:
    """What a secretary's own organisations have to do, and figures of what stands below a clerk.

    `late` is over and not met, `due` ends this month, `later` runs on; `late_url` opens those that are not shown.
    """

    late: list[DueItem] = field(default_factory=list)
    due: list[DueItem] = field(default_factory=list)
    later: list[DueItem] = field(default_factory=list)
    late_url: str = ""
    figures: list[Figure] = field(default_factory=list)
    many: bool = False


def due_at_home(actor: Actor) -> AtHome | None:
    """What is to be done now; None where nothing is. Four queries at most, and one of each source of acts under way."""
    if not actor.may_somewhere(VIEW):
        return None
    day = today()
    reaches = actor.reaches_for(VIEW)
    own = [reach for reach in reaches if reach.role == Role.SECRETARY]
    found = _own(actor, own, day) if own else AtHome()
    tops = sorted({reach.path for reach in reaches if reach.role in CLERKS and reach.path})
    tops = [path for path in tops if not any(path != top and path.startswith(top) for top in tops)]
    alone = all(reach.path.startswith(tuple(tops)) for reach in reaches)
    found = replace(found, figures=_figures(tops, day, listed=alone) if tops else [])
    return found if found.late or found.due or found.later or found.figures else None


def _own(actor: Actor, own: Iterable[Reach], day: date) -> AtHome:
    places = Q()
    for reach in own:
        places |= subtree(reach.path, field="organisation_path")
    late = overdue_at(actor, places, on=day, size=LATE_SHOWN + 1)
    running = open_at(actor, places, on=day, size=SHOWN)
    ends = last_day(day.replace(day=1))
    asked = as_work(actor, [*late[:LATE_SHOWN], *running])
    return AtHome(
        late=[item for item in asked if not item.can_begin],
        due=[item for item in asked if item.can_begin and item.row.period_end <= ends],
        later=[item for item in asked if item.row.period_end > ends],
        late_url=f"{reverse('duties:list')}?state=late" if len(late) > LATE_SHOWN else "",
        many=len({item.row.organisation_id for item in [*late, *running]}) > 1,
    )


def _figures(tops: list[str], day: date, *, listed: bool) -> list[Figure]:
    found = standing(tops, day=day)
    window = Window("over", add_months(day, -MONTHS_BACK), day - timedelta(days=1))

    def figure(key: str, label: Sentence) -> Figure:
        running, overdue = found[key]
        rows = f"{reverse('duties:list')}?key={key}"
        return Figure(
            label,
            running,
            overdue,
            f"{reverse('duties:picture')}?key={key}&year={day.year}",
            f"{rows}&year={day.year}&state={State.RUNNING}" if listed and running else "",
            f"{rows}&time={window}&state={State.LATE}" if listed and overdue else "",
        )

    return [figure(duty.key, duty.label) for duty in all_duties() if any(found.get(duty.key, (0, 0)))]


def own_at_home(actor: Actor) -> list[Entry] | None:
    """The member's own days soon to come that no other panel of the page shows (`CalendarSource.at_home`)."""
    if actor.member_id is None or (actor.only is not None and OWN not in actor.only):
        return None
    day = today()
    return entries_of_member(actor, since=day, until=add_months(day, MONTHS_AHEAD), home=day)[:OWN_SHOWN] or None


@dataclass(frozen=True, slots=True)
class OfOrganisation:
    """What one organisation owes now, and the way to all of it."""

    items: list[DueItem]
    overdue: int
    url: str


def of_organisation(actor: Actor, *, organisation: Any, on: date | None = None) -> OfOrganisation | None:
    """What an organisation owes, on its page; None where it owes nothing or the actor may not see.

    What is overdue is counted as the page lists it to which it leads. One query, and one of each source of acts under
    way.
    """
    day = today()
    if (on is not None and on != day) or not actor.may(VIEW, organisation.path):
        return None
    items = [item for item in due_now(actor, organisation, on=day) if not item.row.withdrawn]
    if not items:
        return None
    running = as_work(actor, [item for item in items if item.can_begin])
    overdue = sum(1 for item in items if item.can_report and not item.can_begin)
    return OfOrganisation(running, overdue, reverse("duties:organisation", args=[organisation.pk]))
