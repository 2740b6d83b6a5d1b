"""Random places to ask about: members and organisations, drawn from whatever is loaded, by a fixed seed."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from django.db import connection

from lianxin.kernel.accounts.models import Account
from lianxin.kernel.web.actors import actor_of
from lianxin.members.models import Member
from lianxin.members.permissions import VIEW
from lianxin.organisations.models import Organisation

if TYPE_CHECKING:
    from uuid import UUID

    from lianxin.kernel.authz import Actor

SEED = 20260701
DRAWN = 300


@dataclass(frozen=True, slots=True)
class Someone:
    """A member with what people search for them by; the numbers are those of nobody."""

    id: UUID
    name: str
    pinyin: str
    initials: str
    path: str
    id_number: str
    mobile: str
    branch: str


@dataclass(frozen=True, slots=True)
class Somewhere:
    """An organisation."""

    id: UUID
    path: str
    name: str
    short_name: str
    depth: int
    children: int


@dataclass(slots=True)
class Draw:
    """Everything a question can be about, for one actor, and a source of chance that is the same in every run."""

    actor: Actor
    account: Account
    top: str
    people: list[Someone]
    places: list[Somewhere]
    random: Random

    def someone(self) -> Someone:
        """A member the actor sees."""
        return self.random.choice(self.people)

    def place(self, *, at_least: int = 0, deeper_than: int = 0) -> Somewhere:
        """An organisation the actor sees, with so many children, below such a depth."""
        fit = [one for one in self.places if one.children >= at_least and one.depth > deeper_than]
        return self.random.choice(fit or self.places)


def draw_for(username: str) -> Draw:
    """What the demonstration's account of that name can ask about.

    Raises:
        Account.DoesNotExist: the demonstration is not loaded.
    """
    account = Account.objects.get(username=username)
    actor = actor_of(account)
    top = min((reach.path for reach in actor.reaches_for(VIEW)), key=len)
    random = Random(SEED)  # noqa: S311 - the same places in every run, no secrets
    return Draw(actor, account, top, _people(top, random), _places(top, random), random)


def _people(top: str, random: Random) -> list[Someone]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM members_member WHERE organisation_path >= %s AND organisation_path < %s "
            "AND mobile_digest IS NOT NULL AND random() < %s::float / (SELECT greatest(reltuples, 1) FROM pg_class "
            "WHERE oid = 'members_member'::regclass)",
            [top, top + "~", DRAWN * 4 if len(top) == Organisation.steplen else 1e12],
        )
        ids = [row[0] for row in cursor.fetchall()]
    chosen = random.sample(sorted(ids), min(DRAWN, len(ids)))
    found = Member.objects.filter(id__in=chosen).select_related("organisation").order_by("id")
    return [
        Someone(
            one.id,
            one.name,
            one.pinyin,
            one.initials,
            one.organisation_path,
            one.id_number.reveal() if one.id_number else "",
            one.mobile.reveal() if one.mobile else "",
            one.organisation.short_name,
        )
        for one in found
    ]


def _places(top: str, random: Random) -> list[Somewhere]:
    below = Organisation.objects.filter(path__gte=top, path__lt=top + "~", dissolved_on=None)
    ids = list(below.order_by("path").values_list("id", flat=True))
    parents = list(below.filter(numchild__gt=0).order_by("path").values_list("id", flat=True))
    chosen = {
        *random.sample(ids, min(DRAWN, len(ids))),
        *random.sample(parents, min(DRAWN, len(parents))),
    }
    rows = Organisation.objects.filter(id__in=chosen).order_by("path")
    return [Somewhere(one.id, one.path, one.name, one.short_name, one.depth, one.numchild) for one in rows]
