"""Who holds which role where."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import BooleanField, Count, Exists, F, Func, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lianxin.kernel.accounts.models import Account
from lianxin.kernel.accounts.permissions import VIEW as ACCOUNTS_VIEW
from lianxin.kernel.authz import Actor, Reach, Role, acting, within
from lianxin.kernel.authz.scope import reach_condition
from lianxin.kernel.db.ids import parse_id
from lianxin.kernel.db.paths import STEP, subtree
from lianxin.kernel.errors import NotVisible
from lianxin.kernel.time import day_of, now
from lianxin.kernel.web.listing import ListColumn, ListFilter, Listing, Sort
from lianxin.organisations.models import Grant, Kind, Organisation
from lianxin.organisations.permissions import GRANTS_VIEW

IN_FORCE, PLANNED, EXPIRED, REVOKED = "in_force", "planned", "expired", "revoked"


def grants_in_force(at: datetime | None = None) -> Q:
    """Grants that have begun, have not ended and were not revoked, at the instant (now, if none is given)."""
    at = at or now()
    return grants_not_over(at) & Q(valid_from__lte=day_of(at))


def grants_not_over(at: datetime | None = None) -> Q:
    """Grants in force or still to begin. A borrowed one ends at its instant, every other one with its last day."""
    at = at or now()
    last_day = Q(valid_until__isnull=True) | Q(valid_until__gte=day_of(at))
    return Q(revoked_at__isnull=True) & last_day & (Q(ends_at__isnull=True) | Q(ends_at__gt=at))


def is_over(grant: Grant, *, at: datetime) -> bool:
    """Whether the grant was revoked or has ended."""
    if grant.revoked_at is not None or (grant.ends_at is not None and grant.ends_at <= at):
        return True
    return grant.valid_until is not None and grant.valid_until < day_of(at)


def actor_of_account(account: Account) -> Actor:
    """The account's actor with its reach on the tree. One query, whatever the scope: it is the beginning of all scopes.

    The window asks what `grants_in_force` says; a test holds the two together.
    """
    at = now()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT role, path, below, ends_at FROM organisations_reaches_of(%s, %s, %s)", [account.id, day_of(at), at]
        )
        reaches = tuple(Reach(Role(role), path, below, until) for role, path, below, until in cursor.fetchall())
    return Actor(name=account.name, account_id=account.id, member_id=account.member_id, reaches=reaches)


def holders_of(
    roles: Collection[Role], organisations: Iterable[UUID] | QuerySet[Organisation], *, at: datetime | None = None
) -> dict[UUID, list[UUID]]:
    """By organisation, the accounts that hold one of the roles exactly there and can sign in. One query.

    Who is secretary of a neighbouring branch may be known by name to whoever writes to it; nothing else is shown.
    """
    found: dict[UUID, list[UUID]] = {}
    with acting(Actor.system("who holds a role")):
        given = organisations.values("id") if isinstance(organisations, QuerySet) else set(organisations)
        rows = Grant.objects.filter(_held(roles, at), Q(organisation__in=given))
        for organisation, account in rows.order_by("id").values_list("organisation_id", "account_id"):
            if account not in found.setdefault(organisation, []):
                found[organisation].append(account)
    return found


def count_of_holders(roles: Collection[Role], *, at: datetime | None = None) -> Coalesce:
    """For a query of organisations: how many accounts hold one of the roles exactly there and can sign in."""
    rows = Grant.objects.filter(_held(roles, at), organisation=OuterRef("pk")).order_by().values("organisation")
    counted = rows.annotate(number=Count("account", distinct=True)).values("number")
    return Coalesce(Subquery(counted), Value(0), output_field=IntegerField())


def _held(roles: Collection[Role], at: datetime | None) -> Q:
    return grants_in_force(at) & Q(role__in=list(roles), account__is_active=True)


def accounts_in_reach(actor: Actor, permission: str) -> Q:
    """Which accounts an administrator reaches, as a condition on accounts.

    To see: accounts that hold or held a role within reach, and those without any role that the actor created.
    Administrators of a topmost organisation also see every account without a role (members who claimed their record).
    To manage or secure: the same, but no role still open may reach further than the actor: a new password opens all
    its doors.
    """
    condition = reach_condition(actor, permission, field="organisation__path")
    if condition is None:
        return Q(pk__in=[])
    roles = Grant.objects.filter(condition, account=OuterRef("pk"))
    # What lies outside the actor's reach row security hides, so that there is none is asked past it.
    seen = Q(Exists(roles)) | (_without_role(actor, permission) & ~_asked("organisations_has_role"))
    if permission == ACCOUNTS_VIEW:
        return seen
    reaches = actor.reaches_for(permission)
    trees = [reach.path for reach in reaches if reach.below]
    places = [reach.path for reach in reaches if not reach.below]
    at = now()
    return seen & ~_asked("organisations_roles_beyond", trees, places, day_of(at), at)


def staff_since(at: datetime, since: datetime) -> Q:
    """The condition on accounts that they hold a role at `at`, and received none after `since`."""
    roles = Grant.objects.filter(grants_not_over(at), account=OuterRef("pk"))
    return Q(Exists(roles)) & ~Q(Exists(roles.filter(valid_from__gt=day_of(since))))


def _without_role(actor: Actor, permission: str) -> Q:
    if any(reach.below and len(reach.path) <= STEP for reach in actor.reaches_for(permission)):
        return Q()
    return Q(created_by=actor.account_id)


def _asked(window: str, *more: object) -> Q:
    """The answer of a window of row security about the account."""
    return Q(Func(F("pk"), *(Value(one) for one in more), function=window, output_field=BooleanField()))


def grants_within(actor: Actor, permission: str = GRANTS_VIEW) -> QuerySet[Grant]:
    """Every grant, over or not, at organisations where the actor holds the permission."""
    rows = Grant.objects.select_related("account", "organisation")
    return within(rows, actor, permission, field="organisation__path")


def grant_for(actor: Actor, grant: UUID) -> Grant:
    """The grant, if the actor sees it.

    Raises:
        NotVisible: there is none, or it lies outside the actor's organisations.
    """
    found = grants_within(actor).filter(pk=grant).first()
    if found is None:
        raise NotVisible(_("There is no such role, or it is not in your organisations."))
    return found


def grants_of_account(actor: Actor, *, account: UUID) -> Sequence[Grant] | None:
    """The grants of an account that the actor sees, newest first; None where there are none. A panel of its page."""
    return list(grants_within(actor).filter(account=account).order_by("-valid_from", "-id")[:50]) or None


def state_of_grant(grant: Grant, at: datetime | None = None) -> str:
    """One of the four states of a grant at the instant (now, if none is given)."""
    at = at or now()
    if grant.revoked_at is not None and grant.revoked_at != grant.ends_at:
        return REVOKED
    if is_over(grant, at=at):
        return EXPIRED
    return PLANNED if grant.valid_from > day_of(at) else IN_FORCE


STATES = {
    IN_FORCE: gettext_lazy("in force"),
    PLANNED: gettext_lazy("not begun"),
    EXPIRED: gettext_lazy("expired"),
    REVOKED: gettext_lazy("revoked"),
}


def _state_condition(values: Sequence[str]) -> Q:
    at = now()
    ended = Q(revoked_at__isnull=True, valid_until__lt=day_of(at)) | Q(ends_at__lte=at, revoked_at=F("ends_at"))
    conditions = {
        IN_FORCE: grants_in_force(at),
        PLANNED: Q(revoked_at__isnull=True, valid_from__gt=day_of(at)),
        EXPIRED: ended | Q(revoked_at__isnull=True, ends_at__lte=at),
        REVOKED: Q(revoked_at__isnull=False) & (Q(ends_at__isnull=True) | ~Q(revoked_at=F("ends_at"))),
    }
    found = Q(pk__in=[])
    for value in values:
        found |= conditions.get(value, Q(pk__in=[]))
    return found


def _ids(field: str, values: Sequence[str]) -> Q:
    return Q(**{f"{field}__in": [one for one in map(parse_id, values) if one is not None]})


def _at_or_below(values: Sequence[str]) -> Q:
    found = Q(pk__in=[])
    wanted = [one for one in map(parse_id, values) if one is not None]
    for path in Organisation.objects.filter(pk__in=wanted).values_list("path", flat=True):
        found |= subtree(path, field="organisation__path")
    return found


GRANTS: Listing[Grant] = Listing(
    name="grants",
    columns=(
        ListColumn("account", gettext_lazy("Person"), lambda row: row.account.name, sort="person"),
        ListColumn("role", gettext_lazy("Role"), lambda row: row.get_role_display()),
        ListColumn("organisation", gettext_lazy("Organisation"), lambda row: row.organisation.short_name, sort="place"),
        ListColumn(
            "below",
            gettext_lazy("With those below"),
            lambda row: row.below,
            kind="yes_no",
            template="organisations/grants_below.html",
        ),
        ListColumn("valid_from", gettext_lazy("From"), lambda row: row.valid_from, sort="from", kind="date"),
        ListColumn("valid_until", gettext_lazy("Last day"), lambda row: row.valid_until, kind="date"),
        ListColumn("kind", gettext_lazy("Held or borrowed"), lambda row: row.get_kind_display(), shown=False),
        ListColumn(
            "state",
            gettext_lazy("State"),
            lambda row: STATES[state_of_grant(row)],
            template="organisations/grants_state.html",
        ),
        ListColumn("reason", gettext_lazy("Reason or document"), lambda row: row.reason, shown=False),
    ),
    sorts=(
        Sort("place", gettext_lazy("Organisation"), ("organisation__path", "id")),
        Sort("person", gettext_lazy("Person"), ("account__name", "id")),
        Sort("from", gettext_lazy("From"), ("valid_from", "id")),
    ),
    filters=(
        ListFilter("state", gettext_lazy("State"), _state_condition, lambda: tuple(STATES.items())),
        ListFilter("kind", gettext_lazy("Held or borrowed"), lambda values: Q(kind__in=values), lambda: Kind.choices),
        ListFilter("role", gettext_lazy("Role"), lambda values: Q(role__in=values), lambda: Role.choices),
        ListFilter("account", gettext_lazy("Person"), lambda values: _ids("account", values), kind="id"),
        ListFilter("organisation", gettext_lazy("Organisation"), _at_or_below, kind="id"),
    ),
    search=lambda text: (
        Q(account__name__icontains=text)
        | Q(account__username__istartswith=text)
        | Q(organisation__name__icontains=text)
        | Q(organisation__initials__startswith=text.lower())
    ),
)
"""By organisation and by person are the same list in another order."""
