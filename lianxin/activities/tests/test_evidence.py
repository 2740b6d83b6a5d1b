"""Organisation life beside an appraisal: facts in words for who appraises; no rate, no rank, no reason of leave."""

from datetime import timedelta

import pytest
from django.template.loader import render_to_string

from lianxin.activities.actions.excusing import excuse
from lianxin.activities.actions.minutes import confirm_minutes
from lianxin.activities.actions.resolution import add_resolution
from lianxin.activities.evidence_panels import beside_an_appraisal
from lianxin.activities.models import Participant
from lianxin.activities.tests.minutes_meeting import hold, written
from lianxin.kernel.authz import acting
from lianxin.kernel.time import day_of
from lianxin.kernel.web.navigation import panels


@pytest.fixture
def meeting(cast, at, today):
    """A meeting: the first seven came, the eighth was on leave, the ninth was not there; the first has a task."""
    meeting = hold(cast, at)
    minutes = written(cast, meeting)
    add_resolution(
        cast.actor("secretary"),
        item=minutes.items.first().pk,
        text="走访困难党员",
        owner=meeting.members[0].pk,
        due_on=today + timedelta(days=7),
        at=at,
    )
    confirm_minutes(cast.actor("secretary"), activity=meeting.activity.pk, at=at)
    return meeting


@pytest.fixture
def year(meeting):
    """Of the meeting, which was held some days ago."""
    return day_of(meeting.activity.starts_at).year


def facts(cast, meeting, who, year):
    panel = beside_an_appraisal(cast.actor("secretary"), member=meeting.members[who], year=year)
    return (panel.facts.expected, panel.facts.came, panel.facts.on_leave, panel.facts.not_there)


def test_what_became_of_each_invitation_is_told(cast, meeting, year):
    assert facts(cast, meeting, 0, year) == (1, 1, 0, 0)
    assert facts(cast, meeting, 7, year) == (1, 0, 1, 0)
    assert facts(cast, meeting, 8, year) == (1, 0, 0, 1)
    panel = beside_an_appraisal(cast.actor("secretary"), member=meeting.members[0], year=year)
    assert [one.text for one in panel.resolutions] == ["走访困难党员"]
    assert beside_an_appraisal(cast.actor("secretary"), member=meeting.members[0], year=year - 2).lines == []


def test_who_is_excused_is_counted_apart(cast, meeting, year, at, today):
    excuse(
        cast.actor("town_clerk"),
        member=meeting.members[8].pk,
        ground="age",
        since=today - timedelta(days=1),
        until=None,
        reason="",
        at=at,
    )
    Participant.objects.filter(member=meeting.members[8]).update(is_excused=True)
    panel = beside_an_appraisal(cast.actor("secretary"), member=meeting.members[8], year=year)
    assert (panel.facts.expected, panel.facts.not_there, panel.facts.excused) == (0, 0, 1)


def test_the_panel_is_words_without_rate_or_reason(cast, meeting, year):
    content = beside_an_appraisal(cast.actor("secretary"), member=meeting.members[7], year=year)
    text = render_to_string("activities/evidence_panel.html", {"content": content})
    assert meeting.activity.title in text
    assert "外出务工" not in text
    assert "%" not in text
    assert "率" not in text


def test_it_stands_where_appraisals_ask_for_evidence(cast, meeting, year):
    member = meeting.members[0]
    shown = panels("appraisals.evidence", cast.actor("secretary"), member=member, year=year)
    assert "activities/evidence_panel.html" in [one.template for one in shown]


@pytest.mark.parametrize("who", ["sibling", "outsider", "stranger"])
def test_others_are_shown_nothing(cast, meeting, year, who):
    with acting(cast.actor(who)):
        assert beside_an_appraisal(cast.actor(who), member=meeting.members[0], year=year) is None
