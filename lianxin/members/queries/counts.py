"""Figures of the home pages, each with the address of the rows behind it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.authz import Actor
from lianxin.kernel.db.paths import subtree
from lianxin.kernel.errors import Sentence
from lianxin.members.models import IN_REGISTER, CorrectionRequest, Member, RightsRequest
from lianxin.members.permissions import DECIDE, VIEW
from lianxin.members.queries.record import open_corrections
from lianxin.members.queries.rights import open_rights
from lianxin.members.queries.roster import members_within
from lianxin.members.restricting import unrestricted


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that opens to its rows."""

    label: Sentence
    number: int
    url: str
    state: str = ""


FIGURES: tuple[tuple[str, Sentence, Q, dict[str, str], str], ...] = (
    ("full", _("full members"), Q(person_category="full"), {"person_category": "full"}, ""),
    (
        "probationary",
        _("probationary members"),
        Q(person_category="probationary"),
        {"person_category": "probationary"},
        "",
    ),
    ("lost", _("out of contact"), Q(is_lost=True), {"is_lost": "yes"}, "due"),
    ("floating", _("floating members"), Q(is_floating=True), {"is_floating": "yes"}, ""),
    (
        "hardship",
        _("in hardship"),
        Q(is_in_hardship=True) & unrestricted("is_in_hardship"),
        {"is_in_hardship": "yes"},
        "",
    ),
)


def figures_at(actor: Actor, organisation: UUID, path: str) -> list[Figure] | None:
    """How many members of each kind belong to the organisation itself; None where they are not seen. One query."""
    if not actor.may(VIEW, path):
        return None
    rows = Member.objects.filter(organisation_id=organisation, membership_status__in=IN_REGISTER)
    counted = rows.aggregate(
        **{key: Count("id", filter=condition) for key, _label, condition, _query, _state in FIGURES}
    )
    address = reverse("members:roster")
    return [
        Figure(label, counted[key], f"{address}?{urlencode({'organisation': str(organisation), **query})}", state)
        for key, label, _condition, query, state in FIGURES
        if counted[key] or key == "full"
    ]


def count_open_corrections(actor: Actor) -> int:
    """How many requests wait for the actor's decision. One query."""
    return open_corrections(actor, DECIDE).count()


def count_open_rights(actor: Actor) -> int:
    """How many requests to restrict or delete wait for the actor's decision. One query."""
    return open_rights(actor).count()


def asked(actor: Actor) -> QuerySet[CorrectionRequest, Any]:
    """The requests of members of either kind that wait for the actor's decision, by their ids."""
    corrections = open_corrections(actor, DECIDE).order_by().values("id")
    return corrections.union(open_rights(actor).order_by().values("id"), all=True)


def count_own_open(actor: Actor) -> int:
    """How many requests of the actor's own wait for the branch. Two queries."""
    if actor.member_id is None:
        return 0
    corrections = CorrectionRequest.objects.filter(member_id=actor.member_id, state=CorrectionRequest.State.OPEN)
    rights = RightsRequest.objects.filter(member_id=actor.member_id, state=RightsRequest.State.OPEN)
    return corrections.count() + rights.count()


def count_below(actor: Actor, path: str) -> int:
    """How many members in the register belong at or below the place, among those the actor sees. One query."""
    rows = members_within(actor).filter(subtree(path, field="organisation_path"), membership_status__in=IN_REGISTER)
    return rows.count()
