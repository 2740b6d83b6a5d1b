"""Reads of imports."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from lianxin.files.finding import suggestion_of
from lianxin.files.models import Import
from lianxin.files.permissions import IMPORT
from lianxin.kernel.authz import Actor, within
from lianxin.kernel.errors import Sentence
from lianxin.kernel.imports import ImportTarget
from lianxin.organisations.facade import organisations_within

PAGE = 50
PLACES = 300
TO_DO = (Import.State.UPLOADED, Import.State.CHECKED)


def imports_of(actor: Actor, *, size: int = 30) -> list[Import]:
    """Imports of late at places where the actor may import, newest first. One query."""
    runs = within(Import.objects.exclude(state=Import.State.ABANDONED), actor, IMPORT, field="organisation__path")
    return list(runs.select_related("organisation", "file", "account")[:size])


def imports_to_do(actor: Actor) -> QuerySet[Import]:
    """The actor's own imports that wait for them, newest first."""
    runs = within(Import.objects.filter(state__in=TO_DO), actor, IMPORT, field="organisation__path")
    return runs.filter(account=actor.account_id)


def places_for(actor: Actor, wanted: str = "") -> list[tuple[str, str]]:
    """Where the actor may import: the tops of their reach and what lies under them, for rows name their own branch.

    `wanted` (an id) is offered too, however deep it lies, if the actor may import there. At most two queries.
    """
    places = organisations_within(actor, IMPORT).order_by("depth", "path")
    offered = list(places[:PLACES])
    tops = min((place.depth for place in offered), default=0)
    offered = sorted((place for place in offered if place.depth <= tops + 1), key=lambda place: place.path)
    if _is_id(wanted) and UUID(wanted) not in {place.id for place in offered}:
        offered += places.filter(id=wanted)
    return [(str(place.id), f"{'　' * (place.depth - tops)}{place.short_name}") for place in offered]


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def columns_page(run: Import, target: ImportTarget) -> dict[str, Any]:
    """The sheets of an import, those with the same headings together, so that forty branches are matched at once."""
    groups: dict[tuple[Any, ...], dict[str, Any]] = {}
    for number, table in enumerate(run.tables):
        same = tuple((header["index"], header["text"], header["column"]) for header in table["headers"])
        group = groups.setdefault(same, {"headers": table["headers"], "sheets": []})
        group["sheets"].append((number, table))
    return {
        "groups": list(groups.values()),
        "columns": [(column.key, column.label, column.required) for column in target.columns()],
    }


def findings_page(run: Import, view: str, labels: dict[str, Sentence], *, after: int = 0) -> dict[str, Any]:
    """One page of findings: "errors", "warnings", "changes" or "additions", as the template shows them. One query."""
    rows = run.findings.filter(id__gt=after).order_by("id")
    match view:
        case "errors":
            rows = rows.filter(has_errors=True)
        case "warnings":
            rows = rows.filter(has_errors=False).exclude(problems=[])
        case "changes":
            rows = rows.filter(deed="change", has_errors=False)
        case _:
            rows = rows.filter(deed="add", has_errors=False)
    found = list(rows[: PAGE + 1])
    shown = [
        {
            "finding": finding,
            "changes": [(labels.get(key, key), old, new) for key, (old, new) in finding.changes.items()],
            "problems": [{**problem, "suggestion": suggestion_of(problem)} for problem in finding.problems],
        }
        for finding in found[:PAGE]
    ]
    return {"rows": shown, "next_after": found[PAGE - 1].pk if len(found) > PAGE else None}


def sheets_with_problems(run: Import) -> list[str]:
    """Names of the sheets that have rows to mend. One query."""
    rows = run.findings.exclude(problems=[]).filter(row__gt=0)
    return list(rows.order_by("sheet").values_list("sheet", flat=True).distinct())
