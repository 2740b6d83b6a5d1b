import json
from datetime import timedelta
from hashlib import sha256

import pytest
from django.db import IntegrityError, connection, transaction

from lianxin.activities.actions.minutes import (
    ChangedItem,
    NotReady,
    Speech,
    add_item,
    begin_minutes,
    confirm_minutes,
    correct_minutes,
    note_make_up,
    remove_item,
    write_item,
)
from lianxin.activities.actions.resolution import add_resolution
from lianxin.activities.actions.vote import Count, enter_vote
from lianxin.activities.models import Activity, MakeUp, Minutes, MinutesItem, MinutesNote, Resolution, Vote
from lianxin.activities.queries.minutes import minutes_for, presence_of
from lianxin.activities.tests.minutes_meeting import TEXT, hold, written
from lianxin.kernel.authz import acting
from lianxin.kernel.errors import Conflict, InvalidInput, NotPermitted, NotVisible
from lianxin.kernel.models import Event
from lianxin.kernel.time import day_of


@pytest.fixture
def meeting(cast, at):
    return hold(cast, at)


def begin(cast, meeting, who="secretary"):
    return begin_minutes(cast.actor(who), activity=meeting.activity.pk, at=meeting.at)


def write(actor, item, at, text=TEXT, version=None, decision="会议同意。"):
    return write_item(
        actor,
        item=item.pk,
        version=item.version if version is None else version,
        speeches=[Speech("王建国", text)],
        decision=decision,
        at=at,
    )


def test_minutes_begin_with_the_agenda_and_only_once(cast, meeting):
    minutes = begin(cast, meeting)
    assert [item.title for item in minutes.items.all()] == ["传达上级精神", "讨论集体经济发展"]
    assert begin(cast, meeting, "town_clerk").pk == minutes.pk
    assert Event.objects.filter(kind="activities.minutes_begun").count() == 1


@pytest.mark.parametrize("state", ["draft", "cancelled"])
def test_minutes_are_of_what_people_were_invited_to(cast, meeting, at, state):
    more = {"cancelled_at": at, "cancel_reason": "台风"} if state == "cancelled" else {}
    Activity.objects.filter(pk=meeting.activity.pk).update(state=state, **more)
    with pytest.raises(Conflict):
        begin(cast, meeting)
    assert not Minutes.objects.exists()


@pytest.mark.parametrize(
    ("who", "answer"),
    [
        ("secretary", None),
        ("town_clerk", None),
        ("clerk", None),
        ("viewer", NotPermitted),
        ("sibling", NotVisible),
        ("outsider", NotVisible),
        ("expired", NotVisible),
        ("revoked", NotVisible),
        ("stranger", NotVisible),
    ],
)
def test_who_begins_minutes(cast, meeting, who, answer):
    actor = cast.actor(who)
    with acting(actor):
        if answer is None:
            assert begin(cast, meeting, who).items.count() == 2
        else:
            with pytest.raises(answer):
                begin(cast, meeting, who)
    assert Minutes.objects.exists() == (answer is None)


def test_the_recorder_writes_without_any_role_and_others_read_once_it_is_confirmed(cast, meeting, at):
    chair, recorder, other = (meeting.signed_in(number) for number in (0, 1, 2))
    with acting(recorder):
        minutes = begin_minutes(recorder, activity=meeting.activity.pk, at=at)
        for item in minutes.items.all():
            write(recorder, item, at)
        with pytest.raises(NotPermitted):
            confirm_minutes(recorder, activity=meeting.activity.pk, at=at)
    with acting(other):
        with pytest.raises(NotVisible):
            minutes_for(other, meeting.activity.pk)
        with pytest.raises(NotVisible):
            write(other, minutes.items.first(), at) if minutes.items.first() else begin_minutes(
                other, activity=meeting.activity.pk, at=at
            )
    with acting(chair):
        confirm_minutes(chair, activity=meeting.activity.pk, at=at)
    with acting(other):
        assert minutes_for(other, meeting.activity.pk).is_confirmed
        assert not MinutesNote.objects.exists()


def test_an_item_is_written_with_its_speeches_and_decision(cast, meeting, at):
    item = begin(cast, meeting).items.first()
    done = write(cast.actor("secretary"), item, at, decision="同意。\n由支委会落实。")
    assert done.speeches == [{"member": "", "name": "王建国", "text": TEXT}]
    assert (done.version, done.decision) == (2, "同意。\n由支委会落实。")
    assert Event.objects.filter(kind="activities.minutes_written", subject_id=meeting.activity.pk).count() == 1


@pytest.mark.parametrize("speech", [Speech("", "某某发言"), Speech("王建国", " "), Speech("王建国", "长" * 5001)])
def test_a_speech_has_a_speaker_and_a_text(cast, meeting, at, speech):
    item = begin(cast, meeting).items.first()
    with pytest.raises(InvalidInput):
        write_item(cast.actor("secretary"), item=item.pk, version=1, speeches=[speech], decision="", at=at)
    item.refresh_from_db()
    assert (item.version, item.speeches) == (1, [])


def test_of_two_who_write_at_once_neither_text_is_lost(cast, meeting, at):
    item = begin(cast, meeting).items.first()
    write(cast.actor("town_clerk"), item, at, "甲的记录")
    with pytest.raises(ChangedItem) as refused:
        write(cast.actor("secretary"), item, at, "乙的记录", version=1)
    assert refused.value.theirs.speeches[0]["text"] == "甲的记录"
    assert refused.value.status == 409
    item.refresh_from_db()
    assert (item.version, item.speeches[0]["text"]) == (2, "甲的记录")


def test_items_are_added_and_only_empty_ones_removed(cast, meeting, at):
    minutes = begin(cast, meeting)
    actor = cast.actor("secretary")
    added = add_item(actor, activity=meeting.activity.pk, title="临时议题", at=at)
    assert added.position == 3
    write(actor, added, at)
    with pytest.raises(Conflict):
        remove_item(actor, item=added.pk, at=at)
    remove_item(actor, item=minutes.items.first().pk, at=at)
    assert [item.title for item in minutes.items.all()] == ["讨论集体经济发展", "临时议题"]


def test_presence_comes_from_the_records(cast, meeting):
    there = presence_of(meeting.activity)
    assert (len(there.expected), len(there.present), len(there.on_leave), len(there.absent)) == (9, 7, 1, 1)
    meeting.activity.participants.filter(pinyin="008").update(is_excused=True)
    there = presence_of(meeting.activity)
    assert (len(there.expected), len(there.absent), len(there.excused), there.voters) == (8, 0, 1, 9)


def test_confirming_locks_writes_the_content_and_records_its_digest(cast, meeting, at):
    written(cast, meeting)
    done = confirm_minutes(cast.actor("secretary"), activity=meeting.activity.pk, at=at)
    content = json.loads(done.content)
    assert done.sha256 == sha256(done.content.encode()).hexdigest()
    assert done.content == json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert content["chair"] == meeting.members[0].name
    assert content["presence"]["on_leave"] == [meeting.members[7].name]
    assert "外出务工" not in done.content  # a reason can concern health and is not kept for good
    assert [item["title"] for item in content["items"]] == ["传达上级精神", "讨论集体经济发展"]
    event = Event.objects.get(kind="activities.minutes_confirmed")
    assert event.data["sha256"] == done.sha256


@pytest.mark.parametrize(
    ("who", "answer"),
    [("secretary", None), ("town_clerk", NotPermitted), ("viewer", NotPermitted), ("sibling", NotVisible)],
)
def test_only_the_chair_or_who_leads_the_organisation_confirms(cast, meeting, at, who, answer):
    written(cast, meeting)
    actor = cast.actor(who)
    with acting(actor):
        if answer is None:
            confirm_minutes(actor, activity=meeting.activity.pk, at=at)
        else:
            with pytest.raises(answer):
                confirm_minutes(actor, activity=meeting.activity.pk, at=at)
    assert meeting.minutes.is_confirmed == (answer is None)


def test_confirming_waits_for_the_meeting_its_attendance_its_names_and_its_text(cast, meeting, at):
    actor, key = cast.actor("secretary"), meeting.activity.pk
    minutes = begin(cast, meeting)
    Activity.objects.filter(pk=key).update(recorder_name="")
    with pytest.raises(NotReady) as refused:
        confirm_minutes(actor, activity=key, at=at)
    assert [one.place for one in refused.value.hindrances] == ["facts", "item", "item"]  # all of it at once
    assert "传达上级精神" in str(refused.value)
    Activity.objects.filter(pk=key).update(recorder_name=meeting.members[1].name)
    written(cast, meeting)
    rows = Activity.objects.filter(pk=key)
    for facts in (
        {"chair_name": ""},
        {"state": "announced"},
        {"state": "announced", "starts_at": at + timedelta(hours=1), "ends_at": at + timedelta(hours=2)},
    ):
        before = rows.values(*facts).get()
        rows.update(**facts)
        with pytest.raises(Conflict):
            confirm_minutes(actor, activity=key, at=at)
        rows.update(**before)
    minutes.refresh_from_db()
    assert not minutes.is_confirmed


def test_after_confirming_nothing_is_written_any_more(cast, meeting, at):
    minutes = written(cast, meeting)
    actor, key = cast.actor("secretary"), meeting.activity.pk
    confirm_minutes(actor, activity=key, at=at)
    item = minutes.items.first()
    item.refresh_from_db()
    for act in (
        lambda: write(actor, item, at),
        lambda: add_item(actor, activity=key, title="补", at=at),
        lambda: remove_item(actor, item=item.pk, at=at),
        lambda: confirm_minutes(actor, activity=key, at=at),
        lambda: enter_vote(actor, item=item.pk, count=Count("补", "general_meeting", "hands"), at=at),
        lambda: add_resolution(actor, item=item.pk, text="补", owner=meeting.members[0].pk, due_on=day_of(at), at=at),
    ):
        with pytest.raises(Conflict):
            act()


def test_the_database_keeps_what_is_confirmed_from_its_owner_too(cast, meeting, at, as_owner):
    minutes = written(cast, meeting)
    actor, key = cast.actor("secretary"), meeting.activity.pk
    item = minutes.items.first()
    counters = (meeting.members[0].pk, meeting.members[1].pk)
    count = Count("同意", "general_meeting", "hands", in_favour=7, counters=counters)
    vote = enter_vote(actor, item=item.pk, count=count, at=at)
    resolution = add_resolution(actor, item=item.pk, text="修路", owner=counters[0], due_on=day_of(at), at=at)
    confirm_minutes(actor, activity=key, at=at)
    note = correct_minutes(actor, activity=key, text="应为6票", reason="笔误", at=at)
    for table, row, change in (
        ("activities_minutes", minutes, "content = '{}'"),
        ("activities_minutes", minutes, "state = 'draft', content = '', sha256 = '', confirmed_at = NULL"),
        ("activities_minutes_item", item, "decision = ''"),
        ("activities_vote", vote, "in_favour = 1"),
        ("activities_resolution", resolution, "text = ''"),
        ("activities_resolution", resolution, "state = 'draft'"),
        ("activities_minutes_note", note, "text = ''"),
    ):
        update, delete = f"UPDATE {table} SET {change} WHERE id = %s", f"DELETE FROM {table} WHERE id = %s"  # noqa: S608 - above
        for statement in (update, delete):
            with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement, [row.pk])
    with pytest.raises(IntegrityError), transaction.atomic():
        MinutesItem.objects.create(minutes=minutes, position=9, title="补")
    with pytest.raises(IntegrityError), transaction.atomic():
        Resolution.objects.create(
            item=item, organisation=cast.willow, text="补", owner=meeting.members[0], due_on=day_of(at), state="open"
        )
    assert meeting.minutes.sha256 == sha256(meeting.minutes.content.encode()).hexdigest()
    assert Vote.objects.get().in_favour == 7


def test_notes_belong_to_confirmed_minutes_only(cast, meeting, at):
    minutes = written(cast, meeting)
    actor, key = cast.actor("secretary"), meeting.activity.pk
    with pytest.raises(Conflict):
        correct_minutes(actor, activity=key, text="应为6票", reason="笔误", at=at)
    with pytest.raises(IntegrityError), transaction.atomic():
        MinutesNote.objects.create(
            minutes=minutes, text="应为6票", reason="笔误", author=cast.secretary, author_name="secretary", at=at
        )
    confirm_minutes(actor, activity=key, at=at)
    with pytest.raises(InvalidInput) as refused:
        correct_minutes(actor, activity=key, text="", reason="", at=at)
    assert set(refused.value.fields) == {"text", "reason"}
    before = meeting.minutes.content
    note = correct_minutes(actor, activity=key, text="应为6票", reason="笔误", at=at)
    assert (note.author_name, note.at, note.reason) == ("secretary", at, "笔误")
    assert meeting.minutes.content == before
    assert Event.objects.get(kind="activities.minutes_corrected").reason == "笔误"


def test_who_missed_the_meeting_makes_it_up(cast, meeting, at, today):
    written(cast, meeting)
    actor, key = cast.actor("secretary"), meeting.activity.pk
    confirm_minutes(actor, activity=key, at=at)
    facts = {"activity": key, "what": "送学上门", "done_on": today, "at": at}
    note_make_up(actor, member=meeting.members[7].pk, **facts)
    for wrong in (
        {**facts, "member": meeting.members[0].pk},
        {**facts, "member": meeting.members[8].pk, "what": ""},
        {**facts, "member": meeting.members[8].pk, "done_on": today + timedelta(days=1)},
    ):
        with pytest.raises(InvalidInput):
            note_make_up(actor, **wrong)
    assert [one.member_id for one in MakeUp.objects.all()] == [meeting.members[7].pk]


def test_places_follow_the_tree(cast, meeting, at):
    minutes = written(cast, meeting)
    confirm_minutes(cast.actor("secretary"), activity=meeting.activity.pk, at=at)
    type(cast.willow).objects.filter(pk=cast.willow.pk).update(path=cast.south.path + "0009")
    minutes.refresh_from_db()
    assert minutes.organisation_path == cast.south.path + "0009"
