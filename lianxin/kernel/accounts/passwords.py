"""What makes a password strong enough. Source: security domain facts, application controls (numbers: check)."""

import re
import secrets
from typing import Any

from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from lianxin.kernel.accounts.models import Account, PasswordHistory
from lianxin.kernel.accounts.policy import number
from lianxin.kernel.privacy.lookup import digests_of

CLASSES = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^a-zA-Z0-9]")
PHONE_DIGITS = 11
ID_NUMBER = re.compile(r"\d{17}[\dXx]")
KEPT = 24
"""Earlier passwords kept at most; the rule may not ask for more."""

LOWER, UPPER, DIGITS, SIGNS = "abcdefghjkmnpqrstuvwxyz", "ABCDEFGHJKMNPQRSTUVWXYZ", "23456789", "-+=#%"
TEMPORARY_LENGTH = 14


class StrengthValidator:
    """Long enough, of enough classes, and without the person's name, user name, phone or an identity number in it."""

    def validate(self, password: str, user: Any = None) -> None:
        """Accept the password.

        Raises:
            ValidationError: says everything that is missing.
        """
        wrong = []
        if len(password) < number("password.minimum_length"):
            wrong.append(_("Use at least %(number)d characters.") % {"number": number("password.minimum_length")})
        if sum(bool(re.search(one, password)) for one in CLASSES) < number("password.minimum_classes"):
            wrong.append(_("Mix at least three of: small letters, capitals, digits, other signs."))
        words = [getattr(user, "username", ""), getattr(user, "name", "")]
        if any(word and word.lower() in password.lower() for word in words):
            wrong.append(_("Do not use your name or user name in the password."))
        if _holds_phone(password, getattr(user, "phone_digest", None)):
            wrong.append(_("Do not use your mobile number in the password."))
        if ID_NUMBER.search(password):
            wrong.append(_("Do not use an identity number in the password."))
        if wrong:
            raise ValidationError(wrong)

    def get_help_text(self) -> str:
        """The rule in words."""
        return _(
            "At least %(number)d characters with three of: small letters, capitals, digits, other signs; "
            "not your name, mobile number or identity number."
        ) % {"number": number("password.minimum_length")}


class HistoryValidator:
    """None of the last passwords again. Django calls `password_changed` when an account is saved with a new one."""

    def validate(self, password: str, user: Any = None) -> None:
        """Accept the password.

        Raises:
            ValidationError: it was one of the last.
        """
        if not isinstance(user, Account):
            return
        last = number("password.not_reused")
        used = user.earlier_passwords.order_by("-at").values_list("password", flat=True)[:last]
        if any(check_password(password, one) for one in used):
            raise ValidationError(
                _("This was one of your last %(number)d passwords. Choose another.") % {"number": last}
            )

    def password_changed(self, password: str, user: Any = None) -> None:
        """Remember the hash and forget those beyond what any rule asks for."""
        if not isinstance(user, Account) or password is None:
            return
        PasswordHistory.objects.create(account=user, password=user.password, at=user.password_changed_at)
        kept = user.earlier_passwords.order_by("-at").values_list("pk", flat=True)[:KEPT]
        user.earlier_passwords.exclude(pk__in=list(kept)).delete()

    def get_help_text(self) -> str:
        """The rule in words."""
        return _("None of your last %(number)d passwords.") % {"number": number("password.not_reused")}


def _holds_phone(password: str, digest: bytes | None) -> bool:
    if digest is None:
        return False
    runs = (password[start : start + PHONE_DIGITS] for start in range(len(password) - PHONE_DIGITS + 1))
    return any(run.isdigit() and bytes(digest) in digests_of("phone", run) for run in runs)


def temporary_password() -> str:
    """A random password of every class, without signs that look alike on paper."""
    every = LOWER + UPPER + DIGITS + SIGNS
    letters = [secrets.choice(one) for one in (LOWER, UPPER, DIGITS, SIGNS)]
    letters += [secrets.choice(every) for _place in range(TEMPORARY_LENGTH - len(letters))]
    secrets.SystemRandom().shuffle(letters)
    return "".join(letters)
