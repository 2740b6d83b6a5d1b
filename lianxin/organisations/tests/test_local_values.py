from datetime import date, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lianxin.kernel.authz import Actor, acting
from lianxin.kernel.errors import Conflict, InvalidInput, NotPermitted, NotVisible
from lianxin.kernel.models import Event
from lianxin.kernel.time import SHANGHAI
from lianxin.organisations.actions.local_values import end_local_value, set_local_value
from lianxin.organisations.actions.move import move
from lianxin.organisations.models import LocalValue
from lianxin.organisations.queries.local_values import LocalValues, overrides_at, overrides_on, settable_at
from lianxin.rules.facade import all_rules, in_force

LECTURE = "organisation_life.party_lecture.interval_months"
MEETING = "organisation_life.democratic_life_meeting.interval_months"
HOURS = "organisation_life.training.member_hours"
SHARE = "appraisals.excellent_one_in"
DECISION = {"document_no": "利组发〔2026〕12号", "reason": "规范党课"}
AT = datetime(2026, 5, 20, 9, 0, tzinfo=SHANGHAI)
JULY, OCTOBER, JANUARY = date(2026, 7, 1), date(2026, 10, 1), date(2027, 1, 1)


def put(cast, place, value, since=JULY, *, who="clerk", rule=LECTURE, at=AT, **facts):
    return set_local_value(
        cast.actor(who),
        organisation=getattr(cast, place).id,
        rule=rule,
        value=value,
        effective_on=since,
        at=at,
        **{**DECISION, **facts},
    )


def end(cast, row, on, *, who="clerk", at=AT):
    return end_local_value(cast.actor(who), local_value=row.id, effective_on=on, at=at, **DECISION)


def months_at(place, on, rule=LECTURE):
    return in_force(rule, on, overrides=overrides_at(place.path)).number


def refused(error, act):
    before = list(LocalValue.objects.order_by("id").values()), Event.objects.count()
    with pytest.raises(error) as caught:
        act()
    assert (list(LocalValue.objects.order_by("id").values()), Event.objects.count()) == before
    return caught.value


def test_a_value_holds_here_and_below_from_its_day(cast):
    made = put(cast, "north", 1)
    assert [months_at(place, date(2026, 6, 30)) for place in (cast.north, cast.willow)] == [3, 3]
    assert [months_at(place, JULY) for place in (cast.north, cast.willow, cast.poplar)] == [1, 1, 1]
    assert [months_at(place, JULY) for place in (cast.county, cast.south, cast.reed)] == [3, 3, 3]
    event = Event.objects.get(kind="organisations.local_value_set")
    assert (event.changes, event.effective_on, event.document_no) == ({LECTURE: [3, 1]}, JULY, "利组发〔2026〕12号")
    assert (event.organisation_id, event.data) == (cast.north.id, {"local_value": str(made.id)})


def test_another_follows_and_the_history_stays(cast):
    put(cast, "north", 1)
    put(cast, "north", 2, JANUARY, document_no="利组发〔2026〕30号")
    rows = LocalValue.objects.order_by("valid_from").values_list("value", "valid_from", "ends_on", "end_document_no")
    assert list(rows) == [(1, JULY, JANUARY, "利组发〔2026〕30号"), (2, JANUARY, None, "")]
    assert [months_at(cast.willow, day) for day in (JULY, date(2026, 12, 31), JANUARY)] == [1, 1, 2]


def test_it_ends_and_what_is_above_holds_again(cast):
    put(cast, "county", 2)
    row = put(cast, "north", 1)
    end(cast, row, JANUARY)
    assert [months_at(cast.willow, day) for day in (JULY, date(2026, 12, 31), JANUARY)] == [1, 1, 2]
    event = Event.objects.get(kind="organisations.local_value_ended")
    assert (event.changes, event.effective_on) == ({LECTURE: [1, 2]}, JANUARY)
    refused(Conflict, lambda: end(cast, row, JANUARY))


def test_what_has_not_begun_is_taken_back(cast):
    row = put(cast, "north", 1, OCTOBER)
    end(cast, row, JULY)
    row.refresh_from_db()
    assert row.is_taken_back
    assert months_at(cast.willow, OCTOBER) == 3
    put(cast, "north", 2, JANUARY)
    refused(Conflict, lambda: end(cast, row, OCTOBER))


def test_nobody_lower_loosens_what_a_higher_one_fixed(cast):
    put(cast, "county", 3)
    error = refused(InvalidInput, lambda: put(cast, "north", 6, JANUARY))
    assert "利津县委" in str(error.fields["value"][0])
    assert put(cast, "north", 1).value == 1
    assert months_at(cast.willow, JULY) == 1


def test_a_stricter_value_set_above_later_makes_a_looser_one_give_way(cast):
    put(cast, "north", 6, who="town_clerk")
    assert months_at(cast.willow, JULY) == 6
    put(cast, "county", 3, JANUARY)
    assert [months_at(cast.willow, day) for day in (date(2026, 12, 31), JANUARY)] == [6, 3]
    (lecture,) = [one for one in settable_at(cast.north, on=JANUARY) if one.law.id == LECTURE]
    assert (lecture.gives_way, lecture.is_from_above, lecture.rule.local.organisation) == (True, True, "利津县委")


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"value": 5}, "value"),
        ({"value": 0}, "value"),
        ({"value": 24}, "value"),
        ({"value": 3, "rule": MEETING}, "value"),
        ({"value": 1, "since": date(2026, 4, 1)}, "effective_on"),
        ({"value": 1, "since": date(2026, 8, 1)}, "effective_on"),
        ({"value": 6, "since": date(2026, 10, 1)}, "effective_on"),
        ({"value": 1, "since": date(2026, 7, 2)}, "effective_on"),
        ({"value": 1, "since": date(2036, 7, 1)}, "effective_on"),
        ({"value": 1, "since": date(1990, 1, 1)}, "effective_on"),
        ({"value": 1, "document_no": " "}, "document_no"),
        ({"value": 1, "reason": ""}, "reason"),
        ({"value": 1, "rule": "organisation_life.theme_day.interval_months"}, "rule"),
        ({"value": 14, "rule": "retention.files.days"}, "rule"),
        ({"value": 10, "rule": "security.lockout.failures"}, "rule"),
        ({"value": 1, "rule": "organisation_life.colour"}, "rule"),
    ],
)
def test_what_is_refused_changes_nothing(cast, facts, field):
    error = refused(InvalidInput, lambda: put(cast, "north", **facts))
    assert list(error.fields) == [field]


def test_no_level_switches_on_what_the_software_must_not_do(cast):
    burden = [rule.id for rule in all_rules(JULY) if rule.used_by == "burden"]
    assert len(burden) == 4
    for rule in burden:
        for place in ("county", "north", "willow"):
            for value in (0, 1):
                refused(InvalidInput, lambda r=rule, p=place, v=value: put(cast, p, v, rule=r))


def test_of_two_that_overlap_the_second_is_refused(cast):
    put(cast, "north", 1, OCTOBER)
    for since in (JULY, OCTOBER):
        refused(Conflict, lambda day=since: put(cast, "north", 2 if day == JULY else 1, day))


def test_what_is_over_is_not_ended_again(cast):
    row = put(cast, "north", 1)
    later = datetime(2026, 11, 20, 9, 0, tzinfo=SHANGHAI)
    assert "effective_on" in refused(InvalidInput, lambda: end(cast, row, OCTOBER, at=later)).fields
    end(cast, row, JANUARY, at=later)
    refused(Conflict, lambda: end(cast, row, JANUARY, at=datetime(2027, 3, 1, tzinfo=SHANGHAI)))


@pytest.mark.parametrize(
    ("who", "error"),
    [
        ("secretary", NotPermitted),
        ("viewer", NotPermitted),
        ("security_admin", NotPermitted),
        ("outsider", NotVisible),
        ("sibling", NotVisible),
        ("expired", NotVisible),
        ("stranger", NotVisible),
    ],
)
def test_who_may_not_set_or_end(cast, who, error):
    refused(error, lambda: put(cast, "willow", 1, who=who))
    row = put(cast, "willow", 1)
    refused(error, lambda: end(cast, row, JANUARY, who=who))


def test_a_lower_clerk_neither_sets_nor_ends_above(cast):
    refused(NotVisible, lambda: put(cast, "county", 1, who="town_clerk"))
    row = put(cast, "county", 1)
    refused(NotVisible, lambda: end(cast, row, JANUARY, who="town_clerk"))


def test_the_database_keeps_what_was_set(cast):
    row = put(cast, "north", 1)
    for change in ("SET value = 2", "SET document_no = 'x'", "SET valid_from = '2026-04-01'"):
        with pytest.raises(DatabaseError, match="not rewritten"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE organisations_local_value {change} WHERE id = %s", [row.id])
    with pytest.raises(DatabaseError, match="not rewritten"), transaction.atomic():
        row.delete()


def test_whose_rows_the_database_shows(cast):
    for place in ("county", "north", "willow", "south"):
        put(cast, place, 1)
    seen = {}
    for who in ("clerk", "town_clerk", "secretary", "outsider", "far_secretary", "expired"):
        with acting(cast.actor(who)):
            seen[who] = set(LocalValue.objects.values_list("organisation_id", flat=True))
    county, north, willow, south = (cast.county.id, cast.north.id, cast.willow.id, cast.south.id)
    assert seen == {
        "clerk": {county, north, willow, south},
        "town_clerk": {county, north, willow},
        "secretary": {county, north, willow},
        "outsider": {county, south},
        "far_secretary": {county, south},
        "expired": set(),
    }


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20, deadline=None)
@given(st.lists(st.sampled_from([None, 1, 2, 3, 4, 6, 12]), min_size=3, max_size=3))
def test_of_what_stands_on_the_way_up_the_strictest_holds(cast, values):
    places = (cast.county, cast.north, cast.willow)
    with transaction.atomic():
        for place, value in zip(places, values, strict=True):
            if value is not None:
                LocalValue.objects.create(
                    organisation=place, rule=LECTURE, value=value, document_no="1", valid_from=JULY, set_at=AT
                )
        loaded = LocalValues.load()
        for number, place in enumerate(places):
            fixed = [value for value in values[: number + 1] if value is not None]
            assert in_force(LECTURE, JULY, overrides=loaded.overrides(place.path)).number == min(fixed, default=3)
            assert months_at(place, date(2026, 6, 30)) == 3
        transaction.set_rollback(True)


def test_all_are_loaded_with_one_query(cast, django_assert_num_queries):
    for places in (("county",), ("north", "south", "willow", "poplar", "reed")):
        for place in places:
            put(cast, place, 1)
        with django_assert_num_queries(1):
            loaded = LocalValues.load([LECTURE])
            assert all(loaded.chain(one.path) for one in (cast.willow, cast.poplar, cast.reed))


def test_what_is_counted_by_the_year_begins_and_ends_with_one(cast):
    for day in (JULY, date(2027, 2, 1)):
        error = refused(InvalidInput, lambda on=day: put(cast, "north", 40, on, rule=HOURS))
        assert list(error.fields) == ["effective_on"]
    row = put(cast, "north", 40, JANUARY, rule=HOURS)
    assert [months_at(cast.willow, day, HOURS) for day in (date(2026, 12, 31), JANUARY)] == [32, 40]
    later = date(2028, 1, 1)
    assert "effective_on" in refused(InvalidInput, lambda: end(cast, row, date(2027, 7, 1))).fields
    end(cast, row, later)
    assert [months_at(cast.willow, day, HOURS) for day in (date(2027, 12, 31), later)] == [40, 32]


def test_what_keeps_the_value_of_its_first_day_is_set_from_any_day(cast):
    put(cast, "north", 4, date(2026, 5, 22), rule=SHARE)
    assert [months_at(cast.willow, date(2026, 5, day), SHARE) for day in (21, 22)] == [3, 4]
    assert months_at(cast.reed, JULY, SHARE) == 3
    assert "value" in refused(InvalidInput, lambda: put(cast, "willow", 3, JULY, rule=SHARE)).fields
    assert put(cast, "willow", 5, JULY, rule=SHARE).value == 5


@pytest.mark.parametrize(("rule", "value"), [(HOURS, 31), (HOURS, 65), (SHARE, 0)])
def test_numbers_outside_what_the_law_allows_are_refused(cast, rule, value):
    error = refused(InvalidInput, lambda: put(cast, "north", value, JANUARY, rule=rule))
    assert list(error.fields) == ["value"]


def test_what_stood_above_on_a_day_is_found_after_a_move(cast, at, today, django_assert_num_queries):
    put(cast, "south", 40, JANUARY, rule=HOURS)
    begun = today - timedelta(days=1)
    move(cast.actor("clerk"), organisation=cast.willow.id, parent=cast.south.id, effective_on=today, at=at, **DECISION)
    cast.willow.refresh_from_db()
    later = date(2030, 1, 1)
    with django_assert_num_queries(2):
        before = overrides_on(cast.willow.id, cast.willow.path, begun)
    since = overrides_on(cast.willow.id, cast.willow.path, today)
    assert in_force(HOURS, later, overrides=before).number == 32
    assert in_force(HOURS, later, overrides=since).number == 40
    unknown = overrides_on(cast.willow.id, cast.willow.path, date(1900, 1, 1))
    assert in_force(HOURS, later, overrides=unknown).number == 40


@pytest.mark.parametrize("rule", [HOURS, SHARE])
def test_a_number_is_set_by_the_form(cast, rule):
    client = cast.client("town_clerk")
    address = url("local_value_set", cast.north.id, rule)
    form = client.get(address).context["form"]
    answer = {**DECISION, "value": 40 if rule == HOURS else 4, "effective_on": str(form.initial["effective_on"])}
    assert client.post(address, answer).status_code == 200
    assert client.post(address, answer | {"confirmed": "on"}).status_code == 302
    row = LocalValue.objects.get()
    page = client.get(url("local_value_end", row.id)).context["form"]
    assert page.initial["effective_on"] == row.valid_from


def url(name, *args):
    return reverse(f"organisations:{name}", args=args)


@pytest.mark.parametrize(
    ("who", "status"),
    [("clerk", 200), ("viewer", 200), ("secretary", 200), ("outsider", 404), ("sibling", 404), ("expired", 403)],
)
def test_who_opens_the_page(cast, who, status):
    put(cast, "county", 1)
    page = cast.client(who).get(url("local_values", cast.willow.id))
    assert page.status_code == status
    if status == 200:
        text = page.content.decode()
        assert "利组发〔2026〕12号" in text
        assert (url("local_value_set", cast.willow.id, LECTURE) in text) is (who == "clerk")


def test_a_value_is_set_and_ended_by_the_forms(cast):
    client = cast.client("town_clerk")
    address = url("local_value_set", cast.north.id, LECTURE)
    assert client.get(address).status_code == 200
    assert client.post(address, {}).status_code == 422
    answer = {**DECISION, "value": 6, "effective_on": "2098-01-01"}
    assert client.post(address, answer).status_code == 422
    january = date(datetime.now(SHANGHAI).year + 1, 1, 1)
    answer["effective_on"] = january.isoformat()
    looked = client.post(address, answer)
    assert looked.status_code == 200
    assert not LocalValue.objects.exists()
    assert client.post(address, answer | {"confirmed": "on"}).url == url("local_values", cast.north.id)
    row = LocalValue.objects.get()
    assert (row.value, row.valid_from, row.set_by) == (6, january, cast.town_clerk.id)
    ending = url("local_value_end", row.id)
    assert ending in client.get(url("local_values", cast.north.id)).content.decode()
    assert client.post(ending, {**DECISION, "effective_on": january.isoformat()}).status_code == 200
    assert client.post(ending, {**DECISION, "effective_on": january, "confirmed": "on"}).status_code == 302
    row.refresh_from_db()
    assert row.is_taken_back
    assert "organisations.local_value_ended" in set(Event.objects.values_list("kind", flat=True))
    assert client.get(url("detail", cast.north.id)).status_code == 200


@pytest.mark.parametrize(("who", "status"), [("secretary", 403), ("viewer", 403), ("outsider", 404), ("stranger", 403)])
def test_the_forms_are_closed_to_others(cast, who, status):
    row = put(cast, "willow", 1)
    for address in (url("local_value_set", cast.willow.id, LECTURE), url("local_value_end", row.id)):
        for answer in ({}, {**DECISION, "value": 1, "effective_on": "2099-01-01", "confirmed": "on"}):
            assert refused_page(cast, who, address, answer) == status


def refused_page(cast, who, address, answer):
    before = list(LocalValue.objects.values())
    client = cast.client(who)
    page = client.post(address, answer) if answer else client.get(address)
    assert list(LocalValue.objects.values()) == before
    return page.status_code


def test_a_rule_nobody_sets_has_no_form(cast):
    for rule in ("burden.ranking", "retention.files.days", "nothing.at.all"):
        assert cast.client("clerk").get(url("local_value_set", cast.county.id, rule)).status_code == 404


def test_the_page_asks_the_same_number_of_queries(cast):
    def queries(place):
        client = cast.client("clerk")
        client.get(url("local_values", place.id))
        with CaptureQueriesContext(connection) as captured:
            client.get(url("local_values", place.id))
        return len(captured)

    put(cast, "north", 1)
    few = queries(cast.north)
    for number in range(2, 12):
        put(cast, "north", 1, date(2026 + number, 1, 1), at=datetime(2026 + number, 1, 1, 1, tzinfo=SHANGHAI))
    put(cast, "county", 1, date(2040, 1, 1), at=datetime(2040, 1, 1, 1, tzinfo=SHANGHAI))
    assert queries(cast.north) == few


def test_the_product_loads_without_anybodys_reach(cast):
    put(cast, "county", 2)
    with acting(Actor.system("tests")):
        assert months_at(cast.reed, JULY) == 2
