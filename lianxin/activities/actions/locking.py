"""Taking an activity in hand: locked, seen, in the right state."""

from collections.abc import Container
from uuid import UUID

from django.utils.translation import gettext as _

from lianxin.activities.models import Activity
from lianxin.activities.permissions import VIEW
from lianxin.activities.queries.activities import not_there
from lianxin.kernel.authz import Actor, require
from lianxin.kernel.errors import Changed, Conflict

State = Activity.State
OPEN = frozenset({State.DRAFT, State.ANNOUNCED})


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


def check_version(activity: Activity, version: int | None) -> None:
    """Let nobody write over what they have not seen.

    Raises:
        Changed: somebody changed it since that version.
    """
    if version is not None and version != activity.version:
        raise Changed(
            _("Somebody else changed this activity meanwhile. What you wrote is still here; compare and save again.")
        )
