"""Forms of preparations and talks."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.ui.forms import Day
from lianxin.preparations.actions.examining import LONGEST_EXAMINATION
from lianxin.preparations.actions.preparing import LONGEST_TEXT
from lianxin.preparations.actions.rectifying import LONGEST_EVIDENCE
from lianxin.preparations.actions.talk_sheet import HeldTalk
from lianxin.preparations.actions.talks import LONGEST_NOTE
from lianxin.preparations.models import Opinion, Preparation
from lianxin.preparations.queries.people import Person


def _date() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def _choices(people: Sequence[Person]) -> list[tuple[str, str]]:
    return [(str(one.id), one.name) for one in people]


class PreparationForm(forms.Form):
    """A meeting to be prepared."""

    kind = forms.ChoiceField(label=_("Meeting"), choices=Preparation.Kind.choices)
    topic = forms.CharField(label=_("Topic"), max_length=120)
    planned_on = forms.DateField(label=_("Planned for"), widget=_date())
    authors = forms.MultipleChoiceField(
        label=_("Who writes a self-examination text"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The committee is ticked already."),
    )

    def __init__(self, *args: Any, people: Sequence[Person], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["authors"].choices = _choices(people)  # type: ignore[attr-defined]


class StudyForm(forms.Form):
    """A study before the meeting."""

    studied_on = forms.DateField(label=_("Studied on"), widget=_date())
    what = forms.CharField(label=_("What was studied"), max_length=300)


class OpinionForm(forms.Form):
    """An opinion, with a name or without."""

    source = forms.ChoiceField(label=_("Who says so"), choices=Opinion.Source.choices)
    about = forms.CharField(label=_("About whom or what"), required=False, max_length=80)
    text = forms.CharField(label=_("Opinion"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 4}))


class OwnOpinionForm(forms.Form):
    """An opinion of a member."""

    about = forms.CharField(label=_("About whom or what"), required=False, max_length=80)
    text = forms.CharField(label=_("Opinion"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 6}))
    signed = forms.BooleanField(
        label=_("With my name"),
        required=False,
        help_text=_("Without it nothing is kept that names you: no author, no time, no order."),
    )


class ExaminationForm(forms.Form):
    """A self-examination text."""

    text = forms.CharField(
        label=_("Self-examination text"),
        required=False,
        max_length=LONGEST_EXAMINATION,
        widget=forms.Textarea(attrs={"rows": 16}),
        help_text=_("Only you see a draft. Handed in, your secretary and the readers you name can read it."),
    )


class ReadersForm(forms.Form):
    """Who may read a text."""

    members = forms.MultipleChoiceField(
        label=_("May read it, besides the secretary"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, people: Sequence[Person], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["members"].choices = _choices(people)  # type: ignore[attr-defined]


class CriticismForm(forms.Form):
    """A point of criticism."""

    of = forms.ChoiceField(label=_("To whom"))
    by = forms.CharField(label=_("Said by"), max_length=80)
    text = forms.CharField(
        label=_("Point of criticism"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, people: Sequence[Person], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["of"].choices = _choices(people)  # type: ignore[attr-defined]


class RectificationForm(forms.Form):
    """Something to be put right."""

    problem = forms.CharField(label=_("Problem found"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    measure = forms.CharField(label=_("Measure"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    owner = forms.ChoiceField(label=_("Owner"))
    due_on = forms.DateField(label=_("Put right by"), widget=_date())

    def __init__(self, *args: Any, people: Sequence[Person], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["owner"].choices = _choices(people)  # type: ignore[attr-defined]


class EvidenceForm(forms.Form):
    """What was done."""

    evidence = forms.CharField(
        label=_("What was done, and how one sees it"),
        max_length=LONGEST_EVIDENCE,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class ConfirmForm(forms.Form):
    """The confirmation, or what is missing."""

    answer = forms.CharField(
        label=_("What is still missing"),
        required=False,
        max_length=500,
        help_text=_("Only when you send it back."),
    )


class TalkForm(forms.Form):
    """A talk that took place."""

    talked_on = forms.DateField(label=_("Day of the talk"), widget=_date())
    text = forms.CharField(
        label=_("Main points of the talk"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Only the two and their secretary can read this."),
    )


@dataclass(frozen=True, slots=True)
class Pair:
    """A row of the sheet: the talk, the two by name, and the heading it stands under."""

    key: UUID
    names: str
    kind: str


@dataclass(frozen=True, slots=True)
class Row:
    """The fields of a pair. `text` is None for whoever may not write the points."""

    held: forms.BoundField
    on: forms.BoundField
    text: forms.BoundField | None

    @property
    def is_open(self) -> bool:
        """Whether the fields beside the tick are shown at once: something stands in them, or is wrong."""
        more = [self.on] if self.text is None else [self.on, self.text]
        return any(one.errors or one.value() for one in more)


class TalkSheetForm(forms.Form):
    """The talks of a year that were held: a tick for each pair, one day for all, another day or points where wanted."""

    talked_on = forms.DateField(
        label=_("Day of the talks"),
        widget=Day(),
        help_text=_("It counts for every talk ticked below that has no day of its own."),
    )

    def __init__(self, *args: Any, pairs: Sequence[Pair], may_write: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.pairs = list(pairs)
        for one in self.pairs:
            names = {"names": one.names}
            self.fields[f"held_{one.key}"] = forms.BooleanField(
                label=one.names, required=False, widget=forms.CheckboxInput(attrs={"data-ticks-expected": True})
            )
            self.fields[f"on_{one.key}"] = forms.DateField(
                label=gettext("Another day for %(names)s") % names, required=False, widget=Day()
            )
            if may_write:
                self.fields[f"text_{one.key}"] = forms.CharField(
                    label=gettext("Main points of the talk of %(names)s") % names,
                    required=False,
                    max_length=LONGEST_NOTE,
                    # Never kept on the device: only the two and their secretary may read it.
                    widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
                )

    def clean(self) -> dict[str, Any]:
        """What was written in a row that is not ticked is asked about, never dropped."""
        given: dict[str, Any] = super().clean() or {}
        for one in self.pairs:
            more = given.get(f"on_{one.key}") or given.get(f"text_{one.key}")
            if more and not given.get(f"held_{one.key}"):
                self.add_error(
                    f"held_{one.key}",
                    gettext("Something is written here, but the talk is not ticked. Tick it, or empty the row."),
                )
        return given

    def groups(self) -> list[tuple[str, list[Row]]]:
        """The rows by heading, in the order of the pairs."""
        return [(kind, [self._row(one) for one in some]) for kind, some in groupby(self.pairs, lambda one: one.kind)]

    def _row(self, one: Pair) -> Row:
        text = f"text_{one.key}"
        return Row(self[f"held_{one.key}"], self[f"on_{one.key}"], self[text] if text in self.fields else None)

    def held(self) -> list[HeldTalk]:
        """The rows ticked."""
        given = self.cleaned_data
        return [
            HeldTalk(one.key, given[f"on_{one.key}"], given.get(f"text_{one.key}", ""))
            for one in self.pairs
            if given[f"held_{one.key}"]
        ]


class PairForm(forms.Form):
    """One more pair."""

    first = forms.ChoiceField(label=_("One"))
    second = forms.ChoiceField(label=_("The other"))

    def __init__(self, *args: Any, people: Sequence[Person], **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("first", "second"):
            self.fields[name].choices = _choices(people)  # type: ignore[attr-defined]


class PlanForm(forms.Form):
    """The talks of an organisation and year."""

    organisation = forms.ChoiceField(label=_("Organisation"))
    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=9999)

    def __init__(self, *args: Any, places: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["organisation"].choices = places  # type: ignore[attr-defined]
