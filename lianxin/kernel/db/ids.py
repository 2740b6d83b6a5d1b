"""Primary keys: UUIDv7, unguessable in addresses and ordered on disk (decision 3)."""

from uuid import UUID

import uuid_utils


def new_id() -> UUID:
    """A new UUIDv7; keys made by one process rise in the order of making."""
    return UUID(bytes=uuid_utils.uuid7().bytes)


def parse_id(text: str) -> UUID | None:
    """The identifier written in `text`, or None where it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None
