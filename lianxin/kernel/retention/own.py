"""The record types of the kernel itself: the log, sessions, failed sign-ins, accounts."""

from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import DateTimeField, F, Func
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.accounts.models import Account, SignInGuard
from lianxin.kernel.models import Event
from lianxin.kernel.retention.types import Fate, RecordType

LAST_FAILURE = Func(
    F("failures"),
    template="(SELECT max(failure) FROM unnest(%(expressions)s) AS failure)",
    output_field=DateTimeField(),
)


def _end_sessions(before: datetime) -> int:
    """Delete sessions that ended before, and what is shown of them under signed-in devices."""
    keys = list(Session.objects.filter(expire_date__lt=before).values_list("pk", flat=True))
    UserSession.objects.filter(session_key__in=keys).delete()
    Session.objects.filter(pk__in=keys).delete()
    return len(keys)


RECORD_TYPES = (
    RecordType(
        "kernel.events",
        _("event log"),
        _(
            "Kept; deletion is not offered. The log is append-only and sealed in a chain, and deleting would break the "
            "proof. Copies are taken with “lianxin audit export”."
        ),
        Fate.KEEP,
        Event.objects.all,
        since="at",
        since_words=_("day of the act"),
        rule="retention.events.months",
    ),
    RecordType(
        "kernel.accounts",
        _("accounts"),
        _("Kept; deletion is not offered. The event log names accounts, so they are disabled instead."),
        Fate.KEEP,
        Account.objects.all,
        since="created_at",
        since_words=_("day of opening"),
    ),
    RecordType(
        "kernel.sessions",
        _("sessions"),
        _("An ended session is of no use and names a device."),
        Fate.DELETE,
        Session.objects.all,
        since="expire_date",
        since_words=_("end of the session"),
        rule="retention.sessions.days",
        delete=_end_sessions,
    ),
    RecordType(
        "kernel.sign_in_guard",
        _("failed sign-ins"),
        _("Needed only while failures are counted or a door is locked; what happened stands in the event log."),
        Fate.DELETE,
        lambda: SignInGuard.objects.annotate(last=Greatest("locked_until", LAST_FAILURE)),
        since="last",
        since_words=_("last failure or end of the lock"),
        rule="retention.sign_in_guard.days",
    ),
)
