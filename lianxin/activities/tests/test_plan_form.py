"""What the form of an activity makes of days: copies, several days, a year, days and links that are none."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.urls import reverse

from lianxin.activities.actions.planning import plan
from lianxin.activities.actions.series import turns
from lianxin.activities.models import Activity, Room
from lianxin.activities.plan_forms import PlanForm
from lianxin.activities.queries.prefilling import copied, plan_of, prefilled
from lianxin.activities.tests.conftest import shanghai
from lianxin.kernel.errors import InvalidInput
from lianxin.kernel.time import day_of


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
