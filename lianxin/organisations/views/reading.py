"""What every screen of organisations reads from its address: the day, the place, the way there."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse

from lianxin.kernel.authz import Actor
from lianxin.kernel.errors import InvalidInput
from lianxin.kernel.time import today
from lianxin.organisations.forms import OnForm
from lianxin.organisations.models import Organisation
from lianxin.organisations.queries.scope import place_of


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the way to an organisation, as the breadcrumb shows it."""

    label: str
    url: str


def day_of_page(request: HttpRequest) -> date:
    """The day of `?on=2026-11-21`; without one, today.

    Raises:
        InvalidInput: the date is none (422).
    """
    form = OnForm(request.GET)
    if not form.is_valid():
        raise InvalidInput({name: [str(error) for error in errors] for name, errors in form.errors.items()})
    return form.cleaned_data["on"] or today()


def on_query(day: date) -> str:
    """The part of an address that keeps the day; nothing for today."""
    return "" if day == today() else "?" + urlencode({"on": day.isoformat()})


def page_of(organisation: UUID, day: date) -> str:
    """The address of an organisation's page, keeping the day."""
    return reverse("organisations:detail", args=[organisation]) + on_query(day)


def way_to(actor: Actor, organisation: Organisation, day: date) -> list[Step]:
    """The way to the organisation, as far as the actor sees it."""
    return [Step(crumb.name, page_of(crumb.id, day)) for crumb in place_of(organisation.path, actor)]
