from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lianxin.duties.actions.recount import differences
from lianxin.duties.actions.recount import recount as recount_all
from lianxin.duties.models import Act, Count, DutyRow
from lianxin.duties.projecting import apply_met, reset_met
from lianxin.duties.tests.conftest import SYSTEM
from lianxin.kernel.db.ids import new_id
from lianxin.kernel.db.paths import ancestors
from lianxin.kernel.errors import NotPermitted
from lianxin.kernel.events.projectors import Positioned, projector_named, rebuild
from lianxin.kernel.models import Event
from lianxin.organisations.actions.move import move
from lianxin.rules.facade import period_verdicts

ON = date(2026, 11, 21)


def met(place, key):
    rows = DutyRow.objects.filter(organisation=place, key=key, met_on__isnull=False).order_by("period_start")
    return [row.met_on for row in rows]


def sums():
    return {
        (one.organisation_path, one.key, one.period_start): (one.due, one.met)
        for one in Count.objects.all()
        if one.due or one.met
    }


def recount():
    """The sums by a plain count of the rows."""
    found = {}
    for row in DutyRow.objects.filter(withdrawn=""):
        for path in ancestors(row.organisation_path):
            due, done = found.get((path, row.key, row.period_start), (0, 0))
            found[(path, row.key, row.period_start)] = (due + 1, done + (row.met_on is not None))
    return found


def test_an_act_meets_the_duties_it_names(cast, owe, hold, project):
    owe(cast.willow, on=ON)
    hold(cast.willow, date(2026, 3, 1), "general_meeting", "theme_day")
    project()
    assert met(cast.willow, "general_meeting") == [date(2026, 3, 1)]
    assert met(cast.willow, "theme_day") == [date(2026, 3, 1)]
    assert met(cast.willow, "party_lecture") == []
    row = DutyRow.objects.get(organisation=cast.willow, key="general_meeting", period_start=date(2026, 1, 1))
    assert (row.title, row.url) == ("学习会", "/work/activities/1/")


def test_the_earliest_counts_and_the_next_one_if_it_is_undone(cast, owe, hold, annul, project):
    owe(cast.willow, on=ON)
    later = hold(cast.willow, date(2026, 3, 20), "theme_day")
    first = hold(cast.willow, date(2026, 3, 1), "theme_day")
    project()
    assert met(cast.willow, "theme_day") == [date(2026, 3, 1)]
    annul(cast.willow, first.subject_id)
    project()
    assert met(cast.willow, "theme_day") == [date(2026, 3, 20)]
    annul(cast.willow, later.subject_id)
    project()
    assert met(cast.willow, "theme_day") == []
    assert sums() == recount()


def test_an_act_recorded_anew_counts_on_its_new_day(cast, owe, hold, project):
    owe(cast.willow, on=ON)
    event = hold(cast.willow, date(2026, 3, 1), "theme_day", "party_lecture")
    hold(cast.willow, date(2026, 4, 1), "theme_day", act=event.subject_id)
    project()
    assert met(cast.willow, "theme_day") == [date(2026, 4, 1)]
    assert met(cast.willow, "party_lecture") == []


def test_a_joint_act_counts_once_for_each_side(cast, owe, hold, annul, project):
    owe(on=ON)
    event = hold(cast.willow, date(2026, 3, 1), "theme_day")
    hold(cast.reed, date(2026, 3, 1), "theme_day", act=event.subject_id)
    project()
    assert met(cast.willow, "theme_day") == met(cast.reed, "theme_day") == [date(2026, 3, 1)]
    annul(cast.willow, event.subject_id)
    project()
    assert met(cast.willow, "theme_day") == met(cast.reed, "theme_day") == []


def test_an_act_known_before_the_duty_meets_it_when_it_opens(cast, owe, hold, project):
    hold(cast.willow, date(2026, 3, 1), "theme_day")
    project()
    owe(cast.willow, on=ON)
    assert met(cast.willow, "theme_day") == [date(2026, 3, 1)]


def test_the_committee_s_lecture_is_a_party_lecture_held_by_the_committee(cast, owe, hold, project):
    owe(on=ON)
    hold(cast.north, date(2026, 5, 1), "party_lecture")
    project()
    assert met(cast.north, "secretary_lecture") == [date(2026, 5, 1)]


def test_another_kind_of_event_does_not_meet_it(cast, owe, hold, project):
    owe(cast.willow, on=ON)
    hold(cast.willow, date(2026, 3, 1), "member_appraisal")
    hold(cast.willow, date(2026, 3, 2), "heart_talk", kind="activities.planned")
    hold(cast.willow, date(2026, 3, 3), "member_appraisal", kind="appraisals.finished")
    project()
    assert met(cast.willow, "member_appraisal") == [date(2026, 3, 3)]
    assert met(cast.willow, "heart_talk") == []


def test_an_address_outside_the_product_is_never_linked_to(cast, owe, hold, project):
    owe(cast.willow, on=ON)
    event = hold(cast.willow, date(2026, 3, 1), "theme_day")
    event.data["url"] = "//elsewhere.example/"
    apply_met([Positioned(10**9, event)])
    assert Act.objects.get().url == ""


def test_applying_twice_and_rebuilding_give_the_same(cast, owe, hold, annul, project):
    owe(on=ON)
    events = [hold(cast.willow, date(2026, month, 3), "theme_day", "general_meeting") for month in range(1, 8)]
    annul(cast.willow, events[2].subject_id)
    project()
    state = list(DutyRow.objects.order_by("id").values())
    apply_met([Positioned(number, event) for number, event in enumerate(Event.objects.order_by("id"), start=1)])
    assert list(DutyRow.objects.order_by("id").values()) == state
    rebuild(projector_named("duties.met"), at=datetime.now(UTC))
    assert list(DutyRow.objects.order_by("id").values()) == state
    assert sums() == recount()


def test_an_undoing_that_comes_before_its_act_still_undoes_it(cast, owe, hold, annul):
    owe(cast.willow, on=ON)
    event = hold(cast.willow, date(2026, 3, 1), "theme_day")
    undone = annul(cast.willow, event.subject_id)
    apply_met([Positioned(2, undone)])
    apply_met([Positioned(1, event)])
    assert met(cast.willow, "theme_day") == []


def test_a_moved_organisation_moves_its_counts(cast, owe, hold, project, at, today):
    owe(on=today)
    hold(cast.willow, today.replace(day=1), "theme_day")
    project()
    move(
        cast.actor("clerk"),
        organisation=cast.willow.id,
        parent=cast.south.id,
        effective_on=today,
        document_no="利组发〔2026〕8号",
        reason="调整隶属关系",
        at=at,
    )
    cast.willow.refresh_from_db()
    assert cast.willow.path.startswith(cast.south.path)
    assert set(DutyRow.objects.filter(organisation=cast.willow).values_list("organisation_path", flat=True)) == {
        cast.willow.path
    }
    assert sums() == recount()
    assert sums()[(cast.south.path, "theme_day", today.replace(day=1))] == (2, 1)


days = st.dates(date(2026, 1, 1), date(2026, 12, 31))
acts = st.lists(
    st.tuples(
        st.sampled_from(["willow", "poplar", "reed"]),
        st.lists(st.sampled_from(["theme_day", "general_meeting", "party_lecture"]), min_size=1, unique=True),
        days,
        st.booleans(),
    ),
    max_size=25,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts)
def test_whatever_happens_rows_agree_with_the_plain_rule_and_sums_with_a_recount(cast, owe, acts):
    reset_met()
    owe(on=ON)
    batch = []
    for place, meets, day, is_undone in acts:
        facts = {"subject_id": new_id(), "organisation_id": getattr(cast, place).id}
        data = {"meets": meets, "held_on": day.isoformat()}
        batch.append(Event(kind="activities.held", data=data, **facts))
        if is_undone:
            batch.append(Event(kind="activities.annulled", **facts))
    apply_met([Positioned(number, event) for number, event in enumerate(batch, start=1)])
    for place in ("willow", "poplar", "reed"):
        for key, months in (("theme_day", 1), ("general_meeting", 3), ("party_lecture", 3)):
            held = [day for where, meets, day, gone in acts if where == place and key in meets and not gone]
            expected = [one.met_on for one in period_verdicts(months, 2026, held) if one.is_met]
            assert met(getattr(cast, place), key) == expected
    assert sums() == recount()


def test_a_spoiled_sum_is_found_and_written_anew(cast, owe, hold, project, as_owner):
    owe(on=ON)
    hold(cast.willow, date(2026, 3, 1), "theme_day")
    project()
    assert differences() == []
    Count.objects.filter(organisation_path=cast.north.path, key="theme_day", met=1).update(met=2)
    Count.objects.filter(organisation_path=cast.south.path, key="heart_talk").delete()
    assert {(one.key, one.kept, one.counted) for one in differences()} == {
        ("theme_day", (2, 2), (2, 1)),
        ("heart_talk", (0, 0), (1, 0)),
    }
    assert recount_all(SYSTEM) == len(recount())
    assert differences() == []
    with pytest.raises(NotPermitted):
        recount_all(cast.actor("clerk"))
