"""Forms about members. The fields come from the page of facts; what is acceptable is said by the actions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianxin.kernel.db.ids import parse_id
from lianxin.kernel.ui.forms import Combobox, Day
from lianxin.members.checking import MEMBER_CATEGORIES
from lianxin.members.facts import BY_NAME, ENTERED, FACTS, GROUPS, IN_BULK, Fact, Kind
from lianxin.members.models import RightsRequest
from lianxin.members.permissions import VIEW
from lianxin.members.queries.roster import members_within
from lianxin.members.restricting import (
    MAY_BE_RESTRICTED,
    OVERRIDES,
    WHOLE_RECORD,
    is_restricted,
    value_for_staff,
    words_for_staff,
)
from lianxin.organisations.facade import organisations_within
from lianxin.rules.facade import code_table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from django.forms import BoundField
    from django.utils.functional import _StrPromise

    from lianxin.kernel.authz import Actor
    from lianxin.kernel.errors import Sentence
    from lianxin.members.models import Member

    Words = str | _StrPromise

HIDDEN = forms.HiddenInput


class OrganisationChoice(Combobox):
    """An organisation found by name, pinyin or code, among those where the actor holds the permission."""

    def __init__(self, actor: Actor, permission: str) -> None:
        super().__init__(f"{reverse('members:organisations')}?for={permission}")
        self.actor = actor
        self.permission = permission

    def label_for(self, value: object) -> str:
        """The short name of the one chosen, if the actor sees it."""
        key = parse_id(str(value or ""))
        found = organisations_within(self.actor, self.permission).filter(id=key).first() if key else None
        return str(found) if found is not None else ""


class MemberChoice(Combobox):
    """A member found by name, pinyin, initials or the tail of a number, among those the actor sees."""

    def __init__(self, actor: Actor) -> None:
        super().__init__(reverse("members:suggest"))
        self.actor = actor

    def label_for(self, value: object) -> str:
        """The name of the one chosen, if the actor sees them."""
        key = parse_id(str(value or ""))
        found = members_within(self.actor, VIEW).filter(id=key).first() if key else None
        return found.name if found is not None else ""


def day_field(
    label: Words, *, required: bool = False, hint: Words = "", initial: date | None = None
) -> forms.DateField:
    """A date."""
    return forms.DateField(label=label, required=required, help_text=hint, initial=initial, widget=Day)


def reason_field(*, required: bool = True, hint: Words = "") -> forms.CharField:
    """Why the act is done."""
    return forms.CharField(
        label=_("reason"), required=required, help_text=hint, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )


def document_field() -> forms.CharField:
    """The number of the document that decides it."""
    return forms.CharField(label=_("document number"), required=False, max_length=80)


def field_of(fact: Fact, *, may_be_empty: bool = False) -> forms.Field:
    """The form field of a fact."""
    required = fact.required and not may_be_empty
    given: dict[str, Any] = {"label": fact.label, "required": required, "help_text": fact.hint}
    if fact.kind is Kind.CODE:
        return forms.ChoiceField(choices=_choices(fact), **given)
    if fact.kind is Kind.DATE:
        return forms.DateField(widget=Day, **given)
    if fact.kind is Kind.YES_NO:
        return forms.BooleanField(**{**given, "required": False})
    if fact.kind is Kind.LONG:
        return forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), max_length=fact.length, **given)
    attrs = {"autocomplete": "off"} if fact.is_personal else {}
    return forms.CharField(max_length=fact.length + 10, widget=forms.TextInput(attrs=attrs), **given)


def _choices(fact: Fact) -> list[tuple[str, Sentence]]:
    only = MEMBER_CATEGORIES if fact.name == "person_category" else None
    table = code_table(fact.table)
    entries = [(key, name) for key, name in table.choices(headings=True) if only is None or key in only]
    return [("", _("not chosen")), *entries]


class FactsForm(forms.Form):
    """The facts people enter, in their groups."""

    @property
    def leading(self) -> Iterator[BoundField]:
        """The fields above the facts."""
        return (self[name] for name in self.fields if name not in BY_NAME and not self[name].is_hidden)

    @property
    def groups(self) -> Iterator[tuple[Sentence, list[BoundField]]]:
        """The facts under their headings."""
        for key, label in GROUPS.items():
            fields = [self[one.name] for one in ENTERED if one.group == key and one.name in self.fields]
            if fields:
                yield label, fields


class EntryForm(FactsForm):
    """A new member."""

    def __init__(self, *args: Any, actor: Actor, permission: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"] = forms.UUIDField(
            label=pgettext_lazy("of a member", "organisation"),
            widget=OrganisationChoice(actor, permission),
            error_messages={"invalid": _("Choose an organisation from the list.")},
        )
        self.fields["since"] = day_field(_("belongs there since"), hint=_("Left empty: since today."))
        for fact in ENTERED:
            self.fields[fact.name] = field_of(fact, may_be_empty=fact.name == "person_category")
        self.fields["person_category"].help_text = _("Left empty, the date of conversion decides.")

    @property
    def facts(self) -> dict[str, Any]:
        """The facts as the action takes them."""
        return {fact.name: self.cleaned_data.get(fact.name) for fact in ENTERED}


class ChangeForm(FactsForm):
    """A change or a correction of some facts. Personal data left empty stays as it is."""

    version = forms.IntegerField(widget=HIDDEN)

    def __init__(self, *args: Any, member: Member, corrects: bool, **kwargs: Any) -> None:
        values: dict[str, Any] = {
            fact.name: value_for_staff(member, fact.name) for fact in ENTERED if not fact.is_personal
        }
        super().__init__(*args, **{**kwargs, "initial": {**values, "version": member.version}})
        hint = _("Left empty: for all days with the wrong value.") if corrects else _("Left empty: today.")
        self.fields["since"] = day_field(_("right since") if corrects else _("changed on"), hint=hint)
        where = _("Where the right value comes from, such as the personnel file.") if corrects else ""
        self.fields["reason"] = reason_field(required=corrects, hint=where)
        for fact in ENTERED:
            self.fields[fact.name] = field_of(fact)
            if fact.is_personal or is_restricted(member, fact.name):
                shown = words_for_staff(member, fact.name)
                if shown:
                    kept = format_lazy(_("Recorded: {value}. Left empty, it stays."), value=shown)
                    self.fields[fact.name].help_text = kept

    @property
    def changes(self) -> dict[str, Any]:
        """Only the facts that were changed on the form."""
        return {
            name: self.cleaned_data[name] for name in self.changed_data if name in BY_NAME and name in self.cleaned_data
        }


class MoveForm(forms.Form):
    """A move to another organisation."""

    def __init__(self, *args: Any, actor: Actor, permission: str, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "initial": {"version": member.version}})
        self.fields["to"] = forms.UUIDField(
            label=_("to the organisation"),
            widget=OrganisationChoice(actor, permission),
            error_messages={"invalid": _("Choose an organisation from the list.")},
        )
        self.fields["since"] = day_field(_("from the day"), required=True, hint=_("It may lie behind or ahead."))
        self.fields["document_no"] = document_field()
        self.fields["reason"] = reason_field(required=False)
        self.fields["version"] = forms.IntegerField(widget=HIDDEN)


class StatusForm(forms.Form):
    """A change of membership status: the day, the document, the reason, and what the act needs besides."""

    def __init__(self, *args: Any, member: Member, act: str, actor: Actor, permission: str, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "initial": {"version": member.version}})
        if act == "leave":
            table = code_table("party_exit_types")
            fit = [one for one in table if one.extra["applies_to"] in {"any", member.person_category}]
            self.fields["exit_type"] = forms.ChoiceField(
                label=_("how the member left"), choices=[("", _("not chosen")), *((one.key, one.name) for one in fit)]
            )
        if act == "return":
            self.fields["organisation"] = forms.UUIDField(
                label=_("to the organisation"),
                widget=OrganisationChoice(actor, permission),
                error_messages={"invalid": _("Choose an organisation from the list.")},
            )
        if act != "take-back":
            self.fields["since"] = day_field(_("from the day"), required=True)
        if act not in {"take-back", "decease"}:
            self.fields["document_no"] = document_field()
        self.fields["reason"] = reason_field(required=act != "decease")
        self.fields["version"] = forms.IntegerField(widget=HIDDEN)


class AppointForm(forms.Form):
    """An appointment to a post."""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["member"] = forms.UUIDField(
            label=_("member"),
            widget=MemberChoice(actor),
            error_messages={"invalid": _("Choose a member from the list.")},
        )
        self.fields["kind"] = forms.ChoiceField(
            label=_("post"), choices=[("", _("not chosen")), *code_table("committee_posts").choices()]
        )
        self.fields["since"] = day_field(_("since"), required=True)
        self.fields["document_no"] = document_field()


class RelieveForm(forms.Form):
    """Relief of a post."""

    on = day_field(_("from the day"), required=True, hint=_("The first day on which the post is no longer held."))
    document_no = document_field()
    reason = reason_field(required=False)


class BulkForm(forms.Form):
    """One fact for many members. The value's field follows the fact chosen before."""

    def __init__(self, *args: Any, field: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["field"] = forms.CharField(widget=HIDDEN, initial=field)
        self.fields["value"] = field_of(BY_NAME[field])
        self.fields["since"] = day_field(_("changed on"), hint=_("Left empty: today."))
        self.fields["reason"] = reason_field(required=False)


def bulk_choices() -> list[tuple[str, Sentence]]:
    """The facts that can be given to many at once."""
    return [(one.name, one.label) for one in IN_BULK]


class DecideForm(forms.Form):
    """The answer to a request."""

    answer = forms.CharField(
        label=_("answer to the member"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )


class AskForm(forms.Form):
    """A correction one asks for in one's own record. The value's field follows the fact chosen before."""

    def __init__(self, *args: Any, field: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fact = BY_NAME[field]
        self.fields["field"] = forms.CharField(widget=HIDDEN, initial=field)
        wanted = field_of(fact)
        wanted.label = format_lazy(_("{fact} should be"), fact=fact.label)
        self.fields["wanted"] = wanted
        self.fields["reason"] = reason_field(hint=_("What is wrong, and where the right value can be seen."))


class RightForm(forms.Form):
    """A request to restrict the use of a fact of one's own, or to delete it."""

    kind = forms.ChoiceField(label=_("what you ask for"), choices=RightsRequest.Kind.choices, widget=forms.RadioSelect)
    field = forms.ChoiceField(label=_("which of your data"), choices=lambda: right_choices())  # noqa: PLW0108 - defined below
    reason = reason_field(hint=_("Why you ask; the branch reads it."))


def right_choices() -> list[tuple[str, Sentence]]:
    """The facts a request can be about: first those whose use can be restricted, then the others, then all of it."""
    first = [(name, BY_NAME[name].label) for name in MAY_BE_RESTRICTED]
    rest = [(one.name, one.label) for one in FACTS if one.name not in MAY_BE_RESTRICTED]
    return [("", _("not chosen")), *first, *rest, (WHOLE_RECORD, _("the whole record"))]


class OverrideForm(forms.Form):
    """Why a restricted fact has to be seen all the same."""

    override = forms.ChoiceField(label=_("ground"), choices=list(OVERRIDES.items()), widget=forms.RadioSelect)
    reason = reason_field(hint=_("The member can read ground and reason."))


class PaperConsentForm(forms.Form):
    """A consent signed on paper."""

    signed_on = day_field(_("signed on"), required=True)
    document_no = forms.CharField(
        label=_("where the paper is kept"), max_length=80, help_text=_("Such as its number in the member's file.")
    )


class PaperWithdrawalForm(forms.Form):
    """A consent withdrawn on paper."""

    document_no = forms.CharField(
        label=_("where the paper is kept"), max_length=80, help_text=_("Such as its number in the member's file.")
    )


class ClaimForm(forms.Form):
    """Claiming one's record: what proves it is oneself, then the new account."""

    code = forms.CharField(
        label=_("claim code"), max_length=20, help_text=_("The ten letters and digits on the slip from your branch.")
    )
    name = forms.CharField(label=_("your name"), max_length=80)
    number = forms.CharField(
        label=_("your mobile, as your branch knows it"),
        max_length=24,
        help_text=_("The whole number. If your branch knows no mobile of yours, your whole identity number instead."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    username = forms.CharField(label=_("user name you want"), max_length=40, help_text=_("Letters, digits, dots."))
    password = forms.CharField(
        label=_("password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 10 characters with three of: small letters, capitals, digits, other signs."),
        strip=False,
    )
    again = forms.CharField(
        label=_("the password again"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), strip=False
    )

    def clean(self) -> dict[str, Any]:
        """Both passwords are the same."""
        given = super().clean() or {}
        if given.get("password") and given.get("again") and given["password"] != given["again"]:
            self.add_error("again", _("The two passwords differ."))
        return given
