"""Several figures in one statement: what stands around every page goes to the database and back once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet


class Question(NamedTuple):
    """A statement of one row and one column, with its parameters."""

    text: str
    params: tuple[Any, ...] = ()


def how_many(rows: QuerySet[Any]) -> Question:
    """The number of the rows; what they are joined with for showing is left out."""
    plain = rows.order_by()
    if not plain.query.combinator and not plain.query.values_select:  # else it names its columns already
        plain = plain.select_related(None).values("pk")
    return _compiled("SELECT count(*) FROM ({}) counted", plain, otherwise="0")


def only_value(rows: QuerySet[Any, Any]) -> Question:
    """The value of rows of one column, of which there is at most one row; None where there is none."""
    return _compiled("{} LIMIT 1", rows, otherwise="NULL")


def ask_together(questions: Sequence[Question]) -> list[Any]:
    """The answers, in order. One statement."""
    params = [value for one in questions for value in one.params]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(f'({one.text})' for one in questions)}", params)
        return list(cursor.fetchone() or ())


def _compiled(around: str, rows: QuerySet[Any, Any], *, otherwise: str) -> Question:
    try:
        text, params = rows.query.sql_with_params()
    except EmptyResultSet:  # such as of whoever may see none
        return Question(otherwise)
    return Question(around.format(text), tuple(params))
