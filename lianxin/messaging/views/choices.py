"""How messages come to me: kinds, quiet hours, the summary, devices, the e-mail address."""

import json
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from lianxin.kernel.errors import Refusal
from lianxin.kernel.time import now
from lianxin.kernel.web.forms import attempt
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import screen
from lianxin.messaging.actions import choosing
from lianxin.messaging.actions.carrying import is_offered
from lianxin.messaging.channels import Channel
from lianxin.messaging.forms import ChoiceForm, CodeForm, EmailForm
from lianxin.messaging.kinds import all_kinds
from lianxin.messaging.permissions import OWN
from lianxin.messaging.ports.push import public_key
from lianxin.messaging.queries.choices import devices_of, own_choice
from lianxin.messaging.views.inbox import place_of

LARGEST_SUBSCRIPTION = 4000
BROWSERS = (
    ("MicroMessenger", "微信"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


@screen(OWN)
@require_http_methods(["GET", "POST"])
def settings(request: Request) -> HttpResponseBase:
    """The choices, and what is kept of the person for sending."""
    form = ChoiceForm(request.POST or None, kinds=all_kinds(), choice=own_choice(request.actor))
    if form.is_bound and form.is_valid():
        given = form.cleaned_data

        def act() -> object:
            return choosing.choose(
                request.actor,
                channels=form.channels(),
                quiet_from=given["quiet_from"],
                quiet_until=given["quiet_until"],
                digest=given["digest"],
                at=now(),
            )

        if attempt(form, act) is not None:
            messages.success(request, _("Kept. It holds for messages from now on."))
            return redirect(f"{place_of(request)}:settings")
    return _page(request, form=form, status=422 if form.is_bound else 200)


def _page(
    request: Request,
    *,
    form: ChoiceForm | None = None,
    email: Form | None = None,
    code: Form | None = None,
    status: int = 200,
) -> HttpResponse:
    choice = own_choice(request.actor)
    at = now()
    has_code = choice is not None and choice.email_code_until is not None and choice.email_code_until > at
    context = {
        "at": place_of(request),
        "form": form or ChoiceForm(kinds=all_kinds(), choice=choice),
        "choice": choice,
        "devices": devices_of(request.actor),
        "push_key": public_key(),
        "has_email": is_offered(Channel.EMAIL),
        "email_form": email or EmailForm(),
        "code_form": (code or CodeForm()) if has_code else None,
    }
    return render(request, "messaging/settings.html", context, status=status)


@screen(OWN, rate="sign_in")
@require_POST
def email(request: Request) -> HttpResponseBase:
    """Give an address, or forget the one there is."""
    if "forget" in request.POST:
        choosing.drop_email(request.actor, at=now())
        messages.success(request, _("The address was removed."))
        return redirect(f"{place_of(request)}:settings")
    form = EmailForm(request.POST)
    if form.is_valid():
        address = form.cleaned_data["email"]
        if attempt(form, lambda: choosing.give_email(request.actor, address=address, at=now())) is not None:
            messages.success(request, _("A code was sent to the address. Enter it below."))
            return redirect(f"{place_of(request)}:settings")
    return _page(request, email=form, status=422)


@screen(OWN, rate="sign_in")
@require_POST
def code(request: Request) -> HttpResponseBase:
    """Prove the address by the code."""
    form = CodeForm(request.POST)
    if form.is_valid():
        said = attempt(form, lambda: (choosing.prove_email(request.actor, code=form.cleaned_data["code"], at=now()),))
        if said is not None and said[0]:
            messages.success(request, _("The address is proved. Messages can come there now."))
            return redirect(f"{place_of(request)}:settings")
        if said is not None:
            form.add_error("code", _("This is not the code. Look at the newest e-mail."))
    return _page(request, code=form, status=422)


@screen(OWN)
@require_POST
def add_device(request: Request) -> HttpResponseBase:
    """What the browser hands over after the person allowed messages on this device; answers with a sentence."""
    try:
        given = json.loads(request.body[:LARGEST_SUBSCRIPTION])
        keys = given["keys"]
        endpoint, p256dh, auth = str(given["endpoint"]), str(keys["p256dh"]), str(keys["auth"])
    except (ValueError, KeyError, TypeError):
        return JsonResponse(
            {"sentence": _("The browser gave no address for messages. Try another browser.")}, status=422
        )
    try:
        choosing.add_device(
            request.actor,
            endpoint=endpoint,
            p256dh=p256dh,
            auth=auth,
            device=device_name(request.headers.get("User-Agent", "")),
            at=now(),
        )
    except Refusal as refusal:
        return JsonResponse({"sentence": str(refusal.sentence)}, status=refusal.status)
    return JsonResponse({"sentence": _("This device shows messages from now on.")}, status=201)


@screen(OWN)
@require_POST
def end_device(request: Request, device: UUID) -> HttpResponseBase:
    """End messages on one device."""
    choosing.end_device(request.actor, device=device, at=now())
    messages.success(request, _("The device shows no more messages."))
    return redirect(f"{place_of(request)}:settings")


def device_name(agent: str) -> str:
    """What a person calls the device: "Chrome · Android"; the full text of the browser is not kept."""
    found = [next((name for mark, name in marks if mark in agent), "") for marks in (BROWSERS, SYSTEMS)]
    return " · ".join(one for one in found if one) or _("a browser")
