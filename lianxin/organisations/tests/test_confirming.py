"""Before roles and personal data people confirm who they are; what they filled in is not lost."""

import time

import pytest
from django.urls import reverse

from lianxin.kernel.accounts.confirming import CONFIRMED
from lianxin.kernel.web import navigation
from lianxin.organisations.models import Grant
from tests.cast import PASSWORD

MINUTES = 60


@pytest.fixture(autouse=True)
def _without_a_menu(monkeypatch):
    monkeypatch.setattr(navigation, "_entries", [])


def age(browser, seconds):
    """Let it be so long ago that the person signed in."""
    session = browser.session
    for one in session["account_authentication_methods"]:
        one["at"] -= seconds
    session.save()


@pytest.fixture
def late(cast):
    """The security administrator, signed in ten minutes ago to the second."""
    browser = cast.client("security_admin")
    age(browser, 10 * MINUTES)
    return browser


@pytest.fixture
def sent(cast, today):
    return {
        "account": "stranger",
        "role": "secretary",
        "organisation": "370522101201",
        "valid_from": today.isoformat(),
        "reason": "利组发〔2026〕8号",
    }


GIVE = "/work/organisations/grants/give/"


def test_signing_in_counts_for_ten_minutes(cast, sent):
    browser = cast.client("security_admin")
    age(browser, 10 * MINUTES - 30)
    assert browser.post(GIVE, sent).status_code == 302
    assert Grant.objects.filter(account=cast.stranger).exists()


def test_later_the_password_is_asked_and_the_form_is_sent_by_itself(cast, late, sent):
    answer = late.post(GIVE, sent)
    assert answer.url == "/account/confirm/"
    assert not Grant.objects.filter(account=cast.stranger).exists()
    assert "利组发" not in str(dict(late.session))  # sealed while it waits
    assert "确认" in late.get("/account/confirm/").text
    answer = late.post("/account/confirm/", {"password": PASSWORD})
    assert answer.url == GIVE
    answer = late.get(GIVE)
    grant = Grant.objects.get(account=cast.stranger)
    assert answer.url == reverse("organisations:grant", args=[grant.pk])
    assert late.get(GIVE).status_code == 200
    assert Grant.objects.filter(account=cast.stranger).count() == 1


def test_a_mistake_in_the_form_comes_back_with_what_was_filled_in(cast, late, sent):
    late.post(GIVE, {**sent, "organisation": "月亮"})
    late.post("/account/confirm/", {"password": PASSWORD})
    page = late.get(GIVE)
    assert page.status_code == 422
    assert "利组发〔2026〕8号" in page.text


def test_a_wrong_password_does_nothing(cast, late, sent):
    late.post(GIVE, sent)
    assert late.post("/account/confirm/", {"password": "wrong"}).status_code == 200
    late.get(GIVE)
    assert not Grant.objects.filter(account=cast.stranger).exists()


def test_looking_needs_no_confirmation(late):
    assert late.get(GIVE).status_code == 200


def test_a_form_that_waited_too_long_is_not_sent(cast, late, sent):
    late.post(GIVE, sent)
    late.post("/account/confirm/", {"password": PASSWORD})
    session = late.session
    session[CONFIRMED] = {**session[CONFIRMED], "until": int(time.time()) - 1}
    session.save()
    assert late.get(GIVE).status_code == 200
    assert not Grant.objects.filter(account=cast.stranger).exists()


def test_every_act_on_roles_and_accounts_asks(cast, late):
    grant = Grant.objects.get(account=cast.secretary)
    for address in (
        reverse("organisations:grant_revoke", args=[grant.pk]),
        reverse("organisations:grant_lend"),
        reverse("accounts_act", args=[cast.secretary.pk, "reset"]),
    ):
        assert late.post(address, {"reason": "x"}).url == "/account/confirm/", address
    assert Grant.objects.get(pk=grant.pk).revoked_at is None


def test_only_the_export_of_personal_data_asks(cast):
    browser = cast.client("clerk")
    age(browser, 10 * MINUTES)
    address = reverse("files:export_new", args=["members"])
    plain = browser.post(address, {"format": "csv", "layout": "screen"})
    assert plain.url != "/account/confirm/"
    personal = browser.post(address, {"format": "csv", "layout": "screen", "personal": "on", "reason": "上报"})
    assert personal.url == "/account/confirm/"
