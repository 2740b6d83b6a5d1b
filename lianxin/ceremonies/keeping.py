"""What this module keeps of persons, what for, who sees it, and for how long."""

from django.utils.translation import gettext_lazy as _

from lianxin.ceremonies.models import Anniversary, Greeting
from lianxin.ceremonies.permissions import GREET, VIEW
from lianxin.kernel.processing import Processing
from lianxin.kernel.retention.types import Fate, RecordType

PROCESSING = (
    Processing(
        "ceremonies.birthdays",
        _("Political birthdays"),
        _("members"),
        _("Greeting members on the day they joined, and finding who has fifty years of Party age"),
        (("FORM17", ""), ("PIPL", "13")),
        lambda: [_("the day of joining and of conversion, from the register"), _("greetings that were given")],
        (VIEW, GREET),
        ("ceremonies.anniversaries", "ceremonies.greetings"),
        _("Not shared; nothing is published."),
    ),
)
RECORD_TYPES = (
    RecordType(
        "ceremonies.anniversaries",
        _("days by which members are found"),
        _("Repeats two days of the register and goes with the member's leaving."),
        Fate.KEEP,
        Anniversary.objects.all,
        since="joined_on",
        since_words=_("day of joining"),
    ),
    RecordType(
        "ceremonies.greetings",
        _("greetings on political birthdays"),
        _("So that nobody is greeted twice or forgotten; the text is kept as long as messages are."),
        Fate.DELETE,
        Greeting.objects.all,
        since="given_at",
        since_words=_("the day it was given"),
        rule="retention.messages.months",
    ),
)
