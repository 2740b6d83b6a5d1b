"""The screens: they do the work, refuse with a sentence and lose nothing, open to the right people alone."""

import json
from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from lianxin.activities.actions.planning import plan
from lianxin.activities.codes import code_at
from lianxin.activities.models import Activity, Participant, Room, RoomBooking
from lianxin.kernel.accounts.clock import BEGAN, SEEN
from lianxin.kernel.time import SHANGHAI, now

LIST = reverse("activities:index")
NEW = reverse("activities:new")
HELD = reverse("activities:new_held")


def page(answer):
    return answer.content.decode()


def sent(form):
    """What a browser would send of the form as it was shown."""
    data = {}
    for name, field in form.fields.items():
        value = form.get_initial_for_field(field, name)
        if value not in (None, ""):
            data[name] = value.strftime("%H:%M") if hasattr(value, "hour") and not hasattr(value, "year") else value
    return data


def test_an_activity_is_planned_in_a_minute(cast, people):
    client = cast.client("secretary")
    assert "主题党日" in page(client.get(NEW))
    shown = client.get(NEW, {"kind": "theme_day"})
    form = shown.context["form"]
    assert form.initial["chair"] == str(people[0].pk)
    data = sent(form) | {"place": "党群服务中心", "organisation": str(cast.willow.id), "announce": "yes"}
    data |= {
        "agenda-TOTAL_FORMS": "2",
        "agenda-INITIAL_FORMS": "0",
        "agenda-0-title": "集中学习",
        "agenda-0-minutes": "40",
    }
    data |= {"agenda-0-kind": "study"}
    answer = client.post(NEW, data, follow=True)
    assert answer.status_code == 200
    made = Activity.objects.get()
    assert made.state == "announced"
    assert [one.title for one in made.agenda.all()] == ["集中学习"]
    assert made.participants.count() == 5
    assert "集中学习" in page(answer)


def test_what_is_wrong_comes_back_beside_its_field_with_what_was_typed(cast, people):
    client = cast.client("secretary")
    data = sent(client.get(NEW, {"kind": "theme_day"}).context["form"])
    data |= {"title": "我写的标题", "place": "", "organisation": str(cast.willow.id)}
    data |= {
        "agenda-TOTAL_FORMS": "1",
        "agenda-INITIAL_FORMS": "0",
        "agenda-0-title": "我写的议程",
        "agenda-0-kind": "study",
    }
    answer = client.post(NEW, data)
    assert answer.status_code == 422
    assert "place" in answer.context["form"].errors
    assert "我写的标题" in page(answer)
    assert "我写的议程" in page(answer)
    assert not Activity.objects.exists()


def test_more_points_lose_nothing(cast, people):
    client = cast.client("secretary")
    data = sent(client.get(NEW, {"kind": "theme_day"}).context["form"]) | {
        "organisation": str(cast.willow.id),
        "more": "yes",
    }
    data |= {"agenda-TOTAL_FORMS": "1", "agenda-INITIAL_FORMS": "0", "agenda-0-title": "我写的议程"}
    answer = client.post(NEW, data)
    assert "我写的议程" in page(answer)
    assert "agenda-5-title" in page(answer)


def test_the_day_is_proposed_in_the_period_the_link_names(cast, people, today):
    first = (today + timedelta(days=40)).replace(day=1)
    last = first + timedelta(days=27)
    client = cast.client("secretary")
    asked = {"kind": "theme_day", "since": str(first), "until": str(last)}
    shown = client.get(NEW, asked)
    assert first <= shown.context["form"].initial["on"] <= last
    shown = client.get(NEW, asked | {"since": "2020-01-01", "until": "2020-01-31"})
    assert shown.context["form"].initial["on"] >= today
    for wrong in ("gestern", "2026-13-45"):
        assert client.get(NEW, asked | {"since": wrong, "until": wrong}).status_code == 200


def test_what_is_planned_already_is_said_before_it_is_planned_again(cast, people, meeting):
    made = meeting(kinds=["theme_day"], title="本月主题党日")
    shown = page(cast.client("secretary").get(NEW, {"kind": "theme_day"}))
    assert made.title in shown
    assert made.get_absolute_url() in shown
    assert made.get_absolute_url() not in page(cast.client("secretary").get(NEW, {"kind": "party_lecture"}))


def test_a_room_or_a_place_is_one_choice(cast, people):
    room = Room.objects.create(organisation=cast.willow, name="活动室", address="村委会二楼")
    client = cast.client("secretary")
    shown = client.get(NEW, {"kind": "theme_day"}).context["form"]
    assert [one[0] for one in shown.fields["room"].choices] == [str(room.pk), "elsewhere"]
    data = sent(shown) | {"organisation": str(cast.willow.id), "agenda-TOTAL_FORMS": "0", "agenda-INITIAL_FORMS": "0"}
    assert client.post(NEW, data | {"room": "elsewhere", "place": ""}).status_code == 422
    assert client.post(NEW, data | {"room": "elsewhere", "place": "文化广场"}).status_code == 302
    assert Activity.objects.get().place == "文化广场"
    begins = {"begins": "07:00", "ends": "08:00"}
    assert client.post(NEW, data | begins | {"room": str(room.pk), "place": "文化广场"}).status_code == 302
    assert Activity.objects.exclude(place="文化广场").get().place == "活动室（村委会二楼）"
    assert RoomBooking.objects.get().room_id == room.pk


def test_a_room_that_is_taken_names_who_has_it(cast, people, planned, at):
    room = Room.objects.create(organisation=cast.willow, name="活动室")
    first = plan(
        cast.actor("secretary"), organisation=cast.willow.id, planned=planned(room=room.pk, title="先来的会"), at=at
    )
    client = cast.client("secretary")
    begins = first.starts_at.astimezone(SHANGHAI)
    data = sent(client.get(NEW, {"kind": "theme_day"}).context["form"]) | {"organisation": str(cast.willow.id)}
    data |= {"on": f"{begins:%Y-%m-%d}", "begins": f"{begins:%H:%M}", "room": str(room.pk)}
    data |= {"ends": "23:59", "agenda-TOTAL_FORMS": "0", "agenda-INITIAL_FORMS": "0"}
    answer = client.post(NEW, data)
    assert answer.status_code == 422
    assert "先来的会" in page(answer)
    assert "柳树村党支部" in str(answer.context["form"].errors["room"])
    assert RoomBooking.objects.count() == 1


def test_held_offline_is_one_short_form_with_nobody_ticked_beforehand(cast, people, today):
    client = cast.client("secretary")
    shown = client.get(HELD, {"kind": "theme_day"})
    form = shown.context["form"]
    assert "present" not in form.initial
    assert not [box for box in form["present"] if box.data["selected"]]
    assert page(shown).count("data-ticks-expected") == 5
    assert "data-ticks-all" in page(shown)
    data = {"kinds": ["theme_day"], "on": str(today - timedelta(days=1)), "begins": "15:00", "place": "文化广场"}
    data |= {"present": [str(one.pk) for one in people[:4]], "organisation": str(cast.willow.id)}
    answer = client.post(HELD, data, follow=True)
    assert answer.status_code == 200
    assert Activity.objects.get().was_reported


def test_a_proof_is_kept_and_opened_by_those_who_may(cast, people, today, account_of):
    client = cast.client("secretary")
    data = {"kinds": ["theme_day"], "on": str(today - timedelta(days=1)), "begins": "15:00", "place": "文化广场"}
    data |= {"present": [str(one.pk) for one in people[:4]], "organisation": str(cast.willow.id)}
    picture = BytesIO()
    Image.new("RGB", (4, 4)).save(picture, "PNG")
    data["proof"] = SimpleUploadedFile("签到表.png", picture.getvalue())
    client.post(HELD, data, follow=True)
    file = Activity.objects.get().files.get()
    address = reverse("own_activities:file", args=[file.pk])
    assert b"".join(client.get(address).streaming_content).startswith(b"\x89PNG")
    account_of(people[3], "liu")
    assert cast.client("liu").get(address).status_code == 200
    assert cast.client("sibling").get(address).status_code == 404


def test_a_proof_stays_attached_when_another_field_is_refused(cast, people, today):
    client = cast.client("secretary")
    data = {"kinds": ["theme_day"], "on": str(today - timedelta(days=1)), "begins": "15:00", "place": ""}
    data |= {"present": [str(one.pk) for one in people[:3]], "organisation": str(cast.willow.id)}
    picture = BytesIO()
    Image.new("RGB", (4, 4)).save(picture, "PNG")
    answer = client.post(HELD, data | {"proof": SimpleUploadedFile("签到表.png", picture.getvalue())})
    assert answer.status_code == 422
    assert "签到表.png" in page(answer)
    held = answer.context["form"].fields["proof"].widget.held
    assert client.post(HELD, data | {"place": "文化广场", "proof-kept": held.token}).status_code == 302
    file = Activity.objects.get().files.get()
    assert file.name == "签到表.png"
    opened = client.get(reverse("own_activities:file", args=[file.pk]))
    assert b"".join(opened.streaming_content).startswith(b"\x89PNG")


def test_a_picture_that_is_too_large_is_refused_and_the_form_is_kept(cast, people, today, settings):
    data = {"kinds": ["theme_day"], "on": str(today - timedelta(days=1)), "begins": "15:00", "place": "文化广场"}
    data |= {"present": [str(one.pk) for one in people[:3]], "organisation": str(cast.willow.id)}
    picture = SimpleUploadedFile("照片.png", b"\x89PNG\r\n\x1a\n" + b"0" * (21 << 20))
    answer = cast.client("secretary").post(HELD, data | {"proof": picture})
    assert answer.status_code == 422
    assert "proof" in answer.context["form"].errors
    assert "文化广场" in page(answer)
    assert not Activity.objects.exists()


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("secretary", 200),
        ("town_clerk", 200),
        ("clerk", 200),
        ("viewer", 200),
        ("sibling", 404),
        ("outsider", 404),
        ("system_admin", 403),
        ("stranger", 403),
        ("expired", 403),
    ],
)
def test_the_page_opens_to_the_right_people(cast, people, meeting, who, status):
    assert cast.client(who).get(meeting().get_absolute_url()).status_code == status


@pytest.mark.parametrize(
    "name", ["announce", "hold", "cancel", "annul", "edit", "attendance", "wall", "invite", "file_new"]
)
def test_a_viewer_sees_and_does_nothing(cast, people, meeting, name):
    made = meeting()
    client = cast.client("viewer")
    address = reverse(f"activities:{name}", args=[made.pk])
    assert client.post(address, {"reason": "x"}).status_code in {403, 405}
    made.refresh_from_db()
    assert made.state == "announced"


@pytest.mark.parametrize(
    "name", ["edit", "cancel", "attendance", "wall", "invite", "invite_observer", "file_new", "save_template"]
)
def test_the_screens_of_an_activity_open(cast, people, meeting, name):
    assert cast.client("secretary").get(reverse(f"activities:{name}", args=[meeting().pk])).status_code == 200


@pytest.mark.parametrize(
    "name",
    ["index", "new", "new_held", "rooms", "room_new", "people", "group_new", "excuse_new", "alliances", "alliance_new"],
)
def test_the_other_screens_open_to_staff_alone(cast, people, name):
    assert cast.client("secretary").get(reverse(f"activities:{name}")).status_code == 200
    assert cast.client("stranger").get(reverse(f"activities:{name}")).status_code == 403


def test_the_list_filters_by_kind_state_and_month(cast, people, meeting, at):
    made = meeting()
    client = cast.client("secretary")
    month = f"{made.starts_at.astimezone(SHANGHAI):%Y-%m}"
    assert made.title in page(client.get(LIST, {"kind": "general_meeting", "state": "announced", "month": month}))
    assert made.title not in page(client.get(LIST, {"kind": "theme_day"}))
    assert made.title not in page(client.get(LIST, {"month": "2020-01"}))
    assert made.title in page(cast.client("clerk").get(LIST, {"organisation": str(cast.north.id)}))
    assert made.title not in page(cast.client("outsider").get(LIST))


def questions(client, address):
    """How many reads a page asks for; that the session notes the visit now and then is not the page's."""
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return sum(one["sql"].lstrip().startswith("SELECT") for one in asked)


def test_the_number_of_queries_of_the_list_does_not_grow(cast, people, planned, at):
    counts = []
    client = cast.client("secretary")
    client.get(LIST)
    for number in (2, 12):
        for _one in range(number):
            plan(cast.actor("secretary"), organisation=cast.willow.id, planned=planned(), at=at)
        counts.append(questions(client, LIST))
    assert counts[0] == counts[1]


def test_the_number_of_queries_of_a_page_does_not_grow_with_participants(cast, people, meeting, enter):
    made = meeting()
    client = cast.client("secretary")
    address = reverse("activities:attendance", args=[made.pk])
    counts = []
    client.get(address)
    for more in (0, 10):
        for number in range(more):
            member = enter(f"增{number}", 100 + number)
            Participant.objects.create(activity=made, member=member, member_organisation=cast.willow, name=member.name)
        counts.append((questions(client, address), questions(client, made.get_absolute_url())))
    few, many = counts
    assert all(later <= before for before, later in zip(few, many, strict=True))


def test_a_member_replies_with_one_tap_and_asks_for_leave(cast, people, meeting, account_of, row):
    made = meeting()
    account_of(people[3], "liu")
    client = cast.client("liu")
    assert made.title in page(client.get(reverse("own_activities:index")))
    here = reverse("own_activities:detail", args=[made.pk])
    reply = reverse("own_activities:reply", args=[made.pk])
    assert client.get(here).status_code == 200
    assert client.post(reply, {"coming": "yes"}).status_code == 302
    assert row(made, people[3]).reply == "coming"
    assert client.post(reply, {"reason": ""}).status_code == 422
    assert row(made, people[3]).reply == "coming"
    assert client.post(reply, {"reason": "出差"}).status_code == 302
    assert row(made, people[3]).reply == "leave_asked"
    client = cast.client("secretary")
    client.post(reverse("activities:decide_leave", args=[row(made, people[3]).pk]), {"give": "yes"})
    assert row(made, people[3]).reply == "leave_given"


def test_a_draft_is_not_shown_to_members(cast, people, planned, account_of, at):
    made = plan(cast.actor("secretary"), organisation=cast.willow.id, planned=planned(), at=at)
    account_of(people[3], "liu")
    assert made.title not in page(cast.client("liu").get(reverse("own_activities:index")))
    assert cast.client("liu").get(reverse("own_activities:detail", args=[made.pk])).status_code == 404


def test_the_code_signs_in_with_one_tap(cast, people, meeting, account_of, row):
    made = meeting()
    account_of(people[3], "liu")
    client = cast.client("liu")
    address = reverse("own_activities:scan", args=[made.pk, code_at(made.pk, now())])
    answer = client.get(address)
    assert answer.status_code == 200
    assert row(made, people[3]).attendance == "unknown"
    tap, form = reverse("own_activities:sign_in", args=[made.pk]), {"scan": answer.context["scan"]}
    done = client.post(tap, form)
    assert done.status_code == 200
    assert row(made, people[3]).attendance == "present"
    first = row(made, people[3]).signed_at
    assert [client.post(tap, again).status_code for again in (form, {})] == [200, 200]
    assert row(made, people[3]).signed_at == first


def test_what_the_form_says_is_good_for_one_person_and_one_activity(cast, people, meeting, account_of, row):
    made, other = meeting(), meeting()
    account_of(people[3], "liu")
    account_of(people[4], "zhou")
    seen = cast.client("liu").get(reverse("own_activities:scan", args=[made.pk, code_at(made.pk, now())]))
    form = {"scan": seen.context["scan"]}
    for who, activity, told in (("zhou", made, form), ("liu", other, form), ("liu", made, {"scan": "x"})):
        answer = cast.client(who).post(reverse("own_activities:sign_in", args=[activity.pk]), told)
        assert answer.status_code == 409
    assert {row(made, one).attendance for one in people[3:5]} == {"unknown"}


def test_the_code_waits_while_somebody_signs_in_to_the_account(cast, people, meeting, account_of, client):
    made = meeting()
    account_of(people[3], "liu")
    answer = client.get(reverse("own_activities:scan", args=[made.pk, code_at(made.pk, now())]))
    assert answer.status_code == 302
    assert "next=" in answer.headers["Location"]
    client.force_login(cast.liu)
    assert client.post(reverse("own_activities:sign_in", args=[made.pk])).status_code == 200


def test_the_code_is_judged_without_account_and_roles(
    cast, people, meeting, account_of, client, django_assert_max_num_queries
):
    made = meeting()
    account_of(people[3], "liu")
    member = cast.client("liu")
    with django_assert_max_num_queries(1):  # the session
        assert member.get(reverse("own_activities:scan", args=[made.pk, code_at(made.pk, now())])).status_code == 200
    with django_assert_max_num_queries(0):
        assert client.get(reverse("own_activities:scan", args=[made.pk, "1-0"])).status_code == 409


def test_a_session_that_may_be_over_is_asked_first(cast, people, meeting, account_of):
    made = meeting()
    account_of(people[3], "liu")
    client = cast.client("liu")
    session = client.session
    session[BEGAN] = session[SEEN] = int((now() - timedelta(minutes=20)).timestamp())
    session.save()
    answer = client.get(reverse("own_activities:scan", args=[made.pk, code_at(made.pk, now())]), follow=True)
    assert answer.redirect_chain[-1][0].endswith(reverse("own_activities:sign_in", args=[made.pk]))
    assert answer.status_code == 200  # a member's session lasts half an hour: no password, the same button
    assert client.post(reverse("own_activities:sign_in", args=[made.pk])).status_code == 200


def test_an_expired_code_says_what_to_do_and_signs_nobody_in(cast, people, meeting, account_of, row):
    made = meeting()
    account_of(people[3], "liu")
    client = cast.client("liu")
    old = code_at(made.pk, now() - timedelta(minutes=20))
    answer = client.get(reverse("own_activities:scan", args=[made.pk, old]))
    assert answer.status_code == 409
    assert client.post(reverse("own_activities:sign_in", args=[made.pk])).status_code == 409
    assert row(made, people[3]).attendance == "unknown"


def test_the_wall_shows_a_code_and_only_its_part_to_the_script(cast, people, meeting):
    address = reverse("activities:wall", args=[meeting().pk])
    client = cast.client("secretary")
    assert "<svg" in page(client.get(address))
    part = page(client.get(address, headers={"HX-Request": "true"}))
    assert "<svg" in part
    assert "<html" not in part


def test_a_phone_sends_what_it_kept(cast, people, meeting, row):
    made = meeting()
    address = reverse("own_activities:sign_ins", args=[made.pk])
    client = cast.client("secretary")
    items = [
        {"participant": str(row(made, one).pk), "nonce": str(uuid4()), "signed_at": now().isoformat(), "how": "offline"}
        for one in people
    ]
    answer = client.post(address, json.dumps({"items": items}), content_type="application/json")
    assert [one["result"] for one in answer.json()["items"]] == ["accepted"] * 5
    again = client.post(address, json.dumps({"items": items}), content_type="application/json")
    assert [one["result"] for one in again.json()["items"]] == ["already"] * 5
    assert client.post(address, "{", content_type="application/json").status_code == 422
    assert (
        cast.client("sibling").post(address, json.dumps({"items": items}), content_type="application/json").status_code
        == 404
    )


def test_ticking_holding_correcting_annulling(cast, people, meeting, row, at):
    made = meeting()
    client = cast.client("secretary")
    here = reverse("activities:attendance", args=[made.pk])
    client.post(here, {"participants": [str(row(made, one).pk) for one in people[:3]]})
    assert made.participants.filter(attendance="present").count() == 3
    Activity.objects.filter(pk=made.pk).update(starts_at=at - timedelta(minutes=1))
    client.post(reverse("activities:hold", args=[made.pk]))
    made.refresh_from_db()
    assert made.state == "held"
    data = {"participants": [str(row(made, people[4]).pk)], "attendance": "present", "reason": "漏签"}
    assert client.post(reverse("activities:correct", args=[made.pk]), data).status_code == 302
    assert client.post(reverse("activities:annul", args=[made.pk]), {"reason": ""}).status_code == 422
    assert client.post(reverse("activities:annul", args=[made.pk]), {"reason": "误录"}).status_code == 302
    assert "误录" in page(client.get(made.get_absolute_url()))


def test_rooms_groups_excuses_and_alliances_by_their_screens(cast, people, today):
    client = cast.client("secretary")
    data = {"name": "活动室", "seats": "40", "equipment": "投影仪"}
    assert client.post(reverse("activities:room_new"), data).status_code == 302
    room = Room.objects.get()
    assert "活动室" in page(client.get(reverse("activities:rooms")))
    book = reverse("activities:room_book", args=[room.pk])
    data = {"on": str(today + timedelta(days=1)), "begins": "09:00", "ends": "10:00", "purpose": "调解"}
    assert client.post(book, data).status_code == 302
    assert client.post(book, data).status_code == 422
    assert "调解" in page(client.get(reverse("activities:room", args=[room.pk])))
    taken = RoomBooking.objects.get()
    assert client.post(reverse("activities:release", args=[taken.pk]), {"room": str(room.pk)}).status_code == 302
    assert not RoomBooking.objects.exists()
    data = {"name": "第一党小组", "leader": str(people[1].pk), "members": [str(one.pk) for one in people[1:3]]}
    assert client.post(reverse("activities:group_new"), data).status_code == 302
    data = {"member": str(people[4].pk), "ground": "age", "since": str(today)}
    assert client.post(reverse("activities:excuse_new"), data).status_code == 302
    shown = page(client.get(reverse("activities:people")))
    assert "第一党小组" in shown
    assert people[4].name in shown
    data = {"name": "城乡结对", "on": str(today), "partners": "北宋镇杨树村党支部\n370522102201"}
    answer = client.post(reverse("activities:alliance_new"), data, follow=True)
    assert "芦苇村党支部" in page(answer)
    theirs = page(cast.client("far_secretary").get(reverse("activities:alliances")))
    assert "城乡结对" in theirs


def test_a_partner_opens_the_joint_activity_and_only_looks(cast, people, meeting):
    made = meeting()
    made.parties.create(organisation=cast.reed, organisation_name="芦苇村党支部")
    answer = cast.client("far_secretary").get(made.get_absolute_url())
    assert answer.status_code == 200
    assert "柳树村党支部" in page(answer)
    assert made.title in page(cast.client("far_secretary").get(LIST))
    assert cast.client("far_secretary").get(reverse("activities:edit", args=[made.pk])).status_code in {403, 404}


def test_home_pages_show_what_is_next(cast, people, meeting, account_of):
    made = meeting()
    account_of(people[3], "liu")
    assert made.title in page(cast.client("liu").get("/"))
    assert made.title in page(cast.client("secretary").get("/work/"))
