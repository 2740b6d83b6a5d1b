"""High roles need two persons: asking, confirming, declining, withdrawing, and what happens when nobody decides."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from lianxin.kernel.accounts import policy
from lianxin.kernel.accounts.actions.administration import reset_password, reset_second_factor
from lianxin.kernel.accounts.models import Account
from lianxin.kernel.authz import Role
from lianxin.kernel.errors import Conflict, InvalidInput, NotPermitted, NotVisible
from lianxin.kernel.models import Event
from lianxin.kernel.time import day_of
from lianxin.kernel.web.actors import actor_of
from lianxin.organisations.actions.grant_requests import (
    confirm_grant,
    decline_grant,
    expire_requests,
    withdraw_grant,
)
from lianxin.organisations.actions.grants import give_grant, revoke_grant
from lianxin.organisations.models import Grant, GrantRequest
from lianxin.organisations.queries.grant_requests import requests_to_decide


@pytest.fixture
def ask(cast, today, at):
    """The security administrator asks for a role for the stranger, changed as a test says."""

    def act(**changes):
        facts = {
            "account": cast.stranger.id,
            "role": Role.AUDITOR,
            "organisation": cast.county.id,
            "below": True,
            "valid_from": today,
            "valid_until": None,
            "reason": "利委〔2026〕3号",
            "at": at,
        }
        return give_grant(cast.actor("security_admin"), **{**facts, **changes})

    return act


def kinds():
    written = Event.objects.filter(kind__startswith="organisations.grant").order_by("id")
    return list(written.values_list("kind", flat=True))


def test_until_a_second_person_confirms_nothing_is_in_force(cast, ask, at):
    asked = ask()
    assert isinstance(asked, GrantRequest)
    assert not cast.actor("stranger").reaches
    grant = confirm_grant(cast.actor("clerk"), request=asked.pk, at=at)
    assert (grant.granted_by, grant.confirmed_by) == (cast.security_admin.id, cast.clerk.id)
    assert [reach.role for reach in cast.actor("stranger").reaches] == [Role.AUDITOR]
    assert kinds() == ["organisations.grant_asked", "organisations.grant_confirmed"]
    asked.refresh_from_db()
    assert (asked.outcome, asked.grant_id) == ("confirmed", grant.pk)


def set_alone(monkeypatch, most):
    """Change the rule: up to so many organisations below one person gives a role alone."""
    numbers = policy._source
    monkeypatch.setattr(
        policy, "_source", lambda name: most if name == "security.grants.alone_organisations" else numbers(name)
    )


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.AUDITOR])
def test_every_duty_needs_two_wherever_it_is(cast, ask, role):
    assert isinstance(ask(role=role, organisation=cast.willow.id, below=False), GrantRequest)


@pytest.mark.parametrize(
    ("role", "place", "below", "alone", "waits"),
    [
        (Role.COMMITTEE_CLERK, "county", True, 4, True),
        (Role.COMMITTEE_CLERK, "county", True, 5, False),
        (Role.COMMITTEE_CLERK, "north", True, 1, True),
        (Role.COMMITTEE_CLERK, "north", True, 2, False),
        (Role.COMMITTEE_CLERK, "county", False, 0, False),
        (Role.SECRETARY, "county", True, 4, True),
        (Role.SECRETARY, "county", True, 5, False),
        (Role.SECRETARY, "willow", True, 0, False),
        (Role.VIEWER, "county", True, 4, True),
        (Role.VIEWER, "county", False, 0, False),
    ],
)
def test_roles_over_many_organisations_need_two_by_a_rule(cast, ask, monkeypatch, role, place, below, alone, waits):
    set_alone(monkeypatch, alone)
    given = ask(role=role, organisation=getattr(cast, place).id, below=below)
    assert isinstance(given, GrantRequest if waits else Grant)


def test_what_somebody_reaches_already_is_counted_along(cast, ask, monkeypatch):
    set_alone(monkeypatch, 2)
    assert isinstance(ask(role=Role.VIEWER, organisation=cast.north.id), Grant)
    assert isinstance(ask(role=Role.SECRETARY, organisation=cast.north.id), Grant)  # the same two organisations
    assert isinstance(ask(role=Role.SECRETARY, organisation=cast.willow.id), Grant)  # nothing lies below
    assert isinstance(ask(role=Role.VIEWER, organisation=cast.south.id), GrantRequest)


@pytest.mark.parametrize("below", [True, False])
def test_a_role_that_confirms_needs_two_wherever_it_is(cast, ask, at, below):
    """Else the first person would make the second of their own."""
    asked = ask(role=Role.ORG_DEPARTMENT, organisation=cast.willow.id, below=below)
    assert isinstance(asked, GrantRequest)
    with pytest.raises(NotVisible):
        confirm_grant(cast.actor("stranger"), request=asked.pk, at=at)


@pytest.mark.parametrize("reset", [reset_password, reset_second_factor])
def test_whose_account_the_asker_reset_does_not_decide_for_them(cast, ask, at, reset):
    asked = ask()
    Authenticator.objects.create(user=cast.clerk, type=Authenticator.Type.TOTP, data={})
    reset(cast.actor("security_admin"), account=cast.clerk.id, reason="遗失", at=at)
    for act in (confirm_grant, lambda actor, **facts: decline_grant(actor, reason="x", **facts)):
        with pytest.raises(NotPermitted, match="30"):
            act(cast.actor("clerk"), request=asked.pk, at=at + timedelta(days=1))
    assert GrantRequest.objects.get().outcome == "waiting"
    later = at + timedelta(days=30)
    again = ask(at=later, account=cast.revoked.id, valid_from=day_of(later))
    assert confirm_grant(cast.actor("clerk"), request=again.pk, at=later)


def test_a_reset_by_somebody_else_hinders_nobody(cast, ask, at, today):
    other = Account.objects.create_account("other", None, name="x")
    Grant.objects.create(
        account=other, role=Role.SECURITY_ADMINISTRATOR, organisation=cast.county, valid_from=today, reason="x"
    )
    reset_password(actor_of(other), account=cast.clerk.id, reason="忘记", at=at)
    assert confirm_grant(cast.actor("clerk"), request=ask().pk, at=at)


@pytest.mark.parametrize(
    ("who", "refusal"),
    [
        ("security_admin", NotPermitted),  # asked for it
        ("system_admin", NotVisible),
        ("viewer", NotVisible),
        ("town_clerk", NotVisible),
        ("auditor", NotVisible),
        ("stranger", NotVisible),
        ("outsider", NotVisible),
    ],
)
def test_nobody_else_decides_and_nothing_changes(cast, ask, at, who, refusal):
    asked = ask()
    for act in (confirm_grant, lambda actor, **facts: decline_grant(actor, reason="x", **facts)):
        with pytest.raises(refusal):
            act(cast.actor(who), request=asked.pk, at=at)
    assert GrantRequest.objects.get().outcome == "waiting"
    assert kinds() == ["organisations.grant_asked"]


def test_nobody_confirms_their_own_role(cast, at, today):
    clerk_for_clerk = GrantRequest.objects.create(
        account=cast.clerk, role=Role.ORG_DEPARTMENT, organisation=cast.north, below=True, valid_from=today, reason="x",
        asked_by=cast.security_admin.id, asked_at=at, expires_at=at + timedelta(7),
    )  # fmt: skip
    with pytest.raises(NotPermitted):
        confirm_grant(cast.actor("clerk"), request=clerk_for_clerk.pk, at=at)
    assert clerk_for_clerk not in requests_to_decide(cast.actor("clerk"))


def test_whoever_reaches_the_place_only_does_not_confirm_what_lies_below(cast, ask, at):
    asked = ask()
    Grant.objects.filter(account=cast.clerk).update(below=False)
    with pytest.raises(NotPermitted):
        confirm_grant(cast.actor("clerk"), request=asked.pk, at=at)
    assert not requests_to_decide(cast.actor("clerk")).exists()


def test_declining_says_why_and_gives_nothing(cast, ask, at):
    asked = ask()
    with pytest.raises(InvalidInput):
        decline_grant(cast.actor("clerk"), request=asked.pk, reason=" ", at=at)
    decline_grant(cast.actor("clerk"), request=asked.pk, reason="人选未经研究", at=at)
    assert not cast.actor("stranger").reaches
    event = Event.objects.get(kind="organisations.grant_declined")
    assert (event.reason, event.subject_id) == ("人选未经研究", cast.stranger.id)
    with pytest.raises(Conflict):
        confirm_grant(cast.actor("clerk"), request=asked.pk, at=at)


def test_only_who_asked_withdraws(cast, ask, at):
    asked = ask()
    with pytest.raises(NotPermitted):
        withdraw_grant(cast.actor("clerk"), request=asked.pk, at=at)
    withdraw_grant(cast.actor("security_admin"), request=asked.pk, at=at)
    with pytest.raises(Conflict):
        confirm_grant(cast.actor("clerk"), request=asked.pk, at=at)


def test_undecided_it_expires_at_the_instant_and_is_written_down(cast, ask, at):
    asked = ask()
    end = at + timedelta(days=7)
    assert asked.expires_at == end
    with pytest.raises(Conflict):
        confirm_grant(cast.actor("clerk"), request=asked.pk, at=end)
    assert expire_requests(at=end - timedelta(seconds=1)) == 0
    assert expire_requests(at=end) == 1
    assert expire_requests(at=end) == 0
    assert GrantRequest.objects.get().outcome == "expired"
    assert kinds()[-1] == "organisations.grant_expired"
    assert isinstance(ask(at=end, valid_from=day_of(end)), GrantRequest)


def test_the_same_is_not_asked_twice(cast, ask):
    ask()
    with pytest.raises(Conflict):
        ask()
    assert GrantRequest.objects.count() == 1


def test_what_changed_meanwhile_is_checked_again(cast, ask, at, today):
    asked = ask()
    Grant.objects.create(account=cast.stranger, role=Role.VIEWER, organisation=cast.reed, valid_from=today, reason="x")
    with pytest.raises(InvalidInput):
        confirm_grant(cast.actor("clerk"), request=asked.pk, at=at)
    assert GrantRequest.objects.get().outcome == "waiting"


def test_late_confirmed_it_begins_on_that_day(cast, ask, at):
    asked = ask()
    grant = confirm_grant(cast.actor("clerk"), request=asked.pk, at=at + timedelta(days=3))
    assert grant.valid_from == asked.valid_from + timedelta(days=3)


def test_programs_neither_give_nor_confirm_nor_revoke(cast, ask, at):
    asked = ask()
    token = {"token_id": uuid4()}
    with pytest.raises(NotPermitted):
        confirm_grant(replace(cast.actor("clerk"), **token), request=asked.pk, at=at)
    grant = Grant.objects.get(account=cast.secretary)
    with pytest.raises(NotPermitted):
        revoke_grant(replace(cast.actor("security_admin"), **token), grant=grant.pk, reason="x", at=at)
    assert Grant.objects.get(pk=grant.pk).revoked_at is None


def test_revoking_needs_one_person_and_works_at_once(cast, at):
    grant = Grant.objects.get(account=cast.auditor)
    revoke_grant(cast.actor("security_admin"), grant=grant.pk, reason="调离", at=at)
    assert not cast.actor("auditor").reaches


# --- on the screens


def test_the_second_person_sees_it_at_home_and_decides_with_one_tap(cast, ask):
    asked = ask()
    clerk = cast.client("clerk")
    assert reverse("organisations:request", args=[asked.pk]) in clerk.get(reverse("workbench:home")).text
    page = clerk.get(reverse("organisations:requests")).text
    assert reverse("organisations:request_confirm", args=[asked.pk]) in page
    answer = clerk.post(reverse("organisations:request_confirm", args=[asked.pk]))
    assert answer.url == reverse("organisations:requests")
    assert cast.actor("stranger").reaches


def test_who_asked_sees_it_waiting_without_the_taps(cast, ask):
    asked = ask()
    browser = cast.client("security_admin")
    page = browser.get(reverse("organisations:request", args=[asked.pk])).text
    assert reverse("organisations:request_confirm", args=[asked.pk]) not in page
    assert browser.post(reverse("organisations:request_confirm", args=[asked.pk])).status_code == 403
    assert browser.post(reverse("organisations:request_withdraw", args=[asked.pk])).status_code == 302
    assert GrantRequest.objects.get().outcome == "withdrawn"


def test_declining_through_the_screen(cast, ask):
    asked = ask()
    browser = cast.client("clerk")
    address = reverse("organisations:request_decline", args=[asked.pk])
    assert browser.get(address).status_code == 200
    assert browser.post(address, {"reason": ""}).status_code == 422
    assert browser.post(address, {"reason": "不合适"}).status_code == 302
    assert "不合适" in browser.get(reverse("organisations:request", args=[asked.pk])).text


def test_a_high_role_given_through_the_screen_waits(cast, today):
    answer = cast.client("security_admin").post(
        reverse("organisations:grant_give"),
        {
            "account": "stranger",
            "role": "auditor",
            "organisation": "370522",
            "below": "on",
            "valid_from": today.isoformat(),
            "reason": "利委〔2026〕3号",
        },
    )
    assert answer.url == reverse("organisations:request", args=[GrantRequest.objects.get().pk])
