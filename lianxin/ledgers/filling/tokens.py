"""Named fields in a layout: `{{ organisation.name }}`, and loops over lists. Nothing else may stand between braces.

Pure: no Django, no database. It runs in the child process, where files from outside are opened.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Known = Mapping[str, Sequence[str] | None]
Place = tuple[str | int, ...]
NAME = r"[^\W\d]\w*(?:\.[^\W\d]\w*)*"
TOKEN = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
OPEN = re.compile(r"\{\{|\{%|\{#|\}\}|%\}|#\}")
FIELD = re.compile(rf"\{{\{{\s*({NAME})\s*\}}\}}")
BEGIN = re.compile(rf"\{{%(?:tr|p)?\s+for\s+([^\W\d]\w*)\s+in\s+({NAME})\s+%\}}")
END = re.compile(r"\{%(?:tr|p)?\s+endfor\s+%\}")
LONGEST_SHOWN = 60
MOST_PROBLEMS = 50


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a layout: which kind of fault, what is written there, and where."""

    code: str
    written: str
    place: Place


@dataclass(slots=True)
class Found:
    """What a layout uses, and what is wrong with it."""

    fields: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    loops: list[tuple[str, str]] = field(default_factory=list)

    def wrong(self, code: str, written: str, place: Place) -> None:
        """Note a fault."""
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(code, written.strip()[:LONGEST_SHOWN], place))

    def told(self) -> dict[str, Any]:
        """As the parent reads it."""
        return {
            "fields": sorted(self.fields),
            "problems": [[one.code, one.written, list(one.place)] for one in self.problems],
        }


def list_of(name: str, known: Known) -> str:
    """The list of which a name is a column: "members.rows" for "members.rows.name"; empty where it is none."""
    above, _dot, column = name.rpartition(".")
    columns = known.get(above)
    return above if columns is not None and column in columns else ""


def read_tokens(found: Found, text: str, place: Place, known: Known, *, in_row: bool, may_loop: bool) -> None:
    """Check the tokens of one paragraph or cell and note what they use.

    `in_row`: columns of a list may stand here, the row is repeated. `may_loop`: loops may begin and end here.
    """
    rest = TOKEN.sub("", text)
    if OPEN.search(rest):
        found.wrong("unclosed", rest, place)
    lists: set[str] = set()
    for match in TOKEN.finditer(text):
        token = match[0]
        name = FIELD.fullmatch(token)
        if name is not None:
            _read_field(found, name[1], token, place, known, in_row=in_row, lists=lists)
        elif may_loop and (begin := BEGIN.fullmatch(token)):
            _begin(found, begin[1], begin[2], token=token, place=place, known=known)
        elif may_loop and END.fullmatch(token):
            if found.loops:
                found.loops.pop()
            else:
                found.wrong("no_loop", token, place)
        else:
            found.wrong("expression", token, place)
    if len(lists) > 1:
        found.wrong("two_lists", text, place)


def _begin(found: Found, variable: str, name: str, *, token: str, place: Place, known: Known) -> None:
    if known.get(name) is None:
        found.wrong("no_list" if name in known else "unknown", name, place)
        found.loops.append((variable, ""))
        return
    if variable in {one.partition(".")[0] for one in known}:
        found.wrong("expression", token, place)
    found.fields.add(name)
    found.loops.append((variable, name))


def _read_field(
    found: Found, name: str, token: str, place: Place, known: Known, *, in_row: bool, lists: set[str]
) -> None:
    head, _dot, column = name.partition(".")
    over = next((listed for variable, listed in reversed(found.loops) if variable == head), None)
    if over is not None:
        if over and column not in (known[over] or ()):
            found.wrong("unknown", f"{over}.{column}", place)
        elif over:
            found.fields.add(f"{over}.{column}")
        return
    listed = list_of(name, known)
    if listed:
        if not in_row:
            found.wrong("needs_row", token, place)
        lists.add(listed)
        found.fields.add(name)
    elif name not in known:
        found.wrong("unknown", name, place)
    elif known[name] is not None:
        found.wrong("needs_column", name, place)
    else:
        found.fields.add(name)


def end_of_part(found: Found, place: Place) -> None:
    """Loops end in the part of the document in which they began."""
    if found.loops:
        found.wrong("unended", found.loops[-1][1], place)
        found.loops.clear()
