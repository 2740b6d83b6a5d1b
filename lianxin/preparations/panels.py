"""What preparations show on other pages."""

from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.urls import reverse

from lianxin.kernel.authz import Actor
from lianxin.preparations.models import Preparation, Rectification
from lianxin.preparations.permissions import RECTIFY, RUN, VIEW
from lianxin.preparations.queries.own import Own, own_work
from lianxin.preparations.queries.preparations import Step, late, steps_of, talks_in, to_confirm

SHOWN = 5


class Waiting(NamedTuple):
    """What was reported and waits for confirmation, and what is late."""

    to_confirm: list[Rectification]
    late: list[Rectification]


@dataclass(frozen=True, slots=True)
class OnActivity:
    """The preparation of an activity: its list, or the way to begin it."""

    preparation: Preparation | None
    steps: list[Step]
    new_url: str


def waiting_at_home(actor: Actor) -> Waiting | None:
    """What waits at the desk; two queries at most."""
    if not actor.may_somewhere(RECTIFY):
        return None
    found = Waiting(list(to_confirm(actor)[:SHOWN]), list(late(actor)[:SHOWN]))
    return found if found.to_confirm or found.late else None


def own_at_home(actor: Actor) -> Own | None:
    """What waits for a member."""
    own = own_work(actor)
    return own if own.is_waiting else None


def on_activity(actor: Actor, *, activity: Any) -> OnActivity | None:
    """The preparation of an organisation-life or democratic-life meeting, on the meeting's page."""
    kinds = [kind for kind in activity.kinds if kind in Preparation.Kind.values]
    if not kinds or not actor.may(VIEW, activity.organisation_path):
        return None
    held = Preparation.objects.filter(activity_id=activity.pk).first()
    if held is not None:
        talked = talks_in(held.organisation_id, held.planned_on.year)
        return OnActivity(held, steps_of(held, talked=talked, opinions=held.opinions.count()), "")
    if not actor.may(RUN, activity.organisation_path):
        return None
    given = {"organisation": activity.organisation_id, "kind": kinds[0], "activity": activity.pk}
    return OnActivity(None, [], f"{reverse('preparations:new')}?{urlencode(given)}")
