"""From a planned row to what is kept of it: counts, kinds of problems, and the rows worth looking at."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lianxin.files.masking import mask_numbers
from lianxin.files.models import Import, ImportFinding
from lianxin.kernel.imports import Deed, PlannedRow
from lianxin.kernel.privacy.sealed import Sealed
from lianxin.kernel.privacy.texts import mask_in_text
from lianxin.kernel.spreadsheets.columns import Column
from lianxin.kernel.spreadsheets.matching import fold_header
from lianxin.kernel.spreadsheets.problems import Level, Problem

KEPT_PROBLEM_ROWS = 5000
KEPT_CHANGES = 2000
KEPT_SAMPLES = 50
SEALED_AS = "cell"


@dataclass(slots=True)
class Tally:
    """What a dry run found so far. Its size does not grow with the rows."""

    run: Import
    columns: Mapping[str, Column]
    counts: Counter[str] = field(default_factory=Counter)
    groups: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    _kept: Counter[str] = field(default_factory=Counter)
    _keys: dict[tuple[str, str], str] = field(default_factory=dict)
    _headings: dict[tuple[str, str], str] = field(default_factory=dict)

    def take(self, planned: PlannedRow) -> ImportFinding | None:
        """Count a planned row; the finding to keep of it, or None."""
        problems = self._one_error_a_cell(planned.row.problems)
        errors = sum(problem.level is Level.ERROR for problem in problems)
        is_row = planned.row.number > 0
        self.counts["rows"] += is_row
        self.counts[planned.deed] += is_row
        self.counts["errors"] += errors
        self.counts["warnings"] += len(problems) - errors
        told = [self._told(problem) for problem in problems]
        if problems:
            place, limit = "problems", KEPT_PROBLEM_ROWS
        elif planned.deed is Deed.CHANGE:
            place, limit = "changes", KEPT_CHANGES
        elif planned.deed is Deed.ADD:
            place, limit = "samples", KEPT_SAMPLES
        else:
            return None
        self._kept[place] += 1
        if self._kept[place] > limit:
            return None
        return ImportFinding(
            run=self.run,
            sheet=planned.row.sheet[:120],
            row=planned.row.number,
            label=mask_in_text(planned.label[:200]),
            deed=planned.deed,
            duplicate_of=str(planned.duplicate_of)[:200],
            changes={key: [_shown(old), _shown(new)] for key, (old, new) in planned.changes.items()},
            problems=told,
            has_errors=errors > 0,
        )

    def _one_error_a_cell(self, problems: list[Problem]) -> list[Problem]:
        """The problems without errors that only follow from an earlier one of the cell (unreadable, so missing)."""
        if len(problems) < 2:  # noqa: PLR2004 - one problem follows from nothing
            return problems
        kept: list[Problem] = []
        wrong: set[str] = set()
        for problem in problems:
            key = self._key(problem)
            if problem.level is not Level.ERROR or not key or key not in wrong:
                kept.append(problem)
            if problem.level is Level.ERROR:
                wrong.add(key)
        return kept

    def _heading(self, problem: Problem, key: str) -> str:
        """The file's own heading of the column, which is what the person sees in the file."""
        place = (problem.sheet, key)
        if place not in self._headings:
            headed = (
                header["text"]
                for table in self.run.tables
                if table["sheet"] == problem.sheet
                for header in table["headers"]
                if key and header["column"] == key
            )
            label = str(self.columns[key].label) if key in self.columns else problem.column
            self._headings[place] = next(headed, label)
        return self._headings[place] if key else problem.column

    def _told(self, problem: Problem) -> dict[str, Any]:
        """The problem as it is kept: its column's key, personal numbers masked, a personal suggestion sealed."""
        key = self._key(problem)
        heading = self._heading(problem, key)
        column = self.columns.get(key)
        personal = column is not None and column.personal
        message = mask_numbers(str(problem.message)) if personal else mask_in_text(str(problem.message))
        suggestion = None if problem.suggestion is None else _cell_text(problem.suggestion)
        group = self.groups.setdefault(
            (problem.code, heading),
            {
                "code": problem.code,
                "column": heading,
                "message": message,
                "level": problem.level,
                "cells": 0,
                "suggested": 0,
            },
        )
        group["cells"] += 1
        group["suggested"] += suggestion is not None and bool(key)
        return {
            "column": heading,
            "key": key,
            "level": problem.level,
            "message": message,
            "suggestion": suggestion if not personal or suggestion is None else None,
            "sealed": Sealed.of(suggestion, SEALED_AS).text if personal and suggestion else "",
            "code": problem.code,
        }

    def _key(self, problem: Problem) -> str:
        """The column a problem speaks of: by the file's heading, or by the column's own key or label."""
        place = (problem.sheet, problem.column)
        if place not in self._keys:
            folded = fold_header(problem.column) if problem.column else ""
            headed = (
                header["column"]
                for table in self.run.tables
                if table["sheet"] == problem.sheet
                for header in table["headers"]
                if header["column"] and header["text"] == problem.column
            )
            named = (
                key
                for key, column in self.columns.items()
                if folded and (key == problem.column or fold_header(str(column.label)) == folded)
            )
            self._keys[place] = next(headed, next(named, ""))
        return self._keys[place]

    def kinds(self) -> list[dict[str, Any]]:
        """Problems by kind, errors first, then by how many cells."""
        return sorted(self.groups.values(), key=lambda group: (group["level"] != Level.ERROR, -group["cells"]))


def suggestion_of(told: Mapping[str, Any]) -> str | None:
    """The suggestion of a kept problem in clear, for the person who may import here."""
    if told.get("sealed"):
        return Sealed.from_text(told["sealed"], SEALED_AS).reveal()
    suggestion = told["suggestion"]
    return None if suggestion is None else str(suggestion)


def _cell_text(value: Any) -> str:
    """A value as a person would type it into a cell."""
    return {True: "是", False: "否"}[value] if isinstance(value, bool) else str(value)


def _shown(value: Any) -> str:
    return "" if value is None else _cell_text(value)
