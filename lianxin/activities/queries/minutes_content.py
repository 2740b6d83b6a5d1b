"""The content of minutes: what is confirmed, written down in the one way its digest is made of.

JSON in UTF-8, keys sorted, `,` and `:` without spaces, no escapes but those JSON demands. The same text lies in the
database, is embedded in the PDF, and gives the SHA-256 in the event log, on the last page and on the check page.
"""

import json
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from lianxin.activities.models import ActivityFile, Minutes, MinutesItem, Resolution, Vote
from lianxin.activities.queries.minutes import SYSTEM, Presence, names_of, presence_of
from lianxin.activities.queries.resolution import resolutions_before
from lianxin.kernel.authz import Actor, acting
from lianxin.kernel.time import SHANGHAI
from lianxin.organisations.facade import Organisation

FORMAT = "lianxin.minutes/1"
Content = dict[str, Any]


def canonical(content: Content) -> str:
    """The one text of a content."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(text: str) -> str:
    """The SHA-256 of a canonical text, in hexadecimal."""
    return sha256(text.encode()).hexdigest()


def content_of(minutes: Minutes) -> Content:
    """The content of draft minutes as they would be confirmed now; `minutes_for` has loaded them. Six queries."""
    activity = minutes.activity
    presence = presence_of(activity)
    names = names_of(presence)
    away = {str(one.member_id) for one in (*presence.missed, *presence.excused)}
    with acting(Actor.system(SYSTEM)):
        organisation = Organisation.objects.only("name").get(pk=activity.organisation_id)
        files = list(ActivityFile.objects.filter(activity=activity).select_related("file").order_by("id"))
        earlier = resolutions_before(activity)
    return {
        "format": FORMAT,
        "minutes": str(minutes.pk),
        "activity": str(activity.pk),
        "organisation": {"id": str(activity.organisation_id), "name": organisation.name},
        "title": activity.title,
        "kinds": list(activity.kinds),
        "starts_at": _instant(activity.starts_at),
        "ends_at": _instant(activity.ends_at),
        "place": activity.place,
        "online": bool(activity.online_link),
        "chair": activity.chair_name,
        "recorder": activity.recorder_name,
        "presence": _presence(presence),
        "earlier": [_earlier(one) for one in earlier],
        "items": [_item(item, names, away) for item in minutes.items.all()],
        "attachments": [{"name": one.name, "sha256": one.file.sha256} for one in files],
    }


def _instant(at: datetime) -> str:
    return at.astimezone(SHANGHAI).isoformat(timespec="minutes")


def _presence(presence: Presence) -> Content:
    return {
        "expected": len(presence.expected),
        "voters": presence.voters,
        "voters_excused": presence.voters_excused,
        "voters_present": presence.voters_present,
        "present": [one.name for one in presence.present],
        "late": [one.name for one in presence.present if one.attendance == one.Attendance.LATE],
        "on_leave": [one.name for one in presence.on_leave],  # why can concern health, and is not kept for good
        "absent": [one.name for one in presence.absent],
        "excused": [one.name for one in presence.excused],  # nor why they need not come
        "others": [{"name": one.name, "role": one.role} for one in presence.others],
    }


def _earlier(one: Resolution) -> Content:
    return {
        "text": one.text,
        "owner": one.owner_name,
        "due_on": one.due_on.isoformat(),
        "state": one.state,
        "note": one.note,
        "decided_on": one.item.minutes.activity.starts_at.astimezone(SHANGHAI).date().isoformat(),
    }


def _item(item: MinutesItem, names: dict[UUID, str], away: set[str]) -> Content:
    return {
        "title": item.title,
        "kind": item.agenda_item.kind if item.agenda_item else "",
        "speeches": [
            {"speaker": one["name"], "text": one["text"], "in_writing": one["member"] in away} for one in item.speeches
        ],
        "votes": [_vote(vote, names) for vote in item.votes.all()],
        "decision": item.decision,
        "resolutions": [
            {"text": one.text, "owner": one.owner_name, "due_on": one.due_on.isoformat()}
            for one in item.resolutions.all()
        ],
    }


def _vote(vote: Vote, names: dict[UUID, str]) -> Content:
    counters = [names.get(one, "") for one in (vote.counter_one_id, vote.counter_two_id) if one]
    return {
        "question": vote.question,
        "kind": vote.kind,
        "method": vote.method,
        "eligible": vote.eligible,
        "present": vote.present,
        "in_favour": vote.in_favour,
        "against": vote.against,
        "abstained": vote.abstained,
        "invalid": vote.invalid,
        "written_in_favour": vote.written_in_favour,
        "counters": counters,
        "voices": [{"name": names.get(one.member_id, ""), "choice": one.choice} for one in vote.voices.all()],
        "quorate": vote.is_quorate,
        "passed": vote.is_passed,
        "sum": vote.sum,
        "rules": list(vote.rules),
    }


def confirmed_content(minutes: Minutes) -> Content:
    """The content of confirmed minutes as they were confirmed."""
    content: Content = json.loads(minutes.content)
    return content
