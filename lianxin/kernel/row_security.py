"""Who sees the kernel's rows."""

from lianxin.kernel.accounts import models as accounts
from lianxin.kernel.db.row_security import anywhere, either, guard, leave_open, own_account, own_member, reach
from lianxin.kernel.models import DailyActs, Event, ParkedEvent, Projection, Seal, SealedEvent, WaitingEvent

AT_THE_TOP = (
    "(SELECT current_setting('lianxin.audit_to', true) <> ''"
    " AND length(current_setting('lianxin.audit_from', true)) <= 4)"
)
"""The actor audits a topmost organisation, so also what happened in no organisation (signing in)."""

guard(
    Event,
    sees=either(
        reach("organisation_path", "audit"),
        reach("organisation_path", "members"),
        f"kind NOT LIKE 'members.%' AND {anywhere('organisation_path')}",
        f"organisation_path = '' AND {AT_THE_TOP}",
        own_account("actor_id"),
        own_member("subject_id"),
    ),
    adds="actor_id IS NOT DISTINCT FROM (SELECT kernel_account())",  # nobody writes in another's name
    changes="false",
)
guard(DailyActs, sees=anywhere("organisation_path"), changes="false")
leave_open(
    WaitingEvent,
    SealedEvent,
    Seal,
    why="Positions and digests of events, without what happened; whoever adds an event moves them.",
)
leave_open(Projection, ParkedEvent, why="How far the readers of the log have come; the product's own bookkeeping.")
leave_open(
    accounts.Account,
    accounts.PasswordHistory,
    accounts.SignInGuard,
    why="Read before anybody is known to have signed in. What an administrator sees of them is the screens' filter.",
)
