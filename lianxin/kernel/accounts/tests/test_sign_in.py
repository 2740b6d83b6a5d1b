"""Coming in and going out, through the screens."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from freezegun import freeze_time

from lianxin.kernel.accounts.devices import device_of
from lianxin.kernel.accounts.models import Account, SignInGuard
from lianxin.kernel.accounts.tests.conftest import PASSWORD, PHONE, at
from lianxin.kernel.authz import Role
from lianxin.kernel.models import Event

LOGIN = "/account/login/"
NEW = "Autumn-in-Lijin-7"


def post(client, name, password, **more):
    return client.post(LOGIN, {"login": name, "password": password, **more})


@pytest.mark.parametrize("name", ["wangxl", " WANGXL ", PHONE, "+86 123 4567 8901"])
def test_user_name_and_phone_both_sign_in(client, account, name):
    answer = post(client, name, PASSWORD)
    assert answer.status_code == 302
    assert client.session["_auth_user_id"] == str(account.pk)
    event = Event.objects.get(kind="accounts.signed_in")
    assert (event.subject_id, event.data) == (account.pk, {"address": "127.0.0.1", "means": "password"})


@pytest.mark.parametrize(("name", "password"), [("wangxl", "wrong"), ("nobody", PASSWORD), ("12345678900", PASSWORD)])
def test_a_wrong_name_and_a_wrong_password_read_the_same(client, account, name, password):
    page = post(client, name, password)
    assert page.status_code == 200
    assert "用户名、手机号或密码不正确" in page.text
    assert "_auth_user_id" not in client.session


def test_an_unknown_name_costs_a_hash_like_a_known_one(client, account, monkeypatch):
    hashed = []
    original = Account.set_password
    monkeypatch.setattr(Account, "set_password", lambda self, raw: (hashed.append(raw), original(self, raw)))
    post(client, "nobody", PASSWORD)
    assert hashed == [PASSWORD]


def test_an_inactive_account_does_not_sign_in_and_a_session_ends_at_the_next_request(signed_in, account):
    Account.objects.filter(pk=account.pk).update(is_active=False)
    assert signed_in.get("/account/sessions/").status_code == 302
    assert "用户名、手机号或密码不正确" in post(signed_in, "wangxl", PASSWORD).text


def test_the_screen_says_until_when_it_is_locked(client, account):
    with freeze_time(at("10:12:00")):
        for _number in range(5):
            page = post(client, "wangxl", "wrong")
        assert "10:27" in page.text
        assert "10:27" in post(client, "wangxl", PASSWORD).text
    with freeze_time(at("10:26:59")):
        assert post(client, "wangxl", PASSWORD).status_code == 200
    with freeze_time(at("10:27:00")):
        assert post(client, "wangxl", PASSWORD).status_code == 302
    assert not SignInGuard.objects.filter(key__startswith="account:").exists()


def test_confirming_with_a_wrong_password_counts_as_well(signed_in, account):
    for _number in range(5):
        page = signed_in.post("/account/confirm/", {"password": "wrong"})
    assert SignInGuard.objects.get(key__startswith="account:").locked_until is not None
    assert page.status_code == 200


def test_signing_out_needs_a_post_and_is_recorded(signed_in):
    assert signed_in.get("/account/logout/").status_code == 200
    assert "_auth_user_id" in signed_in.session
    assert signed_in.post("/account/logout/").status_code == 302
    assert "_auth_user_id" not in signed_in.session
    assert Event.objects.get(kind="accounts.signed_out").data == {"why": "asked"}


def test_the_password_is_changed_and_other_sessions_end(signed_in, account):
    other = Client()
    post(other, "wangxl", PASSWORD)
    answer = signed_in.post("/account/password/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    assert answer.status_code == 302, answer.text
    account.refresh_from_db()
    assert account.check_password(NEW)
    assert signed_in.get("/account/sessions/").status_code == 200
    assert other.get("/account/sessions/").status_code == 302
    assert Event.objects.filter(kind="accounts.password_changed", subject_id=account.pk).count() == 1


def test_an_earlier_password_is_refused_and_nothing_changes(signed_in, account):
    answer = signed_in.post(
        "/account/password/", {"oldpassword": PASSWORD, "password1": PASSWORD, "password2": PASSWORD}
    )
    assert answer.status_code == 200
    assert not Event.objects.filter(kind="accounts.password_changed").exists()


def test_guessing_the_present_password_is_counted_and_locks(signed_in, account):
    for _time in range(5):
        page = signed_in.post("/account/password/", {"oldpassword": "wrong", "password1": NEW, "password2": NEW})
    assert "oldpassword" in page.context["form"].errors
    failed = Event.objects.filter(kind="accounts.sign_in_failed", subject_id=account.pk)
    assert failed.count() == 5
    assert Event.objects.filter(kind="accounts.locked", subject_id=account.pk).exists()
    signed_in.post("/account/password/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    account.refresh_from_db()
    assert account.check_password(PASSWORD)


def test_a_temporary_password_is_changed_before_anything_else(client, account):
    account.must_change_password = True
    account.save()
    post(client, "wangxl", PASSWORD)
    assert client.get("/account/sessions/").url == "/account/password/"
    client.post("/account/password/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    assert client.get("/account/sessions/").status_code == 200


@pytest.mark.parametrize(
    ("role", "day", "free"),
    [
        (Role.SECRETARY, "2027-02-18", True),
        (Role.SECRETARY, "2027-02-19", False),
        (None, "2027-02-19", True),
    ],
)
def test_staff_change_a_password_of_ninety_days_at_their_next_sign_in(client, db, as_role, role, day, free):
    with freeze_time("2026-11-21T01:00:00Z"):
        Account.objects.create_account("wangxl", PASSWORD, name="王秀兰")
    if role:
        as_role(role)
    with freeze_time(f"{day}T01:00:00Z"):
        post(client, "wangxl", PASSWORD)
        assert (client.get("/account/sessions/").status_code == 200) is free


def test_the_age_of_a_password_interrupts_nobody_at_work(client, db, as_role):
    as_role(Role.SECRETARY)
    with freeze_time("2026-11-21T01:00:00Z"):
        Account.objects.create_account("wangxl", PASSWORD, name="王秀兰")
    with freeze_time("2027-02-19T00:58:00Z"):
        post(client, "wangxl", PASSWORD)
        assert client.get("/account/sessions/").status_code == 200
    with freeze_time("2027-02-19T01:02:00Z"):
        assert client.get("/account/sessions/").status_code == 200


def test_nobody_signs_up_and_no_page_sends_letters(client, db):
    for path in ("signup/", "email/", "password/reset/", "password/set/"):
        assert client.get(f"/account/{path}").status_code == 404


def test_sessions_are_listed_and_one_is_ended_from_another(signed_in, account):
    other = Client(headers={"user-agent": "Phone of Wang"})
    post(other, "wangxl", PASSWORD)
    page = signed_in.get("/account/sessions/")
    assert "Phone of Wang" in page.text  # in the title of the device
    ends = re.findall(r'action="(/account/sessions/\d+/end/)"', page.text)
    assert len(ends) == 1
    assert signed_in.post(ends[0]).status_code == 302
    assert other.get("/account/sessions/").status_code == 302
    assert signed_in.get("/account/sessions/").status_code == 200
    assert Event.objects.filter(kind="accounts.session_ended").count() == 1


def test_all_other_sessions_end_in_one_act(signed_in, account):
    others = [Client(headers={"user-agent": agent}) for agent in ("Mozilla/5.0 (Windows NT 10.0) Firefox/140", "")]
    for other in others:
        post(other, "wangxl", PASSWORD)
    page = signed_in.get("/account/sessions/").text
    assert "Windows · Firefox" in page
    assert "未知设备" in page
    assert signed_in.post("/account/sessions/").status_code == 302
    assert signed_in.get("/account/sessions/").status_code == 200
    assert [other.get("/account/sessions/").status_code for other in others] == [302, 302]
    event = Event.objects.get(kind="accounts.other_sessions_ended")
    assert event.data["number"] == 2
    signed_in.post("/account/sessions/")
    assert Event.objects.filter(kind="accounts.other_sessions_ended").count() == 1


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (Linux; Android 14; HarmonyOS) Chrome/114 HuaweiBrowser/15", "HarmonyOS · Huawei Browser"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) MicroMessenger/8.0", "iPhone · WeChat"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64) AppleWebKit Chrome/140 Safari/537.36 Edg/140.0", "Windows · Edge"),
        ("curl/8.0", "未知设备"),
    ],
)  # fmt: skip
def test_devices_have_names(agent, name):
    assert device_of(agent) == name


def test_nobody_ends_somebody_elses_session(signed_in, account):
    Account.objects.create_account("lidm", PASSWORD, name="李大明")
    stranger = Client()
    post(stranger, "lidm", PASSWORD)
    stranger.get("/account/sessions/")
    from allauth.usersessions.models import UserSession  # noqa: PLC0415 - only here

    his = UserSession.objects.get(user__username="lidm")
    assert signed_in.post(f"/account/sessions/{his.pk}/end/").status_code == 404
    assert stranger.get("/account/sessions/").status_code == 200


OWN_PAGES = [
    "account_change_password",
    "account_reauthenticate",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "usersessions_list",
    "account_logout",
]


@pytest.mark.parametrize("name", OWN_PAGES)
def test_every_page_of_ones_own_account_opens_in_chinese_without_inline_scripts(confirmed, name):
    page = confirmed.get(reverse(name))
    assert page.status_code == 200
    assert re.search(r"<h1>\s*[一-鿿]", page.text), page.text
    for tag in re.findall(r"<script[^>]*>", page.text):
        assert "src=" in tag or 'type="application/json"' in tag
    assert not re.search(r"\son\w+=|<style|\sstyle=", page.text)


@pytest.mark.parametrize("name", OWN_PAGES[:-1])
def test_strangers_are_sent_to_sign_in(client, db, name):
    answer = client.get(reverse(name))
    assert answer.status_code == 302
    assert answer.url.startswith(LOGIN)


def test_the_words_change_with_the_language(client, db):
    assert "登录" in client.get(LOGIN).text
    client.cookies["lx_language"] = "en"
    assert "User name or mobile number" in client.get(LOGIN).text
    translation.activate("zh-hans")
