"""Taking an activity in hand: locked, seen, in the right state."""

from collections.abc import Container, Iterable
from datetime import timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from lianxin.activities.models import Activity, ActivityParty, Minutes, Participant
from lianxin.activities.permissions import VIEW
from lianxin.activities.queries.activities import not_there
from lianxin.kernel.authz import Actor, acting, require
from lianxin.kernel.errors import Changed, Conflict

State = Activity.State
OPEN = frozenset({State.DRAFT, State.ANNOUNCED})
OPENS = timedelta(hours=1)
"""Signing in opens so long before the beginning."""


def locked_activity(actor: Actor, activity: UUID, permission: str, *, states: Container[str] = OPEN) -> Activity:
    """The activity, locked against other changes; rows that only refer to it (sign-ins) go on meanwhile.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, or without the permission there.
        Conflict: it is not in one of the states.
    """
    found = Activity.objects.select_for_update(no_key=True).filter(pk=activity).first()
    if found is None:
        raise not_there()
    require(actor, permission, found.organisation_path, seen_by=VIEW)
    if found.state not in states:
        raise Conflict(wrong_state(found))
    return found


def wrong_state(activity: Activity) -> str:
    """Why an act is not possible in the state the activity has."""
    if activity.was_annulled:
        return _("The record of this activity was annulled; it is kept as it is. Record it anew.")
    return {
        State.DRAFT: _("This activity is not announced yet. Announce it first."),
        State.ANNOUNCED: _("This activity is announced and was not held yet."),
        State.HELD: _("This activity was held and its attendance is closed. Correct the attendance with a reason."),
        State.CANCELLED: _("This activity was cancelled. Copy it to plan a new one."),
    }[State(activity.state)]


def require_staff(actor: Actor, permission: str, row: Participant) -> None:
    """Let an act on somebody's row go on for staff of who holds the activity, or of the party whose member it is.

    Staff of a party do not decide on themselves. That somebody is invited makes their branch no party: what is held by
    the committee above is recorded there.

    Raises:
        NotVisible, NotPermitted: neither is so.
    """
    if not actor.may(permission, row.organisation_path) and acts_for_party(actor, permission, [row]):
        return
    require(actor, permission, row.organisation_path, seen_by=VIEW)


def acts_for_party(actor: Actor, permission: str, rows: Iterable[Participant]) -> bool:
    """Whether these rows of one activity, at least one, are all of others whom the actor's party brings. One query."""
    held = list(rows)
    if not held or any(row.member_id == actor.member_id for row in held):
        return False
    if not all(actor.may(permission, row.member_path) for row in held):
        return False
    brings = ActivityParty.objects.filter(activity=held[0].activity_id)
    return {row.member_organisation_id for row in held} <= set(brings.values_list("organisation_id", flat=True))


def check_minutes_open(activity: UUID) -> None:
    """Let what the minutes say of who came change only until they are confirmed; they wait for it meanwhile.

    Read as the product: staff of a party see minutes once they are confirmed, and lock none.

    Raises:
        Conflict: they are confirmed.
    """
    with acting(Actor.system("whether minutes are confirmed")):
        rows = Minutes.objects.select_for_update(no_key=True).filter(activity=activity)
        states = list(rows.values_list("state", flat=True))
    if Minutes.State.CONFIRMED in states:
        raise Conflict(_("The minutes are confirmed and say who was on leave. Append a correction to them."))


def check_version(activity: Activity, version: int | None) -> None:
    """Let nobody write over what they have not seen.

    Raises:
        Changed: somebody changed it since that version.
    """
    if version is not None and version != activity.version:
        raise Changed(
            _("Somebody else changed this activity meanwhile. What you wrote is still here; compare and save again.")
        )
