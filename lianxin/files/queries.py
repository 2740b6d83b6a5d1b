"""Reads of imports."""

from collections.abc import Sequence

from django.db.models import Q

from lianxin.files.models import Import, ImportFinding
from lianxin.files.permissions import IMPORT
from lianxin.kernel.authz import Actor
from lianxin.kernel.authz.scope import reach_condition

PAGE = 100


def imports_of(actor: Actor, *, size: int = 30) -> list[Import]:
    """Imports of late at places where the actor may import, and their own; newest first. One query."""
    condition = Q(account_id=actor.account_id)
    reach = reach_condition(actor, IMPORT, field="organisation__path")
    if reach is not None:
        condition |= reach
    runs = Import.objects.filter(condition).exclude(state=Import.State.ABANDONED)
    return list(runs.select_related("organisation", "file", "account")[:size])


def findings(run: Import, view: str, *, after: int = 0) -> Sequence[ImportFinding]:
    """One page of an import's findings: "errors", "warnings", "changes" or "additions"."""
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
    return rows[: PAGE + 1]


def problem_groups(run: Import) -> list[dict[str, object]]:
    """Problems by kind, with how many cells each has and how many carry a suggestion; most first."""
    groups: dict[str, dict[str, object]] = {}
    for problems in run.findings.exclude(problems=[]).values_list("problems", flat=True).iterator():
        for problem in problems:
            group = groups.setdefault(
                problem["code"],
                {"code": problem["code"], "message": problem["message"], "level": problem["level"], "cells": 0, "suggested": 0},
            )
            group["cells"] = int(str(group["cells"])) + 1
            group["suggested"] = int(str(group["suggested"])) + (problem["suggestion"] is not None and bool(problem["key"]))
    return sorted(groups.values(), key=lambda group: -int(str(group["cells"])))
