"""What is over but never was announced, and what is reported on the very day: a way on, and no second record."""

from datetime import datetime, time, timedelta

import pytest
from django.urls import reverse

from lianxin.activities.actions.announcing import announce
from lianxin.activities.actions.holding import Report, hold, report
from lianxin.activities.actions.planning import plan
from lianxin.activities.actions.signing import tick
from lianxin.activities.models import Activity, Participant
from lianxin.kernel.errors import Conflict, InvalidInput
from lianxin.kernel.time import SHANGHAI
from lianxin.messaging.facade import Message


@pytest.fixture
def past(cast, people, planned, at):
    """A draft that is over since an hour; `days` puts it further back."""

    def past(days=0):
        made = plan(cast.actor("secretary"), organisation=cast.willow.id, planned=planned(), at=at)
        begins = at - timedelta(days=days, hours=2)
        Activity.objects.filter(pk=made.pk).update(starts_at=begins, ends_at=begins + timedelta(hours=1))
        return made

    return past


def test_the_list_of_a_draft_that_is_over_opens_and_nobody_is_invited(cast, past, at):
    made = announce(cast.actor("secretary"), activity=past().pk, at=at)
    assert made.state == Activity.State.ANNOUNCED
    assert not Message.objects.exists()
    came = list(Participant.objects.filter(activity=made).values_list("pk", flat=True))
    tick(cast.actor("secretary"), activity=made.pk, participants=came, at=at)
    assert hold(cast.actor("secretary"), activity=made.pk, at=at).state == Activity.State.HELD


def test_a_draft_of_long_ago_stays_one(cast, past, at):
    made = past(days=100)
    with pytest.raises(Conflict):
        announce(cast.actor("secretary"), activity=made.pk, at=at)
    made.refresh_from_db()
    assert made.state == Activity.State.DRAFT
    shown = cast.client("secretary").get(reverse("activities:detail", args=[made.pk])).content.decode()
    assert reverse("activities:announce", args=[made.pk]) not in shown


def test_a_draft_is_not_marked_as_held(cast, past, at):
    made = past()
    with pytest.raises(Conflict):
        hold(cast.actor("secretary"), activity=made.pk, at=at)
    made.refresh_from_db()
    assert made.state == Activity.State.DRAFT


def test_the_page_of_a_draft_that_is_over_leads_to_its_list(cast, past):
    made = past()
    client = cast.client("secretary")
    shown = client.get(reverse("activities:detail", args=[made.pk])).content.decode()
    assert reverse("activities:hold", args=[made.pk]) not in shown
    answer = client.post(reverse("activities:announce", args=[made.pk]), follow=True)
    assert answer.redirect_chain[-1][0] == reverse("activities:attendance", args=[made.pk])
    assert 'name="participants"' in answer.content.decode()


def test_who_reports_is_led_to_the_draft_that_is_over(cast, past):
    made = past()
    shown = cast.client("secretary").get(reverse("activities:new_held"), {"organisation": cast.willow.id})
    assert reverse("activities:detail", args=[made.pk]) in shown.content.decode()


def test_an_hour_still_to_come_is_said_at_the_hour(cast, people, today):
    noon = datetime.combine(today, time(12, 0), SHANGHAI)
    wanted = Report(kinds=["theme_day"], on=today, place="学校", present=[people[0].pk])  # begins at three
    with pytest.raises(InvalidInput) as refused:
        report(cast.actor("secretary"), organisation=cast.willow.id, report=wanted, at=noon)
    assert list(refused.value.fields) == ["begins"]
    assert not Activity.objects.exists()
