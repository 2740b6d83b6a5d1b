"""What the records hold already: the module that knows says so here, and no notice asks for it again."""

from collections.abc import Callable

Lookup = Callable[[str], str]
"""Takes what a notice wants answered; gives the sentence why it is not asked, or nothing."""

_lookups: list[Lookup] = []


def register_held(lookup: Lookup) -> None:
    """Have every answer that a notice asks for looked up in the records first."""
    _lookups.append(lookup)


def held_sentences(labels: list[str]) -> list[str]:
    """Of the answers that a notice asks for, why some are not asked: each is held, and where."""
    return [sentence for label in labels for lookup in _lookups if (sentence := lookup(label))]
