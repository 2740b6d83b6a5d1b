from datetime import date, datetime
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianxin.duties.actions.derive import Variants, derive
from lianxin.duties.actions.recount import differences
from lianxin.duties.declared import all_duties, duty_named
from lianxin.duties.models import DutyRow
from lianxin.duties.periods import periods_of
from lianxin.duties.tests.conftest import SYSTEM
from lianxin.kernel.errors import InvalidInput
from lianxin.kernel.time import SHANGHAI
from lianxin.organisations.facade import LocalValue, end_local_value, move, set_local_value
from lianxin.rules.facade import DatedValue, all_rules, overrides_of
from lianxin.rules.facade import LocalValue as Setting

LECTURE = "organisation_life.party_lecture.interval_months"
DECISION = {"document_no": "利组发〔2026〕12号", "reason": "规范党课"}
MAY = datetime(2026, 5, 20, 9, 0, tzinfo=SHANGHAI)
FIRST, JULY, OCTOBER, JANUARY = date(2026, 1, 1), date(2026, 7, 1), date(2026, 10, 1), date(2027, 1, 1)


@pytest.fixture
def county(cast):
    """The cast, known from the beginning of the year."""
    derive(SYSTEM, organisations=None, on=FIRST, registered_on=FIRST)
    return cast


def put(cast, place, value, since, at=MAY):
    return set_local_value(
        cast.actor("clerk"),
        organisation=getattr(cast, place).id,
        rule=LECTURE,
        value=value,
        effective_on=since,
        at=at,
        **DECISION,
    )


def look(on=date(2026, 5, 20)):
    return derive(SYSTEM, organisations=None, on=on, registered_on=FIRST)


def lectures(place):
    rows = DutyRow.objects.filter(organisation=place, key="party_lecture", withdrawn="").order_by("period_start")
    return [(row.period_start.month, row.period_end.month, row.local_value_id is not None) for row in rows]


QUARTERS = [(1, 3, False), (4, 6, False), (7, 9, False), (10, 12, False)]


def test_a_rhythm_set_locally_holds_from_its_first_period_for_all_below(county):
    row = put(county, "north", 1, JULY)
    assert look().opened == 2 * 4
    monthly = [*QUARTERS[:2], *((month, month, True) for month in range(7, 13))]
    assert lectures(county.willow) == lectures(county.poplar) == monthly
    assert lectures(county.reed) == QUARTERS
    assert set(DutyRow.objects.filter(local_value=row).values_list("key", "rule")) == {
        ("party_lecture", f"{LECTURE}@2018-10-28")
    }
    assert differences() == []
    done = look()
    assert (done.opened, done.withdrawn, done.changed) == (0, 0, 0)


def test_a_longer_rhythm_withdraws_what_has_not_begun(county):
    put(county, "willow", 6, JULY)
    look()
    assert lectures(county.willow) == [*QUARTERS[:2], (7, 12, True)]
    (gone,) = DutyRow.objects.exclude(withdrawn="")
    assert (gone.withdrawn, gone.period_start) == ("rule_changed", OCTOBER)
    assert differences() == []


def test_it_ends_and_the_rule_holds_again(county):
    row = put(county, "north", 1, JULY)
    look()
    end_local_value(county.actor("clerk"), local_value=row.id, effective_on=OCTOBER, at=MAY, **DECISION)
    look()
    monthly = [(month, month, True) for month in (7, 8, 9)]
    assert lectures(county.willow) == [*QUARTERS[:2], *monthly, QUARTERS[3]]


def test_the_same_value_by_document_stands_beside_the_duty(county):
    row = put(county, "county", 3, JULY)
    look()
    assert lectures(county.willow) == [*QUARTERS[:2], (7, 9, True), (10, 12, True)]
    assert set(DutyRow.objects.exclude(local_value=None).values_list("local_value_id", flat=True)) == {row.id}


def test_what_has_begun_and_what_is_over_stay_when_a_place_moves(county, at):
    put(county, "south", 1, JULY)
    look()
    before = lectures(county.willow)
    move(
        county.actor("clerk"),
        organisation=county.willow.id,
        parent=county.south.id,
        effective_on=date(2026, 8, 10),
        document_no="利组发〔2026〕20号",
        reason="调整隶属",
        at=at,
    )
    look(date(2026, 8, 10))
    later = [(month, month, True) for month in (9, 10, 11, 12)]
    assert before == QUARTERS
    assert lectures(county.willow) == [*QUARTERS[:3], *later]
    assert differences() == []


def test_back_again_the_running_month_stays_and_the_quarter_follows(county, at):
    put(county, "north", 1, JULY)
    look()
    move(
        county.actor("clerk"),
        organisation=county.willow.id,
        parent=county.south.id,
        effective_on=date(2026, 8, 10),
        document_no="利组发〔2026〕20号",
        reason="调整隶属",
        at=at,
    )
    look(date(2026, 8, 10))
    assert lectures(county.willow) == [*QUARTERS[:2], (7, 7, True), (8, 8, True), QUARTERS[3]]


def test_the_event_makes_all_below_follow(cast, project, today, at):
    derive(SYSTEM, organisations=None, on=today)
    january = date(today.year + 1, 1, 1)
    since = january if today.month > 9 else date(today.year, 3 * ((today.month - 1) // 3 + 1) + 1, 1)
    put(cast, "county", 3, since, at)
    project("duties.concerned")
    if since.year == today.year:
        assert DutyRow.objects.exclude(local_value=None).count() > 0
    derive(SYSTEM, organisations=None, on=since)
    places = set(DutyRow.objects.exclude(local_value=None).values_list("organisation_id", flat=True))
    assert places == {cast.willow.id, cast.poplar.id, cast.reed.id}


RHYTHMS = st.sampled_from([1, 2, 3, 4, 6, 12])


@given(st.lists(st.tuples(RHYTHMS, st.integers(1, 12)), max_size=4))
def test_earlier_periods_are_those_of_the_law_alone(values):
    chain = [
        DatedValue(LECTURE, Setting(value, "1", str(number)), date(2026, month, 1))
        for number, (value, month) in enumerate(values)
    ]
    begins = min((one.since for one in chain), default=date(2027, 1, 1))
    duty = duty_named("party_lecture")
    law, found = periods_of(duty, 2026), periods_of(duty, 2026, overrides_of(chain))
    assert [one for one in found if one.start < begins] == [one for one in law if one.start < begins]
    for one in found:
        length = one.end.month - one.start.month + 1
        bearing = [value for value, month in values if date(2026, month, 1) <= one.start]
        assert length == min(bearing, default=3)
        assert (one.start.month - 1) % length == 0


def test_a_few_values_make_a_few_variants_and_one_query(county, django_assert_num_queries):
    for place in ("county", "north", "willow"):
        put(county, place, 1, JULY)
    with django_assert_num_queries(1):
        variants = Variants([2026])
        duty = duty_named("party_lecture")
        places = [SimpleNamespace(path=f"{county.south.path}{number:04d}") for number in range(1000)]
        places += [county.north, county.willow, county.poplar]
        found = {variants.of(duty, variants.on_the_way(one.path)) for one in places}
    assert len(found) == 3
    assert variants.of(duty_named("theme_day"), variants.on_the_way(county.willow.path)) == 0


def test_the_number_of_queries_of_deriving_does_not_grow_with_local_values(county, django_assert_num_queries):
    put(county, "county", 1, JULY)
    with django_assert_num_queries(15):
        look()
    for place in ("north", "south", "willow", "poplar", "reed"):
        put(county, place, 1, OCTOBER)
    with django_assert_num_queries(15):
        look()


RHYTHMIC = {
    f"organisation_life.{key}.interval_months"
    for key in ("general_meeting", "party_lecture", "secretary_lecture", "org_life_meeting", "democratic_life_meeting")
}


def test_every_rhythm_that_organisations_set_is_followed_by_a_duty():
    settable = {rule.id for rule in all_rules(date(2026, 5, 20)) if rule.is_set_by_organisations and rule.is_rhythm}
    assert settable == RHYTHMIC
    assert settable <= {duty.rule for duty in all_duties()}


@pytest.mark.parametrize(
    ("key", "place", "sibling", "law", "value", "since"),
    [
        ("general_meeting", "willow", "reed", 3, 1, JULY),
        ("org_life_meeting", "willow", "reed", 12, 6, JANUARY),
        ("secretary_lecture", "north", "south", 12, 3, JANUARY),
    ],
)
def test_a_town_sets_a_rhythm_and_only_its_own_follow(county, key, place, sibling, law, value, since):
    def due(place, year):
        rows = DutyRow.objects.filter(organisation=getattr(county, place), key=key, withdrawn="")
        rows = rows.filter(period_start__year=year).order_by("period_start")
        return list(rows.values_list("period_start", "period_end", "local_value"))

    before = due(place, 2026)
    given = {"organisation": county.north.id, "rule": duty_named(key).rule, "at": MAY, **DECISION}
    for looser in (law * 2, 0):
        with pytest.raises(InvalidInput) as refusal:
            set_local_value(county.actor("clerk"), value=looser, effective_on=since, **given)
        assert list(refusal.value.fields) == ["value"]
    made = set_local_value(county.actor("clerk"), value=value, effective_on=since, **given)
    look()
    look(date(2026, 12, 10))
    assert due(sibling, 2026) == before
    assert [one for one in due(place, 2026) if one[0] < since] == [one for one in before if one[0] < since]
    assert len(due(place, 2027)) == 12 // value
    assert {one[2] for one in due(place, 2027)} == {made.id}
    assert len(due(sibling, 2027)) == 12 // law
    assert differences() == []


def test_a_secretary_reads_the_document_beside_the_article(county, client):
    put(county, "county", 3, JULY)
    look()
    page = county.client("secretary").get(f"/work/duties/{county.willow.id}/?year=2026")
    assert page.status_code == 200
    assert LocalValue.objects.count() == 1
