"""Places in the organisation tree as text: a node's path is its parent's path and one step of `STEP` characters.

A subtree is a range of an index (decision 4): from the path itself up to, not including, `end_of(path)`.
Paths compare byte by byte; the columns that hold them have collation "C".
"""

from django.db.models import CharField, Func, Q

STEP = 4
AFTER_EVERY_STEP = "~"
"""Sorts after each letter of the tree's alphabet (0-9, A-Z) in collation C."""


def end_of(path: str) -> str:
    """The first text after every path of the subtree at `path`."""
    return path + AFTER_EVERY_STEP


class EndOf(Func):
    """`end_of` of an expression, for the range of a row's own subtree inside a query.

    Not Concat: that wraps its parts in COALESCE, which PostgreSQL does not look into where row security guards the
    table, so the range loses its end and each subtree is read to the end of the index.
    """

    template = f"(%(expressions)s || '{AFTER_EVERY_STEP}')"
    arity = 1
    output_field = CharField()


def subtree(path: str, *, field: str = "path") -> Q:
    """The condition that `field` lies in the subtree at `path`, as a range an index can answer."""
    return Q(**{f"{field}__gte": path, f"{field}__lt": end_of(path)})


def ancestors(path: str) -> list[str]:
    """The paths above `path`, from the root down, without itself."""
    return [path[:length] for length in range(STEP, len(path), STEP)]


def is_within(path: str, top: str) -> bool:
    """Whether `path` is `top` or below it. The empty text is above all."""
    return path.startswith(top)
