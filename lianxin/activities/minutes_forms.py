"""Forms of minutes, votes and resolutions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from lianxin.activities.actions.minutes import LONGEST_DECISION, LONGEST_SPEECH, Speech, spoken
from lianxin.activities.actions.minutes_facts import Facts
from lianxin.activities.actions.resolution import LONGEST
from lianxin.activities.actions.vote import Count, faults_of
from lianxin.activities.forms import Hour
from lianxin.activities.models import Activity, VoteKind, VoteVoice, vote_kinds_for, vote_methods
from lianxin.activities.queries.minutes import Presence
from lianxin.kernel.db.ids import parse_id
from lianxin.kernel.errors import Sentence
from lianxin.kernel.time import SHANGHAI
from lianxin.kernel.ui.forms import Day

SPARE_ROWS = 3
VOICE = "voice-"
OTHER = "other"
KEPT = "name:"
"""Before the name of a speaker who is not invited: a resident, or a note kept by a phone in the hall."""
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


@dataclass(frozen=True, slots=True)
class SpeechRow:
    """A row to write a speech in. `speaker` is what is chosen, `kept` the name of somebody who is not listed."""

    speaker: str = ""
    text: str = ""
    kept: str = ""
    speaker_fault: Sentence = ""
    text_fault: Sentence = ""


def speakers_of(presence: Presence) -> list[tuple[Sentence, list[tuple[str, str]]]]:
    """Who can be chosen as speaker: those who came, and apart from them those whose words were handed in."""
    came = (*presence.present, *presence.others)
    missing = (*presence.on_leave, *presence.absent, *presence.excused)
    groups = [(_("those who came"), came), (_("not there: handed in in writing"), missing)]
    return [(label, [(str(one.member_id), one.name) for one in people]) for label, people in groups if people]


def speeches_in(data: QueryDict, names: Mapping[UUID, str]) -> list[Speech]:
    """The rows of a sent form as speeches; a typed name that exactly one participant bears names their record."""
    known: dict[str, list[UUID]] = {}
    for member, name in names.items():
        known.setdefault(name, []).append(member)
    speeches = []
    typed = data.getlist("speaker_name")
    for number, (chosen, text) in enumerate(zip(data.getlist("speaker"), data.getlist("speech"), strict=False)):
        listed = parse_id(chosen)
        if listed is not None and listed in names:
            speeches.append(Speech(names[listed], text, listed))
            continue
        if chosen.startswith(KEPT):
            name = chosen.removeprefix(KEPT)
        else:
            name = typed[number] if chosen == OTHER and number < len(typed) else ""
        bearers = known.get(name.strip(), [])
        speeches.append(Speech(name.strip()[:80], text, bearers[0] if len(bearers) == 1 else None))
    return speeches


def rows_of(
    speeches: Sequence[Speech], names: Mapping[UUID, str], faults: Mapping[str, Sentence] | None = None
) -> list[SpeechRow]:
    """Rows to write in: what is there, with what is wrong beside it, and some empty ones."""
    rows = []
    for number, one in enumerate(spoken(speeches), 1):
        listed = one.member in names
        rows.append(
            SpeechRow(
                speaker=str(one.member) if listed else f"{KEPT}{one.name}" if one.name else "",
                text=one.text,
                kept="" if listed else one.name,
                speaker_fault=(faults or {}).get(f"speaker-{number}", ""),
                text_fault=(faults or {}).get(f"speech-{number}", ""),
            )
        )
    return [*rows, *(SpeechRow() for _row in range(SPARE_ROWS))]


class TitleForm(forms.Form):
    """An item that was not on the agenda."""

    title = forms.CharField(label=_("Further item"), max_length=200)


class VoteForm(forms.Form):
    """A vote. How many may vote, and who was there, come from the records; no voice is filled in beforehand."""

    question = forms.CharField(
        label=_("What is voted on"), max_length=200, help_text=_("At an election, one vote for each candidate.")
    )
    kind = forms.ChoiceField(label=_("Judged by the rule for"))
    present = forms.IntegerField(label=_("Present and entitled to vote"), min_value=0)
    in_favour = forms.IntegerField(label=_("In favour"), min_value=0)
    against = forms.IntegerField(label=_("Against"), min_value=0, initial=0)
    abstained = forms.IntegerField(label=_("Abstained"), min_value=0, initial=0)
    invalid = forms.IntegerField(label=_("Invalid papers"), min_value=0, initial=0)
    written_in_favour = forms.IntegerField(
        label=_("Written opinions in favour"),
        min_value=0,
        initial=0,
        required=False,
        help_text=_("At admissions and conversions only: handed in before the meeting by members absent with reason."),
    )
    counter_one = forms.ChoiceField(label=_("First counter"))
    counter_two = forms.ChoiceField(label=_("Second counter"))

    def __init__(self, *args: Any, method: str, presence: Presence, activity: Activity, **options: Any) -> None:
        super().__init__(*args, **options)
        self.method, self.presence, self.activity = vote_methods()[method], presence, activity
        there: Choices = [(str(one.member_id), one.name) for one in (*presence.present, *presence.others)]
        self.voters = [one for one in presence.present if one.may_vote]
        kinds = vote_kinds_for(activity.kinds)
        self.fields["kind"].choices = [(one.value, one.label) for one in kinds]  # type: ignore[attr-defined]
        if VoteKind.ADMISSION not in kinds:
            del self.fields["written_in_favour"]
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
                    label=voter.name, choices=VoteVoice.Choice.choices, required=False, widget=forms.RadioSelect
                )

    def clean(self) -> dict[str, Any]:
        """Say what is wrong with the numbers together with what is missing: one round, not one for each."""
        given = super().clean() or self.cleaned_data
        for name, sentence in faults_of(self.count(), self.presence, self.activity).items():
            counters = name.startswith("counter_") and {"counter_one", "counter_two"} & self.errors.keys()
            if name not in self.errors and not counters:
                self.add_error(name if name in self.fields else None, str(sentence))
        return given

    def unmarked(self) -> set[str]:
        """The fields of those for whom a form that was sent says nothing."""
        if not self.is_bound:
            return set()
        return {name for name in self.fields if name.startswith(VOICE) and not self.cleaned_data.get(name)}

    def count(self) -> Count:
        """What was entered, as far as it could be read."""
        given = self.cleaned_data
        counters = tuple(
            key for name in ("counter_one", "counter_two") if (key := parse_id(given.get(name) or "")) is not None
        )
        voices = {
            voter.member_id: choice for voter in self.voters if (choice := given.get(f"{VOICE}{voter.member_id}"))
        }

        def number(name: str) -> int:
            return given.get(name) or 0

        return Count(
            question=given.get("question") or "",
            kind=given.get("kind") or "",
            method=self.method.key,
            present=given.get("present"),
            counters=counters,
            voices=voices,
            in_favour=number("in_favour"),
            against=number("against"),
            abstained=number("abstained"),
            invalid=number("invalid"),
            written_in_favour=number("written_in_favour"),
        )


class ResolutionForm(forms.Form):
    """Who does what until when."""

    text = forms.CharField(label=_("What is to be done"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 2}))
    owner = forms.ChoiceField(label=_("Who sees to it"))
    due_on = forms.DateField(label=_("Finish by"), widget=Day)

    def __init__(self, *args: Any, people: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["owner"].choices = [("", _("choose")), *people]  # type: ignore[attr-defined]


class FactsForm(forms.Form):
    """When the meeting really ended, who chaired it, who took the minutes."""

    ended_on = forms.DateField(label=_("Ended on"), widget=Day)
    ended = forms.TimeField(
        label=_("Ended at"),
        widget=Hour,
        help_text=_("When the meeting really ended. The minutes and what is printed carry this time."),
    )
    chair = forms.ChoiceField(label=_("Chair"))
    recorder = forms.ChoiceField(label=_("Recorder"))

    def __init__(self, *args: Any, people: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("chair", "recorder"):
            self.fields[name].choices = [("", _("choose")), *people]  # type: ignore[attr-defined]

    def facts(self) -> Facts:
        """What was entered."""
        given = self.cleaned_data
        return Facts(
            ended_at=datetime.combine(given["ended_on"], given["ended"], SHANGHAI),
            chair=parse_id(given["chair"]),
            recorder=parse_id(given["recorder"]),
        )


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
