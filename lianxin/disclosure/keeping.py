"""What this module keeps of texts and files checked before publishing, what for, and for how long."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from lianxin.disclosure.actions.cleaning import PERIOD, remove_contents_before
from lianxin.disclosure.models import Check
from lianxin.disclosure.permissions import DECIDE, RUN, VIEW
from lianxin.kernel.processing import Processing
from lianxin.kernel.retention.types import Fate, RecordType
from lianxin.kernel.time import now


def _held() -> QuerySet[Check]:
    """Checks whose content and masked copy still lie on disk."""
    return Check.objects.filter(content_removed_at__isnull=True)


def _remove(before: datetime) -> int:
    return remove_contents_before(before, at=now())


PROCESSING = (
    Processing(
        "disclosure.checks",
        _("Checks before publishing"),
        _("Anybody named in a text or file that is to become public"),
        _("Finding identity numbers, telephones and bank cards before they become public"),
        (("PIPL", "13"), ("PIPL", "51")),
        lambda: [_("the text or file handed in"), _("its masked copy"), _("who decided to publish and why")],
        (VIEW, RUN, DECIDE),
        ("disclosure.contents", "disclosure.verdicts"),
        _("Nobody; what is published leaves by the decision of whoever publishes it."),
        is_own=False,
    ),
)

RECORD_TYPES = (
    RecordType(
        "disclosure.contents",
        _("texts and files checked before publishing"),
        _("Needed while a decision on publishing can still be asked for; also removed each night."),
        Fate.DELETE,
        _held,
        since="created_at",
        since_words=_("day of handing in"),
        rule=PERIOD,
        delete=_remove,
    ),
    RecordType(
        "disclosure.verdicts",
        _("verdicts and decisions before publishing"),
        _("Kept; deletion is not offered. They hold kinds and digests, never what was found."),
        Fate.KEEP,
        Check.objects.all,
        since="created_at",
        since_words=_("day of handing in"),
    ),
)
