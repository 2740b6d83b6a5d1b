"""What the minutes say of the meeting itself: when it really ended, who chaired it, who took them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.activities.actions.checking import LONGEST
from lianxin.activities.actions.locking import State, wrong_state
from lianxin.activities.events import FACTS_CORRECTED
from lianxin.activities.models import Activity, Minutes
from lianxin.activities.queries.minutes import Presence, activity_of_minutes, presence_of, require_writer
from lianxin.kernel.authz import Actor, acting
from lianxin.kernel.errors import Conflict, InvalidInput, Sentence
from lianxin.kernel.events.record import record
from lianxin.kernel.time import SHANGHAI


@dataclass(frozen=True, slots=True)
class Facts:
    """When the meeting ended, and the members who chaired it and took its minutes."""

    ended_at: datetime
    chair: UUID | None = None
    recorder: UUID | None = None


@transaction.atomic
def correct_facts(actor: Actor, *, activity: UUID, facts: Facts, at: datetime) -> Activity:
    """Put down when a meeting really ended, who chaired it and who took the minutes, until these are confirmed.

    For whoever writes the minutes: the recorder needs no role, so the row is written as the product after the check.

    Raises:
        NotVisible, NotPermitted: the actor may not write there.
        Conflict: it was not held yet, or its minutes are confirmed.
        InvalidInput: by field: an end before the beginning or still to come, somebody who was not there.
    """
    seen = activity_of_minutes(actor, activity)
    require_writer(actor, seen)
    with acting(Actor.system("facts of a meeting, for whoever writes its minutes")):
        found = Activity.objects.select_for_update(no_key=True).get(pk=seen.pk)
        minutes = Minutes.objects.select_for_update().defer("content").filter(activity=found).first()
        if found.state != State.HELD:
            raise Conflict(wrong_state(found))
        if minutes is not None and minutes.is_confirmed:
            raise Conflict(_("These minutes are confirmed and locked. Append a correction instead."))
        there = people_for(found, presence_of(found))
        wrong = _wrong(found, facts, there, at)
        if wrong:
            raise InvalidInput(wrong)
        before = _shown(found)
        found.ends_at = facts.ended_at
        found.chair_id, found.chair_name = facts.chair, there.get(facts.chair, "")
        found.recorder_id, found.recorder_name = facts.recorder, there.get(facts.recorder, "")
        found.save(update_fields=["ends_at", "chair", "chair_name", "recorder", "recorder_name"])
    after = _shown(found)
    changes = {name: (before[name], after[name]) for name in after if before[name] != after[name]}
    if changes:
        record(
            actor,
            FACTS_CORRECTED,
            at=at,
            subject=found.pk,
            organisation=found.organisation_id,
            organisation_path=found.organisation_path,
            changes=changes,
        )
    return found


def people_for(activity: Activity, presence: Presence) -> dict[UUID | None, str]:
    """Who may be named as chair or recorder: those who came, and those named already."""
    found: dict[UUID | None, str] = {one.member_id: one.name for one in (*presence.present, *presence.others)}
    if activity.chair_id:
        found.setdefault(activity.chair_id, activity.chair_name)
    if activity.recorder_id:
        found.setdefault(activity.recorder_id, activity.recorder_name)
    return found


def _wrong(activity: Activity, facts: Facts, there: dict[UUID | None, str], at: datetime) -> dict[str, Sentence]:
    wrong: dict[str, Sentence] = {}
    if facts.ended_at <= activity.starts_at:
        wrong["ended"] = _("The end lies before the beginning.")
    elif facts.ended_at > at:
        wrong["ended"] = _("This end has not come yet. Put down when the meeting really ended.")
    elif facts.ended_at - activity.starts_at > LONGEST:
        wrong["ended"] = _("A meeting lasts at most three days. Look at the day of the end.")
    for name, member in (("chair", facts.chair), ("recorder", facts.recorder)):
        if member is not None and member not in there:
            wrong[name] = _("Choose somebody who came.")
    return wrong


def _shown(activity: Activity) -> dict[str, str]:
    return {
        "ends_at": activity.ends_at.astimezone(SHANGHAI).isoformat(timespec="minutes"),
        "chair": activity.chair_name,
        "recorder": activity.recorder_name,
    }
