"""Screens of roles: who holds which where, giving, revoking, and what each role may do."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from lianxin.kernel.accounts.lockout import find_account
from lianxin.kernel.accounts.models import Account
from lianxin.kernel.accounts.queries.accounts import accounts_within
from lianxin.kernel.authz import Role
from lianxin.kernel.authz.permissions import all_permissions
from lianxin.kernel.db.ids import parse_id
from lianxin.kernel.time import now, today
from lianxin.kernel.ui.forms import Day
from lianxin.kernel.web.forms import attempt
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import screen
from lianxin.organisations.actions.grants import give_grant, revoke_grant
from lianxin.organisations.models import GrantRequest, Organisation
from lianxin.organisations.permissions import GRANTS_CHANGE, GRANTS_VIEW, LEND
from lianxin.organisations.queries.grants import GRANTS, STATES, grant_for, grants_within, state_of_grant
from lianxin.organisations.queries.lending import names_of
from lianxin.organisations.queries.scope import organisations_within


class Receiving(forms.Form):
    """Who receives which role where; giving and lending add until when and why."""

    account = forms.CharField(
        label=gettext_lazy("User name or mobile number"),
        help_text=gettext_lazy("Of the person who receives the role; the account must exist."),
        max_length=40,
    )
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=Role.choices)
    organisation = forms.CharField(
        label=gettext_lazy("Organisation"),
        max_length=120,
        help_text=gettext_lazy("Its code, full name or short name."),
    )
    below = forms.BooleanField(label=gettext_lazy("With all organisations below"), required=False, initial=True)

    permission = GRANTS_CHANGE

    def __init__(self, request: Request, **options: Any) -> None:
        super().__init__(**options)
        self.actor = request.actor

    def clean_account(self) -> Account:
        """The account meant."""
        found = find_account(self.cleaned_data["account"])
        if found is None:
            raise forms.ValidationError(_("There is no account with this user name or mobile number."))
        return found

    def clean_organisation(self) -> Organisation:
        """The one organisation within the giver's reach that is meant."""
        text = self.cleaned_data["organisation"].strip()
        reached = organisations_within(self.actor, self.permission)
        for field in ("code", "name", "short_name"):
            found = list(reached.filter(**{field: text})[:2])
            if len(found) == 1:
                return found[0]
            if found:
                raise forms.ValidationError(
                    _("Several organisations have this name. Write the code of the one you mean.")
                )
        raise forms.ValidationError(_("There is no organisation with this code or name among those you reach."))

    def facts(self) -> dict[str, Any]:
        """What was filled in, as the act wants it."""
        given = dict(self.cleaned_data)
        account, organisation = given.pop("account"), given.pop("organisation")
        return given | {"account": account.pk, "organisation": organisation.pk, "role": Role(given["role"])}


class GrantForm(Receiving):
    """A role for a person at an organisation, from a day on."""

    valid_from = forms.DateField(label=gettext_lazy("From"), widget=Day(), initial=today)
    valid_until = forms.DateField(
        label=gettext_lazy("Last day"),
        widget=Day(),
        required=False,
        help_text=gettext_lazy("Leave it empty for a role without end; the term of office is a good last day."),
    )
    reason = forms.CharField(label=gettext_lazy("Reason or document"), max_length=200)

    field_order = ("account", "role", "organisation", "below", "valid_from", "valid_until", "reason")


class RevokeForm(forms.Form):
    """Why a role ends."""

    reason = forms.CharField(label=gettext_lazy("Reason or document"), max_length=200)


@screen(GRANTS_VIEW)
@require_safe
def grants(request: Request) -> HttpResponseBase:
    """Roles by organisation or by person; those in force, unless somebody asks for others."""
    params = request.GET.copy()
    if not params:
        params["state"] = "in_force"
    page = GRANTS.page(grants_within(request.actor), params)
    context = {
        "page": page,
        "may_give": request.actor.may_somewhere(GRANTS_CHANGE),
        "may_lend": request.actor.may_somewhere(LEND),
        "tabs": tabs("person" if page.sort.key == "person" else "place"),
    }
    return render(request, "organisations/grants.html", context)


@screen(GRANTS_CHANGE, recent=True)
def give(request: Request) -> HttpResponseBase:
    """Give a role."""
    initial = _asked_for(request)
    form = GrantForm(request, data=request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        facts = form.facts()
        given = attempt(form, lambda: give_grant(request.actor, **facts, at=now()))
        if isinstance(given, GrantRequest):
            messages.success(request, _("A second person has to confirm it. Until then nothing is in force."))
            return redirect("organisations:request", grant_request=given.pk)
        if given is not None:
            messages.success(request, _("The role is given."))
            return redirect("organisations:grant", grant=given.pk)
    return render(request, "organisations/grants_give.html", {"form": form}, status=422 if form.errors else 200)


@screen(GRANTS_VIEW)
@require_safe
def grant_page(request: Request, grant: UUID) -> HttpResponseBase:
    """One role: who, where, from when to when, why; and revoking it."""
    found = grant_for(request.actor, grant)
    state = state_of_grant(found)
    mine = found.account_id == request.actor.account_id
    names = names_of({found.granted_by, found.confirmed_by})
    context = {
        "grant": found,
        "state": state,
        "state_word": STATES[state],
        "giver": names.get(found.granted_by, ""),
        "confirmer": names.get(found.confirmed_by, ""),
        "may_revoke": state in {"in_force", "planned"}
        and not mine
        and request.actor.may(GRANTS_CHANGE, found.organisation.path),
        "form": RevokeForm(),
    }
    return render(request, "organisations/grants_one.html", context)


@screen(GRANTS_CHANGE, recent=True)
def revoke(request: Request, grant: UUID) -> HttpResponseBase:
    """Revoke a role."""
    found = grant_for(request.actor, grant)
    form = RevokeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        if attempt(form, lambda: revoke_grant(request.actor, grant=grant, reason=reason, at=now())) is not None:
            messages.success(request, _("The role is revoked; it no longer opens anything."))
            return redirect("organisations:grant", grant=grant)
    context = {"form": form, "grant": found}
    return render(request, "organisations/grants_revoke.html", context, status=422 if form.errors else 200)


@screen(GRANTS_VIEW)
@require_safe
def role_matrix(request: Request) -> HttpResponseBase:
    """Which role may do what, as the permissions declare it."""
    rows = [
        (one, [(label, Role(value) in one.roles) for value, label in Role.choices])
        for one in all_permissions()
        if not one.own
    ]
    context = {
        "roles": Role.choices,
        "rows": rows,
        "own": [one for one in all_permissions() if one.own],
        "tabs": tabs("matrix"),
    }
    return render(request, "organisations/grants_matrix.html", context)


def tabs(active: str) -> list[dict[str, Any]]:
    """The pages about roles."""
    listed = reverse("organisations:grants")
    return [
        {"label": _("By organisation"), "url": f"{listed}?sort=place&state=in_force", "active": active == "place"},
        {"label": _("By person"), "url": f"{listed}?sort=person&state=in_force", "active": active == "person"},
        {
            "label": _("Waiting for a second person"),
            "url": reverse("organisations:requests"),
            "active": active == "requests",
        },
        {"label": _("What each role may do"), "url": reverse("organisations:roles"), "active": active == "matrix"},
    ]


def _asked_for(request: Request) -> dict[str, str]:
    """What the page that led here already knows: an account or an organisation."""
    known: dict[str, str] = {}
    if (organisation := parse_id(request.GET.get("organisation", ""))) is not None:
        found = organisations_within(request.actor, GRANTS_CHANGE).filter(pk=organisation).first()
        if found is not None:
            known["organisation"] = found.code
    if (account := parse_id(request.GET.get("account", ""))) is not None:
        person = accounts_within(request.actor).filter(pk=account).first()
        if person is not None:
            known["account"] = person.username
    return known
