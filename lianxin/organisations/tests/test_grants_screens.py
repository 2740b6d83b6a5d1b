"""The screens of roles and of accounts, as administrators and others meet them."""

import re

import pytest
from django.urls import reverse

from lianxin.kernel.accounts.models import Account
from lianxin.kernel.web import navigation
from lianxin.organisations.models import Grant


@pytest.fixture(autouse=True)
def _without_a_menu(monkeypatch):
    monkeypatch.setattr(navigation, "_entries", [])


@pytest.fixture
def admin(cast):
    return cast.client("security_admin")


@pytest.fixture
def opener(cast):
    return cast.client("system_admin")


def pages(cast):
    grant = Grant.objects.get(account=cast.secretary)
    return [
        reverse("organisations:grants"),
        reverse("organisations:grants") + "?sort=person&state=expired&state=revoked",
        reverse("organisations:roles"),
        reverse("organisations:grant", args=[grant.id]),
        reverse("organisations:grant_give"),
        reverse("organisations:grant_revoke", args=[grant.id]),
        reverse("accounts_list"),
        reverse("organisations:requests"),
        reverse("accounts_account", args=[cast.secretary.id]),
        reverse("accounts_act", args=[cast.secretary.id, "reset"]),
    ]


def test_every_page_opens_for_the_administrator_in_chinese(cast, admin):
    for page in pages(cast):
        answer = admin.get(page)
        assert answer.status_code == 200, page
        main = answer.text.partition("<main")[2].partition("</main")[0]
        assert re.search(r"<h1>\s*[一-鿿s]", main), page
        words = re.sub(r"<[^>]+>", " ", re.sub(r"<script.*?</script>", "", main, flags=re.DOTALL))
        assert not re.search(r"\b(?:Role|Person|Organisation|State|Reason|From|revoke|account)\b", words), page


@pytest.mark.parametrize("who", ["secretary", "stranger", "expired", "revoked"])
def test_no_page_opens_for_those_without_the_permission(cast, who):
    browser = cast.client(who)
    for page in pages(cast):
        assert browser.get(page).status_code == 403, page


def test_strangers_to_the_platform_sign_in_first(cast, client):
    for page in pages(cast):
        assert client.get(page).status_code == 302


def test_a_role_is_given_through_the_screen_and_revoked(cast, admin, today):
    answer = admin.post(
        reverse("organisations:grant_give"),
        {
            "account": "stranger",
            "role": "secretary",
            "organisation": "370522101201",
            "valid_from": today.isoformat(),
            "reason": "利组发〔2026〕8号",
        },
    )
    assert answer.status_code == 302, answer.text
    grant = Grant.objects.get(account=cast.stranger)
    assert (grant.organisation_id, grant.below, grant.granted_by) == (cast.willow.id, False, cast.security_admin.id)
    revoke = reverse("organisations:grant_revoke", args=[grant.id])
    assert admin.post(revoke, {"reason": ""}).status_code == 422
    assert admin.post(revoke, {"reason": "调离"}).status_code == 302
    grant.refresh_from_db()
    assert grant.revoked_at is not None


def test_an_unknown_person_or_place_is_said_beside_the_field(cast, admin, today):
    answer = admin.post(
        reverse("organisations:grant_give"),
        {"account": "who", "role": "viewer", "organisation": "月亮", "valid_from": today.isoformat(), "reason": "x"},
    )
    assert answer.status_code == 422
    assert "没有使用该用户名或手机号的账号" in answer.text
    assert "您管理的范围内没有使用该代码或名称的组织" in answer.text


def test_by_default_only_roles_in_force_are_listed(cast, admin):
    listed = admin.get(reverse("organisations:grants")).text
    assert "secretary" in listed
    assert "expired" not in listed.partition("<tbody")[2].partition("</tbody")[0].replace("state=expired", "")


def test_a_temporary_password_is_shown_once_and_works(cast, opener, client):
    page = opener.post(reverse("accounts_new"), {"name": "新人", "username": "newcomer", "phone": ""})
    password = re.search(r"<code>(.+?)</code>", page.text)
    assert password
    made = Account.objects.get(username="newcomer")
    assert password[1] not in opener.get(reverse("accounts_account", args=[made.id])).text
    assert client.post("/account/login/", {"login": "newcomer", "password": password[1]}).status_code == 302
    assert client.get("/account/sessions/").url == "/account/password/"


def test_an_account_is_deactivated_through_the_screen(cast, opener):
    act = reverse("accounts_act", args=[cast.secretary.id, "deactivate"])
    assert opener.post(act, {"reason": ""}).status_code == 422
    assert Account.objects.get(pk=cast.secretary.id).is_active
    assert opener.post(act, {"reason": "退休"}).status_code == 302
    assert not Account.objects.get(pk=cast.secretary.id).is_active


def test_the_list_of_accounts_leads_to_each(cast, opener):
    assert reverse("accounts_account", args=[cast.secretary.id]) in opener.get(reverse("accounts_list")).text


def test_an_unknown_act_is_not_found(cast, admin):
    assert admin.get(reverse("accounts_act", args=[cast.secretary.id, "explode"])).status_code == 404


def test_lists_take_a_counted_number_of_queries(cast, admin, django_assert_max_num_queries):
    # session, account, its grants, the rows, what waits for a second person, unread messages; the page's transaction:
    # begin and end; the clock of the session: savepoint, update, release
    with django_assert_max_num_queries(11):
        admin.get(reverse("organisations:grants"))
    with django_assert_max_num_queries(11):
        admin.get(reverse("accounts_list"))
