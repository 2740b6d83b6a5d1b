"""What makes a password strong enough. Source: security domain facts, application controls (numbers: check)."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

SHORTEST = 10
CLASSES = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^a-zA-Z0-9]")
NEEDED_CLASSES = 3


class StrengthValidator:
    """At least 10 characters, 3 of the 4 classes, without the person's name or user name in it."""

    def validate(self, password: str, user: Any = None) -> None:
        """Accept the password.

        Raises:
            ValidationError: says everything that is missing.
        """
        wrong = []
        if len(password) < SHORTEST:
            wrong.append(_("Use at least %(number)d characters.") % {"number": SHORTEST})
        if sum(bool(re.search(one, password)) for one in CLASSES) < NEEDED_CLASSES:
            wrong.append(_("Mix at least three of: small letters, capitals, digits, other signs."))
        words = [getattr(user, "username", ""), getattr(user, "name", "")]
        if any(word and word.lower() in password.lower() for word in words):
            wrong.append(_("Do not use your name or user name in the password."))
        if wrong:
            raise ValidationError(wrong)

    def get_help_text(self) -> str:
        """The rule in words."""
        return _("At least 10 characters with three of: small letters, capitals, digits, other signs; not your name.")
