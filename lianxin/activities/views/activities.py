"""Activities at the desk: the list, the page, the acts on it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lianxin.activities.actions.announcing import announce
from lianxin.activities.actions.holding import annul, hold
from lianxin.activities.actions.keeping_groups import save_template
from lianxin.activities.actions.locking import OPEN, State
from lianxin.activities.actions.series import cancel_turns
from lianxin.activities.forms import ReasonForm, TemplateForm, TurnsReasonForm
from lianxin.activities.kinds import names_of
from lianxin.activities.minutes_panels import MinutesPanel
from lianxin.activities.models import Activity
from lianxin.activities.permissions import ATTEND, EXPORT, HOLD, PLAN, VIEW
from lianxin.activities.queries.activities import activities_within, activity_for, named, turns_of
from lianxin.activities.queries.listing import ACTIVITIES, COMES, is_past, next_of
from lianxin.activities.queries.page import shown
from lianxin.activities.queries.prefilling import LATELY
from lianxin.activities.views.pages import act_at_once, act_with_form, activity_asked
from lianxin.kernel.authz import Actor
from lianxin.kernel.events.timeline import timeline
from lianxin.kernel.time import now
from lianxin.kernel.web.navigation import ShownPanel, panels
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import screen

COMING = 20
"""So many that come are shown above what was; the others are one tap further."""


@screen(VIEW)
@require_GET
def index(request: Request) -> HttpResponseBase:
    """Activities of the actor's organisations: what comes, the nearest first, then what was, the latest first.

    Whoever searches, filters or sorts gets one list of all.
    """
    params = request.GET.copy()
    rows, at = activities_within(request.actor), now()
    is_whole = not any(value for key in params if key not in {"after", "before"} for value in params.getlist(key))
    coming = list(next_of(rows, at)[: COMING + 1]) if is_whole and not {"after", "before"} & set(params) else []
    params.setdefault("sort", "when" if params.getlist("period") == [COMES] else "-when")
    page = ACTIVITIES.page(rows.filter(is_past(at)) if is_whole else rows, params)
    named([*page.rows, *coming])
    context = {
        "page": page,
        "coming": coming[:COMING],
        "more_coming": len(coming) > COMING,
        "may_plan": request.actor.may_somewhere(PLAN),
        "may_export": request.actor.may_somewhere(EXPORT),
        "name": ACTIVITIES.name,
    }
    return render(request, "activities/index.html", context)


@screen(VIEW)
@require_GET
def detail(request: Request, activity: UUID) -> HttpResponseBase:
    """An activity: facts and people at the left, what happened at the right, acts on top."""
    found = activity_for(request.actor, activity)
    at = now()
    beside = panels("activities.activity", request.actor, activity=found)
    context = {
        "activity": found,
        "kinds": names_of(found.kinds),
        "shown": shown(found),
        "turns": turns_of(found),
        "can": _can(request.actor, found, at),
        "has_begun": found.starts_at <= at,
        "is_over": found.ends_at <= at,
        "happened": timeline(found.pk),
        "panels": beside,
        "write_url": _write_url(found, beside),
    }
    return render(request, "activities/detail.html", context)


def _write_url(found: Activity, beside: Iterable[ShownPanel]) -> str:
    """Where the minutes are begun, which is the next step once it was held; empty where they are, or may not be."""
    shown = (one.content for one in beside if isinstance(one.content, MinutesPanel))
    return next((one.url for one in shown if one.may_begin and one.minutes is None and found.state == State.HELD), "")


def _can(actor: Actor, found: Activity, at: datetime) -> dict[str, bool]:
    """The acts that the actor may do in the state the activity has."""
    plans, holds = actor.may(PLAN, found.organisation_path), actor.may(HOLD, found.organisation_path)
    is_open = found.state in OPEN
    return {
        "edit": plans and is_open,
        "announce": plans and found.state == State.DRAFT and found.ends_at > at - LATELY,
        "cancel": plans and is_open,
        "attend": actor.may(ATTEND, found.organisation_path) and found.state in {State.ANNOUNCED, State.HELD},
        "hold": holds and found.state == State.ANNOUNCED,
        "annul": holds and found.state == State.HELD,
        "copy": plans,
        "invite": found.state != State.CANCELLED
        and (plans or any(actor.may(PLAN, one.organisation_path) for one in found.parties.all())),
        "observe": plans and is_open,
        "files": plans and found.state != State.CANCELLED,
    }


@screen(PLAN)
@require_POST
def announce_it(request: Request, activity: UUID) -> HttpResponseBase:
    """Announce a draft and send the invitations; of one that is over the list opens, and nobody is invited."""
    at = now()
    is_over = activity_asked(request, activity, PLAN).ends_at <= at
    return act_at_once(
        request,
        lambda: announce(request.actor, activity=activity, at=at),
        back=reverse("activities:attendance" if is_over else "activities:detail", args=[activity]),
        done=_("The list is open. Tick who came, then mark it as held; nobody was invited afterwards.")
        if is_over
        else _("It is announced; everybody invited finds it in their inbox."),
    )


@screen(PLAN)
@require_http_methods(["GET", "POST"])
def cancel_it(request: Request, activity: UUID) -> HttpResponseBase:
    """Cancel an activity, or turns of a series, with a reason."""
    found = activity_asked(request, activity, PLAN)
    form = (TurnsReasonForm if found.series_id else ReasonForm)(request.POST or None)

    def act(given: dict[str, Any]) -> object:
        which = given.get("which", "one")
        return cancel_turns(request.actor, activity=activity, which=which, reason=given["reason"], at=now())

    return act_with_form(
        request,
        form,
        act,
        title=_("Cancel the activity"),
        under=found.title,
        back=found.get_absolute_url(),
        submit=_("Cancel the activity"),
        consequence=_("Everybody invited is told, and its room is free again. It stays in the list as cancelled."),
        done=_("It is cancelled."),
        kind="danger",
    )


@screen(HOLD)
@require_POST
def hold_it(request: Request, activity: UUID) -> HttpResponseBase:
    """Mark it as held; the attendance is closed."""
    at = now()
    is_early = activity_asked(request, activity, HOLD).ends_at > at
    return act_at_once(
        request,
        lambda: hold(request.actor, activity=activity, at=at),
        back=reverse("activities:detail", args=[activity]),
        done=_(
            "It is recorded as held, and counts for what was due. It ended before its planned end, so the end is now; "
            "correct it at the minutes until they are confirmed."
        )
        if is_early
        else _("It is recorded as held, and counts for what was due."),
    )


@screen(HOLD)
@require_http_methods(["GET", "POST"])
def annul_it(request: Request, activity: UUID) -> HttpResponseBase:
    """Annul the record that it was held, with a reason."""
    found = activity_asked(request, activity, HOLD)
    return act_with_form(
        request,
        ReasonForm(request.POST or None),
        lambda given: annul(request.actor, activity=activity, reason=given["reason"], at=now()),
        title=_("Annul the record"),
        under=found.title,
        back=found.get_absolute_url(),
        submit=_("Annul the record"),
        consequence=_("It counts no longer for any organisation, and what was due is due again. It stays readable."),
        done=_("The record is annulled."),
        kind="danger",
    )


@screen(PLAN)
@require_http_methods(["GET", "POST"])
def save_as_template(request: Request, activity: UUID) -> HttpResponseBase:
    """Save title and agenda as a template."""
    found = activity_asked(request, activity, PLAN)
    return act_with_form(
        request,
        TemplateForm(request.POST or None, initial={"name": found.title[:80]}),
        lambda given: save_template(request.actor, activity=activity, name=given["name"], at=now()),
        title=_("Save as a template"),
        under=found.title,
        back=found.get_absolute_url(),
        done=_("The template is saved; your organisation and those below can begin with it."),
    )
