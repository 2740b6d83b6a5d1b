"""Everything that is kept about a member, in one document of a stable shape.

Keys are only ever added; a change of meaning raises FORMAT. docs/handbook/my-data.md says what each part holds.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from lianxin.kernel.errors import Sentence
from lianxin.kernel.events.types import look_kinds, type_of
from lianxin.kernel.models import Event
from lianxin.kernel.time import SHANGHAI
from lianxin.members.facts import BY_NAME, FACTS, Fact, clear_of, in_words, shown_kept, snapshot
from lianxin.members.models import CorrectionRequest, Member, MemberRecord, Membership
from lianxin.members.queries.own import looks_at
from lianxin.members.queries.record import posts_of
from lianxin.members.queries.rights import consents_of, own_rights

FORMAT = "lianxin.own-data/1"
MOST = 10_000


@dataclass(frozen=True, slots=True)
class OwnPart:
    """What a module above keeps about a member: the rows, and which of their fields the member is handed."""

    key: str
    label: Sentence
    rows: Callable[[Member], QuerySet[Any]]
    fields: tuple[str, ...]


_parts: dict[str, OwnPart] = {}


def register_own_part(part: OwnPart) -> None:
    """Let what a module keeps about a member be part of what they take away; called by its apps.py.

    Raises:
        ValueError: the key is taken.
    """
    if part.key in _parts:
        raise ValueError(f"The part {part.key} of one's own data is declared twice.")
    _parts[part.key] = part


def _further(member: Member) -> dict[str, Any]:
    return {
        key: {
            "label": str(part.label),
            "rows": [
                {name: _told(value) for name, value in row.items()}
                for row in part.rows(member).values(*part.fields)[:MOST]
            ],
        }
        for key, part in sorted(_parts.items())
    }


def _told(value: Any) -> Any:
    return _instant(value) if isinstance(value, datetime) else _plain(value)


def own_data(member: Member, *, clear: bool, at: datetime) -> dict[str, Any]:
    """Everything kept about the member; personal data in clear or masked; the caller is the member.

    Ten queries, and one for each part of the modules above.
    """
    return {
        "format": FORMAT,
        "made_at": _instant(at),
        "personal_data": "clear" if clear else "masked",
        "record": _facts(snapshot(member), clear=clear),
        "restricted": list(member.restricted),
        "record_through_time": [
            {
                **_period(one),
                "facts": _facts(one.facts, clear=clear),
            }
            for one in MemberRecord.objects.filter(member=member).order_by("recorded", "valid")
        ],
        "memberships": [
            {
                **_period(one),
                "organisation": one.organisation.name,
                "document_no": one.document_no,
            }
            for one in Membership.objects.filter(member=member)
            .select_related("organisation")
            .order_by("recorded", "valid")
        ],
        "posts": [
            {
                "post": str(one.kind),
                "organisation": one.place,
                "since": _plain(one.post.since),
                "until": _plain(one.post.until),
                "document_no": one.post.document_no,
            }
            for one in posts_of(member)
        ],
        "corrections": [
            {
                "asked_at": _instant(one.asked_at),
                "fact": one.field,
                "wanted": _value(BY_NAME[one.field], one.wanted, clear=clear),
                "reason": one.reason,
                "state": one.state,
                "answer": one.answer,
                "decided_at": _instant(one.decided_at),
                "decided_by": one.decided_by,
            }
            for one in CorrectionRequest.objects.filter(member=member).order_by("id")
        ],
        "requests": [
            {
                "asked_at": _instant(one.asked_at),
                "kind": one.kind,
                "fact": one.field,
                "reason": one.reason,
                "due_on": _plain(one.due_on),
                "state": one.state,
                "answer": one.answer,
                "decided_at": _instant(one.decided_at),
                "decided_by": one.decided_by,
                "lifted_at": _instant(one.lifted_at),
            }
            for one in reversed(own_rights(member, size=MOST))
        ],
        "consents": [
            {
                "text": one.consent.text,
                "version": one.consent.version,
                "digest": one.consent.digest,
                "title": str(one.text.title),
                "words": str(one.text.text),
                "given_at": _instant(one.consent.given_at),
                "given_by": one.consent.given_by,
                "on_paper": one.consent.is_paper,
                "signed_on": _plain(one.consent.signed_on),
                "document_no": one.consent.document_no,
                "withdrawn_at": _instant(one.consent.withdrawn_at),
                "withdrawn_by": one.consent.withdrawn_by,
            }
            for one in reversed(consents_of(member))
        ],
        "looks": [
            {"at": _instant(one.at), "who": one.who, "what": one.what, "why": one.why}
            for one in looks_at(member, size=MOST)
        ],
        "events": list(_events(member)),
        "further": _further(member),
    }


def _events(member: Member) -> Iterable[dict[str, Any]]:
    events = Event.objects.filter(subject_id=member.id).exclude(kind__in=look_kinds()).order_by("id")[:MOST]
    for one in events:
        yield {
            "at": _instant(one.at),
            "who": one.actor_name,
            "kind": one.kind,
            "what": str(type_of(one.kind).wording),
            "changes": one.changes,
            "effective_on": _plain(one.effective_on),
            "document_no": one.document_no,
            "why": one.reason,
        }


def _facts(stored: dict[str, Any], *, clear: bool) -> dict[str, Any]:
    """The facts by name: what is kept, and the same in words."""
    return {
        fact.name: {
            "label": str(fact.label),
            "value": (value := _value(fact, stored[fact.name], clear=clear)),
            "words": str(in_words(fact.name, value)),
        }
        for fact in FACTS
        if fact.name in stored
    }


def _value(fact: Fact, stored: Any, *, clear: bool) -> Any:
    return _plain(clear_of(fact, stored) if clear else shown_kept(fact, stored))


def _period(row: MemberRecord | Membership) -> dict[str, Any]:
    """From which day up to, not including, which day; and from when until when it was believed."""
    return {
        "from": _plain(row.valid.lower),
        "until": _plain(row.valid.upper),
        "recorded_at": _instant(row.recorded.lower),
        "replaced_at": _instant(row.recorded.upper),
    }


def _instant(at: datetime | None) -> str | None:
    return at.astimezone(SHANGHAI).isoformat(timespec="seconds") if at is not None else None


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
