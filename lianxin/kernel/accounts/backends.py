"""Signing in by user name or by mobile number."""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from lianxin.kernel.accounts.lockout import find_account
from lianxin.kernel.accounts.models import Account


class NameOrPhoneBackend(BaseBackend):
    """Finds the account by user name or by the keyed hash of a mobile number, then checks the password."""

    def authenticate(
        self,
        request: HttpRequest | None,  # noqa: ARG002 - Django's signature
        username: str | None = None,
        password: str | None = None,
        **_: Any,
    ) -> Account | None:
        """The account these words open, or None. An unknown name costs as much time as a wrong password."""
        if not username or not password:
            return None
        account = find_account(username)
        if account is None or not account.has_usable_password():
            Account().set_password(password)
            return None
        return account if account.check_password(password) and account.is_active else None

    def get_user(self, user_id: Any) -> Account | None:
        """The active account of a session."""
        return Account.objects.filter(pk=user_id, is_active=True).first()
