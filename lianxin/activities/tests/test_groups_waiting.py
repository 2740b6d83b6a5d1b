"""Each Party group of a branch meets in its period: the secretary sees which has nothing planned yet."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from lianxin.activities.actions.holding import Report, report
from lianxin.activities.actions.keeping_groups import close_group, keep_group
from lianxin.activities.group_panels import groups_waiting
from lianxin.activities.models import Activity, PartyGroup
from lianxin.kernel.authz import acting
from lianxin.kernel.errors import Conflict, InvalidInput, NotPermitted, NotVisible
from lianxin.kernel.models import Event


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


def test_the_link_of_a_group_plans_its_meeting(cast, groups, meet, at):
    client = cast.client("secretary")
    row = next(one for one in groups_waiting(cast.actor("secretary")).rows if one.group.name == "第二党小组")
    meet(group=groups[0], title="第一党小组会")
    answer = client.get(row.start_url)
    assert answer.context["form"].initial["group"] == str(groups[1].pk)
    assert answer.context["already"] == []


def test_a_group_reports_its_own_meeting_and_another_one_may_meet_on_that_day(cast, people, groups, at, today):
    secretary, given = cast.actor("secretary"), {"on": today - timedelta(days=1), "place": "活动室"}
    first = Report(["group_meeting"], present=[people[0].pk], group=groups[0].pk, **given)
    made = report(secretary, organisation=cast.willow.id, report=first, at=at)
    assert (made.audience, made.group_id) == ("group", groups[0].pk)
    assert set(made.participants.values_list("member", "attendance")) == {
        (people[0].pk, "present"),
        (people[1].pk, "absent"),
    }
    with pytest.raises(Conflict):
        report(secretary, organisation=cast.willow.id, report=first, at=at)
    second = Report(["group_meeting"], present=[people[2].pk], group=groups[1].pk, **given)
    assert report(secretary, organisation=cast.willow.id, report=second, at=at).group_id == groups[1].pk


def test_a_group_that_is_closed_or_of_another_branch_reports_nothing(cast, people, groups, at, today):
    PartyGroup.objects.filter(pk=groups[0].pk).update(closed_at=at)
    for group in (groups[0].pk, uuid4()):
        given = Report(
            ["group_meeting"], on=today - timedelta(days=1), place="活动室", present=[people[0].pk], group=group
        )
        with pytest.raises(InvalidInput) as refusal:
            report(cast.actor("secretary"), organisation=cast.willow.id, report=given, at=at)
        assert "group" in refusal.value.fields
    assert not Activity.objects.exists()


def test_the_form_of_a_report_has_the_group_of_its_link(cast, people, groups, today):
    client = cast.client("secretary")
    row = next(one for one in groups_waiting(cast.actor("secretary")).rows if one.group.name == "第二党小组")
    form = client.get(row.offline_url).context["form"]
    assert form.initial["group"] == str(groups[1].pk)
    data = {
        "kinds": ["group_meeting"],
        "on": str(today),  # yesterday may have been in another month
        "begins": "00:00",
        "place": "活动室",
        "present": [str(people[3].pk)],
        "group": str(groups[1].pk),
    }
    assert client.post(row.offline_url, data).status_code == 302
    assert waiting(cast) == ["第一党小组"]


def test_a_group_is_dissolved_on_its_screen_and_is_asked_for_no_meeting_any_more(cast, groups, at):
    client = cast.client("secretary")
    people, address = reverse("activities:people"), reverse("activities:group_close", args=[groups[0].pk])
    assert address in client.get(people).content.decode()
    assert client.get(address).status_code == 200
    assert client.post(address, {"reason": ""}).status_code == 422
    assert waiting(cast) == ["第一党小组", "第二党小组"]
    assert client.post(address, {"reason": "并入第二党小组"}).status_code == 302
    assert waiting(cast) == ["第二党小组"]
    assert "第一党小组" not in client.get(people).content.decode()
    event = Event.objects.get(kind="activities.group_closed")
    assert (event.subject_id, event.reason, event.data) == (groups[0].pk, "并入第二党小组", {"name": "第一党小组"})
    for act in (
        lambda: close_group(cast.actor("secretary"), group=groups[0].pk, reason="再次", at=at),
        lambda: keep_group(
            cast.actor("secretary"),
            organisation=cast.willow.id,
            group=groups[0].pk,
            name="第三党小组",
            leader=None,
            members=[one.member_id for one in groups[1].members.all()],
            at=at,
        ),
    ):
        with pytest.raises(Conflict):
            act()
    assert not PartyGroup.objects.filter(name="第三党小组").exists()


def test_a_group_with_a_meeting_to_come_is_not_dissolved(cast, groups, meet, at):
    later = at + timedelta(days=3)
    meet(group=groups[0], audience="group", title="党小组学习会", starts_at=later, ends_at=later + timedelta(hours=1))
    with pytest.raises(Conflict) as refused:
        close_group(cast.actor("secretary"), group=groups[0].pk, reason="合并", at=at)
    assert "党小组学习会" in str(refused.value)
    assert PartyGroup.objects.filter(closed_at__isnull=True).count() == 2


@pytest.mark.parametrize(
    ("who", "refusal"), [("viewer", NotPermitted), ("sibling", NotVisible), ("stranger", NotVisible)]
)
def test_others_dissolve_no_group(cast, groups, at, who, refusal):
    actor = cast.actor(who)
    with acting(actor), pytest.raises(refusal):
        close_group(actor, group=groups[0].pk, reason="合并", at=at)
    assert PartyGroup.objects.filter(closed_at__isnull=True).count() == 2


def test_what_a_group_held_lists_its_members_and_all_means_them(cast, people, groups):
    client, address = cast.client("secretary"), reverse("activities:new_held")
    shown = client.get(address, {"kind": "group_meeting", "group": groups[0].pk}).content.decode()
    assert shown.count('name="present"') == len(people)
    assert shown.count("data-ticks-expected") == 2
    assert shown.index(people[1].name) < shown.index("不属本党小组") < shown.index(people[2].name)
    everybody = client.get(address, {"kind": "theme_day", "group": groups[0].pk}).content.decode()
    assert everybody.count("data-ticks-expected") == len(people)
    assert "不属本党小组" not in everybody


def test_another_group_than_the_one_listed_shows_its_list_before_others_count(cast, people, groups, today):
    client, address = cast.client("secretary"), reverse("activities:new_held")
    facts = {"organisation": cast.willow.id, "kinds": "group_meeting", "on": today - timedelta(days=3)}
    facts |= {"begins": "15:00", "place": "村部", "group": groups[0].pk, "listed_group": ""}
    refused = client.post(address, facts | {"present": [one.pk for one in people]})
    assert refused.status_code == 422
    assert refused.context["form"].errors["present"]
    assert f'name="listed_group" value="{groups[0].pk}"' in refused.content.decode()
    assert client.post(address, facts | {"present": [one.pk for one in people[:2]]}).status_code == 302
    assert Activity.objects.get().participants.count() == 2
