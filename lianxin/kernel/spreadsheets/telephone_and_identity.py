"""Identity and telephone numbers: digits that a spreadsheet program likes to take for quantities.

Only the form is judged here. Whether an identity number's check digit and date hold is a rule and belongs to its owner.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from lianxin.kernel.spreadsheets.problems import Sentence

_EXACT = 10**15  # source: IEEE 754 double, 15 significant digits
_EXPONENT = re.compile(r"\d(?:\.\d+)?[Ee]\+?\d{1,2}", re.ASCII)
_ID_NUMBER = re.compile(r"\d{17}[\dX]", re.ASCII)  # source: GB 11643-1999
_OLD_ID_NUMBER = re.compile(r"\d{15}", re.ASCII)
_MOBILE = re.compile(r"(?:\+?86)?(1\d{10})", re.ASCII)
_LANDLINE = re.compile(r"\(?(0\d{2,3})\)?-?(\d{7,8})(?:-?(?:转|x)?-?(\d{1,5}))?", re.ASCII)
_LOCAL = re.compile(r"\d{7,8}", re.ASCII)
_BETWEEN = re.compile(r"[,，、;；/\s]+")

SENTENCES: dict[str, Sentence] = {
    "lost_digits": _(
        "Excel has turned this number into a quantity and lost digits. "
        "Set the cell's format to Text and enter it again."
    ),
    "id_15": _("This is an old 15-digit number. Enter the 18-digit number of the present identity card."),
    "masked": _("Part of the number is hidden by asterisks. Enter the full number."),
    "id_form": _("An identity number has 17 digits and then a digit or X. Check for missing or extra characters."),
    "phone_form": _("This is not a telephone number. Write 11 digits, or area code and number as in 0546-1234567."),
    "several_phones": _("There are several numbers in the cell. Leave one and put the others elsewhere."),
}


class Finding(NamedTuple):
    """The number in its one written form; with a doubt (a key of SENTENCES), the likeliest number or nothing."""

    text: str
    doubt: str | None = None


def plain(number: float) -> str:
    """Return a number without exponent and without a decimal point it does not need."""
    if not math.isfinite(number):
        return str(number)
    text = format(Decimal(repr(number)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _whole(value: float | str) -> tuple[str, bool]:
    """Return digits, and whether a spreadsheet may have lost some of them."""
    if isinstance(value, str):
        text = re.sub(r"\.0+$", "", value)
        if not _EXPONENT.fullmatch(text):
            return text, False
        try:
            number = Decimal(text)
        except InvalidOperation:
            return text, False
        digits = format(number, "f")
        mantissa = text.upper().split("E")[0].replace(".", "")
        return digits, number >= _EXACT or len(mantissa) < len(digits)
    return plain(value), abs(value) >= _EXACT


def read_id_number(value: float | str) -> Finding:
    """Read a citizen's identity number of 18 places from a number or half-width text."""
    digits, lost = _whole(value)
    if lost:
        return Finding("", "lost_digits")
    text = re.sub(r"[\s'’-]", "", digits).upper()
    if _ID_NUMBER.fullmatch(text):
        return Finding(text)
    if "*" in text:
        return Finding("", "masked")
    return Finding("", "id_15" if _OLD_ID_NUMBER.fullmatch(text) else "id_form")


def read_phone(value: float | str) -> Finding:
    """Read a mobile or landline number; landlines are written 0546-1234567, extensions after another hyphen."""
    digits, lost = _whole(value)
    if lost:
        return Finding("", "lost_digits")
    if number := _phone(digits):
        return Finding(number)
    if "*" in digits:
        return Finding("", "masked")
    parts = [found for part in _BETWEEN.split(digits) if (found := _phone(part))]
    return Finding(parts[0], "several_phones") if len(parts) > 1 else Finding("", "phone_form")


def _phone(text: str) -> str:
    together = re.sub(r"[\s]", "", text)
    if match := _MOBILE.fullmatch(re.sub(r"[-()]", "", together)):
        return match[1]
    if match := _LANDLINE.fullmatch(together):
        return "-".join(part for part in match.groups() if part)
    return together if _LOCAL.fullmatch(together) else ""
