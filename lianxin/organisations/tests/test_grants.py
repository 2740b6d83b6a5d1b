"""Roles on the tree: giving, revoking, and what they open the very next moment."""

from contextlib import suppress
from dataclasses import astuple
from datetime import date, timedelta
from unittest.mock import patch

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from lianxin.kernel.accounts.actions import administration
from lianxin.kernel.accounts.models import Account
from lianxin.kernel.accounts.permissions import MANAGE, SECURE
from lianxin.kernel.accounts.queries.accounts import accounts_within
from lianxin.kernel.authz import Actor, Role, acting
from lianxin.kernel.errors import Conflict, InvalidInput, NotPermitted, NotVisible
from lianxin.kernel.models import Event
from lianxin.kernel.time import day_of
from lianxin.kernel.web.actors import actor_of
from lianxin.organisations.actions.facts import NewOrganisation
from lianxin.organisations.actions.grants import give_grant, revoke_grant
from lianxin.organisations.actions.set_up import Founding, set_up_many
from lianxin.organisations.models import Grant
from lianxin.organisations.permissions import GRANTS_CHANGE, VIEW
from lianxin.organisations.queries.grants import grants_in_force, grants_within, state_of_grant
from tests.cast import sign_in_now


@pytest.fixture
def town_admin(cast, today):
    """A security administrator of the northern town only."""
    person = Account.objects.create_account("town_admin", None, name="镇管理员")
    Grant.objects.create(
        account=person,
        role=Role.SECURITY_ADMINISTRATOR,
        organisation=cast.north,
        valid_from=today,
        reason="tests",
    )
    return person


@pytest.fixture
def town_opener(cast, today):
    """A system administrator of the northern town only."""
    person = Account.objects.create_account("town_opener", None, name="镇系统管理员")
    Grant.objects.create(
        account=person,
        role=Role.SYSTEM_ADMINISTRATOR,
        organisation=cast.north,
        valid_from=today,
        reason="tests",
    )
    return person


@pytest.fixture
def give(cast, today, at):
    """Give the stranger a role at the willow branch, changed as a test says."""

    def act(giver="security_admin", **changes):
        actor = actor_of(giver) if isinstance(giver, Account) else cast.actor(giver)
        facts = {
            "account": cast.stranger.id,
            "role": Role.SECRETARY,
            "organisation": cast.willow.id,
            "below": True,
            "valid_from": today,
            "valid_until": None,
            "reason": "利组发〔2026〕8号",
            "at": at,
        }
        return give_grant(actor, **{**facts, **changes})

    return act


def test_the_actor_holds_what_the_grants_in_force_say(cast, today, at, as_owner):
    """The window that begins every request says the same as the condition everything else asks."""
    day, person = timedelta(days=1), cast.stranger
    for number, changes in enumerate(
        (
            {},
            {"valid_from": today + day},
            {"valid_until": today},
            {"valid_until": today - day},
            {"ends_at": at + timedelta(minutes=1), "kind": "borrowed"},
            {"ends_at": at, "kind": "borrowed"},
            {"revoked_at": at},
        )
    ):
        facts = {"valid_from": today - 9 * day, "reason": str(number), "organisation": cast.willow, "role": Role.VIEWER}
        with suppress(IntegrityError), transaction.atomic():  # two that overlap are refused: either way they agree
            Grant.objects.create(account=person, **(facts | changes))
        said = Grant.objects.filter(grants_in_force(at), account=person).order_by("organisation__path")
        wanted = said.values_list("role", "organisation__path", "below", "ends_at")
        with patch("lianxin.organisations.queries.grants.now", return_value=at):
            assert [astuple(one) for one in actor_of(person).reaches] == list(wanted)
        Grant.objects.filter(account=person).delete()


def test_a_role_opens_its_place_at_once_and_closes_at_once(cast, give, at):
    assert not cast.actor("stranger").may(VIEW, cast.willow.path)
    grant = give()
    assert cast.actor("stranger").may(VIEW, cast.willow.path)
    assert not cast.actor("stranger").may(VIEW, cast.poplar.path)
    assert not cast.actor("stranger").may(VIEW, cast.north.path)
    revoke_grant(cast.actor("security_admin"), grant=grant.id, reason="调离", at=at)
    assert not cast.actor("stranger").may(VIEW, cast.willow.path)
    kinds = Event.objects.filter(subject_id=cast.stranger.id).order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["organisations.granted", "organisations.revoked"]


def test_without_those_below_a_role_opens_one_place(cast, give):
    give(organisation=cast.north.id, below=False, role=Role.COMMITTEE_CLERK)
    actor = cast.actor("stranger")
    assert actor.may(VIEW, cast.north.path)
    assert not actor.may(VIEW, cast.willow.path)


def test_a_role_begins_and_ends_on_its_days(cast, give, today):
    grant = give(valid_from=today + timedelta(days=1), valid_until=today + timedelta(days=2))
    assert not cast.actor("stranger").reaches
    Grant.objects.filter(pk=grant.pk).update(valid_from=today, valid_until=today)
    assert cast.actor("stranger").reaches
    Grant.objects.filter(pk=grant.pk).update(valid_from=today - timedelta(2), valid_until=today - timedelta(1))
    assert not cast.actor("stranger").reaches


@pytest.mark.parametrize("who", ["expired", "revoked", "stranger"])
def test_a_role_that_is_over_opens_nothing(cast, who):
    assert not cast.actor(who).reaches
    assert not grants_within(cast.actor(who)).exists()


@pytest.mark.parametrize("who", ["clerk", "town_clerk", "secretary", "viewer"])
def test_only_administrators_give_roles(cast, give, who):
    before = Grant.objects.count()
    with pytest.raises(NotPermitted):
        give(who)
    assert Grant.objects.count() == before
    assert not Event.objects.filter(kind="organisations.granted").exists()


@pytest.mark.parametrize("who", ["outsider", "sibling", "expired", "revoked", "stranger"])
def test_for_others_the_place_does_not_exist(cast, give, who):
    with pytest.raises(NotVisible):
        give(who)


@pytest.mark.parametrize("place", ["county", "south", "reed"])
def test_an_administrator_gives_roles_only_below_their_own_place(cast, give, town_admin, place):
    with pytest.raises(NotVisible):
        give(town_admin, organisation=getattr(cast, place).id)
    assert give(town_admin, organisation=cast.poplar.id)


def test_whoever_does_not_reach_below_cannot_give_what_lies_below(cast, give, town_admin):
    Grant.objects.filter(account=town_admin).update(below=False)
    with pytest.raises(NotPermitted):
        give(town_admin, organisation=cast.north.id)
    assert give(town_admin, organisation=cast.north.id, below=False)


def test_nobody_gives_or_revokes_their_own_role(cast, give, at):
    with pytest.raises(NotPermitted):
        give(account=cast.security_admin.id)
    own = Grant.objects.get(account=cast.security_admin)
    with pytest.raises(NotPermitted):
        revoke_grant(cast.actor("security_admin"), grant=own.id, reason="x", at=at)


def test_wrong_facts_are_named_together(cast, give, today):
    Account.objects.filter(pk=cast.stranger.pk).update(is_active=False)
    with pytest.raises(InvalidInput) as refused:
        give(valid_from=today - timedelta(1), valid_until=today - timedelta(2), reason=" ")
    assert set(refused.value.fields) == {"account", "valid_from", "valid_until", "reason"}


def test_the_same_role_is_not_given_twice(cast, give):
    give()
    with pytest.raises(Conflict):
        give()


def test_what_is_over_cannot_be_revoked_and_stays_on_record(cast, give, at):
    grant = give()
    revoke_grant(cast.actor("security_admin"), grant=grant.id, reason="调离", at=at)
    with pytest.raises(Conflict):
        revoke_grant(cast.actor("security_admin"), grant=grant.id, reason="再次", at=at)
    assert state_of_grant(Grant.objects.get(pk=grant.pk)) == "revoked"


def test_a_town_administrator_does_not_see_roles_elsewhere(cast, town_admin):
    places = {one.organisation.path for one in grants_within(actor_of(town_admin))}
    assert places
    assert all(path.startswith(cast.north.path) for path in places)


# --- accounts in reach


def usernames(actor, permission=SECURE):
    return set(accounts_within(actor, permission).values_list("username", flat=True))


def test_a_town_administrator_manages_accounts_of_the_town_only(cast, town_admin):
    managed = usernames(actor_of(town_admin))
    assert {"secretary", "sibling", "town_clerk", "expired", "revoked"} <= managed
    assert not managed & {"clerk", "security_admin", "outsider", "far_secretary", "stranger"}
    assert not usernames(actor_of(town_admin), MANAGE)


@pytest.mark.parametrize(
    ("role", "facts"),
    [
        (Role.VIEWER, {}),
        (Role.ORG_DEPARTMENT, {"below": False}),
        (Role.COMMITTEE_CLERK, {"valid_from": date(2999, 1, 1)}),
    ],
)
def test_an_account_with_a_wider_role_is_seen_but_not_managed(cast, town_admin, today, at, role, facts):
    Grant.objects.create(
        account=cast.secretary, role=role, organisation=cast.county, reason="x",
        granted_by=cast.security_admin.id, **{"valid_from": today, **facts},
    )  # fmt: skip
    actor = actor_of(town_admin)
    with acting(actor):  # as in a request, where row security hides the wider role
        assert "secretary" in usernames(actor, "accounts.account:view")
        assert "secretary" not in usernames(actor)
        assert "sibling" in usernames(actor)
        with pytest.raises(NotPermitted):
            administration.reset_password(actor, account=cast.secretary.id, reason="x", at=at)
    assert not Event.objects.filter(kind="accounts.password_reset").exists()


def test_a_wider_role_is_not_managed_through_the_screen_either(cast, town_admin, today):
    Grant.objects.create(
        account=cast.secretary, role=Role.ORG_DEPARTMENT, organisation=cast.county, valid_from=today, reason="x"
    )
    browser = Client()
    browser.force_login(town_admin)
    sign_in_now(browser)
    assert browser.get(f"/account/accounts/{cast.secretary.id}/").status_code == 200
    assert browser.post(f"/account/accounts/{cast.secretary.id}/reset/", {"reason": "x"}).status_code == 403


def test_a_role_of_this_place_alone_is_managed_by_whoever_reaches_it_alone(cast, town_admin, today):
    Grant.objects.filter(account=town_admin).update(below=False)
    Grant.objects.create(
        account=cast.stranger, role=Role.VIEWER, organisation=cast.north, below=False, valid_from=today, reason="x"
    )
    actor = actor_of(town_admin)
    with acting(actor):
        assert "stranger" in usernames(actor)
        assert not usernames(actor) & {"town_clerk", "secretary"}


def test_the_administrators_of_one_county_do_not_see_accounts_of_another(cast, today, at):
    new = NewOrganisation(
        name="中国共产党垦利区委员会", short_name="垦利区委", org_type="grassroots_committee", code="370505"
    )
    other = Founding(new=new, parent=None, founded_on=today, document_no="x", reason="x")
    set_up_many(Actor.system("tests"), foundings=[other], at=at)
    for name, role in (("other_admin", Role.SECURITY_ADMINISTRATOR), ("other_opener", Role.SYSTEM_ADMINISTRATOR)):
        person = Account.objects.create_account(name, None, name=name)
        Grant.objects.create(account=person, role=role, organisation_id=other.id, valid_from=today, reason="x")
        actor = actor_of(person)
        with acting(actor):
            seen = usernames(actor, "accounts.account:view")
            assert {name, "stranger"} <= seen <= {"other_admin", "other_opener", "stranger"}
            with pytest.raises(NotVisible):
                administration.reset_password(actor, account=cast.clerk.id, reason="x", at=at)


def test_who_made_an_account_manages_it_no_more_once_it_has_a_role_elsewhere(cast, town_opener, today, at):
    actor = actor_of(town_opener)
    made, _password = administration.create_account(actor, username="newcomer", name="新人", at=at)
    with acting(actor):
        assert "newcomer" in usernames(actor, MANAGE)
    Grant.objects.create(account=made, role=Role.VIEWER, organisation=cast.south, valid_from=today, reason="x")
    with acting(actor):
        assert "newcomer" not in usernames(actor, "accounts.account:view")


def test_accounts_elsewhere_do_not_exist_for_a_town_administrator(cast, town_opener, at):
    with pytest.raises(NotVisible):
        administration.deactivate_account(actor_of(town_opener), account=cast.outsider.id, reason="x", at=at)
    assert Account.objects.get(pk=cast.outsider.pk).is_active


def test_a_new_account_is_seen_by_its_maker_and_the_top_but_by_no_other_town(cast, town_opener, at):
    made, password = administration.create_account(actor_of(town_opener), username="newcomer", name="新人", at=at)
    assert made.check_password(password)
    assert made.must_change_password
    assert "newcomer" in usernames(actor_of(town_opener), MANAGE)
    assert "newcomer" in usernames(cast.actor("security_admin"))
    assert "newcomer" in usernames(cast.actor("system_admin"), MANAGE)
    other = Account.objects.create_account("south_admin", None, name="x")
    Grant.objects.create(
        account=other, role=Role.SECURITY_ADMINISTRATOR, organisation=cast.south, valid_from=day_of(at), reason="x",
    )  # fmt: skip
    assert "newcomer" not in usernames(actor_of(other))


@pytest.mark.parametrize("who", ["clerk", "secretary", "stranger", "viewer", "auditor"])
def test_others_manage_no_account(cast, who, at):
    assert not usernames(cast.actor(who))
    with pytest.raises(NotPermitted):
        administration.create_account(cast.actor(who), username="newcomer", name="新人", at=at)
    with pytest.raises(NotVisible):
        administration.reset_password(cast.actor(who), account=cast.sibling.id, reason="x", at=at)


def test_nobody_manages_their_own_account(cast, at):
    with pytest.raises(NotPermitted):
        administration.reset_password(cast.actor("security_admin"), account=cast.security_admin.id, reason="x", at=at)
    with pytest.raises(NotPermitted):
        administration.deactivate_account(cast.actor("system_admin"), account=cast.system_admin.id, reason="x", at=at)


def test_who_opens_accounts_resets_none_and_the_other_way_round(cast, at):
    with pytest.raises(NotPermitted):
        administration.reset_password(cast.actor("system_admin"), account=cast.secretary.id, reason="x", at=at)
    with pytest.raises(NotPermitted):
        administration.deactivate_account(cast.actor("security_admin"), account=cast.secretary.id, reason="x", at=at)
    with pytest.raises(NotPermitted):
        administration.create_account(cast.actor("security_admin"), username="newcomer", name="新人", at=at)
    assert Account.objects.get(pk=cast.secretary.pk).is_active
    assert not Event.objects.filter(kind__startswith="accounts.").exists()


def test_deactivating_and_reactivating_are_recorded_with_their_reason(cast, at):
    actor = cast.actor("system_admin")
    browser = cast.client("secretary")
    administration.deactivate_account(actor, account=cast.secretary.id, reason="退休", at=at)
    assert browser.get("/account/sessions/").status_code == 302
    with pytest.raises(Conflict):
        administration.deactivate_account(actor, account=cast.secretary.id, reason="退休", at=at)
    administration.reactivate_account(actor, account=cast.secretary.id, reason="返聘", at=at)
    events = Event.objects.filter(subject_id=cast.secretary.id, kind__startswith="accounts.").order_by("id")
    assert [(one.kind, one.reason) for one in events] == [
        ("accounts.deactivated", "退休"),
        ("accounts.reactivated", "返聘"),
    ]


def test_taken_or_malformed_names_and_phones_are_refused(cast, at):
    actor = cast.actor("system_admin")
    administration.create_account(actor, username="newcomer", name="新人", phone="123 4567 8901", at=at)
    for wrong, field in [
        ({"username": "NewComer"}, "username"),
        ({"username": "1bad"}, "username"),
        ({"username": "fresh", "phone": "12345678901"}, "phone"),
        ({"username": "fresh", "phone": "0546-123"}, "phone"),
    ]:
        with pytest.raises(InvalidInput) as refused:
            administration.create_account(actor, name="新人", at=at, **wrong)
        assert field in refused.value.fields


def test_only_administrators_hold_the_permission_to_give(cast):
    assert {
        who
        for who in ("clerk", "viewer", "town_clerk", "system_admin", "security_admin", "auditor")
        if cast.actor(who).may_somewhere(GRANTS_CHANGE)
    } == {"security_admin"}
