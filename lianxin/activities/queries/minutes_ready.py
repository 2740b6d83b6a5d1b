"""What stands between draft minutes and their confirmation: everything at once, each with the place to put it right."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from lianxin.activities.models import Activity, Minutes
from lianxin.activities.queries.minutes import presence_of
from lianxin.kernel.errors import Sentence


@dataclass(frozen=True, slots=True)
class Hindrance:
    """A reason why minutes cannot be confirmed. `place` names the page: activity, facts or item, by `key`."""

    sentence: Sentence
    place: str
    key: UUID


def hindrances(minutes: Minutes, at: datetime) -> list[Hindrance]:
    """What is missing, in the order in which it is done; nothing where they can be confirmed.

    At most one query, if `minutes_for` has loaded them.
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
    return found + _overtaken(minutes)


def _overtaken(minutes: Minutes) -> list[Hindrance]:
    """Votes that were judged by other numbers than the records give now. One query where there is a vote."""
    taken = [(item, vote) for item in minutes.items.all() for vote in item.votes.all()]
    if not taken:
        return []
    presence = presence_of(minutes.activity)
    found = []
    for item, vote in taken:
        there = presence.voters_there(vote.taken_at)
        if (vote.eligible, vote.came) == (presence.voters, there):
            continue
        said = _(
            "“%(question)s” was judged with %(came)s come of %(eligible)s entitled to vote; by the records it is "
            "%(there)s of %(voters)s now. Remove the vote and enter it anew."
        ) % {
            "question": vote.question,
            "came": vote.came,
            "eligible": vote.eligible,
            "there": there,
            "voters": presence.voters,
        }
        found.append(Hindrance(said, "item", item.pk))
    return found
