"""People who sign in. The tree is not the kernel's: who is staff is said by a loader of actors."""

import time
from collections.abc import Callable
from datetime import datetime

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from lianxin.kernel.accounts.models import Account
from lianxin.kernel.authz import Actor, Reach, Role
from lianxin.kernel.privacy.lookup import digest_of
from lianxin.kernel.time import SHANGHAI
from lianxin.kernel.web import actors, navigation

PASSWORD = "Lijin-2026-spring"
PHONE = "12345678901"


def at(clock: str) -> datetime:
    """An instant of one day, written as people in Shanghai read it."""
    return datetime.fromisoformat(f"2026-11-21T{clock}").replace(tzinfo=SHANGHAI)


def code_for(secret: str) -> str:
    """What an authenticator app shows now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "_entries", [])
    monkeypatch.setattr(actors, "_loader", _member)


def _member(account: Account) -> Actor:
    return Actor(name=account.name, account_id=account.pk)


@pytest.fixture
def as_role(monkeypatch: pytest.MonkeyPatch) -> Callable[[Role], None]:
    def be(role: Role) -> None:
        def load(account: Account) -> Actor:
            return Actor(name=account.name, account_id=account.pk, reaches=(Reach(role, "0001"),))

        monkeypatch.setattr(actors, "_loader", load)

    return be


@pytest.fixture
def account(db: None) -> Account:
    return Account.objects.create_account("wangxl", PASSWORD, name="王秀兰", phone_digest=digest_of("phone", PHONE))


@pytest.fixture
def signed_in(account: Account, client: Client) -> Client:
    answer = client.post("/account/login/", {"login": "wangxl", "password": PASSWORD})
    assert answer.status_code == 302
    return client


@pytest.fixture
def confirmed(signed_in: Client) -> Client:
    """Signed in, and the password given once more."""
    assert signed_in.post("/account/confirm/", {"password": PASSWORD}).status_code == 302
    return signed_in
