"""A member's own record: open to them without any grant."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from lianxin.kernel.authz import Actor
from lianxin.kernel.errors import NotVisible
from lianxin.kernel.events.timeline import Entry
from lianxin.kernel.models import Event
from lianxin.members.events import EXPORTED, REVEALED
from lianxin.members.facts import BY_NAME, FACTS, clear_of, snapshot
from lianxin.members.models import CorrectionRequest, Member, Membership
from lianxin.members.permissions import OWN

LOOKS = (REVEALED.kind, EXPORTED.kind)


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody looked at personal data: when, who, at what, why."""

    at: datetime
    who: str
    what: str
    why: str


def own_member(actor: Actor) -> Member | None:
    """The actor's own record, or None where the account has none. One query."""
    if actor.member_id is None or (actor.only is not None and OWN not in actor.only):
        return None
    return Member.objects.select_related("organisation").filter(id=actor.member_id).first()


def own_record(actor: Actor) -> Member:
    """The actor's own record. One query.

    Raises:
        NotVisible: the account has none.
    """
    found = own_member(actor)
    if found is None:
        raise NotVisible(_("No record in the register belongs to your account. Claim it with the code of your branch."))
    return found


def own_organisation_name(actor: Actor) -> str:
    """The name of the organisation the actor belongs to as a member; empty where there is no own record. One query."""
    found = own_member(actor)
    return found.organisation.short_name or found.organisation.name if found is not None else ""


def looks_at(member: Member, *, size: int = 50) -> list[Look]:
    """Who looked at the member's personal data lately, newest first. The caller may see the member. One query."""
    events = Event.objects.filter(subject_id=member.id, kind__in=LOOKS).order_by("-id")[:size]
    return [
        Look(
            one.at,
            one.actor_name,
            str(BY_NAME[one.data["field"]].label) if one.data.get("field") in BY_NAME else _("the record"),
            one.reason,
        )
        for one in events
    ]


def own_requests(actor: Actor, *, size: int = 20) -> Sequence[CorrectionRequest]:
    """The corrections the actor asked for, newest first. One query."""
    if actor.member_id is None:
        return []
    return list(CorrectionRequest.objects.filter(member_id=actor.member_id).order_by("-id")[:size])


def own_data(actor: Actor) -> dict[str, Any]:
    """Everything kept about the actor as a member, in clear, to take away. Source: PIPL 45.

    Raises:
        NotVisible: the account has no record.
    """
    member = own_record(actor)
    stored = snapshot(member)
    memberships = Membership.objects.filter(member=member, recorded__upper_inf=True).select_related("organisation")
    return {
        "record": {one.name: _plain(clear_of(one, stored[one.name])) for one in FACTS},
        "organisations": [
            {
                "organisation": one.organisation.name,
                "from": _plain(one.valid.lower),
                "until": _plain(one.valid.upper),
                "document_no": one.document_no,
            }
            for one in memberships.order_by("valid")
        ],
        "events": [
            {
                "at": one.at.isoformat(),
                "who": one.actor_name,
                "kind": one.kind,
                "changes": one.changes,
                "why": one.reason,
            }
            for one in Event.objects.filter(subject_id=member.id).order_by("id")
        ],
        "corrections": [
            {
                "asked_at": one.asked_at.isoformat(),
                "field": one.field,
                "wanted": _plain(clear_of(BY_NAME[one.field], one.wanted)),
                "reason": one.reason,
                "state": one.state,
                "answer": one.answer,
            }
            for one in CorrectionRequest.objects.filter(member=member).order_by("id")
        ],
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def without_looks(entries: Sequence[Entry]) -> list[Entry]:
    """A timeline without the looks, which have a list of their own."""
    return [one for one in entries if one.event.kind not in LOOKS]
