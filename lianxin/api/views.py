"""Screens of tokens, and the description of the service."""

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lianxin.api.actions import LONGEST_YEARS, make_token, revoke_token
from lianxin.api.doors import offered
from lianxin.api.permissions import MANAGE
from lianxin.api.queries import TOKENS, WORKING, last_day, may, own_tokens, state_of_token, token_for
from lianxin.api.reference import reference
from lianxin.kernel.time import add_years, now, today
from lianxin.kernel.ui.forms import Day
from lianxin.kernel.web.channels import channel_of
from lianxin.kernel.web.forms import attempt
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import public, screen


def _in_a_year() -> date:
    return add_years(today(), LONGEST_YEARS)


class TokenForm(forms.Form):
    """A token for a program."""

    name = forms.CharField(
        label=gettext_lazy("Program"),
        max_length=80,
        help_text=gettext_lazy("What it is for, such as “personnel system of the county”."),
    )
    permissions = forms.MultipleChoiceField(
        label=gettext_lazy("The program may"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Choose no more than it needs. Where it may, your own roles say."),
    )
    last_day = forms.DateField(
        label=gettext_lazy("Last day"),
        widget=Day(),
        initial=_in_a_year,
        help_text=gettext_lazy("A year from today at the latest."),
    )

    def __init__(self, request: Request, **options: Any) -> None:
        super().__init__(**options)
        field = self.fields["permissions"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - tells mypy what stands above
        field.choices = [(one.name, one.label) for one in offered(request.actor)]


@screen(MANAGE)
@require_safe
def token_list(request: Request) -> HttpResponseBase:
    """One's own tokens."""
    params = request.GET.copy()
    params.setdefault("sort", "-made")
    return render(request, "api/tokens.html", {"page": TOKENS.page(own_tokens(request.actor), params)})


@screen(MANAGE)
@never_cache
def new_token(request: Request) -> HttpResponseBase:
    """Make a token; its text is on the answer and nowhere else."""
    form = TokenForm(request, data=request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        made = attempt(form, lambda: make_token(request.actor, **form.cleaned_data, at=now()))
        if made is not None:
            token, text = made
            return render(request, "api/token_once.html", {"token": token, "text": text, "last_day": last_day(token)})
    return render(request, "api/token_new.html", {"form": form}, status=422 if form.errors else 200)


@screen(MANAGE)
@require_safe
def token_page(request: Request, token: UUID) -> HttpResponseBase:
    """One of one's own tokens."""
    found = token_for(request.actor, token)
    context = {
        "token": found,
        "state": state_of_token(found),
        "works": state_of_token(found) == WORKING,
        "last_day": last_day(found),
        "may": may(found),
    }
    return render(request, "api/token.html", context)


@screen(MANAGE)
def revoke(request: Request, token: UUID) -> HttpResponseBase:
    """Ask once more, then revoke."""
    found = token_for(request.actor, token)
    form = forms.Form(data=request.POST if request.method == "POST" else None)
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(form, lambda: revoke_token(request.actor, token=found.pk, at=now())) is not None
    ):
        messages.success(request, _("The token is revoked. The program cannot use it any more."))
        return redirect("tokens:list")
    context = {"token": found, "form": form}
    return render(request, "api/token_revoke.html", context, status=422 if form.errors else 200)


@public("the description of the service holds no data")
@require_safe
def docs(request: Request) -> HttpResponseBase:
    """What the service offers, drawn from its OpenAPI document."""
    layout = channel_of(request.path).layout if request.actor.is_signed_in else "api/plain.html"
    may_make = request.actor.is_signed_in and request.actor.may_somewhere(MANAGE)
    return render(request, "api/docs.html", {"layout": layout, "reference": reference(), "may_make_tokens": may_make})
