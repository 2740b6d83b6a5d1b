"""What the form of an activity makes of days: copies, several days, a year, days and links that are none."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.urls import reverse

from lianxin.activities.actions.planning import plan
from lianxin.activities.actions.series import Rhythm, plan_series, turns
from lianxin.activities.models import Activity, Room
from lianxin.activities.plan_forms import PlanForm
from lianxin.activities.queries.prefilling import copied, plan_of, prefilled
from lianxin.activities.tests.conftest import shanghai
from lianxin.kernel.errors import InvalidInput
from lianxin.kernel.time import add_months, add_years, day_of
from lianxin.messaging.facade import Message


def filled(planned, organisation, **given):
    """The form as a browser sends it for a plan, changed as `given` says."""
    held = {name: value for name, value in PlanForm.initial_of(planned).items() if value}
    held |= {name: held[name].strftime("%H:%M") for name in ("begins", "ends")}
    form = PlanForm(held | given, organisation=organisation)
    assert form.is_valid(), form.errors
    return form


def test_a_copy_is_titled_as_of_its_own_month(cast, people, at):
    old = replace(prefilled(cast.willow, ["theme_day"], today=date(2026, 11, 2), on=date(2026, 11, 20)), place="学校")
    made = plan(cast.actor("secretary"), organisation=cast.willow.id, planned=old, at=at)
    found = copied(made, today=date(2026, 11, 22))
    assert day_of(found.starts_at).month == 12
    assert (made.title, found.title) == (old.title, old.title.replace("11", "12"))


def test_a_title_of_ones_own_is_copied_as_it_is(cast, people, planned, at):
    wanted = planned(kinds=["theme_day"], title="重走十一月的路", starts_at=shanghai(date(2026, 11, 20)))
    made = plan(cast.actor("secretary"), organisation=cast.willow.id, planned=wanted, at=at)
    assert copied(made, today=date(2026, 11, 22)).title == "重走十一月的路"


@pytest.mark.parametrize("hours", [1, 30, 50])
def test_an_edit_keeps_how_long_it_lasts(cast, people, planned, hours):
    begins = shanghai(date(2026, 12, 1), hour=9)
    wanted = planned(starts_at=begins, ends_at=begins + timedelta(hours=hours))
    assert filled(wanted, cast.willow).plan(()).ends_at == wanted.ends_at
    moved = filled(wanted, cast.willow, on="2026-12-11").plan(())
    assert moved.ends_at - moved.starts_at == timedelta(hours=hours)


def test_four_days_are_longer_than_an_activity_lasts(cast, people, planned, at):
    begins = shanghai(date(2026, 12, 1), hour=9)
    wanted = filled(planned(starts_at=begins, ends_at=begins + timedelta(hours=2)), cast.willow, days="4").plan(())
    with pytest.raises(InvalidInput) as refused:
        plan(cast.actor("secretary"), organisation=cast.willow.id, planned=wanted, at=at)
    assert list(refused.value.fields) == ["ends_at"]
    assert not Activity.objects.exists()


@pytest.mark.parametrize("first", [date(2027, 3, 10), date(2028, 2, 29), date(2026, 11, 22)])
def test_every_year_without_an_end_has_its_second_turn_also_over_a_leap_day(cast, people, planned, first):
    wanted = planned(starts_at=shanghai(first), ends_at=shanghai(first, hour=16))
    rhythm = filled(wanted, cast.willow, every_months="12").rhythm()
    assert len(turns(first, rhythm)) == 2


def test_a_link_that_is_too_long_is_refused_at_its_field(cast, people, planned, at):
    wanted = planned(online_link="https://" + "x" * 600)
    with pytest.raises(InvalidInput) as refused:
        plan(cast.actor("secretary"), organisation=cast.willow.id, planned=wanted, at=at)
    assert list(refused.value.fields) == ["online_link"]
    assert not Activity.objects.exists()


@pytest.mark.parametrize("on", ["2026-02-30", "2026-13-01", "x", ""])
def test_a_day_the_calendar_does_not_have_shows_the_room_from_today(cast, on):
    room = Room.objects.create(organisation=cast.willow, name="活动室")
    assert cast.client("secretary").get(reverse("activities:room", args=[room.pk]), {"on": on}).status_code == 200


def test_the_form_asks_over_how_many_days(cast, people, planned, at):
    begins = at + timedelta(days=3)
    wanted = planned(starts_at=begins, ends_at=begins + timedelta(hours=50))
    made = plan(cast.actor("secretary"), organisation=cast.willow.id, planned=wanted, at=at)
    shown = cast.client("secretary").get(reverse("activities:edit", args=[made.pk])).context["form"]
    assert shown["days"].value() == (day_of(wanted.ends_at) - day_of(wanted.starts_at)).days + 1
    assert plan_of(made).ends_at == wanted.ends_at


def sent(planned, organisation, **given):
    """A new activity as the browser sends it, without rows of an agenda."""
    held = {name: value for name, value in PlanForm.initial_of(planned).items() if value}
    held |= {name: held[name].strftime("%H:%M") for name in ("begins", "ends")}
    return held | {"organisation": organisation.pk, "agenda-TOTAL_FORMS": 0, "agenda-INITIAL_FORMS": 0} | given


@pytest.mark.parametrize("years", [-40, 2, 100])
def test_a_year_that_is_a_slip_of_the_pen_is_refused_at_the_day(cast, people, planned, today, years):
    wrong = add_years(today, years).isoformat()
    answer = cast.client("secretary").post(
        reverse("activities:new"), sent(planned(), cast.willow, on=wrong, announce="yes")
    )
    assert answer.status_code == 422
    assert answer.context["form"].errors["on"]
    assert not Activity.objects.exists()


def test_next_years_same_month_is_planned_and_a_turn_of_a_series_further_off(cast, people, planned, today, at):
    far = shanghai(add_months(today, 13))
    plan(cast.actor("secretary"), organisation=cast.willow.id, planned=planned(starts_at=far), at=at)
    yearly = planned(starts_at=far, title="年度党员大会")
    made = plan_series(
        cast.actor("secretary"),
        organisation=cast.willow.id,
        planned=yearly,
        rhythm=Rhythm(12, add_years(today, 4)),
        at=at,
    )
    assert len(made) == 3


def test_a_change_is_held_to_the_day_only_where_the_day_changes(cast, people, planned, at):
    made = plan(cast.actor("secretary"), organisation=cast.willow.id, planned=planned(), at=at)
    old = shanghai(date(1999, 7, 1))
    Activity.objects.filter(pk=made.pk).update(starts_at=old, ends_at=old + timedelta(hours=1))
    made.refresh_from_db()
    client = cast.client("secretary")
    address = reverse("activities:edit", args=[made.pk])
    held = plan_of(made)
    assert client.post(address, sent(replace(held, place="学校"), cast.willow)).status_code == 302
    answer = client.post(address, sent(held, cast.willow, on="1999-07-02"))
    assert answer.context["form"].errors["on"]


def test_an_end_before_the_beginning_is_said_at_the_end(cast, people, planned):
    wrong = sent(planned(), cast.willow, begins="15:00", ends="14:00", days=1)
    assert cast.client("secretary").post(reverse("activities:new"), wrong).context["form"].errors["ends"]


def test_what_is_planned_in_the_past_says_that_nobody_is_invited_and_leads_to_the_list(cast, people, planned, today):
    before = sent(planned(), cast.willow, on=(today - timedelta(days=20)).isoformat(), announce="yes")
    answer = cast.client("secretary").post(reverse("activities:new"), before, follow=True)
    made = Activity.objects.get()
    assert answer.redirect_chain[-1][0] == reverse("activities:attendance", args=[made.pk])
    assert "不发送邀请" in answer.content.decode()
    assert not Message.objects.exists()


@pytest.mark.parametrize(("title", "then"), [("", "{month}月主题党日"), ("重走长征路", "重走长征路")])
def test_a_title_still_as_proposed_follows_the_day_that_is_chosen(cast, people, today, title, then):
    client = cast.client("secretary")
    later = add_months(today, 2)
    shown = client.get(reverse("activities:new"), {"kind": "theme_day", "on": today.isoformat()})
    assert f'name="titled_for" value="{today}"' in shown.content.decode()
    form = shown.context["form"]
    given = {name: form[name].value() for name in ("title", "kinds", "late_after", "audience")} | {"place": "文化广场"}
    if title:
        given["title"] = title
    given |= {"titled_for": today.isoformat(), "on": later.isoformat(), "begins": "15:00", "ends": "16:00"}
    given |= {"organisation": cast.willow.pk, "agenda-TOTAL_FORMS": 0, "agenda-INITIAL_FORMS": 0}
    assert client.post(reverse("activities:new"), given).status_code == 302
    made = Activity.objects.get()
    assert made.title == then.format(month=later.month)
    moved = add_months(today, 3)
    held = sent(plan_of(made), cast.willow, on=moved.isoformat())
    assert client.post(reverse("activities:edit", args=[made.pk]), held).status_code == 302
    made.refresh_from_db()
    assert made.title == then.format(month=moved.month)


def test_what_is_wrong_with_a_point_of_the_agenda_is_said_below_it_and_at_the_top(cast, people, planned):
    point = {"agenda-0-title": "听取报告", "agenda-0-kind": "report", "agenda-0-minutes": "九"}
    wrong = sent(planned(), cast.willow, **point) | {"agenda-TOTAL_FORMS": 1}
    answer = cast.client("secretary").post(reverse("activities:new"), wrong)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "议程第1项：" in shown
    assert 'id="id_agenda-0-minutes_error"' in shown
    assert not Activity.objects.exists()
