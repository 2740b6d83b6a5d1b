"""Tokens: one's own, no more than one's own permissions, a year at most, shown once."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from lianxin.api.actions import MOST_TOKENS, end_expired_tokens, make_token, revoke_token
from lianxin.api.authentication import find_token
from lianxin.api.doors import offered
from lianxin.api.models import Token
from lianxin.api.queries import EXPIRED, REVOKED, WORKING, state_of_token
from lianxin.kernel.accounts.actions import administration
from lianxin.kernel.accounts.actions.dormancy import close_dormant
from lianxin.kernel.accounts.models import Account
from lianxin.kernel.authz import Actor, acting
from lianxin.kernel.errors import Conflict, InvalidInput, NotPermitted, NotVisible
from lianxin.kernel.models import Event
from lianxin.kernel.time import add_years, day_of
from lianxin.organisations.permissions import GRANTS_CHANGE, VIEW
from tests.cast import Cast


def made(actor: Actor, at: datetime, **facts: Any) -> tuple[Token, str]:
    given = {"name": "人事系统", "permissions": [VIEW], "last_day": day_of(at) + timedelta(days=30)}
    return make_token(actor, **{**given, **facts}, at=at)


def test_a_token_is_kept_as_a_hash_only(cast: Cast, at: datetime) -> None:
    token, text = made(cast.actor("clerk"), at)
    assert text.startswith("lx_")
    assert token.tail == text[-4:]
    assert text.encode() not in bytes(token.digest)
    event = Event.objects.get(kind="api.token_made")
    assert event.data["permissions"] == [VIEW]
    assert text not in str(event.data)


def test_it_works_up_to_its_last_day_in_shanghai(cast: Cast, at: datetime) -> None:
    token, _text = made(cast.actor("clerk"), at, last_day=day_of(at))
    assert day_of(token.expires_at) == day_of(at) + timedelta(days=1)
    assert state_of_token(token, token.expires_at - timedelta(seconds=1)) == WORKING
    assert state_of_token(token, token.expires_at) == EXPIRED


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"permissions": []}, "permissions"),
        ({"permissions": ["api.token:manage"]}, "permissions"),
        ({"permissions": ["members.member:fly"]}, "permissions"),
    ],
)
def test_what_is_wrong_is_refused(cast: Cast, at: datetime, facts: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        made(cast.actor("clerk"), at, **facts)
    assert refusal.value.fields.keys() == {field}
    assert not Token.objects.exists()


def test_a_year_at_most(cast: Cast, at: datetime) -> None:
    made(cast.actor("clerk"), at, last_day=add_years(day_of(at), 1))
    for day in (add_years(day_of(at), 1) + timedelta(days=1), day_of(at) - timedelta(days=1)):
        with pytest.raises(InvalidInput):
            made(cast.actor("clerk"), at, last_day=day)


def test_no_more_than_one_may_oneself(cast: Cast, at: datetime) -> None:
    town_clerk = cast.actor("town_clerk")
    assert VIEW in {one.name for one in offered(town_clerk)}
    assert GRANTS_CHANGE not in {one.name for one in offered(town_clerk)}
    with pytest.raises(InvalidInput):
        made(town_clerk, at, permissions=[GRANTS_CHANGE])


@pytest.mark.parametrize(
    "who", ["secretary", "viewer", "stranger", "expired", "system_admin", "security_admin", "auditor"]
)
def test_only_those_who_may_make_one(cast: Cast, at: datetime, who: str) -> None:
    with pytest.raises(NotPermitted):
        made(cast.actor(who), at)


def test_a_program_makes_no_programs(cast: Cast, at: datetime) -> None:
    from dataclasses import replace  # noqa: PLC0415 - for this alone

    token, _text = made(cast.actor("clerk"), at)
    with pytest.raises(NotPermitted):
        made(replace(cast.actor("clerk"), token_id=token.pk), at)


def test_revoked_once_by_its_owner_only(cast: Cast, at: datetime) -> None:
    token, _text = made(cast.actor("clerk"), at)
    with pytest.raises(NotVisible):
        revoke_token(cast.actor("town_clerk"), token=token.pk, at=at)
    assert state_of_token(revoke_token(cast.actor("clerk"), token=token.pk, at=at)) == REVOKED
    with pytest.raises(Conflict):
        revoke_token(cast.actor("clerk"), token=token.pk, at=at)
    assert Event.objects.filter(kind="api.token_revoked").count() == 1


def test_not_very_many(cast: Cast, at: datetime) -> None:
    for _ in range(MOST_TOKENS):
        token, _text = made(cast.actor("clerk"), at)
    with pytest.raises(Conflict):
        made(cast.actor("clerk"), at)
    revoke_token(cast.actor("clerk"), token=token.pk, at=at)
    made(cast.actor("clerk"), at)


def test_expiry_is_written_down_once(cast: Cast, at: datetime) -> None:
    token, _text = made(cast.actor("clerk"), at)
    assert end_expired_tokens(at=at) == 0
    assert end_expired_tokens(at=token.expires_at) == 1
    assert end_expired_tokens(at=token.expires_at) == 0
    token.refresh_from_db()
    assert state_of_token(token, token.expires_at) == EXPIRED
    assert Event.objects.filter(kind="api.token_expired", subject_id=cast.clerk.pk).count() == 1


def test_the_screens(cast: Cast, at: datetime) -> None:
    clerk = cast.client("clerk")
    assert clerk.get("/api/tokens/").status_code == 200
    page = clerk.get("/api/tokens/new/").content.decode()
    assert VIEW in page
    form = {"name": "人事系统", "permissions": [VIEW], "last_day": str(day_of(at) + timedelta(days=30))}
    wrong = clerk.post("/api/tokens/new/", {**form, "last_day": "2000-01-01"})
    assert wrong.status_code == 422
    answer = clerk.post("/api/tokens/new/", form)
    (text,) = re.findall(r"lx_[\w-]{43}", answer.content.decode())
    assert "no-store" in answer.headers["Cache-Control"]
    asked = Client(headers={"Authorization": f"Bearer {text}"}).get("/api/v1/organisations")
    assert asked.status_code == 200
    token = Token.objects.get()
    for path in ("/api/tokens/", f"/api/tokens/{token.pk}/", f"/api/tokens/{token.pk}/revoke/"):
        shown = clerk.get(path)
        assert shown.status_code == 200
        assert text not in shown.content.decode(), "it is shown once"
        assert cast.client("town_clerk").get(path).status_code == (200 if path == "/api/tokens/" else 404)
        assert cast.client("secretary").get(path).status_code == 403
        assert Client().get(path).status_code == 302
    assert clerk.post(f"/api/tokens/{token.pk}/revoke/").status_code == 302
    asked = Client(headers={"Authorization": f"Bearer {text}"}).get("/api/v1/organisations")
    assert asked.status_code == 401


def test_the_use_of_a_token_is_noted(cast: Cast, at: datetime) -> None:
    token, text = made(cast.actor("clerk"), at)
    assert token.used_at is None
    Client(headers={"Authorization": f"Bearer {text}"}).get("/api/v1/organisations")
    token.refresh_from_db()
    assert token.used_at is not None


@pytest.mark.parametrize(("of_whom", "status"), [("staff", 403), ("administrators", 200)])
def test_a_token_follows_the_rule_of_the_second_factor(
    cast: Cast, at: datetime, settings: Any, of_whom: str, status: int
) -> None:
    settings.SECOND_FACTOR = of_whom
    _token, text = made(cast.actor("clerk"), at)
    answer = Client().get("/api/v1/organisations", headers={"Authorization": f"Bearer {text}"})
    assert answer.status_code == status
    assert ("第二重验证" in answer.json().get("detail", "")) == (status == 403)


def test_the_system_administrator_sees_which_programs_act_for_an_account(cast: Cast, at: datetime) -> None:
    made(cast.actor("clerk"), at)
    address = f"/account/accounts/{cast.clerk.pk}/"
    assert "人事系统" in cast.client("system_admin").get(address).text
    assert "人事系统" not in cast.client("security_admin").get(address).text


@pytest.mark.parametrize("act", ["password", "factor", "deactivate", "asleep"])
def test_they_end_when_the_account_is_reset_or_closed(cast: Cast, at: datetime, act: str) -> None:
    _token, text = made(cast.actor("clerk"), at)
    _others, kept = made(cast.actor("town_clerk"), at)
    who: dict[str, Any] = {"account": cast.clerk.id, "reason": "账号被盗", "at": at}
    security, system = cast.actor("security_admin"), cast.actor("system_admin")
    if act == "password":
        with acting(security):
            administration.reset_password(security, **who)
    elif act == "factor":
        Authenticator.objects.create(user=cast.clerk, type=Authenticator.Type.TOTP, data={})
        with acting(security):
            administration.reset_second_factor(security, **who)
    elif act == "deactivate":
        with acting(system):
            administration.deactivate_account(system, **who)
            administration.reactivate_account(system, **who)
    else:
        Account.objects.update(enabled_at=at - timedelta(days=200), last_login=at)
        Account.objects.filter(pk=cast.clerk.pk).update(last_login=at - timedelta(days=90))
        close_dormant(at=at)
        administration.reactivate_account(system, **who)
    assert find_token(text) is None
    assert find_token(kept) is not None
    event = Event.objects.get(kind="api.token_revoked")
    assert (event.subject_id, event.data["name"]) == (cast.clerk.id, "人事系统")
    assert event.actor_name in {"security_admin", "system_admin", "accounts.close_dormant"}
