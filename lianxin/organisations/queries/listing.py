"""Organisations as lists: what can be shown, filtered, sorted and exported."""

from collections.abc import Callable, Sequence

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.authz import Actor
from lianxin.kernel.db.ids import parse_id
from lianxin.kernel.db.paths import subtree
from lianxin.kernel.errors import Sentence
from lianxin.kernel.exports import ExportSource
from lianxin.kernel.time import today
from lianxin.kernel.web.listing import ListColumn, ListFilter, Listing, Sort
from lianxin.organisations.models import Organisation
from lianxin.organisations.permissions import VIEW
from lianxin.organisations.queries.scope import organisations_within
from lianxin.organisations.queries.search import search_condition
from lianxin.organisations.queries.warnings import warning_kinds
from lianxin.organisations.queries.wording import shown
from lianxin.rules.facade import code_table


def _coded(name: str) -> Callable[[Organisation], Sentence]:
    return lambda row: shown(name, getattr(row, name))


def _choices(table: str) -> Callable[[], Sequence[tuple[str, Sentence]]]:
    return lambda: code_table(table).choices()


def _one_of(name: str) -> Callable[[Sequence[str]], Q]:
    return lambda values: Q(**{f"{name}__in": values})


def _is_true(name: str) -> Callable[[Sequence[str]], Q]:
    return lambda values: Q(**{f"{name}__in": [value == "yes" for value in values]})


def _warned(keys: Sequence[str]) -> Q:
    condition = Q(pk__in=[])
    for kind in warning_kinds(today()):
        if kind.key in keys:
            condition |= kind.condition
    return condition


def _warning_choices() -> list[tuple[str, Sentence]]:
    return [(kind.key, kind.label) for kind in warning_kinds(today())]


YES_NO: list[tuple[str, Sentence]] = [("yes", _("yes")), ("no", _("no"))]

COLUMNS = (
    ListColumn("name", _("Organisation"), lambda row: row.name, sort="name", template="organisations/cell_name.html"),
    ListColumn("code", _("Code"), lambda row: row.code, sort="code"),
    ListColumn("org_type", _("Kind"), _coded("org_type")),
    ListColumn("secretary", _("Secretary"), lambda row: row.secretary),
    ListColumn("full_members", _("Full members"), lambda row: row.full_members, kind="integer"),
    ListColumn("probationary_members", _("Probationary members"), lambda row: row.probationary_members, kind="integer"),
    ListColumn("term_ends_on", _("Term ends on"), lambda row: row.term_ends_on, kind="date"),
    ListColumn("founded_on", _("Founded on"), lambda row: row.founded_on, kind="date", shown=False),
    ListColumn("short_name", _("Short name"), lambda row: row.short_name, shown=False),
    ListColumn("affiliation", _("Affiliation"), _coded("affiliation"), shown=False),
    ListColumn("unit_relation", _("Situation of the unit"), _coded("unit_relation"), shown=False),
    ListColumn("unit_name", _("Unit"), lambda row: row.unit_name, shown=False),
    ListColumn("unit_credit_code", _("Unified social credit code"), lambda row: row.unit_credit_code, shown=False),
    ListColumn("unit_nature", _("Nature of the unit"), _coded("unit_nature"), shown=False),
    ListColumn("unit_count", _("Number of units"), lambda row: row.unit_count, shown=False, kind="integer"),
    ListColumn("contact", _("Contact"), lambda row: row.contact, shown=False),
    ListColumn("phone", _("Telephone"), lambda row: row.phone_masked, shown=False),
    ListColumn("instructor", _("Party-building instructor"), lambda row: row.instructor, shown=False),
    ListColumn("division_code", _("Statistical division code"), lambda row: row.division_code, shown=False),
    ListColumn("external_code", _("Code in the higher system"), lambda row: row.external_code, shown=False),
    ListColumn("approval_no", _("Approving document"), lambda row: row.approval_no, shown=False),
)

FILTERS = (
    ListFilter("org_type", _("Kind"), _one_of("org_type"), _choices("org_types")),
    ListFilter("affiliation", _("Affiliation"), _one_of("affiliation"), _choices("org_affiliation")),
    ListFilter("unit_nature", _("Nature of the unit"), _one_of("unit_nature"), _choices("unit_natures")),
    ListFilter("village", _("In a village or community"), _is_true("is_village_or_community"), lambda: YES_NO),
    ListFilter("warning", _("Warning"), _warned, _warning_choices),
)

TREE = Sort("tree", _("Place in the tree"), ("path",))
NAME = Sort("name", _("Name"), ("name", "path"))
CODE = Sort("code", _("Code"), ("code",))


class OrganisationList(Listing[Organisation]):
    """Organisations; `below` (an id) in the address narrows to one and what lies under it, on exports too."""

    __slots__ = ()

    def narrowed(self, rows: QuerySet[Organisation], params: QueryDict) -> QuerySet[Organisation]:
        """The rows that `below`, search and filters leave."""
        below = parse_id(params.get("below", ""))
        if below is not None:
            top = Organisation.objects.filter(id=below).values_list("path", flat=True).first()
            rows = rows.none() if top is None else rows.filter(subtree(top))
        return super().narrowed(rows, params)


ORGANISATIONS: Listing[Organisation] = OrganisationList(
    name="organisations",
    columns=COLUMNS,
    sorts=(TREE, NAME, CODE),
    filters=FILTERS,
    search=search_condition,
)

TERMS_ENDING: Listing[Organisation] = Listing(
    name="organisations.terms",
    columns=COLUMNS,
    sorts=(Sort("term", _("End of the term"), ("term_ends_on", "path")),),
    filters=FILTERS[:1],
    search=search_condition,
)


def exported(actor: Actor) -> QuerySet[Organisation]:
    """The organisations the actor may export: those living today that they see."""
    return organisations_within(actor, VIEW)


EXPORT = ExportSource("organisations", _("Organisations"), VIEW, ORGANISATIONS, exported)
