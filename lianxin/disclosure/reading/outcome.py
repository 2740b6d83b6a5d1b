"""What reading a text or file comes to. Places are codes with their numbers; `wording` puts them into sentences."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from lianxin.disclosure.reading.detectors import Found, Kind
from lianxin.disclosure.reading.masking import mask

Place = tuple[str | int, ...]
"""A code and what belongs to it: ("paragraph", "body", 3), ("cell", "Sheet1", "B7", "hidden"), ("page", 2)."""
MOST_FINDINGS = 2000


@dataclass(frozen=True, slots=True)
class Finding:
    """A number in a file: what it is, where it stands, how it looks masked."""

    kind: str
    sure: bool
    masked: str
    place: Place


@dataclass(frozen=True, slots=True)
class Unread:
    """A part that cannot be checked: what it is and where."""

    code: str
    place: Place


class CannotRead(Exception):  # noqa: N818 - an answer, not a fault
    """The file cannot be checked at all; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(slots=True)
class Outcome:
    """The findings of a file, what of it could not be checked, and the masked copy where there is one.

    `masked_clear`: the copy was checked again and holds nothing, and no part of it went unread.
    """

    findings: list[Finding] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    masked: bytes | None = None
    masked_clear: bool = False
    count: int = 0

    def note(self, text: str, found: Sequence[Found], place: Place) -> None:
        """Take down what was found in a text; beyond 2,000 only the number is kept."""
        self.count += len(found)
        for one in found[: MOST_FINDINGS - len(self.findings)]:
            piece = text[one.start : one.end]
            moved = Found(one.kind, 0, len(piece), one.sure)
            shown = " ".join(mask(piece, [moved]).split())
            self.findings.append(Finding(str(one.kind), one.sure, shown, place))

    def miss(self, code: str, place: Place) -> None:
        """Take down a part that cannot be checked, once."""
        one = Unread(code, place)
        if one not in self.unread:
            self.unread.append(one)

    def merge(self, other: "Outcome", where: str) -> None:
        """Take over what was found in a file inside this one."""
        self.count += other.count
        self.findings += [
            Finding(one.kind, one.sure, one.masked, ("inside", where, *one.place)) for one in other.findings
        ]
        for one in other.unread:
            self.miss(one.code, ("inside", where, *one.place))

    def told(self) -> dict[str, Any]:
        """The same as plain data, without the copy."""
        return {
            "findings": [asdict(one) for one in self.findings],
            "unread": [asdict(one) for one in self.unread],
            "count": self.count,
            "masked_clear": self.masked_clear,
        }


__all__ = ["CannotRead", "Finding", "Kind", "Outcome", "Place", "Unread"]
