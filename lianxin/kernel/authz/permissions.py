"""Permission names: `<module>.<thing>:<verb>`. Each is declared once, in its module's permissions.py."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from lianxin.kernel.authz.roles import Role
from lianxin.kernel.errors import Sentence

NAME = re.compile(r"^[a-z_]+\.[a-z_]+:[a-z_]+$")


@dataclass(frozen=True, slots=True)
class Permission:
    """Something a person may be allowed to do, in the words people read, and the roles that hold it.

    `own`: everybody signed in holds it, for their own record only.
    """

    name: str
    label: Sentence
    roles: frozenset[Role] = frozenset()
    help: Sentence = ""
    own: bool = False


_declared: dict[str, Permission] = {}


def declare(permissions: Iterable[Permission]) -> None:
    """Make permissions known; called by each module's apps.py.

    Raises:
        ValueError: a name is malformed, or declared twice.
    """
    for one in permissions:
        if not NAME.match(one.name):
            raise ValueError(f"{one.name!r} is no permission name; write <module>.<thing>:<verb>.")
        if _declared.get(one.name, one) is not one:
            raise ValueError(f"The permission {one.name} is declared twice.")
        _declared[one.name] = one


def permission(name: str) -> Permission:
    """The declared permission of that name.

    Raises:
        KeyError: nobody declared it.
    """
    if name not in _declared:
        raise KeyError(f"The permission {name} is not declared; add it to its module's permissions.py.")
    return _declared[name]


def all_permissions() -> list[Permission]:
    """Every declared permission, by name."""
    return [_declared[name] for name in sorted(_declared)]


def permissions_of(role: Role) -> frozenset[str]:
    """The names a role holds."""
    return frozenset(name for name, one in _declared.items() if role in one.roles)
