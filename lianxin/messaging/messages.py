"""The kinds of messages that messaging sends itself."""

from django.utils.translation import gettext_lazy as _

from lianxin.messaging.kinds import message_kind

NOTICE = message_kind("messaging.notice", _("notices of organisations"))
NOT_CONFIRMED = message_kind("messaging.not_confirmed", _("members who have not confirmed a message (for secretaries)"))
