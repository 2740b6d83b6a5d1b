"""Rooms: the list, a room's calendar, keeping and booking them."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lianxin.activities.actions.booking import book_room, close_room, keep_room, release_room
from lianxin.activities.forms import BookingForm, RoomForm
from lianxin.activities.permissions import PLAN, ROOMS, VIEW
from lianxin.activities.queries.rooms import room_for, rooms_for, week_of
from lianxin.activities.views.pages import act_at_once, act_with_form, place_asked
from lianxin.kernel.db.ids import parse_id
from lianxin.kernel.time import now, today
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import screen
from lianxin.organisations.facade import organisation_for

FORTNIGHT = timedelta(days=14)


@screen(VIEW)
@require_GET
def index(request: Request) -> HttpResponseBase:
    """The rooms one can use."""
    context = {"rooms": rooms_for(request.actor), "may_keep": request.actor.may_somewhere(ROOMS)}
    return render(request, "activities/rooms.html", context)


@screen(VIEW)
@require_GET
def detail(request: Request, room: UUID) -> HttpResponseBase:
    """A room and who has it in the fortnight."""
    found = room_for(request.actor, room)
    try:
        first = parse_date(request.GET.get("on", "")) or today()
    except ValueError:  # a day that the calendar does not have
        first = today()
    context = {
        "room": found,
        "days": week_of(found.pk, first),
        "before": first - FORTNIGHT,
        "after": first + FORTNIGHT,
        "may_keep": request.actor.may(ROOMS, found.organisation_path) and found.closed_at is None,
        "may_book": request.actor.may_somewhere(PLAN) and found.closed_at is None,
    }
    return render(request, "activities/room.html", context)


@screen(ROOMS)
@require_http_methods(["GET", "POST"])
def keep(request: Request, room: UUID | None = None) -> HttpResponseBase:
    """Add a room, or change what is said of it."""
    found = room_for(request.actor, room) if room else None
    place = organisation_for(request.actor, found.organisation_id, ROOMS) if found else place_asked(request, ROOMS)
    initial = (
        {
            "name": found.name,
            "seats": found.seats,
            "equipment": found.equipment,
            "address": found.address,
            "is_shared": found.is_shared,
        }
        if found
        else {}
    )

    def act(given: dict[str, Any]) -> object:
        facts = given | {"seats": given["seats"] or 0}
        return keep_room(request.actor, organisation=place.pk, room=room, **facts, at=now())

    return act_with_form(
        request,
        RoomForm(request.POST or None, initial=initial),
        act,
        title=_("Change the room") if found else _("Add a room"),
        under=place.short_name,
        back=reverse("activities:room", args=[room]) if room else reverse("activities:rooms"),
        done=_("The room is saved."),
    )


@screen(ROOMS)
@require_POST
def close(request: Request, room: UUID) -> HttpResponseBase:
    """Close a room."""
    return act_at_once(
        request,
        lambda: close_room(request.actor, room=room, at=now()),
        back=reverse("activities:rooms"),
        done=_("The room is closed."),
    )


@screen(PLAN)
@require_http_methods(["GET", "POST"])
def book(request: Request, room: UUID) -> HttpResponseBase:
    """Take a room for something that is no activity."""
    found = room_for(request.actor, room)
    own = request.actor.may(PLAN, found.organisation_path)
    asked = parse_id(request.GET.get("organisation", ""))
    place = found.organisation if own and asked is None else place_asked(request, PLAN)
    form = BookingForm(request.POST or None, initial={"on": request.GET.get("on") or today()})

    def act(given: dict[str, Any]) -> object:
        starts_at, ends_at = form.instants()
        return book_room(
            request.actor,
            room=room,
            organisation=place.pk,
            starts_at=starts_at,
            ends_at=ends_at,
            purpose=given["purpose"],
            at=now(),
        )

    return act_with_form(
        request,
        form,
        act,
        title=_("Book %(room)s") % {"room": found.name},
        under=place.short_name,
        back=reverse("activities:room", args=[room]),
        submit=_("Book"),
        done=_("The room is booked."),
    )


@screen(PLAN)
@require_POST
def release(request: Request, booking: UUID) -> HttpResponseBase:
    """Give a room back."""
    back = parse_id(request.POST.get("room", ""))
    return act_at_once(
        request,
        lambda: release_room(request.actor, booking=booking, at=now()),
        back=reverse("activities:room", args=[back]) if back else reverse("activities:rooms"),
        done=_("The room is free again."),
    )
