"""What can happen with what is due: it follows from rules and the acts of others; addresses and exports are acts."""

from django.utils.translation import gettext_lazy as _

from lianxin.kernel.events import event_type

FEED_OPENED = event_type("duties.feed_opened", _("made a secret calendar address"))
PICTURE_EXPORTED = event_type("duties.picture_exported", _("exported the picture of what is due"))
FEED_REVOKED = event_type("duties.feed_revoked", _("ended a secret calendar address"))
