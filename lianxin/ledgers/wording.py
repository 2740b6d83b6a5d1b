"""How faults of a layout and their places are said."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from lianxin.ledgers.catalogue import nearest_names

MOST_SAID = 20


def _part(name: str) -> str:
    return {
        "body": "",
        "header": _("header, "),
        "footer": _("footer, "),
        "footnotes": _("footnotes, "),
    }.get(name, "")


def place_words(place: list[Any]) -> str:
    """Where in the file something stands, as a person finds it."""
    if place[0] == "cell":
        return _("sheet “%(sheet)s”, cell %(cell)s") % {"sheet": place[1], "cell": place[2]}
    if place[0] == "property":
        return _("properties of the file")
    part = _part(str(place[0]))
    if len(place) == 1:
        return part.rstrip("， ,") or _("text of the document")
    if place[1] == "table":
        return part + _("table %(table)d, row %(row)d, column %(column)d") % {
            "table": place[2],
            "row": place[3],
            "column": place[4],
        }
    return part + _("paragraph %(number)d (“%(text)s…”)") % {"number": place[2], "text": place[3]}


def fault_words(code: str, written: str) -> str:
    """What is wrong, and how to mend it."""
    given = {"written": written}
    if code == "unknown":
        near = nearest_names(written)
        if near:
            return _("there is no field “%(written)s”. Did you mean %(near)s?") % {
                **given,
                "near": "、".join(f"{{{{ {name} }}}}" for name in near),
            }
        return _("there is no field “%(written)s”. Look it up in the list of fields.") % given
    sentences = {
        "expression": _("“%(written)s” is no field. Between the braces only the name of a field may stand."),
        "unclosed": _("braces are opened and not closed, or the other way round: “%(written)s”."),
        "no_loop": _("“%(written)s” ends a loop that nothing began."),
        "unended": _("the loop over “%(written)s” is not ended. Write {%%p endfor %%} after it."),
        "no_list": _("“%(written)s” is a single value; only lists can be looped over."),
        "needs_row": _("“%(written)s” belongs to a list. Put it into a row of a table; the row is repeated."),
        "needs_column": _("“%(written)s” is a list. Name one of its columns too, in a row of a table."),
        "two_lists": _("one row names columns of two lists: “%(written)s”. Give each list a row of its own."),
        "formula": _("the formula “%(written)s” holds a field. Put the field into a cell of its own."),
        "single_cell": _(
            "the formula “%(written)s” refers to a single cell of a row that is repeated. Write a range: SUM(B3:B3)."
        ),
        "fixed_formula": _(
            "the formula “%(written)s” cannot follow when rows are repeated. Leave out array formulas and INDIRECT."
        ),
        "merged": _("the cells %(written)s are merged over a row that is repeated. Unmerge them."),
    }
    return sentences[code] % given


def faults_in_words(problems: Iterable[tuple[str, str, list[Any]]]) -> list[str]:
    """One sentence for each fault, its place first; at most twenty and then how many more there are."""
    every = [f"{place_words(place)}：{fault_words(code, written)}" for code, written, place in problems]
    if len(every) <= MOST_SAID:
        return every
    return [*every[:MOST_SAID], _("and %(more)d more. Mend these first.") % {"more": len(every) - MOST_SAID}]
