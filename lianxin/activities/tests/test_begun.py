"""What is planned is told to duties, so that nobody is asked to plan it again."""

from datetime import timedelta

import pytest

from lianxin.activities.actions.announcing import announce
from lianxin.activities.actions.planning import plan
from lianxin.activities.begun import planned_for
from lianxin.activities.models import Activity
from lianxin.kernel.time import day_of


@pytest.fixture
def told(cast, at):
    """What an actor is told of willow for the days around."""

    def told(who="secretary", place="willow"):
        day = day_of(at)
        return planned_for(cast.actor(who), [getattr(cast, place).id], day - timedelta(days=9), day + timedelta(days=9))

    return told


def test_drafts_and_announced_ones_are_told_and_others_are_not(cast, people, planned, at, told):
    actor = cast.actor("secretary")
    made = plan(actor, organisation=cast.willow.id, planned=planned(), at=at)
    draft = told()[0]
    assert (draft.organisation, draft.meets, draft.on) == (
        cast.willow.id,
        frozenset({"general_meeting"}),
        day_of(made.starts_at),
    )
    assert (draft.url, draft.held_url) == (made.get_absolute_url(), "")
    announce(actor, activity=made.pk, at=at)
    assert len(told()) == 1
    for state in (Activity.State.HELD, Activity.State.CANCELLED):
        Activity.objects.filter(pk=made.pk).update(state=state, held_at=at, cancelled_at=at, cancel_reason="雨")
        assert told() == []


def test_one_that_has_begun_names_the_page_where_it_is_said_that_it_was_held(cast, people, meeting, told, at):
    made = meeting()
    Activity.objects.filter(pk=made.pk).update(starts_at=at - timedelta(hours=1))
    assert told()[0].held_url == made.get_absolute_url()


def test_a_joint_one_is_told_to_each_side(cast, people, meeting, told):
    made = meeting()
    made.parties.create(organisation=cast.poplar, organisation_name=cast.poplar.short_name)
    assert [one.url for one in told("sibling", "poplar")] == [made.get_absolute_url()]
    assert told("sibling") == []
    assert [one.url for one in told("town_clerk")] == [made.get_absolute_url()]
    assert told("outsider") == told("stranger") == []


def test_it_takes_the_same_queries_for_one_and_for_many(cast, people, meeting, told, django_assert_num_queries):
    made = meeting()
    with django_assert_num_queries(2):  # with that for the grants of the actor
        assert len(told()) == 1
    for number in range(1, 8):
        copy = another_like(made, number)
        copy.parties.create(organisation=cast.willow, organisation_name=cast.willow.short_name, is_host=True)
    with django_assert_num_queries(2):  # with that for the grants of the actor
        assert len(told()) == 8


def another_like(made, number):
    """Another activity like this one, some minutes later."""
    return Activity.objects.create(
        organisation=made.organisation,
        organisation_path=made.organisation_path,
        kinds=made.kinds,
        title=f"{made.title}{number}",
        starts_at=made.starts_at + timedelta(minutes=number),
        ends_at=made.ends_at + timedelta(minutes=number),
        created_at=made.created_at,
    )
