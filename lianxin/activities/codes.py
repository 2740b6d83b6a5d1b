"""The code on the wall: an address that is good for half a minute, and says by itself which activity it is for.

A code is the number of its half minute and a keyed digest of it with the activity, by the server's clock alone: no
clock of a phone has a say. Codes of the last TOLERANCE steps are taken too: people need time to hold up a phone.
"""

from datetime import UTC, datetime
from uuid import UUID

from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lianxin.kernel.errors import Conflict

STEP = 30
"""Seconds for which a code is shown."""
TOLERANCE = 2
DIGITS = 16
MINUTE = 60
SALT = "lianxin.activities.codes"


def step_of(at: datetime) -> int:
    """The number of the half minute in which the instant lies."""
    return int(at.timestamp()) // STEP


def code_at(activity: UUID, at: datetime) -> str:
    """The code shown at the instant."""
    return _code(activity, step_of(at))


def seconds_left(at: datetime) -> int:
    """How many seconds the code shown at the instant stays."""
    return STEP - int(at.timestamp()) % STEP


def _code(activity: UUID, step: int) -> str:
    digest = salted_hmac(SALT, f"{activity}:{step}", algorithm="sha256").hexdigest()[:DIGITS]
    return f"{step:x}-{digest}"


def check_code(activity: UUID, code: str, at: datetime) -> None:
    """Let a code through that was shown a moment ago at this activity.

    Raises:
        Conflict: it expired, was made by a clock that is wrong, or was never ours; the sentence says what to do.
    """
    number, _dash, _digest = code.partition("-")
    try:
        step = int(number, 16)
    except ValueError:
        step = -1
    if (
        step < 0
        or step > step_of(datetime.max.replace(tzinfo=UTC))
        or not constant_time_compare(code, _code(activity, step))
    ):
        raise Conflict(_("This is no code of this activity. Scan the one that is shown in the room now."))
    behind = step_of(at) - step
    if behind > TOLERANCE:
        raise Conflict(
            _("This code is %(age)s old; it changes every 30 seconds. Scan the one that is shown now.")
            % {"age": _age(behind)}
        )
    if behind < -1:
        raise Conflict(
            _(
                "The device that shows this code has a clock that is %(age)s ahead. Set its clock to automatic, or"
                " ask the secretary to tick you on the list."
            )
            % {"age": _age(-behind)}
        )


def _age(steps: int) -> str:
    minutes = max(1, steps * STEP // MINUTE)
    return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
