import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lianxin.activities.actions.minutes import begin_minutes, confirm_minutes, correct_minutes
from lianxin.activities.actions.resolution import add_resolution
from lianxin.activities.models import Minutes, MinutesItem, Resolution, Vote
from lianxin.activities.tests.minutes_meeting import TEXT, hold, written
from lianxin.kernel.accounts.models import Account
from lianxin.kernel.time import SHANGHAI, day_of
from tests.cast import PASSWORD, sign_in_now


@pytest.fixture
def meeting(cast, at):
    return hold(cast, at)


@pytest.fixture
def secretary(cast):
    return cast.client("secretary")


@pytest.fixture
def member(meeting, client):
    """A browser of one of the members, who has an account and no role."""

    def member(who):
        one = meeting.members[who]
        account = Account.objects.create_account(f"member{who}", PASSWORD, name=one.name)
        account.member_id = one.pk
        account.save(update_fields=["member_id"])
        client.force_login(account)
        sign_in_now(client)
        return client

    return member


def page(answer):
    return answer.content.decode()


def at_desk(name, key):
    return reverse(f"activities:minutes{name}", args=[key])


def own(name, key):
    return reverse(f"own_activities:minutes{name}", args=[key])


def sent(version, *speeches, decision="会议同意。", then="whole"):
    """What the form sends: speakers typed, as somebody does who is not on the list."""
    return {
        "version": version,
        "decision": decision,
        "speaker": ["other" if name else "" for name, _text in speeches] + [""],
        "speaker_name": [name for name, _text in speeches] + [""],
        "speech": [text for _name, text in speeches] + [""],
        "then": then,
    }


def test_a_secretary_goes_from_the_agenda_to_confirmed_minutes(cast, meeting, secretary):
    key = meeting.activity.pk
    assert "开始记录" in page(secretary.get(at_desk("", key)))
    shown = page(secretary.post(at_desk("_begin", key), follow=True))
    assert "传达上级精神" in shown
    first, second = MinutesItem.objects.order_by("position")
    name = meeting.members[0].name
    answer = secretary.post(at_desk("_item", first.pk), sent(1, (name, TEXT), then="next"))
    assert answer.url == at_desk("_item", second.pk)
    first.refresh_from_db()
    assert first.speeches == [{"member": str(meeting.members[0].pk), "name": name, "text": TEXT}]
    counters = {"counter_one": str(meeting.members[0].pk), "counter_two": str(meeting.members[1].pk)}
    vote = {"question": "通过", "kind": "general_meeting", "present": 7, "in_favour": 7, "against": 0, "abstained": 0}
    vote |= {"written_in_favour": 0, **counters}
    answer = secretary.post(at_desk("_vote", second.pk), vote, follow=True)
    assert Vote.objects.get().sum in page(answer)
    due = (meeting.at + timedelta(days=9)).date().isoformat()
    task = {"text": "修缮村道", "owner": str(meeting.members[2].pk), "due_on": due}
    assert "修缮村道" in page(secretary.post(at_desk("_resolution", second.pk), task, follow=True))
    assert "请再通读一遍" in page(secretary.get(at_desk("_confirm", key)))
    shown = page(secretary.post(at_desk("_confirm", key), follow=True))
    assert "已确认" in shown
    assert meeting.minutes.is_confirmed
    assert at_desk("_item", first.pk) not in shown


def test_what_two_wrote_at_once_both_stands_on_the_page(cast, meeting, secretary):
    item = begin_minutes(cast.actor("secretary"), activity=meeting.activity.pk, at=meeting.at).items.first()
    name = meeting.members[0].name
    cast.client("town_clerk").post(at_desk("_item", item.pk), sent(1, (name, "甲的记录"), decision="甲的决定"))
    answer = secretary.post(at_desk("_item", item.pk), sent(1, (name, "乙的记录"), decision="乙的决定"))
    assert answer.status_code == 409
    shown = page(answer)
    for text in ("甲的记录", "甲的决定", "乙的记录", "乙的决定", "内容没有丢失"):
        assert text in shown
    version = re.search(r'name="version"[^>]*value="(\d+)"|value="(\d+)"[^>]*name="version"', shown)
    assert set(version.groups()) - {None} == {"2"}
    item.refresh_from_db()
    assert item.decision == "甲的决定"
    secretary.post(at_desk("_item", item.pk), sent(2, (name, "合并后的记录"), decision="乙的决定"))
    item.refresh_from_db()
    assert (item.version, item.decision) == (3, "乙的决定")


def test_the_version_is_part_of_the_draft_kept_on_the_device(cast, meeting, secretary):
    """The draft island leaves out hidden inputs; were it one, an old draft would be laid over newer text."""
    item = begin_minutes(cast.actor("secretary"), activity=meeting.activity.pk, at=meeting.at).items.first()
    field = re.search(r'<input[^>]*name="version"[^>]*>', page(secretary.get(at_desk("_item", item.pk))))[0]
    assert 'type="text"' in field
    assert " hidden" in field


def test_the_speaker_is_chosen_beside_the_text(cast, meeting, secretary):
    item = begin_minutes(cast.actor("secretary"), activity=meeting.activity.pk, at=meeting.at).items.first()
    where, members = at_desk("_item", item.pk), meeting.members
    shown = page(secretary.get(where))
    assert "<datalist" not in shown
    came, missing = shown.split("未到会（书面发言）")[:2]
    assert f'value="{members[0].pk}"' in came
    assert f'value="{members[8].pk}"' not in came
    assert f'value="{members[8].pk}"' in missing
    facts = sent(1) | {
        "speaker": [str(members[0].pk), str(members[8].pk), "other", "name:会场记录 15:04", ""],
        "speaker_name": ["", "", "村民代表赵大爷", "", ""],
        "speech": [TEXT, "书面意见", "建议修路", "记录", ""],
    }
    assert secretary.post(where, facts).status_code == 302
    item.refresh_from_db()
    assert [(one["member"], one["name"]) for one in item.speeches] == [
        (str(members[0].pk), members[0].name),
        (str(members[8].pk), members[8].name),
        ("", "村民代表赵大爷"),
        ("", "会场记录 15:04"),
    ]
    assert f'<option value="{members[8].pk}" selected>' in page(secretary.get(where))
    # Whoever was not there did not speak: the record says that the words were handed in.
    assert f"{members[8].name}（书面）" in page(secretary.get(at_desk("_confirm", meeting.activity.pk)))


def test_what_is_wrong_with_speeches_stands_beside_each_of_them(cast, meeting, secretary):
    item = begin_minutes(cast.actor("secretary"), activity=meeting.activity.pk, at=meeting.at).items.first()
    facts = sent(1) | {
        "speaker": ["", str(meeting.members[0].pk), "other"],
        "speaker_name": ["", "", ""],
        "speech": ["谁说的", "", "又是谁"],
    }
    answer = secretary.post(at_desk("_item", item.pk), facts)
    shown = page(answer)
    assert answer.status_code == 422
    for number, field in ((1, "speaker"), (2, "speech"), (3, "speaker")):
        assert f'href="#{field}-{number}"' in shown
        assert f'id="{field}-{number}-fault"' in shown
    item.refresh_from_db()
    assert item.speeches == []


def test_a_speech_without_a_speaker_comes_back_with_everything_typed(cast, meeting, secretary):
    item = begin_minutes(cast.actor("secretary"), activity=meeting.activity.pk, at=meeting.at).items.first()
    answer = secretary.post(at_desk("_item", item.pk), sent(1, ("", "谁说的"), decision="决定"))
    assert answer.status_code == 422
    for text in ("谁说的", "决定", "请注明发言人"):
        assert text in page(answer)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"in_favour": 8}, "多于实到7人"),
        ({"present": 10}, "多于应到"),
        ({"counter_two": ""}, ""),
        ({"against": 3}, "请重新计票"),
    ],
)
def test_an_impossible_count_is_said_at_its_field(cast, meeting, secretary, change, said):
    item = begin_minutes(cast.actor("secretary"), activity=meeting.activity.pk, at=meeting.at).items.first()
    facts = {"question": "通过", "kind": "general_meeting", "present": 7, "in_favour": 7, "against": 0, "abstained": 0}
    facts |= {"counter_one": str(meeting.members[0].pk), "counter_two": str(meeting.members[1].pk)}
    facts |= {"written_in_favour": 0, **change}
    answer = secretary.post(at_desk("_vote", item.pk), facts)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in page(answer)
    assert said in page(answer)
    assert not Vote.objects.exists()


def test_votes_by_name_are_entered_on_the_same_page(cast, meeting, secretary):
    item = begin_minutes(cast.actor("secretary"), activity=meeting.activity.pk, at=meeting.at).items.first()
    where = at_desk("_vote", item.pk) + "?method=recorded"
    facts = {"question": "通过", "kind": "general_meeting", "present": 7, "written_in_favour": 0}
    facts |= {f"voice-{one.pk}": "in_favour" if number else "against" for number, one in enumerate(meeting.members[:7])}
    assert secretary.post(where, facts).status_code == 302
    vote = Vote.objects.get()
    assert (vote.in_favour, vote.against, vote.voices.count()) == (6, 1, 7)


def test_a_recorded_vote_begins_with_nothing_chosen_and_asks_for_everybody(cast, meeting, secretary):
    item = begin_minutes(cast.actor("secretary"), activity=meeting.activity.pk, at=meeting.at).items.first()
    where = at_desk("_vote", item.pk) + "?method=recorded"
    shown = page(secretary.get(where))
    assert shown.count('type="radio"') == 7 * 4
    assert "checked" not in shown
    facts = {"question": "通过", "kind": "general_meeting", "present": 7, "written_in_favour": 0}
    facts |= {f"voice-{one.pk}": "in_favour" for one in meeting.members[:6]}
    answer = secretary.post(where, facts)
    assert answer.status_code == 422
    assert page(answer).count('field-error">尚未登记') == 1
    assert meeting.members[6].name in page(answer)
    assert not Vote.objects.exists()
    facts[f"voice-{meeting.members[6].pk}"] = "not_cast"
    assert secretary.post(where, facts).status_code == 302
    assert f"未表决：{meeting.members[6].name}" in page(secretary.get(at_desk("_confirm", meeting.activity.pk)))


def test_the_vote_form_says_everything_wrong_at_once(cast, meeting, secretary):
    item = begin_minutes(cast.actor("secretary"), activity=meeting.activity.pk, at=meeting.at).items.first()
    facts = {"question": "", "kind": "general_meeting", "present": 7, "in_favour": 20, "against": 0, "abstained": 0}
    shown = page(secretary.post(at_desk("_vote", item.pk), facts | {"counter_one": "", "counter_two": ""}))
    assert "多于实到7人" in shown
    for name in ("question", "in_favour", "counter_one", "counter_two"):
        assert f'href="#id_{name}"' in shown


def test_opinions_in_writing_and_rules_are_offered_where_they_apply(cast, meeting, secretary):
    item = begin_minutes(cast.actor("secretary"), activity=meeting.activity.pk, at=meeting.at).items.first()
    shown = page(secretary.get(at_desk("_vote", item.pk)))
    assert 'value="committee_meeting"' not in shown
    assert "vote-written" in shown  # shown by the style sheet once the rule for admissions is chosen
    meeting.activity.kinds = ["committee_meeting"]
    meeting.activity.save(update_fields=["kinds"])
    shown = page(secretary.get(at_desk("_vote", item.pk)))
    assert 'value="committee_meeting"' in shown
    assert 'value="general_meeting"' not in shown
    assert "written_in_favour" not in shown


@pytest.mark.parametrize(
    ("who", "read", "write"),
    [
        ("secretary", 200, 200),
        ("clerk", 200, 200),
        ("viewer", 200, 403),
        ("sibling", 404, 404),
        ("outsider", 404, 404),
        ("expired", 403, 403),
        ("stranger", 403, 403),
        ("auditor", 403, 403),
    ],
)
def test_who_reads_and_writes_at_the_desk(cast, meeting, who, read, write):
    minutes = written(cast, meeting)
    client = cast.client(who)
    assert client.get(at_desk("", meeting.activity.pk)).status_code == read
    assert client.get(at_desk("_hall", meeting.activity.pk)).status_code == read
    assert client.get(at_desk("_item", minutes.items.first().pk)).status_code == write


def test_chair_and_recorder_work_in_the_portal_without_a_role(cast, meeting, member):
    client, key = member(1), meeting.activity.pk
    assert client.get(at_desk("", key)).status_code == 403
    client.post(own("_begin", key))
    for item in MinutesItem.objects.all():
        name = meeting.members[0].name
        assert client.post(own("_item", item.pk), sent(1, (name, TEXT))).status_code == 302
    shown = page(client.get(own("", key)))
    assert meeting.members[8].name in shown
    assert client.get(own("_confirm", key)).status_code == 403


def test_a_member_reads_confirmed_minutes_only_and_only_of_meetings_they_were_invited_to(cast, meeting, at, member):
    client, key = member(5), meeting.activity.pk
    written(cast, meeting)
    assert client.get(own("", key)).status_code == 404
    confirm_minutes(cast.actor("secretary"), activity=key, at=at)
    assert TEXT in page(client.get(own("", key)))
    assert client.get(own("_pdf", key)).status_code == 200
    assert client.get(own("_item", MinutesItem.objects.first().pk)).status_code in {403, 404}
    meeting.activity.participants.filter(member=meeting.members[5]).delete()
    assert client.get(own("", key)).status_code == 404


def test_confirming_says_everything_that_is_missing_with_the_place(cast, meeting, secretary):
    minutes = begin_minutes(cast.actor("secretary"), activity=meeting.activity.pk, at=meeting.at)
    meeting.activity.chair_name = ""
    meeting.activity.save(update_fields=["chair_name"])
    where = at_desk("_confirm", meeting.activity.pk)
    for answer in (secretary.get(where), secretary.post(where)):
        shown = page(answer)
        assert "现在还不能确认" in shown
        assert "尚未保存" not in shown
        assert re.search(r'<button class="btn btn-primary" type="submit" disabled', shown)
        for place in (
            at_desk("_facts", meeting.activity.pk),
            *(at_desk("_item", item.pk) for item in minutes.items.all()),
        ):
            assert f'href="{place}"' in shown
    assert not meeting.minutes.is_confirmed
    written(cast, meeting)
    members = meeting.members
    ended = meeting.activity.ends_at.astimezone(SHANGHAI)
    facts = {"ended_on": ended.date().isoformat(), "ended": f"{ended:%H:%M}"}
    facts |= {"chair": str(members[0].pk), "recorder": str(members[1].pk)}
    assert secretary.post(at_desk("_facts", meeting.activity.pk), facts).status_code == 302
    shown = page(secretary.get(where))
    assert "现在还不能确认" not in shown
    assert "disabled" not in shown
    assert secretary.post(where).status_code == 302
    assert meeting.minutes.is_confirmed


def test_the_end_is_put_right_until_the_minutes_are_confirmed(cast, meeting, secretary, member):
    written(cast, meeting)
    key, where = meeting.activity.pk, at_desk("_facts", meeting.activity.pk)
    assert where in page(secretary.get(at_desk("", key)))
    begun = meeting.activity.starts_at.astimezone(SHANGHAI)
    people = {"chair": str(meeting.members[0].pk), "recorder": str(meeting.members[1].pk)}
    for ended in (begun - timedelta(minutes=1), begun + timedelta(days=2)):
        facts = {"ended_on": ended.date().isoformat(), "ended": f"{ended:%H:%M}", **people}
        answer = secretary.post(where, facts)
        assert answer.status_code == 422
        assert 'href="#id_ended"' in page(answer)
    real = begun + timedelta(minutes=37)
    facts = {"ended_on": real.date().isoformat(), "ended": f"{real:%H:%M}", **people}
    assert secretary.post(where, facts).status_code == 302
    meeting.activity.refresh_from_db()
    assert f"{meeting.activity.ends_at.astimezone(SHANGHAI):%H:%M}" == f"{real:%H:%M}"
    client = member(1)  # the recorder, without any role
    assert client.get(own("_facts", key)).status_code == 200
    confirm_minutes(cast.actor("secretary"), activity=key, at=meeting.at)
    assert f"{begun:%H:%M}—{real:%H:%M}" in page(client.get(own("", key)))
    assert client.post(own("_facts", key), facts).status_code == 422
    assert at_desk("_facts", key) not in page(secretary.get(at_desk("", key)))


def test_a_task_is_done_from_the_phone(cast, meeting, at, member):
    item = written(cast, meeting).items.first()
    add_resolution(
        cast.actor("secretary"), item=item.pk, text="修缮村道", owner=meeting.members[2].pk, due_on=day_of(at), at=at
    )
    confirm_minutes(cast.actor("secretary"), activity=meeting.activity.pk, at=at)
    client, task = member(2), Resolution.objects.get()
    assert "修缮村道" in page(client.get("/"))
    where = own("_settle", task.pk)
    assert client.post(where, {"act": "done", "note": ""}).status_code == 422
    assert client.post(where, {"act": "done", "note": "已完成"}).status_code == 302
    assert client.post(where, {"act": "reopen"}).status_code == 302
    assert client.post(where, {"act": "take_back", "note": "不做"}).status_code == 403
    task.refresh_from_db()
    assert task.state == "open"


def test_the_check_page_tells_everybody_what_may_be_verified_and_no_name(cast, meeting, at, client):
    written(cast, meeting)
    minutes = meeting.minutes
    where = reverse("own_activities:check", args=[minutes.code])
    assert client.get(where).status_code == 404
    confirm_minutes(cast.actor("secretary"), activity=meeting.activity.pk, at=at)
    minutes = meeting.minutes
    answer = client.get(where)
    shown = page(answer)
    assert answer.status_code == 200
    for expected in (cast.willow.name, minutes.sha256, "党员大会", "无更正"):
        assert expected in shown
    for member in meeting.members:
        assert member.name not in shown
    for hidden in (TEXT, meeting.activity.title, meeting.activity.place, "传达上级精神"):
        assert hidden not in shown
    correct_minutes(cast.actor("secretary"), activity=meeting.activity.pk, text="应为6票", reason="笔误", at=at)
    shown = page(client.get(where))
    assert "无更正" not in shown
    assert "应为6票" not in shown
    assert client.get(where.replace(minutes.code, minutes.code.lower())).status_code == 200


@pytest.mark.parametrize("code", ["A" * 20, "x", "'; DROP", "0" * 20, "甲" * 20])
def test_a_wrong_code_tells_nothing(db, client, code):
    answer = client.get(reverse("own_activities:check", args=[code]))
    assert answer.status_code == 404
    assert "请与纸面核对" in page(answer)


def test_corrections_and_make_ups_have_their_pages(cast, meeting, at, secretary, today):
    written(cast, meeting)
    key = meeting.activity.pk
    confirm_minutes(cast.actor("secretary"), activity=key, at=at)
    assert secretary.post(at_desk("_correct", key), {"text": "应为6票", "reason": ""}).status_code == 422
    assert "应为6票" in page(
        secretary.post(at_desk("_correct", key), {"text": "应为6票", "reason": "笔误"}, follow=True)
    )
    facts = {"member": str(meeting.members[8].pk), "what": "送学上门", "done_on": today.isoformat()}
    assert "送学上门" in page(secretary.post(at_desk("_make_up", key), facts, follow=True))
    assert secretary.post(at_desk("_make_up", key), facts | {"member": ""}).status_code == 422


def test_resolutions_are_listed_open_ones_first(cast, meeting, at, secretary):
    item = written(cast, meeting).items.first()
    add_resolution(
        cast.actor("secretary"), item=item.pk, text="修缮村道", owner=meeting.members[2].pk, due_on=day_of(at), at=at
    )
    assert "修缮村道" not in page(secretary.get(reverse("activities:resolutions")))
    confirm_minutes(cast.actor("secretary"), activity=meeting.activity.pk, at=at)
    assert "修缮村道" in page(secretary.get(reverse("activities:resolutions")))
    assert "修缮村道" not in page(cast.client("sibling").get(reverse("activities:resolutions")))


def test_the_minutes_ask_as_often_for_two_items_as_for_twelve(cast, meeting, at, secretary):
    minutes = written(cast, meeting)
    secretary.get(at_desk("", meeting.activity.pk))  # what is asked once a process
    counts = []
    for more in (1, 10):
        for number in range(more):
            item = MinutesItem.objects.create(minutes=minutes, position=10 + number, title="议题", decision="同意")
            Vote.objects.create(
                item=item, question="通过", kind="general_meeting", method="hands", eligible=9, present=7, came=7,
                in_favour=7, sum="", taken_at=at, taken_by=cast.secretary,
            )  # fmt: skip
        with CaptureQueriesContext(connection) as asked:
            assert secretary.get(at_desk("", meeting.activity.pk)).status_code == 200
        # Now and then a request also notes that the session is in use.
        counts.append([one["sql"] for one in asked if one["sql"].startswith("SELECT") and "session" not in one["sql"]])
    first, second = ([re.sub(r"'[^']*'|\d+", "?", one)[:160] for one in asked] for asked in counts)
    assert first == second


def test_confirmed_minutes_show_who_was_there_when_they_were_confirmed(cast, meeting, at, secretary):
    written(cast, meeting)
    confirm_minutes(cast.actor("secretary"), activity=meeting.activity.pk, at=at)
    meeting.activity.participants.filter(member=meeting.members[8]).update(
        attendance="present", signed_at=at, signed_how="list"
    )
    shown = page(secretary.get(at_desk("", meeting.activity.pk)))
    assert "7人，其中有表决权7人" in shown
    assert "确认时的记录" in shown


def test_nobody_begins_minutes_by_looking(cast, meeting, secretary):
    secretary.get(at_desk("", meeting.activity.pk))
    assert secretary.get(at_desk("_begin", meeting.activity.pk)).status_code == 405
    assert not Minutes.objects.exists()
