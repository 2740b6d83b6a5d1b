"""Notes of a phone for points that came to the agenda, or went, after the minutes were begun."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from lianxin.activities.actions.hall import HallAct, take_hall_acts
from lianxin.activities.actions.minutes import begin_minutes
from lianxin.activities.actions.planning import change
from lianxin.activities.models import MinutesItem
from lianxin.activities.plan import Point
from lianxin.activities.queries.prefilling import plan_of
from lianxin.kernel.authz import acting


@pytest.fixture
def begun(cast, meeting, at):
    """A meeting whose minutes were begun with the two points it had then."""
    made = meeting()
    begin_minutes(cast.actor("secretary"), activity=made.pk, at=at)
    return made


def take(cast, activity, about, at, *texts):
    acts = [HallAct(uuid4(), "note", about, at, "", {"text": text}) for text in texts]
    with acting(cast.actor("secretary")):
        return [one.result for one in take_hall_acts(cast.actor("secretary"), activity=activity.pk, acts=acts, at=at)]


def test_a_note_on_a_point_that_came_later_stands_under_that_point(cast, begun, at):
    agenda = (*plan_of(begun).agenda, Point("发展党员", "decision", 10))
    change(cast.actor("secretary"), activity=begun.pk, planned=replace(plan_of(begun), agenda=agenda), at=at)
    point = begun.agenda.get(title="发展党员")
    later = at + timedelta(minutes=40)
    assert take(cast, begun, point.pk, later, "同意接收", "按程序报批") == ["accepted"] * 2
    written = [(one.title, one.agenda_item_id, len(one.speeches)) for one in MinutesItem.objects.order_by("position")]
    assert [(title, notes) for title, _point, notes in written] == [("听取报告", 0), ("表决", 0), ("发展党员", 2)]
    assert written[-1][1] == point.pk


def test_a_note_on_a_point_that_went_stands_under_the_first(cast, begun, at):
    gone = begun.agenda.get(title="表决")
    agenda = plan_of(begun).agenda[:1]
    change(cast.actor("secretary"), activity=begun.pk, planned=replace(plan_of(begun), agenda=agenda), at=at)
    assert take(cast, begun, gone.pk, at + timedelta(minutes=40), "说过的话") == ["accepted"]
    first = MinutesItem.objects.order_by("position").first()
    assert (first.title, len(first.speeches)) == ("听取报告", 1)
