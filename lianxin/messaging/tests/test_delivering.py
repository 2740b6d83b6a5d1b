"""On the way: real services on this machine, faults, quiet hours, summaries, and jobs that run twice."""

from datetime import datetime, time, timedelta
from email import message_from_bytes, policy
from unittest.mock import patch

import pytest
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob
from py_vapid import Vapid02

from lianxin.kernel.authz import Actor, acting
from lianxin.kernel.privacy.sealed import Sealed
from lianxin.kernel.time import SHANGHAI
from lianxin.kernel.web.actors import actor_of
from lianxin.messaging.actions.delivering import back_off, deliver_due
from lianxin.messaging.actions.reading import open_message
from lianxin.messaging.actions.routing import end_of_quiet, next_summary
from lianxin.messaging.actions.withdrawing import withdraw
from lianxin.messaging.channels import Channel
from lianxin.messaging.facade import message_kind, send
from lianxin.messaging.jobs import deliver
from lianxin.messaging.models import Delivery, Preference, PushSubscription, Recipient
from lianxin.messaging.ports import UNTIL_TRIED, push
from lianxin.messaging.tests.services import Browser, GoodPort, mail_server, push_service

KIND = message_kind("tests.plain", "plain messages of tests")
URGENT = message_kind("tests.urgent", "urgent messages of tests", urgent=True)
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=SHANGHAI)
NIGHT = datetime(2026, 3, 2, 23, 30, tzinfo=SHANGHAI)
MORNING = datetime(2026, 3, 3, 8, 0, tzinfo=SHANGHAI)
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
            at += back_off(attempt)
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
        deliver_due(at=NOON + back_off(1))
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
