"""What this module keeps of persons, what for, who sees it, and for how long."""

from django.utils.translation import gettext_lazy as _

from lianxin.appraisals.models import Opinion, Outcome, SelfReview
from lianxin.appraisals.permissions import READ, VIEW
from lianxin.kernel.processing import Processing
from lianxin.kernel.retention.types import Fate, RecordType

NOT_SHARED = _("Nobody outside the Party organisation above the branch.")
MEMBERS = _("Party members")
PROCESSING = (
    Processing(
        "appraisals.grades",
        _("Democratic appraisal: grades, signatures and objections"),
        MEMBERS,
        _("Carrying out the yearly appraisal of members and its statistics"),
        (("BRANCH", "18"), ("EDU", "18"), ("PIPL", "13")),
        lambda: [
            _("grade"),
            _("what the meeting noted"),
            _("signature or objection and its answer"),
            _("sums of sheets"),
        ],
        (VIEW,),
        ("appraisals.outcomes",),
        NOT_SHARED,
        sensitive=_("Judgements on Party members are treated as sensitive (article 28; to be confirmed)."),
    ),
    Processing(
        "appraisals.reviews",
        _("Democratic appraisal: self reviews and opinions"),
        MEMBERS,
        _("Preparing the decision of the meeting"),
        (("BRANCH", "18"), ("EDU", "18"), ("PIPL", "13")),
        lambda: [_("self review"), _("opinions without author"), _("who has handed in a sheet")],
        (READ,),
        ("appraisals.reviews", "appraisals.opinions"),
        NOT_SHARED,
        sealed=("appraisals.Box.contents",),
        sensitive=_("Judgements on Party members are treated as sensitive (article 28; to be confirmed)."),
    ),
)
RECORD_TYPES = (
    RecordType(
        "appraisals.outcomes",
        _("grades of appraisals with signatures and objections"),
        _("Kept with the member's file; Party rules ask for the results of each year."),
        Fate.KEEP,
        Outcome.objects.all,
        since="round__finished_at",
        since_words=_("day the appraisal was finished"),
    ),
    RecordType(
        "appraisals.reviews",
        _("self reviews"),
        _("Needed while the grade can be questioned and for comparison in the next years."),
        Fate.DELETE,
        SelfReview.objects.all,
        since="updated_at",
        since_words=_("last change"),
        rule="retention.appraisals.months",
    ),
    RecordType(
        "appraisals.opinions",
        _("opinions of members on each other, without author"),
        _("Needed while the grade can be questioned."),
        Fate.DELETE,
        Opinion.objects.all,
        since="round__counted_at",
        since_words=_("day of the count"),
        rule="retention.appraisals.months",
    ),
)
