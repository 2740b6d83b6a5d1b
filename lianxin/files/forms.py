"""Forms of imports and exports."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianxin.kernel.authz import Actor
from lianxin.kernel.edge.uploads import Kind, UploadField
from lianxin.kernel.errors import Sentence
from lianxin.kernel.imports import import_targets


class HandInForm(forms.Form):
    """A spreadsheet to import: what it holds, where its rows belong, the file."""

    kind = forms.ChoiceField(label=_("What does the list hold?"), widget=forms.RadioSelect)
    organisation = forms.ChoiceField(
        label=_("For which organisation?"),
        help_text=_("Rows belong to it or to organisations below it; the branch column says which."),
    )
    file = UploadField(
        kinds=[Kind.spreadsheet],
        label=_("The spreadsheet"),
        help_text=_(
            "Excel (.xlsx, .xls) or CSV, up to 200 MB. Nothing is written before you have seen what would change."
        ),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
    )
    password = forms.CharField(
        label=_("Password of the workbook"),
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Only if the workbook is protected by one."),
    )

    def __init__(self, *args: Any, actor: Actor, places: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            (target.kind, target.label) for target in import_targets() if actor.may_somewhere(target.permission)
        ]
        self.fields["organisation"].choices = places  # type: ignore[attr-defined]


class ExportForm(forms.Form):
    """How a list is to be written."""

    format = forms.ChoiceField(
        label=_("File format"),
        choices=[("xlsx", _("Excel workbook (.xlsx)")), ("csv", _("Text table (.csv)"))],
        initial="xlsx",
        widget=forms.RadioSelect,
    )
    layout = forms.ChoiceField(
        label=pgettext_lazy("of a spreadsheet", "Columns"),
        choices=[],
        initial="screen",
        widget=forms.RadioSelect,
    )
    personal = forms.BooleanField(
        label=_("With identity numbers, phones and addresses in clear"),
        required=False,
        help_text=_("Each member can see that it was exported, by whom and what for."),
    )
    reason = forms.CharField(
        label=_("What it is needed for"),
        required=False,
        max_length=200,
        help_text=_("Required for personal data in clear."),
    )

    def __init__(self, *args: Any, with_personal: bool, layout_label: Sentence = "", **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["layout"].choices = [  # type: ignore[attr-defined]
            ("screen", _("those of the list, as chosen on the screen")),
            ("form", layout_label),
        ]
        if not layout_label:
            del self.fields["layout"]
        if not with_personal:
            del self.fields["personal"]
            del self.fields["reason"]
