"""What this module keeps of programs' requests, and for how long."""

from django.utils.translation import gettext_lazy as _

from lianxin.api.models import KeptAnswer
from lianxin.api.permissions import MANAGE
from lianxin.kernel.processing import Processing
from lianxin.kernel.retention.types import Fate, RecordType

PROCESSING = (
    Processing(
        "api.programs",
        _("Programs that use the service"),
        _("Party members and staff"),
        _("Letting other programs of the organisation read and write the register within an account's rights"),
        (("PIPL", "13"), ("PIPL", "21")),
        lambda: [_("answers to repeated writes, personal data masked"), _("which account a program acts for")],
        (MANAGE,),
        ("api.kept_answers",),
        _("The organisation that runs the other program; a contract is needed (article 21)."),
        sealed=("api.KeptAnswer.body",),
    ),
)

RECORD_TYPES = (
    RecordType(
        "api.kept_answers",
        _("answers kept for repeated writes"),
        _("Needed for a day, so that a write sent twice is not done twice; also removed each hour."),
        Fate.DELETE,
        KeptAnswer.objects.all,
        since="at",
        since_words=_("time of the answer"),
        rule="retention.kept_answers.days",
    ),
)
