"""How allauth behaves here: lock-out before every password, events after, no e-mail, no sign-up."""

from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.accounts.actions import own, sign_in
from lianxin.kernel.accounts.actions.dormancy import close_dormant
from lianxin.kernel.accounts.clock import begin
from lianxin.kernel.accounts.gate import needs_second_factor
from lianxin.kernel.accounts.models import Account
from lianxin.kernel.privacy.sealed import Sealed
from lianxin.kernel.time import now
from lianxin.kernel.web.actors import actor_of

SECOND_FACTOR_KIND = "second_factor"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts come from the register (a claimed record) or an administrator, never from open sign-up."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("The user name, mobile number or password is not right."),
        "incorrect_password": _("This is not your present password."),
        "enter_current_password": _("This is not your present password."),
        "incorrect_code": _("This code is not right. Look at the app for the present one and check the phone's clock."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's signature
        """Nobody signs up unknown."""
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Account | None:
        """The account of these credentials; allauth asks here at sign-in and at re-authentication.

        Raises:
            ValidationError: the account or address is locked.
        """
        name = str(credentials.get("username", ""))
        return sign_in.try_password(
            name,
            lambda: authenticate(request, **credentials),
            address=self.get_client_ip(request),
            at=now(),
        )

    def pre_login(self, request: HttpRequest, user: Account, **kwargs: Any) -> HttpResponse | None:
        """Refuse a locked account whatever it signs in with (a passkey asks no password)."""
        try:
            sign_in.refuse_if_locked(user, at=now())
        except ValidationError as refusal:
            messages.error(request, refusal.messages[0])
            return redirect("account_login")
        if close_dormant(at=now(), account=user):
            messages.error(request, _("Nobody used this account for a long time, so it was deactivated."))
            return redirect("account_inactive")
        return cast("HttpResponse | None", super().pre_login(request, user, **kwargs))

    def login(self, request: HttpRequest, user: Account) -> None:
        """Put the account into the session, start its clock and record it."""
        super().login(request, user)
        begin(request, at=now())
        methods = [
            one.get("type") or one["method"] for one in request.session.get("account_authentication_methods", [])
        ]
        sign_in.record_sign_in(user, address=self.get_client_ip(request), means="+".join(methods), at=now())

    def logout(self, request: HttpRequest) -> None:
        """Take the account out of the session and record it."""
        sign_in.record_sign_out(cast("Account", request.user), why="asked", at=now())
        super().logout(request)

    def set_password(self, user: Account, password: str) -> None:
        """Change the person's own password."""
        changed = own.change_own_password(actor_of(user), password=password, at=now())
        user.password = changed.password
        user.must_change_password = False
        user.password_changed_at = changed.password_changed_at

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002 - allauth's signature
        """After a change people go on to their work."""
        return settings.LOGIN_REDIRECT_URL

    def send_notification_mail(self, template_prefix: str, user: Account, *_args: Any, **_context: Any) -> None:
        """Called by allauth after each change of a second factor; instead of a letter we write an event."""
        app, _slash, what = template_prefix.partition("/email/")
        kind, _word, deed = what.rpartition("_")
        if app == "mfa" and deed in {"activated", "deactivated", "added", "removed", "generated"}:
            own.record_second_factor(user, kind=kind, added=deed in {"activated", "added", "generated"}, at=now())


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors: secrets sealed at rest, and no going without one for those who need it."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": AccountAdapter.error_messages["incorrect_code"],
        "cannot_delete_authenticator": _(
            "Your work needs a second factor. Add a key first; then the app can be taken off."
        ),
    }

    def encrypt(self, text: str) -> str:
        """Seal a secret with the key ring."""
        return Sealed.of(text, SECOND_FACTOR_KIND).text

    def decrypt(self, encrypted_text: str) -> str:
        """Open a sealed secret."""
        return Sealed.from_text(encrypted_text, SECOND_FACTOR_KIND).reveal()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Whether its owner may take it off."""
        if not needs_second_factor(actor_of(authenticator.user)):
            return True
        others = Authenticator.objects.filter(user=authenticator.user, type=Authenticator.Type.WEBAUTHN)
        return bool(others.exists())
