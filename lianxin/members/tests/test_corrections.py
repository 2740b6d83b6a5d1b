from dataclasses import replace

import pytest

from lianxin.kernel.authz import Actor
from lianxin.kernel.errors import Conflict, InvalidInput, NotPermitted, NotVisible
from lianxin.kernel.models import Event
from lianxin.members.facade import accept_correction, ask_for_correction, decline_correction, withdraw_correction
from lianxin.members.models import CorrectionRequest, Member


@pytest.fixture
def member(wang):
    return Actor(name="王建国", member_id=wang.id)


def test_asking_needs_a_record_of_ones_own(cast, at):
    with pytest.raises(NotVisible):
        ask_for_correction(cast.actor("secretary"), field="name", wanted="王健国", reason="错字", at=at)


def test_a_request_keeps_personal_data_sealed(member, wang, at):
    asked = ask_for_correction(member, field="mobile", wanted="12000000088", reason="换号", at=at)
    assert "12000000088" not in str(CorrectionRequest.objects.filter(id=asked.id).values())
    assert Event.objects.get(kind="members.correction_asked").changes == {"mobile": ["120****0001", "120****0088"]}
    assert CorrectionRequest.objects.get().organisation_path == wang.organisation_path


def test_accepting_corrects_the_record(cast, member, wang, at):
    asked = ask_for_correction(member, field="mobile", wanted="12000000088", reason="换号", at=at)
    accept_correction(cast.actor("secretary"), request=asked.id, at=at)
    assert Member.objects.get(id=wang.id).mobile.reveal() == "12000000088"
    assert CorrectionRequest.objects.get().state == "accepted"
    with pytest.raises(Conflict):
        decline_correction(cast.actor("secretary"), request=asked.id, answer="晚了", at=at)


def test_what_cannot_stand_beside_the_other_facts_is_not_accepted(cast, member, wang, at):
    asked = ask_for_correction(member, field="joined_on", wanted="2020-01-01", reason="记错", at=at)
    with pytest.raises(InvalidInput):
        accept_correction(cast.actor("secretary"), request=asked.id, at=at)
    assert CorrectionRequest.objects.get().state == "open"
    assert str(Member.objects.get(id=wang.id).joined_on) == "1995-07-01"


def test_one_open_request_a_fact(member, at):
    asked = ask_for_correction(member, field="name", wanted="王健国", reason="错字", at=at)
    with pytest.raises(Conflict):
        ask_for_correction(member, field="name", wanted="王健国", reason="错字", at=at)
    withdraw_correction(member, request=asked.id, at=at)
    ask_for_correction(member, field="name", wanted="王健国", reason="错字", at=at)


def test_nobody_withdraws_the_request_of_another(member, zhang, at):
    asked = ask_for_correction(member, field="name", wanted="王健国", reason="错字", at=at)
    with pytest.raises(NotVisible):
        withdraw_correction(Actor(name="张秀英", member_id=zhang.id), request=asked.id, at=at)


def test_nobody_decides_on_their_own_request(cast, member, wang, at):
    asked = ask_for_correction(member, field="name", wanted="王健国", reason="错字", at=at)
    himself = replace(cast.actor("secretary"), member_id=wang.id)
    with pytest.raises(NotPermitted):
        accept_correction(himself, request=asked.id, at=at)


@pytest.mark.parametrize(
    ("who", "refusal"), [("viewer", NotPermitted), ("sibling", NotVisible), ("outsider", NotVisible)]
)
def test_only_staff_above_decides(cast, member, at, who, refusal):
    asked = ask_for_correction(member, field="name", wanted="王健国", reason="错字", at=at)
    with pytest.raises(refusal):
        accept_correction(cast.actor(who), request=asked.id, at=at)
    assert CorrectionRequest.objects.get().state == "open"


@pytest.mark.parametrize(
    ("field", "wanted", "where"),
    [("membership_status", "normal", "field"), ("birth_date", "x", "wanted"), ("sex", "1", "wanted")],
)
def test_requests_that_make_no_sense_are_refused(member, at, field, wanted, where):
    with pytest.raises(InvalidInput) as refusal:
        ask_for_correction(member, field=field, wanted=wanted, reason="错字", at=at)
    assert where in refusal.value.fields
