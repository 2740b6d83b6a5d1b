from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lianxin.activities.actions.minutes import begin_minutes, confirm_minutes
from lianxin.activities.actions.minutes_telling import tell_owner
from lianxin.activities.actions.resolution import (
    add_resolution,
    finish_resolution,
    remove_resolution,
    reopen_resolution,
    take_back_resolution,
)
from lianxin.activities.minutes_panels import CALENDAR, at_the_desk, in_the_portal, on_activity, on_own_activity
from lianxin.activities.models import Activity, PartyGroup, Resolution
from lianxin.activities.queries.minutes import minutes_for
from lianxin.activities.queries.resolution import own_resolutions, resolutions_before
from lianxin.activities.tests.minutes_meeting import another, hold, written
from lianxin.kernel.authz import acting
from lianxin.kernel.errors import Conflict, InvalidInput, NotPermitted, NotVisible
from lianxin.kernel.models import Event
from lianxin.kernel.time import day_of
from lianxin.kernel.ui.templatetags.ui import long_date
from lianxin.messaging.models import Recipient

State = Resolution.State


@pytest.fixture
def meeting(cast, at):
    return hold(cast, at - timedelta(days=40))


@pytest.fixture
def resolve(cast, meeting, at):
    """A resolution that member 2 sees to; with the minutes confirmed unless it is to be a draft."""

    def resolve(*, draft=False, days=10, text="修缮村道"):
        item = written(cast, meeting).items.first()
        made = add_resolution(
            cast.actor("secretary"),
            item=item.pk,
            text=text,
            owner=meeting.members[2].pk,
            due_on=(at - timedelta(days=40) + timedelta(days=days)).date(),
            at=at,
        )
        if not draft:
            confirm_minutes(cast.actor("secretary"), activity=meeting.activity.pk, at=at)
        made.refresh_from_db()
        return made

    return resolve


def test_a_resolution_becomes_a_task_when_the_minutes_are_confirmed(cast, meeting, resolve, at):
    made = resolve(draft=True)
    owner = meeting.signed_in(2)
    with acting(owner):
        assert own_resolutions(owner) == []
    confirm_minutes(cast.actor("secretary"), activity=meeting.activity.pk, at=at)
    with acting(owner):
        assert [one.pk for one in own_resolutions(owner)] == [made.pk]
        panel = in_the_portal(owner)
    assert panel.own[0][1] == f"/activities/resolutions/{made.pk}/"
    assert made.owner_name == meeting.members[2].name


@pytest.mark.parametrize(
    ("given", "field"), [({"text": ""}, "text"), ({"days": -1}, "due_on"), ({"stranger": True}, "owner")]
)
def test_what_who_and_until_when_are_needed(cast, meeting, at, given, field):
    item = begin_minutes(cast.actor("secretary"), activity=meeting.activity.pk, at=at).items.first()
    owner = cast.willow.pk if given.get("stranger") else meeting.members[0].pk
    day = (meeting.activity.starts_at + timedelta(days=given.get("days", 3))).date()
    with pytest.raises(InvalidInput) as refused:
        add_resolution(
            cast.actor("secretary"), item=item.pk, text=given.get("text", "修路"), owner=owner, due_on=day, at=at
        )
    assert list(refused.value.fields) == [field]
    assert not Resolution.objects.exists()


def test_its_owner_says_that_it_is_done_with_a_note(meeting, resolve, at):
    made, owner = resolve(), meeting.signed_in(2)
    with acting(owner):
        with pytest.raises(InvalidInput):
            finish_resolution(owner, resolution=made.pk, note=" ", at=at)
        finish_resolution(owner, resolution=made.pk, note="已硬化300米", at=at)
        with pytest.raises(Conflict):
            finish_resolution(owner, resolution=made.pk, note="再次", at=at)
    made.refresh_from_db()
    assert (made.state, made.note, made.settled_at) == (State.DONE, "已硬化300米", at)
    assert Event.objects.get(kind="activities.resolution_done").reason == "已硬化300米"


def test_the_owner_does_not_take_back_what_the_meeting_resolved_but_the_staff_may(cast, meeting, resolve, at):
    made, owner = resolve(), meeting.signed_in(2)
    with acting(owner), pytest.raises(NotPermitted):
        take_back_resolution(owner, resolution=made.pk, note="不做了", at=at)
    take_back_resolution(cast.actor("secretary"), resolution=made.pk, note="项目取消", at=at)
    with acting(owner), pytest.raises(NotPermitted):
        reopen_resolution(owner, resolution=made.pk, at=at)
    reopen_resolution(cast.actor("secretary"), resolution=made.pk, at=at)
    made.refresh_from_db()
    assert (made.state, made.note, made.settled_at) == (State.OPEN, "", None)


@pytest.mark.parametrize(
    ("who", "answer"), [("viewer", NotPermitted), ("sibling", NotVisible), ("stranger", NotVisible)]
)
def test_others_do_not_settle(cast, resolve, at, who, answer):
    made, actor = resolve(), cast.actor(who)
    with acting(actor), pytest.raises(answer):
        finish_resolution(actor, resolution=made.pk, note="完成", at=at)
    made.refresh_from_db()
    assert made.state == State.OPEN


def test_another_member_sees_no_task_of_others(meeting, resolve, at):
    made, other = resolve(), meeting.signed_in(3)
    with acting(other):
        assert own_resolutions(other) == []
        with pytest.raises(NotVisible):
            finish_resolution(other, resolution=made.pk, note="完成", at=at)


def test_a_draft_resolution_is_removed_and_cannot_be_done(cast, resolve, at):
    made = resolve(draft=True)
    with pytest.raises(Conflict):
        finish_resolution(cast.actor("secretary"), resolution=made.pk, note="完成", at=at)
    remove_resolution(cast.actor("secretary"), resolution=made.pk, at=at)
    assert not Resolution.objects.exists()


def test_overdue_ones_show_at_the_desk_and_in_the_calendar(cast, resolve, at, today):
    made, secretary = resolve(), cast.actor("secretary")
    with acting(secretary):
        panel = at_the_desk(secretary)
        entries = CALENDAR.organisation(secretary, [cast.willow.pk], made.due_on, made.due_on)
    assert [one.pk for one, _url in panel.late] == [made.pk]
    assert [(one.on, one.label, one.state) for one in entries] == [(made.due_on, "修缮村道", "late")]
    with acting(cast.actor("sibling")):
        assert at_the_desk(cast.actor("sibling")) is None
        assert CALENDAR.organisation(cast.actor("sibling"), [cast.willow.pk], made.due_on, made.due_on) == []


def test_the_next_meeting_opens_with_what_is_open_or_was_settled_since(cast, meeting, resolve, at):
    made = resolve()
    following = another(cast, at, meeting.members)
    secretary = cast.actor("secretary")
    with acting(secretary):
        assert [one.pk for one in resolutions_before(following.activity)] == [made.pk]
        assert [one.pk for one in on_activity(secretary, activity=following.activity).before] == [made.pk]
        assert resolutions_before(meeting.activity) == []
    finish_resolution(secretary, resolution=made.pk, note="完成", at=at)
    written(cast, following)
    done = confirm_minutes(secretary, activity=following.activity.pk, at=at)
    assert '"earlier":[{"decided_on":' in done.content
    assert '"note":"完成"' in done.content
    later = another(cast, at + timedelta(days=60), meeting.members)
    Resolution.objects.filter(pk=made.pk).update(settled_at=following.activity.starts_at - timedelta(days=1))
    assert resolutions_before(later.activity) == []


def test_what_the_committee_resolved_is_not_read_to_all_members(cast, at):
    first = hold(cast, at - timedelta(days=3), kinds=["committee_meeting"], title="支委会", audience="committee")
    item = written(cast, first).items.first()
    secretary = cast.actor("secretary")
    due = day_of(at) + timedelta(days=9)
    made = add_resolution(secretary, item=item.pk, text="与其谈话提醒", owner=first.members[1].pk, due_on=due, at=at)
    confirm_minutes(secretary, activity=first.activity.pk, at=at)
    general = another(cast, at, first.members)
    written(cast, general)
    confirm_minutes(secretary, activity=general.activity.pk, at=at)
    ordinary = general.signed_in(5)
    with acting(ordinary):
        assert "谈话提醒" not in minutes_for(ordinary, general.activity.pk).content
    following = another(cast, at + timedelta(days=9), first.members, kinds=["committee_meeting"], audience="committee")
    assert [one.pk for one in resolutions_before(following.activity)] == [made.pk]


@pytest.mark.parametrize(
    ("given", "following", "is_read"),
    [
        ({"kinds": ["theme_day"]}, {"kinds": ["general_meeting"]}, True),
        ({"kinds": ["theme_day"]}, {"kinds": ["committee_meeting"], "audience": "committee"}, False),
        ({"kinds": ["theme_day"], "audience": "committee"}, {"kinds": ["theme_day"]}, False),
        ({"kinds": ["other"], "audience": "chosen"}, {"kinds": ["general_meeting"]}, False),
        ({"kinds": ["general_meeting"], "audience": "chosen"}, {"kinds": ["general_meeting"]}, True),
        ({"kinds": ["general_meeting"]}, {"kinds": ["other"], "audience": "chosen"}, False),
        ({"kinds": ["group_meeting"], "audience": "group", "group": 0}, {"kinds": ["general_meeting"]}, False),
        (
            {"kinds": ["group_meeting"], "audience": "group", "group": 0},
            {"kinds": ["group_meeting"], "audience": "group", "group": 0},
            True,
        ),
        (
            {"kinds": ["group_meeting"], "audience": "group", "group": 0},
            {"kinds": ["group_meeting"], "audience": "group", "group": 1},
            False,
        ),
    ],
)
def test_a_meeting_opens_with_what_its_own_circle_resolved(cast, meeting, resolve, at, given, following, is_read):
    groups = [PartyGroup.objects.create(organisation=cast.willow, name=f"第{number}党小组") for number in (1, 2)]

    def facts(said):
        return said | ({"group": groups[said["group"]]} if "group" in said else {})

    resolve()
    Activity.objects.filter(pk=meeting.activity.pk).update(**facts(given))
    later = another(cast, at, meeting.members, **facts(following))
    assert bool(resolutions_before(later.activity)) is is_read


def test_panels_ask_as_often_for_two_as_for_twelve(cast, meeting, at):
    secretary, owner = cast.actor("secretary"), meeting.signed_in(2)
    item = written(cast, meeting).items.first()

    def give(count):
        for _number in range(count):
            due = (meeting.activity.starts_at + timedelta(days=3)).date()
            Resolution.objects.create(
                item=item, organisation=cast.willow, text="事", owner=meeting.members[2], due_on=due, state="open"
            )

    counts = []
    for more in (2, 10):
        give(more)
        with acting(secretary), CaptureQueriesContext(connection) as asked:
            at_the_desk(secretary)
        with acting(owner), CaptureQueriesContext(connection) as asked_own:
            in_the_portal(owner)
        counts.append((len(asked), len(asked_own)))
    assert counts[0] == counts[1]


def test_the_page_of_an_activity_in_the_portal_leads_to_its_minutes(cast, meeting, resolve, at):
    made = resolve()
    following = another(cast, at, meeting.members)
    chair, other = meeting.signed_in(0), meeting.signed_in(3)
    with acting(chair):
        panel = on_own_activity(chair, activity=following.activity)
    assert [one.pk for one in panel.before] == [made.pk]
    assert panel.may_begin
    with acting(other):
        assert on_own_activity(other, activity=following.activity) is None  # nothing there for them yet
    with acting(other):
        assert on_own_activity(other, activity=meeting.activity).minutes.is_confirmed


def tasks():
    return [(one.message, one) for one in Recipient.objects.filter(message__kind="activities.task")]


def test_the_owner_is_told_once_when_the_minutes_are_confirmed(cast, meeting, resolve, at):
    made = resolve(draft=True)
    assert not tasks()  # a draft gives nobody anything to do
    confirm_minutes(cast.actor("secretary"), activity=meeting.activity.pk, at=at)
    ((message, recipient),) = tasks()
    assert recipient.member_id == meeting.members[2].pk
    assert message.link == f"/activities/resolutions/{made.pk}/"
    assert made.text in message.text
    assert message.title.startswith(f"请于{long_date(made.due_on)}前办理：")
    tell_owner(cast.actor("secretary"), made, meeting.activity, at=at)
    assert len(tasks()) == 1


def test_the_owner_is_told_when_a_task_is_open_again_but_not_of_their_own_act(cast, meeting, resolve, at):
    made = resolve()
    assert [one.read_at for _message, one in tasks()] == [None]
    finish_resolution(cast.actor("secretary"), resolution=made.pk, note="已完成", at=at)
    assert [one.read_at for _message, one in tasks()] == [at]  # what is done is no news any more
    reopen_resolution(cast.actor("secretary"), resolution=made.pk, at=at)
    assert sorted(one.read_at is None for _message, one in tasks()) == [False, True]
    owner = meeting.signed_in(2)
    with acting(owner):
        finish_resolution(owner, resolution=made.pk, note="已完成", at=at)
        reopen_resolution(owner, resolution=made.pk, at=at + timedelta(minutes=1))
    assert len(tasks()) == 2


def test_nobody_is_told_of_minutes_that_could_not_be_confirmed(cast, meeting, resolve, at):
    resolve(draft=True)
    meeting.activity.chair_name = ""
    meeting.activity.save(update_fields=["chair_name"])
    with pytest.raises(Conflict):
        confirm_minutes(cast.actor("secretary"), activity=meeting.activity.pk, at=at)
    assert not tasks()
