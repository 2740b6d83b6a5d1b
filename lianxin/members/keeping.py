"""What this module keeps of members, what for, who sees it, and for how long."""

from collections.abc import Callable, Sequence

from django.utils.translation import gettext_lazy as _

from lianxin.kernel.errors import Sentence
from lianxin.kernel.processing import Processing
from lianxin.kernel.retention.types import Fate, RecordType
from lianxin.members.facts import FACTS
from lianxin.members.models import ClaimCode, Consent, CorrectionRequest, Member, RevealCount, RightsRequest
from lianxin.members.permissions import DECIDE, DECIDE_RIGHTS, EXPORT, RECORD_CONSENT, REVEAL, VIEW

NOT_SHARED = _("Nobody outside the Party organisation above the branch.")
MEMBERS = _("Party members")


def _facts(*groups: str) -> Callable[[], Sequence[Sentence]]:
    return lambda: [one.label for one in FACTS if one.group in groups]


PROCESSING = (
    Processing(
        "members.register",
        _("Register of members"),
        MEMBERS,
        _("Keeping the register of members and the statistics of the Party, and carrying out organisation life"),
        (("CONST", ""), ("BRANCH", ""), ("PIPL", "13")),
        _facts("person", "party", "work"),
        (VIEW, REVEAL, EXPORT),
        ("members.records",),
        NOT_SHARED,
        sealed=("members.Member.id_number",),
        sensitive=_("Membership of the Party is treated as special identity (article 28; to be confirmed)."),
    ),
    Processing(
        "members.contact",
        _("Reaching members"),
        MEMBERS,
        _("Notifying members of organisation life and reaching them in need"),
        (("FORM17", ""), ("PIPL", "13")),
        _facts("contact"),
        (VIEW, REVEAL, EXPORT),
        ("members.records",),
        NOT_SHARED,
        sealed=("members.Member.mobile", "members.Member.landline", "members.Member.home_address"),
    ),
    Processing(
        "members.situation",
        _("Members out of contact, floating, or in hardship"),
        MEMBERS,
        _("Finding members who are out of contact, serving those who moved, helping those in hardship"),
        (("FORM17", ""), ("PIPL", "13"), ("PIPL", "29")),
        _facts("situation"),
        (VIEW, EXPORT),
        ("members.records",),
        NOT_SHARED,
        sensitive=_("Hardship can concern health or means: it needs a separate consent (articles 28 and 29)."),
    ),
    Processing(
        "members.requests",
        _("Requests and consents of members"),
        MEMBERS,
        _("Answering what members ask about their own data, and proving consent"),
        (("PIPL", "15"), ("PIPL", "44"), ("PIPL", "46"), ("PIPL", "50")),
        lambda: [_("what is asked and why"), _("the answer"), _("consents with their text version")],
        (DECIDE, DECIDE_RIGHTS, RECORD_CONSENT),
        ("members.corrections", "members.requests", "members.consents"),
        NOT_SHARED,
    ),
    Processing(
        "members.claims",
        _("Claiming a record with a one-time code"),
        MEMBERS,
        _("Joining an account to the right record"),
        (("PIPL", "13"),),
        lambda: [_("keyed hash of the code"), _("failed attempts")],
        (),
        ("members.claim_codes", "members.reveal_counts"),
        NOT_SHARED,
    ),
)

RECORD_TYPES = (
    RecordType(
        "members.records",
        _("records of members, their memberships, posts and history, also after they left"),
        _(
            "Kept; deletion is not offered. Party rules ask for the register and the member's file to be kept; single "
            "facts are deleted at the member's request."
        ),
        Fate.KEEP,
        Member.objects.all,
        since="created_at",
        since_words=_("day of entry"),
    ),
    RecordType(
        "members.corrections",
        _("decided corrections"),
        _("Needed while the decision can be questioned; the correction itself stands in the record's history."),
        Fate.DELETE,
        CorrectionRequest.objects.all,
        since="decided_at",
        since_words=_("day of the decision"),
        rule="retention.requests.months",
    ),
    RecordType(
        "members.requests",
        _("decided requests to restrict or delete"),
        _(
            "Needed while the decision can be questioned; restrictions in force are kept as long as they are in force, "
            "accepted deletions with the record: they keep its history from showing what was deleted."
        ),
        Fate.DELETE,
        lambda: RightsRequest.objects.exclude(state=RightsRequest.State.ACCEPTED),
        since="decided_at",
        since_words=_("day of the decision"),
        rule="retention.requests.months",
    ),
    RecordType(
        "members.consents",
        _("withdrawn consents"),
        _("Proof that what was done before had a consent; consents in force are kept."),
        Fate.DELETE,
        Consent.objects.all,
        since="withdrawn_at",
        since_words=_("day of withdrawal"),
        rule="retention.consents.months",
    ),
    RecordType(
        "members.claim_codes",
        _("claim codes"),
        _("Only the keyed hash is kept; an expired code opens nothing."),
        Fate.DELETE,
        ClaimCode.objects.all,
        since="expires_at",
        since_words=_("day of expiry"),
        rule="retention.claim_codes.months",
    ),
    RecordType(
        "members.reveal_counts",
        _("daily counts of looks at personal data"),
        _("Needed on the day itself for the limit; who looked at what stands in the event log."),
        Fate.DELETE,
        RevealCount.objects.all,
        since="on",
        since_words=_("the day counted"),
        rule="retention.reveal_counts.months",
        is_day=True,
    ),
)
