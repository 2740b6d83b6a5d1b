"""Preparing a meeting: opinions, self-examination, criticism, putting right."""

from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse

from lianxin.kernel.accounts.models import Account
from lianxin.kernel.authz import acting
from lianxin.kernel.db.scope import Scope, scoped
from lianxin.kernel.errors import Conflict, InvalidInput, NotPermitted, NotVisible
from lianxin.kernel.events.types import look_kinds
from lianxin.kernel.models import Event
from lianxin.kernel.ui.templatetags.ui import long_date
from lianxin.preparations.actions.examining import name_readers, open_examination, save_examination
from lianxin.preparations.actions.preparing import (
    close_preparation,
    give_opinion,
    open_preparation,
    record_criticism,
    record_study,
)
from lianxin.preparations.actions.rectifying import (
    confirm_rectification,
    report_rectification,
    send_back_rectification,
    set_rectification,
)
from lianxin.preparations.models import Criticism, Examination, ExaminationText, Opinion, Preparation, Rectification
from lianxin.preparations.queries.own import readings_of
from lianxin.preparations.queries.preparations import carried_over, steps_of, to_confirm

TEXT = "对照党章党规，本人在学习上抓得不紧。"


def events(kind):
    return Event.objects.filter(kind=f"preparations.{kind}")


@pytest.fixture
def mine(meeting, people):
    """The text asked of 王建国."""
    return Examination.objects.get(author=people[0].member)


@pytest.fixture
def item(cast, meeting, people, at, today):
    return set_rectification(
        cast.actor("secretary"),
        preparation=meeting.pk,
        problem="集体学习次数不足",
        measure="每月组织一次",
        owner=people[2].member.pk,
        due_on=today + timedelta(days=30),
        at=at,
    )


def test_those_who_write_are_told(meeting, people):
    from lianxin.messaging.facade import Message  # noqa: PLC0415 - for this test alone

    assert meeting.examinations.count() == 2
    asked = Message.objects.get(kind="preparations.asked")
    assert asked.recipients.count() == 2
    assert long_date(meeting.planned_on) in asked.text  # in a sentence a day is written as people write it
    assert events("opened").get().subject_id == meeting.pk


def test_a_preparation_needs_a_kind_a_topic_and_members_of_the_place(cast, people, enter, at, today):
    stranger = enter("周强", place="poplar").member.pk
    for given in ({"kind": "party"}, {"topic": " "}, {"authors": [stranger]}):
        facts = {"kind": "org_life_meeting", "topic": "组织生活会", "authors": []} | given
        with pytest.raises(InvalidInput) as refused:
            open_preparation(cast.actor("secretary"), organisation=cast.willow.id, planned_on=today, at=at, **facts)
        assert set(refused.value.fields) == set(given)
    assert not Preparation.objects.exists()


def test_a_draft_is_the_authors_and_a_text_handed_in_the_secretarys(cast, mine, people, at):
    wang, li = people[0], people[1]
    save_examination(wang.actor, examination=mine.pk, text="初稿", hand_in=False, at=at)
    for actor, seen in ((wang.actor, 1), (cast.actor("secretary"), 0), (li.actor, 0), (cast.actor("clerk"), 0)):
        with acting(actor):
            assert ExaminationText.objects.count() == seen
    save_examination(wang.actor, examination=mine.pk, text=TEXT, hand_in=True, at=at)
    for actor, seen in (
        (wang.actor, 1),
        (cast.actor("secretary"), 1),
        (li.actor, 0),
        (cast.actor("town_clerk"), 0),
        (cast.actor("sibling"), 0),
        (cast.actor("auditor"), 0),
    ):
        with acting(actor):
            assert ExaminationText.objects.count() == seen
    assert TEXT not in str(list(Event.objects.values_list("data", "changes")))
    with pytest.raises(Conflict):
        save_examination(wang.actor, examination=mine.pk, text="改", hand_in=False, at=at)


def test_named_readers_read_and_the_author_sees_it(cast, mine, people, at):
    wang, li, zhang, _liu = people
    save_examination(wang.actor, examination=mine.pk, text=TEXT, hand_in=True, at=at)
    with pytest.raises(NotVisible):
        open_examination(li.actor, examination=mine.pk, at=at)
    name_readers(wang.actor, examination=mine.pk, members=[li.member.pk], at=at)
    assert open_examination(li.actor, examination=mine.pk, at=at).text == TEXT
    with pytest.raises(NotVisible):
        open_examination(zhang.actor, examination=mine.pk, at=at)
    open_examination(cast.actor("secretary"), examination=mine.pk, at=at)
    open_examination(wang.actor, examination=mine.pk, at=at)
    with acting(wang.actor):
        assert [one.actor_name for one in readings_of(mine)] == ["secretary", "李秀兰"]
    assert events("examination_read").first().subject_id == wang.member.pk
    assert "preparations.examination_read" in look_kinds()
    name_readers(wang.actor, examination=mine.pk, members=[], at=at)
    with pytest.raises(NotVisible):
        open_examination(li.actor, examination=mine.pk, at=at)


def test_only_colleagues_are_named_and_only_by_the_author(mine, people, enter, at):
    stranger = enter("周强", place="poplar")
    with pytest.raises(InvalidInput):
        name_readers(people[0].actor, examination=mine.pk, members=[stranger.member.pk], at=at)
    with pytest.raises(NotVisible):
        name_readers(people[1].actor, examination=mine.pk, members=[], at=at)
    with pytest.raises(NotVisible):
        save_examination(people[1].actor, examination=mine.pk, text=TEXT, hand_in=True, at=at)
    assert not mine.readers.exists()


def test_an_anonymous_opinion_names_nobody_anywhere(cast, meeting, people, at):
    before = Event.objects.count()
    for number, person in enumerate(people):
        give_opinion(
            person.actor, preparation=meeting.pk, source="members", about="", text=f"意见{number}", signed=False, at=at
        )
    assert Event.objects.count() == before
    assert not Opinion.objects.exclude(author="").exists()
    with scoped(Scope.EVERYTHING), connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT xmin::text) FROM preparations_opinion")
        assert cursor.fetchone() == (1,)  # written anew together: no transaction is one person's
        cursor.execute("SELECT text FROM preparations_opinion ORDER BY id")
        assert {text for (text,) in cursor.fetchall()} == {f"意见{number}" for number in range(4)}
    with acting(people[0].actor):
        assert not Opinion.objects.exists()


def test_a_secretarys_own_anonymous_opinion_names_nobody_either(cast, meeting, people, at):
    cast.secretary.member_id = people[1].member.pk
    Account.objects.filter(member_id=people[1].member.pk).update(member_id=None)
    cast.secretary.save(update_fields=["member_id"])
    before, given = Event.objects.count(), {"preparation": meeting.pk, "source": "members", "about": "", "at": at}
    page = cast.client("secretary").post(
        reverse("own_preparations:opinion", args=[meeting.pk]), {"about": "", "text": "学习安排太满"}
    )
    assert page.status_code == 302
    assert Opinion.objects.get().author == ""
    assert not events("opinion_given").exists()
    give_opinion(people[0].actor, **given, text="同意", signed=False)
    assert Event.objects.count() == before
    with scoped(Scope.EVERYTHING), connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT xmin::text) FROM preparations_opinion")
        assert cursor.fetchone() == (1,)


def test_an_opinion_recorded_at_the_desk_names_who_recorded_it(cast, meeting, people, at):
    given = {"preparation": meeting.pk, "source": "masses", "about": "", "text": "路灯不亮", "signed": False, "at": at}
    give_opinion(cast.actor("secretary"), **given, at_desk=True)
    assert events("opinion_given").get().actor_name == "secretary"
    with pytest.raises((NotVisible, NotPermitted)):
        give_opinion(people[0].actor, **given, at_desk=True)
    with pytest.raises(NotVisible):
        give_opinion(cast.actor("secretary"), **given)  # without a member's record nobody has one of their own
    assert Opinion.objects.count() == 1


def test_a_signed_opinion_says_so(cast, meeting, people, at):
    give_opinion(
        people[0].actor, preparation=meeting.pk, source="members", about="支委会", text="好", signed=True, at=at
    )
    assert Opinion.objects.get().author == "王建国"
    assert events("opinion_given").get().data == {"source": "members"}
    with pytest.raises(InvalidInput):
        give_opinion(people[0].actor, preparation=meeting.pk, source="members", about="", text=" ", signed=True, at=at)


def test_an_outsider_gives_no_opinion(cast, meeting, enter, at):
    stranger = enter("周强", place="poplar")
    for actor in (stranger.actor, cast.actor("outsider")):
        with pytest.raises(NotVisible):
            give_opinion(actor, preparation=meeting.pk, source="members", about="", text="好", signed=False, at=at)
    assert not Opinion.objects.exists()


def test_criticism_is_read_by_who_was_meant_and_the_secretary(cast, meeting, people, at):
    record_criticism(
        cast.actor("secretary"), preparation=meeting.pk, by="张伟", of=people[0].member.pk, text="下访不够", at=at
    )
    for actor, seen in (
        (people[0].actor, 1),
        (people[2].actor, 0),
        (cast.actor("secretary"), 1),
        (cast.actor("town_clerk"), 0),
    ):
        with acting(actor):
            assert Criticism.objects.count() == seen
    assert "下访不够" not in str(events("criticism_recorded").get().data)


def test_putting_right_goes_from_owner_to_confirmation(cast, item, people, at, today):
    zhang, secretary = people[2], cast.actor("secretary")
    with pytest.raises(Conflict):
        confirm_rectification(secretary, rectification=item.pk, at=at)
    with pytest.raises(NotVisible):
        report_rectification(people[3].actor, rectification=item.pk, evidence="已完成", at=at)
    with pytest.raises(InvalidInput):
        report_rectification(zhang.actor, rectification=item.pk, evidence=" ", at=at)
    report_rectification(zhang.actor, rectification=item.pk, evidence="已组织两次", at=at)
    assert send_back_rectification(secretary, rectification=item.pk, answer="请补充签到", at=at).state == "open"
    report_rectification(zhang.actor, rectification=item.pk, evidence="已组织两次，签到在册", at=at)
    done = confirm_rectification(secretary, rectification=item.pk, at=at)
    assert (done.state, done.closed_on, done.confirmed_by) == ("closed", today, "secretary")
    with pytest.raises(Conflict):
        report_rectification(zhang.actor, rectification=item.pk, evidence="再报", at=at)


def test_nobody_confirms_the_own(cast, item, at):
    Rectification.objects.filter(pk=item.pk).update(state="reported", evidence="已完成")
    cast.secretary.member_id = item.owner_id
    Account.objects.filter(member_id=item.owner_id).update(member_id=None)
    cast.secretary.save(update_fields=["member_id"])
    with pytest.raises(NotPermitted):
        confirm_rectification(cast.actor("secretary"), rectification=item.pk, at=at)
    item.refresh_from_db()
    assert item.state == "reported"


def test_who_reported_for_the_owner_does_not_confirm_it(cast, item, at):
    secretary, clerk = cast.actor("secretary"), cast.actor("town_clerk")
    page = reverse("preparations:rectification", args=[item.pk])
    report_rectification(secretary, rectification=item.pk, evidence="已组织两次", at=at)
    with acting(secretary):
        assert not to_confirm(secretary).exists()
    with pytest.raises(NotPermitted):
        confirm_rectification(secretary, rectification=item.pk, at=at)
    with pytest.raises(NotPermitted):
        send_back_rectification(secretary, rectification=item.pk, answer="不够", at=at)
    shown = cast.client("secretary").get(page).content.decode()
    assert "由他人确认" in shown
    assert "decision" not in shown
    item.refresh_from_db()
    assert (item.state, item.reported_by) == ("reported", cast.secretary)
    with acting(clerk):
        assert to_confirm(clerk).get() == item
    assert confirm_rectification(clerk, rectification=item.pk, at=at).confirmed_by == "town_clerk"


def test_what_is_open_is_carried_to_the_next_meeting(cast, meeting, item, at, today):
    secretary = cast.actor("secretary")
    close_preparation(secretary, preparation=meeting.pk, at=at)
    assert events("closed").get().data == {"carried_on": 1}
    following = open_preparation(
        secretary,
        organisation=cast.willow.id,
        kind="org_life_meeting",
        topic="下一年度组织生活会",
        planned_on=today + timedelta(days=365),
        authors=[],
        at=at,
    )
    assert carried_over(following) == [item]
    with pytest.raises(Conflict):
        record_study(secretary, preparation=meeting.pk, studied_on=today, what="党章", at=at)


def test_the_list_says_how_far_it_is(cast, meeting, people, mine, at, today):
    record_study(cast.actor("secretary"), preparation=meeting.pk, studied_on=today, what="党章", at=at)
    save_examination(people[0].actor, examination=mine.pk, text=TEXT, hand_in=True, at=at)
    steps = steps_of(meeting, talked=(0, 0), opinions=0)
    assert [(one.is_done, one.note) for one in steps] == [
        (True, "1"),
        (False, "0"),
        (False, "0/0"),
        (False, "1/2"),
    ]


@pytest.mark.parametrize("who", ["sibling", "outsider", "viewer", "auditor"])
def test_others_prepare_nothing_here(cast, meeting, people, at, today, who):
    actor = cast.actor(who)
    for act in (
        lambda: close_preparation(actor, preparation=meeting.pk, at=at),
        lambda: record_study(actor, preparation=meeting.pk, studied_on=today, what="党章", at=at),
        lambda: record_criticism(actor, preparation=meeting.pk, by="甲", of=people[0].member.pk, text="乙", at=at),
    ):
        with pytest.raises((NotVisible, NotPermitted)):
            act()
    meeting.refresh_from_db()
    assert meeting.is_open
    with acting(actor):
        assert not Preparation.objects.exists()
