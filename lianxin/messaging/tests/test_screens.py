"""The screens of messaging: journeys through the doors, and who is turned away."""

import json
import re
from email import message_from_bytes, policy

import pytest
from django.db import transaction
from django.test import Client

from lianxin.kernel.authz import acting
from lianxin.kernel.time import day_of, today
from lianxin.messaging.facade import message_kind, send
from lianxin.messaging.forms import NoticeForm
from lianxin.messaging.messages import NOTICE
from lianxin.messaging.models import Message, Notice, Preference, PushSubscription, Recipient
from lianxin.messaging.tests.services import Browser, mail_server
from tests.cast import sign_in_now

KIND = message_kind("tests.shown", "messages of screens of tests")


@pytest.fixture
def member(people):
    client = Client()
    client.force_login(people.account)
    sign_in_now(client)
    return client


def told(cast, people, at, **given):
    with acting(cast.actor("secretary")), transaction.atomic():
        return send(
            cast.actor("secretary"),
            KIND,
            **{
                "to_members": [people.wei, people.hong],
                "title": "学习通知",
                "text": "请阅读",
                "link": "",
                "organisation": cast.willow.id,
                "organisation_path": cast.willow.path,
                "subject": cast.willow.id,
                "at": at,
                **given,
            },
        )


def text(answer):
    return answer.content.decode()


def test_a_member_finds_a_message_at_home_reads_and_confirms_it(cast, people, member, at):
    message = told(cast, people, at, must_read_by=today())
    assert "学习通知" in text(member.get("/"))
    assert "学习通知" in text(member.get("/messages/?show=unread"))
    assert "我已阅读" in text(member.get(f"/messages/{message.pk}/"))
    assert member.post(f"/messages/{message.pk}/confirm/").status_code == 302
    assert "我已阅读" not in text(member.get(f"/messages/{message.pk}/"))
    assert "学习通知" not in text(member.get("/"))
    assert Recipient.objects.get(account=people.account).confirmed_at is not None


def test_a_message_that_only_leads_somewhere_is_one_tap(cast, people, member, at):
    message = told(cast, people, at, text="", link="/me/")
    assert f"/messages/{message.pk}/open/" in text(member.get("/messages/"))
    answer = member.get(f"/messages/{message.pk}/open/")
    assert (answer.status_code, answer["Location"]) == (302, "/me/")
    assert Recipient.objects.get(account=people.account).read_at is not None


def test_a_link_never_leads_outside(cast, people, member, at):
    message = told(cast, people, at, link="https://elsewhere.example/")
    assert member.get(f"/messages/{message.pk}/open/")["Location"] == f"/messages/{message.pk}/"


def test_the_same_inbox_is_at_the_desk(cast, people, at):
    told(cast, people, at, to_accounts=[cast.sibling.pk])
    page = text(cast.client("sibling").get("/work/messages/"))
    assert "学习通知" in page
    assert 'href="/work/messages/"' in page


@pytest.mark.parametrize("who", ["sibling", "clerk", "stranger"])
def test_somebody_elses_message_is_not_there(cast, people, at, who):
    message = told(cast, people, at, must_read_by=day_of(at))
    client = cast.client(who)
    assert client.get(f"/messages/{message.pk}/").status_code == 404
    assert client.post(f"/messages/{message.pk}/confirm/").status_code == 404
    assert not Recipient.objects.filter(read_at__isnull=False).exists()


def test_who_has_not_signed_in_is_sent_to(db):
    assert Client().get("/messages/").status_code == 302


def test_pages_of_the_inbox_follow_each_other(cast, people, member, at):
    for number in range(53):
        told(cast, people, at, title=f"第{number}件")
    first = text(member.get("/messages/"))
    last = Recipient.objects.filter(account=people.account).order_by("-goes_at", "-id")[49]
    assert "第52件" in first
    assert "第2件" not in first
    second = text(member.get(f"/messages/?before={last.pk}"))
    assert "第2件" in second
    assert "第52件" not in second
    assert member.get("/messages/?before=nonsense").status_code == 200
    assert member.post("/messages/read/").status_code == 302
    assert "第52件" in text(member.get("/messages/"))  # nothing is unread, so all of it
    assert not Recipient.objects.filter(account=people.account, read_at=None).exists()


def choice(**given):
    return {"digest": "at_once", "quiet_from": "21:00", "quiet_until": "08:00", **given}


def test_choices_are_kept_and_nonsense_is_told(people, member):
    assert member.get("/messages/settings/").status_code == 200
    assert (
        member.post("/messages/settings/", choice(digest="daily", kind_messaging__notice="in_app")).status_code == 302
    )
    kept = Preference.objects.get()
    assert (kept.digest, kept.channels) == ("daily", {NOTICE.key: []})
    assert member.post("/messages/settings/", choice(quiet_from="25:00")).status_code == 422
    assert member.post("/messages/settings/", choice(kind_messaging__notice="pigeon")).status_code == 422
    assert Preference.objects.get().channels == {NOTICE.key: []}


def test_a_way_that_is_not_set_up_is_not_offered(people, member):
    page = text(member.get("/messages/settings/"))
    assert 'value="sms"' not in page
    assert 'value="push"' in page


def subscription(**given):
    browser = Browser()
    keys = {"p256dh": browser.p256dh, "auth": browser.auth}
    return json.dumps({"endpoint": "https://push.example/1", "keys": keys, **given})


def test_a_device_is_added_seen_and_ended_by_the_person_only(cast, people, member):
    path = "/messages/settings/devices/"
    agent = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36"
    added = member.post(path, subscription(), content_type="application/json", headers={"user-agent": agent})
    assert added.status_code == 201
    device = PushSubscription.objects.get()
    assert device.device == "Chrome · Android"
    assert "Chrome · Android" in text(member.get("/messages/settings/"))
    assert cast.client("sibling").post(f"{path}{device.pk}/end/").status_code == 404
    assert PushSubscription.objects.exists()
    assert member.post(f"{path}{device.pk}/end/").status_code == 302
    assert not PushSubscription.objects.exists()


@pytest.mark.parametrize(
    "body",
    ["", "[]", "{}", subscription(endpoint="http://127.0.0.1/"), subscription(keys={"p256dh": "x", "auth": "y"})],
)
def test_what_is_no_subscription_is_refused(people, member, body):
    answer = member.post("/messages/settings/devices/", body, content_type="application/json")
    assert answer.status_code == 422
    assert answer.json()["sentence"]
    assert not PushSubscription.objects.exists()


def test_a_browser_that_changes_hands_shows_the_messages_of_one_person(cast, people, member):
    body = subscription()
    for client in (member, cast.client("sibling")):
        assert client.post("/messages/settings/devices/", body, content_type="application/json").status_code == 201
    assert PushSubscription.objects.get().account_id == cast.sibling.pk


def test_an_address_counts_once_its_code_came_back(people, member, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    with mail_server() as (mailbox, port):
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        assert member.post("/messages/settings/email/", {"email": "no address"}).status_code == 422
        assert member.post("/messages/settings/email/", {"email": "wei@example.org"}).status_code == 302
        assert Preference.objects.get().email_confirmed_at is None
        (mail,) = mailbox.mails
        code = code_in(mail)
        assert member.post("/messages/settings/email/code/", {"code": "wrong"}).status_code == 422
        assert Preference.objects.get().email_code_tries == 1
        assert member.post("/messages/settings/email/code/", {"code": code}).status_code == 302
    kept = Preference.objects.get()
    assert kept.email_confirmed_at is not None
    assert kept.email_masked == "w****@example.org"
    assert b"wei@example.org" not in bytes(kept.email.blob)
    assert member.post("/messages/settings/email/", {"forget": "1"}).status_code == 302
    assert Preference.objects.get().email is None


def code_in(mail):
    return re.search(r"\d{6}", message_from_bytes(mail, policy=policy.default).get_content()).group()


def form(cast, place, **given):
    return {
        "organisation": str(place.pk),
        "title": "报送情况",
        "text": "请报送。",
        "audience": "below",
        "asked": "应缴人数 3\n实缴金额，约2分钟",
        **given,
    }


def test_a_notice_goes_out_only_past_its_cost(cast, people, at):
    client = cast.client("clerk")
    answer = client.post("/work/messages/notices/new/", form(cast, cast.county))
    notice = Notice.objects.get()
    assert answer["Location"] == f"/work/messages/notices/{notice.pk}/review/"
    assert notice.asked == [{"label": "应缴人数", "minutes": 3}, {"label": "实缴金额", "minutes": 2}]
    review = client.get(answer["Location"])
    draft = client.get("/work/messages/notices/").content.decode()
    assert draft.count("—</td>") == len(("recipients", "minutes_total"))  # not nought: not known before it goes out
    assert "30" in text(review)  # 6 minutes for five readers
    assert client.post(answer["Location"], {"version": "1", "seen": "nonsense"}).status_code == 409
    assert not Message.objects.exists()
    seen = review.context["cost"].seen
    assert client.post(answer["Location"], {"version": "1", "seen": seen}).status_code == 302
    page = text(client.get(f"/work/messages/notices/{notice.pk}/"))
    assert "报送情况" in page
    assert "报送情况" in text(client.get("/work/messages/notices/"))
    assert "柳树村党支部" in text(client.get("/work/messages/notices/burden/"))
    secretary = cast.client("secretary")
    message = Message.objects.get()
    assert "应缴人数" in text(secretary.get(f"/work/messages/{message.pk}/"))
    assert secretary.get(f"/work/messages/notices/{notice.pk}/").status_code == 404
    replaced = {"replace-title": "报送情况（更正）", "replace-text": "不用报了。", "replace-reason": "有误"}
    assert client.post(f"/work/messages/notices/{notice.pk}/replace/", replaced).status_code == 302
    assert "更正" in text(client.get(f"/work/messages/notices/{notice.pk}/"))
    path = f"/work/messages/notices/{notice.pk}/withdraw/"
    assert client.post(path, {"withdraw-reason": ""}).status_code == 422
    assert client.post(path, {"withdraw-reason": "重复"}).status_code == 302
    assert Notice.objects.get().state == Notice.State.WITHDRAWN


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("水电情况，约20分钟", ("水电情况", 20)),
        ("水电情况 20 分", ("水电情况", 20)),
        ("是否签约 大约 5", ("是否签约", 5)),
        ("2026年1-6月 3", ("2026年1-6月", 3)),
        ("路灯： 15 分钟", ("路灯", 15)),
        ("表1 4", ("表1", 4)),
    ],
)
def test_the_minutes_are_read_at_the_end_of_a_line(cast, line, read):
    asked = NoticeForm(form(cast, cast.county, asked=line), places=[cast.county], may_send_below=True)
    assert asked.is_valid(), asked.errors
    assert asked.cleaned_data["asked"] == [read]


@pytest.mark.parametrize(
    "line",
    [
        "没有时间",
        "可参加的日期 两分钟",
        "水电 5-10分钟",
        "水电 5 - 10",
        "水电 1小时 30分钟",
        "水电 1:30",
        "20分钟",
        "约 20分钟",
        "水电 1.5",
    ],
)
def test_a_line_without_minutes_is_refused_and_kept(cast, line):
    answer = cast.client("clerk").post("/work/messages/notices/new/", form(cast, cast.county, asked=f"人数 3\n{line}"))
    assert answer.status_code == 422
    assert f"“{line}”：请在末尾空一格填写所需分钟数" in text(answer)
    assert f"人数 3\n{line}</textarea>" in answer.content.decode()
    assert not Notice.objects.exists()


@pytest.mark.parametrize("minutes", ["0", "481", "500000"])
def test_minutes_out_of_bounds_are_refused(cast, minutes):
    answer = cast.client("clerk").post(
        "/work/messages/notices/new/", form(cast, cast.county, asked=f"消防隐患 {minutes}")
    )
    assert answer.status_code == 422
    assert "“消防隐患”：不超过80个字，时间为1至480分钟。" in text(answer)


@pytest.mark.parametrize(
    ("who", "status"), [("viewer", 403), ("stranger", 403), ("auditor", 403), ("town_clerk", 404), ("secretary", 404)]
)
def test_who_may_not_send_it_changes_nothing(cast, at, who, status):
    cast.client("clerk").post("/work/messages/notices/new/", form(cast, cast.county))
    notice = Notice.objects.get()
    for act in ("review", "discard", "change"):
        answer = cast.client(who).post(f"/work/messages/notices/{notice.pk}/{act}/", {"version": "1", "seen": ""})
        assert answer.status_code == status
    assert Notice.objects.get().state == Notice.State.DRAFT


def test_organisations_are_picked_by_name_and_unknown_ones_are_told(cast):
    client = cast.client("town_clerk")
    path = "/work/messages/notices/new/"
    wrong = client.post(path, form(cast, cast.north, audience="picked", picked="柳树村党支部\n芦苇村党支部"))
    assert wrong.status_code == 422
    assert "芦苇村党支部" in text(wrong)
    assert not Notice.objects.exists()
    assert client.post(path, form(cast, cast.north, audience="picked", picked="柳树村党支部")).status_code == 302
    assert Notice.objects.get().picked == [str(cast.willow.pk)]
    change = f"/work/messages/notices/{Notice.objects.get().pk}/change/"
    assert "370522101201" in text(client.get(change))
    assert client.post(change, form(cast, cast.north, audience="below", version="1")).status_code == 302
    assert client.post(change, form(cast, cast.north, audience="below", version="1")).status_code == 422


def test_lines_the_search_writes_are_known_by_their_code_and_nothing_typed_is_lost(cast):
    client, path = cast.client("town_clerk"), "/work/messages/notices/new/"
    shown = text(client.get(path))
    assert 'data-island="combobox-many"' in shown
    assert 'data-url="/work/organisations/choices/?value=code"' in shown
    found = client.get("/work/organisations/choices/", {"q": "柳树", "value": "code"}).json()["results"]
    line = f"{found[0]['label']}（{found[0]['value']}）"
    lines = f"{line}\n柳树村党支部\n没有这个党支部（99）"
    wrong = client.post(path, form(cast, cast.north, audience="picked", picked=lines))
    assert wrong.status_code == 422
    assert lines in text(wrong)
    assert len(wrong.context["form"].errors["picked"]) == 1
    assert not Notice.objects.exists()
    right = form(cast, cast.north, audience="picked", picked=f"{line}\n柳树村党支部")
    assert client.post(path, right).status_code == 302
    assert Notice.objects.get().picked == [str(cast.willow.pk)]
    assert line in text(client.get(f"/work/messages/notices/{Notice.objects.get().pk}/change/"))


def test_who_may_not_send_below_has_no_search_of_organisations(cast):
    assert "combobox-many" not in text(cast.client("secretary").get("/work/messages/notices/new/"))


def test_a_secretary_is_offered_the_own_members_only(cast):
    page = text(cast.client("secretary").get("/work/messages/notices/new/"))
    assert 'value="members"' in page
    assert 'value="below"' not in page
    answer = cast.client("secretary").post("/work/messages/notices/new/", form(cast, cast.willow, audience="below"))
    assert answer.status_code == 422


def test_the_sender_sees_who_confirmed_an_invitation(cast, people, at):
    message = told(cast, people, at, must_read_by=today())
    page = text(cast.client("secretary").get(f"/work/messages/{message.pk}/sent/"))
    assert "王红" in page  # not reachable online
    assert cast.client("sibling").get(f"/work/messages/{message.pk}/sent/").status_code == 404


def test_the_inbox_page_takes_as_many_queries_for_many_as_for_one(
    cast, people, member, at, django_assert_max_num_queries
):
    told(cast, people, at)
    member.get("/messages/")
    with django_assert_max_num_queries(20) as few:
        member.get("/messages/")
    count = len(few)
    for _number in range(30):
        told(cast, people, at)
    with django_assert_max_num_queries(count):
        member.get("/messages/")
