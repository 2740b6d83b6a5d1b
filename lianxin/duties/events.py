"""What can happen with what is due. Duties follow from rules and the acts of others; only addresses are acts."""

from django.utils.translation import gettext_lazy as _

from lianxin.kernel.events import event_type

FEED_OPENED = event_type("duties.feed_opened", _("made a secret calendar address"))
FEED_REVOKED = event_type("duties.feed_revoked", _("ended a secret calendar address"))
