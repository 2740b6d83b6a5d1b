"""Validation of law files and code tables; `lianxin rules check` prints what it finds.

Numbers of the law are kept twice: in the law files and, with the day, in `law/vectors.csv`. Whoever changes one without
the other is told.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from lianxin.rules import book, code_tables
from lianxin.rules.code_tables import COLUMNS, normalise_spelling

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PACKAGE = Path(__file__).resolve().parent.parent
NUMBERS = frozenset({"integer", "months", "choices"})
BURDEN = "burden"


def problems(*, law: Path = book.FOLDER, tables: Path = code_tables.FOLDER, code: Path = PACKAGE) -> list[str]:
    """Return every fault of the law files, their vectors and the code tables in sentences; empty when all is well.

    `code` is the folder whose Python files must name every rule that is neither a number nor for reference.
    """
    return [*law_problems(law, code), *table_problems(tables)]


def law_problems(law: Path, code: Path) -> list[str]:
    """Return the faults of the files of rules in a folder."""
    validator = Draft202012Validator(json.loads((book.FOLDER / "schema.json").read_text(encoding="utf-8")))
    known = set(_yaml(law / "sources.yaml"))
    found: list[str] = []
    rules: list[dict[str, Any]] = []
    for path in book.law_files(law):
        listed = _yaml(path)
        faults = [
            f"{path.name}: {'.'.join(str(step) for step in error.absolute_path)}: {error.message}"
            for error in validator.iter_errors(_days_as_text(listed))
        ]
        found += faults
        if not faults:
            rules += listed
    for rule_id, times in Counter(rule["id"] for rule in rules).items():
        if times > 1:
            found.append(f"{rule_id}: the id is used {times} times; give each rule its own.")
    for rule in rules:
        found += _period_problems(rule)
        found += _source_problems(rule, known)
        found += _value_problems(rule)
    found += _coverage_problems(rules, law, code)
    return found


def _period_problems(rule: Mapping[str, Any]) -> Iterable[str]:
    rule_id = rule["id"]
    versions = sorted(rule["versions"], key=lambda v: v.get("valid_from", dt.date.min))
    for version in versions:
        if "valid_from" in version and "valid_to" in version and version["valid_to"] < version["valid_from"]:
            yield f"{rule_id}: a version ends on {version['valid_to']} before it begins on {version['valid_from']}."
    for earlier, later in pairwise(versions):
        ends, begins = earlier.get("valid_to"), later.get("valid_from")
        if begins is None:
            yield f"{rule_id}: two versions have no beginning; only the first may."
        elif ends is None or ends >= begins:
            yield f"{rule_id}: the version before {begins} overlaps it; end it on {begins - dt.timedelta(days=1)}."
        elif ends + dt.timedelta(days=1) != begins:
            yield f"{rule_id}: nothing is in force between {ends} and {begins}; versions must adjoin."


def _source_problems(rule: Mapping[str, Any], known: set[str]) -> Iterable[str]:
    for version in rule["versions"]:
        if version["source"] not in known:
            yield f"{rule['id']}: the source {version['source']} is not listed in sources.yaml."


def _value_problems(rule: Mapping[str, Any]) -> Iterable[str]:
    for version in rule["versions"]:
        bounds = version.get("may_override_locally")
        value = version["value"]
        if rule["kind"] == "table" and any(len(row) != len(rule["columns"]) for row in value):
            yield f"{rule['id']}: a row of the table has not as many cells as there are columns."
        if bounds is None:
            continue
        if rule.get("used_by") == BURDEN:
            yield f"{rule['id']}: what the software must not do is no local matter; take may_override_locally away."
        if not isinstance(value, int):
            yield f"{rule['id']}: only a single number may be overridden locally."
        elif not book.Bounds(bounds.get("minimum"), bounds.get("maximum")).contain(value):
            yield f"{rule['id']}: the value {value} lies outside its own bounds for local settings."
        elif version["confidence"] == "certain" and bounds.get("stricter"):
            loosest = bounds.get({"smaller": "maximum", "larger": "minimum"}[bounds["stricter"]])
            if loosest != value:
                yield f"{rule['id']}: the law says {value}; let no organisation ask less, end the bounds there."


def _coverage_problems(rules: list[dict[str, Any]], law: Path, code: Path) -> Iterable[str]:
    """Compare every number with its vectors, and look for every other rule in the code."""
    with (law / "vectors.csv").open(encoding="utf-8", newline="") as stream:
        vectors = list(csv.DictReader(stream))
    by_id = {rule["id"]: rule for rule in rules}
    for vector in vectors:
        rule = by_id.get(vector["rule_id"])
        if rule is None:
            yield f"vectors.csv: there is no rule {vector['rule_id']}."
            continue
        value = _value_on(rule, dt.date.fromisoformat(vector["on"]))
        if value != vector["expected"]:
            yield f"{rule['id']}: on {vector['on']} the law files say {value}, vectors.csv says {vector['expected']}."
    tested = {vector["rule_id"] for vector in vectors}
    written = "\n".join(
        path.read_text(encoding="utf-8") for path in sorted(code.rglob("*.py")) if "tests" not in path.parts
    )
    for rule in rules:
        if rule["kind"] in NUMBERS:
            if rule["id"] not in tested:
                yield f"{rule['id']}: no line of vectors.csv tests its value; add one for each version."
        elif "used_by" not in rule and f'"{rule["id"]}"' not in written:
            yield f"{rule['id']}: no check refers to it; remove it or mark it `used_by: reference`."


def _value_on(rule: Mapping[str, Any], on: dt.date) -> str:
    for version in rule["versions"]:
        if version.get("valid_from", dt.date.min) <= on <= version.get("valid_to", dt.date.max):
            value = version["value"]
            return " ".join(str(number) for number in value) if isinstance(value, list) else str(value)
    return "none"


def table_problems(folder: Path) -> list[str]:
    """Return the faults of the code tables in a folder."""
    register = _yaml(folder / "tables.yaml")
    files = {path.stem: path for path in sorted(folder.glob("*.csv"))}
    found = [f"tables.yaml lists {name}, but there is no {name}.csv." for name in sorted(set(register) - set(files))]
    found += [f"{name}.csv is not listed in tables.yaml." for name in sorted(set(files) - set(register))]
    for path in files.values():
        found += _one_table_problems(path)
    return found


def _one_table_problems(path: Path) -> Iterable[str]:
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        columns = reader.fieldnames or []
        rows = list(reader)
    if tuple(columns[: len(COLUMNS)]) != COLUMNS:
        yield f"{path.name}: the first columns must be {', '.join(COLUMNS)}."
        return
    for key, times in Counter(row["key"] for row in rows).items():
        if times > 1:
            yield f"{path.name}: the key {key} is used {times} times."
    keys = {row["key"] for row in rows}
    for line, row in enumerate(rows, start=2):
        where = f"{path.name}, line {line}"
        if None in row or None in row.values():
            yield f"{where}: the line has not as many cells as there are columns."
            return
        yield from _row_problems(where, row, keys)
    yield from _spelling_problems(path.name, rows)


def _row_problems(where: str, row: Mapping[str, str], keys: set[str]) -> Iterable[str]:
    if not (row["key"] and row["name_zh"] and row["name_en"]):
        yield f"{where}: key, name_zh and name_en must be filled."
    if row["key"] not in {row["code"], row["identifier"]}:
        yield f"{where}: the key must be the code or the identifier."
    if row["parent"] and row["parent"] not in keys:
        yield f"{where}: the parent {row['parent']} is not in the table."
    if row["confidence"] not in {"certain", "check"}:
        yield f"{where}: confidence is certain or check."
    if row["active"] not in {"true", "false"}:
        yield f"{where}: active is true or false."


def _spelling_problems(file: str, rows: list[dict[str, str]]) -> Iterable[str]:
    owners: dict[str, str] = {}
    for row in rows:
        spellings = [row["code"], row["identifier"], row["name_zh"], row["name_en"], *row["aliases"].split(";")]
        for spelling in {normalise_spelling(text) for text in spellings if text and text.strip()}:
            owner = owners.setdefault(spelling, row["key"])
            if owner != row["key"]:
                yield f"{file}: “{spelling}” means both {owner} and {row['key']}; take it from one of them."


def _days_as_text(node: Any) -> Any:
    """Write dates as JSON Schema knows them."""
    if isinstance(node, dt.date):
        return node.isoformat()
    if isinstance(node, dict):
        return {key: _days_as_text(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_days_as_text(value) for value in node]
    return node


def _yaml(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))
