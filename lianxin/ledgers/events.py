"""What can happen with ledgers, layouts and forms."""

from django.utils.translation import gettext_lazy as _

from lianxin.kernel.events import event_type

TAKEN_AWAY = event_type("ledgers.taken_away", _("took a ledger away as a file"))
LAYOUT_UPLOADED = event_type("ledgers.layout_uploaded", _("uploaded a layout"))
LAYOUT_REPLACED = event_type("ledgers.layout_replaced", _("uploaded a new version of a layout"))
LAYOUT_WITHDRAWN = event_type("ledgers.layout_withdrawn", _("withdrew a layout"))
FORM_WRITTEN = event_type("ledgers.form_written", _("wrote a form"))
FORM_CHANGED = event_type("ledgers.form_changed", _("changed the draft of a form"))
FORM_DISCARDED = event_type("ledgers.form_discarded", _("discarded the draft of a form"))
FORM_SENT = event_type("ledgers.form_sent", _("sent a form"))
FORM_CLOSED = event_type("ledgers.form_closed", _("closed a form"))
REPLY_SENT = event_type("ledgers.reply_sent", _("filled in a form"))
REPLY_TAKEN_BACK = event_type("ledgers.reply_taken_back", _("took back the answers to a form"))
