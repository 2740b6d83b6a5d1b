"""Forms of checks and of the decisions on them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lianxin.disclosure.actions.handing_in import LONGEST_TITLE
from lianxin.disclosure.actions.overriding import LONGEST_REASON, MOST_DAYS
from lianxin.kernel.edge.uploads import Kind, UploadField

USUAL_DAYS = 7
KINDS = (Kind.document, Kind.spreadsheet, Kind.pdf)
PLACE = _("Published by which organisation?")


class TextForm(forms.Form):
    """A text to be checked."""

    organisation = forms.ChoiceField(label=PLACE)
    title = forms.CharField(label=_("Title"), max_length=LONGEST_TITLE)
    text = forms.CharField(
        label=_("Text"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_("Paste the whole text. It is kept encrypted for 30 days, then removed."),
    )

    def __init__(self, *args: Any, places: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["organisation"].choices = places  # type: ignore[attr-defined]


class FileForm(forms.Form):
    """A file to be checked."""

    organisation = forms.ChoiceField(label=PLACE)
    file = UploadField(
        kinds=KINDS,
        label=_("The file"),
        max_length=200,
        help_text=_(
            "Word (.docx), Excel (.xlsx), PDF, .csv or .txt, up to 30 MB. "
            "It is kept encrypted for 30 days, then removed."
        ),
        widget=forms.FileInput(attrs={"accept": ".docx,.xlsx,.pdf,.csv,.txt"}),
    )

    def __init__(self, *args: Any, places: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["organisation"].choices = places  # type: ignore[attr-defined]


class SentFile(forms.Form):
    """A file as a program sends it."""

    organisation = forms.UUIDField()
    file = UploadField(kinds=KINDS, max_length=200)


class AskForm(forms.Form):
    """Why something is to be published in spite of findings."""

    reason = forms.CharField(
        label=_("Why it must be published as it is"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Who decides reads this; it stands in the timeline. Write no personal data into it."),
    )


class DecideForm(forms.Form):
    """The decision of a second person."""

    days = forms.IntegerField(
        label=_("May be published within (days)"), min_value=1, max_value=MOST_DAYS, initial=USUAL_DAYS
    )
    answer = forms.CharField(
        label=_("Answer"),
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Required when declining: what has to change."),
    )
