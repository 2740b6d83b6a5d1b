"""The kit for a hall without network: who may take it, what it holds, each act once, conflicts shown and decided."""

import json
from datetime import timedelta
from fractions import Fraction
from math import ceil, floor
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lianxin.activities.actions.hall import HallAct, take_hall_acts
from lianxin.activities.actions.holding import hold
from lianxin.activities.actions.replying import enter_leave
from lianxin.activities.models import HallReceipt, Minutes, Participant, Vote
from lianxin.activities.queries.hall import kit_of
from lianxin.kernel.authz import acting
from lianxin.kernel.errors import InvalidInput, NotPermitted, NotVisible
from lianxin.kernel.models import Event
from lianxin.rules.facade import judge_meeting, quorum_rule


def came(row, at, attendance="present", seen="unknown", **given):
    facts = {"nonce": uuid4(), "kind": "sign_in", "about": row.pk, "made_at": at, "seen": seen}
    return HallAct(**facts | {"facts": {"attendance": attendance}} | given)


def noted(item, at, text):
    return HallAct(uuid4(), "note", item, at, facts={"text": text})


def counted(item, at, in_favour, counters, *, against=0, seen=""):
    facts = {
        "question": "同意接收",
        "vote_kind": "general_meeting",
        "in_favour": in_favour,
        "against": against,
        "abstained": 0,
        "counters": [str(one.pk) for one in counters],
    }
    return HallAct(uuid4(), "hands", item, at, seen, facts)


@pytest.fixture
def hall(cast, meeting):
    """A meeting, its rows by name, and a way to send acts as somebody."""

    class Hall:
        activity = meeting()
        rows = list(Participant.objects.filter(activity=activity))
        item = activity.agenda.order_by("position").first().pk

        def send(self, at, *acts, who="secretary"):
            with acting(cast.actor(who)):
                return take_hall_acts(cast.actor(who), activity=self.activity.pk, acts=acts, at=at)

    return Hall()


def results(answers):
    return [one.result for one in answers]


def test_everything_is_taken_once_however_often_it_is_sent(hall, at):
    acts = [came(row, at) for row in hall.rows]
    acts += [noted(hall.item, at, "大家讨论热烈。"), counted(hall.item, at, 4, hall.rows[:2], against=1)]
    assert results(hall.send(at, *acts)) == ["accepted"] * 7
    for _time in range(2):
        assert results(hall.send(at, *acts)) == ["already"] * 7
    assert hall.activity.participants.filter(attendance="present", signed_how="offline").count() == 5
    assert [len(one.speeches) for one in Minutes.objects.get().items.all()] == [1, 0]
    assert Vote.objects.get().in_favour == 4
    assert HallReceipt.objects.count() == 7
    assert Event.objects.filter(kind="activities.ticked").count() == 1


def test_two_phones_that_differ_on_a_person_are_both_shown_and_a_person_decides(hall, at):
    row = hall.rows[0]
    assert results(hall.send(at, came(row, at))) == ["accepted"]
    other = came(row, at, "late")
    told = hall.send(at, other)[0]
    assert told.result == "conflict"
    assert row.name in told.sentence
    assert told.stands["attendance"] == "present"
    assert results(hall.send(at, other)) == ["conflict"]  # until somebody decides
    assert results(hall.send(at, came(row, at, "late", seen="present"))) == ["accepted"]
    row.refresh_from_db()
    assert row.attendance == "late"
    assert Event.objects.filter(kind="activities.ticked").order_by("-id")[0].data["decided"] == {
        str(row.pk): ["present", "late"]
    }
    assert results(hall.send(at, came(row, at, "absent", seen="late"))) == ["accepted"]
    row.refresh_from_db()
    assert (row.attendance, row.signed_at) == ("absent", None)


def test_a_replayed_act_never_undoes_what_was_decided_since(hall, at):
    row = hall.rows[0]
    first = came(row, at)
    hall.send(at, first)
    hall.send(at, came(row, at, "absent", seen="present"))
    assert results(hall.send(at, first)) == ["already"]
    row.refresh_from_db()
    assert row.attendance == "absent"


def test_two_phones_that_counted_differently_are_both_shown(hall, at):
    hall.send(at, *[came(row, at) for row in hall.rows], counted(hall.item, at, 5, hall.rows[:2]))
    standing = Vote.objects.get()
    told = hall.send(at, counted(hall.item, at, 3, hall.rows[:2], against=2))[0]
    assert told.result == "conflict"
    assert "5 / 0 / 0" in told.sentence
    assert "3 / 2 / 0" in told.sentence
    assert told.stands["id"] == str(standing.pk)
    decided = counted(hall.item, at, 3, hall.rows[:2], against=2, seen=str(standing.pk))
    assert results(hall.send(at, decided)) == ["accepted"]
    assert (Vote.objects.get().in_favour, Vote.objects.get().against) == (3, 2)
    assert results(hall.send(at, counted(hall.item, at, 3, hall.rows[:2], against=2))) == ["already"]


def test_a_count_is_judged_by_who_was_there_when_it_was_taken(hall, at):
    early, late = at + timedelta(minutes=30), at + timedelta(minutes=60)
    acts = [came(row, early) for row in hall.rows[:2]]
    acts.append(counted(hall.item, at + timedelta(minutes=40), 2, hall.rows[:2]))
    acts += [came(row, late) for row in hall.rows[2:]]
    assert results(hall.send(at + timedelta(minutes=90), *acts)) == ["accepted"] * 6
    vote = Vote.objects.get()
    assert (vote.present, vote.eligible, vote.is_quorate) == (2, 5, False)
    assert vote.taken_at == at + timedelta(minutes=40)


def test_at_a_theme_day_no_hands_are_counted(cast, meeting, at):
    made = meeting(kinds=["theme_day"])
    rows = list(Participant.objects.filter(activity=made))
    with acting(cast.actor("secretary")):
        listed = kit_of(cast.actor("secretary"), made, at=at)
        assert (listed["vote_kind"], listed["vote_kinds"]) == ("", [])
        acts = [*(came(row, at) for row in rows), counted(made.agenda.first().pk, at, 4, rows[:2])]
        answers = take_hall_acts(cast.actor("secretary"), activity=made.pk, acts=acts, at=at)
    assert results(answers) == [*["accepted"] * 5, "conflict"]
    assert "不作计票表决" in answers[-1].sentence
    assert not Vote.objects.exists()


def test_impossible_counts_say_why_and_leave_the_rest(hall, at):
    here = hall.rows[:2]
    acts = [came(row, at) for row in here]
    answers = hall.send(at, *acts, counted(hall.item, at, 9, here), counted(hall.item, at, 1, here[:1]))
    assert results(answers) == ["accepted", "accepted", "conflict", "conflict"]
    assert "9" in answers[2].sentence
    assert not Vote.objects.exists()


def test_what_comes_after_closing_a_wrong_clock_and_strangers_are_told(cast, hall, at):
    first, second, third = hall.rows[:3]
    ahead = came(first, at + timedelta(hours=1))
    long_ago = came(second, at - timedelta(days=1))
    answers = hall.send(at, ahead, long_ago, came(Participant(pk=uuid4()), at), came(third, at, "asleep"))
    assert results(answers) == ["conflict"] * 4
    assert all(one.sentence for one in answers)
    hall.send(at, came(third, at))
    later = hall.activity.ends_at + timedelta(minutes=5)
    hold(cast.actor("secretary"), activity=hall.activity.pk, at=later)
    told = hall.send(later, came(first, at), came(third, at))
    assert results(told) == ["conflict", "already"]
    assert told[0].stands["closed"] is True


def test_the_chair_needs_no_role_and_others_get_nothing(cast, people, hall, account_of, at):
    hall.activity.chair = people[3]
    hall.activity.save(update_fields=["chair"])
    account_of(people[3], "liu")
    account_of(people[4], "chen")
    assert results(hall.send(at, came(hall.rows[0], at), noted(hall.item, at, "会议开始。"), who="liu")) == [
        "accepted",
        "accepted",
    ]
    assert results(hall.send(at, came(hall.rows[0], at), who="liu")) == ["already"]
    for who in ("chen", "outsider", "sibling", "viewer", "expired"):
        with pytest.raises((NotVisible, NotPermitted)):
            hall.send(at, came(hall.rows[1], at), who=who)
    assert hall.activity.participants.filter(attendance="present").count() == 1


def test_too_much_and_times_without_zone_are_refused(cast, hall, at):
    row = hall.rows[0]
    with pytest.raises(InvalidInput):
        hall.send(at, *[came(row, at)] * 2_001)
    with pytest.raises(InvalidInput):
        hall.send(at, came(row, at.replace(tzinfo=None)))


def test_the_kit_holds_names_and_no_numbers_nor_reasons(cast, hall, at):
    row = hall.rows[0]
    enter_leave(cast.actor("secretary"), participant=row.pk, reason="住院治疗", told_by="电话", at=at)
    answer = cast.client("secretary").get(reverse("own_activities:hall_kit_list", args=[hall.activity.pk]))
    text = answer.content.decode()
    kept = json.loads(text)
    assert "住院" not in text
    assert "1200000" not in text
    assert {one["name"] for one in kept["people"]} == {one.name for one in hall.rows}
    assert next(one for one in kept["people"] if one["id"] == str(row.pk))["apart"] == "leave"
    assert set(kept["people"][0]) == {"id", "name", "role", "may_vote", "apart", "attendance", "signed_at"}
    page = cast.client("secretary").get(reverse("own_activities:hall_kit", args=[hall.activity.pk])).content.decode()
    assert row.name not in page
    assert hall.activity.title not in page


@pytest.mark.parametrize("kind", ["general_meeting", "admission_meeting", "committee_meeting", "election_meeting"])
def test_the_phone_reckons_as_the_server_does(kind, today):
    rule = quorum_rule(kind, today)
    for eligible in range(41):
        whole = rule.share * eligible
        needed = floor(whole) + 1 if rule.is_strict else ceil(whole)
        for present in range(eligible + 1):
            outcome = judge_meeting(kind, eligible=eligible, present=present, on=today)
            enough = eligible > 0 and present >= needed
            said = (rule.enough if enough else rule.lacking).format(present=present, eligible=eligible, needed=needed)
            assert (outcome.quorate, str(outcome.sum)) == (enough, said)
    assert isinstance(rule.share, Fraction)
    assert quorum_rule("theme_day", today) is None


def test_reading_the_kit_takes_no_more_queries_for_more_people(cast, hall, enter, at):
    def queries():
        with acting(cast.actor("secretary")), CaptureQueriesContext(connection) as asked:
            kit_of(cast.actor("secretary"), hall.activity, at=at)
        return len(asked)

    before = queries()
    for number in range(300, 306):
        Participant.objects.create(
            activity=hall.activity,
            organisation_path=hall.activity.organisation_path,
            member=enter("周敏", number),
            member_organisation=cast.willow,
            member_path=cast.willow.path,
            name="周敏",
        )
    assert queries() == before


def test_the_addresses_answer_as_json_and_lead_strangers_to_sign_in(cast, hall, at):
    acts = reverse("own_activities:hall_kit_acts", args=[hall.activity.pk])
    client = cast.client("secretary")
    body = {"acts": [{"nonce": str(uuid4()), "kind": "sign_in", "about": str(hall.rows[0].pk), "seen": "unknown"}]}
    body["acts"][0] |= {"made_at": hall.activity.starts_at.isoformat(), "facts": {"attendance": "present"}}

    def post(data):
        return client.post(acts, data, content_type="application/json")

    assert post("nonsense").status_code == 422
    assert post({"acts": [{"nonce": "x"}]}).status_code == 422
    assert post(body).status_code == 200
    stranger = cast.client("outsider").get(reverse("own_activities:hall_kit_list", args=[hall.activity.pk]))
    assert stranger.status_code == 404
    assert stranger.json()["detail"]
    desk = client.get(reverse("activities:detail", args=[hall.activity.pk])).content.decode()
    assert reverse("own_activities:hall_kit", args=[hall.activity.pk]) in desk
