"""What this module keeps of persons, what for, who sees it, and for how long."""

from django.utils.translation import gettext_lazy as _

from lianxin.kernel.processing import Processing
from lianxin.kernel.retention.types import Fate, RecordType
from lianxin.preparations.models import Criticism, ExaminationText, Opinion, Rectification, TalkNote
from lianxin.preparations.permissions import READ, READ_NOTES, READ_OPINIONS, VIEW

NOT_SHARED = _("Nobody outside the Party organisation above the branch.")
MEMBERS = _("Party members")
JUDGEMENTS = _("Judgements on Party members are treated as sensitive (article 28; to be confirmed).")
PERIOD = "retention.preparations.months"
PROCESSING = (
    Processing(
        "preparations.talks",
        _("Heart-to-heart talks"),
        MEMBERS,
        _("Carrying out the talks of the year and proving that they took place"),
        (("BRANCH", "19"), ("PIPL", "13")),
        lambda: [_("who talked with whom and when"), _("main points, for the two and their secretary")],
        (READ_NOTES,),
        ("preparations.notes",),
        NOT_SHARED,
        sensitive=JUDGEMENTS,
    ),
    Processing(
        "preparations.meetings",
        _("Self-examination texts, opinions and points of criticism"),
        MEMBERS,
        _("Preparing organisation-life and democratic-life meetings and carrying out criticism and self-criticism"),
        (("BRANCH", "17"), ("EDU", "17"), ("PIPL", "13")),
        lambda: [
            _("self-examination text"),
            _("who read it"),
            _("opinions, without author where anonymous"),
            _("criticism"),
        ],
        (READ, READ_OPINIONS),
        ("preparations.texts", "preparations.opinions", "preparations.criticism"),
        NOT_SHARED,
        sensitive=JUDGEMENTS,
    ),
    Processing(
        "preparations.rectification",
        _("What is to be put right"),
        MEMBERS,
        _("Following what a meeting found until it is put right"),
        (("BRANCH", "17"), ("EDU", "17"), ("PIPL", "13")),
        lambda: [_("problem and measure"), _("owner and day"), _("what was done")],
        (VIEW,),
        ("preparations.rectifications",),
        NOT_SHARED,
    ),
)
RECORD_TYPES = (
    RecordType(
        "preparations.notes",
        _("main points of talks"),
        _("Needed for the talks of the next years; that a talk took place is kept in the list."),
        Fate.DELETE,
        TalkNote.objects.all,
        since="talked_on",
        since_words=_("day of the talk"),
        rule=PERIOD,
        is_day=True,
    ),
    RecordType(
        "preparations.texts",
        _("self-examination texts"),
        _("Needed to compare with the next meetings; who wrote one is kept in the list."),
        Fate.DELETE,
        ExaminationText.objects.all,
        since="updated_at",
        since_words=_("last change"),
        rule=PERIOD,
    ),
    RecordType(
        "preparations.opinions",
        _("opinions gathered before meetings"),
        _("Needed until what they are about was put right."),
        Fate.DELETE,
        Opinion.objects.all,
        since="given_on",
        since_words=_("day of the opinion"),
        rule=PERIOD,
        is_day=True,
    ),
    RecordType(
        "preparations.criticism",
        _("points of criticism"),
        _("Needed to see at the next meeting what became of them."),
        Fate.DELETE,
        Criticism.objects.all,
        since="recorded_on",
        since_words=_("day of recording"),
        rule=PERIOD,
        is_day=True,
    ),
    RecordType(
        "preparations.rectifications",
        _("what was put right"),
        _("Needed to see at the next meetings what became of it."),
        Fate.DELETE,
        Rectification.objects.all,
        since="closed_on",
        since_words=_("day of the confirmation"),
        rule=PERIOD,
        is_day=True,
    ),
)
