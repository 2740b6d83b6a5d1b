"""Who acts: a person or a program, with the places on the tree where each role reaches."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from lianxin.kernel.authz.permissions import permission as declared
from lianxin.kernel.authz.roles import Role
from lianxin.kernel.db.paths import is_within


@dataclass(frozen=True, slots=True)
class Reach:
    """A grant in force: a role at a node, with or without what lies below. A borrowed one ends at `until`."""

    role: Role
    path: str
    below: bool = True
    until: datetime | None = None

    def covers(self, path: str) -> bool:
        """Whether the node at `path` lies in this reach."""
        return is_within(path, self.path) if self.below else path == self.path


@dataclass(frozen=True, slots=True)
class Actor:
    """The one on whose behalf an act is done.

    `member_id` is the actor's own record, open to them without any grant. `only` narrows the actor to some
    permissions (a token's scopes); None does not narrow. `is_system` is the product itself doing scheduled work.
    """

    name: str
    account_id: UUID | None = None
    member_id: UUID | None = None
    reaches: tuple[Reach, ...] = ()
    only: frozenset[str] | None = None
    is_system: bool = False
    token_id: UUID | None = field(default=None)

    @classmethod
    def nobody(cls) -> "Actor":
        """Somebody who has not signed in."""
        return cls(name="")

    @classmethod
    def system(cls, work: str) -> "Actor":
        """The product itself, doing scheduled work of that name."""
        return cls(name=work, is_system=True)

    @property
    def is_signed_in(self) -> bool:
        """Whether there is an account behind the actor."""
        return self.account_id is not None

    def reaches_for(self, name: str) -> tuple[Reach, ...]:
        """Where on the tree the actor holds the permission. Unknown names raise KeyError."""
        roles = declared(name).roles
        if self.is_system:
            return (Reach(Role.ORG_DEPARTMENT, ""),)
        if self.only is not None and name not in self.only:
            return ()
        return tuple(reach for reach in self.reaches if reach.role in roles)

    def may(self, name: str, path: str) -> bool:
        """Whether the actor holds the permission for the node at `path`; derived from the query form."""
        return any(reach.covers(path) for reach in self.reaches_for(name))

    def may_somewhere(self, name: str) -> bool:
        """Whether there is any node where the actor holds the permission."""
        return bool(self.reaches_for(name))
