"""The agenda for a projector: the item at hand, who speaks, how much time is left."""

from uuid import UUID

from django.http import HttpResponseBase
from django.views.decorators.http import require_GET

from lianxin.activities.models import AgendaItem
from lianxin.activities.permissions import MINUTES_VIEW
from lianxin.activities.queries.minutes import activity_of_minutes
from lianxin.activities.views.minutes import both, draw
from lianxin.kernel.web.requests import Request


@require_GET
def _hall(request: Request, activity: UUID) -> HttpResponseBase:
    """The agenda in large letters. Which item is at hand is the screen's own business: nothing is recorded."""
    held = activity_of_minutes(request.actor, activity)
    agenda = list(AgendaItem.objects.filter(activity=held).order_by("position"))
    return draw(request, "minutes_hall.html", {"activity": held, "agenda": agenda})


hall, own_hall = both(MINUTES_VIEW, _hall)
