"""Reads of resolutions: a member's tasks, an organisation's open ones, and what a meeting opens with."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lianxin.activities.kinds import OF_ALL_MEMBERS, OF_THE_COMMITTEE
from lianxin.activities.models import Activity, Minutes, Resolution
from lianxin.activities.permissions import MINUTES_VIEW, OWN_SETTLE, SETTLE
from lianxin.kernel.authz import Actor, Role, require, within
from lianxin.kernel.db.paths import subtree
from lianxin.kernel.errors import NotVisible
from lianxin.kernel.web.listing import ListColumn, ListFilter, Listing, Sort

MOST_SHOWN = 20
GROUP_MEETING = "group_meeting"
State, Audience = Resolution.State, Activity.Audience


def own_resolutions(actor: Actor, *, most: int = MOST_SHOWN) -> list[Resolution]:
    """Open resolutions the actor sees to, the most urgent first. One query."""
    if actor.member_id is None or (actor.only is not None and OWN_SETTLE not in actor.only):
        return []
    rows = Resolution.objects.filter(owner_id=actor.member_id, state=State.OPEN)
    return list(rows.select_related("item__minutes").order_by("due_on", "id")[:most])


def late_within(actor: Actor, on: date, *, most: int = MOST_SHOWN) -> list[Resolution]:
    """Resolutions overdue on that day that are the actor's own organisations' affair, the oldest first; not their own.

    A secretary is told of the branch and what is below it; a clerk of the committee itself, whose branches see to
    theirs without it. One query.
    """
    rows = Resolution.objects.filter(_affair_of(actor), state=State.OPEN, due_on__lt=on)
    if actor.member_id is not None:
        rows = rows.exclude(owner_id=actor.member_id)
    return list(rows.select_related("item__minutes").order_by("due_on", "id")[:most])


def _affair_of(actor: Actor) -> Q:
    wanted = Q(pk__in=[])
    for reach in actor.reaches_for(SETTLE):
        below = reach.role == Role.SECRETARY
        wanted |= subtree(reach.path, field="organisation_path") if below else Q(organisation_path=reach.path)
    return wanted


def resolutions_before(activity: Activity) -> list[Resolution]:
    """What the meeting opens with: resolutions of this circle still open, or settled since it met last.

    Those of meetings that began before this one and whose record stands. A committee's are not read to all members, nor
    one Party group's to another: what is printed in the minutes is open to whoever is invited. Two queries, or none.
    """
    last = (
        Minutes.objects.filter(
            _same_circle(activity, "activity__"),
            ~Q(activity__state=Activity.State.CANCELLED),
            organisation_id=activity.organisation_id,
            state=Minutes.State.CONFIRMED,
            activity__starts_at__lt=activity.starts_at,
        )
        .order_by("-activity__starts_at")
        .values_list("activity__starts_at", flat=True)
        .first()
    )
    fresh = Q(state=State.OPEN)
    if last is not None:
        fresh |= Q(state__in=[State.DONE, State.TAKEN_BACK], settled_at__gte=last)
    rows = Resolution.objects.filter(
        fresh,
        _same_circle(activity, "item__minutes__activity__"),
        ~Q(item__minutes__activity__state=Activity.State.CANCELLED),
        organisation_id=activity.organisation_id,
        item__minutes__activity__starts_at__lt=activity.starts_at,
    )
    return list(rows.select_related("item__minutes__activity").order_by("due_on", "id"))


def _same_circle(activity: Activity, field: str) -> Q:
    """Meetings of the same circle: the committee, one Party group, or all members; of persons chosen none is another's.

    A gathering of persons chosen one by one that is a meeting of all members by its kind is one of all members: a
    committee whose members belong to its branches invites them so.
    """
    kinds = set(activity.kinds)
    if activity.audience == Audience.COMMITTEE or kinds <= OF_THE_COMMITTEE:
        return _of_committee(field)
    if activity.group_id or kinds == {GROUP_MEETING}:
        return Q(**{f"{field}group": activity.group_id}) if activity.group_id else Q(pk__in=[])
    if activity.audience == Audience.CHOSEN and not kinds & OF_ALL_MEMBERS:
        return Q(pk__in=[])
    chosen = Q(**{f"{field}audience": Audience.CHOSEN}) & ~Q(**{f"{field}kinds__overlap": sorted(OF_ALL_MEMBERS)})
    of_group = Q(**{f"{field}group__isnull": False}) | Q(**{f"{field}kinds": [GROUP_MEETING]})
    return ~_of_committee(field) & ~of_group & ~chosen


def _of_committee(field: str) -> Q:
    by_kind = Q(**{f"{field}kinds__contained_by": sorted(OF_THE_COMMITTEE)})
    return Q(**{f"{field}audience": Audience.COMMITTEE}) | by_kind


def resolution_for(actor: Actor, resolution: UUID) -> Resolution:
    """A resolution, for its owner or who sees the minutes there. One query.

    Raises:
        NotVisible: there is none, or it is neither the actor's nor in their organisations.
    """
    found = Resolution.objects.select_related("item__minutes").filter(pk=resolution).first()
    if found is None:
        raise NotVisible(_("There is no such record, or it is not in your organisations."))
    if not owns(actor, found):
        require(actor, MINUTES_VIEW, found.organisation_path, seen_by=MINUTES_VIEW)
    return found


def owns(actor: Actor, resolution: Resolution) -> bool:
    """Whether the resolution is the actor's task."""
    if actor.only is not None and OWN_SETTLE not in actor.only:
        return False
    return actor.member_id is not None and actor.member_id == resolution.owner_id


def may_settle(actor: Actor, resolution: Resolution) -> bool:
    """Whether the actor may say that it is done, or take it back."""
    return owns(actor, resolution) or actor.may(SETTLE, resolution.organisation_path)


def resolutions_due(organisations: Sequence[UUID], since: date, until: date) -> list[Resolution]:
    """Open resolutions of organisations due in these days. One query."""
    rows = Resolution.objects.filter(
        organisation_id__in=organisations, state=State.OPEN, due_on__gte=since, due_on__lte=until
    )
    return list(rows.order_by("due_on", "id"))


def resolutions_due_of(member: UUID, since: date, until: date) -> list[Resolution]:
    """Open resolutions of a member due in these days. One query."""
    rows = Resolution.objects.filter(owner_id=member, state=State.OPEN, due_on__gte=since, due_on__lte=until)
    return list(rows.order_by("due_on", "id"))


RESOLUTIONS: Listing[Resolution] = Listing(
    name="activities_resolutions",
    columns=(
        ListColumn("text", gettext_lazy("What is to be done"), lambda row: row.text),
        ListColumn("owner", gettext_lazy("Who sees to it"), lambda row: row.owner_name),
        ListColumn("due", gettext_lazy("Finish by"), lambda row: row.due_on, kind="date", sort="due"),
        ListColumn(
            "state",
            gettext_lazy("State"),
            lambda row: row.get_state_display(),
            template="activities/resolution_state.html",
        ),
        ListColumn("note", gettext_lazy("How it was settled"), lambda row: row.note),
    ),
    sorts=(Sort("due", gettext_lazy("Finish by"), ("due_on", "id")),),
    filters=(
        ListFilter(
            "state",
            gettext_lazy("State"),
            lambda values: Q(state__in=values),
            lambda: [choice for choice in State.choices if choice[0] != State.DRAFT],
        ),
    ),
    search=lambda text: Q(text__icontains=text) | Q(owner_name__icontains=text),
)


def resolutions_within(actor: Actor) -> QuerySet[Resolution]:
    """Resolutions of confirmed minutes at the actor's organisations. One query a page."""
    rows = Resolution.objects.exclude(state=State.DRAFT)
    return within(rows, actor, MINUTES_VIEW, field="organisation_path")
