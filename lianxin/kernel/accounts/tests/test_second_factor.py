import re

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.db import connection
from django.test import Client

from lianxin.kernel.accounts.models import SignInGuard
from lianxin.kernel.accounts.tests.conftest import PASSWORD, code_for
from lianxin.kernel.authz import Role
from lianxin.kernel.models import Event

APP = "/account/second-factor/app/"


def activate(client):
    client.get(APP)
    secret = client.session["mfa.totp.secret"]
    answer = client.post(APP, {"code": code_for(secret)})
    assert answer.status_code == 302, answer.text
    cache.clear()  # the code just used may be used once more below
    return secret


def to_second_step(name="wangxl"):
    client = Client()
    answer = client.post("/account/login/", {"login": name, "password": PASSWORD})
    assert answer.url == "/account/login/code/"
    return client


def test_setting_up_an_app_asks_for_the_password_once_more(signed_in):
    assert signed_in.get(APP).url.startswith("/account/confirm/")


def test_with_an_app_the_password_alone_does_not_sign_in(confirmed, account):
    secret = activate(confirmed)
    client = to_second_step()
    assert "_auth_user_id" not in client.session
    page = client.get("/account/login/code/")
    assert page.status_code == 200
    assert "mfa_webauthn_authenticate" in page.text
    assert client.post("/account/login/code/", {"code": code_for(secret)}).status_code == 302
    assert client.session["_auth_user_id"] == str(account.pk)
    assert Event.objects.filter(kind="accounts.signed_in").latest("id").data["means"] == "password+totp"


def test_secrets_are_sealed_at_rest(confirmed):
    secret = activate(confirmed)
    for one in Authenticator.objects.all():
        assert secret not in str(one.data)
        assert "'seed': '" not in str(one.data) or len(one.data["seed"]) > 40
    assert {one.type for one in Authenticator.objects.all()} == {"totp", "recovery_codes"}


def test_wrong_codes_lock_the_account_and_the_password_does_not_reset_them(confirmed):
    secret = activate(confirmed)
    client = to_second_step()
    for _number in range(4):
        client.post("/account/login/code/", {"code": "000000"})
    client = to_second_step()
    page = client.post("/account/login/code/", {"code": "000000"})
    assert re.search(r"\d\d:\d\d", page.text)
    assert SignInGuard.objects.get(key__startswith="account:").locked_until is not None
    assert client.post("/account/login/code/", {"code": code_for(secret)}).status_code == 200
    assert "_auth_user_id" not in client.session


def test_a_recovery_code_works_once(confirmed):
    activate(confirmed)
    page = confirmed.get("/account/second-factor/codes/")
    codes = re.findall(r"<li><code>(\w+)</code></li>", page.text)
    assert len(codes) == 10
    client = to_second_step()
    assert client.post("/account/login/code/", {"code": codes[0]}).status_code == 302
    again = to_second_step()
    assert again.post("/account/login/code/", {"code": codes[0]}).status_code == 200
    assert confirmed.get("/account/second-factor/codes/download/").text.count("\n") >= 8


def test_new_codes_replace_the_old(confirmed):
    activate(confirmed)
    before = re.findall(r"<code>(\w+)</code>", confirmed.get("/account/second-factor/codes/").text)
    assert confirmed.get("/account/second-factor/codes/new/").status_code == 200
    confirmed.post("/account/second-factor/codes/new/")
    after = re.findall(r"<code>(\w+)</code>", confirmed.get("/account/second-factor/codes/").text)
    assert not set(before) & set(after)


def test_adding_and_taking_off_are_recorded(confirmed, account, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        activate(confirmed)
    assert confirmed.get(f"{APP}remove/").status_code == 200
    assert confirmed.post(f"{APP}remove/").status_code == 302
    events = Event.objects.filter(subject_id=account.pk, kind__contains="second_factor").order_by("id")
    assert [(one.kind, one.data["kind"]) for one in events] == [
        ("accounts.second_factor_added", "totp"),
        ("accounts.second_factor_removed", "totp"),
    ]


def test_staff_set_up_a_second_factor_first(client, account, as_role, settings):
    settings.SECOND_FACTOR = "staff"
    as_role(Role.SECRETARY)
    client.post("/account/login/", {"login": "wangxl", "password": PASSWORD})
    assert client.get("/account/sessions/").url == APP
    client.post("/account/confirm/", {"password": PASSWORD})
    assert client.get(APP).status_code == 200
    activate(client)
    assert client.get("/account/sessions/").status_code == 200
    refused = client.post(f"{APP}remove/")
    assert refused.status_code == 200
    assert Authenticator.objects.filter(type="totp").exists()


@pytest.mark.parametrize(
    ("role", "of_whom", "status"),
    [
        (Role.SYSTEM_ADMINISTRATOR, "nobody", 200),
        (Role.SECRETARY, "administrators", 200),
        (None, "staff", 200),
        (Role.SYSTEM_ADMINISTRATOR, "administrators", 302),
        (Role.AUDITOR, "administrators", 302),
        (Role.VIEWER, "staff", 302),
    ],
)
def test_of_whom_it_is_required_is_a_setting(client, account, as_role, settings, role, of_whom, status):
    settings.SECOND_FACTOR = of_whom
    if role is not None:
        as_role(role)
    client.post("/account/login/", {"login": "wangxl", "password": PASSWORD})
    assert client.get("/account/sessions/").status_code == status


def test_a_used_code_is_used_up_for_every_process(db):
    """The mark lies in the database, which the processes share, and is no business of one of them."""
    assert cache.add("code", "y", timeout=30)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM edge_cache")
        assert cursor.fetchone() == (1,)
    assert not cache.add("code", "y", timeout=30)
