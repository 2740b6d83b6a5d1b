"""Screens of borrowed roles: lending one, ending one."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lianxin.kernel.accounts.policy import days
from lianxin.kernel.authz import Role
from lianxin.kernel.errors import NotVisible
from lianxin.kernel.time import now
from lianxin.kernel.web.forms import attempt
from lianxin.kernel.web.navigation import entrance
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import screen
from lianxin.organisations.actions.lending import end_lending, lend_role
from lianxin.organisations.models import GrantRequest
from lianxin.organisations.permissions import BORROWED, GRANTS_CHANGE, GRANTS_VIEW, LEND, VIEW
from lianxin.organisations.queries.grants import is_over
from lianxin.organisations.queries.lending import lendings_seen, own_roles_to_lend
from lianxin.organisations.views.grants import Receiving


class Moment(forms.DateTimeInput):
    """A day and a time, picked or typed."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class LendForm(Receiving):
    """A role for a person at an organisation until an instant."""

    ends_at = forms.DateTimeField(label=gettext_lazy("Until"), widget=Moment())
    reason = forms.CharField(
        label=gettext_lazy("Reason or document"),
        max_length=200,
        help_text=gettext_lazy("Whoever borrows it and the organisation's people read it."),
    )

    permission = VIEW
    field_order = ("account", "role", "organisation", "below", "ends_at", "reason")

    def __init__(self, request: Request, **options: Any) -> None:
        super().__init__(request, **options)
        self.fields["ends_at"].help_text = _(
            "The role ends by itself at this time; %(days)d days from now at the latest."
        ) % {"days": days("grants.borrowed_days").days}
        if not request.actor.may_somewhere(GRANTS_CHANGE):
            own = dict.fromkeys(Role(held.role) for held in own_roles_to_lend(request.actor))
            self.fields["role"].choices = [(role.value, role.label) for role in own]  # type: ignore[attr-defined]


@screen(LEND, recent=True)
def lend(request: Request) -> HttpResponseBase:
    """Lend a role."""
    form = LendForm(request, data=request.POST or None, initial=_initial(request, now()))
    if request.method == "POST" and form.is_valid():
        facts = form.facts()
        lent = attempt(form, lambda: lend_role(request.actor, **facts, at=now()))
        if isinstance(lent, GrantRequest):
            messages.success(request, _("A second person has to confirm it. Until then nothing is in force."))
            return redirect("organisations:request", grant_request=lent.pk)
        if lent is not None:
            messages.success(request, _("The role is lent. It ends by itself."))
            if request.actor.may_somewhere(GRANTS_VIEW):
                return redirect("organisations:grant", grant=lent.pk)
            return redirect("organisations:detail", organisation=lent.organisation_id)
    return render(request, "organisations/grants_lend.html", {"form": form}, status=422 if form.errors else 200)


def _initial(request: Request, at: datetime) -> dict[str, Any]:
    """The lender's own role, if they hold only one, and the end of the present day's work."""
    evening = at.astimezone().replace(hour=18, minute=0, second=0, microsecond=0)
    known: dict[str, Any] = {"ends_at": evening if evening > at else None}
    own = list(own_roles_to_lend(request.actor)[:2])
    if len(own) == 1 and not request.actor.may_somewhere(GRANTS_CHANGE):
        known |= {"role": own[0].role, "organisation": own[0].organisation.code, "below": own[0].below}
    return known


@screen(BORROWED)
def end(request: Request, grant: UUID) -> HttpResponseBase:
    """End a borrowed role before its time."""
    found = lendings_seen(request.actor).filter(pk=grant).first()
    if found is None or is_over(found, at=now()):
        raise NotVisible(_("There is no such borrowed role, or it is over already."))
    form = forms.Form(request.POST or None)
    if request.method == "POST":
        end_lending(request.actor, grant=grant, at=now())
        messages.success(request, _("The borrowed role is over; it no longer opens anything."))
        mine = found.account_id == request.actor.account_id
        return redirect("/" if mine else entrance("workbench", request.actor) or "/")
    mine = found.account_id == request.actor.account_id
    return render(request, "organisations/lending_end.html", {"grant": found, "form": form, "mine": mine})
