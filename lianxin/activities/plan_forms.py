"""The form that plans an activity in a minute, and the rows of its agenda."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianxin.activities.actions.series import Rhythm
from lianxin.activities.forms import Hour, chosen_id, group_choices
from lianxin.activities.kinds import offered
from lianxin.activities.models import Activity, AgendaItem, Alliance, AllianceParty, Room
from lianxin.activities.plan import Plan, Point
from lianxin.activities.queries.around import people_around
from lianxin.kernel.db.paths import ancestors
from lianxin.kernel.time import SHANGHAI, add_years
from lianxin.kernel.ui.forms import Day
from lianxin.organisations.facade import Organisation

SPARE = 2
ELSEWHERE = "elsewhere"
"""The choice of a place that is no room."""
MOST_SHOWN = 6
"""So many rooms are chosen with one tap; more stand in a list to open."""


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
    days = forms.TypedChoiceField(
        label=_("Over how many days"),
        required=False,
        coerce=int,
        choices=[(1, _("one day")), (2, _("2 days")), (3, _("3 days")), (4, _("4 days"))],
        help_text=_("An activity of several days ends at that hour of the last one, within 72 hours."),
    )
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
        given = (source.get(name) for source in (self.initial, self.data) for name in ("chair", "recorder"))
        people = [("", "—"), *people_around(organisation, beside={key for key in map(chosen_id, given) if key})]
        fields["kinds"].choices = list(offered().items())
        fields["chair"].choices = fields["recorder"].choices = people
        rooms = room_choices(organisation)
        if 0 < len(rooms) <= MOST_SHOWN:
            fields["room"].widget = forms.RadioSelect()
        fields["room"].choices = [*rooms, (ELSEWHERE, _("another place"))]
        if not rooms:
            del fields["room"]
            fields["place"].label = pgettext_lazy("of an activity", "Place")
        fields["group"].choices = group_choices(organisation.pk)
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
        if not fields["group"].choices:
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
            "days": (ends.date() - begins.date()).days + 1,
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
        """The plan that was entered; the end lies on the last of its days."""
        given = self.cleaned_data
        begins = datetime.combine(given["on"], given["begins"], SHANGHAI)
        last = given["on"] + timedelta(days=(given["days"] or 1) - 1)
        ends = datetime.combine(last, given["ends"], SHANGHAI)
        room = chosen_id(given.get("room"))
        return Plan(
            kinds=given["kinds"],
            title=given["title"],
            starts_at=begins,
            ends_at=ends,
            place="" if room else given["place"],
            room=room,
            online_link=given["online_link"],
            chair=chosen_id(given["chair"]),
            recorder=chosen_id(given["recorder"]),
            late_after=given["late_after"],
            audience=given["audience"],
            group=chosen_id(given.get("group")),
            alliance=chosen_id(given.get("alliance")),
            parties=[key for key in map(chosen_id, given.get("parties", ())) if key],
            agenda=agenda,
        )

    def rhythm(self) -> Rhythm | None:
        """How it repeats, if it does; without an end it repeats for a year."""
        given = self.cleaned_data
        if not given.get("every_months"):
            return None
        return Rhythm(given["every_months"], given["until"] or add_years(given["on"], 1))


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
