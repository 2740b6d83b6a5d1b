"""Handing a parcel to the port of its way."""

from datetime import datetime

from lianxin.messaging.channels import Channel
from lianxin.messaging.models import Delivery, Preference, PushSubscription
from lianxin.messaging.ports import NotCarried, Parcel, email, sms, wechat
from lianxin.messaging.ports.push import DeviceGone, send_push


def is_offered(channel: str) -> bool:
    """Whether the installation has set the way up, so that people can choose it."""
    return {
        Channel.PUSH: True,
        Channel.EMAIL: email.is_set_up(),
        Channel.SMS: sms.is_set_up(),
        Channel.WECHAT: wechat.is_set_up(),
    }.get(Channel(channel), False)


def carry(delivery: Delivery, parcel: Parcel, *, at: datetime) -> str:
    """Carry the parcel to the delivery's person; what the other side answered.

    Raises:
        NotCarried: it did not arrive.
    """
    if not delivery.account.is_active:
        raise NotCarried("account closed", is_final=True)
    if delivery.channel == Channel.PUSH:
        return _to_devices(delivery, parcel, at=at)
    if delivery.channel == Channel.EMAIL:
        return _to_mailbox(delivery, parcel)
    if delivery.channel == Channel.SMS:
        phone = delivery.account.phone
        if phone is None:
            raise NotCarried("no telephone", is_final=True)
        return sms.sms_port().send(phone.reveal(), f"【{parcel.line}】{parcel.title} {parcel.url}")
    return wechat.wechat_port().send(delivery.account_id, parcel)


def _to_devices(delivery: Delivery, parcel: Parcel, *, at: datetime) -> str:
    """Every device of the person. One that shows it is enough; devices that are gone are forgotten."""
    said = ""
    failures: list[NotCarried] = []
    for device in PushSubscription.objects.filter(account=delivery.account_id).order_by("id"):
        try:
            said = send_push(endpoint=device.endpoint, p256dh=device.p256dh, auth=device.auth, parcel=parcel)
        except DeviceGone as outcome:
            device.delete()
            failures.append(outcome)
        except NotCarried as outcome:
            failures.append(outcome)
        else:
            PushSubscription.objects.filter(pk=device.pk).update(last_sent_at=at)
    if said:
        return said
    if not failures:
        raise NotCarried("no device", is_final=True)
    raise NotCarried(failures[-1].reason, is_final=all(one.is_final for one in failures))


def _to_mailbox(delivery: Delivery, parcel: Parcel) -> str:
    choice = Preference.objects.filter(account=delivery.account_id).first()
    if choice is None or choice.email is None or choice.email_confirmed_at is None:
        raise NotCarried("no address", is_final=True)
    if not email.is_set_up():
        raise NotCarried("no e-mail server", is_final=True)
    return email.send_email(choice.email.reveal(), parcel, delivery=delivery.pk)
