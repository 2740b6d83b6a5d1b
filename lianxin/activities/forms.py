"""Forms of organisation life. What is acceptable is said by the actions; forms only turn texts into values."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any, cast
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianxin.activities.actions.holding import ON_LEAVE, Report
from lianxin.activities.kinds import offered
from lianxin.activities.models import (
    AllianceItem,
    Excuse,
    Participant,
)
from lianxin.activities.queries.around import people_below
from lianxin.activities.queries.invited import excused_on, in_group, members_of, open_groups, reportable
from lianxin.files.facade import KeptUploadField
from lianxin.kernel.db.ids import parse_id
from lianxin.kernel.edge.uploads import Kind
from lianxin.kernel.time import SHANGHAI, today
from lianxin.kernel.ui.forms import Day
from lianxin.organisations.facade import Organisation

FILES = (Kind.document, Kind.spreadsheet, Kind.pdf, Kind.image)


class Hour(forms.TimeInput):
    """A time of day, picked or typed, always in the form 15:00."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class PeopleBoxes(forms.CheckboxSelectMultiple):
    """Persons to tick. Those `apart` (excused, or of organisations below) are not meant by “all”: tick them singly."""

    apart: frozenset[str] | set[str] = frozenset()

    def create_option(self, name: str, value: Any, *args: Any, **options: Any) -> dict[str, Any]:
        """A box, marked for the buttons that tick many."""
        made: dict[str, Any] = super().create_option(name, value, *args, **options)
        if str(value) not in self.apart:
            made["attrs"]["data-ticks-expected"] = True
        return made


def chosen_id(text: Any) -> UUID | None:
    """The id that was chosen in a field of choices; None for none."""
    return parse_id(str(text or ""))


def group_choices(organisation: UUID) -> list[tuple[str, str]]:
    """The Party groups of a branch to choose from, none first; empty where there are none. One query."""
    groups = [(str(one.pk), one.name) for one in open_groups(organisation)]
    return [("", "—"), *groups] if groups else []


def people_choices(organisation: UUID) -> list[tuple[str, str]]:
    """The members of an organisation to choose from. One query."""
    return [(str(key), name) for key, name in members_of(organisation).values_list("pk", "name")]


class ReportForm(forms.Form):
    """What was held offline: short; nobody is ticked before somebody says that they came."""

    kinds = forms.MultipleChoiceField(label=_("What was held"), widget=forms.CheckboxSelectMultiple)
    group = forms.ChoiceField(
        label=_("Which Party group met"), required=False, help_text=_("For a Party group meeting only.")
    )
    on = forms.DateField(label=_("On which day"), widget=Day)
    begins = forms.TimeField(label=_("Began about"), widget=Hour, initial=time(15, 0))
    place = forms.CharField(label=pgettext_lazy("of an activity", "Place"), max_length=120)
    title = forms.CharField(
        label=_("Title"), max_length=120, required=False, help_text=_("Left empty, it is called by its kind.")
    )
    present = forms.MultipleChoiceField(
        label=_("Who came"),
        widget=PeopleBoxes,
        required=False,
        help_text=_("Tick who was there, as on the sign-in sheet. Whoever is not ticked is recorded as absent."),
    )
    proof = KeptUploadField(
        kinds=FILES,
        label=_("Record or sign-in sheet"),
        required=False,
        max_length=200,
        help_text=_("Only if there is one: a PDF, Word or Excel file or a picture, up to 20 MB. No photo is needed."),
    )

    def __init__(self, *args: Any, organisation: Organisation, **options: Any) -> None:
        super().__init__(*args, **options)
        fields: dict[str, Any] = self.fields
        fields["kinds"].choices = list(offered().items())
        fields["group"].choices = group_choices(organisation.pk)
        if not fields["group"].choices:
            del fields["group"]
        self.organisation = organisation
        self.day = self._day(self.data.get("on") if self.is_bound else self.initial.get("on")) or today()
        known = reportable(organisation.pk, self.day)
        below = [one for one in people_below(organisation) if UUID(one[0]) not in known]
        people = [*((str(key), name) for key, name in known.items()), *below]
        excused = {str(key) for key in excused_on([UUID(key) for key, _name in people], self.day)}
        word = _("%(name)s (excused from attending)")
        fields["present"].choices = [(key, word % {"name": name} if key in excused else name) for key, name in people]
        self.group_met = self._group_met()
        group = in_group(self.group_met) if self.group_met else set(known)
        self.beside = {str(key) for key in known if key not in group}
        fields["present"].widget.apart = excused | self.beside | {key for key, _name in below}

    def _group_met(self) -> UUID | None:
        """The group whose meeting is recorded, as the form stands; None for all others."""
        if "group" not in self.fields or "group_meeting" not in (self["kinds"].value() or ()):
            return None
        asked = str(self["group"].value() or "")
        return chosen_id(asked) if asked in dict(self.fields["group"].choices) else None  # type: ignore[attr-defined]

    def _day(self, text: Any) -> date | None:
        """A day as it was entered; None for none."""
        try:
            return cast("date", self.fields["on"].clean(text))
        except ValidationError:
            return None

    def clean(self) -> dict[str, Any]:
        """Where another day has other members than the list that was ticked, show that list first: nobody is left out.

        What was ticked stays ticked as far as those persons belonged there that day.
        """
        given = super().clean() or self.cleaned_data
        shown = self._day(self.data.get("listed_for")) if given.get("on") else None
        if shown is not None and shown != self.day:
            now, before = set(reportable(self.organisation.pk, self.day)), set(reportable(self.organisation.pk, shown))
            if now != before:
                self.errors.pop("present", None)
                self.add_error(
                    "present", _("Now the list shows who belonged here on that day. Tick who came, and send.")
                )
        listed = self.data.get("listed_group")
        if (
            listed is not None
            and self.group_met
            and listed != str(self.group_met)
            and self.beside & set(given.get("present", ()))
        ):
            said = _(
                "Now the list shows the members of the group; others who are ticked stand below them. Look, and send."
            )
            self.add_error("present", said)
        return given

    def report(self) -> Report:
        """What was entered."""
        given = self.cleaned_data
        return Report(
            kinds=given["kinds"],
            on=given["on"],
            place=given["place"],
            present=[key for key in map(chosen_id, given["present"]) if key],
            title=given["title"],
            begins=given["begins"],
            proof=given.get("proof") or None,
            group=chosen_id(given.get("group")),
        )


class ReasonForm(forms.Form):
    """A reason."""

    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class TurnsReasonForm(ReasonForm):
    """A reason, and for a series which turns are meant."""

    which = forms.ChoiceField(
        label=_("Which turns"),
        choices=[
            ("one", _("this one only")),
            ("following", _("this and the following")),
            ("all", _("all not yet held")),
        ],
        initial="one",
    )


class ReplyForm(forms.Form):
    """A member asks for leave."""

    reason = forms.CharField(
        label=_("Why you cannot come"),
        max_length=200,
        error_messages={"required": _("Say in a word why you cannot come, for example: on a business trip.")},
        help_text=_("A word is enough, for example: on a business trip. The secretary decides."),
    )


class LeaveForm(forms.Form):
    """Leave entered for somebody."""

    reason = forms.CharField(label=_("Why the person cannot come"), max_length=200)
    told_by = forms.CharField(
        label=_("Who told you"),
        max_length=80,
        required=False,
        help_text=_("For example: by telephone, or the daughter."),
    )


class CorrectForm(forms.Form):
    """A correction of attendance after closing."""

    participants = forms.MultipleChoiceField(
        label=pgettext_lazy("of an activity", "Who"), widget=forms.CheckboxSelectMultiple
    )
    attendance = forms.ChoiceField(
        label=_("Is in truth"),
        choices=[
            *((one.value, one.label) for one in Participant.Attendance if one.value != "unknown"),
            (ON_LEAVE.value, ON_LEAVE.label),
        ],
    )
    reason = forms.CharField(
        label=_("Why it is corrected"), max_length=500, help_text=_("For leave: why the person was away.")
    )

    def __init__(self, *args: Any, people: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["participants"].choices = people  # type: ignore[attr-defined]


class InviteForm(forms.Form):
    """Further persons to invite."""

    members = forms.MultipleChoiceField(label=_("Members"), widget=forms.CheckboxSelectMultiple)
    role = forms.ChoiceField(
        label=_("As"), choices=[("member", _("member")), ("guest", _("guest"))], initial="member", required=False
    )

    def __init__(self, *args: Any, people: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["members"].choices = people  # type: ignore[attr-defined]


class ObserverForm(forms.Form):
    """Somebody from above to invite."""

    observer = forms.ChoiceField(
        label=_("Who is invited to observe"),
        help_text=_("Everybody who takes part sees who observes."),
    )

    def __init__(self, *args: Any, people: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["observer"].choices = [("", "—"), *people]  # type: ignore[attr-defined]


class FileForm(forms.Form):
    """A file for an activity."""

    file = KeptUploadField(
        kinds=FILES,
        label=_("File"),
        max_length=200,
        help_text=_("A PDF or Word file up to 50 MB, a workbook, or a picture up to 20 MB."),
    )
    purpose = forms.ChoiceField(
        label=_("What it is for"),
        choices=[("material", _("material to read before")), ("proof", _("record or sign-in sheet"))],
    )


class GuidanceForm(forms.Form):
    """Guidance of an observer."""

    text = forms.CharField(
        label=_("Guidance"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Everybody who takes part can read it."),
    )


class TemplateForm(forms.Form):
    """The name of a template."""

    name = forms.CharField(label=_("Name of the template"), max_length=80)


class RoomForm(forms.Form):
    """A room."""

    name = forms.CharField(label=_("Name"), max_length=80)
    seats = forms.IntegerField(label=_("Seats"), min_value=0, max_value=20_000, required=False)
    equipment = forms.CharField(label=_("Equipment"), max_length=200, required=False)
    address = forms.CharField(label=pgettext_lazy("of a room", "Address"), max_length=120, required=False)
    is_shared = forms.BooleanField(label=_("Also for the organisations below"), required=False)


class BookingForm(forms.Form):
    """A room for a while."""

    on = forms.DateField(label=_("Day"), widget=Day)
    begins = forms.TimeField(label=pgettext_lazy("of a room", "From"), widget=Hour)
    ends = forms.TimeField(label=pgettext_lazy("of a room", "To"), widget=Hour)
    purpose = forms.CharField(label=pgettext_lazy("of a room", "For"), max_length=120)

    def instants(self) -> tuple[datetime, datetime]:
        """From when to when."""
        given = self.cleaned_data
        return (
            datetime.combine(given["on"], given["begins"], SHANGHAI),
            datetime.combine(given["on"], given["ends"], SHANGHAI),
        )


class ExcuseForm(forms.Form):
    """A member who is not expected."""

    member = forms.ChoiceField(label=_("Member"))
    ground = forms.ChoiceField(label=_("Ground"), choices=Excuse.Ground.choices)
    since = forms.DateField(label=pgettext_lazy("of an excuse", "Since"), widget=Day)
    until = forms.DateField(
        label=pgettext_lazy("of an excuse", "Until"),
        required=False,
        widget=Day,
        help_text=_("Empty: until further notice."),
    )
    reason = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, organisation: UUID, **options: Any) -> None:
        super().__init__(*args, **options)
        people = people_choices(organisation)
        open_ended = Excuse.objects.filter(until__isnull=True, member__in=[UUID(key) for key, _name in people])
        excused = {str(key) for key in open_ended.values_list("member_id", flat=True)}
        expected = [one for one in people if one[0] not in excused]
        self.fields["member"].choices = [("", "—"), *expected]  # type: ignore[attr-defined]


class EndForm(forms.Form):
    """A day from which something no longer holds."""

    until = forms.DateField(label=pgettext_lazy("of an excuse", "Until"), widget=Day)


class GroupForm(forms.Form):
    """A Party group."""

    name = forms.CharField(label=_("Name"), max_length=60)
    leader = forms.ChoiceField(label=_("Leader"), required=False)
    members = forms.MultipleChoiceField(label=_("Members"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, organisation: UUID, **options: Any) -> None:
        super().__init__(*args, **options)
        people = people_choices(organisation)
        self.fields["leader"].choices = [("", "—"), *people]  # type: ignore[attr-defined]
        self.fields["members"].choices = people  # type: ignore[attr-defined]


class AllianceForm(forms.Form):
    """A new alliance."""

    name = forms.CharField(label=_("Name"), max_length=120)
    on = forms.DateField(label=pgettext_lazy("of an alliance", "since"), widget=Day)
    partners = forms.CharField(
        label=_("Partners"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One on each line: the full name as on the seal, or the code."),
    )


class PartnerForm(forms.Form):
    """A further organisation to invite into an alliance."""

    partner = forms.CharField(
        label=_("Organisation"), max_length=120, help_text=_("Its full name as on the seal, or its code.")
    )


class DeclineForm(forms.Form):
    """Why an invitation is declined, if one wants to say."""

    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)


class LeavingForm(DeclineForm):
    """From which day an organisation is no longer in an alliance."""

    on = forms.DateField(label=_("Left on"), widget=Day, help_text=_("The first day on which it is no longer in it."))
    field_order = ["on", "reason"]


class ItemForm(forms.Form):
    """A resource, a need or a project."""

    party = forms.ChoiceField(label=_("Of"))
    kind = forms.ChoiceField(label=pgettext_lazy("of an activity", "Kind"), choices=AllianceItem.Kind.choices)
    text = forms.CharField(label=pgettext_lazy("of an alliance item", "What"), max_length=300)
    due_on = forms.DateField(label=pgettext_lazy("of an alliance item", "By"), required=False, widget=Day)

    def __init__(self, *args: Any, parties: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["party"].choices = parties  # type: ignore[attr-defined]


class OutcomeForm(forms.Form):
    """What came of an item."""

    outcome = forms.CharField(label=_("What came of it"), max_length=300)
    on = forms.DateField(label=_("Done on"), widget=Day)
