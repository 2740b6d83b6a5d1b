"""What notices cost: before one goes out, and for a branch in a month. All of it is counted by the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce, Greatest

from lianxin.kernel.authz import Actor, Role, acting
from lianxin.kernel.db.paths import subtree
from lianxin.kernel.time import day_of
from lianxin.members.facade import IN_REGISTER, Member
from lianxin.messaging.models import Notice, NoticeTarget
from lianxin.organisations.facade import Organisation, alive_on, count_of_holders
from lianxin.rules.facade import LocalValue, RuleVersion, in_force

RULE = "organisation_life.burden.monthly_minutes"
SETTING = "LIANXIN_BURDEN_MONTHLY_MINUTES"
READERS = (Role.SECRETARY, Role.COMMITTEE_CLERK, Role.ORG_DEPARTMENT)
"""Who reads what comes to an organisation: those who work for exactly it."""
CHARACTERS_A_MINUTE = 400
"""Source: our own choice, within what is usual for reading Chinese; to be checked."""
NAMED = 10


@dataclass(frozen=True, slots=True)
class Burden:
    """What an organisation received from above in a month, and what it should receive at most."""

    minutes: int
    notices: int
    cap: int

    @property
    def is_over(self) -> bool:
        """Whether it is more than the cap."""
        return self.minutes > self.cap


@dataclass(frozen=True, slots=True)
class Over:
    """An organisation that a notice would put, or that is already, above the cap: minutes of the month with it."""

    name: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Cost:
    """What a notice costs if it goes out now.

    An organisation where nobody has an account counts one reader: somebody has to be told. For the members of one's own
    organisation `over_cap` is 1 where one member's minutes of this month's notices from it pass the cap.
    """

    organisations: int
    recipients: int
    unreachable: int
    minutes_each: int
    minutes_total: int
    cap: int
    over_cap: int
    over: Sequence[Over]

    @property
    def seen(self) -> str:
        """What the sender saw: when it changes before sending, they look again."""
        return f"{self.organisations}-{self.recipients}-{self.unreachable}-{self.minutes_total}-{self.over_cap}"


def cap_on(day: date) -> RuleVersion:
    """The rule for the monthly cap, with the installation's own number where it has one."""
    own = settings.BURDEN_MONTHLY_MINUTES
    return in_force(RULE, day, overrides=(lambda _rule, _on: LocalValue(own, SETTING)) if own is not None else None)


def month_of(day: date) -> date:
    """The first day of the month."""
    return day.replace(day=1)


def reading_minutes(title: str, text: str) -> int:
    """Minutes for reading a notice once, rounded up."""
    return max(1, -(-len("".join((title + text).split())) // CHARACTERS_A_MINUTE))


def audience_of(notice: Notice, *, on: date) -> QuerySet[Organisation]:
    """The organisations a notice goes to: living ones below its sender, never the sender itself or one above."""
    rows = Organisation.objects.filter(alive_on(on)).order_by("path")
    if notice.audience == Notice.Audience.MEMBERS:
        return rows.filter(pk=notice.organisation_id)
    rows = rows.filter(subtree(notice.organisation_path)).exclude(pk=notice.organisation_id)
    if notice.audience == Notice.Audience.KINDS:
        return rows.filter(org_type__in=notice.kinds)
    if notice.audience == Notice.Audience.PICKED:
        return rows.filter(pk__in=notice.picked)
    return rows


def members_of(notice: Notice) -> QuerySet[Member]:
    """The members a notice to one's own members goes to."""
    return Member.objects.filter(organisation=notice.organisation_id, membership_status__in=IN_REGISTER)


def weighed(notice: Notice, *, at: datetime) -> QuerySet[Organisation, dict[str, Any]]:
    """For each organisation of the audience what the notice costs it.

    `readers` work for it, `minutes` are this notice's, `before` what came from above this month already.
    """
    received = (
        NoticeTarget.objects.filter(
            organisation=OuterRef("pk"), organisation_path=OuterRef("path"), month=month_of(day_of(at))
        )
        .filter(is_counted=True, is_from_above=True)
        .order_by()
        .values("organisation")
        .annotate(total=Sum("minutes"))
        .values("total")
    )
    rows: QuerySet[Organisation, dict[str, Any]] = (
        audience_of(notice, on=day_of(at))
        .annotate(readers=count_of_holders(READERS, at=at))
        .annotate(
            minutes=Greatest(F("readers"), Value(1)) * Value(notice.minutes_each),
            before=Coalesce(Subquery(received), Value(0), output_field=IntegerField()),
        )
        .values("id", "path", "short_name", "readers", "minutes", "before")
    )
    return rows


def cost_of(notice: Notice, *, at: datetime) -> Cost:
    """What the notice costs if it goes out at the instant. Two queries, whatever the size of the tree.

    Call it for a notice the actor may see; roles and other notices of those below are counted, not shown.
    """
    cap = cap_on(day_of(at)).number
    with acting(Actor.system("counting the cost of a notice")):
        if notice.audience == Notice.Audience.MEMBERS:
            return _cost_for_members(notice, cap, at)
        rows = weighed(notice, at=at)
        over = Q(before__gt=cap - F("minutes"))
        found = rows.aggregate(
            organisations=Count("id"),
            recipients=Coalesce(Sum("readers"), 0),
            unreachable=Count("id", filter=Q(readers=0)),
            minutes_total=Coalesce(Sum("minutes"), 0),
            over_cap=Count("id", filter=over),
        )
        worst = rows.filter(over).annotate(total=F("before") + F("minutes")).order_by("-total", "path")[:NAMED]
        named = [Over(one["short_name"], one["total"]) for one in worst] if found["over_cap"] else []
    return Cost(minutes_each=notice.minutes_each, cap=cap, over=named, **found)


def _cost_for_members(notice: Notice, cap: int, at: datetime) -> Cost:
    found = members_of(notice).aggregate(recipients=Count("id"), reachable=Count("id", filter=Q(account__isnull=False)))
    sent = Notice.objects.filter(
        organisation=notice.organisation_id,
        audience=Notice.Audience.MEMBERS,
        state=Notice.State.SENT,
        targets__month=month_of(day_of(at)),
    ).aggregate(each=Coalesce(Sum("minutes_each"), 0))
    each = sent["each"] + notice.minutes_each
    return Cost(
        organisations=1,
        recipients=found["recipients"],
        unreachable=found["recipients"] - found["reachable"],
        minutes_each=notice.minutes_each,
        minutes_total=found["recipients"] * notice.minutes_each,
        cap=cap,
        over_cap=int(each > cap),
        over=[Over(str(notice.organisation.short_name), each)] if each > cap else [],
    )


def burden_of(organisation: UUID, month: date) -> Burden:
    """What the organisation received from above in the month of the day. One query, in the scope of who asks."""
    first = month_of(month)
    found = NoticeTarget.objects.filter(
        organisation=organisation, month=first, is_counted=True, is_from_above=True
    ).aggregate(minutes=Coalesce(Sum("minutes"), 0), notices=Count("id"))
    return Burden(cap=cap_on(first).number, **found)


def burdened_most(month: date, *, path: str = "", size: int = NAMED) -> list[Over]:
    """The organisations of a subtree that received most from above in a month, heaviest first. One query."""
    rows = (
        NoticeTarget.objects.filter(
            subtree(path, field="organisation_path"), month=month_of(month), is_counted=True, is_from_above=True
        )
        .values("organisation", "organisation__short_name")
        .annotate(total=Sum("minutes"))
        .order_by("-total", "organisation__short_name")[:size]
    )
    return [Over(one["organisation__short_name"], one["total"]) for one in rows]
