"""Forms of choices about messages, and of notices."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from lianxin.kernel.time import today
from lianxin.kernel.ui.forms import ComboboxMany, Day
from lianxin.messaging.actions.carrying import is_offered
from lianxin.messaging.actions.notices import Draft
from lianxin.messaging.actions.sending import LONGEST_TEXT, LONGEST_TITLE
from lianxin.messaging.channels import OUTSIDE
from lianxin.messaging.kinds import MessageKind
from lianxin.messaging.models import QUIET_FROM, QUIET_UNTIL, Message, Notice, Preference
from lianxin.organisations.facade import Organisation, resolve_names
from lianxin.rules.facade import code_table

USUAL, INBOX_ONLY = "", "in_app"
LONGEST_QUOTED = 40
_CODE_BEHIND = re.compile(r"^.+[（(](?P<code>[^（）()\s]+)[)）]$")
_LAST_NUMBER = re.compile(
    r"^(?P<label>.*?[^\s|,，、:：])(?P<between>[\s|,，、:：]+)(?:大?约|大概)?\s*(?P<minutes>\d{1,9})\s*(?:分钟|分|min(?:utes?)?)?$"
)
# “1小时 30分钟”, “5 - 10”, “约 5”: the last number alone would be wrong, or stands for nothing.
_NOT_ALONE = re.compile(r"[-–—~～]$|\d\s*(?:小时|时|到|至)$|^(?:大?约|大概)$")


def _clock(label: Any) -> forms.TimeField:
    return forms.TimeField(
        label=label, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), input_formats=["%H:%M", "%H:%M:%S"]
    )


class ChoiceForm(forms.Form):
    """How messages come: when, and for each kind by which way beside the inbox."""

    digest = forms.ChoiceField(
        label=gettext_lazy("Messages that are not urgent come"),
        choices=Preference.Digest.choices,
        widget=forms.RadioSelect,
    )
    quiet_from = _clock(gettext_lazy("Quiet from"))
    quiet_until = _clock(gettext_lazy("Quiet until"))

    def __init__(self, *args: Any, kinds: list[MessageKind], choice: Preference | None, **options: Any) -> None:
        options["initial"] = {
            "digest": choice.digest if choice else Preference.Digest.AT_ONCE,
            "quiet_from": choice.quiet_from if choice else QUIET_FROM,
            "quiet_until": choice.quiet_until if choice else QUIET_UNTIL,
        }
        super().__init__(*args, **options)
        self.fields["quiet_until"].help_text = _("Urgent messages come all the same. Twice the same time: never quiet.")
        self.kinds = kinds
        offered = [(way.value, way.label) for way in OUTSIDE if is_offered(way)]
        choices = [(USUAL, _("usual way: the first that reaches me")), (INBOX_ONLY, _("inbox only")), *offered]
        for kind in kinds:
            chosen = choice.channels.get(kind.key) if choice else None
            self.fields[self.name_of(kind)] = forms.ChoiceField(
                label=str(kind.label),
                required=False,
                choices=choices,
                initial=USUAL if chosen is None else next(iter(chosen), INBOX_ONLY),
            )

    @staticmethod
    def name_of(kind: MessageKind) -> str:
        """The field of a kind."""
        return f"kind_{kind.key.replace('.', '__')}"

    @property
    def by_kind(self) -> list[forms.BoundField]:
        """The fields of the kinds: few people ever change one."""
        return [self[self.name_of(kind)] for kind in self.kinds]

    def channels(self) -> Mapping[str, list[str]]:
        """The ways chosen, by kind."""
        given = {kind.key: self.cleaned_data[self.name_of(kind)] for kind in self.kinds}
        return {key: [] if way == INBOX_ONLY else [way] for key, way in given.items() if way != USUAL}


class EmailForm(forms.Form):
    """An address for messages."""

    email = forms.CharField(
        label=gettext_lazy("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=gettext_lazy("It is kept encrypted. A code is sent to it; nothing else until you enter the code."),
    )


class CodeForm(forms.Form):
    """The code that proves an address."""

    code = forms.CharField(
        label=gettext_lazy("Code from the e-mail"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


class ReasonForm(forms.Form):
    """Why a message is taken back."""

    reason = forms.CharField(
        label=gettext_lazy("Why it is withdrawn"),
        max_length=200,
        help_text=gettext_lazy("Who opened it already reads this."),
    )


class ReplaceForm(ReasonForm):
    """What a corrected message says."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=LONGEST_TITLE)
    text = forms.CharField(
        label=gettext_lazy("Text"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 8})
    )
    must_read_by = forms.DateField(
        label=gettext_lazy("To be confirmed by"),
        widget=Day(),
        help_text=gettext_lazy("The corrected notice has to be confirmed anew. Choose today or a later day."),
    )
    field_order = ("title", "text", "must_read_by", "reason")

    def __init__(self, *args: Any, message: Message, **options: Any) -> None:
        day = message.must_read_by
        still = day if day is not None and day >= today() else None
        options["initial"] = {"title": message.title, "text": message.text, "must_read_by": still}
        super().__init__(*args, **options)
        if day is None:
            del self.fields["must_read_by"]


class NoticeForm(forms.Form):
    """A notice: what it says, whom it is for, what it asks back."""

    organisation = forms.ChoiceField(label=pgettext_lazy("notice", "From"))
    title = forms.CharField(label=gettext_lazy("Title"), max_length=LONGEST_TITLE)
    text = forms.CharField(
        label=gettext_lazy("What is to be done"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    audience = forms.ChoiceField(label=pgettext_lazy("notice", "To"), widget=forms.RadioSelect)
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Kinds of organisations"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Only where you chose “organisations below of these kinds”."),
    )
    picked = forms.CharField(
        label=gettext_lazy("These organisations"),
        required=False,
        help_text=gettext_lazy("One name or code on each line. Only where you chose “these organisations”."),
    )
    due_on = forms.DateField(label=gettext_lazy("To be done by"), required=False, widget=Day())
    must_read_by = forms.DateField(
        label=gettext_lazy("To be confirmed by"),
        required=False,
        widget=Day(),
        help_text=gettext_lazy(
            "Leave it empty where nobody has to confirm. Afterwards the branch secretary is told once."
        ),
    )
    asked = forms.CharField(
        label=gettext_lazy("Answers asked for"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "One on each line, with the minutes it takes at the end: “Day that suits you 2”. What the records hold is "
            "not asked. Several answers are better asked for in a form: it fills in what is known."
        ),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, places: list[Organisation], may_send_below: bool, notice: Notice | None = None, **options: Any
    ) -> None:
        if notice is not None:
            options["initial"] = _initial(notice)
        super().__init__(*args, **options)
        self.paths = {str(one.pk): one.path for one in places}
        choices = [(str(one.pk), one.short_name) for one in places]
        self.fields["organisation"].choices = choices  # type: ignore[attr-defined]
        if len(choices) == 1:
            self.fields["organisation"].initial = choices[0][0]
        audiences = [
            (key, label) for key, label in Notice.Audience.choices if may_send_below or key == Notice.Audience.MEMBERS
        ]
        self.fields["audience"].choices = audiences  # type: ignore[attr-defined]
        if may_send_below:
            self.fields["kinds"].choices = list(code_table("org_types").choices())  # type: ignore[attr-defined]
            self.fields["picked"].widget = ComboboxMany(
                f"{reverse('organisations:choices')}?value=code", placeholder=_("name, pinyin or initials")
            )
        else:
            self.fields["audience"].initial = Notice.Audience.MEMBERS
            del self.fields["kinds"], self.fields["picked"]

    def clean_asked(self) -> list[tuple[str, int]]:
        """The answers wanted back, each with its minutes. Nothing is guessed: what it costs is why one asks."""
        lines = [line.strip() for line in self.cleaned_data["asked"].splitlines() if line.strip()]
        read = [(line, _answer(line)) for line in lines]
        refused = [
            _("“%(line)s”: write the minutes it takes at the end, after a space, as in “Day that suits you 2”.")
            % {"line": Truncator(line).chars(LONGEST_QUOTED)}
            for line, answer in read
            if answer is None
        ]
        if refused:
            raise forms.ValidationError(refused)
        return [answer for _line, answer in read if answer is not None]

    def clean(self) -> dict[str, Any]:
        """Find the organisations that were named."""
        given: dict[str, Any] = super().clean() or {}
        lines = [line.strip() for line in given.get("picked", "").splitlines() if line.strip()]
        given["organisations"] = []
        if lines and given.get("audience") == Notice.Audience.PICKED:
            top = self.paths.get(given.get("organisation", ""), "")
            # A line as the search writes it, “柳树村党支部（370522101201）”, is known by its code.
            codes = {line: match["code"] for line in lines if (match := _CODE_BEHIND.match(line))}
            named = resolve_names([*lines, *codes.values()], within=top)
            for line in lines:
                found = named[line] or named.get(codes.get(line, ""), [])
                if len(found) == 1:
                    if found[0].id not in given["organisations"]:
                        given["organisations"].append(found[0].id)
                elif found:
                    self.add_error(
                        "picked", _("“%(name)s” means several organisations. Write the code.") % {"name": line}
                    )
                else:
                    self.add_error("picked", _("There is no organisation “%(name)s” below yours.") % {"name": line})
        return given

    def draft(self) -> Draft:
        """What the action takes."""
        given = self.cleaned_data
        return Draft(
            title=given["title"],
            text=given["text"],
            audience=given["audience"],
            kinds=given.get("kinds", []),
            picked=given["organisations"],
            due_on=given["due_on"],
            must_read_by=given["must_read_by"],
            asked=given["asked"],
        )


def _answer(line: str) -> tuple[str, int] | None:
    """The label and the minutes of a line; nothing where its end is not one number of minutes."""
    match = _LAST_NUMBER.match(line)
    if match is None or _NOT_ALONE.search(match["label"]):
        return None
    if match["label"][-1].isdigit() and not any(mark.isspace() for mark in match["between"]):
        return None  # “1:30”, “1，500”
    return match["label"], int(match["minutes"])


def _initial(notice: Notice) -> dict[str, Any]:
    rows = Organisation.objects.filter(pk__in=notice.picked).order_by("path").values_list("short_name", "code")
    return {
        "organisation": str(notice.organisation_id),
        "title": notice.title,
        "text": notice.text,
        "audience": notice.audience,
        "kinds": notice.kinds,
        "picked": "\n".join(f"{name}（{code}）" for name, code in rows) if notice.picked else "",
        "due_on": notice.due_on,
        "must_read_by": notice.must_read_by,
        "asked": "\n".join(f"{one['label']} {one['minutes']}" for one in notice.asked),
        "version": notice.version,
    }
