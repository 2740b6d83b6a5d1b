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

        A line with tracked changes is read three times before anything is masked: with everything, as it is, and as
        it was. A number that stands in several of them counts once.
        """
        marks = {piece.mark for piece in self.pieces}
        ways: list[set[str]] = [{"", "old", "new"}]
        ways += [{"", "new"}] if "old" in marks else []
        ways += [{"", "old"}] if "new" in marks else []
        seen: set[tuple[int, ...]] = set()
        for way in ways:
            self._look(outcome, way, seen)
        self._mask({place for places in seen for place in places})
        return bool(seen)

    def _look(self, outcome: Outcome, way: set[str], seen: set[tuple[int, ...]]) -> None:
        """Find in the pieces of one way; `seen` holds the places of stars, counted through all pieces."""
        text, begin = "", 0
        places: list[int] = []
        for piece in self.pieces:
            if piece.mark in way:
                text += piece.text
                places += range(begin, begin + len(piece.text))
            begin += len(piece.text)
        if not enough_digits(text):
            return
        for one in find(text, hint=self.hint):
            stars = tuple(places[place] for place in starred(text, one))
            if stars not in seen:
                seen.add(stars)
                outcome.note(text, [one], self.place)

    def _mask(self, stars: set[int]) -> None:
        begin = 0
        for piece in self.pieces:
            own = range(begin, begin + len(piece.text))
            begin = own.stop
            if any(place in stars for place in own):
                signs = zip(own, piece.text, strict=True)
                piece.text = "".join(STAR if place in stars else sign for place, sign in signs)
                piece.write(piece.text)


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
