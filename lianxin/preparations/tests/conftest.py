from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.test import Client

from lianxin.kernel.accounts.models import Account
from lianxin.kernel.web.actors import actor_of
from lianxin.members.facade import Member, Post, add
from lianxin.preparations.actions.preparing import open_preparation
from lianxin.preparations.actions.talks import plan_talks
from lianxin.rules.facade import id_check_character
from tests.cast import PASSWORD, sign_in_now


@dataclass
class Person:
    """A member with an account."""

    member: Member
    account: Account

    @property
    def actor(self):
        return actor_of(self.account)

    @property
    def client(self):
        client = Client()
        client.force_login(self.account)
        sign_in_now(client)
        return client


def id_number(sequence):
    first = f"99010119700101{sequence:03d}"
    return first + id_check_character(first)


@pytest.fixture
def enter(cast, at, today):
    """Enter a member with an account of their own, perhaps with a post."""
    made = []

    def enter(name, *, place="willow", post=""):
        number = len(made) + 1
        facts = {
            "name": name,
            "sex": "1",
            "ethnic_group": "01",
            "birth_date": date(1970, 1, 1),
            "education": "61",
            "joined_on": date(1995, 7, 1),
            "converted_on": date(1996, 7, 1),
            "work_post": "1",
            "id_number": id_number(number),
            "mobile": f"12000000{number:03d}",
        }
        organisation = getattr(cast, place)
        member = add(
            cast.actor("clerk"),
            organisation=organisation.id,
            facts=facts,
            since=today - timedelta(days=400),
            at=at - timedelta(hours=1),
        )
        account = Account.objects.create_account(f"member{number}", PASSWORD, name=name)
        Member.objects.filter(pk=member.pk).update(account=account)
        account.member_id = member.pk
        account.save(update_fields=["member_id"])
        if post:
            Post.objects.create(organisation=organisation, member=member, kind=post, since=today - timedelta(days=300))
        made.append(Person(member, account))
        return made[-1]

    return enter


@pytest.fixture
def wang(enter):
    """On the committee."""
    return enter("王建国", post="secretary")


@pytest.fixture
def li(enter):
    """On the committee."""
    return enter("李秀兰", post="organisation")


@pytest.fixture
def zhang(enter):
    return enter("张伟")


@pytest.fixture
def liu(enter):
    return enter("刘洋")


@pytest.fixture
def people(wang, li, zhang, liu):
    """Two on the committee, two members."""
    return [wang, li, zhang, liu]


@pytest.fixture
def talks(cast, people, at, today):
    """The talks of the year, planned."""
    return plan_talks(cast.actor("secretary"), organisation=cast.willow.id, year=today.year, at=at)


@pytest.fixture
def meeting(cast, people, at, today):
    """An organisation-life meeting for which two write a text."""
    return open_preparation(
        cast.actor("secretary"),
        organisation=cast.willow.id,
        kind="org_life_meeting",
        topic="2026年度组织生活会",
        planned_on=today + timedelta(days=14),
        authors=[people[0].member.pk, people[2].member.pk],
        at=at,
    )
