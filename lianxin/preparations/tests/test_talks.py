"""Heart-to-heart talks."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lianxin.kernel.authz import acting
from lianxin.kernel.errors import Conflict, InvalidInput, NotPermitted, NotVisible
from lianxin.kernel.models import Event
from lianxin.preparations.actions.talk_sheet import HeldTalk, record_talks
from lianxin.preparations.actions.talks import (
    add_talk,
    close_talks,
    plan_talks,
    record_talk,
    remove_talk,
    reopen_talks,
)
from lianxin.preparations.models import Talk, TalkNote
from lianxin.preparations.queries.people import suggest_pairs

SAID = "谈了外出务工期间参加组织生活的困难。"


def events(kind):
    return Event.objects.filter(kind=f"preparations.{kind}")


@pytest.mark.parametrize(("seats", "others"), [(3, 7), (1, 4), (0, 5), (2, 1), (1, 1), (5, 0)])
def test_every_relation_is_met(seats, others):
    committee, members = [uuid4() for _ in range(seats)], [uuid4() for _ in range(others)]
    pairs = [frozenset(pair) for pair in suggest_pairs(committee, members)]
    assert len(set(pairs)) == len(pairs)
    assert all(len(pair) == 2 for pair in pairs)
    for one in committee:
        assert seats < 2 or any(one in pair and pair <= set(committee) for pair in pairs)
    for one in members:
        assert not seats or any(one in pair and pair & set(committee) for pair in pairs)
        assert others < 2 or any(one in pair and pair <= set(members) for pair in pairs)


def test_what_is_met_already_is_not_asked_again():
    one, other, third = uuid4(), uuid4(), uuid4()
    known = {frozenset((one, other)), frozenset((one, third)), frozenset((other, third))}
    assert suggest_pairs([one], [other, third], known) == []
    late = uuid4()
    assert suggest_pairs([one], [late, other, third], known) == [(one, late), (late, other)]


def test_pairs_come_from_posts_and_members(talks, people):
    kinds = sorted(talks.talks.values_list("kind", flat=True))
    assert kinds == ["committee", "committee_member", "committee_member", "members"]
    assert events("talks_planned").get().data["pairs"] == 4


def test_every_act_locks_the_year_before_its_talks(cast, talks, people, at, today):
    """Two acts that lock in opposite order wait for each other until one is thrown out."""

    def locked(act):
        with CaptureQueriesContext(connection) as caught:
            act()
        found = [re.search(r'FROM "preparations_(\w+)".*FOR UPDATE', one["sql"]) for one in caught]
        return [one[1] for one in found if one]

    secretary = cast.actor("secretary")
    pair = Talk.objects.get(kind="members")
    one = next(person for person in people if person.member.pk == pair.first_id)
    other = Talk.objects.filter(kind="committee_member").first()
    assert locked(lambda: record_talk(one.actor, talk=pair.pk, talked_on=today, text=SAID, at=at)) == [
        "talk_year",
        "talk",
        "talk_note",
    ]
    sheet = [HeldTalk(other.pk)]
    assert locked(lambda: record_talks(secretary, talk_year=talks.pk, talked_on=today, held=sheet, at=at)) == [
        "talk_year",
        "talk",
    ]
    last = Talk.objects.filter(talked_on__isnull=True).first()
    assert locked(lambda: remove_talk(secretary, talk=last.pk, at=at)) == ["talk_year", "talk"]


def test_planning_again_adds_only_what_is_new(cast, talks, enter, at):
    enter("陈静")
    plan_talks(cast.actor("secretary"), organisation=cast.willow.id, year=talks.year, at=at)
    assert talks.talks.count() == 6
    assert len({frozenset(pair) for pair in talks.talks.values_list("first_id", "second_id")}) == 6


def test_the_points_are_read_by_the_two_and_the_secretary(cast, talks, people, at, today):
    talk = talks.talks.get(kind="members")
    zhang, liu, wang = people[2], people[3], people[0]
    record_talk(zhang.actor, talk=talk.pk, talked_on=today, text=SAID, at=at)
    for actor, seen in (
        (zhang.actor, True),
        (liu.actor, True),
        (cast.actor("secretary"), True),
        (wang.actor, False),
        (cast.actor("town_clerk"), False),
        (cast.actor("clerk"), False),
        (cast.actor("sibling"), False),
        (cast.actor("auditor"), False),
    ):
        with acting(actor):
            assert TalkNote.objects.filter(text=SAID).exists() is seen
    assert SAID not in str(list(Event.objects.values_list("data", "changes", "reason")))
    with acting(cast.actor("town_clerk")):
        assert Talk.objects.get(pk=talk.pk).talked_on == today


def test_strangers_and_clerks_write_no_points(cast, talks, people, at, today):
    talk = talks.talks.get(kind="members")
    with pytest.raises(NotVisible):
        record_talk(people[0].actor, talk=talk.pk, talked_on=today, text=SAID, at=at)
    with pytest.raises(NotVisible):
        record_talk(cast.actor("sibling"), talk=talk.pk, talked_on=today, text="", at=at)
    with pytest.raises(InvalidInput):
        record_talk(cast.actor("town_clerk"), talk=talk.pk, talked_on=today, text=SAID, at=at)
    with pytest.raises(InvalidInput):
        record_talk(people[2].actor, talk=talk.pk, talked_on=today + timedelta(days=1), text="", at=at)
    talk.refresh_from_db()
    assert talk.talked_on is None
    assert not TalkNote.objects.exists()


def test_a_pair_is_added_once_and_taken_off_unless_they_talked(cast, talks, people, at, today):
    secretary = cast.actor("secretary")
    wang, li, zhang, liu = (one.member.pk for one in people)
    free = {(wang, liu), (li, zhang), (wang, zhang), (li, liu)} - set(talks.talks.values_list("first_id", "second_id"))
    first, second = min(free)
    made = add_talk(secretary, talk_year=talks.pk, first=first, second=second, at=at)
    assert made.kind == "committee_member"
    with pytest.raises(Conflict):
        add_talk(secretary, talk_year=talks.pk, first=second, second=first, at=at)
    with pytest.raises(InvalidInput):
        add_talk(secretary, talk_year=talks.pk, first=first, second=first, at=at)
    remove_talk(secretary, talk=made.pk, at=at)
    talk = talks.talks.get(kind="members")
    record_talk(secretary, talk=talk.pk, talked_on=today, text="", at=at)
    with pytest.raises(Conflict):
        remove_talk(secretary, talk=talk.pk, at=at)


def test_closing_the_year_meets_the_duty_and_opening_it_again_does_not(cast, talks, at, today):
    secretary = cast.actor("secretary")
    with pytest.raises(Conflict):
        close_talks(secretary, talk_year=talks.pk, at=at)
    talk = talks.talks.first()
    record_talk(secretary, talk=talk.pk, talked_on=today, text="", at=at)
    close_talks(secretary, talk_year=talks.pk, at=at)
    told = events("talks_finished").get()
    assert (told.subject_id, told.organisation_id) == (talks.pk, cast.willow.id)
    assert told.data["meets"] == ["heart_talk"]
    assert told.data["held_on"] == today.isoformat()
    with pytest.raises(Conflict):
        record_talk(secretary, talk=talk.pk, talked_on=today, text="", at=at)
    reopen_talks(secretary, talk_year=talks.pk, at=at)
    assert events("talks_reopened").get().subject_id == talks.pk


@pytest.mark.parametrize(("who", "answer"), [("sibling", NotVisible), ("outsider", NotVisible), ("viewer", NotVisible)])
def test_others_do_not_plan(cast, talks, at, who, answer):
    with pytest.raises((answer, NotPermitted)):
        close_talks(cast.actor(who), talk_year=talks.pk, at=at)
    talks.refresh_from_db()
    assert talks.closed_on is None


def test_a_sheet_is_one_act_and_the_same_sheet_sent_twice_is_no_second_one(cast, talks, at, today):
    secretary, rows = cast.actor("secretary"), list(talks.talks.order_by("kind", "id"))
    sheet = [HeldTalk(one.pk) for one in rows]
    assert len(record_talks(secretary, talk_year=talks.pk, talked_on=today, held=sheet, at=at)) == len(rows)
    assert record_talks(secretary, talk_year=talks.pk, talked_on=today, held=sheet, at=at) == []
    told = events("talked").get()
    assert (told.subject_id, told.data["pairs"]) == (talks.pk, len(rows))
    assert all(str(one) in told.data["pair"] for one in rows)


def test_a_talk_recorded_meanwhile_with_another_day_refuses_the_whole_sheet(cast, talks, people, at, today):
    secretary, talk = cast.actor("secretary"), talks.talks.get(kind="members")
    other = talks.talks.exclude(pk=talk.pk).first()
    record_talk(people[2].actor, talk=talk.pk, talked_on=today, text="", at=at)
    for row in (HeldTalk(talk.pk, text=SAID), HeldTalk(talk.pk, talked_on=today - timedelta(days=1))):
        with pytest.raises(InvalidInput) as refused:
            record_talks(secretary, talk_year=talks.pk, talked_on=today, held=[HeldTalk(other.pk), row], at=at)
        assert f"held_{talk.pk}" in refused.value.fields
    other.refresh_from_db()
    assert other.talked_on is None
    assert events("talked").count() == 1


def test_points_on_a_sheet_are_the_secretarys_and_a_closed_year_takes_none(cast, talks, at, today):
    clerk, talk = cast.actor("town_clerk"), talks.talks.first()
    with pytest.raises(InvalidInput) as refused:
        record_talks(clerk, talk_year=talks.pk, talked_on=today, held=[HeldTalk(talk.pk, text=SAID)], at=at)
    assert list(refused.value.fields) == [f"text_{talk.pk}"]
    record_talks(clerk, talk_year=talks.pk, talked_on=today, held=[HeldTalk(talk.pk)], at=at)
    close_talks(clerk, talk_year=talks.pk, at=at)
    with pytest.raises(Conflict):
        record_talks(clerk, talk_year=talks.pk, talked_on=today, held=[HeldTalk(talk.pk)], at=at)
    with acting(cast.actor("sibling")), pytest.raises(NotVisible):
        record_talks(cast.actor("sibling"), talk_year=talks.pk, talked_on=today, held=[HeldTalk(talk.pk)], at=at)
