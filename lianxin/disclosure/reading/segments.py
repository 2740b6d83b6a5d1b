"""Texts that lie in pieces over several elements of an XML part, read as one and masked where they lie.

Word splits a number over runs wherever somebody once stopped typing; a tracked change puts an old digit beside the new
one. A `Group` joins the pieces that a reader sees as one line; each `Piece` knows where it is to be written back.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from lianxin.disclosure.reading.detectors import find
from lianxin.disclosure.reading.masking import STAR, starred
from lianxin.disclosure.reading.outcome import Outcome, Place

LEAST_DIGITS = 7


@dataclass(slots=True)
class Piece:
    """Some text and how to write it back. `mark`: "old" was deleted, "new" was inserted by a tracked change."""

    text: str
    write: Callable[[str], None]
    mark: str = ""


@dataclass(slots=True)
class Group:
    """Pieces that are read as one line, and where they stand."""

    place: Place
    pieces: list[Piece] = field(default_factory=list)
    hint: str = ""

    def check(self, outcome: Outcome) -> bool:
        """Take down what is found and mask it in place; whether there was any.

        A line with tracked changes is read three times: with everything, as it is, and as it was.
        """
        marks = {piece.mark for piece in self.pieces}
        ways: list[set[str]] = [{"", "old", "new"}]
        ways += [{"", "new"}] if "old" in marks else []
        ways += [{"", "old"}] if "new" in marks else []
        hits = [self._check(outcome, way) for way in ways]  # each way is read, whatever the one before found
        return any(hits)

    def _check(self, outcome: Outcome, way: set[str]) -> bool:
        pieces = [piece for piece in self.pieces if piece.mark in way]
        text = "".join(piece.text for piece in pieces)
        found = find(text, hint=self.hint) if enough_digits(text) else []
        if not found:
            return False
        outcome.note(text, found, self.place)
        stars = {place for one in found for place in starred(text, one)}
        begin = 0
        for piece in pieces:
            own = range(begin, begin + len(piece.text))
            if any(place in stars for place in own):
                piece.text = "".join(STAR if place in stars else text[place] for place in own)
                piece.write(piece.text)
            begin = own.stop
        return True


def enough_digits(text: str) -> bool:
    """Whether there are digits enough for any number worth looking for; most texts have none."""
    return sum(sign.isdigit() for sign in text) >= LEAST_DIGITS


def of_text(element: Any, mark: str = "") -> Piece:
    """The text of an element as a piece."""

    def write(text: str) -> None:
        element.text = text

    return Piece(element.text or "", write, mark)


def of_tail(element: Any) -> Piece:
    """The text behind an element as a piece."""

    def write(text: str) -> None:
        element.tail = text

    return Piece(element.tail or "", write)


def of_attribute(element: Any, name: str) -> Piece:
    """An attribute as a piece."""

    def write(text: str) -> None:
        element.set(name, text)

    return Piece(element.get(name) or "", write)
