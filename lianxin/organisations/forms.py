"""Forms of the acts on organisations. Each ends with what every act needs: day, document and reason."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.authz import Actor
from lianxin.kernel.db.ids import parse_id
from lianxin.kernel.ui.forms import Combobox, Day
from lianxin.organisations.actions.facts import FACT_NAMES, NOT_AN_ORGANISATION, NewOrganisation
from lianxin.organisations.models import LocalValue, Organisation, Term
from lianxin.organisations.models.organisation import UnitRelation
from lianxin.organisations.permissions import REORGANISE
from lianxin.organisations.queries.scope import organisations_within
from lianxin.rules.facade import RuleVersion, code_table, next_beginning, rhythms_allowed, rhythms_to_begin

Choices = list[tuple[str, str | Promise]]
DAY_ERRORS = {"invalid": _("Write the date as 2026-11-21."), "required": _("Give the date.")}


def day_field(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    """A date, written 2026-11-21."""
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        input_formats=["%Y-%m-%d"],
        widget=Day(),
        error_messages=DAY_ERRORS,
    )


def _kinds() -> Choices:
    kinds = [(key, name) for key, name in code_table("org_types").choices() if key not in NOT_AN_ORGANISATION]
    return [("", _("Choose")), *kinds]


def _listed(table: str) -> Choices:
    return [("", _("not recorded")), *code_table(table).choices()]


class OrganisationChoice(Combobox):
    """An organisation found by name, pinyin, initials or code, among those where the actor holds the permission."""

    def __init__(self, actor: Actor, permission: str = REORGANISE, *, above: bool = False) -> None:
        purpose = "above" if above else "any"
        super().__init__(f"{reverse('organisations:choices')}?for={permission}&as={purpose}")
        self.actor = actor
        self.permission = permission

    def label_for(self, value: object) -> str:
        """The short name of the one chosen, if the actor sees it."""
        wanted = parse_id(str(value or ""))
        if wanted is None:
            return ""
        row = organisations_within(self.actor, self.permission).filter(id=wanted).first()
        return str(row) if row else ""


class ActForm(forms.Form):
    """What every act needs. `confirmed` is there once the actor has seen what will happen."""

    effective_on = day_field(
        _("effective from"), help_text=_("A past day writes history, a day to come plans the act.")
    )
    document_no = forms.CharField(label=_("document number"), max_length=80, help_text=_("Such as 利组发〔2026〕12号."))
    reason = forms.CharField(label=_("reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, actor: Actor, organisation: Organisation, today: date, **kwargs: Any) -> None:
        self.actor = actor
        self.organisation = organisation
        kwargs["initial"] = {**self.start(organisation, today), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        last = ("effective_on", "document_no", "reason", "confirmed")
        self.order_fields([*(name for name in self.fields if name not in last), *last])
        self.prepare()

    def start(self, organisation: Organisation, today: date) -> dict[str, Any]:  # noqa: ARG002 - for forms that show it
        """What the form shows at first."""
        return {"effective_on": today}

    def prepare(self) -> None:
        """Fit the fields to the organisation and actor."""

    @property
    def decision(self) -> dict[str, Any]:
        """Day, document and reason, as an action takes them."""
        return {name: self.cleaned_data[name] for name in ("effective_on", "document_no", "reason")}


class RenameForm(ActForm):
    """Another name or kind."""

    name = forms.CharField(label=_("full name"), max_length=120, help_text=_("As on the seal."))
    short_name = forms.CharField(label=_("short name"), max_length=60, required=False)
    org_type = forms.ChoiceField(label=_("kind"), choices=_kinds)

    def start(self, organisation: Organisation, today: date) -> dict[str, Any]:
        """The names and kind it has."""
        held = {name: getattr(organisation, name) for name in ("name", "short_name", "org_type")}
        return {"effective_on": today, **held}


class MoveForm(ActForm):
    """Another parent."""

    parent = forms.UUIDField(
        label=_("new higher organisation"), error_messages={"required": _("Choose it from the list.")}
    )

    def prepare(self) -> None:
        """Offer organisations that can have others below them."""
        self.fields["parent"].widget = OrganisationChoice(self.actor, above=True)


class DissolveForm(ActForm):
    """Nothing but the decision."""


class MergeForm(ActForm):
    """Into which other organisation, and which neighbours go the same way."""

    into = forms.UUIDField(
        label=_("organisation that takes over"), error_messages={"required": _("Choose it from the list.")}
    )
    others = forms.MultipleChoiceField(
        label=_("others that end in the same merger"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def prepare(self) -> None:
        """Offer who may take over, and the neighbours under the same parent."""
        self.fields["into"].widget = OrganisationChoice(self.actor)
        field = self.fields["others"]
        field.choices = [  # type: ignore[attr-defined]
            (str(row.id), str(row)) for row in neighbours(self.actor, self.organisation)
        ]

    @property
    def earlier(self) -> list[UUID]:
        """All that end, this organisation first."""
        return [self.organisation.id, *(UUID(one) for one in self.cleaned_data["others"])]


class SplitForm(ActForm):
    """The organisation that splits off, and what goes with it."""

    name = forms.CharField(label=_("full name of the new organisation"), max_length=120)
    short_name = forms.CharField(label=_("short name"), max_length=60, required=False)
    org_type = forms.ChoiceField(label=_("kind"), choices=_kinds)
    code = forms.CharField(
        label=_("code"), max_length=40, required=False, help_text=_("Left empty, the next free one is given.")
    )
    children = forms.MultipleChoiceField(
        label=_("organisations that go along"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def start(self, organisation: Organisation, today: date) -> dict[str, Any]:
        """The same kind."""
        return {"effective_on": today, "org_type": organisation.org_type}

    def prepare(self) -> None:
        """Offer what stands directly below."""
        below = organisations_within(self.actor).filter(path__startswith=self.organisation.path)
        below = below.filter(depth=self.organisation.depth + 1).order_by("path")[:MOST_OFFERED]
        self.fields["children"].choices = [(str(row.id), str(row)) for row in below]  # type: ignore[attr-defined]
        if not self.fields["children"].choices:  # type: ignore[attr-defined]
            del self.fields["children"]

    @property
    def new(self) -> NewOrganisation:
        """What the action takes."""
        given = self.cleaned_data
        return NewOrganisation(
            name=given["name"], short_name=given["short_name"], org_type=given["org_type"], code=given["code"]
        )


MOST_OFFERED = 300


def neighbours(actor: Actor, organisation: Organisation) -> Sequence[Organisation]:
    """The other organisations under the same parent that the actor may reorganise, at most `MOST_OFFERED`."""
    above = organisation.path[: -Organisation.steplen]
    if not above:
        return []
    rows = organisations_within(actor, REORGANISE).filter(path__startswith=above, depth=organisation.depth)
    return list(rows.exclude(id=organisation.id).order_by("path")[:MOST_OFFERED])


class FactsForm(ActForm):
    """The facts that are not name, kind or place."""

    code = forms.CharField(label=_("code"), max_length=40)
    external_code = forms.CharField(label=_("code in the higher system"), max_length=40, required=False)
    affiliation = forms.ChoiceField(label=_("affiliation"), required=False, choices=lambda: _listed("org_affiliation"))
    unit_relation = forms.ChoiceField(
        label=_("situation of the unit"), required=False, choices=[("", _("not recorded")), *UnitRelation.choices]
    )
    unit_name = forms.CharField(label=_("unit"), max_length=120, required=False)
    unit_credit_code = forms.CharField(label=_("unified social credit code"), max_length=18, required=False)
    unit_nature = forms.ChoiceField(
        label=_("nature of the unit"), required=False, choices=lambda: _listed("unit_natures")
    )
    unit_is_legal_entity = forms.BooleanField(label=_("unit is a legal entity"), required=False)
    unit_count = forms.IntegerField(label=_("number of units covered"), min_value=0, max_value=1000, initial=1)
    is_village_or_community = forms.BooleanField(label=_("in a village or community"), required=False)
    division_code = forms.CharField(label=_("statistical division code"), max_length=12, required=False)
    contact = forms.CharField(label=_("contact"), max_length=80, required=False)
    phone = forms.CharField(label=_("telephone"), max_length=24, required=False)
    instructor = forms.CharField(label=_("Party-building instructor"), max_length=80, required=False)
    includes_unmoved = forms.BooleanField(label=_("includes members whose relation has not moved"), required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def start(self, organisation: Organisation, today: date) -> dict[str, Any]:
        """The facts as recorded; the telephone stays covered."""
        held = {name: getattr(organisation, name) for name in ("code", "version", *FACT_NAMES) if name != "phone"}
        return {"effective_on": today, **held}

    def prepare(self) -> None:
        """Say that an empty telephone keeps the one recorded."""
        if self.organisation.phone_masked:
            self.fields["phone"].help_text = _("Recorded: %(phone)s. Left empty, it stays.") % {
                "phone": self.organisation.phone_masked
            }

    @property
    def changes(self) -> dict[str, Any]:
        """The facts as an action takes them; an empty telephone says nothing."""
        facts = {name: self.cleaned_data[name] for name in ("code", *FACT_NAMES)}
        if not facts["phone"]:
            del facts["phone"]
        return facts


class SetUpForm(FactsForm):
    """A new organisation below this one."""

    name = forms.CharField(label=_("full name"), max_length=120, help_text=_("As on the seal."))
    short_name = forms.CharField(label=_("short name"), max_length=60, required=False)
    org_type = forms.ChoiceField(label=_("kind"), choices=_kinds)
    term_starts_on = day_field(_("term begins on"), required=False)
    term_due_on = day_field(_("term ends on"), required=False)

    def start(self, organisation: Organisation, today: date) -> dict[str, Any]:
        """Affiliation and the mark of a village are mostly those of the parent."""
        return {
            "effective_on": today,
            "affiliation": organisation.affiliation,
            "is_village_or_community": organisation.is_village_or_community,
            "unit_count": 1,
        }

    def prepare(self) -> None:
        """Names come first; the code may be left to us."""
        self.fields["code"].required = False
        self.fields["code"].help_text = _("Left empty, the next free one is given.")
        del self.fields["version"]
        self.order_fields(["name", "short_name", "org_type", "effective_on", "document_no", "reason"])

    @property
    def new(self) -> NewOrganisation:
        """What the action takes."""
        wanted = ("name", "short_name", "org_type", "code", "term_starts_on", "term_due_on", *FACT_NAMES)
        return NewOrganisation(**{name: self.cleaned_data[name] for name in wanted})


class TermForm(ActForm):
    """A term that began, or the mending of one."""

    number = forms.IntegerField(label=_("number of the term"), required=False, min_value=1, max_value=200)
    starts_on = day_field(_("begins on"))
    due_on = day_field(_("due to end on"), required=False, help_text=_("Left empty, the rule of that day gives it."))
    election = forms.CharField(label=_("how elected"), max_length=40, required=False)

    def prepare(self) -> None:
        """The beginning of the term is its effective day."""
        del self.fields["effective_on"]


class CorrectTermForm(TermForm):
    """The mending of a term: both days are given."""

    def __init__(self, *args: Any, term: Term, **kwargs: Any) -> None:
        held = {name: getattr(term, name) for name in ("number", "starts_on", "due_on", "election")}
        super().__init__(*args, initial=held, **kwargs)

    def prepare(self) -> None:
        """Nothing is given by a rule here."""
        super().prepare()
        self.fields["due_on"].required = True
        self.fields["due_on"].help_text = ""


class EndTermForm(ActForm):
    """The running term ended without a new one."""


class LocalValueForm(ActForm):
    """What a rule says here and below."""

    value = forms.TypedChoiceField(label=_("value"), coerce=int)

    def __init__(self, *args: Any, rule: RuleVersion, **kwargs: Any) -> None:
        self.rule = rule
        super().__init__(*args, **kwargs)

    def start(self, organisation: Organisation, today: date) -> dict[str, Any]:  # noqa: ARG002 - as above
        """What holds, from the beginning of the next period."""
        rhythms = rhythms_to_begin(self.rule, [self.rule.number])
        return {"effective_on": next_beginning(today, rhythms) if rhythms else today, "value": self.rule.number}

    def prepare(self) -> None:
        """Offer what the rule allows; a rhythm begins with a period."""
        self.fields["effective_on"].help_text = _("Periods that have begun stay as they were.")
        if self.rule.is_rhythm:
            self.fields["effective_on"].help_text = _(
                "The first day of a period, as January, April, July or October 1; periods that have begun stay."
            )
            self.fields["value"].choices = [  # type: ignore[attr-defined]
                (months, _("once in %(time)s") % {"time": replace(self.rule, value=months).shown_value})
                for months in rhythms_allowed(self.rule)
            ]
        elif self.rule.bounds is not None:
            low, high = self.rule.bounds.minimum, self.rule.bounds.maximum
            if self.rule.bounds.begins == "year":
                self.fields["effective_on"].help_text = _(
                    "The first of January; a year that has begun stays as it was."
                )
            field = forms.IntegerField(label=_("value"), min_value=low, max_value=high)
            if low is not None and high is not None:
                least, most = (replace(self.rule, value=one).shown_value for one in (low, high))
                field.help_text = _("From %(minimum)s to %(maximum)s.") % {"minimum": least, "maximum": most}
            self.fields["value"] = field
        self.order_fields(["value", *(name for name in self.fields if name != "value")])


class EndLocalValueForm(ActForm):
    """The end of a local value."""

    effective_on = day_field(
        _("ends from"), help_text=_("The first day on which it holds no more, as the first day of a period.")
    )

    def __init__(self, *args: Any, row: LocalValue, rule: RuleVersion, **kwargs: Any) -> None:
        self.row = row
        self.rule = rule
        super().__init__(*args, **kwargs)

    def start(self, organisation: Organisation, today: date) -> dict[str, Any]:  # noqa: ARG002 - as above
        """The beginning of the next period, or its own first day where it has not begun."""
        rhythms = rhythms_to_begin(self.rule, [self.row.value, self.rule.number])
        day = next_beginning(today, rhythms) if rhythms else today
        return {"effective_on": max(day, self.row.valid_from)}


class OnForm(forms.Form):
    """The day in an address."""

    on = day_field(_("as of"), required=False)
