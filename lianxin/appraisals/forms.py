"""Forms of appraisals."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from lianxin.appraisals.actions.grading import LONGEST_NOTE
from lianxin.appraisals.actions.reviewing import LONGEST_REVIEW
from lianxin.appraisals.actions.rounds import LONGEST_REASON
from lianxin.appraisals.actions.sheets import LONGEST_OPINION
from lianxin.appraisals.models import Participant, Round
from lianxin.appraisals.queries.rounds import grade_names
from lianxin.rules.facade import RuleVersion

DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class OpenForm(forms.Form):
    """A new appraisal."""

    organisation = forms.ChoiceField(label=_("Organisation"))
    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=9999)
    as_of = forms.DateField(
        label=_("Members on this day take part"),
        widget=DAY,
        help_text=_("Full and probationary members who belong to the branch on that day."),
    )
    due_on = forms.DateField(label=_("Hand in by"), widget=DAY)
    least_sheets = forms.IntegerField(
        label=_("Show results from so many sheets"),
        help_text=_("With fewer sheets no result is kept, so that nobody can guess who wrote what. To be confirmed."),
    )

    def __init__(self, *args: Any, places: list[tuple[str, str]], usual: RuleVersion, **options: Any) -> None:
        super().__init__(*args, **options)
        if usual.local is not None:
            self.fields["least_sheets"].help_text = _(
                "With fewer sheets no result is kept, so that nobody can guess who wrote what. %(basis)s"
            ) % {"basis": usual.basis}
        self.fields["organisation"].choices = places  # type: ignore[attr-defined]


class ReviewForm(forms.Form):
    """A self review. A draft may be empty, what is handed in says something."""

    text = forms.CharField(
        label=_("How I see my year"),
        error_messages={"required": _("Write what you say of yourself before you hand it in.")},
        max_length=LONGEST_REVIEW,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_("Study, duties, discipline, where I fell short, what I will do. Only you see a draft."),
    )

    def __init__(self, *args: Any, is_draft: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["text"].required = not is_draft


class ElsewhereForm(forms.Form):
    """Where a floating member is appraised."""

    place = forms.CharField(
        label=_("Appraised by the receiving place"),
        required=False,
        max_length=120,
        help_text=_("Name the organisation that appraises the member and informs you. Empty: here."),
    )


class ReasonForm(forms.Form):
    """Why an appraisal is withdrawn."""

    reason = forms.CharField(label=_("Reason"), max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 3}))


class ObjectForm(forms.Form):
    """An objection to one's own grade."""

    objection = forms.CharField(
        label=_("What I object to"),
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Your secretary answers. The committee above can read both."),
    )


class AnswerForm(forms.Form):
    """The answer to an objection."""

    answer = forms.CharField(
        label=_("Answer"),
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("If the grade changes, a meeting decides it: record that decision under the grades."),
    )


class SheetForm(forms.Form):
    """An anonymous sheet: one line of choices for each colleague, and in the mutual review a text."""

    def __init__(self, *args: Any, colleagues: Sequence[Participant], with_opinions: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.colleagues = list(colleagues)
        choices = [*grade_names(), ("", _("no opinion"))]
        for one in self.colleagues:
            self.fields[f"grade_{one.pk}"] = forms.ChoiceField(
                label=one.name, choices=choices, required=False, widget=forms.RadioSelect
            )
            if with_opinions:
                self.fields[f"opinion_{one.pk}"] = forms.CharField(
                    label=_("Opinion on %(name)s") % {"name": one.name},
                    required=False,
                    max_length=LONGEST_OPINION,
                    widget=forms.Textarea(attrs={"rows": 2}),
                )

    def lines(self) -> list[tuple[forms.BoundField, forms.BoundField | None]]:
        """The choice for each colleague, and the opinion where one is asked."""
        return [
            (self[f"grade_{one.pk}"], self[name] if (name := f"opinion_{one.pk}") in self.fields else None)
            for one in self.colleagues
        ]

    def given(self, kind: str) -> dict[UUID, str]:
        """What was filled in, by participant."""
        return {one.pk: self.cleaned_data.get(f"{kind}_{one.pk}", "") for one in self.colleagues}


class DecisionForm(forms.Form):
    """The meeting that decided, and the grades with notes."""

    decided_on = forms.DateField(label=_("Day of the meeting"), widget=DAY)
    decided_by = forms.ChoiceField(label=_("Which meeting decided"), choices=Round.Body.choices)
    minutes_reference = forms.CharField(
        label=_("Minutes or document"),
        max_length=120,
        help_text=_("Where the decision is written: minutes with their day, or the number of the document."),
    )

    def __init__(self, *args: Any, participants: Sequence[Participant], **options: Any) -> None:
        super().__init__(*args, **options)
        self.participants = list(participants)
        choices = [("", _("Choose")), *grade_names()]
        for one in self.participants:
            self.fields[f"grade_{one.pk}"] = forms.ChoiceField(label=one.name, choices=choices)
            self.fields[f"note_{one.pk}"] = forms.CharField(
                label=_("Note on %(name)s") % {"name": one.name}, required=False, max_length=LONGEST_NOTE
            )

    def lines(self) -> list[tuple[Participant, Any, Any]]:
        """Participants with their two fields."""
        return [(one, self[f"grade_{one.pk}"], self[f"note_{one.pk}"]) for one in self.participants]

    def grades(self) -> Mapping[UUID, tuple[str, str]]:
        """Grade and note by participant."""
        data = self.cleaned_data
        return {one.pk: (data[f"grade_{one.pk}"], data[f"note_{one.pk}"]) for one in self.participants}


class PaperForm(forms.Form):
    """A count of sheets on paper."""

    handed_out = forms.IntegerField(label=_("Sheets handed out"), min_value=0, max_value=100_000)
    returned = forms.IntegerField(label=_("Sheets returned"), min_value=0, max_value=100_000)
    invalid = forms.IntegerField(label=_("Of these invalid"), min_value=0, max_value=100_000, initial=0)
    counted_on = forms.DateField(label=_("Counted on"), widget=DAY)
    first_counter = forms.CharField(label=_("First counter"), max_length=80)
    second_counter = forms.CharField(label=_("Second counter"), max_length=80)

    def __init__(self, *args: Any, participants: Sequence[Participant], **options: Any) -> None:
        super().__init__(*args, **options)
        self.participants = list(participants)
        for one in self.participants:
            for key, name in grade_names():
                self.fields[f"{key}_{one.pk}"] = forms.IntegerField(
                    label=f"{one.name} {name}", min_value=0, max_value=100_000, initial=0
                )

    def lines(self) -> list[tuple[Participant, list[tuple[str, Any]]]]:
        """Participants with a field for each grade."""
        return [
            (one, [(str(name), self[f"{key}_{one.pk}"]) for key, name in grade_names()]) for one in self.participants
        ]

    def ticks(self) -> dict[UUID, dict[str, int]]:
        """Ticks by participant and grade."""
        return {
            one.pk: {key: self.cleaned_data[f"{key}_{one.pk}"] for key, _name in grade_names()}
            for one in self.participants
        }
