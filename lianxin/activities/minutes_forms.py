"""Forms of minutes, votes and resolutions."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from lianxin.activities.actions.minutes import LONGEST_DECISION, LONGEST_SPEECH, Speech
from lianxin.activities.actions.resolution import LONGEST
from lianxin.activities.actions.vote import Count
from lianxin.activities.models import VoteKind, VoteVoice, vote_methods
from lianxin.activities.queries.minutes import Presence
from lianxin.kernel.db.ids import parse_id
from lianxin.kernel.ui.forms import Day

SPARE_ROWS = 3
VOICE = "voice-"
Choices = Sequence[tuple[str, Any]]


class ItemForm(forms.Form):
    """What was decided on an item; the speeches stand in rows of their own, read by `speeches_in`.

    `version` is a text field that is not shown rather than a hidden one: the draft kept on the device then remembers
    which version it was written upon, and an old draft cannot be laid over what somebody else wrote since.
    """

    version = forms.IntegerField(widget=forms.TextInput(attrs={"hidden": True, "readonly": True, "tabindex": -1}))
    decision = forms.CharField(
        label=_("Decision"),
        required=False,
        max_length=LONGEST_DECISION,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What the meeting decided, as a sentence. Votes and tasks are entered below."),
    )


def speeches_in(data: QueryDict, names: Mapping[UUID, str]) -> list[Speech]:
    """The rows of a sent form as speeches; a name that exactly one participant bears names their record."""
    known: dict[str, list[UUID]] = {}
    for member, name in names.items():
        known.setdefault(name, []).append(member)
    rows = zip(data.getlist("speaker"), data.getlist("speech"), strict=False)
    speeches = []
    for name, text in rows:
        bearers = known.get(name.strip(), [])
        speeches.append(Speech(name[:80], text, bearers[0] if len(bearers) == 1 else None))
    return speeches


def rows_of(speeches: Sequence[Speech]) -> list[dict[str, str]]:
    """Rows to write in: what is there, and some empty ones."""
    filled = [{"name": one.name, "text": one.text} for one in speeches if one.name.strip() or one.text.strip()]
    return [*filled, *({"name": "", "text": ""} for _row in range(SPARE_ROWS))]


class TitleForm(forms.Form):
    """An item that was not on the agenda."""

    title = forms.CharField(label=_("Further item"), max_length=200)


class VoteForm(forms.Form):
    """A vote. How many may vote, and who was there, come from the records."""

    question = forms.CharField(
        label=_("What is voted on"), max_length=200, help_text=_("At an election, one vote for each candidate.")
    )
    kind = forms.ChoiceField(label=_("Judged by the rule for"), choices=VoteKind.choices)
    present = forms.IntegerField(label=_("Present and entitled to vote"), min_value=0)
    in_favour = forms.IntegerField(label=_("In favour"), min_value=0)
    against = forms.IntegerField(label=_("Against"), min_value=0, initial=0)
    abstained = forms.IntegerField(label=_("Abstained"), min_value=0, initial=0)
    invalid = forms.IntegerField(label=_("Invalid papers"), min_value=0, initial=0)
    written_in_favour = forms.IntegerField(
        label=_("Written opinions in favour"),
        min_value=0,
        initial=0,
        help_text=_("At admissions and conversions only: handed in before the meeting by members absent with reason."),
    )
    counter_one = forms.ChoiceField(label=_("First counter"))
    counter_two = forms.ChoiceField(label=_("Second counter"))

    def __init__(self, *args: Any, method: str, presence: Presence, **options: Any) -> None:
        super().__init__(*args, **options)
        self.method = vote_methods()[method]
        there: Choices = [(str(one.member_id), one.name) for one in (*presence.present, *presence.others)]
        self.voters = [one for one in presence.present if one.may_vote]
        self.fields["present"].help_text = _(
            "By the records %(present)s of %(voters)s. Change it only if somebody had left or was not yet there."
        ) % {"present": presence.voters_present, "voters": presence.voters}
        if self.method.counted:
            for name in ("counter_one", "counter_two"):
                self.fields[name].choices = [("", _("choose")), *there]  # type: ignore[attr-defined]
            if method != "paper":
                del self.fields["invalid"]
        else:
            for name in ("in_favour", "against", "abstained", "invalid", "counter_one", "counter_two"):
                del self.fields[name]
            for voter in self.voters:
                self.fields[f"{VOICE}{voter.member_id}"] = forms.ChoiceField(
                    label=voter.name,
                    choices=[("", _("did not vote")), *VoteVoice.Choice.choices],
                    required=False,
                )

    def count(self) -> Count:
        """What was entered."""
        given = self.cleaned_data
        counters = tuple(
            key for name in ("counter_one", "counter_two") if (key := parse_id(given.get(name, ""))) is not None
        )
        voices = {
            voter.member_id: choice for voter in self.voters if (choice := given.get(f"{VOICE}{voter.member_id}"))
        }
        numbers = ("in_favour", "against", "abstained", "invalid", "written_in_favour")
        return Count(
            question=given["question"],
            kind=given["kind"],
            method=self.method.key,
            present=given["present"],
            counters=counters,
            voices=voices,
            **{name: given.get(name) or 0 for name in numbers},
        )


class ResolutionForm(forms.Form):
    """Who does what until when."""

    text = forms.CharField(label=_("What is to be done"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 2}))
    owner = forms.ChoiceField(label=_("Who sees to it"))
    due_on = forms.DateField(label=_("Finish by"), widget=Day)

    def __init__(self, *args: Any, people: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["owner"].choices = [("", _("choose")), *people]  # type: ignore[attr-defined]


class SettleForm(forms.Form):
    """How a resolution was settled."""

    note = forms.CharField(
        label=_("What was done, or why it is taken back"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3})
    )


class NoteForm(forms.Form):
    """A correction to confirmed minutes."""

    text = forms.CharField(
        label=_("What is right"),
        max_length=LONGEST_SPEECH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Name the item. The confirmed text stays; this stands below it, with your name and the day."),
    )
    reason = forms.CharField(label=_("Why it has to be corrected"), max_length=200)


class MakeUpForm(forms.Form):
    """That somebody who missed the meeting was told or studied it afterwards."""

    member = forms.ChoiceField(label=_("Who made it up"))
    what = forms.CharField(
        label=_("What was studied or passed on"),
        max_length=200,
        help_text=_("For example: study brought to the home, main points passed on by telephone."),
    )
    done_on = forms.DateField(label=_("Done on"), widget=Day)

    def __init__(self, *args: Any, people: Choices, day: date | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["member"].choices = [("", _("choose")), *people]  # type: ignore[attr-defined]
        if day is not None:
            self.fields["done_on"].initial = day
