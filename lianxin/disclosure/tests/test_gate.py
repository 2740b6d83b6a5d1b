from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from lianxin.disclosure.actions.opening import masked_copy
from lianxin.disclosure.actions.overriding import approve_override, ask_override, decline_override, withdraw_override
from lianxin.disclosure.models import Check, Override
from lianxin.disclosure.queries.gate import NotClear, require_clear
from lianxin.disclosure.reading.detectors import VERSION
from lianxin.disclosure.tests.files import ID, ID_MASKED, MOBILE, docx, paragraph, run
from lianxin.kernel.errors import Conflict, InvalidInput, NotPermitted, NotVisible
from lianxin.kernel.models import Event

REASON = "号码为办公室公开电话，按要求公布。"
FILE = docx(paragraph(run(f"身份证{ID}")))


@pytest.fixture
def blocked(hand_in):
    return hand_in(name="名单.docx", content=FILE)


@pytest.fixture
def asked(blocked, cast, at):
    return ask_override(cast.actor("secretary"), check=blocked.pk, reason=REASON, at=at)


def gate(cast, at, *, content=FILE, who="secretary", place="willow", **more):
    return require_clear(cast.actor(who), organisation=getattr(cast, place).id, content=content, at=at, **more)


# --- the gate


def test_what_was_never_checked_does_not_pass(cast, at):
    with pytest.raises(NotClear) as refusal:
        gate(cast, at)
    assert (refusal.value.check, refusal.value.findings) == (None, ())


def test_a_hit_blocks_with_its_findings_masked(cast, at, blocked):
    with pytest.raises(NotClear) as refusal:
        gate(cast, at)
    assert refusal.value.check == blocked.pk
    assert len(refusal.value.findings) == 1
    assert ID_MASKED in refusal.value.findings[0]
    assert ID not in str(refusal.value.findings)


def test_what_could_not_be_read_blocks_too(hand_in, cast, at):
    content = docx(paragraph(run("见图")), word__media__image1_dot_png=b"\x89PNG")
    check = hand_in(name="图.docx", content=content)
    assert (check.state, check.found, check.missed) == (Check.State.BLOCKED, 0, 1)
    with pytest.raises(NotClear):
        gate(cast, at, content=content)


def test_clean_content_passes_to_the_byte(hand_in, cast, at):
    content = docx(paragraph(run("正文")))
    check = hand_in(name="通知.docx", content=content)
    assert gate(cast, at, content=content).check == check.pk
    with pytest.raises(NotClear):
        gate(cast, at, content=content + b"\n")


def test_the_masked_copy_passes(blocked, cast, at):
    _check, copy = masked_copy(cast.actor("secretary"), check=blocked.pk)
    assert gate(cast, at, content=copy).check == blocked.pk


def test_a_file_name_with_a_number_does_not_pass(hand_in, cast, at):
    content = docx(paragraph(run("正文")))
    hand_in(name="通知.docx", content=content)
    with pytest.raises(NotClear):
        gate(cast, at, content=content, name=f"{MOBILE}.docx")


def test_what_older_detectors_passed_is_checked_again(hand_in, cast, at):
    content = docx(paragraph(run("正文")))
    check = hand_in(name="通知.docx", content=content)
    Check.objects.filter(pk=check.pk).update(detectors=VERSION - 1)
    with pytest.raises(NotClear):
        gate(cast, at, content=content)


def test_a_check_counts_for_its_organisation_and_those_below(hand_in, cast, at):
    content = docx(paragraph(run("正文")))
    hand_in("town_clerk", place="north", name="通知.docx", content=content)
    assert gate(cast, at, content=content, who="town_clerk", place="willow")
    with pytest.raises(NotClear):
        gate(cast, at, content=content, who="clerk", place="reed")
    with pytest.raises(NotVisible):
        gate(cast, at, content=content, who="outsider", place="willow")


# --- asking


def test_asking_needs_a_reason_and_waits_once(blocked, cast, at):
    actor = cast.actor("secretary")
    with pytest.raises(InvalidInput):
        ask_override(actor, check=blocked.pk, reason="急", at=at)
    made = ask_override(actor, check=blocked.pk, reason=f"{REASON}{MOBILE}", at=at)
    assert (made.sha256, made.state) == (blocked.sha256, Override.State.OPEN)
    assert MOBILE not in made.reason
    with pytest.raises(Conflict):
        ask_override(actor, check=blocked.pk, reason=REASON, at=at)
    events = Event.objects.filter(kind="disclosure.override_asked")
    assert events.count() == 1
    assert MOBILE not in events.get().reason


def test_only_what_is_blocked_can_be_asked_for(hand_in, cast, at):
    for check in (hand_in(text="没有号码"), hand_in(name="坏.docx", content=FILE[:-40])):
        with pytest.raises(Conflict):
            ask_override(cast.actor("secretary"), check=check.pk, reason=REASON, at=at)
    assert not Override.objects.exists()


@pytest.mark.parametrize(
    ("who", "refusal"), [("outsider", NotVisible), ("viewer", NotVisible), ("sibling", NotVisible)]
)
def test_others_cannot_ask(blocked, cast, at, who, refusal):
    with pytest.raises(refusal):
        ask_override(cast.actor(who), check=blocked.pk, reason=REASON, at=at)
    assert not Override.objects.exists()


# --- deciding


def test_a_second_person_above_lets_exactly_this_through_until_its_end(asked, blocked, cast, at):
    approve_override(cast.actor("town_clerk"), override=asked.pk, days=7, at=at)
    passed = gate(cast, at)
    assert (passed.check, passed.override, passed.valid_until) == (blocked.pk, asked.pk, at + timedelta(days=7))
    with pytest.raises(NotClear):
        gate(cast, at, content=FILE + b" ")
    with pytest.raises(NotClear):
        gate(cast, at + timedelta(days=7))
    with pytest.raises(NotClear):
        gate(cast, at, who="clerk", place="reed")
    event = Event.objects.get(kind="disclosure.override_approved")
    assert (event.actor_id, event.data["sha256"]) == (cast.town_clerk.pk, blocked.sha256)


def test_nobody_decides_on_their_own_request_or_content(hand_in, cast, at):
    check = hand_in("town_clerk", name="名单.docx", content=FILE)
    own = ask_override(cast.actor("secretary"), check=check.pk, reason=REASON, at=at)
    with pytest.raises(NotPermitted):
        approve_override(cast.actor("town_clerk"), override=own.pk, days=7, at=at)
    withdraw_override(cast.actor("secretary"), override=own.pk, at=at)
    again = ask_override(cast.actor("town_clerk"), check=check.pk, reason=REASON, at=at)
    with pytest.raises(NotPermitted):
        approve_override(cast.actor("town_clerk"), override=again.pk, days=7, at=at)
    assert approve_override(cast.actor("clerk"), override=again.pk, days=1, at=at).state == Override.State.APPROVED


def test_the_database_knows_no_first_person_deciding(asked):
    with pytest.raises(IntegrityError), transaction.atomic():
        Override.objects.filter(pk=asked.pk).update(decided_by=asked.asked_by)


@pytest.mark.parametrize(
    ("who", "refusal"), [("secretary", NotPermitted), ("outsider", NotVisible), ("sibling", NotVisible)]
)
def test_others_cannot_decide(asked, cast, at, who, refusal):
    with pytest.raises(refusal):
        approve_override(cast.actor(who), override=asked.pk, days=7, at=at)
    asked.refresh_from_db()
    assert asked.state == Override.State.OPEN


@pytest.mark.parametrize("days", [0, 31])
def test_an_approval_lasts_one_to_thirty_days(asked, cast, at, days):
    with pytest.raises(InvalidInput):
        approve_override(cast.actor("town_clerk"), override=asked.pk, days=days, at=at)


def test_declining_needs_an_answer_and_is_final(asked, cast, at):
    actor = cast.actor("town_clerk")
    with pytest.raises(InvalidInput):
        decline_override(actor, override=asked.pk, answer=" ", at=at)
    assert decline_override(actor, override=asked.pk, answer="请改用脱敏件。", at=at).state == Override.State.DECLINED
    with pytest.raises(Conflict):
        approve_override(actor, override=asked.pk, days=7, at=at)
    with pytest.raises(NotClear):
        gate(cast, at)
    assert Event.objects.filter(kind="disclosure.override_declined").count() == 1


def test_only_who_asked_withdraws(asked, cast, at):
    with pytest.raises(NotPermitted):
        withdraw_override(cast.actor("town_clerk"), override=asked.pk, at=at)
    assert withdraw_override(cast.actor("secretary"), override=asked.pk, at=at).state == Override.State.WITHDRAWN
    with pytest.raises(Conflict):
        withdraw_override(cast.actor("secretary"), override=asked.pk, at=at)
