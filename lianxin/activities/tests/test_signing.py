"""Signing in: the code, the list, what a phone kept; twice is once, and what is in the way is said."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lianxin.activities.actions.holding import hold
from lianxin.activities.actions.replying import decide_leave, enter_leave, reply
from lianxin.activities.actions.signing import Result, SignIn, sign_in, sign_in_many, tick
from lianxin.activities.codes import STEP, check_code, code_at
from lianxin.activities.models import Activity, ActivityParty, Participant
from lianxin.activities.tests.conftest import NAMES
from lianxin.kernel.authz import acting
from lianxin.kernel.db.ids import new_id
from lianxin.kernel.errors import Conflict, InvalidInput, NotPermitted, NotVisible
from lianxin.kernel.models import Event
from lianxin.messaging.facade import Message


def kept(row, at, **given):
    return SignIn(**{"participant": row.pk, "nonce": uuid4(), "signed_at": at} | given)


def test_a_code_is_good_for_a_moment(at):
    activity = new_id()
    code = code_at(activity, at)
    check_code(activity, code, at)
    check_code(activity, code, at + timedelta(seconds=2 * STEP))
    with pytest.raises(Conflict, match=r"2 ?(分钟|minutes)"):
        check_code(activity, code, at + timedelta(seconds=4 * STEP))


def test_a_code_made_by_a_clock_an_hour_ahead_says_so(at):
    activity = new_id()
    with pytest.raises(Conflict, match="60"):
        check_code(activity, code_at(activity, at + timedelta(hours=1)), at)


@pytest.mark.parametrize("code", ["", "x", "-", "zz-00", "1-", f"{'f' * 40}-0"])
def test_what_was_never_a_code_is_refused(at, code):
    with pytest.raises(Conflict):
        check_code(new_id(), code, at)


def test_the_code_of_another_activity_is_refused(at):
    with pytest.raises(Conflict):
        check_code(new_id(), code_at(new_id(), at), at)


def test_scanning_signs_in_once_and_the_first_time_counts(cast, people, meeting, account_of, at):
    made = meeting()
    account_of(people[3], "liu")
    first = sign_in(cast.actor("liu"), activity=made.pk, scanned_at=at, at=at)
    later = at + timedelta(minutes=1)
    again = sign_in(cast.actor("liu"), activity=made.pk, scanned_at=later, at=later)
    assert first.attendance == again.attendance == "present"
    assert again.signed_at == at
    assert Event.objects.filter(kind="activities.signed_in").count() == 1


def test_under_row_security_a_member_signs_in_alone_for_themselves(cast, people, meeting, account_of, at):
    made = meeting()
    account_of(people[3], "liu")
    with acting(cast.actor("liu")):
        row = sign_in(cast.actor("liu"), activity=made.pk, scanned_at=at, at=at)
        assert row.came
        other = kept(Participant(pk=new_id()), at)
        with pytest.raises(NotVisible):
            sign_in_many(cast.actor("liu"), activity=made.pk, items=[other], at=at)
    assert made.participants.filter(attendance="present").count() == 1


def test_too_early_and_an_old_scan_are_told(cast, people, meeting, account_of, at):
    made = meeting(starts_at=at + timedelta(hours=3))
    account_of(people[3], "liu")
    with pytest.raises(Conflict, match=r"1小时|一小时|one hour"):
        sign_in(cast.actor("liu"), activity=made.pk, scanned_at=at, at=at)
    with pytest.raises(Conflict, match="10"):
        sign_in(cast.actor("liu"), activity=made.pk, scanned_at=at, at=at + timedelta(minutes=11))


def test_whoever_is_not_invited_is_told_whose_code_it_was(cast, people, meeting, enter, account_of, at):
    made = meeting()
    account_of(enter("周敏", 60, "poplar"), "zhou")
    with pytest.raises(Conflict, match="第四季度党员大会"):
        sign_in(cast.actor("zhou"), activity=made.pk, scanned_at=at, at=at)
    assert not made.participants.filter(attendance="present").exists()


def test_late_is_by_the_tolerance_of_the_activity(cast, people, meeting, account_of, at):
    made = meeting()
    account_of(people[3], "liu")
    when = made.starts_at + timedelta(minutes=11)
    assert sign_in(cast.actor("liu"), activity=made.pk, scanned_at=when, at=when).attendance == "late"


def test_a_phone_may_send_its_list_again_and_again(cast, people, meeting, row, at):
    made = meeting()
    items = [kept(row(made, one), at + timedelta(seconds=n)) for n, one in enumerate(people)]
    first = sign_in_many(cast.actor("secretary"), activity=made.pk, items=items, at=at)
    again = sign_in_many(cast.actor("secretary"), activity=made.pk, items=items, at=at + timedelta(minutes=5))
    assert {one.result for one in first} == {Result.ACCEPTED}
    assert {one.result for one in again} == {Result.ALREADY}
    assert made.participants.filter(attendance="present").count() == 5
    assert row(made, people[0]).signed_at == at
    assert Event.objects.filter(kind="activities.ticked").count() == 1


def test_two_phones_that_know_the_same_person_agree_on_the_first(cast, people, meeting, row, at):
    made = meeting()
    one, other = kept(row(made, people[0]), at), kept(row(made, people[0]), at + timedelta(minutes=3))
    answers = sign_in_many(cast.actor("secretary"), activity=made.pk, items=[one, other], at=at + timedelta(minutes=4))
    assert [answer.result for answer in answers] == [Result.ACCEPTED, Result.ALREADY]
    assert answers[1].signed_at == at


def test_a_clock_an_hour_off_is_corrected_where_the_phone_tells_it(cast, people, meeting, row, at):
    made = meeting()
    ahead = at + timedelta(hours=1)
    item = kept(row(made, people[0]), ahead)
    told = sign_in_many(cast.actor("secretary"), activity=made.pk, items=[item], sent_at=ahead, at=at)
    assert told[0].result is Result.ACCEPTED
    assert row(made, people[0]).signed_at == at
    other = kept(row(made, people[1]), ahead)
    answer = sign_in_many(cast.actor("secretary"), activity=made.pk, items=[other], at=at)[0]
    assert answer.result is Result.CONFLICT
    assert row(made, people[1]).attendance == "unknown"


@pytest.mark.parametrize("moment", [datetime(9999, 12, 31, 23, 59, tzinfo=UTC), datetime(1, 1, 1, tzinfo=UTC)])
def test_a_time_beyond_every_calendar_is_told(cast, people, meeting, row, at, moment):
    made = meeting()
    item = kept(row(made, people[0]), moment)
    with pytest.raises(InvalidInput):
        sign_in_many(cast.actor("secretary"), activity=made.pk, items=[item], at=at)
    assert row(made, people[0]).attendance == "unknown"


def test_a_sign_in_of_another_activity_names_it(cast, people, meeting, row, at):
    made, other = meeting(), meeting(title="主题党日")
    answer = sign_in_many(cast.actor("secretary"), activity=made.pk, items=[kept(row(other, people[0]), at)], at=at)[0]
    assert answer.result is Result.CONFLICT
    assert "主题党日" in answer.sentence
    assert row(other, people[0]).attendance == "unknown"


def test_what_comes_after_closing_is_a_conflict_and_changes_nothing(cast, people, meeting, row, at):
    made = meeting()
    tick(cast.actor("secretary"), activity=made.pk, participants=[row(made, people[0]).pk], at=at)
    hold(cast.actor("secretary"), activity=made.pk, at=made.starts_at + timedelta(minutes=1))
    late = kept(row(made, people[1]), at)
    answer = sign_in_many(cast.actor("secretary"), activity=made.pk, items=[late], at=made.ends_at)[0]
    assert answer.result is Result.CONFLICT
    assert row(made, people[1]).attendance == "absent"


@pytest.mark.parametrize(
    ("who", "refusal"), [("sibling", NotVisible), ("outsider", NotVisible), ("viewer", NotPermitted)]
)
def test_others_record_no_attendance_here(cast, people, meeting, row, at, who, refusal):
    made = meeting()
    with pytest.raises(refusal):
        tick(cast.actor(who), activity=made.pk, participants=[row(made, people[0]).pk], at=at)
    assert row(made, people[0]).attendance == "unknown"


def test_a_member_ticks_nobody_not_even_themselves(cast, people, meeting, row, account_of, at):
    made = meeting()
    account_of(people[3], "liu")
    with pytest.raises(NotPermitted):
        sign_in_many(cast.actor("liu"), activity=made.pk, items=[kept(row(made, people[3]), at)], at=at)
    assert row(made, people[3]).attendance == "unknown"


def test_too_many_at_once_are_refused(cast, people, meeting, row, at):
    made = meeting()
    item = kept(row(made, people[0]), at)
    with pytest.raises(InvalidInput):
        sign_in_many(cast.actor("secretary"), activity=made.pk, items=[item] * 2001, at=at)


@pytest.fixture
def hall(enter, meeting):
    """A meeting with so many more people, and their rows."""

    def hall(number):
        people = [enter(f"党员{count}", 100 * number + count) for count in range(number)]
        made = meeting(title=f"大会{number}")
        return made, list(made.participants.filter(member__in=people))

    return hall


def test_the_number_of_queries_does_not_grow_with_the_hall(cast, people, hall, at):
    counts = []
    for number in (3, 20):
        made, rows = hall(number)
        with CaptureQueriesContext(connection) as queries:
            answers = sign_in_many(
                cast.actor("secretary"), activity=made.pk, items=[kept(row, at) for row in rows], at=at
            )
        assert all(one.result is Result.ACCEPTED for one in answers)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_replies_and_leave(cast, people, meeting, row, account_of, at):
    made = meeting()
    account_of(people[3], "liu")
    assert reply(cast.actor("liu"), activity=made.pk, coming=True, at=at).reply == "coming"
    with pytest.raises(InvalidInput):
        reply(cast.actor("liu"), activity=made.pk, coming=False, at=at)
    assert row(made, people[3]).reply == "coming"
    asked = reply(cast.actor("liu"), activity=made.pk, coming=False, reason="出差", at=at)
    assert asked.reply == "leave_asked"
    assert Message.objects.filter(kind="activities.leave").count() == 1
    given = decide_leave(cast.actor("secretary"), participant=asked.pk, give=True, at=at)
    assert given.reply == "leave_given"
    assert given.leave_by_id == cast.secretary.pk
    assert "出差" not in str(Event.objects.filter(subject_id=made.pk).values_list("data", "changes", "reason"))


def test_leave_is_entered_for_somebody_and_says_by_whom(cast, people, meeting, row, at):
    made = meeting()
    entered = enter_leave(
        cast.actor("secretary"), participant=row(made, people[4]).pk, reason="住院", told_by="女儿来电", at=at
    )
    assert entered.reply == "leave_given"
    assert entered.proxy_by_id == cast.secretary.pk
    assert entered.proxy_for == "女儿来电"
    with pytest.raises(NotVisible):
        enter_leave(cast.actor("sibling"), participant=row(made, people[3]).pk, reason="住院", at=at)
    assert row(made, people[3]).reply == "none"


def test_nobody_decides_on_their_own_leave(cast, people, meeting, row, at):
    made = meeting()
    asked = reply(cast.actor("secretary"), activity=made.pk, coming=False, reason="开会", at=at)
    with pytest.raises(NotPermitted):
        decide_leave(cast.actor("secretary"), participant=asked.pk, give=True, at=at)
    assert row(made, people[0]).reply == "leave_asked"


def test_a_partner_records_its_own_members_alone(cast, people, meeting, enter, row, at):
    made = meeting()
    ActivityParty.objects.create(activity=made, organisation=cast.poplar, organisation_name="杨树村党支部")
    guest = enter("周敏", 60, "poplar")
    theirs = Participant.objects.create(activity=made, member=guest, member_organisation=cast.poplar, name="周敏")
    answers = sign_in_many(cast.actor("sibling"), activity=made.pk, items=[kept(theirs, at)], at=at)
    assert answers[0].result is Result.ACCEPTED
    with pytest.raises((NotVisible, NotPermitted)):
        sign_in_many(cast.actor("sibling"), activity=made.pk, items=[kept(row(made, people[0]), at)], at=at)
    assert row(made, people[0]).attendance == "unknown"


def test_the_names_of_the_cast_are_those_of_the_list(people):
    assert tuple(one.name for one in people) == NAMES
    assert Activity.objects.count() == 0
