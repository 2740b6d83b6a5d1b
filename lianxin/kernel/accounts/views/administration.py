"""Screens of administrators of accounts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from lianxin.kernel.accounts.actions import administration as acts
from lianxin.kernel.accounts.forms import NewAccountForm, ReasonForm
from lianxin.kernel.accounts.lockout import account_key, locked_until
from lianxin.kernel.accounts.models import Account
from lianxin.kernel.accounts.permissions import MANAGE, SECURE, VIEW
from lianxin.kernel.accounts.queries.accounts import account_to_view, accounts_within, may_manage
from lianxin.kernel.accounts.queries.listing import ACCOUNTS, state_of_account
from lianxin.kernel.authz import Actor
from lianxin.kernel.errors import NotPermitted, Sentence
from lianxin.kernel.events.timeline import timeline
from lianxin.kernel.time import now
from lianxin.kernel.web.forms import attempt
from lianxin.kernel.web.navigation import panels
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import screen


@dataclass(frozen=True, slots=True)
class Act:
    """Something an administrator does to an account: its words, when it makes sense, and the deed.

    The deed answers a temporary password to show once, or None.
    """

    label: Sentence
    explanation: Sentence
    done: Sentence
    fits: Callable[[Account, datetime], bool]
    deed: Callable[..., str | None]
    permission: str = MANAGE
    danger: bool = False


def _locked(account: Account, at: datetime) -> bool:
    return locked_until(account_key(account.pk), at=at) is not None


def _has_second_factor(account: Account, _at: datetime) -> bool:
    return bool(Authenticator.objects.filter(user=account).exists())


ACTS: dict[str, Act] = {
    "unlock": Act(
        gettext_lazy("Unlock"),
        gettext_lazy(
            "The lock after failed sign-ins is taken off. Make sure that you speak with the person themselves."
        ),
        gettext_lazy("The account is unlocked."),
        _locked,
        acts.unlock_account,
        SECURE,
    ),
    "reset": Act(
        gettext_lazy("Set a temporary password"),
        gettext_lazy(
            "The present password stops working; all sessions and tokens of programs end. "
            "The temporary password is shown once."
        ),
        gettext_lazy("A temporary password is set."),
        lambda account, _at: account.is_active,
        acts.reset_password,
        SECURE,
    ),
    "second-factor": Act(
        gettext_lazy("Take off the second factor"),
        gettext_lazy(
            "For somebody who lost the phone or key. All sessions and tokens of programs end; "
            "only the password is asked next time."
        ),
        gettext_lazy("The second factor is taken off."),
        _has_second_factor,
        acts.reset_second_factor,
        SECURE,
        danger=True,
    ),
    "deactivate": Act(
        gettext_lazy("Deactivate"),
        gettext_lazy(
            "All sessions and tokens of programs end at once, roles lent to others end with them, "
            "and nobody can sign in with this account until it is reactivated."
        ),
        gettext_lazy("The account is deactivated."),
        lambda account, _at: account.is_active,
        acts.deactivate_account,
        danger=True,
    ),
    "reactivate": Act(
        gettext_lazy("Reactivate"),
        gettext_lazy("The person can sign in again; roles still in force open doors again."),
        gettext_lazy("The account is active again."),
        lambda account, _at: not account.is_active,
        acts.reactivate_account,
    ),
}


@screen(VIEW)
@require_safe
def account_list(request: Request) -> HttpResponseBase:
    """The accounts the administrator sees."""
    page = ACCOUNTS.page(accounts_within(request.actor), request.GET)
    context = {"page": page, "place": None, "may_create": request.actor.may_somewhere(MANAGE)}
    return render(request, "accounts/list.html", context)


@screen(MANAGE, recent=True)
def new_account(request: Request) -> HttpResponseBase:
    """Create an account; its temporary password is on the answer and nowhere else."""
    form = NewAccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = attempt(form, lambda: acts.create_account(request.actor, **form.cleaned_data, at=now()))
        if made is not None:
            account, password = made
            return render(
                request, "accounts/password_once.html", {"account": account, "password": password, "is_new": True}
            )
    return render(request, "accounts/new.html", {"form": form}, status=422 if form.errors else 200)


@screen(VIEW)
@require_safe
def account_page(request: Request, account: UUID) -> HttpResponseBase:
    """An account: its state, what can be done with it, what happened to it."""
    found = account_to_view(request.actor, account)
    at = now()
    allowed = {name for name in (MANAGE, SECURE) if may_manage(request.actor, found, name)}
    manageable = bool(allowed)
    context = {
        "account": found,
        "state": state_of_account(found, at=at),
        "locked_until": locked_until(account_key(found.pk), at=at),
        "has_second_factor": _has_second_factor(found, at),
        "acts": [(key, act) for key, act in ACTS.items() if act.permission in allowed and act.fits(found, at)],
        "manageable": manageable,
        "is_own": found.pk == request.actor.account_id,
        "entries": timeline(found.pk),
        "panels": panels("accounts.account", request.actor, account=found.pk),
    }
    return render(request, "accounts/account.html", context)


@screen(VIEW, recent=True)
def act_on_account(request: Request, account: UUID, act: str) -> HttpResponseBase:
    """Ask for the reason, then do it."""
    found = account_to_view(request.actor, account)
    wanted = ACTS.get(act)
    if wanted is None:
        raise Http404
    if not may_manage(request.actor, found, wanted.permission):
        raise NotPermitted(_("You may not manage this account: it is your own, or it holds roles you do not reach."))
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done, password = _do(form, wanted, request.actor, found)
        if password:
            return render(
                request, "accounts/password_once.html", {"account": found, "password": password, "is_new": False}
            )
        if done:
            messages.success(request, str(wanted.done))
            return redirect("accounts_account", account=found.pk)
    context = {"form": form, "account": found, "act": wanted}
    return render(request, "accounts/act.html", context, status=422 if form.errors else 200)


def _do(form: ReasonForm, wanted: Act, actor: Actor, account: Account) -> tuple[bool, str]:
    def deed() -> tuple[bool, str]:
        return True, wanted.deed(actor, account=account.pk, reason=form.cleaned_data["reason"], at=now()) or ""

    return attempt(form, deed) or (False, "")
