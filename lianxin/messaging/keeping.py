"""What this module keeps of persons, what for, who sees it, and for how long."""

from django.utils.translation import gettext_lazy as _

from lianxin.kernel.processing import Processing
from lianxin.kernel.retention.types import Fate, RecordType
from lianxin.messaging.models import Message, Notice, Preference, PushSubscription
from lianxin.messaging.permissions import OWN, SEND, VIEW

PEOPLE = _("members, and those who work for organisations")

PROCESSING = (
    Processing(
        "messaging.messages",
        _("Messages and confirmations"),
        PEOPLE,
        _("Telling people of organisation life, and knowing who has to be told in another way"),
        (("FORM17", ""), ("PIPL", "13")),
        lambda: [
            _("title and text of messages"),
            _("when a message was first opened, and when it was confirmed; never how long it was read"),
            _("by which way it went, and whether it arrived"),
        ],
        (OWN, VIEW, SEND),
        ("messaging.messages", "messaging.notices"),
        _(
            "The title of a message goes to the push service of the browser’s maker (encrypted for the device), to the "
            "mail server, or to the service for text messages, where the person or the installation chose that."
        ),
    ),
    Processing(
        "messaging.choices",
        _("Choices about messages"),
        PEOPLE,
        _("Sending messages in the way and at the time the person wants"),
        (("PIPL", "13"),),
        lambda: [
            _("ways and quiet hours"),
            _("e-mail address, if one was given"),
            _("devices that show notifications, with the address and keys their browser made"),
        ],
        (OWN,),
        ("messaging.choices", "messaging.devices"),
        _("Not shared."),
        sealed=("messaging.Preference.email",),
    ),
)

RECORD_TYPES = (
    RecordType(
        "messaging.messages",
        _("messages with their recipients and deliveries"),
        _("Needed while it can be asked who was told what; the notice itself is kept as long."),
        Fate.DELETE,
        lambda: Message.objects.filter(notice__isnull=True, replaced_by__isnull=True),
        since="goes_at",
        since_words=_("the day it appeared"),
        rule="retention.messages.months",
    ),
    RecordType(
        "messaging.notices",
        _("notices with their cost"),
        _("Kept: what organisations had to do because of notices is part of their record, and names no member."),
        Fate.KEEP,
        Notice.objects.all,
        since="created_at",
        since_words=_("the day it was written"),
    ),
    RecordType(
        "messaging.choices",
        _("choices about messages"),
        _("Kept as long as the account; the person changes or removes them at any time."),
        Fate.KEEP,
        Preference.objects.all,
        since="updated_at",
        since_words=_("the last change"),
    ),
    RecordType(
        "messaging.devices",
        _("devices that show notifications"),
        _("Kept until the person ends them, or the browser no longer listens."),
        Fate.KEEP,
        PushSubscription.objects.all,
        since="created_at",
        since_words=_("the day it was added"),
    ),
)
