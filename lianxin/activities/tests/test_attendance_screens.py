"""Who comes, on the screens: nobody is ticked beforehand, a tick can be taken back, what is waited for is said."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lianxin.activities.actions.announcing import announce, cancel
from lianxin.activities.actions.excusing import excuse
from lianxin.activities.actions.holding import Report, hold, report
from lianxin.activities.actions.minutes import begin_minutes
from lianxin.activities.actions.planning import plan
from lianxin.activities.actions.replying import enter_leave, reply
from lianxin.activities.actions.series import Rhythm, plan_series
from lianxin.activities.actions.signing import Result, SignIn, sign_in_many, tick
from lianxin.activities.actions.taking_back import untick
from lianxin.activities.codes import code_at
from lianxin.activities.models import Activity, Participant, Room
from lianxin.kernel.errors import Conflict, InvalidInput, NotPermitted, NotVisible
from lianxin.kernel.models import Event
from lianxin.kernel.time import SHANGHAI, add_months, now
from lianxin.messaging.models import Recipient

LIST = reverse("activities:index")
NEW = reverse("activities:new")
HELD = reverse("activities:new_held")


def page(answer):
    return answer.content.decode()


def questions(client, address):
    """How many reads a page asks for."""
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return sum(one["sql"].lstrip().startswith("SELECT") for one in asked)


def ticked(cast, made, rows, at):
    return tick(cast.actor("secretary"), activity=made.pk, participants=[one.pk for one in rows], at=at)


@pytest.fixture
def excused(cast, people, today, at):
    """The fifth member is excused from coming."""
    excuse(cast.actor("clerk"), member=people[4].pk, ground="age", since=today - timedelta(days=9), at=at)
    return people[4]


def test_a_tick_is_taken_back_until_it_is_held_and_stays_readable(cast, people, meeting, row, at):
    made = meeting()
    ticked(cast, made, [row(made, one) for one in people[:2]], at)
    client = cast.client("secretary")
    here = reverse("activities:attendance", args=[made.pk])
    wrong = row(made, people[1])
    assert client.post(here, {"take_back": str(wrong.pk)}).status_code == 302
    wrong.refresh_from_db()
    assert (wrong.attendance, wrong.signed_at, wrong.signed_how) == ("unknown", None, "")
    assert row(made, people[0]).attendance == "present"
    assert Event.objects.get(kind="activities.unticked").data["names"] == [people[1].name]
    hold(cast.actor("secretary"), activity=made.pk, at=made.ends_at)
    with pytest.raises(Conflict):
        untick(cast.actor("secretary"), activity=made.pk, participants=[row(made, people[0]).pk], at=at)
    assert row(made, people[0]).attendance == "present"


def test_nobody_else_takes_a_tick_back_and_who_did_not_come_has_none(cast, people, meeting, row, at):
    made = meeting()
    ticked(cast, made, [row(made, people[0])], at)
    key = row(made, people[0]).pk
    with pytest.raises(NotPermitted):
        untick(cast.actor("viewer"), activity=made.pk, participants=[key], at=at)
    with pytest.raises(NotVisible):
        untick(cast.actor("sibling"), activity=made.pk, participants=[key], at=at)
    with pytest.raises(Conflict):
        untick(cast.actor("secretary"), activity=made.pk, participants=[row(made, people[1]).pk], at=at)
    assert row(made, people[0]).attendance == "present"
    assert not Event.objects.filter(kind="activities.unticked").exists()


def test_a_phone_that_sends_the_same_sign_in_again_does_not_bring_it_back(cast, people, meeting, row, at):
    made = meeting()
    item = SignIn(row(made, people[0]).pk, people[0].pk, at)
    sign_in_many(cast.actor("secretary"), activity=made.pk, items=[item], at=at)
    untick(cast.actor("secretary"), activity=made.pk, participants=[item.participant], at=at)
    (answer,) = sign_in_many(cast.actor("secretary"), activity=made.pk, items=[item], at=at)
    assert answer.result is Result.ALREADY
    assert row(made, people[0]).attendance == "unknown"
    ticked(cast, made, [row(made, people[0])], at)
    assert row(made, people[0]).attendance == "present"


def test_days_later_the_list_is_still_filled_in_from_paper_and_says_in_time(cast, people, meeting, row):
    made = meeting()
    later = made.ends_at + timedelta(days=2)
    ticked(cast, made, [row(made, people[0])], later)
    one = row(made, people[0])
    assert (one.attendance, one.signed_at) == ("present", made.starts_at)
    hold(cast.actor("secretary"), activity=made.pk, at=later)
    with pytest.raises(Conflict):
        ticked(cast, made, [row(made, people[1])], later)


def test_the_list_offers_all_expected_and_those_who_replied_and_ticks_nobody(cast, people, excused, meeting, row, at):
    made = meeting()
    row(made, people[1])
    Participant.objects.filter(activity=made, member=people[1]).update(reply="coming")
    enter_leave(cast.actor("secretary"), participant=row(made, people[2]).pk, reason="出差", at=at)
    Participant.objects.filter(activity=made, member=people[3]).update(reply="leave_asked", leave_reason="住院")
    shown = page(cast.client("secretary").get(reverse("activities:attendance", args=[made.pk])))
    assert shown.count('name="participants"') == 5
    assert shown.count("data-ticks-expected") == 2  # neither who is excused, nor who is or wants to be on leave
    assert "data-ticks-all" in shown
    assert "按回复勾选" in shown
    assert "checked" not in shown
    assert "未登记" in shown
    assert "免予参加" in shown


def test_offline_the_excused_are_named_and_not_meant_by_all(cast, people, excused):
    shown = page(cast.client("secretary").get(HELD, {"kind": "theme_day"}))
    assert f"{excused.name}（免予参加）" in shown
    assert shown.count("data-ticks-expected") == 4


def test_what_was_announced_and_is_over_is_not_recorded_anew(cast, people, meeting, at):
    made = meeting(kinds=["theme_day"], title="秋收主题党日")
    assert made.title not in page(cast.client("secretary").get(HELD))
    Activity.objects.filter(pk=made.pk).update(
        starts_at=at - timedelta(days=2), ends_at=at - timedelta(days=2, hours=-1)
    )
    shown = page(cast.client("secretary").get(HELD))
    assert made.title in shown
    assert reverse("activities:attendance", args=[made.pk]) in shown


def test_who_is_excused_or_on_leave_is_not_called_absent(cast, people, excused, meeting, row, at):
    made = meeting()
    enter_leave(cast.actor("secretary"), participant=row(made, people[2]).pk, reason="出差", at=at)
    ticked(cast, made, [row(made, people[0])], at)
    hold(cast.actor("secretary"), activity=made.pk, at=made.ends_at)
    client = cast.client("secretary")
    words = dict(
        client.get(reverse("activities:correct", args=[made.pk])).context["form"].fields["participants"].choices
    )
    assert words[str(row(made, excused).pk)].endswith("（免予参加）")
    assert "缺席" not in words[str(row(made, people[2]).pk)]
    assert "缺席" in words[str(row(made, people[1]).pk)]


def test_the_wall_has_the_code_the_numbers_and_no_menu(cast, people, meeting, row, at):
    made = meeting()
    ticked(cast, made, [row(made, people[0])], at)
    shown = page(cast.client("secretary").get(reverse("activities:wall", args=[made.pk])))
    assert "<svg" in shown
    assert "workbench-side" not in shown
    assert "<dd>5</dd>" in shown
    assert "<dd>1</dd>" in shown
    assert cast.client("viewer").get(reverse("activities:wall", args=[made.pk])).status_code == 403


def test_before_signing_in_opens_the_list_and_the_wall_say_when_and_offer_nothing(cast, people, meeting, at):
    made = meeting(starts_at=at + timedelta(days=3))
    client = cast.client("secretary")
    shown = page(client.get(reverse("activities:attendance", args=[made.pk])))
    opens = f"{(made.starts_at - timedelta(hours=1)).astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    assert f"开放签到，即{opens}" in shown
    assert 'name="participants"' not in shown
    assert reverse("activities:wall", args=[made.pk]) not in shown
    assert shown.count(" disabled") == 2
    wall = page(client.get(reverse("activities:wall", args=[made.pk]), headers={"HX-Request": "true"}))
    assert f"开放签到，即{opens}" in wall
    assert "<svg" not in wall


def test_what_was_ticked_in_vain_stays_ticked(cast, people, meeting, row):
    made = meeting()
    here, client = reverse("activities:attendance", args=[made.pk]), cast.client("secretary")
    Activity.objects.filter(pk=made.pk).update(starts_at=now() + timedelta(hours=3), ends_at=now() + timedelta(hours=4))
    wanted = [str(row(made, one).pk) for one in people[:3]]
    refused = client.post(here, {"participants": wanted})
    assert refused.status_code == 409
    assert "开放签到" in page(refused)
    assert page(refused).count(" checked") == 3
    assert row(made, people[0]).attendance == "unknown"


def test_a_member_is_told_to_scan_and_finds_the_way_back(cast, people, meeting, account_of):
    made = meeting()
    account_of(people[3], "liu")
    client = cast.client("liu")
    sign_in, own = (reverse(f"own_activities:{name}", args=[made.pk]) for name in ("sign_in", "detail"))
    shown = page(client.get(own))
    assert sign_in not in shown
    assert "扫描会场的签到码" in shown
    refused = client.get(sign_in)
    assert refused.status_code == 409
    assert own in page(refused)
    assert sign_in in page(client.get(reverse("own_activities:scan", args=[made.pk, code_at(made.pk, now())])))


@pytest.mark.parametrize(("ago", "is_offered"), [(timedelta(minutes=2), True), (timedelta(minutes=11), False)])
def test_who_scanned_before_signing_in_to_the_account_finds_the_button(
    cast, people, meeting, account_of, ago, is_offered
):
    made = meeting()
    account_of(people[3], "liu")
    client = cast.client("liu")
    session = client.session
    session["activities.scanned"] = {"activity": str(made.pk), "at": (now() - ago).isoformat()}
    session.save()
    shown = page(client.get(reverse("own_activities:detail", args=[made.pk])))
    assert (f'href="{reverse("own_activities:sign_in", args=[made.pk])}"' in shown) is is_offered


def test_a_stranger_with_an_old_code_is_not_led_to_the_activity(cast, people, meeting):
    made = meeting()
    refused = cast.client("stranger").get(
        reverse("own_activities:scan", args=[made.pk, code_at(made.pk, now() - timedelta(minutes=30))])
    )
    assert refused.status_code == 409
    assert f'href="{reverse("own_activities:detail", args=[made.pk])}"' not in page(refused)


def test_leave_needs_its_reason_and_the_button_says_what_it_does(cast, people, meeting, account_of, row):
    made = meeting()
    account_of(people[3], "liu")
    client = cast.client("liu")
    shown = page(client.get(reverse("own_activities:detail", args=[made.pk])))
    assert "提交请假" in shown
    assert "请假待批" not in shown
    assert "选填" not in shown
    assert "投屏" not in shown
    refused = client.post(reverse("own_activities:reply", args=[made.pk]), {"reason": ""})
    assert refused.status_code == 422
    assert row(made, people[3]).reply == "none"


def test_while_it_runs_the_page_says_who_is_here(cast, people, meeting, row, at):
    made = meeting()
    client = cast.client("secretary")
    assert "未回复" in page(client.get(made.get_absolute_url()))
    ticked(cast, made, [row(made, one) for one in people[:2]], at)
    Activity.objects.filter(pk=made.pk).update(starts_at=at - timedelta(minutes=5))
    shown = page(client.get(made.get_absolute_url()))
    assert "已到" in shown
    assert "未回复" not in shown


def test_what_is_held_is_no_longer_to_come_for_a_member(cast, people, meeting, row, account_of, at):
    made = meeting()
    account_of(people[3], "liu")
    ticked(cast, made, [row(made, people[3])], at)
    Activity.objects.filter(pk=made.pk).update(starts_at=at - timedelta(minutes=5))
    hold(cast.actor("secretary"), activity=made.pk, at=now())
    client = cast.client("liu")
    shown = client.get(reverse("own_activities:index"))
    assert [one.activity_id for one in shown.context["coming"]] == []
    assert [one.activity_id for one in shown.context["past"]] == [made.pk]
    assert made.title not in page(client.get("/"))


def test_leave_that_waits_stands_on_the_home_page_until_it_is_decided(cast, people, planned, account_of, row, at):
    made = [
        announce(
            cast.actor("secretary"),
            activity=plan(
                cast.actor("secretary"), organisation=cast.willow.id, planned=planned(starts_at=at + ahead), at=at
            ).pk,
            at=at,
        )
        for ahead in (timedelta(days=2), timedelta(days=20))
    ]
    account_of(people[3], "liu")
    client = cast.client("secretary")
    assert "请假待批" not in page(client.get("/work/"))
    before = questions(client, "/work/")
    for one in made:
        reply(cast.actor("liu"), activity=one.pk, coming=False, reason="出差", at=at)
    shown = page(client.get("/work/"))
    assert shown.count("1人请假待批") == 2
    assert reverse("activities:attendance", args=[made[1].pk]) in shown
    account_of(people[2], "zhao")
    for one in made:
        reply(cast.actor("zhao"), activity=one.pk, coming=False, reason="住院", at=at)
    assert page(client.get("/work/")).count("2人请假待批") == 2
    assert questions(client, "/work/") <= before + 1  # the activities beyond this week
    for one in made:
        for who in people[2:4]:
            client.post(reverse("activities:decide_leave", args=[row(one, who).pk]), {"give": "yes"})
    assert "请假待批" not in page(client.get("/work/"))
    assert "请假待批" not in page(cast.client("clerk").get("/work/"))


def test_the_inviter_gets_no_invitation_from_himself(cast, people, meeting, account_of):
    account_of(people[3], "liu")
    meeting()
    told = Recipient.objects.filter(message__kind="activities.invited")
    assert set(told.values_list("member_id", flat=True)) == {one.pk for one in people[1:]}


def unread_invitations():
    return set(
        Recipient.objects.filter(message__kind="activities.invited", read_at__isnull=True).values_list(
            "member_id", flat=True
        )
    )


def test_an_invitation_that_was_answered_or_is_over_is_settled(cast, people, meeting, account_of, row, at):
    account_of(people[3], "liu")
    first, second, third = meeting(), meeting(), meeting()
    assert unread_invitations() == {one.pk for one in people[1:]}
    waiting = Recipient.objects.filter(read_at__isnull=True)
    reply(cast.actor("liu"), activity=first.pk, coming=True, at=at)
    assert not waiting.filter(message__subject=first.pk, member=people[3]).exists()
    assert waiting.filter(message__subject=first.pk).count() == 3
    ticked(cast, second, [row(second, people[0])], at)
    hold(cast.actor("secretary"), activity=second.pk, at=second.ends_at)
    assert not waiting.filter(message__subject=second.pk).exists()
    cancel(cast.actor("secretary"), activity=third.pk, reason="台风", at=at)
    left = waiting.filter(message__subject=third.pk).values_list("message__kind", flat=True)
    assert set(left) == {"activities.changed"}


def test_the_list_begins_with_what_is_nearest_and_then_what_was(cast, people, planned, today, at):
    secretary = cast.actor("secretary")
    for number, days in enumerate((40, 3, 80)):
        later = planned(starts_at=at + timedelta(days=days), title=f"将来{number}")
        plan(secretary, organisation=cast.willow.id, planned=later, at=at)
    for days in (9, 5):
        done = Report(["theme_day"], today - timedelta(days=days), "文化广场", [people[0].pk], title=f"以前{days}")
        report(secretary, organisation=cast.willow.id, report=done, at=at)
    client = cast.client("secretary")
    shown = client.get(LIST)
    assert [one.title for one in shown.context["coming"]] == ["将来1", "将来0", "将来2"]
    assert [one.title for one in shown.context["page"].rows] == ["以前5", "以前9"]
    text = page(shown)
    assert text.index("将来1") < text.index("将来2") < text.index("以前5")
    assert "以往和已取消的活动" in text
    only = client.get(LIST, {"period": "coming"})
    assert [one.title for one in only.context["page"].rows] == ["将来1", "将来0", "将来2"]
    assert only.context["coming"] == []
    searched = client.get(LIST, {"q": "以前"})
    assert [one.title for one in searched.context["page"].rows] == ["以前5", "以前9"]
    assert cast.client("outsider").get(LIST).context["coming"] == []


def test_all_turns_of_a_series_stand_on_the_page_of_each(cast, people, planned, today, at):
    first = planned(starts_at=at + timedelta(days=1), kinds=["theme_day"], title="护林防火")
    rhythm = Rhythm(1, add_months(today, 4))
    made = plan_series(cast.actor("secretary"), organisation=cast.willow.id, planned=first, rhythm=rhythm, at=at)
    client = cast.client("secretary")
    for one in made:
        shown = client.get(one.get_absolute_url())
        assert [turn.pk for turn in shown.context["turns"]] == [turn.pk for turn in made]
    assert made[2].get_absolute_url() in page(client.get(made[0].get_absolute_url()))
    few = questions(client, made[0].get_absolute_url())
    long = plan_series(
        cast.actor("secretary"),
        organisation=cast.willow.id,
        planned=planned(starts_at=at + timedelta(days=2), kinds=["dues_day"], title="收缴党费"),
        rhythm=Rhythm(1, add_months(today, 20)),
        at=at,
    )
    assert len(long) > 2 * len(made)
    assert questions(client, long[0].get_absolute_url()) == few
    alone = plan(cast.actor("secretary"), organisation=cast.willow.id, planned=planned(), at=at)
    assert client.get(alone.get_absolute_url()).context["turns"] == []


def test_who_is_excused_for_good_is_not_offered_again(cast, people, excused):
    choices = dict(
        cast.client("secretary").get(reverse("activities:excuse_new")).context["form"].fields["member"].choices
    )
    assert str(excused.pk) not in choices
    assert str(people[3].pk) in choices


@pytest.mark.parametrize(("kind", "place"), [("member_appraisal", "“民主评议”"), ("heart_talk", "“谈话与会前准备”")])
def test_what_has_a_page_of_its_own_is_not_planned_here_and_where_is_said(
    cast, people, planned, today, at, kind, place
):
    client = cast.client("secretary")
    for address in (NEW, HELD):
        shown = page(client.get(address))
        assert f'value="{kind}"' not in shown
        assert f"?kind={kind}" not in shown
        assert place in shown
    asked = client.get(NEW, {"kind": kind})
    assert asked.context["refused"]
    with pytest.raises(InvalidInput, match=place):
        plan(cast.actor("secretary"), organisation=cast.willow.id, planned=planned(kinds=[kind]), at=at)
    told = Report([kind], today - timedelta(days=1), "文化广场", [people[0].pk])
    with pytest.raises(InvalidInput, match=place):
        report(cast.actor("secretary"), organisation=cast.willow.id, report=told, at=at)
    assert not Activity.objects.exists()


def test_own_rooms_stand_before_those_lent_from_above(cast, people, at):
    for place, name, is_shared in (
        ("north", "镇报告厅", True),
        ("willow", "活动室", False),
        ("north", "镇小会议室", False),
    ):
        cast_place = getattr(cast, place)
        Room.objects.create(organisation=cast_place, name=name, is_shared=is_shared)
    shown = cast.client("secretary").get(reverse("activities:rooms"))
    assert [one.name for one in shown.context["rooms"]] == ["活动室", "镇报告厅"]


@pytest.mark.parametrize("is_early", [True, False])
def test_once_it_is_held_the_minutes_are_the_next_step_and_an_early_end_is_said(
    cast, people, meeting, row, at, is_early
):
    made = meeting()
    client, minutes = cast.client("secretary"), reverse("activities:minutes", args=[made.pk])
    ticked(cast, made, [row(made, people[0])], at)
    ends = timedelta(hours=1) if is_early else timedelta(minutes=-1)
    Activity.objects.filter(pk=made.pk).update(starts_at=at - timedelta(hours=1), ends_at=now() + ends)
    first = f'<a class="btn btn-primary" href="{minutes}">'
    assert first not in page(client.get(made.get_absolute_url()))
    shown = page(client.post(reverse("activities:hold", args=[made.pk]), follow=True))
    assert first in shown
    assert ("提前结束" in shown) is is_early
    begin_minutes(cast.actor("secretary"), activity=made.pk, at=now())
    assert first not in page(client.get(made.get_absolute_url()))
