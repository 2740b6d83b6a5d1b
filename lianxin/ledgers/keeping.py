"""What this module keeps of persons, what for, who sees it, and for how long."""

from django.utils.translation import gettext_lazy as _

from lianxin.kernel.processing import Processing
from lianxin.kernel.retention.types import Fate, RecordType
from lianxin.ledgers.models import LayoutVersion, Reply, ReportForm
from lianxin.ledgers.permissions import EXPORT, FILL, FORM_VIEW, VIEW

PROCESSING = (
    Processing(
        "ledgers.ledgers",
        _("Ledgers made from records"),
        _("members of the organisation"),
        _("Showing the records of organisation life in the layouts that are asked for"),
        (("BRANCH", ""), ("PIPL", "13")),
        lambda: [
            _("name, and the facts of the register that lists show"),
            _("who was at which activity, on leave or excused"),
            _("class hours"),
        ],
        (VIEW, EXPORT),
        ("ledgers.layouts",),
        _("Files go to who takes them away; each time is recorded."),
        is_own=False,
    ),
    Processing(
        "ledgers.forms",
        _("Forms and answers"),
        _("those who answer for an organisation"),
        _("Asking organisations below what the records do not hold"),
        (("FORM17", ""), ("PIPL", "13")),
        lambda: [_("who sent the answers, and when"), _("what was answered about the organisation")],
        (FORM_VIEW, FILL),
        ("ledgers.forms", "ledgers.answers"),
        _("The organisation that sent the form reads the answers."),
        is_own=False,
    ),
)

RECORD_TYPES = (
    RecordType(
        "ledgers.layouts",
        _("layouts for ledgers"),
        _("Kept: they hold no person, and what was filled before is explained by them."),
        Fate.KEEP,
        LayoutVersion.objects.all,
        since="uploaded_at",
        since_words=_("the day it was uploaded"),
    ),
    RecordType(
        "ledgers.forms",
        _("forms with what they cost"),
        _("Kept: what organisations were asked is part of the record of their burden, and names no member."),
        Fate.KEEP,
        ReportForm.objects.all,
        since="created_at",
        since_words=_("the day it was written"),
    ),
    RecordType(
        "ledgers.answers",
        _("answers to forms"),
        _("Kept with the form: they are statements of the organisation."),
        Fate.KEEP,
        Reply.objects.all,
        since="sent_at",
        since_words=_("the day they were sent"),
    ),
)
