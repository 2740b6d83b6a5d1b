"""How forms look: one column, label above, hint under, error beside the field. `{{ form }}` does all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.translation import gettext_noop

if TYPE_CHECKING:
    from collections.abc import Mapping


# Sentences of Django about wrong input, named here so that our translation, which says how to mend it, replaces theirs.
DJANGO_SENTENCES = (
    gettext_noop("This field is required."),
    gettext_noop("Enter a valid date."),
    gettext_noop("Enter a whole number."),
    gettext_noop("Enter a number."),
    gettext_noop("Enter a valid time."),
    gettext_noop("Ensure this value is less than or equal to %(limit_value)s."),
    gettext_noop("Ensure this value is greater than or equal to %(limit_value)s."),
    gettext_noop("Select a valid choice. That choice is not one of the available choices."),
    gettext_noop("Select a valid choice. %(value)s is not one of the available choices."),
    gettext_noop("The submitted file is empty."),
)


class Renderer(DjangoTemplates):
    """Draws forms, fields and form sets with the templates of ui/forms."""

    form_template_name = "ui/forms/form.html"
    formset_template_name = "ui/forms/formset.html"
    field_template_name = "ui/forms/field.html"


class Day(forms.DateInput):
    """A date, picked or typed, always in the form 2026-11-21."""

    input_type = "date"

    def __init__(self, attrs: Mapping[str, Any] | None = None) -> None:
        super().__init__(attrs=dict(attrs or {}), format="%Y-%m-%d")


class Combobox(forms.Widget):
    """One of many, found by name, pinyin or initials. `url` answers `?q=` as the combobox island describes.

    `label` is the text to show for the initial value; `label_for` finds it when the value comes from a submitted form.
    """

    template_name = "ui/forms/combobox.html"

    def __init__(
        self, url: str, *, label: str = "", placeholder: str = "", attrs: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(attrs=dict(attrs or {}))
        self.url = url
        self.label = label
        self.placeholder = placeholder

    def label_for(self, value: object) -> str:
        """The text for a value. Forms that redisplay a choice override or set this."""
        return self.label if value else ""

    def get_context(self, name: str, value: Any, attrs: Mapping[str, Any] | None) -> dict[str, Any]:
        """What the template needs: the address, the value and its text."""
        context: dict[str, Any] = super().get_context(name, value, dict(attrs or {}))
        context["widget"] |= {"url": self.url, "label": self.label_for(value), "placeholder": self.placeholder}
        return context


class ComboboxMany(forms.Textarea):
    """Several of many on the lines of a text box, one name or code each; with script each is searched and chosen.

    `url` answers as for a combobox, with values that can be read: a choice becomes the line “label（value）”.
    """

    template_name = "ui/forms/combobox_many.html"

    def __init__(self, url: str, *, placeholder: str = "", attrs: Mapping[str, Any] | None = None) -> None:
        super().__init__(attrs={"rows": 3, **(attrs or {})})
        self.url = url
        self.placeholder = placeholder

    def get_context(self, name: str, value: Any, attrs: Mapping[str, Any] | None) -> dict[str, Any]:
        """What the template needs beside the text box: the address to search at."""
        context: dict[str, Any] = super().get_context(name, value, dict(attrs or {}))
        context["widget"] |= {"url": self.url, "placeholder": self.placeholder}
        return context
