"""Forms of signing in and of administering accounts. The allauth forms keep their work; we say the words."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm
from django import forms
from django.contrib.auth import password_validation
from django.utils.translation import gettext_lazy as _


def plain(field: forms.Field, label: Any, help_text: Any = "") -> None:
    """Give a field our label above instead of a placeholder within."""
    field.label = label
    field.help_text = help_text
    field.widget.attrs.pop("placeholder", None)


class SignInForm(LoginForm):  # type: ignore[misc]
    """User name or mobile number, and password."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        plain(self.fields["login"], _("User name or mobile number"))
        plain(self.fields["password"], _("Password"))
        self.fields["login"].widget.attrs |= {"autocapitalize": "none", "spellcheck": "false"}


class NewPasswordForm(ChangePasswordForm):  # type: ignore[misc]
    """The present password and the new one twice."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        plain(self.fields["oldpassword"], _("Present password"))
        plain(
            self.fields["password1"], _("New password"), " ".join(password_validation.password_validators_help_texts())
        )
        plain(self.fields["password2"], _("New password again"))

    def clean_oldpassword(self) -> str:
        """Accept the present password; a wrong one counts toward lock-out, as at sign-in.

        Raises:
            ValidationError: it is wrong, or the account or address is locked.
        """
        given = str(self.cleaned_data["oldpassword"])
        adapter = get_adapter()
        if not adapter.reauthenticate(self.user, given):
            raise adapter.validation_error("enter_current_password")
        return given


class ConfirmPasswordForm(ReauthenticateForm):  # type: ignore[misc]
    """The password once more, before something that matters."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        plain(self.fields["password"], _("Password"))


class NewAccountForm(forms.Form):
    """What an administrator says of a new account."""

    name = forms.CharField(label=_("Person’s name"), max_length=80)
    username = forms.CharField(
        label=_("User name"),
        max_length=40,
        help_text=_("3 to 40 letters, digits, dots or hyphens, beginning with a letter."),
    )
    phone = forms.CharField(
        label=_("Mobile number"),
        max_length=20,
        required=False,
        help_text=_("With it the person can also sign in. It is kept as a keyed hash and cannot be read back."),
    )


class ReasonForm(forms.Form):
    """Why something is done to an account."""

    reason = forms.CharField(label=_("Reason"), max_length=200, help_text=_("It is kept with the event."))
