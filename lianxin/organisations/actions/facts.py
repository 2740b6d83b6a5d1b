"""What is written down about an organisation besides its name, kind and place, and the checks of it."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from lianxin.kernel.errors import InvalidInput, Sentence
from lianxin.kernel.privacy.masks import mask_phone
from lianxin.organisations.models import Organisation
from lianxin.organisations.models.organisation import UnitRelation
from lianxin.rules.facade import CreditCode, check_credit_code, code_table

PHONE = re.compile(r"[0-9+() -]{5,24}")
CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,39}")
PERSONAL = frozenset({"phone"})
NOT_AN_ORGANISATION = frozenset({"group"})
MAX_UNITS = 1000


@dataclass(frozen=True, kw_only=True)
class Facts:
    """The facts of an organisation that anybody with the permission may change at any time."""

    external_code: str = ""
    affiliation: str = ""
    unit_relation: str = ""
    unit_name: str = ""
    unit_credit_code: str = ""
    unit_nature: str = ""
    unit_is_legal_entity: bool = False
    unit_count: int = 1
    is_village_or_community: bool = False
    division_code: str = ""
    contact: str = ""
    phone: str = ""
    instructor: str = ""
    includes_unmoved: bool = False


@dataclass(frozen=True, kw_only=True)
class NewOrganisation(Facts):
    """What is said of an organisation when it is set up. Without a code the next one below the parent's is given."""

    name: str
    org_type: str
    short_name: str = ""
    code: str = ""
    term_starts_on: date | None = None
    term_due_on: date | None = None


FACT_NAMES = tuple(one.name for one in fields(Facts))


def check_facts(given: Mapping[str, Any]) -> dict[str, Sentence]:
    """What is wrong with facts, by field; an empty answer means nothing. Only the fields given are judged."""
    errors = {**_too_long(given), **_not_listed(given)}
    if given.get("unit_credit_code"):
        answer = check_credit_code(given["unit_credit_code"])
        if not isinstance(answer, CreditCode):
            errors["unit_credit_code"] = answer[0].message
    if given.get("phone") and not PHONE.fullmatch(given["phone"].strip()):
        errors["phone"] = _("Write the telephone number in digits, such as 0546-5621234.")
    if given.get("code") and not CODE.fullmatch(given["code"]):
        errors["code"] = _("A code has up to 40 letters, digits, dots and hyphens and begins with a letter or digit.")
    if not 0 <= given.get("unit_count", 1) <= MAX_UNITS:
        errors["unit_count"] = _("Give the number of units, at most %(most)d.") % {"most": MAX_UNITS}
    return errors


def _not_listed(given: Mapping[str, Any]) -> dict[str, Sentence]:
    lists: dict[str, Collection[str]] = {
        "affiliation": {entry.key for entry in code_table("org_affiliation")},
        "unit_nature": {entry.key for entry in code_table("unit_natures")},
        "org_type": {entry.key for entry in code_table("org_types")} - NOT_AN_ORGANISATION,
        "unit_relation": UnitRelation.values,
    }
    return {
        name: _("Choose one of the list.")
        for name, known in lists.items()
        if given.get(name) and given[name] not in known
    }


def _too_long(given: Mapping[str, Any]) -> dict[str, Sentence]:
    errors: dict[str, Sentence] = {}
    for name, value in given.items():
        if not isinstance(value, str) or name == "phone":
            continue
        longest = Organisation._meta.get_field(name).max_length  # noqa: SLF001 - Django's public way to a field
        if longest is not None and len(value) > longest:
            errors[name] = _("At most %(longest)d characters.") % {"longest": longest}
    return errors


def check_names(name: str, short_name: str) -> None:
    """Refuse an organisation without a name, or with one longer than a seal holds.

    Raises:
        InvalidInput: by field.
    """
    errors = check_facts({"name": name, "short_name": short_name})
    if not name.strip():
        errors["name"] = _("Give the full name as on the seal.")
    if errors:
        raise InvalidInput(errors)


def columns_of(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts as columns of the row: trimmed, credit code in capitals, the telephone with its mask beside it."""
    columns = {name: value.strip() if isinstance(value, str) else value for name, value in facts.items()}
    if columns.get("unit_credit_code"):
        columns["unit_credit_code"] = columns["unit_credit_code"].upper()
    if "phone" in columns:
        columns["phone_masked"] = mask_phone(columns["phone"]) if columns["phone"] else ""
        columns["phone"] = columns["phone"] or None
    return columns
