"""What can happen with messages between organisations and members."""

from django.utils.translation import gettext_lazy as _

from lianxin.kernel.events import event_type

NOTICE_WRITTEN = event_type("messaging.notice_written", _("wrote a notice"))
NOTICE_CHANGED = event_type("messaging.notice_changed", _("changed the draft of a notice"))
NOTICE_SENT = event_type("messaging.notice_sent", _("sent a notice"))
NOTICE_DISCARDED = event_type("messaging.notice_discarded", _("discarded the draft of a notice"))
WITHDRAWN = event_type("messaging.withdrawn", _("withdrew a message"))
CONFIRMED = event_type("messaging.confirmed", _("confirmed having read a message"))
ESCALATED = event_type("messaging.escalated", _("told the secretary who has not confirmed a message"))
CHOICE_CHANGED = event_type("messaging.choice_changed", _("changed their choice about messages"))
DEVICE_ADDED = event_type("messaging.device_added", _("let a device show messages"))
DEVICE_ENDED = event_type("messaging.device_ended", _("ended messages on a device"))
