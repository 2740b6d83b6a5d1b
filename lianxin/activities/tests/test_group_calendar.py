"""The calendar of a branch says how many of its Party groups have met this month, on the month's last day."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from icalendar import Calendar

from lianxin.activities.actions.keeping_groups import keep_group
from lianxin.activities.group_calendar import groups_due
from lianxin.activities.models import Activity, PartyGroup
from lianxin.duties.actions.feeds import open_feed
from lianxin.duties.facade import duty_named
from lianxin.kernel.time import add_months

KIND = "group_meeting"


@pytest.fixture
def last(today):
    """The last day of this month."""
    return add_months(today.replace(day=1), 1) - timedelta(days=1)


@pytest.fixture
def groups(cast, people, at):
    """Three groups of willow."""

    def keep(name, members):
        given = {"organisation": cast.willow.id, "leader": None, "members": [one.pk for one in members], "at": at}
        return keep_group(cast.actor("secretary"), name=name, **given)

    return [keep("第一党小组", people[:1]), keep("第二党小组", people[1:2]), keep("第三党小组", people[2:])]


@pytest.fixture
def meet(cast, at):
    """A group meeting of willow, held unless told otherwise."""

    def meet(**given):
        facts = {
            "organisation": cast.willow,
            "organisation_path": cast.willow.path,
            "kinds": [KIND],
            "title": "党小组会",
        }
        facts |= {"starts_at": at, "ends_at": at + timedelta(hours=1), "created_at": at, "state": "held", "held_at": at}
        return Activity.objects.create(**facts | given)

    return meet


def due(cast, last, *, who="secretary", places=("willow",), until=None):
    organisations = [getattr(cast, place).id for place in places]
    return groups_due(cast.actor(who), organisations, last.replace(day=1), until or last)


def said(cast, last, **given):
    return [(str(one.label), str(one.why), one.state) for one in due(cast, last, **given)]


def test_it_counts_the_groups_that_have_met(cast, groups, meet, last, at):
    names = [one.name for one in groups]
    assert said(cast, last) == [("党小组会：3个党小组已召开0个", f"尚未召开：{'、'.join(names)}", "due")]
    meet(group=groups[1])
    meet(group=groups[2], state="announced", held_at=None)
    meet(group=groups[0], starts_at=at - timedelta(days=40), ends_at=at - timedelta(days=39))
    assert said(cast, last) == [("党小组会：3个党小组已召开1个", "尚未召开：第一党小组、第三党小组", "due")]
    meet(was_reported=True)
    ((label, why, state),) = said(cast, last)
    assert (label, why, state) == ("党小组会：3个党小组已召开3个", "各党小组均已召开。", "ok")


def test_it_stands_on_the_last_day_with_the_article_and_leads_to_the_meetings(cast, groups, meet, last):
    meet(group=groups[0])
    (entry,) = due(cast, last)
    assert (entry.on, entry.organisation) == (last, cast.willow.id)
    assert "支部工作条例" in entry.article
    page = cast.client("secretary").get(entry.url)
    assert [one.title for one in page.context["page"].rows] == ["党小组会"]


def test_months_to_come_are_due_and_those_over_have_no_verdict(cast, groups, last):
    year = last.year + (last.month == 12)
    entries = due(cast, last.replace(month=1), until=date(year + 2, 1, 31))
    assert len(entries) == 12 * (year - last.year + 1) - last.month + 1
    assert {str(one.label) for one in entries[1:]} <= {"党小组会：3个党小组"}
    assert {one.state for one in entries[1:]} <= {""}


def test_a_branch_without_groups_says_nothing(cast, people, groups, at, last):
    assert due(cast, last, who="clerk", places=("poplar",)) == []
    PartyGroup.objects.update(closed_at=at)
    assert due(cast, last) == []


@pytest.mark.parametrize("who", ["sibling", "outsider", "far_secretary", "expired", "revoked", "stranger", "auditor"])
def test_others_see_nothing(cast, groups, last, who):
    assert due(cast, last, who=who) == []


def test_of_many_branches_they_are_summed(cast, groups, meet, last, django_assert_num_queries):
    PartyGroup.objects.create(organisation=cast.poplar, organisation_path=cast.poplar.path, name="第一党小组")
    meet(group=groups[0])
    clerk = cast.actor("clerk")
    places = [one.id for one in (cast.county, cast.north, cast.willow, cast.poplar, cast.reed)]
    with django_assert_num_queries(2):
        (entry,) = groups_due(clerk, places, last.replace(day=1), last)
    assert str(entry.label) == "党小组会：4个党小组已召开1个"
    assert "党小组" not in str(entry.why).replace("各党小组", "")
    assert f"organisation={cast.north.id}" in entry.url
    for name in ("第四党小组", "第五党小组"):
        PartyGroup.objects.create(organisation=cast.willow, organisation_path=cast.willow.path, name=name)
    actor = cast.actor("secretary")
    with django_assert_num_queries(1):
        groups_due(actor, [cast.willow.id], last.replace(day=1), last)


def test_the_month_and_the_secret_calendar_show_it(cast, groups, meet, last, at):
    meet(group=groups[0])
    client = cast.client("secretary")
    page = client.get(reverse("duties:calendar", args=[cast.willow.id]), {"month": f"{last:%Y-%m}"}).content.decode()
    assert "党小组会：3个党小组已召开1个" in page
    below = client.get(reverse("duties:calendar", args=[cast.willow.id]), {"month": f"{last:%Y-%m}", "below": "1"})
    assert "党小组会：3个党小组已召开1个" in below.content.decode()
    opened = open_feed(cast.actor("secretary"), organisation=cast.willow.id, at=at)
    answer = client.get(reverse("own_duties:feed", args=[opened.secret]))
    events = {str(one["summary"]): one for one in Calendar.from_ical(answer.content).walk("VEVENT")}
    event = events["党小组会：3个党小组已召开1个"]
    assert event["dtstart"].dt == last
    assert "第二党小组" in str(event["description"])


def test_no_duty_is_added_for_a_group(cast, groups):
    from lianxin.duties.models import DutyRow  # noqa: PLC0415 - after the app registry

    assert duty_named(KIND) is not None
    assert not DutyRow.objects.filter(organisation=cast.willow, key=KIND).exists()
