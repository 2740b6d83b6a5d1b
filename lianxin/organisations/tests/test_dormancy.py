"""Accounts of staff that nobody uses are closed, at the instant, with an event; members' are not."""

from datetime import timedelta

import pytest
from django.test import Client

from lianxin.kernel.accounts.actions.administration import reactivate_account
from lianxin.kernel.accounts.actions.dormancy import close_dormant
from lianxin.kernel.accounts.jobs import close_dormant_accounts
from lianxin.kernel.accounts.models import Account
from lianxin.kernel.models import Event
from lianxin.organisations.models import Grant
from tests.cast import PASSWORD

DORMANT = timedelta(days=90)


@pytest.fixture
def asleep(cast, at):
    """The branch secretary signed in ninety days ago to the second; everybody else is awake."""
    Account.objects.update(enabled_at=at - timedelta(days=200), last_login=at)
    Account.objects.filter(pk=cast.secretary.pk).update(last_login=at - DORMANT)
    return Account.objects.get(pk=cast.secretary.pk)


def test_after_ninety_days_and_not_a_second_earlier(asleep, at):
    assert close_dormant(at=at - timedelta(seconds=1)) == []
    assert close_dormant(at=at) == [asleep]
    assert not Account.objects.get(pk=asleep.pk).is_active
    event = Event.objects.get(kind="accounts.fell_asleep")
    assert (event.subject_id, event.actor_name) == (asleep.pk, "accounts.close_dormant")
    assert close_dormant(at=at) == []


def test_the_night_closes_it(asleep):
    close_dormant_accounts()
    assert not Account.objects.get(pk=asleep.pk).is_active


def test_signing_in_comes_too_late(asleep):
    browser = Client()
    answer = browser.post("/account/login/", {"login": "secretary", "password": PASSWORD})
    assert answer.url == "/account/inactive/"
    assert "_auth_user_id" not in browser.session
    assert Event.objects.filter(kind="accounts.fell_asleep", subject_id=asleep.pk).exists()


def test_a_wrong_password_tells_nothing(asleep):
    Client().post("/account/login/", {"login": "secretary", "password": "wrong"})
    assert Account.objects.get(pk=asleep.pk).is_active


@pytest.mark.parametrize("changed", ["enabled_at", "role", "no role"])
def test_the_days_run_from_the_latest_of_being_made_and_receiving_a_role(cast, asleep, at, today, changed):
    if changed == "enabled_at":
        Account.objects.filter(pk=asleep.pk).update(enabled_at=at - timedelta(days=1))
    elif changed == "role":
        Grant.objects.filter(account=asleep).update(valid_from=today - timedelta(days=1))
    else:
        Grant.objects.filter(account=asleep).update(revoked_at=at)
    assert close_dormant(at=at) == []


def test_a_system_administrator_opens_it_again_and_it_stays_open(cast, asleep, at):
    close_dormant(at=at)
    reactivate_account(cast.actor("system_admin"), account=asleep.pk, reason="返岗", at=at)
    assert close_dormant(at=at + timedelta(days=1)) == []
    assert Account.objects.get(pk=asleep.pk).is_active
