"""Each Party group of a branch meets in its period: the secretary sees which has nothing planned yet."""

from datetime import timedelta

import pytest
from django.urls import reverse

from lianxin.activities.actions.keeping_groups import keep_group
from lianxin.activities.group_panels import groups_waiting
from lianxin.activities.models import Activity


@pytest.fixture
def groups(cast, people, at):
    """Two groups of the branch."""

    def keep(name, members):
        return keep_group(
            cast.actor("secretary"),
            organisation=cast.willow.id,
            name=name,
            leader=None,
            members=[one.pk for one in members],
            at=at,
        )

    return keep("第一党小组", people[:2]), keep("第二党小组", people[2:])


@pytest.fixture
def meet(cast, at):
    """A group meeting of willow."""

    def meet(**given):
        facts = {
            "organisation": cast.willow,
            "organisation_path": cast.willow.path,
            "kinds": ["group_meeting"],
            "title": "党小组会",
            "starts_at": at,
            "ends_at": at + timedelta(hours=1),
            "created_at": at,
        }
        return Activity.objects.create(**facts | given)

    return meet


def waiting(cast, who="secretary"):
    found = groups_waiting(cast.actor(who))
    return [one.group.name for one in found.rows] if found else []


def test_a_group_waits_until_something_is_planned_for_it(cast, groups, meet, at):
    assert waiting(cast) == ["第一党小组", "第二党小组"]
    made = meet(group=groups[0])
    assert waiting(cast) == ["第二党小组"]
    Activity.objects.filter(pk=made.pk).update(state="cancelled", cancelled_at=at, cancel_reason="雨")
    assert waiting(cast) == ["第一党小组", "第二党小组"]
    meet(group=groups[1], starts_at=at - timedelta(days=40), ends_at=at - timedelta(days=39))
    assert waiting(cast) == ["第一党小组", "第二党小组"]


def test_what_was_reported_without_a_group_counts_for_each(cast, groups, meet, at):
    meet(was_reported=True, state="held", held_at=at)
    assert waiting(cast) == []


def test_home_shows_why_and_the_way_and_others_see_nothing(cast, groups, django_assert_num_queries):
    text = cast.client("secretary").get(reverse("workbench:home")).content.decode()
    panel = text.split('id="groups-waiting"')[1].split("</section>")[0]
    assert f"kind=group_meeting&amp;organisation={cast.willow.id}&amp;group={groups[0].pk}&amp;since=" in panel
    assert "支部工作条例" in panel
    for who in ("clerk", "town_clerk", "sibling", "outsider", "viewer", "stranger"):
        assert waiting(cast, who) == []
    actor = cast.actor("secretary")
    with django_assert_num_queries(1):
        groups_waiting(actor)
