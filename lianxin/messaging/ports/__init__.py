"""Ways out of the product. Each port carries one parcel to one person, or says why it could not."""

from dataclasses import dataclass
from uuid import UUID

UNTIL_TRIED = 6
"""How often a delivery is tried before it counts as failed."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """What leaves: a title and where to read on, never the text, which may be about persons.

    `url` is absolute where the operator named an address, and otherwise a path. `tag` names the message, so that a
    device or mailbox that gets it twice can tell.
    """

    title: str
    line: str
    url: str
    tag: UUID
    is_urgent: bool = False


class NotCarried(Exception):  # noqa: N818 - an outcome, not a fault
    """The parcel did not arrive. `is_final`: trying again would not help. The reason holds no address of a person."""

    def __init__(self, reason: str, *, is_final: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.is_final = is_final
