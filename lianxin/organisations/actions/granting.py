"""What giving, lending and confirming a role have in common: who may receive it, and when it needs a second person."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from lianxin.kernel.accounts.models import Account
from lianxin.kernel.accounts.policy import days, number
from lianxin.kernel.authz import ADMINISTRATORS, Actor, Role, permission
from lianxin.kernel.authz.acting import acting
from lianxin.kernel.authz.roles import conflict
from lianxin.kernel.db.paths import subtree
from lianxin.kernel.errors import Conflict, InvalidInput, NotPermitted, NotVisible
from lianxin.kernel.events import EventType
from lianxin.kernel.events.record import record
from lianxin.kernel.time import day_of
from lianxin.organisations.events import GRANT_ASKED
from lianxin.organisations.models import Grant, GrantFacts, GrantRequest, Kind, Organisation, Outcome
from lianxin.organisations.permissions import GRANTS_CONFIRM
from lianxin.organisations.queries.grants import grants_not_over
from lianxin.organisations.queries.scope import alive_on

FACTS = ("account_id", "role", "organisation_id", "below", "valid_from", "valid_until", "kind", "ends_at", "reason")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A role that somebody is to receive. A borrowed one begins at once and ends at the instant `ends_at`."""

    account: UUID
    role: Role
    place: Organisation
    below: bool
    valid_from: date
    valid_until: date | None
    reason: str
    kind: Kind = Kind.STANDING
    ends_at: datetime | None = None

    def facts(self) -> dict[str, object]:
        """The columns that a grant and a request for one share."""
        return {
            "account_id": self.account,
            "role": self.role,
            "organisation": self.place,
            "below": self.below,
            "valid_from": self.valid_from,
            "valid_until": self.valid_until,
            "kind": self.kind,
            "ends_at": self.ends_at,
            "reason": self.reason,
        }


def require_person(actor: Actor) -> None:
    """Let only people go on: what a person confirms with password or code is never done by a program.

    Raises:
        NotPermitted: a token acts.
    """
    if actor.token_id is not None:
        raise NotPermitted(_("Programs do not give, lend or revoke roles. Do it on the screen, signed in yourself."))


def place_to_change(organisation: UUID) -> Organisation:
    """The organisation, locked, so that its dissolution and a new role cannot pass each other.

    Raises:
        NotVisible: there is none.
    """
    place = Organisation.objects.select_for_update().filter(pk=organisation).first()
    if place is None:
        raise NotVisible(_("There is no such record, or it is not in your organisations."))
    return place


def require_below(actor: Actor, permission: str, path: str) -> None:
    """A role that reaches below is handled only by those who reach below themselves.

    Raises:
        NotPermitted: the actor reaches the organisation only.
    """
    if not any(reach.below and reach.covers(path) for reach in actor.reaches_for(permission)):
        raise NotPermitted(
            _("You reach this organisation only, not those below it. Give the role without those below.")
        )


def check(wanted: Wanted, *, at: datetime) -> None:
    """Accept what is wanted; afterwards the receiver's account is locked until the transaction ends.

    Raises:
        InvalidInput: the days are wrong, the account is unknown or inactive, there is no reason, the organisation is
            dissolved; or separated duties forbid it.
        Conflict: the account holds that role there already.
    """
    day = day_of(at)
    # The receiver and their roles may lie outside the giver's organisations; duties are separated everywhere.
    with acting(Actor.system("roles of the receiver")):
        receiver = Account.objects.select_for_update(no_key=True).filter(pk=wanted.account, is_active=True).first()
        open_roles = list(Grant.objects.filter(grants_not_over(at), account=wanted.account))
    wrong: dict[str, str] = {}
    if receiver is None:
        wrong["account"] = _("There is no such account, or it is inactive.")
    if wanted.place.dissolved_on is not None and wanted.place.dissolved_on <= day:
        wrong["organisation"] = _("This organisation is dissolved; choose its successor.")
    if wanted.valid_from < day:
        wrong["valid_from"] = _("A role begins today or later, never in the past.")
    if wanted.valid_until is not None and wanted.valid_until < wanted.valid_from:
        wrong["valid_until"] = _("The last day lies before the first.")
    if not wanted.reason:
        wrong["reason"] = _("Write the reason or the number of the document.")
    for held in open_roles:
        if conflict(Role(held.role), wanted.role) and _overlap(held, wanted):
            wrong["role"] = _separated(Role(held.role), wanted.role)
    if wrong:
        raise InvalidInput(wrong)
    if any((held.role, held.organisation_id) == (wanted.role, wanted.place.pk) for held in open_roles):
        raise Conflict(_("This person holds that role here already. Revoke it first to change its days."))


def _overlap(held: Grant, wanted: Wanted) -> bool:
    """Whether the two are in force on one day; a borrowed role that ends today still counts today."""
    starts_before_end = held.valid_until is None or wanted.valid_from <= held.valid_until
    return starts_before_end and (wanted.valid_until is None or held.valid_from <= wanted.valid_until)


def _separated(held: Role, wanted: Role) -> str:
    if held in ADMINISTRATORS and wanted in ADMINISTRATORS:
        return _(
            "This person is %(held)s. Nobody is two of system administrator, security administrator and security "
            "auditor at the same time. Choose another person, or revoke that role first."
        ) % {"held": held.label}
    return _(
        "This person is %(held)s. Whoever administers or audits the system holds no role in the organisations' work at "
        "the same time, and the other way round. Choose another person, or revoke that role first."
    ) % {"held": held.label}


def needs_second_person(wanted: Wanted, *, at: datetime) -> bool:
    """Whether one person alone cannot give this.

    So it is for the duties and for every role that confirms, or the first person would make the second; and for each
    role over more than so many organisations below (a rule), together with those the person's open roles reach.
    """
    if wanted.role in ADMINISTRATORS or wanted.role in permission(GRANTS_CONFIRM).roles:
        return True
    if not wanted.below:
        return False
    most = number("grants.alone_organisations")
    with acting(Actor.system("organisations below")):  # the receiver's other roles may lie elsewhere
        if not _below({wanted.place.path}, at=at).exists():
            return False
        held = Grant.objects.filter(grants_not_over(at), account=wanted.account, below=True)
        paths = {wanted.place.path, *held.values_list("organisation__path", flat=True)}
        return _below(paths, at=at).values("pk")[: most + 1].count() > most


def _below(paths: Collection[str], *, at: datetime) -> QuerySet[Organisation]:
    """The living organisations below any of the paths."""
    trees = reduce(or_, (subtree(path) & ~Q(path=path) for path in sorted(paths)))
    return Organisation.objects.filter(alive_on(day_of(at)), trees)


def ask_second_person(actor: Actor, wanted: Wanted, *, at: datetime) -> GrantRequest:
    """Write down that the role is wanted; nothing is in force until somebody else confirms.

    Raises:
        Conflict: it waits already.
    """
    asked_by = actor.account_id
    if asked_by is None:
        raise NotPermitted(_("Please sign in first."))
    with acting(Actor.system("requests for the receiver")):
        waiting = GrantRequest.objects.filter(
            account=wanted.account, role=wanted.role, organisation=wanted.place, outcome=Outcome.WAITING
        )
        if waiting.exists():
            raise Conflict(_("The same role for this person waits for its second person already."))
    request = GrantRequest.objects.create(
        **wanted.facts(), asked_by=asked_by, asked_at=at, expires_at=at + days("grants.request_days")
    )
    write_event(actor, GRANT_ASKED, request, at=at, reason=wanted.reason, data={"expires_at": request.expires_at})
    return request


def put_in_force(wanted: Wanted, *, granted_by: UUID | None, confirmed_by: UUID | None = None) -> Grant:
    """The grant of what was checked."""
    return Grant.objects.create(**wanted.facts(), granted_by=granted_by, confirmed_by=confirmed_by)


def write_event(
    actor: Actor,
    kind: EventType,
    given: GrantFacts,
    *,
    at: datetime,
    reason: str,
    data: dict[str, object] | None = None,
) -> None:
    """One event about a grant or a request, with the receiver as its subject."""
    known = {"role": str(given.role), "below": given.below, "valid_until": given.valid_until, "ends_at": given.ends_at}
    name = "request" if isinstance(given, GrantRequest) else "grant"
    record(
        actor,
        kind,
        at=at,
        subject=given.account_id,
        organisation=given.organisation_id,
        organisation_path=given.organisation.path,
        effective_on=given.valid_from,
        reason=reason,
        data={name: given.pk} | {key: value for key, value in known.items() if value is not None} | (data or {}),
    )


def latest_end(wanted_end: datetime, *, at: datetime) -> str:
    """What is wrong with the end of a borrowed role; empty where nothing is."""
    longest = days("grants.borrowed_days")
    if wanted_end <= at:
        return _("The end lies in the past.")
    if wanted_end > at + longest + timedelta(minutes=1):
        return _("A role is lent for %(days)d days at most. Give a role of their own for longer.") % {
            "days": longest.days
        }
    return ""
