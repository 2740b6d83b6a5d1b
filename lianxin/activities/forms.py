"""Forms of organisation life. What is acceptable is said by the actions; forms only turn texts into values."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianxin.activities.actions.holding import Report
from lianxin.activities.actions.series import Rhythm
from lianxin.activities.kinds import offered
from lianxin.activities.models import (
    Activity,
    AgendaItem,
    Alliance,
    AllianceItem,
    AllianceParty,
    Excuse,
    Participant,
    PartyGroup,
    Room,
)
from lianxin.activities.plan import Plan, Point
from lianxin.activities.queries.invited import excused_on, members_of
from lianxin.files.facade import KeptUploadField
from lianxin.kernel.db.ids import parse_id
from lianxin.kernel.db.paths import ancestors
from lianxin.kernel.edge.uploads import Kind
from lianxin.kernel.time import SHANGHAI, today
from lianxin.kernel.ui.forms import Day
from lianxin.organisations.facade import Organisation

FILES = (Kind.document, Kind.spreadsheet, Kind.pdf, Kind.image)
SPARE = 2
ELSEWHERE = "elsewhere"
"""The choice of a place that is no room."""
MOST_SHOWN = 6
"""So many rooms are chosen with one tap; more stand in a list to open."""


class Hour(forms.TimeInput):
    """A time of day, picked or typed, always in the form 15:00."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class PeopleBoxes(forms.CheckboxSelectMultiple):
    """Persons to tick. Those `apart` (excused from coming) are not meant by “all” and are ticked one by one."""

    apart: frozenset[str] | set[str] = frozenset()

    def create_option(self, name: str, value: Any, *args: Any, **options: Any) -> dict[str, Any]:
        """A box, marked for the buttons that tick many."""
        made: dict[str, Any] = super().create_option(name, value, *args, **options)
        if str(value) not in self.apart:
            made["attrs"]["data-ticks-expected"] = True
        return made


def _uuid(text: Any) -> UUID | None:
    return parse_id(str(text or ""))


def people_choices(organisation: UUID) -> list[tuple[str, str]]:
    """The members of an organisation to choose from. One query."""
    return [(str(key), name) for key, name in members_of(organisation).values_list("pk", "name")]


def room_choices(organisation: Organisation) -> list[tuple[str, str]]:
    """The rooms an organisation can book: its own, and those lent by organisations above. One query."""
    lent = Q(is_shared=True, organisation_path__in=ancestors(organisation.path))
    rows = Room.objects.filter(Q(organisation=organisation.pk) | lent, closed_at__isnull=True)
    own_first = sorted(rows, key=lambda one: (one.organisation_id != organisation.pk, one.name))
    seats = _("%(name)s (%(seats)d seats)")
    return [
        (str(one.pk), str(seats) % {"name": one.name, "seats": one.seats} if one.seats else one.name)
        for one in own_first
    ]


class PlanForm(forms.Form):
    """An activity. All but kind, title, day, hours and place can be left as it is."""

    kinds = forms.MultipleChoiceField(
        label=_("Kinds"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("One gathering may serve two purposes; it counts for each."),
    )
    title = forms.CharField(label=_("Title"), max_length=120)
    on = forms.DateField(label=_("Day"), widget=Day)
    begins = forms.TimeField(label=_("Begins"), widget=Hour)
    ends = forms.TimeField(label=_("Ends"), widget=Hour)
    room = forms.ChoiceField(
        label=pgettext_lazy("of an activity", "Place"),
        help_text=_("A room that is chosen is booked for that time."),
    )
    place = forms.CharField(label=_("Another place"), max_length=120, required=False)
    online_link = forms.CharField(label=_("Link of the video meeting"), max_length=500, required=False)
    audience = forms.ChoiceField(label=_("Who is invited"), choices=Activity.Audience.choices)
    group = forms.ChoiceField(label=_("Party group"), required=False)
    chair = forms.ChoiceField(label=_("Chair"), required=False)
    recorder = forms.ChoiceField(label=_("Recorder"), required=False)
    late_after = forms.IntegerField(label=_("Late after (minutes)"), min_value=0, max_value=120)
    alliance = forms.ChoiceField(label=_("Alliance"), required=False)
    parties = forms.MultipleChoiceField(
        label=_("Held together with"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("It counts once for each organisation; each invites its own members."),
    )
    every_months = forms.TypedChoiceField(
        label=_("Repeat"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[
            ("", _("only once")),
            ("1", _("every month")),
            ("2", _("every 2 months")),
            ("3", _("every quarter")),
            ("6", _("every half-year")),
            ("12", _("every year")),
        ],
    )
    until = forms.DateField(label=_("Repeat until"), required=False, widget=Day)

    def __init__(self, *args: Any, organisation: Organisation, **options: Any) -> None:
        super().__init__(*args, **options)
        fields: dict[str, Any] = self.fields
        people = [("", "—"), *people_choices(organisation.pk)]
        fields["kinds"].choices = list(offered().items())
        fields["chair"].choices = fields["recorder"].choices = people
        rooms = room_choices(organisation)
        if 0 < len(rooms) <= MOST_SHOWN:
            fields["room"].widget = forms.RadioSelect()
        fields["room"].choices = [*rooms, (ELSEWHERE, _("another place"))]
        if not rooms:
            del fields["room"]
            fields["place"].label = pgettext_lazy("of an activity", "Place")
        groups = PartyGroup.objects.filter(organisation=organisation.pk, closed_at__isnull=True)
        fields["group"].choices = [("", "—"), *((str(one.pk), one.name) for one in groups)]
        alliances = list(
            Alliance.objects.filter(
                parties__organisation=organisation.pk,
                parties__joined_on__isnull=False,
                parties__left_on__isnull=True,
                ended_on__isnull=True,
            )
        )
        fields["alliance"].choices = [("", "—"), *((str(one.pk), one.name) for one in alliances)]
        partners = AllianceParty.objects.filter(
            alliance__in=alliances, joined_on__isnull=False, left_on__isnull=True
        ).exclude(organisation=organisation.pk)
        named = {str(one.organisation_id): one.organisation_name for one in partners}
        for key in self.initial.get("parties", ()):
            named.setdefault(key, "—")
        fields["parties"].choices = list(named.items())
        if not alliances:
            del fields["alliance"], fields["parties"]
        if len(fields["group"].choices) == 1:
            del fields["group"]

    @staticmethod
    def initial_of(plan: Plan) -> dict[str, Any]:
        """What the fields hold for a plan."""
        begins, ends = plan.starts_at.astimezone(SHANGHAI), plan.ends_at.astimezone(SHANGHAI)
        return {
            "kinds": list(plan.kinds),
            "title": plan.title,
            "on": begins.date(),
            "begins": begins.time(),
            "ends": ends.time(),
            "place": "" if plan.room else plan.place,
            "room": str(plan.room or ELSEWHERE),
            "online_link": plan.online_link,
            "audience": plan.audience,
            "group": str(plan.group or ""),
            "chair": str(plan.chair or ""),
            "recorder": str(plan.recorder or ""),
            "late_after": plan.late_after,
            "alliance": str(plan.alliance or ""),
            "parties": [str(one) for one in plan.parties],
        }

    def plan(self, agenda: Sequence[Point]) -> Plan:
        """The plan that was entered; an end earlier than the beginning lies on the next day only past midnight."""
        given = self.cleaned_data
        begins = datetime.combine(given["on"], given["begins"], SHANGHAI)
        ends = datetime.combine(given["on"], given["ends"], SHANGHAI)
        room = _uuid(given.get("room"))
        return Plan(
            kinds=given["kinds"],
            title=given["title"],
            starts_at=begins,
            ends_at=ends,
            place="" if room else given["place"],
            room=room,
            online_link=given["online_link"],
            chair=_uuid(given["chair"]),
            recorder=_uuid(given["recorder"]),
            late_after=given["late_after"],
            audience=given["audience"],
            group=_uuid(given.get("group")),
            alliance=_uuid(given.get("alliance")),
            parties=[key for key in map(_uuid, given.get("parties", ())) if key],
            agenda=agenda,
        )

    def rhythm(self) -> Rhythm | None:
        """How it repeats, if it does; without an end it repeats for a year."""
        given = self.cleaned_data
        if not given.get("every_months"):
            return None
        return Rhythm(given["every_months"], given["until"] or given["on"] + timedelta(days=365))


class PointForm(forms.Form):
    """A point of the agenda; one without a title is left out."""

    title = forms.CharField(label=_("Point"), max_length=200, required=False)
    kind = forms.ChoiceField(
        label=pgettext_lazy("of an activity", "Kind"), choices=AgendaItem.Kind.choices, required=False
    )
    minutes = forms.IntegerField(label=_("Minutes"), min_value=0, max_value=1440, required=False)
    speaker = forms.CharField(label=_("Speaker"), max_length=80, required=False)
    text = forms.CharField(required=False, widget=forms.HiddenInput)


PointSet = forms.formset_factory(PointForm, extra=0, max_num=40)


def point_set(agenda: Iterable[Point], *, spare: int = SPARE) -> Any:
    """The form set of an agenda with some empty rows."""
    rows = [
        {"title": one.title, "kind": one.kind, "minutes": one.minutes, "speaker": one.speaker, "text": one.text}
        for one in agenda
    ]
    return PointSet(initial=rows + [{"kind": "other"}] * spare, prefix="agenda")


def points_in(formset: Any) -> tuple[Point, ...]:
    """The points entered, in their order, without empty rows."""
    return tuple(
        Point(
            title=one["title"],
            kind=one.get("kind") or "other",
            minutes=one.get("minutes") or 0,
            speaker=one.get("speaker") or "",
            text=one.get("text") or "",
        )
        for one in formset.cleaned_data
        if one.get("title")
    )


class ReportForm(forms.Form):
    """What was held offline: short; nobody is ticked before somebody says that they came."""

    kinds = forms.MultipleChoiceField(label=_("What was held"), widget=forms.CheckboxSelectMultiple)
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
        people = people_choices(organisation.pk)
        excused = {str(key) for key in excused_on([UUID(key) for key, _name in people], today())}
        word = _("%(name)s (excused from attending)")
        fields["present"].choices = [(key, word % {"name": name} if key in excused else name) for key, name in people]
        fields["present"].widget.apart = excused

    def report(self) -> Report:
        """What was entered."""
        given = self.cleaned_data
        return Report(
            kinds=given["kinds"],
            on=given["on"],
            place=given["place"],
            present=[key for key in map(_uuid, given["present"]) if key],
            title=given["title"],
            begins=given["begins"],
            proof=given.get("proof") or None,
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
        choices=[(one.value, one.label) for one in Participant.Attendance if one.value != "unknown"],
    )
    reason = forms.CharField(label=_("Why it is corrected"), max_length=500)

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
