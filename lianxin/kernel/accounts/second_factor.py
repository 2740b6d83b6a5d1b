"""Forms of the second factor. A wrong code counts toward lock-out like a wrong password."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.accounts.actions.sign_in import record_wrong_code, refuse_if_locked
from lianxin.kernel.accounts.forms import plain
from lianxin.kernel.time import now


class _Counted:
    """Refuses while the account is locked; counts what was wrong."""

    user: Any
    fields: dict[str, Any]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        plain(
            self.fields["code"],
            _("Code of six digits"),
            _("The 6 digits in the app, or one of your recovery codes."),
        )

    def clean_code(self) -> str:
        """Accept the code.

        Raises:
            ValidationError: it is wrong, or the account is locked.
        """
        refuse_if_locked(self.user, at=now())
        try:
            return str(super().clean_code())  # type: ignore[misc]
        except ValidationError:
            record_wrong_code(self.user, address=get_adapter().get_client_ip(context.request), at=now())
            refuse_if_locked(self.user, at=now())
            raise


class CodeForm(_Counted, AuthenticateForm):  # type: ignore[misc]
    """The code after the password."""


class ConfirmCodeForm(_Counted, ReauthenticateForm):  # type: ignore[misc]
    """The code once more, before something that matters."""


class ActivateAppForm(ActivateTOTPForm):  # type: ignore[misc]
    """The first code of a new authenticator app."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        plain(self.fields["code"], _("Code shown by the app"))


class AddKeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A new key, and whether it alone signs in."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        plain(self.fields["name"], _("Name of the key"), _("So that you recognise it, for example “office computer”."))
        plain(
            self.fields["passwordless"],
            _("Sign in with this key alone, without a password"),
            _("The device then asks for its own unlocking: PIN, fingerprint or face."),
        )


class RenameKeyForm(EditWebAuthnForm):  # type: ignore[misc]
    """Another name for a key."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        plain(self.fields["name"], _("Name of the key"))
