"""The kinds of messages that ceremonies send."""

from django.utils.translation import gettext_lazy as _

from lianxin.messaging.facade import message_kind

GREETING = message_kind("ceremonies.greeting", _("greetings on the political birthday"))
