"""What can happen to organisations, in the words of a timeline."""

from django.utils.translation import gettext_lazy as _

from lianxin.kernel.events import event_type

SET_UP = event_type("organisations.set_up", _("set up the organisation"))
FACTS_CHANGED = event_type("organisations.facts_changed", _("changed facts of the organisation"))
RENAMED = event_type("organisations.renamed", _("renamed the organisation"))
MOVED = event_type("organisations.moved", _("moved the organisation under another parent"))
MERGED = event_type("organisations.merged", _("merged organisations"))
SPLIT = event_type("organisations.split", _("split the organisation"))
DISSOLVED = event_type("organisations.dissolved", _("dissolved the organisation"))
TERM_BEGUN = event_type("organisations.term_begun", _("recorded a new term of office"))
TERM_ENDED = event_type("organisations.term_ended", _("recorded the end of a term of office"))
TERM_CORRECTED = event_type("organisations.term_corrected", _("corrected a term of office"))
LOCAL_VALUE_SET = event_type("organisations.local_value_set", _("set a local value of a rule"))
LOCAL_VALUE_ENDED = event_type("organisations.local_value_ended", _("ended a local value of a rule"))
GRANTED = event_type("organisations.granted", _("gave a role"))
REVOKED = event_type("organisations.revoked", _("revoked a role"))
GRANT_ASKED = event_type("organisations.grant_asked", _("asked for a role that a second person confirms"))
GRANT_CONFIRMED = event_type("organisations.grant_confirmed", _("confirmed a role as second person; it is given"))
GRANT_DECLINED = event_type("organisations.grant_declined", _("declined a role as second person"))
GRANT_WITHDRAWN = event_type("organisations.grant_withdrawn", _("withdrew the request for a role"))
GRANT_EXPIRED = event_type("organisations.grant_expired", _("let the request for a role expire undecided"))
LENT = event_type("organisations.lent", _("lent a role"))
LENDING_ENDED = event_type("organisations.lending_ended", _("ended a borrowed role"))
IMPORT_UNDONE = event_type("organisations.import_undone", _("took back an imported organisation"))
