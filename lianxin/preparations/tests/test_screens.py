"""Screens of talks and preparations."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lianxin.kernel.authz import acting
from lianxin.preparations.actions.preparing import open_preparation
from lianxin.preparations.actions.rectifying import set_rectification
from lianxin.preparations.actions.talks import plan_talks
from lianxin.preparations.dates import of_member, of_organisations
from lianxin.preparations.models import Examination, Opinion, Preparation, Rectification, TalkNote, TalkYear
from lianxin.preparations.panels import on_activity

LISTS = [reverse(f"preparations:{name}") for name in ("preparations", "talks", "rectifications")]
OWN = reverse("own_preparations:index")


def page(answer):
    return answer.content.decode()


def test_talks_are_planned_recorded_and_closed(cast, people, today):
    client = cast.client("secretary")
    answer = client.post(
        reverse("preparations:plan_talks"), {"organisation": str(cast.willow.id), "year": today.year}, follow=True
    )
    assert "王建国" in page(answer)
    held = TalkYear.objects.get()
    talk = held.talks.first()
    record = reverse("preparations:record_talk", args=[talk.pk])
    assert client.get(record).status_code == 200
    assert client.post(record, {"talked_on": "1999-01-01"}).status_code == 422
    client.post(record, {"talked_on": today.isoformat(), "text": "谈学习"})
    assert TalkNote.objects.get().text == "谈学习"
    assert "谈学习" in page(client.get(record))
    assert "谈学习" not in page(cast.client("town_clerk").get(record))
    client.post(reverse("preparations:remove_talk", args=[held.talks.last().pk]))
    assert held.talks.count() == 3
    assert client.post(reverse("preparations:close_talks", args=[held.pk])).status_code == 302
    assert client.post(reverse("preparations:reopen_talks", args=[held.pk])).status_code == 302
    pair = {"first": str(people[0].member.pk), "second": str(people[0].member.pk)}
    assert client.post(reverse("preparations:talk_year", args=[held.pk]), pair).status_code == 422


def test_a_meeting_is_prepared_at_the_desk(cast, people, today):
    client = cast.client("secretary")
    form = client.get(reverse("preparations:new")).context["form"]
    assert sorted(form["authors"].value()) == sorted(str(one.member.pk) for one in people[:2])
    given = {"kind": "org_life_meeting", "topic": "组织生活会", "planned_on": today.isoformat()}
    assert client.post(reverse("preparations:new"), given | {"topic": ""}).status_code == 422
    answer = client.post(reverse("preparations:new"), given | {"authors": form["authors"].value()}, follow=True)
    held = Preparation.objects.get()
    assert "组织生活会" in page(answer)
    for what, facts in (
        ("study", {"studied_on": today.isoformat(), "what": "党章"}),
        ("opinion", {"source": "masses", "text": "路灯不亮"}),
        ("criticism", {"of": str(people[0].member.pk), "by": "张伟", "text": "下访少"}),
        (
            "rectification",
            {"problem": "路灯", "measure": "报修", "owner": str(people[1].member.pk), "due_on": today.isoformat()},
        ),
    ):
        address = reverse("preparations:add", args=[held.pk, what])
        assert client.get(address).status_code == 200
        assert client.post(address, dict.fromkeys(facts, "")).status_code == 422
        assert client.post(address, facts).status_code == 302
    text = page(client.get(held.get_absolute_url()))
    for said in ("党章", "路灯不亮", "下访少", "报修"):
        assert said in text or said == "报修"
    assert client.get(reverse("preparations:add", args=[held.pk, "nothing"])).status_code == 404
    assert client.post(reverse("preparations:close", args=[held.pk])).status_code == 302


def test_a_member_writes_names_readers_and_sees_who_read(cast, meeting, people):
    wang, li = people[0], people[1]
    client = wang.client
    one = Examination.objects.get(author=wang.member)
    address = reverse("own_preparations:examination", args=[one.pk])
    assert address in page(client.get(reverse("portal:home")))
    client.post(address, {"text": "初稿", "act": "draft"})
    assert client.post(address, {"text": "", "act": "hand_in"}).status_code == 422
    client.post(address, {"text": "定稿内容", "act": "hand_in"})
    client.post(reverse("own_preparations:readers", args=[one.pk]), {"members": [str(li.member.pk)]})
    read = reverse("own_preparations:read", args=[one.pk])
    assert read in page(li.client.get(OWN))
    assert "定稿内容" in page(li.client.post(read))
    desk = cast.client("secretary")
    at_desk = reverse("preparations:read_examination", args=[one.pk])
    assert at_desk in page(desk.get(meeting.get_absolute_url()))
    assert "定稿内容" in page(desk.post(at_desk))
    assert "李秀兰" in page(client.get(address))
    assert people[2].client.post(read).status_code == 404
    assert cast.client("town_clerk").post(at_desk).status_code == 403
    assert at_desk not in page(cast.client("town_clerk").get(meeting.get_absolute_url()))


def test_a_member_gives_an_opinion_and_puts_something_right(cast, meeting, people, at, today):
    item = set_rectification(
        cast.actor("secretary"),
        preparation=meeting.pk,
        problem="学习少",
        measure="补学",
        owner=people[3].member.pk,
        due_on=today,
        at=at,
    )
    client = people[3].client
    opinion = reverse("own_preparations:opinion", args=[meeting.pk])
    assert opinion in page(client.get(OWN))
    assert client.post(opinion, {"text": ""}).status_code == 422
    assert client.post(opinion, {"text": "多开会前通气"}).status_code == 302
    assert Opinion.objects.get().author == ""
    own = reverse("own_preparations:rectification", args=[item.pk])
    assert own in page(client.get(reverse("portal:home")))
    assert client.post(own, {"evidence": "已补学"}).status_code == 302
    desk = cast.client("secretary")
    address = reverse("preparations:rectification", args=[item.pk])
    assert address in page(desk.get(reverse("workbench:home")))
    assert desk.post(address, {"decision": "back", "answer": ""}).status_code == 422
    assert desk.post(address, {"decision": "confirm"}).status_code == 302
    item.refresh_from_db()
    assert item.state == Rectification.State.CLOSED


def test_a_member_records_the_own_talk(talks, people, today):
    talk = talks.talks.get(kind="members")
    address = reverse("own_preparations:talk", args=[talk.pk])
    assert people[2].client.post(address, {"talked_on": today.isoformat(), "text": "谈家庭"}).status_code == 302
    assert "谈家庭" in page(people[3].client.get(address))
    assert people[0].client.get(address).status_code == 404


def test_the_page_of_the_meeting_shows_the_list_or_the_way_to_it(cast, meeting, people):
    secretary = cast.actor("secretary")
    given = {"organisation_path": cast.willow.path, "organisation_id": cast.willow.id}
    activity = SimpleNamespace(pk=meeting.pk, kinds=["org_life_meeting", "theme_day"], **given)
    with acting(secretary):
        shown = on_activity(secretary, activity=activity)
        assert shown.preparation is None
        assert f"activity={meeting.pk}" in shown.new_url
        Preparation.objects.filter(pk=meeting.pk).update(activity_id=activity.pk)
        assert on_activity(secretary, activity=activity).preparation == meeting
        assert on_activity(secretary, activity=SimpleNamespace(pk=meeting.pk, kinds=["theme_day"], **given)) is None
    sibling = cast.actor("sibling")
    with acting(sibling):
        assert on_activity(sibling, activity=activity) is None


def test_the_calendar_shows_meetings_texts_and_days(cast, meeting, people, today):
    secretary, wang = cast.actor("secretary"), people[0]
    until = today + timedelta(days=30)
    with acting(secretary):
        (entry,) = of_organisations(secretary, [cast.willow.id], today, until)
        assert (entry.on, entry.url) == (meeting.planned_on, meeting.get_absolute_url())
        assert of_member(secretary, wang.member.pk, today, until) == []
    with acting(wang.actor):
        (entry,) = of_member(wang.actor, wang.member.pk, today, until)
        assert entry.state == "due"


@pytest.mark.parametrize(
    ("who", "lists", "sees", "runs"),
    [
        ("secretary", 200, 200, 302),
        ("town_clerk", 200, 200, 302),
        ("clerk", 200, 200, 302),
        ("sibling", 200, 404, 404),
        ("outsider", 200, 404, 404),
        ("viewer", 403, 403, 403),
        ("expired", 403, 403, 403),
        ("stranger", 403, 403, 403),
    ],
)
def test_the_cast_before_the_doors(cast, meeting, talks, who, lists, sees, runs):
    client = cast.client(who)
    for address in LISTS:
        assert client.get(address).status_code == lists
    assert client.get(meeting.get_absolute_url()).status_code == sees
    assert client.get(reverse("preparations:talk_year", args=[talks.pk])).status_code == sees
    assert client.post(reverse("preparations:close", args=[meeting.pk])).status_code == runs
    assert client.get(OWN).status_code == 200
    assert client.get(reverse("own_preparations:opinion", args=[meeting.pk])).status_code == 404


def queries(client, address):
    """The reads of a page: the least of two, for the session's clock is written once in a while."""
    asked = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as caught:
            assert client.get(address).status_code == 200
        asked.append(sum(one["sql"].lstrip().startswith("SELECT") for one in caught))
    return min(asked)


def test_pages_ask_the_same_number_of_queries_whatever_their_size(cast, meeting, talks, people, at, today):
    client, member = cast.client("secretary"), people[2].client
    pages = [*LISTS, meeting.get_absolute_url(), reverse("preparations:talk_year", args=[talks.pk])]

    def item(number):
        set_rectification(
            cast.actor("secretary"),
            preparation=meeting.pk,
            problem=f"问题{number}",
            measure="措施",
            owner=people[2].member.pk,
            due_on=today,
            at=at,
        )

    item(0)
    few = [queries(client, address) for address in pages] + [queries(member, OWN)]
    for number in range(1, 6):
        item(number)
        open_preparation(
            cast.actor("secretary"),
            organisation=cast.willow.id,
            kind="org_life_meeting",
            topic=f"组织生活会{number}",
            planned_on=today,
            authors=[people[2].member.pk],
            at=at,
        )
    assert [queries(client, address) for address in pages] + [queries(member, OWN)] == few
    assert max(few) <= 24


def sheet(talks):
    return reverse("preparations:record_talks", args=[talks.pk])


def test_many_talks_are_recorded_by_one_sheet(cast, talks, people, today):
    client, first, *others = cast.client("secretary"), *talks.talks.order_by("kind", "id")
    shown = page(client.get(sheet(talks)))
    assert all(str(one) in shown for one in (first, *others))
    yesterday = max(today - timedelta(days=1), today.replace(month=1, day=1))
    given = {
        "talked_on": today.isoformat(),
        f"held_{first.pk}": "on",
        f"on_{first.pk}": yesterday.isoformat(),
        f"text_{first.pk}": "谈分工",
        f"held_{others[0].pk}": "on",
    }
    answer = client.post(sheet(talks), given, follow=True)
    assert "已登记谈话2次" in page(answer)
    assert dict(talks.talks.values_list("pk", "talked_on")) == {
        first.pk: yesterday,
        others[0].pk: today,
        **{one.pk: None for one in others[1:]},
    }
    assert TalkNote.objects.get().text == "谈分工"
    left = client.get(sheet(talks)).context["form"].pairs
    assert {one.key for one in left} == {one.pk for one in others[1:]}


def test_a_wrong_row_comes_back_beside_its_field_and_nothing_is_recorded(cast, talks, today):
    client, first, second, third, *_ = cast.client("secretary"), *talks.talks.order_by("kind", "id")
    given = {
        "talked_on": today.isoformat(),
        f"held_{first.pk}": "on",
        f"text_{first.pk}": "谈分工",
        f"held_{second.pk}": "on",
        f"on_{second.pk}": (today + timedelta(days=1)).isoformat(),
        f"text_{third.pk}": "没有勾选",
    }
    refused = client.post(sheet(talks), given)
    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == [f"held_{third.pk}"]
    refused = client.post(sheet(talks), given | {f"held_{third.pk}": "on"})
    assert list(refused.context["form"].errors) == [f"on_{second.pk}"]
    assert all(said in page(refused) for said in ("谈分工", "没有勾选", given[f"on_{second.pk}"]))
    assert not talks.talks.filter(talked_on__isnull=False).exists()
    assert not TalkNote.objects.exists()
    assert client.post(sheet(talks), {"talked_on": today.isoformat()}).status_code == 422


def test_a_pair_taken_off_meanwhile_stays_on_the_sheet_with_what_was_typed(cast, talks, today):
    client, first, second, *_ = cast.client("secretary"), *talks.talks.order_by("kind", "id")
    client.post(reverse("preparations:remove_talk", args=[first.pk]))
    given = {"talked_on": today.isoformat(), f"held_{first.pk}": "on", f"text_{first.pk}": "谈分工"}
    refused = client.post(sheet(talks), given | {f"held_{second.pk}": "on"})
    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == [f"held_{first.pk}"]
    assert "谈分工" in page(refused)
    assert not talks.talks.filter(talked_on__isnull=False).exists()


def test_clerks_above_see_no_field_for_points_and_a_closed_year_has_no_sheet(cast, talks, today):
    clerk, talk = cast.client("town_clerk"), talks.talks.first()
    assert f"text_{talk.pk}" not in page(clerk.get(sheet(talks)))
    given = {"talked_on": today.isoformat(), f"held_{talk.pk}": "on"}
    assert clerk.post(sheet(talks), given).status_code == 302
    clerk.post(reverse("preparations:close_talks", args=[talks.pk]))
    for answer in (clerk.get(sheet(talks)), clerk.post(sheet(talks), given)):
        assert answer.status_code == 302
    assert talks.talks.filter(talked_on__isnull=False).count() == 1


@pytest.mark.parametrize(("who", "sees"), [("sibling", 404), ("outsider", 404), ("viewer", 403), ("stranger", 403)])
def test_the_sheet_is_for_those_who_plan_the_talks(cast, talks, today, who, sees):
    talk = talks.talks.first()
    given = {"talked_on": today.isoformat(), f"held_{talk.pk}": "on"}
    assert cast.client(who).get(sheet(talks)).status_code == sees
    assert cast.client(who).post(sheet(talks), given).status_code == sees
    assert not talks.talks.filter(talked_on__isnull=False).exists()


def test_the_sheet_asks_the_same_number_of_queries_whatever_its_size(cast, talks, enter, at, today):
    client = cast.client("secretary")
    few = queries(client, sheet(talks))
    for number in range(6):
        enter(f"郑{number}")
    plan_talks(cast.actor("secretary"), organisation=cast.willow.id, year=talks.year, at=at)
    assert talks.talks.count() > 9
    assert queries(client, sheet(talks)) == few
    day = {"talked_on": today.isoformat()}
    asked = []
    for some in (talks.talks.all()[:2], talks.talks.filter(talked_on__isnull=True)):
        ticked = {f"held_{one.pk}": "on" for one in some}
        with CaptureQueriesContext(connection) as caught:
            assert client.post(sheet(talks), day | ticked).status_code == 302
        asked.append(sum("preparations_" in one["sql"] for one in caught))
    assert asked[0] == asked[1]
