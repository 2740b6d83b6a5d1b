"""The people who can sign in to the demonstration: one for each role, all with one documented password."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lianxin.demo.load_rows import LOADED_BY
from lianxin.kernel.accounts.actions.administration import create_account
from lianxin.kernel.accounts.models import Account
from lianxin.kernel.authz import Actor, Role
from lianxin.kernel.db.paths import ancestors, subtree
from lianxin.kernel.time import day_of
from lianxin.kernel.web.actors import actor_of
from lianxin.members.actions.claims import claim, issue_codes
from lianxin.members.models import Member, Post
from lianxin.organisations.actions.grants import give_grant
from lianxin.organisations.models import Grant, Organisation

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

PASSWORD = "Lianxin-2026"  # noqa: S105 - printed by the command and in the README; works in demonstrations only
NAMES = ("clerk", "beisong", "town", "secretary", "member", "viewer", "admin", "security", "audit")
TOWN = "北宋镇"
LEAST_MEMBERS = 9
SYSTEM = Actor.system(LOADED_BY)


@dataclass(frozen=True, slots=True)
class Cast:
    """The actors of the demonstration and the branch whose secretary and member can sign in."""

    security: Actor
    clerk: Actor
    branch: Organisation
    member: Actor


def opened_accounts() -> list[Account]:
    """The demonstration's accounts, in the order in which they are worth trying."""
    found = {one.username: one for one in Account.objects.filter(username__in=NAMES)}
    return [found[name] for name in NAMES if name in found]


def introduced() -> list[tuple[str, str]]:
    """Who can sign in, as user name and what they are in words: the branch says more of a person than the name."""
    accounts = opened_accounts()
    leads = Grant.objects.filter(account__in=accounts, role=Role.SECRETARY).select_related("organisation")
    led = {one.account_id: f"{one.organisation.short_name}书记" for one in leads}
    members = Member.objects.filter(id__in=[one.member_id for one in accounts if one.member_id])
    of = {one.id: f"{one.organisation.short_name}党员" for one in members.select_related("organisation")}
    return [
        (one.username, f"{led.get(one.id) or of.get(one.member_id, '')} {one.name}".strip())
        if one.member_id
        else (one.username, f"{one.name}（只能查看）" if one.username == "viewer" else one.name)
        for one in accounts
    ]


def open_administration(*, top: Organisation, at: datetime) -> tuple[Actor, Actor]:
    """Open the accounts of the three administrators and of the organisation department's clerk.

    Returns the actors of the security administrator, who gives roles, and of the clerk.
    """
    place = top.short_name.removesuffix("委")
    _open("admin", "系统管理员", [(Role.SYSTEM_ADMINISTRATOR, top)], at)
    security = _open("security", "安全管理员", [(Role.SECURITY_ADMINISTRATOR, top)], at)
    _open("audit", "安全审计员", [(Role.AUDITOR, top)], at)
    clerk = _open("clerk", f"{place}委组织部干事", [(Role.ORG_DEPARTMENT, top)], at)
    return actor_of(security), actor_of(clerk)


def open_accounts(*, security: Actor, clerk: Actor, at: datetime) -> Cast:
    """Open the other accounts: clerk of a town, secretary and member of a branch, somebody who may only look.

    Secretary and member claim their record with a code, as real members do. The branch is one of 北宋镇 where the list
    has that town, else the first with members enough; the town's clerk is called accordingly.
    """
    branch, secretary, member = _branch()
    town = Organisation.objects.get(depth=max(2, _town_depth(branch)), path__in=ancestors(branch.path))
    username = "beisong" if town.short_name.startswith(TOWN) else "town"
    _open(username, f"{town.short_name}组织干事", [(Role.COMMITTEE_CLERK, town)], at)
    _open("viewer", "调研员", [(Role.VIEWER, town)], at)
    claimed = claim_records(clerk, {secretary.id: "secretary", member.id: "member"}, at=at)
    give_role(security, claimed["secretary"], Role.SECRETARY, branch, at=at)
    _ask_for_a_deputy(security, at=at)
    return Cast(security, clerk, branch, actor_of(claimed["member"]))


def give_role(security: Actor, account: Account, role: Role, place: Organisation, *, at: datetime) -> None:
    """Have the security administrator give an account a role at an organisation and below, from today on."""
    give_grant(
        security,
        account=account.id,
        role=role,
        organisation=place.id,
        below=True,
        valid_from=day_of(at),
        valid_until=None,
        reason=str(role.label),
        at=at,
    )


def _ask_for_a_deputy(security: Actor, *, at: datetime) -> None:
    """A high role that waits for its second person: the clerk finds it on the home page."""
    deputy = _open("deputy", "安全管理员（拟任）", [], at)
    give_grant(
        security,
        account=deputy.id,
        role=Role.SECURITY_ADMINISTRATOR,
        organisation=Organisation.objects.get(depth=1).id,
        below=True,
        valid_from=day_of(at),
        valid_until=None,
        reason="增配安全管理员，互为备岗",
        at=at,
    )


def claim_records(clerk: Actor, usernames: dict[UUID, str], *, at: datetime) -> dict[str, Account]:
    """Have members claim their records under these user names; the accounts by user name."""
    members = Member.objects.filter(id__in=usernames)
    numbers = {one.id: known.reveal() for one in members if (known := one.mobile or one.id_number)}
    return {
        usernames[one.member]: claim(
            name=one.name,
            number=numbers[one.member],
            code=one.code,
            username=usernames[one.member],
            password=PASSWORD,
            at=at,
        )
        for one in issue_codes(clerk, members=list(usernames), at=at)
    }


def _open(username: str, name: str, roles: Iterable[tuple[Role, Organisation]], at: datetime) -> Account:
    account, _temporary = create_account(SYSTEM, username=username, name=name, at=at)
    account.set_password(PASSWORD)
    account.must_change_password = False
    account.save()
    for role, place in roles:
        give_grant(
            SYSTEM,
            account=account.id,
            role=role,
            organisation=place.id,
            below=True,
            valid_from=day_of(at),
            valid_until=None,
            reason="演示账号",
            at=at,
        )
    return account


def _branch() -> tuple[Organisation, Member, Member]:
    """A village branch, its secretary and a member of it who holds no post."""
    villages = Organisation.objects.filter(is_village_or_community=True, full_members__gte=LEAST_MEMBERS)
    chosen = villages.filter(org_type="branch").exclude(secretary="").order_by("path")
    town = Organisation.objects.filter(short_name__startswith=TOWN).order_by("path").first()
    branch = (chosen.filter(subtree(town.path)).first() if town else None) or chosen.first()
    if branch is None:
        raise RuntimeError("The demonstration has no village branch with nine members or more.")
    in_posts = Post.objects.filter(member__organisation=branch, until__isnull=True)
    secretary = in_posts.get(organisation=branch, kind="secretary").member
    member = (
        Member.objects.filter(organisation=branch, membership_status="normal", is_lost=False, person_category="full")
        .exclude(id__in=in_posts.values("member"))
        .order_by("pinyin", "id")[0]
    )
    return branch, secretary, member


def _town_depth(branch: Organisation) -> int:
    """How deep the nearest committee above the branch stands: the town's, or the county's where there is none."""
    above = Organisation.objects.filter(
        path__in=ancestors(branch.path), org_type__in=("grassroots_committee", "work_committee")
    )
    return above.order_by("-depth").values_list("depth", flat=True).first() or 1
