"""What must be done before anything else: change a temporary or old password, set up the second factor."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from lianxin.kernel.accounts.models import Account
from lianxin.kernel.accounts.policy import days
from lianxin.kernel.authz import ADMINISTRATORS, Actor
from lianxin.kernel.time import now

CHECKED = "lx_password_checked"
OPEN_TO_ALL = frozenset(
    {
        "account_logout",
        "account_change_password",
        "account_reauthenticate",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
    }
)
SETTING_UP = frozenset(
    {
        "mfa_index",
        "mfa_activate_totp",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
        "mfa_download_recovery_codes",
        "mfa_list_webauthn",
        "mfa_add_webauthn",
    }
)


def needs_second_factor(actor: Actor) -> bool:
    """Whether the actor must have a second factor: staff, that is whoever holds a role.

    The operator may ask it of the three administrators only (LIANXIN_SECOND_FACTOR), and of nobody in a demonstration.
    """
    if settings.SECOND_FACTOR == "staff":
        return bool(actor.reaches)
    wanted = ADMINISTRATORS if settings.SECOND_FACTOR == "administrators" else frozenset()
    return any(reach.role in wanted for reach in actor.reaches)


def has_second_factor(account: Account) -> bool:
    """Whether the account has an authenticator app or a key."""
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    return bool(Authenticator.objects.filter(user=account, type__in=kinds).exists())


def password_is_old(account: Account, *, at: datetime) -> bool:
    """Whether the password has reached the age at which it is changed."""
    return at >= account.password_changed_at + days("password.maximum_age_days")


class GateMiddleware:
    """Lead people to what they must do first; stands after SessionClockMiddleware.

    The age of a password is looked at once a session, at its first page: nobody is interrupted at work.
    """

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        return self.answer(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """Redirect, or let the view answer."""
        account = None if hasattr(view, "public") else request.user
        if not isinstance(account, Account):
            return None
        name = request.resolver_match.url_name if request.resolver_match else ""
        if name in OPEN_TO_ALL:
            return None
        actor: Actor = request.actor  # type: ignore[attr-defined]
        if account.must_change_password:
            messages.warning(request, _("Your password is a temporary one. Choose your own before you go on."))
            return redirect("account_change_password")
        if actor.reaches and self._too_old(request, account):
            messages.warning(request, _("Your password has reached its age. Choose a new one before you go on."))
            return redirect("account_change_password")
        if name not in SETTING_UP and needs_second_factor(actor) and not has_second_factor(account):
            messages.warning(
                request,
                _(
                    "Your work needs a second factor, so that a stolen password opens nothing. "
                    "Set it up before you go on."
                ),
            )
            return redirect("mfa_activate_totp")
        return None

    def _too_old(self, request: HttpRequest, account: Account) -> bool:
        if request.session.get(CHECKED) == int(account.password_changed_at.timestamp()):
            return False
        if password_is_old(account, at=now()):
            return True
        request.session[CHECKED] = int(account.password_changed_at.timestamp())
        return False
