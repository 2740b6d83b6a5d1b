"""Checks of numbers: identity numbers, unified social credit codes, mobile numbers. Pure functions.

No verdict repeats the number itself: verdicts are stored and shown, and the number is personal data.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lianxin.rules.bilingual import shown_date
from lianxin.rules.book import current
from lianxin.rules.code_tables import code_table
from lianxin.rules.verdicts import Level, Verdict, verdict

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

ID_LENGTH = 18
OLD_ID_LENGTH = 15
ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECK_CHARACTERS = "10X98765432"
ID_PATTERN = re.compile(r"[0-9]{17}[0-9X]")
TEST_AREA = "99"

CREDIT_LENGTH = 18
CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_VALUES = {character: value for value, character in enumerate(CREDIT_ALPHABET)}
CREDIT_WEIGHTS = tuple(pow(3, place, 31) for place in range(CREDIT_LENGTH - 1))

MOBILE_PATTERN = re.compile(r"1[3-9][0-9]{9}")
TEST_MOBILE_PATTERN = re.compile(r"12[0-9]{9}")
MOBILE_LENGTH = 11

MALE, FEMALE = "1", "2"


@dataclass(frozen=True, slots=True)
class IdNumber:
    """A valid identity number taken apart. `sex` is a key of the code table of that name; `area` has six digits."""

    value: str
    area: str
    birth_date: dt.date
    sequence: str
    sex: str
    is_test: bool

    @property
    def province(self) -> str:
        """Key in the code table `provinces`; 99 for a test number, which belongs to nobody."""
        return self.area[:2]


@dataclass(frozen=True, slots=True)
class CreditCode:
    """A valid unified social credit code in capitals."""

    value: str


@dataclass(frozen=True, slots=True)
class Mobile:
    """A mobile number of eleven digits."""

    value: str
    is_test: bool


def check_id_number(text: str, *, on: dt.date, allow_test: bool = False) -> IdNumber | list[Verdict]:
    """Return the identity number taken apart, or every problem found in it.

    Source: GB 11643. Eighteen characters, a known province, a real birth date not after `on`, the check character.
    Full-width characters and spaces are mended and a lower-case x becomes X. Numbers of fifteen digits are refused:
    they left use and cannot be checked. `allow_test` admits area codes that begin with 99, which no person has.
    """
    value = _tidy(text).upper()
    if shape := _id_shape_problem(value):
        return [_problem("members.id_number.form", shape, length=len(value))]
    problems: list[Verdict] = []
    is_test = value.startswith(TEST_AREA)
    if value[:2] not in code_table("provinces") and not (is_test and allow_test):
        message = (
            _("Area codes beginning with 99 are for demonstration data only.")
            if is_test
            else format_lazy(_("The identity number begins with {code}, which is no province."), code=value[:2])
        )
        problems.append(_problem("members.id_number.area", message, code=value[:2]))
    birth_date = _date_or_none(value[6:14])
    if birth_date is None:
        message = format_lazy(_("Digits 7 to 14 give {digits}, which is no date."), digits=value[6:14])
        problems.append(_problem("members.id_number.birth_date", message, digits=value[6:14]))
    elif birth_date > on:
        message = format_lazy(
            _("The birth date in the identity number, {date}, lies in the future."), date=shown_date(birth_date)
        )
        problems.append(_problem("members.id_number.birth_date", message, birth_date=birth_date))
    expected = id_check_character(value[:17])
    if value[17] != expected:
        message = format_lazy(
            _("The last character should be {expected}: at least one character of the identity number is wrong."),
            expected=expected,
        )
        problems.append(_problem("members.id_number.check_character", message, found=value[17], expected=expected))
    if problems or birth_date is None:
        return problems
    sex = MALE if int(value[14:17]) % 2 else FEMALE
    return IdNumber(value, value[:6], birth_date, value[14:17], sex, is_test)


def id_check_character(first_seventeen: str) -> str:
    """Return the check character of seventeen digits. Source: GB 11643, weighted sum modulo 11."""
    total = sum(weight * int(digit) for weight, digit in zip(ID_WEIGHTS, first_seventeen, strict=True))
    return ID_CHECK_CHARACTERS[total % 11]


def check_sex_birth_agree(
    number: IdNumber, *, sex: str | None = None, birth_date: dt.date | None = None
) -> list[Verdict]:
    """Return warnings where sex or birth date of a record differ from its identity number.

    Source: the national collection form; the birth date of the personnel file wins, so this only warns. Sexes
    that say nothing (unknown, not stated) agree with every number.
    """
    warnings: list[Verdict] = []
    if sex in (MALE, FEMALE) and sex != number.sex:
        table = code_table("sex")
        message = format_lazy(
            _("The record says {recorded}, the identity number says {number}."),
            recorded=table[sex].name,
            number=table[number.sex].name,
        )
        warnings.append(
            verdict(current("members.sex.agrees_with_id_number"), Level.WARNING, message, sex=sex, by_number=number.sex)
        )
    if birth_date is not None and birth_date != number.birth_date:
        message = format_lazy(
            _("The birth date is {recorded} in the record and {number} in the identity number."),
            recorded=shown_date(birth_date),
            number=shown_date(number.birth_date),
        )
        rule = current("members.birth_date.agrees_with_id_number")
        warnings.append(
            verdict(rule, Level.WARNING, message, birth_date=birth_date, by_number=number.birth_date),
        )
    return warnings


def check_credit_code(text: str) -> CreditCode | list[Verdict]:
    """Return the unified social credit code in capitals, or the problem with it.

    Source: GB 32100. Eighteen characters of an alphabet without I, O, S, V and Z; the last is
    `(31 - sum mod 31) mod 31` with the weights `3^i mod 31`.
    """
    value = _tidy(text).upper()
    if len(value) != CREDIT_LENGTH:
        message = format_lazy(
            _("A unified social credit code has 18 characters, this has {length}."), length=len(value)
        )
        return [_problem("organisations.credit_code.form", message, length=len(value))]
    if foreign := sorted(set(value) - CREDIT_VALUES.keys()):
        message = format_lazy(
            _("These characters do not occur in a unified social credit code: {characters}"),
            characters=" ".join(foreign),
        )
        return [_problem("organisations.credit_code.form", message, characters=foreign)]
    expected = credit_check_character(value[:17])
    if value[17] != expected:
        message = format_lazy(
            _("The last character should be {expected}: at least one character of the code is wrong."),
            expected=expected,
        )
        return [
            _problem("organisations.credit_code.check_character", message, found=value[17], expected=expected),
        ]
    return CreditCode(value)


def credit_check_character(first_seventeen: str) -> str:
    """Return the check character of the first seventeen of a credit code. Source: GB 32100."""
    pairs = zip(CREDIT_WEIGHTS, first_seventeen, strict=True)
    return CREDIT_ALPHABET[-sum(weight * CREDIT_VALUES[character] for weight, character in pairs) % 31]


def check_mobile(text: str, *, allow_test: bool = False) -> Mobile | list[Verdict]:
    """Return the mobile number as eleven digits, or the problem with it.

    The pattern (1, then 3 to 9, then nine digits) is practice, not a standard. Spaces, hyphens and a leading +86 are
    removed. `allow_test` admits numbers that begin with 12, which no subscriber has.
    """
    value = re.sub(r"[-‐-―()]", "", _tidy(text))
    value = re.sub(r"^(\+|00)86", "", value)
    if MOBILE_PATTERN.fullmatch(value):
        return Mobile(value, is_test=False)
    if TEST_MOBILE_PATTERN.fullmatch(value):
        if allow_test:
            return Mobile(value, is_test=True)
        message: str | _StrPromise = _("Mobile numbers beginning with 12 are for demonstration data only.")
    elif len(value) != MOBILE_LENGTH:
        message = format_lazy(_("A mobile number has 11 digits, this has {length} characters."), length=len(value))
    else:
        message = _("A mobile number consists of digits and begins with 13 to 19.")
    return [_problem("members.mobile.form", message, length=len(value))]


def _id_shape_problem(value: str) -> str | _StrPromise | None:
    if len(value) == OLD_ID_LENGTH and value.isdecimal():
        return _("This is an old identity number of 15 digits; the one of 18 is needed.")
    if len(value) != ID_LENGTH:
        return format_lazy(_("An identity number has 18 characters, this has {length}."), length=len(value))
    if not ID_PATTERN.fullmatch(value):
        return _("An identity number consists of digits; only the last character may be X.")
    return None


def _problem(rule_id: str, message: str | _StrPromise, **facts: object) -> Verdict:
    return verdict(current(rule_id), Level.PROBLEM, message, **facts)


def _date_or_none(digits: str) -> dt.date | None:
    try:
        return dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def _tidy(text: str) -> str:
    """Mend what keyboards and spreadsheets do: full-width characters, spaces, a leading apostrophe."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).removeprefix("'")
