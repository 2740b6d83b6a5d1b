"""Separated duties: who holds one of the three administrators' roles holds no other, whoever writes it down."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from lianxin.kernel.accounts.models import Account
from lianxin.kernel.authz import ADMINISTRATORS, Actor, Role
from lianxin.kernel.authz.permissions import permissions_of
from lianxin.kernel.authz.roles import conflict
from lianxin.kernel.errors import InvalidInput
from lianxin.kernel.models import Event
from lianxin.organisations.actions.grants import give_grant
from lianxin.organisations.models import Grant

PAIRS = [(held, wanted) for held in Role for wanted in Role if conflict(held, wanted)]
HELD_BY = {
    Role.ORG_DEPARTMENT: "clerk",
    Role.COMMITTEE_CLERK: "town_clerk",
    Role.SECRETARY: "secretary",
    Role.VIEWER: "viewer",
    Role.SYSTEM_ADMINISTRATOR: "system_admin",
    Role.SECURITY_ADMINISTRATOR: "security_admin",
    Role.AUDITOR: "auditor",
}


@pytest.fixture
def give(cast, today, at):
    def act(actor=None, **changes):
        facts = {
            "account": cast.stranger.id,
            "role": Role.SECRETARY,
            "organisation": cast.willow.id,
            "below": True,
            "valid_from": today,
            "valid_until": None,
            "reason": "任命",
            "at": at,
        }
        return give_grant(actor or Actor.system("tests"), **{**facts, **changes})

    return act


def test_three_duties_exclude_each_other_and_every_other_role():
    assert len(PAIRS) == 3 * 2 + 2 * 3 * 4
    assert not conflict(Role.SECRETARY, Role.COMMITTEE_CLERK)
    assert not conflict(Role.AUDITOR, Role.AUDITOR)


@pytest.mark.parametrize(("held", "wanted"), PAIRS)
def test_the_act_refuses_both_with_a_sentence(cast, give, held, wanted):
    with pytest.raises(InvalidInput) as refused:
        give(account=getattr(cast, HELD_BY[held]).id, role=wanted)
    assert "role" in refused.value.fields
    assert not Event.objects.filter(kind="organisations.granted").exists()


@pytest.mark.parametrize(("held", "wanted"), PAIRS)
def test_the_database_refuses_both(cast, today, held, wanted):
    facts = {"role": wanted, "organisation": cast.willow, "valid_from": today, "reason": "tests"}
    with pytest.raises(IntegrityError, match="alone"), transaction.atomic():
        Grant.objects.create(account=getattr(cast, HELD_BY[held]), **facts)


def test_planned_roles_count_and_days_that_do_not_touch_are_free(cast, give, today):
    give(role=Role.AUDITOR, valid_from=today + timedelta(30), valid_until=today + timedelta(60))
    with pytest.raises(InvalidInput):
        give()
    with pytest.raises(InvalidInput):
        give(valid_until=today + timedelta(30))
    with pytest.raises(InvalidInput):
        give(valid_from=today + timedelta(60))
    assert give(valid_until=today + timedelta(29))
    assert give(role=Role.VIEWER, valid_from=today + timedelta(61))


def test_the_database_counts_days_as_the_act_does(cast, today):
    def write(role, first, last):
        Grant.objects.create(
            account=cast.stranger,
            role=role,
            organisation=cast.willow,
            valid_from=today + timedelta(first),
            valid_until=today + timedelta(last),
            reason="tests",
        )

    write(Role.AUDITOR, 30, 60)
    with pytest.raises(IntegrityError), transaction.atomic():
        write(Role.SECRETARY, 0, 30)
    with pytest.raises(IntegrityError), transaction.atomic():
        write(Role.SECRETARY, 60, 60)
    write(Role.SECRETARY, 0, 29)
    write(Role.SECRETARY, 61, 70)


def test_a_revoked_role_hinders_nothing(cast, give, at):
    Grant.objects.filter(account=cast.secretary).update(revoked_at=at)
    assert give(account=cast.secretary.id, role=Role.AUDITOR)


def test_one_may_hold_several_roles_of_content_and_one_duty_at_two_places(cast, give):
    assert give(account=cast.secretary.id, role=Role.COMMITTEE_CLERK, organisation=cast.poplar.id)
    assert give(account=cast.auditor.id, role=Role.AUDITOR, organisation=cast.north.id)


def test_nobody_holds_what_belongs_to_another_duty():
    """System: accounts and nothing else; security: roles and no member; auditor: the log alone."""
    system, security, auditor = (permissions_of(role) for role in (
        Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.AUDITOR))  # fmt: skip
    assert not {one for one in system | security if one.startswith(("members.", "files.", "audit."))}
    assert not {one for one in system if one.startswith("organisations.")}
    assert not {one for one in auditor if one.startswith(("members.", "organisations.", "accounts.", "files.import"))}
    assert system & security == {"accounts.account:view"}
    others = set().union(*(permissions_of(role) for role in Role if role not in ADMINISTRATORS))
    assert not others & {"organisations.grant:change", "accounts.account:manage", "accounts.account:secure"}


@pytest.mark.parametrize("field", ["granted_by", "confirmed_by"])
def test_the_database_refuses_a_role_for_oneself(cast, today, field):
    with pytest.raises(IntegrityError, match="grant_not_to_oneself"), transaction.atomic():
        Grant.objects.create(
            account=cast.stranger, role=Role.VIEWER, organisation=cast.willow, valid_from=today, reason="x",
            **{field: cast.stranger.id},
        )  # fmt: skip


def test_the_database_refuses_a_duty_given_by_one_person(cast, today):
    for confirmed_by in (None, cast.security_admin.id):
        with pytest.raises(IntegrityError, match="grant_of_duty_by_two"), transaction.atomic():
            Grant.objects.create(
                account=cast.stranger, role=Role.AUDITOR, organisation=cast.county, valid_from=today, reason="x",
                granted_by=cast.security_admin.id, confirmed_by=confirmed_by,
            )  # fmt: skip


def test_the_product_gives_the_first_duties_and_the_log_names_it(cast, give):
    person = Account.objects.create_account("first", None, name="首任")
    grant = give(Actor.system("lianxin appoint"), account=person.id, role=Role.SECURITY_ADMINISTRATOR)
    assert (grant.granted_by, grant.confirmed_by) == (None, None)
    event = Event.objects.get(kind="organisations.granted")
    assert (event.actor_name, event.actor_id) == ("lianxin appoint", None)
