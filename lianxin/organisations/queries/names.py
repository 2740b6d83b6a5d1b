"""From what a spreadsheet writes in a cell to an organisation: full name, short name or code."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Q

from lianxin.kernel.db.paths import subtree
from lianxin.kernel.time import today
from lianxin.organisations.models import Organisation
from lianxin.organisations.pieces import folded
from lianxin.organisations.queries.scope import alive_on


class Named(NamedTuple):
    """An organisation as a name or code leads to it."""

    id: UUID
    path: str
    code: str
    name: str
    short_name: str
    org_type: str


BATCH = 5000
NAMED = ("id", "path", "code", "name", "short_name", "org_type")


def resolve_names(texts: Iterable[str], *, within: str = "") -> dict[str, list[Named]]:
    """For each text the organisations it can mean among those living today at or below the path `within`.

    An empty list: none. One: found. More: ambiguous, and a person must choose. A code wins over a full name, a full
    name over a short one. One query for every 5,000 different texts.
    """
    by_text = {text: folded(text) for text in texts}
    wanted = sorted({*by_text, *by_text.values()} - {""})
    by_code: dict[str, Named] = {}
    by_name: dict[str, list[Named]] = defaultdict(list)
    by_short_name: dict[str, list[Named]] = defaultdict(list)
    for start in range(0, len(wanted), BATCH):
        some = wanted[start : start + BATCH]
        known = Q(code__in=some) | Q(name__in=some) | Q(short_name__in=some)
        place = subtree(within) if within else Q()
        rows = Organisation.objects.filter(known, alive_on(today()), place).order_by("path")
        for row in rows.values_list(*NAMED):
            named = Named(*row)
            by_code[folded(named.code)] = named
            for names, key in ((by_name, folded(named.name)), (by_short_name, folded(named.short_name))):
                if named not in names[key]:
                    names[key].append(named)
    return {
        text: [by_code[key]] if key in by_code else (by_name.get(key) or by_short_name.get(key) or [])
        for text, key in by_text.items()
    }


def short_names_of(organisations: Iterable[UUID]) -> dict[UUID, str]:
    """The short names of organisations that rows in reach name, themselves in reach or not. One query.

    A member came from somewhere, a post is held elsewhere: the row may be seen, so may the name in it, and no more.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, short_name FROM organisations_short_names(%s)", [list(set(organisations))])
        return dict(cursor.fetchall())
