"""Reading and writing minutes, at the desk and in the portal: the same screens under two addresses."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lianxin.activities.actions.minutes import (
    ChangedItem,
    Speech,
    add_item,
    begin_minutes,
    faults_of_speeches,
    remove_item,
    spoken,
    write_item,
)
from lianxin.activities.documents.shown import shown_minutes
from lianxin.activities.minutes_forms import ItemForm, TitleForm, rows_of, speakers_of, speeches_in
from lianxin.activities.models import Activity, Minutes, MinutesItem, vote_kinds_for
from lianxin.activities.permissions import MINUTES_VIEW, MINUTES_WRITE, OWN_MINUTES
from lianxin.activities.queries.minutes import (
    activity_of_minutes,
    has_minutes,
    item_for,
    may_confirm,
    may_correct,
    may_write,
    minutes_for,
    names_of,
    presence_of,
)
from lianxin.activities.queries.minutes_content import confirmed_content
from lianxin.activities.queries.resolution import resolutions_before
from lianxin.kernel.authz import Actor, acting
from lianxin.kernel.db.ids import parse_id
from lianxin.kernel.errors import NotVisible
from lianxin.kernel.time import now, today
from lianxin.kernel.web.channels import channel_of
from lianxin.kernel.web.forms import attempt
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import screen

View = Callable[..., HttpResponseBase]
DESK, OWN = "activities", "own_activities"


def space_of(request: Request) -> str:
    """The name space of the addresses of this channel."""
    return DESK if channel_of(request.path).name == "workbench" else OWN


def both(permission: str, view: View) -> tuple[View, View]:
    """The view behind its permission for the desk, and for one's own meetings in the portal."""
    return screen(permission)(view), screen(OWN_MINUTES)(view)


def draw(request: Request, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A page of minutes; `go` gives its templates the addresses of this channel."""
    space = space_of(request)
    names = (
        "minutes", "begin", "add", "item", "item_remove", "vote", "vote_remove", "resolution", "resolution_remove",
        "confirm", "correct", "make_up", "pdf", "word", "settle", "hall", "facts",
    )  # fmt: skip
    go = {name: f"{space}:minutes" if name == "minutes" else f"{space}:minutes_{name}" for name in names}
    go["activity"] = f"{space}:detail"
    return render(request, f"activities/{template}", {"go": go, **context}, status=status)


@require_GET
def _page(request: Request, activity: UUID) -> HttpResponseBase:
    held = activity_of_minutes(request.actor, activity)
    if has_minutes(held) is None:
        if not may_write(request.actor, held):
            raise NotVisible(_("There are no minutes of this activity yet."))
        return draw(request, "minutes_none.html", {"activity": held, "before": opening(request, held)})
    return minutes_page(request, minutes_for(request.actor, activity))


def opening(request: Request, activity: Activity) -> list[Any]:
    """The resolutions a meeting opens with; who records it without a role sees them all the same."""
    if not may_write(request.actor, activity):
        return []
    with acting(Actor.system("resolutions a meeting opens with")):
        return resolutions_before(activity)


def minutes_page(
    request: Request, minutes: Minutes, *, form: TitleForm | None = None, status: int = 200
) -> HttpResponse:
    """The minutes with everything that may be done with them."""
    activity, actor = minutes.activity, request.actor
    presence = presence_of(activity)
    made_up = {one.member_id: one for one in minutes.make_ups.all()}
    writes = may_write(actor, activity)
    sees_all, own = writes or actor.may(MINUTES_VIEW, activity.organisation_path), actor.member_id
    context = {
        "minutes": minutes,
        "activity": activity,
        "presence": presence,
        "facts": _facts(minutes),
        "before": [] if minutes.is_confirmed else opening(request, activity),
        "missed": [(one, made_up.get(one.member_id)) for one in presence.missed if sees_all or one.member_id == own],
        "may_write": writes and not minutes.is_confirmed,
        "may_make_up": writes,
        "may_correct_facts": writes and not minutes.is_confirmed and activity.state == Activity.State.HELD,
        "may_confirm": may_confirm(actor, activity) and not minutes.is_confirmed,
        "may_correct": may_correct(actor, activity) and minutes.is_confirmed,
        "form": form or TitleForm(),
        "on": today(),
    }
    return draw(request, "minutes.html", context, status=status)


def _facts(minutes: Minutes) -> list[tuple[str, str]]:
    """What was confirmed of time, place and who was there; later corrections of the attendance do not change it."""
    return shown_minutes(confirmed_content(minutes), minutes, address="").facts if minutes.is_confirmed else []


@require_POST
def _begin(request: Request, activity: UUID) -> HttpResponseBase:
    minutes = begin_minutes(request.actor, activity=activity, at=now())
    return redirect(f"{space_of(request)}:minutes", minutes.activity_id)


@require_POST
def _add(request: Request, activity: UUID) -> HttpResponseBase:
    form = TitleForm(request.POST)
    if form.is_valid():
        title = form.cleaned_data["title"]
        item = attempt(form, lambda: add_item(request.actor, activity=activity, title=title, at=now()))
        if item is not None:
            return redirect(f"{space_of(request)}:minutes_item", item.pk)
    return minutes_page(request, minutes_for(request.actor, activity), form=form, status=422)


@require_http_methods(["GET", "POST"])
def _item(request: Request, item: UUID) -> HttpResponseBase:
    found = item_for(request.actor, item)
    if found.minutes.is_confirmed:
        return redirect(f"{space_of(request)}:minutes", found.minutes.activity_id)
    if request.method == "GET":
        return item_page(request, found)
    names = names_of(presence_of(found.minutes.activity))
    form, speeches = ItemForm(request.POST), speeches_in(request.POST, names)
    if form.is_valid() and not faults_of_speeches(spoken(speeches)):
        given = form.cleaned_data

        clash: list[ChangedItem] = []

        def act() -> MinutesItem:
            try:
                return write_item(
                    request.actor,
                    item=found.pk,
                    version=given["version"],
                    speeches=speeches,
                    decision=given["decision"],
                    at=now(),
                )
            except ChangedItem as refusal:
                clash.append(refusal)
                raise

        written = attempt(form, act)
        if written is not None:
            messages.success(request, _("Saved."))
            return _onwards(request, written)
        if clash:
            return item_page(request, found, mine=(speeches, given["decision"]), clash=clash[0], status=409)
    return item_page(request, found, form=form, mine=(speeches, request.POST.get("decision", "")), status=422)


def _onwards(request: Request, item: MinutesItem) -> HttpResponse:
    """To where the writer wants: this item again with empty rows, the next one, or the whole."""
    space, then = space_of(request), request.POST.get("then", "")
    if then == "here":
        return redirect(f"{space}:minutes_item", item.pk)
    following = MinutesItem.objects.filter(minutes=item.minutes_id, position__gt=item.position).first()
    if then == "next" and following is not None:
        return redirect(f"{space}:minutes_item", following.pk)
    return redirect(f"{space}:minutes", item.minutes.activity_id)


def _as_written(one: dict[str, str]) -> Speech:
    return Speech(one["name"], one["text"], parse_id(one["member"]))


def item_page(
    request: Request,
    item: MinutesItem,
    *,
    form: ItemForm | None = None,
    mine: tuple[list[Speech], str] | None = None,
    clash: ChangedItem | None = None,
    status: int = 200,
) -> HttpResponse:
    """An item to write on. `mine` is what was sent and not saved; `clash` says what somebody else saved meanwhile."""
    speeches = mine[0] if mine else [_as_written(one) for one in item.speeches]
    decision = mine[1] if mine else item.decision
    if form is None:
        form = ItemForm(initial={"version": clash.theirs.version if clash else item.version, "decision": decision})
    position = item.position
    others = MinutesItem.objects.filter(minutes=item.minutes_id)
    presence = presence_of(item.minutes.activity)
    names = names_of(presence)
    faults = faults_of_speeches(spoken(speeches)) if mine else {}
    context = {
        "item": item,
        "activity": item.minutes.activity,
        "form": form,
        "rows": rows_of(speeches, names, faults),
        "faults": faults,
        "clash": clash,
        "speakers": speakers_of(presence),
        "has_next": others.filter(position__gt=position).exists(),
        "is_empty": not (item.speeches or item.decision or item.votes.exists() or item.resolutions.exists()),
        "votes": item.votes.all(),
        "may_vote": bool(vote_kinds_for(item.minutes.activity.kinds)),
        "resolutions": item.resolutions.all(),
    }
    return draw(request, "minutes_item.html", context, status=status)


@require_POST
def _item_remove(request: Request, item: UUID) -> HttpResponseBase:
    minutes = remove_item(request.actor, item=item, at=now())
    messages.success(request, _("The item was removed."))
    return redirect(f"{space_of(request)}:minutes", minutes.activity_id)


page, own_page = both(MINUTES_VIEW, _page)
begin, own_begin = both(MINUTES_WRITE, _begin)
add, own_add = both(MINUTES_WRITE, _add)
item, own_item = both(MINUTES_WRITE, _item)
item_remove, own_item_remove = both(MINUTES_WRITE, _item_remove)
