"""What makes a member's facts acceptable, each by itself, then together: the impossible is refused, the odd noted."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.errors import InvalidInput, Sentence
from lianxin.members.facts import BY_NAME, FACTS, Fact, Kind, clear_of
from lianxin.rules.facade import (
    IdNumber,
    Level,
    Mobile,
    Verdict,
    check_id_number,
    check_member_dates,
    check_mobile,
    check_sex_birth_agree,
    code_table,
)

LANDLINE = re.compile(r"(0\d{2,3}-)?\d{7,8}(-\d{1,5})?", re.ASCII)
MEMBER_CATEGORIES = ("full", "probationary")
Problems = dict[str, list[Sentence]]


def tidy(changes: Mapping[str, Any], *, on: date, by_act: bool = False) -> dict[str, Any]:
    """The changes in the form they are kept: texts trimmed, days as dates, numbers checked and in their one spelling.

    Raises:
        InvalidInput: for each field that cannot be accepted, why and how to mend it.
    """
    tidied: dict[str, Any] = {}
    wrong: Problems = {}
    for name, value in changes.items():
        fact = BY_NAME.get(name)
        if fact is None or (fact.is_set_by_act and not by_act):
            wrong[name] = [format_lazy(_("“{name}” is not a fact that can be entered here."), name=name)]
            continue
        try:
            tidied[name] = _tidy_one(fact, value, on)
        except InvalidInput as refusal:
            wrong |= refusal.fields
    if wrong:
        raise InvalidInput(wrong)
    return tidied


def _tidy_one(fact: Fact, value: Any, on: date) -> Any:
    if fact.kind is Kind.YES_NO:
        return _yes_no(fact, value)
    if fact.kind is Kind.DATE:
        return _day(fact, value)
    text = "" if value is None else " ".join(str(value).split()) if fact.kind is not Kind.LONG else str(value).strip()
    if not text:
        if fact.required:
            raise InvalidInput({fact.name: _("This must be filled in.")})
        return ""
    if len(text) > fact.length:
        raise InvalidInput({fact.name: format_lazy(_("Use at most {length} characters."), length=fact.length)})
    if fact.kind is Kind.ID_NUMBER:
        return _id_number(fact, text, on)
    readers = {Kind.CODE: _code, Kind.MOBILE: _mobile, Kind.LANDLINE: _landline}
    return readers[fact.kind](fact, text) if fact.kind in readers else text


def _yes_no(fact: Fact, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    known = {"true": True, "false": False, "": False, "none": False}
    answer = known.get(str(value).casefold())
    if answer is None:
        raise InvalidInput({fact.name: _("Say yes or no.")})
    return answer


def _day(fact: Fact, value: Any) -> date | None:
    if value is None or value == "":
        if fact.required:
            raise InvalidInput({fact.name: _("This must be filled in.")})
        return None
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise InvalidInput({fact.name: _("This is not a date. Write it as 2001-01-02.")}) from error


def _code(fact: Fact, text: str) -> str:
    table = code_table(fact.table)
    unfit = fact.name == "person_category" and text not in MEMBER_CATEGORIES
    if text not in table or unfit:
        raise InvalidInput({fact.name: format_lazy(_("“{code}” is not in the code table."), code=text)})
    return text


def _id_number(fact: Fact, text: str, on: date) -> str:
    found = check_id_number(text, on=on, allow_test=settings.ACCEPT_TEST_PERSONS)
    if isinstance(found, IdNumber):
        return found.value
    raise InvalidInput({fact.name: [one.message for one in found]})


def _mobile(fact: Fact, text: str) -> str:
    found = check_mobile(text, allow_test=settings.ACCEPT_TEST_PERSONS)
    if isinstance(found, Mobile):
        return found.value
    raise InvalidInput({fact.name: [one.message for one in found]})


def _landline(fact: Fact, text: str) -> str:
    folded = re.sub(r"[\s()]", "", unicodedata.normalize("NFKC", text))
    if not LANDLINE.fullmatch(folded):
        raise InvalidInput({fact.name: _("Write area code and number, as in 0546-1234567.")})
    return folded


def settle(facts: dict[str, Any]) -> None:
    """What follows from the facts by themselves: nobody who is in contact is out of contact since a day."""
    if not facts.get("is_lost"):
        facts["lost_since"] = None
    if not facts.get("is_floating"):
        facts["flow_to"] = ""


def derived_category(converted_on: date | None) -> str:
    """Full with a date of conversion, on probation without one."""
    return "full" if converted_on else "probationary"


def judge(facts: Mapping[str, Any], *, on: date) -> list[Verdict]:
    """What the facts together give cause to look at, when nothing in them is impossible.

    Raises:
        InvalidInput: they cannot be true together; says which date, and why.
    """
    verdicts = verdicts_on(facts, on=on)
    wrong: Problems = {}
    for one in verdicts:
        if one.level is Level.PROBLEM:
            wrong.setdefault(_field_of(one, facts), []).append(one.message)
    if facts["joined_on"] == facts["birth_date"]:
        wrong.setdefault("joined_on", []).append(_("Nobody joins on the day of their birth. Check both dates."))
    if wrong:
        raise InvalidInput(wrong)
    return [one for one in verdicts if one.level is Level.WARNING]


def verdicts_on(facts: Mapping[str, Any], *, on: date) -> list[Verdict]:
    """Everything the rules find in the facts, problems and warnings; nothing when all is in order."""
    found = check_member_dates(
        on=on,
        birth_date=facts.get("birth_date"),
        joined_on=facts.get("joined_on"),
        converted_on=facts.get("converted_on"),
        category=facts.get("person_category"),
    )
    if number := facts.get("id_number"):
        parsed = check_id_number(number, on=on, allow_test=settings.ACCEPT_TEST_PERSONS)
        if isinstance(parsed, IdNumber):
            found += check_sex_birth_agree(parsed, sex=facts.get("sex"), birth_date=facts.get("birth_date"))
    return found


def _field_of(verdict: Verdict, facts: Mapping[str, Any]) -> str:
    """The field a verdict on dates is about: the later one of two, for that is the one usually mistyped."""
    day = verdict.facts.get("later") or verdict.facts.get("day")
    for name in ("converted_on", "joined_on", "birth_date"):
        if day is not None and facts.get(name) == day:
            return name
    return ""


def facts_to_judge(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Kept facts as the checks need them: days as dates and the identity number open. Not for showing."""
    needed = {}
    for fact in FACTS:
        if not fact.is_personal or fact.kind is Kind.ID_NUMBER:
            needed[fact.name] = clear_of(fact, facts.get(fact.name, ""))
    return needed
