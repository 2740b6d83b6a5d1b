"""Members of the willow branch, with accounts, and meetings of theirs."""

from datetime import date, datetime, time, timedelta

import pytest

from lianxin.activities.actions.announcing import announce
from lianxin.activities.actions.planning import plan
from lianxin.activities.models import Participant
from lianxin.activities.plan import Plan, Point
from lianxin.kernel.accounts.models import Account
from lianxin.kernel.time import SHANGHAI
from lianxin.members.actions.adding import add
from lianxin.members.facade import Member, Post
from lianxin.rules.facade import id_check_character

NAMES = ("王建国", "李秀兰", "赵志强", "刘洋", "陈静")


@pytest.fixture
def enter(cast, at, today):
    """Enter a member; `number` makes the identity number."""

    def enter(name, number, place="willow", **given):
        birth = date(1970, 1, 1) + timedelta(days=number)
        born = f"990101{birth:%Y%m%d}001"
        facts = {
            "name": name,
            "sex": "1",
            "ethnic_group": "01",
            "birth_date": birth,
            "education": "61",
            "joined_on": date(1995, 7, 1),
            "converted_on": date(1996, 7, 1),
            "work_post": "1",
            "id_number": born + id_check_character(born),
            "mobile": f"1200000{number:04d}",
        }
        return add(
            cast.actor("clerk"),
            organisation=getattr(cast, place).id,
            facts=facts | given,
            since=today - timedelta(days=400),
            at=at - timedelta(hours=2),
        )

    return enter


@pytest.fixture
def people(cast, enter, today):
    """Five full members of willow; the first is its secretary and holds the account of that name."""
    found = [enter(name, number) for number, name in enumerate(NAMES, start=1)]
    for kind, member in zip(("secretary", "organisation", "publicity"), found[:3], strict=True):
        Post.objects.create(organisation=cast.willow, member=member, kind=kind, since=today - timedelta(days=300))
    link(cast.secretary, found[0])
    return found


def link(account, member):
    """Let an account be that of a member."""
    account.member_id = member.pk
    account.save(update_fields=["member_id"])
    Member.objects.filter(pk=member.pk).update(account=account)


@pytest.fixture
def account_of(cast):
    """An account for a member, put into the cast under a name."""

    def account_of(member, who):
        account = Account.objects.create_account(who, "Willow-tree-2026", name=member.name)
        link(account, member)
        setattr(cast, who, account)
        return account

    return account_of


@pytest.fixture
def planned(at):
    """A plan for an hour from now."""

    def planned(**given):
        begins = given.pop("starts_at", at + timedelta(minutes=30))
        facts = {
            "kinds": ["general_meeting"],
            "title": "第四季度党员大会",
            "starts_at": begins,
            "ends_at": begins + timedelta(hours=1),
            "place": "村党群服务中心",
            "agenda": (Point("听取报告", "report", 20), Point("表决", "decision", 10)),
        }
        return Plan(**facts | given)

    return planned


@pytest.fixture
def meeting(cast, people, planned, at):
    """An announced general meeting of willow with its five members."""

    def meeting(**given):
        made = plan(cast.actor("secretary"), organisation=cast.willow.id, planned=planned(**given), at=at)
        return announce(cast.actor("secretary"), activity=made.pk, at=at)

    return meeting


@pytest.fixture
def row():
    """The row of a person in an activity."""

    def row(activity, member):
        return Participant.objects.get(activity=activity, member=member)

    return row


def shanghai(on, hour=15):
    """An instant on a day in Shanghai."""
    return datetime.combine(on, time(hour), SHANGHAI)
