"""What can happen before something becomes public. Events hold kinds, numbers and digests, never what was found."""

from django.utils.translation import gettext_lazy as _

from lianxin.kernel.events import event_type

HANDED_IN = event_type("disclosure.handed_in", _("handed in a text or file to be checked before publishing"))
CHECKED = event_type("disclosure.checked", _("had a text or file checked before publishing"))
OVERRIDE_ASKED = event_type("disclosure.override_asked", _("asked to publish in spite of findings"))
OVERRIDE_APPROVED = event_type("disclosure.override_approved", _("approved publishing in spite of findings"))
OVERRIDE_DECLINED = event_type("disclosure.override_declined", _("declined publishing in spite of findings"))
OVERRIDE_WITHDRAWN = event_type(
    "disclosure.override_withdrawn", _("withdrew a request to publish in spite of findings")
)
OVERRIDE_LAPSED = event_type("disclosure.override_lapsed", _("let a request lapse with the content it was about"))
ORIGINAL_OPENED = event_type("disclosure.original_opened", _("opened a checked original with its personal data"))
CONTENT_REMOVED = event_type("disclosure.content_removed", _("removed the content of an old check"))
