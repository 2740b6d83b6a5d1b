from datetime import timedelta

import pytest

from lianxin.kernel.errors import Conflict, InvalidInput, NotPermitted, NotVisible
from lianxin.kernel.models import Event
from lianxin.members.facade import change_many, correct, take_effect, update
from lianxin.members.facts import BY_NAME, clear_of
from lianxin.members.models import Member, MemberRecord


def test_a_correction_replaces_the_belief_for_all_days_and_keeps_the_old_one(cast, wang, at):
    later = at + timedelta(minutes=1)
    corrected = correct(
        cast.actor("secretary"), member=wang.id, changes={"ethnic_group": "03"}, reason="档案", version=1, at=later
    )

    assert corrected.ethnic_group == "03"
    assert Member.objects.get(id=wang.id).version == 2
    rows = list(MemberRecord.objects.filter(member=wang).order_by("recorded"))
    assert [(row.facts["ethnic_group"], row.recorded.upper) for row in rows] == [("01", later), ("03", None)]
    assert rows[0].valid == rows[1].valid


def test_an_update_begins_a_new_period(cast, wang, at, today):
    since = today
    update(cast.actor("secretary"), member=wang.id, changes={"work_post": "4"}, since=since, reason="退休", at=at)

    believed = MemberRecord.objects.filter(member=wang, recorded__upper_inf=True).order_by("valid")
    assert [(row.valid.lower, row.valid.upper, row.facts["work_post"]) for row in believed] == [
        (wang.since, since, "1"),
        (since, None, "4"),
    ]


def test_one_event_tells_old_and_new_with_personal_data_masked(cast, wang, at):
    correct(cast.actor("secretary"), member=wang.id, changes={"mobile": "12000000099"}, reason="本人换号", at=at)

    event = Event.objects.filter(subject_id=wang.id).order_by("-id")[0]
    assert event.kind == "members.corrected"
    assert event.changes == {"mobile": ["120****0001", "120****0099"]}
    assert "12000000099" not in str(event.__dict__)


def test_the_sealed_history_opens_to_the_number(cast, wang, at):
    correct(cast.actor("secretary"), member=wang.id, changes={"mobile": "12000000099"}, reason="本人换号", at=at)

    row = MemberRecord.objects.get(member=wang, recorded__upper_inf=True)
    assert "12000000099" not in str(row.facts)
    assert clear_of(BY_NAME["mobile"], row.facts["mobile"]) == "12000000099"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"sex": "7"}, "sex"),
        ({"birth_date": "1980-02-30"}, "birth_date"),
        ({"id_number": "110105194912310021"}, "id_number"),
        ({"mobile": "123"}, "mobile"),
        ({"landline": "12"}, "landline"),
        ({"converted_on": "1990-01-01"}, "converted_on"),
        ({"birth_date": "2020-01-01"}, "joined_on"),
        ({"membership_status": "suspended"}, "membership_status"),
        ({"person_category": "applicant"}, "person_category"),
        ({"shoe_size": 43}, "shoe_size"),
    ],
)
def test_impossible_facts_are_refused_beside_their_field_and_change_nothing(cast, wang, at, changes, field):
    before = Event.objects.count()
    with pytest.raises(InvalidInput) as refusal:
        correct(cast.actor("secretary"), member=wang.id, changes=changes, reason="档案", at=at)

    assert field in refusal.value.fields
    assert Event.objects.count() == before
    assert MemberRecord.objects.filter(member=wang).count() == 1
    assert Member.objects.get(id=wang.id).version == 1


def test_a_birth_date_other_than_the_number_says_warns_and_is_kept(cast, wang, at):
    corrected = correct(
        cast.actor("secretary"), member=wang.id, changes={"birth_date": "1971-01-02"}, reason="档案", at=at
    )

    assert [one.rule_id for one in corrected.warnings] == ["members.birth_date.agrees_with_id_number"]
    assert str(Member.objects.get(id=wang.id).birth_date) == "1971-01-02"


def test_an_old_version_is_refused(cast, wang, at):
    correct(cast.actor("secretary"), member=wang.id, changes={"remarks": "一"}, reason="档案", version=1, at=at)
    with pytest.raises(Conflict):
        correct(cast.actor("secretary"), member=wang.id, changes={"remarks": "二"}, reason="档案", version=1, at=at)


@pytest.mark.parametrize(
    ("who", "refusal"),
    [
        ("sibling", NotVisible),
        ("outsider", NotVisible),
        ("far_secretary", NotVisible),
        ("stranger", NotVisible),
        ("expired", NotVisible),
        ("revoked", NotVisible),
        ("viewer", NotPermitted),
    ],
)
def test_only_staff_above_may_correct(cast, wang, at, who, refusal):
    with pytest.raises(refusal):
        correct(cast.actor(who), member=wang.id, changes={"remarks": "一"}, reason="档案", at=at)
    assert Member.objects.get(id=wang.id).remarks == ""


@pytest.mark.parametrize("who", ["clerk", "town_clerk", "secretary"])
def test_those_above_may_correct(cast, wang, at, who):
    correct(cast.actor(who), member=wang.id, changes={"remarks": "一"}, reason="档案", at=at)
    assert Member.objects.get(id=wang.id).remarks == "一"


def test_a_number_of_another_member_is_refused(cast, wang, zhang, at):
    with pytest.raises(InvalidInput) as refusal:
        correct(
            cast.actor("clerk"), member=zhang.id, changes={"id_number": wang.id_number.reveal()}, reason="档案", at=at
        )
    assert "id_number" in refusal.value.fields


def test_a_planned_change_waits_for_its_day(cast, wang, at, today):
    since = today + timedelta(days=3)
    update(cast.actor("secretary"), member=wang.id, changes={"work_post": "4"}, since=since, at=at)
    assert Member.objects.get(id=wang.id).work_post == "1"

    assert take_effect(at=at) == 0
    assert Member.objects.get(id=wang.id).work_post == "1"
    assert take_effect(at=at + timedelta(days=3)) == 1
    assert Member.objects.get(id=wang.id).work_post == "4"
    assert take_effect(at=at + timedelta(days=3)) == 0


def test_nothing_new_is_refused(cast, wang, at):
    with pytest.raises(InvalidInput):
        correct(cast.actor("secretary"), member=wang.id, changes={"sex": "1"}, reason="档案", at=at)


def test_who_is_in_contact_is_out_of_contact_since_no_day(cast, wang, at, today):
    update(cast.actor("secretary"), member=wang.id, changes={"is_lost": True, "lost_since": today}, at=at)
    found = update(cast.actor("secretary"), member=wang.id, changes={"is_lost": False}, at=at + timedelta(minutes=1))
    assert found.lost_since is None


def test_many_change_together_with_an_event_each(cast, wang, zhang, at):
    done = change_many(
        cast.actor("clerk"), members=[wang.id, zhang.id], field="is_in_hardship", value=True, reason="走访", at=at
    )

    assert done == 2
    events = list(Event.objects.filter(kind="members.updated"))
    assert {one.subject_id for one in events} == {wang.id, zhang.id}
    assert len({one.batch_id for one in events}) == 1


def test_many_change_all_or_none(cast, wang, reed_member, at):
    with pytest.raises(NotVisible):
        change_many(
            cast.actor("secretary"), members=[wang.id, reed_member.id], field="is_in_hardship", value=True, at=at
        )
    assert not Member.objects.filter(is_in_hardship=True).exists()


@pytest.mark.parametrize("field", ["name", "id_number", "birth_date", "membership_status"])
def test_what_differs_from_person_to_person_is_not_changed_in_bulk(cast, wang, at, field):
    with pytest.raises(InvalidInput):
        change_many(cast.actor("clerk"), members=[wang.id], field=field, value="x", at=at)
