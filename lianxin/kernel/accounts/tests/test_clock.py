import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from freezegun import freeze_time

from lianxin.kernel.accounts.tests.conftest import PASSWORD, at
from lianxin.kernel.authz import Role
from lianxin.kernel.models import Event

MINE = "/account/sessions/"


@pytest.fixture
def seen_step():
    """The clock of the product, which tests elsewhere hold still."""


def sign_in(client, clock):
    with freeze_time(at(clock)):
        assert client.post("/account/login/", {"login": "wangxl", "password": PASSWORD}).status_code == 302


def answers(client, clock, **headers):
    with freeze_time(at(clock)):
        return client.get(MINE, headers=headers)


@pytest.mark.parametrize(("clock", "works"), [("09:14:59", True), ("09:15:00", False)])
def test_staff_idle_since_nine_are_out_at_a_quarter_past(client, account, as_role, clock, works):
    as_role(Role.SECRETARY)
    sign_in(client, "09:00:00")
    assert (answers(client, clock).status_code == 200) is works


@pytest.mark.parametrize(("clock", "works"), [("09:29:59", True), ("09:30:00", False)])
def test_members_have_half_an_hour(client, account, clock, works):
    sign_in(client, "09:00:00")
    assert (answers(client, clock).status_code == 200) is works


def test_every_act_starts_the_idle_time_anew(client, account):
    sign_in(client, "09:00:00")
    for clock in ("09:20:00", "09:40:00", "10:00:00"):
        assert answers(client, clock).status_code == 200
    assert answers(client, "10:30:00").status_code == 302


def test_polling_in_the_background_is_no_act(client, account):
    sign_in(client, "09:00:00")
    assert answers(client, "09:20:00", lx_background="1").status_code == 200
    assert answers(client, "09:30:00").status_code == 302


def test_after_eight_hours_everybody_signs_in_again(client, account):
    sign_in(client, "09:00:00")
    clock = at("09:00:00")
    for minutes in range(20, 480, 20):
        with freeze_time(clock.replace(hour=9 + minutes // 60, minute=minutes % 60)):
            assert client.get(MINE).status_code == 200
    assert answers(client, "16:59:59").status_code == 200
    gone = answers(client, "17:00:00")
    assert gone.status_code == 302
    assert gone.url.startswith("/account/login/")
    assert Event.objects.get(kind="accounts.signed_out").data == {"why": "absolute"}


def test_the_sign_in_page_says_why_the_session_ended(client, account):
    sign_in(client, "09:00:00")
    with freeze_time(at("09:30:00")):
        page = client.get(MINE, follow=True)
    assert "toast" in page.text
    assert Event.objects.get(kind="accounts.signed_out").data == {"why": "idle"}


def test_a_second_click_within_a_moment_writes_nothing(client, account):
    sign_in(client, "09:00:00")
    answers(client, "09:00:30")
    for clock, writes in (("09:00:35", 0), ("09:00:40", 1)):
        with CaptureQueriesContext(connection) as asked:
            answers(client, clock)
        assert sum('UPDATE "django_session"' in one["sql"] for one in asked) == writes
