"""What stands between draft minutes and their confirmation: everything at once, each with the place to put it right."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from lianxin.activities.models import Activity, Minutes
from lianxin.kernel.errors import Sentence


@dataclass(frozen=True, slots=True)
class Hindrance:
    """A reason why minutes cannot be confirmed. `place` names the page: activity, facts or item, by `key`."""

    sentence: Sentence
    place: str
    key: UUID


def hindrances(minutes: Minutes, at: datetime) -> list[Hindrance]:
    """What is missing, in the order in which it is done; nothing where they can be confirmed.

    No query, if `minutes_for` has loaded them.
    """
    held = minutes.activity
    found = []
    if held.state not in {Activity.State.HELD, Activity.State.ANNOUNCED} or held.starts_at > at:
        found.append(
            Hindrance(_("The meeting has not taken place yet; minutes are confirmed after it."), "activity", held.pk)
        )
    elif held.state != Activity.State.HELD:
        said = _("Close the attendance first (record that the activity was held): the minutes say who was there.")
        found.append(Hindrance(said, "activity", held.pk))
    if not held.chair_name or not held.recorder_name:
        place = "facts" if held.state == Activity.State.HELD else "activity"
        found.append(Hindrance(_("Name the chair and the recorder: minutes bear both names."), place, held.pk))
    for item in minutes.items.all():
        if not (item.speeches or item.decision or item.votes.all() or item.resolutions.all()):
            said = _("Nothing is written on “%(item)s” yet. Write it, or remove the item.") % {"item": item.title}
            found.append(Hindrance(said, "item", item.pk))
    return found
