"""What organisations set for appraisals: the share of excellent members, probationary ones, and the least of sheets."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lianxin.appraisals.actions.rounds import LEAST_SHEETS, open_round
from lianxin.appraisals.models import Round
from lianxin.appraisals.queries.results import ONE_IN, PROBATIONARY, remarks
from lianxin.kernel.errors import InvalidInput
from lianxin.organisations.facade import move, set_local_value

DOCUMENT = "利组发〔2026〕40号"


@pytest.fixture
def put(cast, at, today):
    """Set a value at a place, by default from today."""

    def put(place, rule, value, *, since=None, before=timedelta(0)):
        return set_local_value(
            cast.actor("clerk"),
            organisation=getattr(cast, place).id,
            rule=rule,
            value=value,
            effective_on=(since or today) - before,
            document_no=DOCUMENT,
            reason="规范民主评议",
            at=at - before,
        )

    return put


@pytest.fixture
def opened(cast, people, enter, at, today):
    """Open the appraisal of a branch; poplar is beside willow, reed under another town."""

    def opened(place="willow", **given):
        if place != "willow":
            for name in ("钱进", "孙立", "李强", "周明", "吴芳", "郑和"):
                enter(name, place=place)
        facts = {"year": today.year, "as_of": today, "due_on": today + timedelta(days=9), "at": at}
        secretary = cast.actor("secretary" if place == "willow" else "far_secretary")
        return open_round(secretary, organisation=getattr(cast, place).id, **facts | given)

    return opened


def said(held, *, excellent):
    participants = list(held.participants.all())
    grades = {one: "excellent" if number < excellent else "qualified" for number, one in enumerate(participants)}
    return remarks(held, grades)


def test_a_town_allows_fewer_excellent_ones_and_only_its_own_follow(cast, put, opened):
    put("north", ONE_IN, 6)
    (remark,) = said(opened(), excellent=2)
    assert "6" in remark.said
    for part in (remark.rule.citation, cast.north.short_name, DOCUMENT):
        assert part in remark.article
    assert said(opened("reed"), excellent=2) == []


def test_an_appraisal_stays_under_what_held_when_it_was_opened(cast, put, opened, at, today):
    held = opened()
    put("north", ONE_IN, 6, since=today + timedelta(days=1))
    assert said(held, excellent=2) == []
    Round.objects.filter(pk=held.pk).update(opened_at=at + timedelta(days=1))
    held.refresh_from_db()
    assert len(said(held, excellent=2)) == 1


def test_an_appraisal_goes_on_as_it_began_where_a_branch_moves(cast, put, opened, at, today):
    put("south", ONE_IN, 6, before=timedelta(days=40))
    held = opened()
    given = {"organisation": cast.willow.id, "parent": cast.south.id, "document_no": DOCUMENT, "reason": "调整隶属"}
    move(cast.actor("clerk"), effective_on=today, at=at, **given)
    held.refresh_from_db()
    assert held.organisation_path.startswith(cast.south.path)
    assert len(said(held, excellent=2)) == 1
    Round.objects.filter(pk=held.pk).update(opened_at=at - timedelta(days=30))
    held.refresh_from_db()
    assert said(held, excellent=2) == []


def test_a_larger_share_than_the_town_allows_is_refused(put, opened):
    put("north", ONE_IN, 6)
    for value in (3, 0):
        with pytest.raises(InvalidInput) as refusal:
            put("willow", ONE_IN, value)
        assert list(refusal.value.fields) == ["value"]
    assert len(said(opened(), excellent=2)) == 1


def test_what_the_branch_set_gives_way_to_less_allowed_above(put, opened):
    put("willow", ONE_IN, 2)
    put("county", ONE_IN, 6)
    assert len(said(opened(), excellent=2)) == 1


def test_whether_probationary_members_may_be_excellent_is_set(cast, people, put, opened, today):
    held = opened()
    young = held.participants.get(is_probationary=True)
    assert len(remarks(held, {young: "excellent"})) == 1
    put("county", PROBATIONARY, 1)
    assert remarks(held, {young: "excellent"}) == []
    put("north", PROBATIONARY, 0)
    (remark,) = remarks(held, {young: "excellent"})
    assert (DOCUMENT in remark.article, cast.north.short_name in remark.article) == (True, True)


def test_no_round_goes_below_the_sheets_that_the_town_asks(cast, put, opened, at):
    put("north", LEAST_SHEETS, 6)
    with pytest.raises(InvalidInput) as refusal:
        opened(least_sheets=5)
    assert DOCUMENT in str(refusal.value.fields["least_sheets"])
    assert not Round.objects.exists()
    assert opened().least_sheets == 6
    assert opened("reed", least_sheets=4).least_sheets == 4


def test_the_form_opens_with_the_number_and_says_why(cast, people, put):
    address = reverse("appraisals:new")
    client = cast.client("secretary")
    assert client.get(address).context["form"].initial["least_sheets"] == 5
    put("north", LEAST_SHEETS, 8)
    answer = client.get(address, {"organisation": str(cast.willow.id)})
    assert answer.context["form"].initial["least_sheets"] == 8
    assert DOCUMENT in answer.content.decode()
    assert client.get(address, {"organisation": "x"}).status_code == 200


def test_remarks_ask_the_same_number_of_queries_whatever_was_set(put, opened, today):
    def queries():
        with CaptureQueriesContext(connection) as caught:
            said(held, excellent=2)
        return len(caught)

    held = opened()
    few = queries()
    put("county", ONE_IN, 3)
    put("north", ONE_IN, 4)
    put("willow", ONE_IN, 5)
    assert queries() == few <= 3
