"""What the screens of organisation life share: the organisation asked for, a form's page, a return to an activity."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from lianxin.activities.models import Activity
from lianxin.activities.queries.activities import activity_for
from lianxin.files.facade import belongs_to, keep_uploads
from lianxin.kernel.db.ids import parse_id
from lianxin.kernel.errors import NotPermitted, Refusal, Sentence
from lianxin.kernel.time import now
from lianxin.kernel.web.forms import attempt
from lianxin.kernel.web.requests import Request
from lianxin.organisations.facade import Organisation, organisation_for, organisations_within

PLACES = 300


def place_asked(request: Request, permission: str) -> Organisation:
    """The organisation in `?organisation=` (or the form), else the topmost where the actor holds the permission.

    Raises:
        NotVisible, NotPermitted: it is not the actor's.
    """
    asked = parse_id(request.POST.get("organisation", "") or request.GET.get("organisation", ""))
    if asked is not None:
        return organisation_for(request.actor, asked, permission)
    first = organisations_within(request.actor, permission).order_by("depth", "path").first()
    if first is None:
        raise NotPermitted(
            _("You have no organisation for which you may do this. Ask the higher organisation's clerk.")
        )
    found: Organisation = first
    return found


def other_places(request: Request, permission: str, place: Organisation) -> list[tuple[str, str]]:
    """Other organisations of the actor to change to: what lies around the one shown. One query."""
    rows = organisations_within(request.actor, permission).filter(depth__lte=place.depth + 1).order_by("path")
    found = [(str(one.pk), f"{'　' * (one.depth - 1)}{one.short_name}") for one in rows[:PLACES]]
    return found if len(found) > 1 else []


def form_page(
    request: Request,
    form: BaseForm,
    title: Sentence,
    *,
    cancel: str,
    under: Sentence = "",
    submit: Sentence = "",
    consequence: Sentence = "",
    multipart: bool = False,
    kind: str = "primary",
    places: Sequence[tuple[str, Sentence]] = (),
    chosen: str = "",
) -> HttpResponse:
    """A page with one form; 422 where it was refused."""
    context: dict[str, Any] = {
        "form": form,
        "title": title,
        "under": under,
        "submit": submit,
        "consequence": consequence,
        "cancel_url": cancel,
        "multipart": multipart,
        "kind": kind,
        "places": places,
        "chosen": chosen,
    }
    return render(request, "activities/act.html", context, status=422 if form.is_bound else 200)


def act_with_form(
    request: Request,
    form: BaseForm,
    act: Callable[[dict[str, Any]], object],
    *,
    title: Sentence,
    back: str,
    done: Sentence,
    under: Sentence = "",
    submit: Sentence = "",
    consequence: Sentence = "",
    multipart: bool = False,
    kind: str = "primary",
    places: Sequence[tuple[str, Sentence]] = (),
    chosen: str = "",
) -> HttpResponseBase:
    """Show a form; where it is sent and the act is done, say so and go back. A file handed in with it is not lost.

    `places` are organisations by which its choices can be narrowed, `chosen` the one that was.
    """
    belongs_to(form, request.actor)
    if form.is_bound and form.is_valid():
        result = attempt(form, lambda: (act(form.cleaned_data), True)[1])
        if result:
            messages.success(request, str(done))
            return redirect(back)
    if form.is_bound:
        keep_uploads(form, request.actor, at=now())
    return form_page(
        request,
        form,
        title,
        cancel=back,
        under=under,
        submit=submit,
        consequence=consequence,
        multipart=multipart,
        kind=kind,
        places=places,
        chosen=chosen,
    )


def act_at_once(request: Request, act: Callable[[], object], *, back: str, done: Sentence) -> HttpResponseBase:
    """Do an act that needs no form; a refusal is shown on the page one returns to."""
    try:
        act()
    except Refusal as refusal:
        if refusal.status in {403, 404}:
            raise
        messages.error(request, str(refusal))
    else:
        messages.success(request, str(done))
    return redirect(back)


def activity_asked(request: Request, activity: UUID, permission: str) -> Activity:
    """The activity of an address, where the actor holds the permission.

    Raises:
        NotVisible, NotPermitted: it is not the actor's.
    """
    return activity_for(request.actor, activity, permission)
