"""What stands in the register when a run begins: whom the acts are about. Each part of the county has one writer."""

from dataclasses import dataclass, field
from uuid import UUID

from lianxin.kernel.time import today
from lianxin.members.models import Member
from lianxin.members.models.member import IN_REGISTER
from lianxin.organisations.models import Organisation

LEAST = 4


@dataclass(slots=True)
class Person:
    """A member the program of members writes to."""

    id: UUID
    version: int
    organisation: UUID
    workplace: str


@dataclass(slots=True)
class Branch:
    """A branch, under whom it stands and who belongs to it."""

    id: UUID
    name: str
    parent: UUID
    members: list[UUID] = field(default_factory=list)


@dataclass(slots=True)
class Standing:
    """Branches and their members, a third for each writer; towns to move branches between."""

    members: list[Person]
    branches: list[Branch]
    tree: list[Branch]
    imports: list[Branch]
    towns: list[UUID]
    top: UUID


def standing_of() -> Standing:
    """Read who is there and divide them."""
    rows = Organisation.objects.filter(org_type="branch", numchild=0, dissolved_on=None).order_by("id")
    by_path = {one.path: one for one in Organisation.objects.all()}
    branches = []
    for row in rows.filter(founded_on__lt=today()):
        parent = by_path[row.path[: -Organisation.steplen]]
        found = Branch(row.id, row.name, parent.id)
        people = Member.objects.filter(organisation=row, membership_status__in=IN_REGISTER).order_by("id")
        found.members = list(people.values_list("id", flat=True)) if row.members else []
        branches.append((found, row.members))
    peopled = [one for one, count in branches if count >= LEAST]
    thirds = [peopled[number::3] for number in range(3)]
    empty = [one for one, count in branches if count == 0]
    people = [
        Person(row.id, row.version, row.organisation_id, row.workplace)
        for row in Member.objects.filter(
            id__in=[member for one in thirds[0] for member in one.members], account=None, membership_status="normal"
        )
    ]
    towns = Organisation.objects.filter(depth=2, dissolved_on=None).exclude(org_type="branch")
    return Standing(
        members=people,
        branches=thirds[0],
        tree=thirds[1] + empty,
        imports=thirds[2],
        towns=list(towns.order_by("path").values_list("id", flat=True)[:12]),
        top=Organisation.objects.get(depth=1).id,
    )
