"""Forms of ledgers. What is acceptable is said by the actions; forms only turn texts into values."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from lianxin.kernel.db.ids import parse_id
from lianxin.kernel.edge.uploads import Kind, UploadField
from lianxin.kernel.ui.forms import Combobox, Day
from lianxin.ledgers.actions.forms import LONGEST_TEXT, LONGEST_TITLE, Asked, FormDraft
from lianxin.ledgers.models import Question, ReportForm
from lianxin.ledgers.periods import Period, periods_offered
from lianxin.ledgers.queries.forms import Item
from lianxin.organisations.facade import Organisation, resolve_names, short_names_of
from lianxin.rules.facade import code_table

LAYOUT_KINDS = (Kind.document, Kind.spreadsheet)
ANSWER_KINDS = (Kind.document, Kind.spreadsheet, Kind.pdf, Kind.image)
NUMBER = re.compile(r"数$|次数|人数|金额|数量|面积|比例|[(（](?:人|个|次|元|万元|平方米|户|件|名|%)[)）]")
KIND_WORDS: Mapping[str, tuple[str, ...]] = {
    Question.Kind.TEXT: ("文字", "文本", "text"),
    Question.Kind.NUMBER: ("数字", "数值", "number"),
    Question.Kind.DATE: ("日期", "date"),
    Question.Kind.CHOICE: ("选择", "单选", "choice"),
    Question.Kind.FILE: ("附件", "文件", "file"),
}
OPTIONAL = ("选填", "可不填", "optional")


class PeriodForm(forms.Form):
    """Which days a ledger is of."""

    period = forms.ChoiceField(label=pgettext_lazy("ledger", "Period"), required=False)
    since = forms.DateField(label=pgettext_lazy("period", "First day"), required=False, widget=Day())
    until = forms.DateField(label=pgettext_lazy("period", "Last day"), required=False, widget=Day())

    def __init__(self, *args: Any, chosen: Period, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        offered = {one.key: one.words for one in periods_offered(today)}
        if chosen.key not in offered and "_" not in chosen.key:
            offered[chosen.key] = chosen.words
        self.fields["period"].choices = [*offered.items()]  # type: ignore[attr-defined]
        self.fields["period"].initial = chosen.key
        if "_" in chosen.key:
            self.fields["since"].initial, self.fields["until"].initial = chosen.since, chosen.until


class FillForm(PeriodForm):
    """For which organisation and which days a layout is filled."""

    organisation = forms.UUIDField(
        label=gettext_lazy("Organisation"), error_messages={"invalid": gettext_lazy("Choose one from the list.")}
    )
    field_order = ("organisation", "period", "since", "until")

    def __init__(self, *args: Any, place: UUID | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        key = parse_id(self.data.get("organisation", "")) if self.is_bound else place
        self.fields["organisation"].initial = key
        self.fields["organisation"].widget = Combobox(
            reverse("organisations:choices"),
            label=short_names_of([key]).get(key, "") if key is not None else "",
            placeholder=_("name, pinyin or initials"),
        )


class LayoutForm(forms.Form):
    """A new layout."""

    organisation = forms.ChoiceField(
        label=pgettext_lazy("layout", "For"),
        help_text=gettext_lazy("This organisation and all below it can use the layout."),
    )
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    file = UploadField(
        label=gettext_lazy("File"),
        kinds=LAYOUT_KINDS,
        help_text=gettext_lazy("A Word document (.docx) or Excel workbook (.xlsx) with named fields, at most 5 MB."),
    )

    def __init__(self, *args: Any, places: Sequence[Organisation], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["organisation"].choices = [(str(one.pk), one.short_name) for one in places]  # type: ignore[attr-defined]


class LayoutFileForm(forms.Form):
    """A new version of a layout."""

    file = UploadField(label=gettext_lazy("New version"), kinds=LAYOUT_KINDS)


class ReportFormForm(forms.Form):
    """A form for organisations below: what it asks, one question on each line."""

    organisation = forms.ChoiceField(label=pgettext_lazy("form", "From"))
    title = forms.CharField(label=gettext_lazy("Title"), max_length=LONGEST_TITLE)
    text = forms.CharField(
        label=gettext_lazy("What the answers are for"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    questions = forms.CharField(
        label=gettext_lazy("What is asked"),
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=gettext_lazy(
            "One on each line. After a bar its kind: text, number, date, choice with the choices separated by slashes,"
            " file; “optional” where it may stay empty. For instance: “Villages with a canteen | choice | yes/no”."
        ),
    )
    audience = forms.ChoiceField(
        label=pgettext_lazy("form", "To"),
        widget=forms.RadioSelect,
        choices=ReportForm.Audience.choices,
        initial=ReportForm.Audience.BELOW,
    )
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Kinds of organisations"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Only where you chose “organisations below of these kinds”."),
    )
    picked = forms.CharField(
        label=gettext_lazy("These organisations"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One name or code on each line. Only where you chose “these organisations”."),
    )
    due_on = forms.DateField(label=gettext_lazy("Due on"), widget=Day())
    since = forms.DateField(
        label=gettext_lazy("Facts from the records: first day"),
        widget=Day(),
        help_text=gettext_lazy("For what is counted over time."),
    )
    until = forms.DateField(label=gettext_lazy("Facts from the records: last day"), widget=Day())
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        places: Sequence[Organisation],
        today: date,
        form: ReportForm | None = None,
        **options: Any,
    ) -> None:
        if form is not None:
            options["initial"] = _initial(form)
        super().__init__(*args, **options)
        self.paths = {str(one.pk): one.path for one in places}
        self.kept = {one.label: one for one in form.questions.all()} if form is not None else {}
        choices = [(str(one.pk), one.short_name) for one in places]
        self.fields["organisation"].choices = choices  # type: ignore[attr-defined]
        self.fields["kinds"].choices = list(code_table("org_types").choices())  # type: ignore[attr-defined]
        if form is None:
            self.fields["since"].initial, self.fields["until"].initial = date(today.year, 1, 1), today
            if len(choices) == 1:
                self.fields["organisation"].initial = choices[0][0]

    def clean(self) -> dict[str, Any]:
        """Find the organisations that were named."""
        given: dict[str, Any] = super().clean() or {}
        given["places"] = []
        lines = [line.strip() for line in given.get("picked", "").splitlines() if line.strip()]
        if lines and given.get("audience") == ReportForm.Audience.PICKED:
            named = resolve_names(lines, within=self.paths.get(given.get("organisation", ""), ""))
            for line in lines:
                if len(named[line]) == 1:
                    given["places"].append(named[line][0].id)
                elif named[line]:
                    self.add_error(
                        "picked", _("“%(name)s” means several organisations. Write the code.") % {"name": line}
                    )
                else:
                    self.add_error("picked", _("There is no organisation “%(name)s” below yours.") % {"name": line})
        return given

    def draft(self) -> FormDraft:
        """What the action takes. Boxes beside the refused lines say what is taken from the records, or why not."""
        given = self.cleaned_data
        return FormDraft(
            title=given["title"],
            text=given["text"],
            audience=given["audience"],
            kinds=given["kinds"],
            picked=given["places"],
            due_on=given["due_on"],
            since=given["since"],
            until=given["until"],
            questions=[self._asked(line) for line in given["questions"].splitlines() if line.strip()],
        )

    def _asked(self, line: str) -> Asked:
        one = asked_in(line)
        earlier = self.kept.get(one.label)
        held = self.data.get(f"take:{one.label}", earlier.held if earlier is not None else "")
        differs = self.data.get(f"differs:{one.label}", earlier.differs if earlier is not None else "")
        return Asked(one.label, one.kind, one.choices, one.is_required, held, differs)


def asked_in(line: str) -> Asked:
    """The question on a line: “label | kind | choices/… | optional”; the kind may be left out."""
    label, *rest = [part.strip() for part in re.split(r"[|｜\t]", line)]
    kind: str = Question.Kind.NUMBER if NUMBER.search(label) else Question.Kind.TEXT
    choices: list[str] = []
    is_required = True
    for part in rest:
        word = part.casefold()
        known = next((key for key, words in KIND_WORDS.items() if word in words or word == key), None)
        if known is not None:
            kind = known
        elif word in OPTIONAL or part == _("optional"):
            is_required = False
        elif part:
            choices = [one.strip() for one in re.split(r"[/、]", part) if one.strip()]
            kind = Question.Kind.CHOICE
    return Asked(label, kind, tuple(dict.fromkeys(choices)), is_required and kind != Question.Kind.FILE)


def line_of(question: Question) -> str:
    """A question as its line was written."""
    parts = [question.label]
    if not question.held:
        parts.append(KIND_WORDS[question.kind][0])
        if question.choices:
            parts.append("/".join(question.choices))
        if not question.is_required and question.kind != Question.Kind.FILE:
            parts.append(OPTIONAL[0])
    return " | ".join(parts)


def _initial(form: ReportForm) -> dict[str, Any]:
    names = Organisation.objects.filter(pk__in=form.picked).order_by("path").values_list("code", flat=True)
    return {
        "organisation": str(form.organisation_id),
        "title": form.title,
        "text": form.text,
        "audience": form.audience,
        "kinds": form.kinds,
        "picked": "\n".join(names) if form.picked else "",
        "due_on": form.due_on,
        "since": form.since,
        "until": form.until,
        "questions": "\n".join(line_of(one) for one in form.questions.all()),
        "version": form.version,
    }


class ReplyForm(forms.Form):
    """The questions of a form that a person answers. Nothing is required while it is a draft."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, items: Sequence[Item], version: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["version"].initial = version
        for item in items:
            if item.is_asked:
                field = _answer_field(item)
                field.required = item.question.is_required
                self.fields[str(item.question.pk)] = field

    def full_clean(self) -> None:
        """Let a draft be incomplete: what is required is marked so, and asked for when the answers are sent."""
        marked = {name: field.required for name, field in self.fields.items()}
        for field in self.fields.values():
            field.required = False
        super().full_clean()
        for name, required in marked.items():
            self.fields[name].required = required

    def answers(self) -> dict[str, str]:
        """What was written, as texts."""
        return {
            name: str(value)
            for name, value in self.cleaned_data.items()
            if name != "version" and isinstance(value, str) and value
        }

    def uploads(self) -> dict[str, Any]:
        """Accepted files by question."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if isinstance(self.fields[name], UploadField) and value
        }


def _answer_field(item: Item) -> forms.Field:
    question = item.question
    label, initial = question.label, item.value
    given: dict[str, Any] = {"label": label, "required": False, "initial": initial}
    if question.kind == Question.Kind.FILE:
        return UploadField(kinds=ANSWER_KINDS, label=label, required=False, help_text=_("Only if you want to."))
    if question.kind == Question.Kind.CHOICE:
        choices = [("", _("please choose")), *((one, one) for one in question.choices)]
        return forms.ChoiceField(choices=choices, **given)
    if question.kind == Question.Kind.DATE:
        return forms.CharField(widget=Day(), max_length=10, **given)
    if question.kind == Question.Kind.NUMBER:
        return forms.CharField(widget=forms.TextInput(attrs={"inputmode": "decimal"}), max_length=20, **given)
    return forms.CharField(widget=forms.Textarea(attrs={"rows": 2}), max_length=2000, **given)
