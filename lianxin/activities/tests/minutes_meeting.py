"""A meeting of the tests: a branch with members, an activity that was held, and who came."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from lianxin.activities.actions.minutes import Speech, begin_minutes, write_item
from lianxin.activities.models import Activity, ActivityParty, AgendaItem, Minutes, Participant
from lianxin.kernel.accounts.models import Account
from lianxin.kernel.authz import Actor
from lianxin.members.facade import Member, add
from lianxin.rules.facade import id_check_character

SURNAMES = "王李张刘陈杨赵黄周吴"
GIVEN = ["建国", "秀英", "志强", "桂兰", "德胜"]
TEXT = "与会党员结合本村实际进行了讨论，认为应当抓住春季有利时机，抓紧落实。"


@dataclass
class Meeting:
    """An activity with its members, in order of name."""

    activity: Activity
    members: list[Member]
    at: datetime

    @property
    def minutes(self) -> Minutes:
        """As the database has them now."""
        return Minutes.objects.get(activity=self.activity)

    def signed_in(self, who: int) -> Actor:
        """One of the members with an account of their own and no role."""
        member = self.members[who]
        account, _made = Account.objects.get_or_create(username=f"member{who}", defaults={"name": member.name})
        return Actor(name=member.name, account_id=account.pk, member_id=member.pk)


def people(cast, at, count, place="willow"):
    """So many full members in a branch."""

    def enter(number):
        first = f"990101{1950 + number // 300}0101{number % 300 + 1:03d}"
        facts = {
            "name": SURNAMES[number % 10] + GIVEN[number // 10 % 5] + ("" if number < 50 else str(number)),
            "sex": "1",
            "ethnic_group": "01",
            "birth_date": date(1950 + number // 300, 1, 1),
            "joined_on": date(1995, 7, 1),
            "converted_on": date(1996, 7, 1),
            "id_number": first + id_check_character(first),
        }
        place_id = getattr(cast, place).id
        return add(actor, organisation=place_id, facts=facts, since=date(2020, 1, 1), at=at - timedelta(hours=20))

    actor = cast.actor("clerk")
    return [enter(number) for number in range(count)]


def hold(cast, at, *, count=9, came=7, items=("传达上级精神", "讨论集体经济发展"), **facts):
    """A general meeting in willow an hour ago: `came` of `count` members were there, the next one was on leave."""
    members = people(cast, at, count)
    return another(cast, at, members, came=came, items=items, **facts)


def another(cast, at, members, *, came=7, items=("讨论",), **facts):
    """A further meeting of the same members."""
    given = {
        "kinds": ["general_meeting"],
        "title": "第四季度党员大会",
        "starts_at": at - timedelta(hours=2),
        "ends_at": at - timedelta(hours=1),
        "place": "村党群服务中心",
        "state": Activity.State.HELD,
        "held_at": at - timedelta(hours=1),
        "chair": members[0],
        "chair_name": members[0].name,
        "recorder": members[1],
        "recorder_name": members[1].name,
        "created_at": at,
    } | facts
    activity = Activity.objects.create(organisation=cast.willow, **given)
    ActivityParty.objects.create(
        activity=activity, organisation=cast.willow, organisation_name=cast.willow.short_name, is_host=True
    )
    for number, title in enumerate(items, 1):
        AgendaItem.objects.create(activity=activity, position=number, title=title)
    for number, member in enumerate(members):
        there = (
            {"attendance": "present", "signed_at": at, "signed_how": "list"}
            if number < came
            else {"attendance": "absent"}
        )
        leave = {"reply": "leave_given", "leave_reason": "外出务工"} if number == came else {}
        Participant.objects.create(
            activity=activity,
            member=member,
            member_organisation=cast.willow,
            name=member.name,
            pinyin=f"{number:03d}",
            may_vote=True,
            **there,
            **leave,
        )
    activity.refresh_from_db()  # its place comes from a trigger
    return Meeting(activity, list(members), at)


def written(cast, meeting, *, who="secretary"):
    """The meeting's minutes with every item written."""
    actor = cast.actor(who)
    minutes = begin_minutes(actor, activity=meeting.activity.pk, at=meeting.at)
    for item in minutes.items.all():
        write_item(
            actor,
            item=item.pk,
            version=item.version,
            speeches=[Speech(meeting.members[0].name, TEXT, meeting.members[0].pk)],
            decision="会议同意。",
            at=meeting.at,
        )
    return minutes
