"""An appraisal that goes on is told to duties, so that nobody is asked to open a second one."""

from datetime import timedelta

from lianxin.appraisals.begun import going_on
from lianxin.appraisals.models import Round
from lianxin.kernel.ui.templatetags.ui import long_date


def test_a_round_that_goes_on_is_told_to_those_who_see_it(cast, held, today, django_assert_num_queries):
    span = (today.replace(month=1, day=1), today.replace(month=12, day=31))
    actor = cast.actor("secretary")
    with django_assert_num_queries(1):
        told = going_on(actor, [cast.willow.id], *span)
    assert [(one.organisation, one.url, one.is_open) for one in told] == [
        (cast.willow.id, held.get_absolute_url(), True)
    ]
    assert told[0].on <= span[1]
    assert told[0].said == f"正在测评，{long_date(held.due_on)}前提交"
    assert going_on(cast.actor("sibling"), [cast.willow.id], *span) == []
    assert going_on(cast.actor("stranger"), [cast.willow.id], *span) == []
    Round.objects.filter(pk=held.pk).update(state=Round.State.WITHDRAWN)
    assert going_on(actor, [cast.willow.id], *span) == []


def test_a_day_that_is_past_is_no_day_of_the_duty(cast, held, today):
    span = (today.replace(month=1, day=1), today.replace(month=12, day=31))
    actor = cast.actor("secretary")
    Round.objects.filter(pk=held.pk).update(due_on=today - timedelta(days=1))
    assert [one.said for one in going_on(actor, [cast.willow.id], *span)] == ["已过提交截止日期，待统计"]
    Round.objects.filter(pk=held.pk).update(state=Round.State.COUNTED)
    assert [one.said for one in going_on(actor, [cast.willow.id], *span)] == ["已统计，待会议研究"]
