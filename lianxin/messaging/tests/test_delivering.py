"""On the way: real services on this machine, faults, quiet hours, summaries, and jobs that run twice."""

from contextlib import contextmanager
from datetime import datetime, time, timedelta
from email import message_from_bytes, policy
from unittest.mock import patch

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob
from py_vapid import Vapid02

from lianxin.kernel.authz import Actor, acting
from lianxin.kernel.privacy.sealed import Sealed
from lianxin.kernel.time import SHANGHAI
from lianxin.kernel.web.actors import actor_of
from lianxin.messaging.actions.delivering import CLAIMED_FOR, back_off, deliver_due
from lianxin.messaging.actions.reading import open_message
from lianxin.messaging.actions.routing import end_of_quiet, next_summary
from lianxin.messaging.actions.withdrawing import withdraw
from lianxin.messaging.channels import Channel
from lianxin.messaging.facade import message_kind, send
from lianxin.messaging.jobs import deliver
from lianxin.messaging.models import Delivery, Preference, PushSubscription, Recipient
from lianxin.messaging.ports import UNTIL_TRIED, NotCarried, push
from lianxin.messaging.tests.services import Browser, GoodPort, mail_server, push_service

KIND = message_kind("tests.plain", "plain messages of tests")
URGENT = message_kind("tests.urgent", "urgent messages of tests", urgent=True)
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=SHANGHAI)
NIGHT = datetime(2026, 3, 2, 23, 30, tzinfo=SHANGHAI)
MORNING = datetime(2026, 3, 3, 8, 0, tzinfo=SHANGHAI)
LITTLE = timedelta(minutes=1)
State = Delivery.State


@pytest.fixture(autouse=True)
def _keys_of_a_test(settings, tmp_path):
    settings.VAPID_FILE = tmp_path / "vapid.pem"
    settings.FETCH_NETWORKS = ["127.0.0.0/8"]
    settings.PUBLIC_ADDRESS = "https://dj.example.cn"
    push._keys.cache_clear()


@pytest.fixture
def told(cast, people):
    def told(at=NOON, kind=KIND, **given):
        with transaction.atomic():
            return send(
                cast.actor("secretary"),
                kind,
                to_members=[people.wei],
                **{
                    "title": "主题党日改到周五",
                    "text": "",
                    "link": "",
                    "organisation": cast.willow.id,
                    "organisation_path": cast.willow.path,
                    "subject": cast.willow.id,
                    "at": at,
                    **given,
                },
            )

    return told


def choose(people, at=NOON, **given):
    Preference.objects.update_or_create(account=people.account, defaults={"updated_at": at, **given})


def with_mailbox(people, settings, port, **given):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    choose(people, email=Sealed.of("wei@example.org", "email"), email_confirmed_at=NOON, **given)


def with_device(people, url, browser):
    return PushSubscription.objects.create(
        account=people.account, endpoint=url, p256dh=browser.p256dh, auth=browser.auth, device="Chrome", created_at=NOON
    )


def outside(message):
    return Delivery.objects.exclude(channel=Channel.IN_APP).get(recipient__message=message)


def test_a_push_reaches_the_device_encrypted_for_it_and_signed(people, told):
    browser = Browser()
    with push_service() as service:
        with_device(people, service.url, browser)
        message = told()
        assert deliver_due(at=NOON) == 1
        assert deliver_due(at=NOON) == 0  # a second run finds nothing due
    ((headers, body),) = service.got
    assert browser.opened(body) == {
        "title": "主题党日改到周五",
        "body": "柳树村党支部",
        "url": f"https://dj.example.cn/messages/{message.pk}/",
        "tag": str(message.pk),
    }
    assert headers["content-encoding"] == "aes128gcm"
    assert len(headers["topic"]) <= 32  # RFC 8030
    assert Vapid02.verify(headers["authorization"])
    assert headers["authorization"].endswith(push.public_key())
    assert outside(message).state == State.SENT


def test_a_device_that_is_gone_is_forgotten(people, told):
    with push_service() as service:
        service.answers = 410
        with_device(people, service.url, Browser())
        message = told()
        deliver_due(at=NOON)
    assert not PushSubscription.objects.exists()
    assert (outside(message).state, outside(message).reason) == (State.FAILED, "HTTP 410")


def test_a_service_that_is_down_is_tried_again_later_and_given_up_in_the_end(people, told):
    with push_service() as service:
        service.answers = 503
        with_device(people, service.url, Browser())
        message, at = told(), NOON
        for attempt in range(1, UNTIL_TRIED + 1):
            deliver_due(at=at)
            assert len(service.got) == attempt
            deliver_due(at=at + timedelta(seconds=1))  # not due yet
            assert len(service.got) == attempt
            at = max(at + back_off(attempt) + LITTLE, MORNING if attempt == UNTIL_TRIED - 1 else at)
        deliver_due(at=at)
    assert len(service.got) == UNTIL_TRIED
    assert (outside(message).state, outside(message).reason) == (State.FAILED, "HTTP 503")
    assert Recipient.objects.filter(message=message, is_withdrawn=False).exists()  # the inbox has it all the same


def test_a_push_address_inside_ones_own_network_is_not_asked(people, told, settings):
    settings.FETCH_NETWORKS = []
    with push_service() as service:
        with_device(people, service.url, Browser())
        told()
        deliver_due(at=NOON)
    assert service.got == []


def test_an_email_is_a_plain_text_without_what_the_message_says(people, told, settings):
    with mail_server() as (mailbox, port):
        with_mailbox(people, settings, port)
        message = told(text="李伟同志的谈话记录")
        deliver_due(at=NOON)
    (mail,) = (message_from_bytes(one, policy=policy.default) for one in mailbox.mails)
    assert mail["Subject"] == "主题党日改到周五"
    assert mail["Message-ID"].startswith(f"<{outside(message).pk}@")
    assert mail.get_content_type() == "text/plain"
    assert f"https://dj.example.cn/messages/{message.pk}/" in mail.get_content()
    assert "谈话记录" not in mail.get_content()


@pytest.mark.parametrize(("answer", "state"), [("550 No such user", State.FAILED), ("451 Try later", State.WAITING)])
def test_a_mailbox_that_refuses_for_good_is_not_tried_again(people, told, settings, answer, state):
    with mail_server() as (mailbox, port):
        mailbox.answer = answer
        with_mailbox(people, settings, port)
        message = told()
        deliver_due(at=NOON)
    assert (outside(message).state, outside(message).reason) == (state, f"SMTP {answer[:3]}")


def test_a_text_message_goes_through_the_class_of_the_installation(people, told, settings):
    settings.MESSAGES_SMS = "lianxin.messaging.tests.services.GoodPort"
    people.account.phone = Sealed.of("13800000000", "phone")
    people.account.save()
    choose(people, channels={KIND.key: ["sms"]})
    told()
    GoodPort.sent.clear()
    deliver_due(at=NOON)
    ((phone, text),) = GoodPort.sent
    assert phone == "13800000000"
    assert "主题党日改到周五" in text


def test_a_port_with_a_fault_stops_nothing_else(people, told, settings):
    settings.MESSAGES_SMS = "lianxin.messaging.tests.services.BrokenPort"
    people.account.phone = Sealed.of("13800000000", "phone")
    people.account.save()
    browser = Browser()
    with push_service() as service:
        with_device(people, service.url, browser)
        choose(people, channels={KIND.key: ["sms", "push"]})
        told()
        deliver_due(at=NOON)
    assert len(service.got) == 1
    kept = {one.channel: (one.state, one.reason) for one in Delivery.objects.all()}
    assert kept["sms"] == (State.WAITING, "ZeroDivisionError")
    assert kept["push"][0] == kept["in_app"][0] == State.SENT


def test_a_worker_killed_after_sending_leaves_the_rest_to_the_next_one(people, told):
    browser = Browser()
    with push_service() as service:
        with_device(people, service.url, browser)
        message = told()
        with (
            patch("lianxin.messaging.actions.delivering._keep", side_effect=KeyboardInterrupt),
            pytest.raises(KeyboardInterrupt),
        ):
            deliver_due(at=NOON)
        assert outside(message).state == State.WAITING
        deliver_due(at=NOON + CLAIMED_FOR + LITTLE)
    tags = [browser.opened(body)["tag"] for _headers, body in service.got]
    assert tags == [str(message.pk)] * 2  # at least once, under the same tag
    assert outside(message).state == State.SENT


def test_in_quiet_hours_only_what_is_urgent_leaves(people, told):
    with push_service() as service:
        with_device(people, service.url, Browser())
        quiet, urgent = told(NIGHT), told(NIGHT, URGENT)
        assert (outside(quiet).state, outside(quiet).due_at) == (State.HELD, MORNING)
        deliver_due(at=NIGHT)
        assert (outside(quiet).state, outside(urgent).state) == (State.HELD, State.SENT)
        deliver_due(at=MORNING)
        assert outside(quiet).state == State.SENT
    assert len(service.got) == 2


def test_what_was_read_or_withdrawn_meanwhile_does_not_leave(cast, people, told):
    with push_service() as service:
        with_device(people, service.url, Browser())
        read, withdrawn = told(NIGHT), told(NIGHT)
        with acting(actor_of(people.account)):
            open_message(actor_of(people.account), message=read.pk, at=NIGHT)
        withdraw(cast.actor("secretary"), message=withdrawn.pk, reason="发错了", at=NIGHT)
        deliver_due(at=MORNING)
    assert service.got == []
    assert {outside(one).state for one in (read, withdrawn)} == {State.DROPPED}


@pytest.fixture
def by_sms(people, settings):
    """Wei gets text messages; what was sent is looked up in the port."""
    settings.MESSAGES_SMS = "lianxin.messaging.tests.services.GoodPort"
    people.account.phone = Sealed.of("13800000000", "phone")
    people.account.save()
    GoodPort.sent.clear()

    def by_sms(**given):
        choose(people, channels={KIND.key: ["sms"]}, **given)
        return GoodPort.sent

    return by_sms


@contextmanager
def while_sending(act):
    """Another worker, or the sender, acts at the instant the first parcel is being carried."""
    begun = []

    def send(self, phone, text):
        GoodPort.sent.append((phone, text))
        if not begun:
            begun.append(True)
            act()
        return "sms-1"

    with patch.object(GoodPort, "send", send):
        yield


def test_a_slow_service_lets_no_second_worker_send_again(told, by_sms):
    """The first parcel takes so long that the claim on the second lapses: the second worker has it then, alone."""
    got = by_sms()
    messages = [told(title="第一件"), told(title="第二件")]
    with while_sending(lambda: deliver_due(at=NOON + CLAIMED_FOR - LITTLE)):
        deliver_due(at=NOON)
    assert len(got) == 2
    assert [outside(one).attempts for one in messages] == [1, 1]
    GoodPort.sent.clear()
    messages = [told(title="第三件"), told(title="第四件")]

    def lapses():
        Delivery.objects.filter(pk=outside(messages[1]).pk).update(due_at=NOON)  # its claim is over
        deliver_due(at=NOON + LITTLE)

    with while_sending(lapses):
        deliver_due(at=NOON)
    assert [text.partition(" ")[0][-3:] for _phone, text in got] == ["第三件", "第四件"]
    assert [outside(one).attempts for one in messages] == [1, 1]
    assert {outside(one).state for one in messages} == {State.SENT}


def test_what_is_withdrawn_or_read_while_the_batch_is_on_its_way_does_not_leave(cast, people, told, by_sms):
    got = by_sms()
    _first, withdrawn, read = (told(title=title) for title in ("第一件", "第二件", "第三件"))

    def meanwhile():
        withdraw(cast.actor("secretary"), message=withdrawn.pk, reason="发错了", at=NOON)
        with acting(actor_of(people.account)):
            open_message(actor_of(people.account), message=read.pk, at=NOON)

    with while_sending(meanwhile):
        deliver_due(at=NOON)
    assert len(got) == 1
    assert {(outside(one).state, outside(one).reason) for one in (withdrawn, read)} == {
        (State.DROPPED, "withdrawn"),
        (State.DROPPED, "read"),
    }


def test_a_summary_is_not_cut_at_the_edge_of_a_batch(people, told, by_sms):
    got = by_sms(digest=Preference.Digest.DAILY)
    for number in range(5):
        told(NOON, title=f"第{number}件")
    with patch("lianxin.messaging.actions.delivering.BATCH", 2):
        assert deliver_due(at=MORNING) == 5
    assert len(got) == 1
    assert "5 条消息" in got[0][1]


def test_a_batch_is_claimed_with_as_many_queries_for_many_as_for_one(told, by_sms):
    by_sms(digest=Preference.Digest.DAILY)
    counts = []
    for size in (2, 9):
        for _number in range(size):
            told(NOON)
        with CaptureQueriesContext(connection) as queries:
            deliver_due(at=MORNING)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_try_that_failed_in_the_evening_waits_for_the_morning(told, by_sms):
    got = by_sms()
    late = datetime(2026, 3, 2, 20, 58, tzinfo=SHANGHAI)
    with patch.object(GoodPort, "send", side_effect=NotCarried("busy", is_final=False)):
        quiet = told(late)
        deliver_due(at=late)
    deliver_due(at=late + back_off(1) + LITTLE)
    assert got == []
    assert (outside(quiet).state, outside(quiet).due_at, outside(quiet).attempts) == (State.HELD, MORNING, 1)
    deliver_due(at=MORNING + LITTLE)
    assert len(got) == 1
    assert outside(quiet).state == State.SENT


def test_a_summary_waits_for_the_end_of_quiet_hours_too(told, by_sms):
    got = by_sms(digest=Preference.Digest.DAILY, quiet_from=time(21), quiet_until=time(10))
    message, ten = told(NOON), MORNING.replace(hour=10)
    assert (outside(message).state, outside(message).due_at) == (State.DIGEST, ten)
    Delivery.objects.filter(pk=outside(message).pk).update(due_at=MORNING)  # as it was when other hours were chosen
    deliver_due(at=MORNING)
    assert got == []
    assert (outside(message).state, outside(message).due_at) == (State.DIGEST, ten)
    deliver_due(at=ten)
    assert len(got) == 1


def test_a_summary_is_one_parcel(people, told):
    browser = Browser()
    choose(people, digest=Preference.Digest.DAILY)
    with push_service() as service:
        with_device(people, service.url, browser)
        told(NOON, title="第一件")
        told(NOON, title="第二件")
        deliver_due(at=NOON)
        assert service.got == []
        deliver_due(at=MORNING)
    ((_headers, body),) = service.got
    assert browser.opened(body)["title"] == "2 条消息"
    assert browser.opened(body)["body"] == "第一件\n第二件"


def test_by_default_there_is_one_way_beside_the_inbox(people, told, settings):
    with_mailbox(people, settings, 1)
    with_device(people, "https://push.example/1", Browser())
    message = told()
    assert set(Delivery.objects.filter(recipient__message=message).values_list("channel", flat=True)) == {
        "in_app",
        "push",
    }


def test_who_wants_the_inbox_only_gets_nothing_else(people, told):
    with_device(people, "https://push.example/1", Browser())
    choose(people, channels={KIND.key: []})
    message = told()
    assert [one.channel for one in Delivery.objects.filter(recipient__message=message)] == ["in_app"]


@pytest.mark.parametrize(
    ("at", "since", "until", "end"),
    [
        (NIGHT, time(21), time(8), MORNING),
        (datetime(2026, 3, 3, 7, 59, tzinfo=SHANGHAI), time(21), time(8), MORNING),
        (MORNING, time(21), time(8), None),
        (datetime(2026, 3, 2, 21, 0, tzinfo=SHANGHAI), time(21), time(8), MORNING),
        (NOON, time(11, 30), time(14), datetime(2026, 3, 2, 14, 0, tzinfo=SHANGHAI)),
        (NOON, time(9), time(9), None),
    ],
)
def test_quiet_hours_end(at, since, until, end):
    assert end_of_quiet(at, since, until) == end


def test_summaries_come_in_the_morning():
    assert next_summary(NOON, weekly=False) == MORNING
    assert next_summary(MORNING - timedelta(hours=1), weekly=False) == MORNING
    assert next_summary(NOON, weekly=True) == datetime(2026, 3, 9, 8, 0, tzinfo=SHANGHAI)  # 2 March 2026 is a Monday


def test_the_key_pair_is_made_once_and_readable_by_its_owner_only(settings):
    first = push.public_key()
    push._keys.cache_clear()
    assert push.public_key() == first
    assert settings.VAPID_FILE.stat().st_mode & 0o077 == 0
    assert [one.name for one in settings.VAPID_FILE.parent.iterdir() if one.name.startswith("vapid")] == ["vapid.pem"]


def test_the_job_is_asked_for_with_the_message_and_runs_twice_without_harm(people, told):
    with push_service() as service:
        with_device(people, service.url, Browser())
        message = told(NOON, URGENT)
        job = ProcrastinateJob.objects.get(task_name="messaging.deliver")
        assert job.args == {"message_id": str(message.pk)}
        with acting(Actor.nobody()):
            deliver(**job.args)
            deliver(**job.args)
    assert len(service.got) == 1
