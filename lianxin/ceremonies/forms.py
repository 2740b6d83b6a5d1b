"""Forms of ceremonies."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lianxin.ceremonies.actions.greeting import LONGEST
from lianxin.ceremonies.actions.oath import LONGEST_SOURCE
from lianxin.ceremonies.models import Greeting
from lianxin.ceremonies.queries.oath import LONGEST as LONGEST_OATH


class GreetingForm(forms.Form):
    """A greeting, as the secretary makes it their own."""

    way = forms.ChoiceField(label=_("How"), widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("Greeting"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("A draft: make it your own. Only this member gets it; nothing is published."),
    )

    def __init__(self, *args: Any, has_account: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        ways = [
            (Greeting.Way.MESSAGE.value, _("send it to the member as a message")),
            (Greeting.Way.IN_PERSON.value, _("it was given in person (a card, a talk)")),
        ]
        choices = ways if has_account else ways[1:]
        self.fields["way"].choices = choices  # type: ignore[attr-defined]
        self.fields["way"].initial = choices[0][0]


class OathForm(forms.Form):
    """The text of the oath from the official file."""

    text = forms.CharField(
        label=_("Text from the official file"),
        max_length=LONGEST_OATH,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Copy it from the published constitution, article 6. Do not write it from memory."),
    )
    source = forms.CharField(
        label=_("Source"),
        max_length=LONGEST_SOURCE,
        help_text=_("Publication, date and address, so that anybody can compare."),
    )
