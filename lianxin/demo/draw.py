"""Drawing from weighted lists in one step: a flat table has as many slots as the weight asks for."""

from __future__ import annotations

import csv
import io
from collections import Counter
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

T = TypeVar("T")
SLOTS = 4096
# 12% of the given names have one character.
_SINGLE_SHARE = 0.12
_LISTED_SHARE = 0.60


def flat(pairs: Iterable[tuple[T, float]], slots: int = SLOTS) -> tuple[T, ...]:
    """A table of exactly `slots` places in which each value stands in proportion to its weight.

    Drawing is `table[int(random() * slots)]`: no search, no multiplication per row. The largest remainders get
    the places left over, earlier values first, so the table depends on nothing but its input.

    Raises:
        ValueError: no weight is positive.
    """
    items = [(value, weight) for value, weight in pairs if weight > 0]
    if not items:
        raise ValueError("A table needs at least one value with a positive weight.")
    total = sum(weight for _, weight in items)
    exact = [weight * slots / total for _, weight in items]
    whole = [int(share) for share in exact]
    order = sorted(range(len(items)), key=lambda i: (whole[i] - exact[i], i))
    for i in order[: slots - sum(whole)]:
        whole[i] += 1
    return tuple(value for (value, _), times in zip(items, whole, strict=True) for _ in range(times))


def pick(random: Callable[[], float], values: Sequence[T]) -> T:
    """One of the values, all equally likely."""
    return values[int(random() * len(values))]


class Names(NamedTuple):
    """Flat tables of surnames and of given names of men and women."""

    surnames: tuple[str, ...]
    male: tuple[str, ...]
    female: tuple[str, ...]


def _rows(name: str) -> list[dict[str, str]]:
    text = (files("lianxin.demo") / "data" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text)))


@cache
def names() -> Names:
    """The name tables.

    Given names: 60% stand in the list, 28% join the first character of one listed name with the second of another
    (so that a county does not consist of 990 given names), 12% are one character long. A U name serves the sex
    whose names more often end in its second character, or both.
    """
    surnames = flat(((row["surname"], float(row["weight_percent"])) for row in _rows("surnames_weighted.csv")), 16384)
    given = [(row["given_name"], row["gender_guess"]) for row in _rows("given_names_2char.csv")]
    return Names(surnames, _given(given, "M"), _given(given, "F"))


def _given(given: list[tuple[str, str]], sex: str) -> tuple[str, ...]:
    own = [name for name, guess in given if guess == sex]
    endings = Counter((guess, name[1]) for name, guess in given)
    other = "F" if sex == "M" else "M"
    listed = own + [name for name, guess in given if guess == "U" and endings[sex, name[1]] >= endings[other, name[1]]]
    # Steps that share no factor with the list's length pair every first character with a far second one.
    joined = [
        own[i][0] + own[(i * step + 11) % len(own)][1]
        for step in (7, 13, 29)
        for i in range(len(own))
        if own[i][0] != own[(i * step + 11) % len(own)][1]
    ]
    single = sorted({name[1] for name in own})
    groups = ((listed, _LISTED_SHARE), (joined, 1 - _LISTED_SHARE - _SINGLE_SHARE), (single, _SINGLE_SHARE))
    return flat(((name, share / len(group)) for group, share in groups for name in group), 16384)
