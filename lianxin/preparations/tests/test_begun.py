"""Talks and meetings being prepared are told to duties, so that nobody is asked to begin them again."""

from datetime import timedelta

from lianxin.kernel.db.ids import new_id
from lianxin.preparations.begun import meetings_prepared, talks_going_on
from lianxin.preparations.models import Preparation, TalkYear


def test_talks_of_an_open_year_are_told_to_those_who_see_them(cast, talks, today, django_assert_num_queries):
    span = (today.replace(month=1, day=1), today.replace(month=12, day=31))
    actor = cast.actor("secretary")
    with django_assert_num_queries(1):
        told = talks_going_on(actor, [cast.willow.id], *span)
    assert [(one.on, one.meets, one.is_open) for one in told] == [(span[1], frozenset({"heart_talk"}), True)]
    assert talks_going_on(cast.actor("sibling"), [cast.willow.id], *span) == []
    TalkYear.objects.filter(pk=talks.pk).update(closed_on=today)
    assert talks_going_on(cast.actor("secretary"), [cast.willow.id], *span) == []


def test_a_meeting_being_prepared_is_told_until_it_is_an_activity(cast, meeting, today, django_assert_num_queries):
    span = (today, today + timedelta(days=30))
    actor = cast.actor("secretary")
    with django_assert_num_queries(1):
        told = meetings_prepared(actor, [cast.willow.id], *span)
    assert [(one.on, one.meets, one.url) for one in told] == [
        (meeting.planned_on, frozenset({"org_life_meeting"}), meeting.get_absolute_url())
    ]
    assert meetings_prepared(cast.actor("outsider"), [cast.willow.id], *span) == []
    Preparation.objects.filter(pk=meeting.pk).update(activity_id=new_id())
    assert meetings_prepared(cast.actor("secretary"), [cast.willow.id], *span) == []
