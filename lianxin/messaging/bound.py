"""What still stands behind a message: the module that knows says so here, and the message is not withdrawn before."""

from collections.abc import Callable
from uuid import UUID

Lookup = Callable[[UUID], str]
"""Takes a message; gives the sentence why it is not withdrawn yet, or nothing."""

_lookups: list[Lookup] = []


def register_bound(lookup: Lookup) -> None:
    """Have the module asked before a message is withdrawn. A corrected message in its place is no withdrawal."""
    _lookups.append(lookup)


def why_bound(message: UUID) -> str:
    """Why the message is not withdrawn yet; empty where nothing stands behind it."""
    return next((sentence for lookup in _lookups if (sentence := lookup(message))), "")
