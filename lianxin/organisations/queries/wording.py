"""What fields are called and how their values read: codes by their name, yes and no, dates."""

from datetime import date
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lianxin.kernel.errors import Sentence
from lianxin.organisations.models import Organisation
from lianxin.organisations.models.organisation import UnitRelation
from lianxin.rules.facade import code_table, current

TABLES = {"org_type": "org_types", "affiliation": "org_affiliation", "unit_nature": "unit_natures"}
NAMES: dict[str, Sentence] = {
    "parent": gettext_lazy("higher organisation"),
    "term": gettext_lazy("term ends on"),
    "starts_on": gettext_lazy("begins on"),
    "due_on": gettext_lazy("due to end on"),
    "ended_on": gettext_lazy("ended on"),
    "number": gettext_lazy("number of the term"),
    "election": gettext_lazy("how elected"),
}


def label_of(name: str) -> Sentence:
    """What a field of an organisation, of its term, or a rule is called."""
    if name in NAMES:
        return NAMES[name]
    if "." in name:  # a rule whose local value was set or ended
        return str(current(name).title)
    try:
        field = Organisation._meta.get_field(name)  # noqa: SLF001 - Django's public way to a field
    except FieldDoesNotExist:
        return name
    return field.verbose_name if hasattr(field, "verbose_name") else name


def kind_name(org_type: str) -> Sentence:
    """The name of a kind of organisation."""
    table = code_table("org_types")
    return table[org_type].name if org_type in table else org_type


def shown(name: str, value: Any) -> Sentence:
    """A value as people read it."""
    if value is None or value == "":
        return ""
    if name in TABLES:
        table = code_table(TABLES[name])
        return table[value].name if value in table else str(value)
    if name == "unit_relation":
        return UnitRelation(value).label if value in UnitRelation.values else str(value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return value.isoformat() if isinstance(value, date) else str(value)
