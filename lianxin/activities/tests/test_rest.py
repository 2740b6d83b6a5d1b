"""Activities for programs: list, plan and sign-ins; refusals, programs of others, and a request sent twice."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lianxin.activities.actions.planning import plan
from lianxin.activities.models import Activity, Participant
from tests.api.conftest import Program, make_token


@pytest.fixture
def program(cast):
    def program(who="secretary", **facts):
        _token, text = make_token(getattr(cast, who), **facts)
        return Program(text)

    return program


@pytest.fixture
def sent(cast, at):
    """What a program sends to plan a theme day."""

    def sent(**given):
        begins = at + timedelta(days=2)
        facts = {
            "organisation": str(cast.willow.id),
            "kinds": ["theme_day"],
            "title": "12月主题党日",
            "starts_at": begins.isoformat(),
            "ends_at": (begins + timedelta(hours=2)).isoformat(),
            "place": "党群服务中心",
            "agenda": [{"title": "集中学习", "kind": "study", "minutes": 40}],
        }
        return facts | given

    return sent


def test_a_program_plans_lists_and_reads(cast, people, program, sent):
    made = program().post("/activities", sent())
    assert made.status_code == 201
    told = made.json()
    assert (told["title"], told["state"], told["kinds"]) == ("12月主题党日", "draft", ["theme_day"])
    row = Activity.objects.get()
    assert [one.title for one in row.agenda.all()] == ["集中学习"]
    assert row.participants.count() == 5
    assert program().get(made.headers["Location"].removeprefix("/api/v1")).json() == told
    assert [one["id"] for one in program().get("/activities").json()["items"]] == [told["id"]]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kinds": []}, "kinds"),
        ({"kinds": ["party_of_the_year"]}, "kinds"),
        ({"title": " "}, "title"),
        ({"place": ""}, "place"),
        ({"starts_at": "2026-12-01T15:00:00"}, "starts_at"),
        ({"room": str(uuid4())}, "room"),
        ({"chair": str(uuid4())}, "chair"),
        ({"audience": "everybody"}, "audience"),
        ({"agenda": [{"title": "", "minutes": 5}]}, "agenda"),
    ],
)
def test_what_cannot_be_planned_is_refused_by_field_and_changes_nothing(cast, people, program, sent, given, field):
    answer = program().post("/activities", sent(**given))
    assert answer.status_code == 422
    assert field in answer.json()["errors"]
    assert not Activity.objects.exists()
    assert not Participant.objects.exists()


@pytest.mark.parametrize(("who", "status"), [("sibling", 404), ("outsider", 404), ("viewer", 403)])
def test_a_program_plans_only_where_its_account_may(cast, people, program, sent, who, status):
    assert program(who).post("/activities", sent()).status_code == status
    assert not Activity.objects.exists()


def test_a_token_without_the_permission_and_a_false_one_are_refused(cast, people, program, sent):
    narrow = program("secretary", permissions=["activities.activity:view"])
    assert narrow.post("/activities", sent()).status_code == 403
    assert narrow.get("/activities").status_code == 200
    assert Program("lx_wrong").post("/activities", sent()).status_code == 401
    assert not Activity.objects.exists()


@pytest.mark.parametrize("who", ["sibling", "outsider", "far_secretary"])
def test_programs_of_others_see_no_activity(cast, people, meeting, program, who):
    made = meeting()
    assert program(who).get("/activities").json()["items"] == []
    assert program(who).get(f"/activities/{made.pk}").status_code == 404


def test_those_above_and_a_party_to_it_see_it(cast, people, meeting, program):
    made = meeting()
    made.parties.create(organisation=cast.reed, organisation_name="芦苇村党支部")
    for who in ("clerk", "town_clerk", "viewer", "far_secretary"):
        assert [one["id"] for one in program(who).get("/activities").json()["items"]] == [str(made.pk)], who


def test_the_same_request_sent_twice_plans_one(cast, people, program, sent):
    asking = program()
    first = asking.post("/activities", sent(), Idempotency_Key="december")
    second = asking.post("/activities", sent(), Idempotency_Key="december")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert second.headers["Idempotency-Replayed"] == "true"
    assert Activity.objects.count() == 1
    other = asking.post("/activities", sent(title="另一个"), Idempotency_Key="december")
    assert other.status_code == 422
    assert Activity.objects.count() == 1


def items(meeting, people, row, at, **given):
    return [
        {"participant": str(row(meeting, one).pk), "nonce": str(uuid4()), "signed_at": at.isoformat()} | given
        for one in people
    ]


def test_sign_ins_are_taken_once_however_often_they_are_sent(cast, people, meeting, program, row, at):
    made = meeting()
    kept = {"items": items(made, people[:3], row, at), "sent_at": at.isoformat()}
    address = f"/activities/{made.pk}/sign-ins"
    first = program().post(address, kept).json()["items"]
    assert [one["result"] for one in first] == ["accepted"] * 3
    again = program().post(address, kept).json()["items"]
    assert [one["result"] for one in again] == ["already"] * 3
    assert [one["signed_at"] for one in again] == [one["signed_at"] for one in first]
    assert made.participants.filter(attendance__in=["present", "late"]).count() == 3


def test_a_sign_in_for_another_meeting_is_a_conflict_with_a_sentence(cast, people, meeting, program, row, at):
    made, other = meeting(), meeting(title="另一个会")
    kept = {"items": items(other, people[:1], row, at)}
    answer = program().post(f"/activities/{made.pk}/sign-ins", kept).json()["items"]
    assert answer[0]["result"] == "conflict"
    assert answer[0]["sentence"]
    assert not Participant.objects.exclude(attendance="unknown").exists()


@pytest.mark.parametrize(("who", "status"), [("sibling", 404), ("outsider", 404), ("viewer", 403)])
def test_sign_ins_of_others_are_refused(cast, people, meeting, program, row, at, who, status):
    made = meeting()
    kept = {"items": items(made, people, row, at)}
    assert program(who).post(f"/activities/{made.pk}/sign-ins", kept).status_code == status
    assert not Participant.objects.exclude(attendance="unknown").exists()


def test_too_many_and_malformed_sign_ins_are_refused(cast, people, meeting, program, row, at):
    made = meeting()
    one = items(made, people[:1], row, at)[0]
    assert program().post(f"/activities/{made.pk}/sign-ins", {"items": [one] * 2001}).status_code == 422
    assert program().post(f"/activities/{made.pk}/sign-ins", {"items": [one | {"nonce": "x"}]}).status_code == 422
    assert not Participant.objects.exclude(attendance="unknown").exists()


def test_the_number_of_queries_of_the_list_does_not_grow(cast, people, planned, program, at):
    counts = []
    asking = program()
    asking.get("/activities")
    for number in (2, 12):
        for _one in range(number):
            plan(cast.actor("secretary"), organisation=cast.willow.id, planned=planned(), at=at)
        with CaptureQueriesContext(connection) as asked:
            assert asking.get("/activities").status_code == 200
        counts.append(sum(one["sql"].lstrip().startswith("SELECT") for one in asked))
    assert counts[0] == counts[1]
