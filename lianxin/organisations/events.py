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
GRANTED = event_type("organisations.granted", _("gave a role"))
REVOKED = event_type("organisations.revoked", _("revoked a role"))
IMPORT_UNDONE = event_type("organisations.import_undone", _("took back an imported organisation"))
