"""What is announced already and changes: who is told, who is taken off, and which turns of a series are meant."""

from dataclasses import replace
from datetime import timedelta

import pytest

from lianxin.activities.actions.alliances import answer_invitation, found_alliance
from lianxin.activities.actions.announcing import announce, cancel
from lianxin.activities.actions.inviting import invite
from lianxin.activities.actions.planning import change, plan
from lianxin.activities.actions.replying import reply
from lianxin.activities.actions.series import Rhythm, cancel_turns, change_turns, plan_series
from lianxin.activities.actions.signing import tick
from lianxin.activities.actions.taking_back import untick
from lianxin.activities.models import Activity, Participant
from lianxin.activities.queries.prefilling import plan_of
from lianxin.kernel.authz import acting
from lianxin.kernel.errors import Conflict
from lianxin.messaging.facade import Message
from lianxin.messaging.models import Recipient


def titles(kind):
    """The titles of the messages of a kind, as they were sent."""
    return list(Message.objects.filter(kind=f"activities.{kind}").order_by("id").values_list("title", flat=True))


def told(member):
    """Kind of each message a member has, and whether it still waits to be opened."""
    rows = Recipient.objects.filter(member=member).order_by("message_id")
    return [(one.message.kind.removeprefix("activities."), one.read_at is None) for one in rows]


@pytest.fixture
def begun(cast, people, planned, at, today):
    """A monthly series whose first turn took place five days before `later`; nobody marked it as held."""
    rhythm = Rhythm(1, today + timedelta(days=95))
    made = plan_series(
        cast.actor("secretary"), organisation=cast.willow.id, planned=planned(kinds=["theme_day"]), rhythm=rhythm, at=at
    )
    first = announce(cast.actor("secretary"), activity=made[0].pk, at=at)
    came = list(Participant.objects.filter(activity=first).values_list("pk", flat=True))
    tick(cast.actor("secretary"), activity=first.pk, participants=came, at=at + timedelta(minutes=31))
    return made


def test_changing_all_turns_leaves_those_that_took_place(cast, begun, at):
    wanted = replace(plan_of(begun[2]), place="别处")
    later = at + timedelta(days=5)
    changed = change_turns(cast.actor("secretary"), activity=begun[2].pk, planned=wanted, which="all", at=later)
    assert changed == len(begun) - 1
    first = Activity.objects.get(pk=begun[0].pk)
    assert (first.place, first.starts_at) == (begun[0].place, begun[0].starts_at)
    assert not titles("changed")


def test_cancelling_all_turns_leaves_those_that_took_place(cast, begun, at):
    later = at + timedelta(days=5)
    cancel_turns(cast.actor("secretary"), activity=begun[2].pk, which="all", reason="停办", at=later)
    states = [Activity.objects.get(pk=one.pk).state for one in begun]
    assert states == ["announced", *["cancelled"] * (len(begun) - 1)]


def test_what_somebody_came_to_is_not_cancelled(cast, people, meeting, row, at):
    made, later = meeting(), at + timedelta(minutes=31)
    came = [row(made, people[0]).pk]
    tick(cast.actor("secretary"), activity=made.pk, participants=came, at=later)
    with pytest.raises(Conflict):
        cancel(cast.actor("secretary"), activity=made.pk, reason="停电", at=later)
    made.refresh_from_db()
    assert made.state == Activity.State.ANNOUNCED
    assert not titles("changed")
    untick(cast.actor("secretary"), activity=made.pk, participants=came, at=later)
    assert cancel(cast.actor("secretary"), activity=made.pk, reason="停电", at=later).state == Activity.State.CANCELLED


def test_whom_a_wider_audience_adds_gets_the_invitation(cast, people, meeting, at):
    made = meeting(audience="committee")
    wider = replace(plan_of(made), audience="members", place="学校")
    change(cast.actor("secretary"), activity=made.pk, planned=wider, at=at)
    assert told(people[4]) == [("invited", True)]  # and not that the place changed, which they never knew
    assert told(people[1]) == [("invited", True), ("changed", True)]


def test_whom_a_narrower_audience_takes_off_is_told_and_keeps_no_open_invitation(cast, people, meeting, account_of, at):
    account_of(people[3], "fourth")
    made = meeting()
    reply(cast.actor("fourth"), activity=made.pk, coming=True, at=at)
    change(cast.actor("secretary"), activity=made.pk, planned=replace(plan_of(made), audience="committee"), at=at)
    on_list = set(Participant.objects.filter(activity=made).values_list("member_id", flat=True))
    assert on_list == {one.pk for one in people[:4]}  # who answered stays
    assert told(people[4]) == [("invited", False), ("changed", True)]
    assert told(people[3]) == [("invited", False)]


@pytest.fixture
def allied(cast, people, planned, at, today):
    """An announced general meeting of willow, which is allied with poplar but does not hold it together yet."""
    founder = cast.actor("secretary")
    found = found_alliance(
        founder, organisation=cast.willow.id, name="结对", partners=[cast.poplar.name], on=today, at=at
    )
    party = found.parties.get(organisation=cast.poplar)
    answer_invitation(cast.actor("sibling"), party=party.pk, accept=True, on=today, at=at)
    made = plan(founder, organisation=cast.willow.id, planned=planned(alliance=found.pk), at=at)
    return announce(founder, activity=made.pk, at=at)


def test_a_partner_that_joins_and_goes_is_told_and_its_silent_people_go_along(cast, enter, allied, account_of, at):
    silent, coming = enter("外来的", 21, place="poplar"), enter("答应的", 22, place="poplar")
    account_of(coming, "coming")
    together = replace(plan_of(allied), parties=(cast.poplar.id,))
    with acting(cast.actor("secretary")):
        change(cast.actor("secretary"), activity=allied.pk, planned=together, at=at)
    assert "联合活动：第四季度党员大会" in titles("joined")
    with acting(cast.actor("sibling")):
        invite(cast.actor("sibling"), activity=allied.pk, members=[silent.pk, coming.pk], at=at)
    with acting(cast.actor("coming")):
        reply(cast.actor("coming"), activity=allied.pk, coming=True, at=at)
    with acting(cast.actor("secretary")):
        change(cast.actor("secretary"), activity=allied.pk, planned=replace(together, parties=()), at=at)
    guests = Participant.objects.filter(activity=allied, member_organisation=cast.poplar)
    assert list(guests.values_list("member_id", flat=True)) == [coming.pk]
    assert told(silent) == [("invited", False), ("changed", True)]
    assert titles("joined")[-1] == "不再联合开展：第四季度党员大会"


def test_a_draft_that_changes_tells_nobody(cast, people, planned, at):
    made = plan(cast.actor("secretary"), organisation=cast.willow.id, planned=planned(audience="committee"), at=at)
    change(cast.actor("secretary"), activity=made.pk, planned=replace(plan_of(made), audience="members"), at=at)
    change(cast.actor("secretary"), activity=made.pk, planned=replace(plan_of(made), audience="committee"), at=at)
    assert not Message.objects.exists()
