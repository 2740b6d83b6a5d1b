"""Who may vote at a meeting: by its kinds, by who holds it, and by its day."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse

from lianxin.activities.actions.alliances import answer_invitation, found_alliance
from lianxin.activities.actions.announcing import announce
from lianxin.activities.actions.holding import Report, report
from lianxin.activities.actions.inviting import invite, uninvite
from lianxin.activities.actions.planning import change, plan
from lianxin.activities.actions.signing import tick
from lianxin.activities.models import Participant
from lianxin.activities.queries.page import quorum_of
from lianxin.activities.queries.prefilling import plan_of
from lianxin.kernel.authz import acting
from lianxin.kernel.errors import Conflict, InvalidInput
from lianxin.members.facade import Post, appoint, move


def voters(activity):
    """The names of those who may vote."""
    return set(Participant.objects.filter(activity=activity, may_vote=True).values_list("name", flat=True))


def came(cast, activity, members, at):
    rows = Participant.objects.filter(activity=activity, member__in=[one.pk for one in members])
    tick(cast.actor("secretary"), activity=activity.pk, participants=[row.pk for row in rows], at=at)
    return quorum_of(activity)


def test_members_of_a_partner_take_part_without_a_vote(cast, people, enter, planned, at, today):
    theirs = [enter(f"杨树{number}", 20 + number, place="poplar") for number in range(6)]
    secretary, sibling = cast.actor("secretary"), cast.actor("sibling")
    alliance = found_alliance(
        secretary, organisation=cast.willow.id, name="结对", partners=[cast.poplar.name], on=today, at=at
    )
    party = alliance.parties.get(organisation=cast.poplar)
    answer_invitation(sibling, party=party.pk, accept=True, on=today, at=at)
    facts = planned(alliance=alliance.pk, parties=(cast.poplar.id,))
    made = announce(secretary, activity=plan(secretary, organisation=cast.willow.id, planned=facts, at=at).pk, at=at)
    with acting(sibling):
        invite(sibling, activity=made.pk, members=[one.pk for one in theirs], at=at)
    found = came(cast, made, theirs, at)
    assert (found.eligible, found.present, found.quorate) == (5, 0, False)
    assert voters(made) == {one.name for one in people}


def test_members_of_branches_below_vote_where_a_committee_holds_the_meeting(cast, people, planned, at):
    clerk = cast.actor("town_clerk")
    made = plan(clerk, organisation=cast.north.id, planned=planned(audience="chosen"), at=at)
    invite(clerk, activity=made.pk, members=[one.pk for one in people[:2]], at=at)
    assert voters(made) == {"王建国", "李秀兰"}


def test_a_group_leader_holds_no_seat_on_the_committee(cast, people, planned, at, today):
    since = today - timedelta(days=9)
    appoint(
        cast.actor("clerk"), organisation=cast.willow.id, member=people[3].pk, kind="group_leader", since=since, at=at
    )
    facts = planned(kinds=["committee_meeting"], audience="committee")
    made = plan(cast.actor("secretary"), organisation=cast.willow.id, planned=facts, at=at)
    assert made.participants.count() == quorum_of(made).eligible == 3


def test_whoever_sits_in_beside_the_committee_is_not_counted(cast, people, meeting, at):
    made = meeting(kinds=["committee_meeting"], audience="committee")
    invite(cast.actor("secretary"), activity=made.pk, members=[people[3].pk, people[4].pk], at=at)
    found = came(cast, made, [people[0], people[3], people[4]], at)
    assert (found.eligible, found.present, found.quorate) == (3, 1, False)


def test_nor_is_who_was_ticked_in_a_report(cast, people, at, today):
    present = [people[0].pk, people[3].pk, people[4].pk]
    held = Report(kinds=["committee_meeting"], on=today - timedelta(days=1), place="村部", present=present)
    made = report(cast.actor("secretary"), organisation=cast.willow.id, report=held, at=at)
    found = quorum_of(made)
    assert (found.eligible, found.present, found.quorate) == (3, 1, False)


def test_a_theme_day_that_is_also_a_committee_meeting_counts_the_seats(cast, people, enter, planned, at, today):
    apart = enter("郑书记", 70, "poplar")  # the committee above put somebody of another branch on this committee
    Post.objects.create(organisation=cast.willow, member=apart, kind="discipline", since=today - timedelta(days=9))
    facts = planned(kinds=["theme_day", "committee_meeting"])
    made = plan(cast.actor("secretary"), organisation=cast.willow.id, planned=facts, at=at)
    assert made.participants.count() == 6
    assert voters(made) == {"王建国", "李秀兰", "赵志强", "郑书记"}
    on = today - timedelta(days=1)
    held = Report(kinds=["theme_day", "committee_meeting"], on=on, place="村部", present=[apart.pk, people[4].pk])
    done = report(cast.actor("secretary"), organisation=cast.willow.id, report=held, at=at)
    assert (quorum_of(done).eligible, quorum_of(done).present, done.participants.count()) == (4, 1, 6)


@pytest.mark.parametrize("kind", ["general_meeting", "admission_meeting", "election_meeting"])
def test_a_committee_meeting_is_no_meeting_of_members_at_once(cast, people, planned, meeting, at, today, kind):
    secretary, kinds = cast.actor("secretary"), ["committee_meeting", kind]
    with pytest.raises(InvalidInput) as refused:
        plan(secretary, organisation=cast.willow.id, planned=planned(kinds=kinds), at=at)
    assert set(refused.value.fields) == {"kinds"}
    held = Report(kinds=kinds, on=today - timedelta(days=1), place="村部", present=[people[0].pk])
    with pytest.raises(InvalidInput):
        report(secretary, organisation=cast.willow.id, report=held, at=at)
    made = meeting()
    with pytest.raises(InvalidInput):
        change(secretary, activity=made.pk, planned=replace(plan_of(made), kinds=kinds), at=at)
    assert Participant.objects.count() == 5


def test_another_kind_has_other_voters(cast, people, meeting, at):
    made = meeting()
    assert len(voters(made)) == 5
    facts = replace(plan_of(made), kinds=["committee_meeting", "theme_day"])
    change(cast.actor("secretary"), activity=made.pk, planned=facts, at=at)
    assert voters(made) == {"王建国", "李秀兰", "赵志强"}


def test_a_report_takes_the_members_of_its_day(cast, people, enter, at, today):
    clerk, secretary = cast.actor("clerk"), cast.actor("secretary")
    came_since = enter("外来的", 21, place="poplar")
    move(clerk, member=came_since.pk, to=cast.willow.id, since=today - timedelta(days=1), at=at)
    move(clerk, member=people[4].pk, to=cast.poplar.id, since=today - timedelta(days=1), at=at)
    enter("周平", 22, joined_on=today - timedelta(days=400), converted_on=today - timedelta(days=10))
    held = Report(
        kinds=["general_meeting"], on=today - timedelta(days=40), place="村部", present=[people[0].pk, people[4].pk]
    )
    with acting(secretary):
        made = report(secretary, organisation=cast.willow.id, report=held, at=at)
        assert set(made.participants.values_list("name", flat=True)) == {*(one.name for one in people), "周平"}
    assert voters(made) == {one.name for one in people}


def test_who_counts_towards_the_quorum_stays_on_the_list(cast, people, meeting, row, at):
    made = meeting(kinds=["general_meeting"])
    with pytest.raises(Conflict):
        uninvite(cast.actor("secretary"), participant=row(made, people[4]).pk, at=at)
    assert made.participants.count() == 5
    other = meeting(kinds=["theme_day"])
    uninvite(cast.actor("secretary"), participant=row(other, people[4]).pk, at=at)
    assert other.participants.count() == 4


def test_the_form_of_a_report_shows_who_belonged_there_on_its_day(cast, people, enter, at, today):
    came_since = enter("外来的", 21, place="poplar")
    since = today - timedelta(days=1)
    move(cast.actor("clerk"), member=came_since.pk, to=cast.willow.id, since=since, at=at)
    move(cast.actor("clerk"), member=people[4].pk, to=cast.poplar.id, since=since, at=at)
    client, address = cast.client("secretary"), reverse("activities:new_held")
    page = client.get(address).content.decode()
    assert "外来的" in page
    assert "陈静" not in page
    on = today - timedelta(days=40)
    facts = {"kinds": "general_meeting", "on": on, "begins": "15:00", "place": "村部"}
    facts |= {"organisation": cast.willow.id, "present": [people[0].pk], "listed_for": today}
    again = client.post(address, facts)
    assert again.status_code == 422
    page = again.content.decode()
    assert "外来的" not in page
    assert "陈静" in page
    assert f'name="listed_for" value="{on}"' in page
    assert not Participant.objects.exists()
    assert client.post(address, facts | {"listed_for": on}).status_code == 302
    assert set(Participant.objects.values_list("name", flat=True)) == {one.name for one in people}


def test_a_day_that_is_none_asks_for_no_list(cast, people):
    facts = {"kinds": "general_meeting", "on": "2026-02-30", "listed_for": "2026-02-31", "begins": "15:00"}
    facts |= {"organisation": cast.willow.id, "place": "村部", "present": [people[0].pk]}
    assert cast.client("secretary").post(reverse("activities:new_held"), facts).status_code == 422
