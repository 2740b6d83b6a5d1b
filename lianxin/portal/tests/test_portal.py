"""The phone's home: a member's own, and the way for staff."""

import pytest
from django.test import Client
from django.urls import reverse

from lianxin.workbench.tests.test_workbench import main, wang

__all__ = ["wang"]
HOME = "/"


def claimed(cast, member, who):
    account = getattr(cast, who)
    account.member_id = member.id
    account.save(update_fields=["member_id"])
    return cast.client(who)


def test_strangers_are_sent_to_sign_in():
    assert Client().get(HOME).status_code == 302


@pytest.mark.parametrize("who", ["clerk", "secretary", "viewer", "security_admin"])
def test_staff_without_a_record_go_to_the_desk(cast, who):
    assert cast.client(who).get(HOME).headers["Location"] == reverse("workbench:home")


def test_an_auditor_goes_to_the_log(cast):
    assert cast.client("auditor").get(HOME).headers["Location"] == reverse("audit:events")


@pytest.mark.parametrize("who", ["stranger", "expired", "revoked"])
def test_who_has_neither_record_nor_role_is_told_how_to_claim_one(cast, who):
    answer = cast.client(who).get(HOME)
    assert answer.status_code == 200
    assert reverse("claim:claim") in main(answer)


def test_a_member_sees_their_own_record_and_nothing_else(cast, wang):
    answer = claimed(cast, wang, "stranger").get(HOME)
    page = answer.content.decode()
    assert "王建国" in main(answer)
    assert reverse("own:record") in page
    assert "柳树村党支部" in page
    assert "/work/" not in page


def test_a_secretary_with_a_record_finds_both(cast, wang):
    page = claimed(cast, wang, "secretary").get(HOME)
    assert "王建国" in main(page)
    assert reverse("workbench:home") in page.content.decode()


def test_a_member_s_page_is_not_open_to_another(cast, wang):
    client = claimed(cast, wang, "stranger")
    assert client.get(reverse("members:detail", args=[wang.pk])).status_code == 403
    assert client.get(reverse("workbench:home")).status_code == 403


def test_home_takes_a_fixed_number_of_queries(cast, wang, django_assert_max_num_queries):
    client = claimed(cast, wang, "stranger")
    client.get(HOME)
    with django_assert_max_num_queries(28):
        client.get(HOME)
