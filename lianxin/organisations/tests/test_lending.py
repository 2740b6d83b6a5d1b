"""Borrowed roles: who lends what, that it ends at its instant, and who sees it meanwhile."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from lianxin.kernel.accounts.actions.administration import deactivate_account, reset_password
from lianxin.kernel.accounts.actions.dormancy import close_dormant
from lianxin.kernel.accounts.models import Account
from lianxin.kernel.authz import Role, acting
from lianxin.kernel.errors import Conflict, InvalidInput, NotPermitted, NotVisible
from lianxin.kernel.models import Event
from lianxin.kernel.time import SHANGHAI, day_of
from lianxin.organisations.actions.grants import revoke_grant
from lianxin.organisations.actions.lending import close_lendings, end_lending, lend_role
from lianxin.organisations.models import Grant, GrantRequest
from lianxin.organisations.permissions import VIEW
from lianxin.organisations.queries.grants import grants_in_force, state_of_grant


@pytest.fixture
def lend(cast, at):
    """The branch secretary lends their role to the stranger for two hours, changed as a test says."""

    def act(who="secretary", **changes):
        facts = {
            "account": cast.stranger.id,
            "role": Role.SECRETARY,
            "organisation": cast.willow.id,
            "below": True,
            "ends_at": at + timedelta(hours=2),
            "reason": "外出培训",
            "at": at,
        }
        return lend_role(cast.actor(who), **{**facts, **changes})

    return act


def test_a_borrowed_role_works_at_once_and_ends_at_its_instant(cast, lend, at):
    grant = lend()
    assert cast.actor("stranger").may(VIEW, cast.willow.path)
    end = at + timedelta(hours=2)
    assert Grant.objects.filter(grants_in_force(end - timedelta(seconds=1)), pk=grant.pk).exists()
    assert not Grant.objects.filter(grants_in_force(end), pk=grant.pk).exists()
    assert state_of_grant(grant, end) == "expired"
    event = Event.objects.get(kind="organisations.lent")
    assert (event.subject_id, event.organisation_id, event.reason) == (cast.stranger.id, cast.willow.id, "外出培训")


def test_its_end_is_written_down_once_by_the_job(cast, lend, at):
    lend()
    end = at + timedelta(hours=2)
    assert close_lendings(at=end - timedelta(seconds=1)) == 0
    assert (close_lendings(at=end), close_lendings(at=end)) == (1, 0)
    assert Event.objects.get(kind="organisations.lending_ended").data["why"] == "time"
    assert state_of_grant(Grant.objects.get(account=cast.stranger), end) == "expired"


@pytest.mark.parametrize("who", ["stranger", "secretary", "security_admin"])
def test_borrower_lender_and_security_administrator_end_it_early(cast, lend, at, who):
    grant = lend()
    end_lending(cast.actor(who), grant=grant.pk, at=at + timedelta(minutes=5))
    assert not cast.actor("stranger").reaches
    event = Event.objects.get(kind="organisations.lending_ended")
    assert (event.actor_id, event.data["why"]) == (getattr(cast, who).id, "ended")
    with pytest.raises((Conflict, NotVisible)):  # who borrowed it may see nothing of the place any more
        end_lending(cast.actor(who), grant=grant.pk, at=at + timedelta(minutes=6))


@pytest.mark.parametrize("who", ["sibling", "clerk", "viewer", "system_admin", "auditor", "outsider"])
def test_nobody_else_ends_it(cast, lend, at, who):
    grant = lend()
    with pytest.raises(NotVisible):
        end_lending(cast.actor(who), grant=grant.pk, at=at)
    assert cast.actor("stranger").reaches


@pytest.mark.parametrize(
    ("who", "changes", "refusal"),
    [
        ("secretary", {"role": Role.COMMITTEE_CLERK}, NotPermitted),
        ("town_clerk", {"role": Role.SECRETARY}, NotPermitted),
        ("secretary", {"organisation": "poplar"}, NotVisible),
        ("viewer", {"role": Role.VIEWER}, NotPermitted),
        ("auditor", {"role": Role.AUDITOR, "organisation": "county"}, NotVisible),
        ("stranger", {}, NotVisible),
        ("secretary", {"account": "secretary"}, NotPermitted),
        ("security_admin", {"account": "security_admin"}, NotPermitted),
    ],
)
def test_one_lends_only_ones_own_role_to_somebody_else(cast, lend, who, changes, refusal):
    changes = {key: getattr(cast, value).id if isinstance(value, str) and not isinstance(value, Role) else value
               for key, value in changes.items()}  # fmt: skip
    before = Grant.objects.count()
    with pytest.raises(refusal):
        lend(who, **changes)
    assert Grant.objects.count() == before
    assert not Event.objects.filter(kind="organisations.lent").exists()


def test_a_clerk_lends_a_part_of_their_reach_and_no_more(cast, lend):
    assert lend("town_clerk", role=Role.COMMITTEE_CLERK)
    Grant.objects.filter(account=cast.town_clerk).update(below=False)
    with pytest.raises(NotPermitted):
        lend("town_clerk", role=Role.COMMITTEE_CLERK, organisation=cast.north.id, account=cast.revoked.id)
    assert lend(
        "town_clerk", role=Role.COMMITTEE_CLERK, organisation=cast.north.id, below=False, account=cast.revoked.id
    )


def test_the_security_administrator_lends_any_role_but_duties_wait_for_a_second_person(cast, lend):
    assert isinstance(lend("security_admin", role=Role.VIEWER), Grant)
    asked = lend("security_admin", role=Role.AUDITOR, organisation=cast.county.id, account=cast.expired.id)
    assert isinstance(asked, GrantRequest)
    assert asked.kind == "borrowed"


def test_a_borrowed_role_is_not_lent_on(cast, lend):
    lend()
    with pytest.raises(NotPermitted):
        lend("stranger", account=cast.viewer.id)


@pytest.mark.parametrize(("hours", "right"), [(0, False), (-1, False), (30 * 24, True), (30 * 24 + 1, False)])
def test_the_time_is_bounded_by_a_rule(cast, lend, at, hours, right):
    if right:
        assert lend(ends_at=at + timedelta(hours=hours))
        return
    with pytest.raises(InvalidInput) as refused:
        lend(ends_at=at + timedelta(hours=hours))
    assert "ends_at" in refused.value.fields


def test_it_does_not_outlast_the_lenders_own_role(cast, lend, at):
    Grant.objects.filter(account=cast.secretary).update(valid_until=day_of(at) + timedelta(1))
    with pytest.raises(InvalidInput):
        lend(ends_at=at + timedelta(days=3))


def test_separated_duties_hold_for_borrowed_roles(cast, lend):
    with pytest.raises(InvalidInput):
        lend(account=cast.auditor.id)
    assert not Event.objects.filter(kind="organisations.lent").exists()


def test_the_database_wants_an_instant_for_borrowed_roles_only(cast, today, at):
    facts = {"account": cast.stranger, "role": "viewer", "organisation": cast.willow, "valid_from": today}
    for wrong in ({"kind": "borrowed"}, {"kind": "standing", "ends_at": at}):
        with pytest.raises(IntegrityError, match="grant_borrowed_ends"), transaction.atomic():
            Grant.objects.create(**facts, **wrong)


@pytest.mark.parametrize("how", ["revoked", "deactivated", "asleep"])
def test_it_ends_with_the_lenders_own_role(cast, lend, at, how):
    lend(ends_at=at + timedelta(days=5))
    others = lend("sibling", organisation=cast.poplar.id, account=cast.expired.id)
    office = lend("security_admin", account=cast.revoked.id)
    later = at + timedelta(seconds=1)
    security, system = cast.actor("security_admin"), cast.actor("system_admin")
    if how == "revoked":
        grant = Grant.objects.get(account=cast.secretary)
        with acting(security):
            revoke_grant(security, grant=grant.pk, reason="免职", at=later)
    elif how == "deactivated":
        with acting(system):
            deactivate_account(system, account=cast.secretary.id, reason="离任", at=later)
    else:
        Account.objects.update(enabled_at=at - timedelta(days=200), last_login=at)
        Account.objects.filter(pk=cast.secretary.pk).update(last_login=at - timedelta(days=91))
        close_dormant(at=later)
    assert not cast.actor("stranger").reaches
    event = Event.objects.get(kind="organisations.lending_ended")
    assert (event.subject_id, event.data["why"]) == (cast.stranger.id, "lender")
    assert Grant.objects.filter(grants_in_force(later), pk__in=[others.pk, office.pk]).count() == 2


def test_it_goes_on_where_the_lender_keeps_a_role_that_covers_it(cast, lend, at, today):
    Grant.objects.create(
        account=cast.secretary, role=Role.SECRETARY, organisation=cast.north, valid_from=today, reason="x"
    )
    lend()
    for place in (cast.willow, cast.north):
        assert cast.actor("stranger").reaches
        grant = Grant.objects.get(account=cast.secretary, organisation=place)
        revoke_grant(cast.actor("security_admin"), grant=grant.pk, reason="免职", at=at + timedelta(seconds=1))
    assert not cast.actor("stranger").reaches


def test_a_reset_of_the_password_ends_nothing_that_was_lent(cast, lend, at):
    lend()
    reset_password(cast.actor("security_admin"), account=cast.secretary.id, reason="x", at=at)
    assert cast.actor("stranger").reaches


# --- on the screens


def test_who_borrows_reads_it_on_every_page_and_ends_it(cast, lend):
    grant = lend()
    browser = cast.client("stranger")
    page = browser.get(reverse("workbench:home"))
    assert "您正在临时使用" in page.text
    assert "您正在临时使用" in browser.get(reverse("usersessions_list")).text
    end = reverse("organisations:lending_end", args=[grant.pk])
    assert end in page.text
    assert browser.get(end).status_code == 200
    assert browser.post(end).status_code == 302
    assert not cast.actor("stranger").reaches
    assert browser.get(end).status_code == 404


def test_the_organisations_people_read_it_at_home(cast, lend):
    lend()
    assert "临时" in cast.client("secretary").get(reverse("workbench:home")).text
    for who in ("sibling", "outsider"):
        assert "外出培训" not in cast.client(who).get(reverse("workbench:home")).text
    assert "您正在临时使用" not in cast.client("secretary").get(reverse("workbench:home")).text


def test_lending_through_the_screen(cast, at):
    browser = cast.client("secretary")
    address = reverse("organisations:grant_lend")
    page = browser.get(address).text
    assert "370522101201" in page
    assert 'value="auditor"' not in page
    sent = {
        "account": "stranger",
        "role": "secretary",
        "organisation": "370522101201",
        "below": "on",
        "ends_at": f"{(at + timedelta(days=1)).astimezone(SHANGHAI):%Y-%m-%dT%H:%M}",
        "reason": "外出培训",
    }
    assert browser.post(address, {**sent, "ends_at": ""}).status_code == 422
    assert browser.post(address, sent).status_code == 302
    grant = Grant.objects.get(account=cast.stranger)
    assert grant.ends_at.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M") == sent["ends_at"]
