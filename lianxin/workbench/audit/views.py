"""Screens of the auditor: the log, one event, the state of the chain."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from lianxin.kernel.events.types import type_of
from lianxin.kernel.time import today
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import screen
from lianxin.workbench.audit.listing import EVENTS
from lianxin.workbench.audit.permissions import VIEW
from lianxin.workbench.audit.queries import chain_for, changes_of, event_for, events_within, label_of, place_in_chain

PROBLEMS = {
    "changed": gettext_lazy("an event was changed"),
    "removed": gettext_lazy("an event was removed"),
    "place_removed": gettext_lazy("an event's place was removed"),
    "reordered": gettext_lazy("the order of events was changed"),
    "replaced": gettext_lazy("an event was replaced by another"),
    "inserted": gettext_lazy("an event was inserted past the log"),
    "seal_changed": gettext_lazy("a seal was changed, or events together with their digests"),
    "seal_removed": gettext_lazy("a seal was removed"),
    "chain_broken": gettext_lazy("a seal does not follow from the one before it"),
    "guard_missing": gettext_lazy("a table of the log has lost its guard"),
    "cut_off": gettext_lazy("the end of the log was cut off"),
    "rewritten": gettext_lazy("the log was rewritten since the head was kept"),
}


@screen(VIEW)
@require_safe
def events(request: Request) -> HttpResponse:
    """The log, newest first, searched and filtered."""
    params = request.GET.copy()
    params.setdefault("sort", "-at")
    page = EVENTS.page(events_within(request.actor), params)
    return render(
        request, "audit/events.html", {"page": page, "export_url": reverse("files:export_new", args=["events"])}
    )


@screen(VIEW)
@require_safe
def event(request: Request, event: UUID) -> HttpResponse:
    """One event with everything it says, and its place in the chain."""
    found = event_for(request.actor, event)
    context = {
        "event": found,
        "wording": type_of(found.kind).wording,
        "changes": changes_of(found),
        "details": [(label_of(key), value) for key, value in found.data.items()],
        "sealed": place_in_chain(found.pk),
    }
    return render(request, "audit/event.html", context)


@screen(VIEW)
@require_safe
def state(request: Request) -> HttpResponse:
    """The state of the chain: its end, the latest verification, what waits, and the acts of late."""
    chain = chain_for(request.actor, today=today())
    found = chain.verification.data.get("first", []) if chain.verification else []
    problems = [
        {**one, "words": PROBLEMS.get(one["kind"], one["kind"]), "labels": [label_of(name) for name in one["fields"]]}
        for one in found
    ]
    context = {"chain": chain, "problems": problems, "sentence": _verdict(chain.verification)}
    return render(request, "audit/state.html", context)


def _verdict(verification: object) -> str:
    data = getattr(verification, "data", None)
    if data is None:
        return _("The log has not been verified yet. It is verified each night, and by `lianxin audit verify`.")
    if data["problems"]:
        return _("The latest verification found %(number)d places that are not as they were sealed.") % {
            "number": data["problems"]
        }
    return _("The latest verification found the log exactly as it was sealed.")
