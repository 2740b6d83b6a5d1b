"""A member's own record: open to them without any grant."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import gettext as _

from lianxin.kernel.authz import Actor
from lianxin.kernel.errors import NotVisible
from lianxin.kernel.events.types import look_kinds, type_of
from lianxin.kernel.models import Event
from lianxin.members.facts import BY_NAME
from lianxin.members.models import CorrectionRequest, Member
from lianxin.members.permissions import OWN
from lianxin.members.restricting import OVERRIDES


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


def own_with(actor: Actor, permission: str) -> Member:
    """The actor's own record, for an act of theirs that the permission names (a token may lack it). One query.

    Raises:
        NotVisible: the account has no record, or the token may not do this.
    """
    if actor.only is not None and permission not in actor.only:
        raise NotVisible(_("No record in the register belongs to your account. Claim it with the code of your branch."))
    found = (
        Member.objects.select_related("organisation").filter(id=actor.member_id).first() if actor.member_id else None
    )
    if found is None:
        raise NotVisible(_("No record in the register belongs to your account. Claim it with the code of your branch."))
    return found


def own_organisation(actor: Actor) -> QuerySet[Member, str]:
    """The name of the organisation the actor belongs to as a member; no row where there is no own record."""
    if actor.member_id is None or (actor.only is not None and OWN not in actor.only):
        return Member.objects.none().values_list("name", flat=True)
    name = Coalesce(NullIf("organisation__short_name", Value("")), "organisation__name")
    return Member.objects.filter(id=actor.member_id).values_list(name, flat=True)


def looks_at(member: Member, *, size: int = 50) -> list[Look]:
    """Who looked at the member's personal data lately, newest first. The caller may see the member. One query."""
    events = Event.objects.filter(subject_id=member.id, kind__in=look_kinds()).order_by("-id")[:size]
    return [Look(one.at, one.actor_name, _looked_at(one), one.reason) for one in events]


def _looked_at(event: Event) -> str:
    if event.kind.partition(".")[0] not in {"members", "files"}:
        return str(type_of(event.kind).wording)  # a look at what another module keeps of the member
    field, ground = event.data.get("field"), event.data.get("override")
    what = str(BY_NAME[field].label) if field in BY_NAME else _("the record, in an exported list")
    if ground in OVERRIDES:
        return _("%(fact)s, although restricted: %(ground)s") % {"fact": what, "ground": OVERRIDES[ground]}
    return what


def own_requests(actor: Actor, *, size: int = 20) -> Sequence[CorrectionRequest]:
    """The corrections the actor asked for, newest first. One query."""
    if actor.member_id is None:
        return []
    return list(CorrectionRequest.objects.filter(member_id=actor.member_id).order_by("-id")[:size])
