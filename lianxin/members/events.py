"""What can happen to members' records, in the words of a timeline."""

from django.utils.translation import gettext_lazy as _

from lianxin.kernel.events import event_type

ADDED = event_type("members.added", _("entered the member in the register"))
UPDATED = event_type("members.updated", _("recorded a change"))
CORRECTED = event_type("members.corrected", _("corrected the record"))
MOVED = event_type("members.moved", _("moved the member to another organisation"))
STATUS_CHANGED = event_type("members.status_changed", _("recorded a change of membership status"))
REVEALED = event_type("members.revealed", _("looked at personal data"), is_look=True)
APPOINTED = event_type("members.appointed", _("appointed to a post"))
RELIEVED = event_type("members.relieved", _("relieved of a post"))
CORRECTION_ASKED = event_type("members.correction_asked", _("asked for a correction"))
CORRECTION_DECIDED = event_type("members.correction_decided", _("decided on a correction"))
CODE_ISSUED = event_type("members.code_issued", _("handed out a code to claim the record"))
CLAIMED = event_type("members.claimed", _("claimed the record"))
IMPORT_UNDONE = event_type("members.import_undone", _("took back an imported record"))
RIGHT_ASKED = event_type("members.right_asked", _("asked to restrict or delete own data"))
RIGHT_DECIDED = event_type("members.right_decided", _("decided on a request to restrict or delete"))
RIGHT_LIFTED = event_type("members.right_lifted", _("lifted a restriction"))
CONSENTED = event_type("members.consented", _("gave consent"))
CONSENT_WITHDRAWN = event_type("members.consent_withdrawn", _("withdrew consent"))
OWN_DATA_TAKEN = event_type("members.own_data_taken", _("took away own data"))
