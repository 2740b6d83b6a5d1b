from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianxin.kernel.ui.forms import Day
from lianxin.rules.book import sources

CONFIDENCE = [("", _("Certain or not")), ("certain", _("certain")), ("check", _("to be confirmed"))]


def source_choices() -> list[tuple[str, str | Promise]]:
    """Documents to choose from, with a first line for all."""
    return [("", _("All documents")), *((source.code, source.name.lazy) for source in sources().values())]


class RuleFilter(forms.Form):
    """What the list of rules may be narrowed by; everything is optional."""

    q = forms.CharField(label=_("Words"), required=False, max_length=100)
    source = forms.ChoiceField(label=pgettext_lazy("of a rule", "Document"), required=False, choices=source_choices)
    confidence = forms.ChoiceField(label=_("Confidence"), required=False, choices=CONFIDENCE)
    on = forms.DateField(
        label=_("In force on"),
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=Day,
        error_messages={"invalid": _("Write the date as 2026-11-21.")},
    )
