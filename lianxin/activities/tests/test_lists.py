"""Lists follow who belongs there: when announced, when the day changes, when signing in opens; never after."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lianxin.activities.actions.announcing import announce
from lianxin.activities.actions.excusing import end_excuse, excuse
from lianxin.activities.actions.holding import hold
from lianxin.activities.actions.list_of_the_day import bring_up_to_date, open_list
from lianxin.activities.actions.planning import change, plan
from lianxin.activities.actions.replying import reply
from lianxin.activities.actions.signing import tick
from lianxin.activities.models import Participant
from lianxin.activities.queries.minutes import presence_of
from lianxin.activities.queries.prefilling import plan_of
from lianxin.kernel.authz import acting
from lianxin.kernel.models import Event
from lianxin.members.facade import decease, move, suspend, update
from lianxin.messaging.models import Recipient


@pytest.fixture
def draft(cast, planned, at):
    """A general meeting of willow as a draft; made when it is asked for."""

    def draft(**given):
        return plan(cast.actor("secretary"), organisation=cast.willow.id, planned=planned(**given), at=at)

    return draft


def names(activity, **given):
    return set(Participant.objects.filter(activity=activity, **given).values_list("name", flat=True))


def invited(member):
    """Whether the member has an invitation that waits."""
    rows = Recipient.objects.filter(member=member, message__kind="activities.invited", read_at__isnull=True)
    return rows.exists()


def test_announcing_follows_who_left_died_and_became_a_full_member(cast, people, enter, draft, at, today):
    clerk = cast.actor("clerk")
    new = enter("周平", 9, converted_on=None, joined_on=today - timedelta(days=366))
    made = draft()
    assert names(made, may_vote=False) == {"周平"}
    update(clerk, member=new.pk, changes={"person_category": "full", "converted_on": today}, at=at)
    move(clerk, member=people[3].pk, to=cast.poplar.id, since=today, at=at)
    decease(clerk, member=people[4].pk, since=today, at=at)
    enter("吴新", 10)
    announce(cast.actor("secretary"), activity=made.pk, at=at)
    assert names(made) == names(made, may_vote=True) == {"王建国", "李秀兰", "赵志强", "周平", "吴新"}
    assert presence_of(made).voters == 5
    assert not invited(people[3])
    assert not invited(people[4])
    assert invited(new)
    said = Event.objects.get(kind="activities.list_updated").data
    assert (said["added"], sorted(said["taken_off"]), said["altered"]) == (["吴新"], ["刘洋", "陈静"], ["周平"])


def test_who_goes_on_a_later_day_is_still_there_on_the_day(cast, people, draft, at, today):
    move(cast.actor("clerk"), member=people[4].pk, to=cast.poplar.id, since=today + timedelta(days=30), at=at)
    assert len(names(draft())) == 5
    assert names(draft(starts_at=at + timedelta(days=40))) == {one.name for one in people[:4]}


def test_opening_the_list_follows_and_tells(cast, people, meeting, enter, account_of, at, today):
    clerk, secretary = cast.actor("clerk"), cast.actor("secretary")
    made = meeting(starts_at=at + timedelta(minutes=50))
    account_of(people[2], "third")
    reply(cast.actor("third"), activity=made.pk, coming=True, at=at)
    for gone in people[2:4]:  # the third has answered: off the count, and not off the list
        move(clerk, member=gone.pk, to=cast.poplar.id, since=today, at=at)
    suspend(clerk, member=people[4].pk, since=today, reason="失去联系", at=at)
    came = enter("吴新", 10)
    enter("周平", 11, converted_on=None, joined_on=today - timedelta(days=366))
    page = cast.client("secretary").get(reverse("activities:attendance", args=[made.pk])).content.decode()
    assert "吴新" in page
    assert "陈静" not in page
    assert names(made) == {"王建国", "李秀兰", "赵志强", "吴新"}
    assert names(made, may_vote=True) == {"王建国", "李秀兰", "吴新"}
    assert invited(came)
    assert not invited(people[3])
    assert not invited(people[4])
    kinds = Recipient.objects.filter(member=people[4]).values_list("message__kind", flat=True)
    assert list(kinds) == ["activities.invited"]  # membership rests: nothing is said, and nothing waits
    tick(secretary, activity=made.pk, participants=[made.participants.get(member=people[0]).pk], at=at)
    enter("孙晓", 12)
    open_list(secretary, activity=made.pk, at=at)
    assert "孙晓" not in names(made)


def test_long_before_it_begins_nothing_is_opened(cast, people, meeting, enter, at):
    made = meeting(starts_at=at + timedelta(hours=2))
    enter("吴新", 10)
    open_list(cast.actor("secretary"), activity=made.pk, at=at)
    assert "吴新" not in names(made)


def test_an_old_branch_secretary_reaches_nobody_by_opening(cast, people, meeting, at):
    made = meeting()
    assert cast.client("sibling").get(reverse("activities:attendance", args=[made.pk])).status_code == 404


def test_holding_is_the_last_time_the_list_follows(cast, people, meeting, enter, row, at, today):
    secretary, later = cast.actor("secretary"), at + timedelta(hours=2)
    made = meeting()
    tick(secretary, activity=made.pk, participants=[row(made, people[0]).pk], at=later)
    decease(cast.actor("clerk"), member=people[4].pk, since=today, at=at)
    new = enter("吴新", 10)
    made = hold(secretary, activity=made.pk, at=later)
    assert names(made) == {*(one.name for one in people[:4]), "吴新"}
    assert names(made, attendance="absent") == {"李秀兰", "赵志强", "刘洋", "吴新"}
    assert not Recipient.objects.filter(member=new).exists()  # nobody is invited to what is over
    decease(cast.actor("clerk"), member=people[3].pk, since=today, at=later)
    assert bring_up_to_date(made, adds=True).gone == ()
    assert presence_of(made).voters == 5


def test_another_day_has_other_excuses_and_other_members(cast, people, draft, at, today):
    until = today + timedelta(days=20)
    excuse(cast.actor("town_clerk"), member=people[4].pk, ground="illness", since=today, until=until, at=at)
    move(cast.actor("clerk"), member=people[3].pk, to=cast.poplar.id, since=until, at=at)
    made = draft()
    assert names(made, is_excused=True) == {"陈静"}
    facts = plan_of(made)
    later = replace(facts, starts_at=facts.starts_at + timedelta(days=30), ends_at=facts.ends_at + timedelta(days=30))
    change(cast.actor("secretary"), activity=made.pk, planned=later, at=at)
    assert names(made) == {"王建国", "李秀兰", "赵志强", "陈静"}
    assert not names(made, is_excused=True)


def test_ending_one_excuse_keeps_a_later_one(cast, people, draft, at, today):
    clerk, days = cast.actor("town_clerk"), timedelta(days=1)
    first = excuse(clerk, member=people[4].pk, ground="illness", since=today, until=today + 20 * days, at=at)
    excuse(clerk, member=people[4].pk, ground="illness", since=today + 40 * days, at=at)
    soon, late = draft(starts_at=at + 15 * days), draft(starts_at=at + 60 * days)
    end_excuse(clerk, excuse=first.pk, until=today + 10 * days, at=at)
    assert not names(soon, is_excused=True)
    assert names(late, is_excused=True) == {"陈静"}


def test_it_takes_the_same_queries_for_few_and_for_many(cast, people, enter, draft, at):
    made, asked = draft(), []
    for more in (1, 12):
        for number in range(more):
            enter(f"新{more}-{number}", 100 * more + number)
        with acting(cast.actor("secretary")), CaptureQueriesContext(connection) as seen:
            bring_up_to_date(made, adds=True)
        asked.append(len(seen))
    assert asked[0] == asked[1]
    assert len(names(made)) == 18
