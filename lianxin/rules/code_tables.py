"""Code tables: national codes and the lists of the register, read from `tables/*.csv`.

Every table has the same nine first columns: `key` is what the database stores (the official code, or the identifier
where the table has none), then the official code, the identifier, both names, the parent's key, the confidence,
whether new records may use the entry, and other spellings found in spreadsheets, separated by semicolons. Further
columns belong to the table and are read with `entry.extra["…"]`.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import yaml

from lianxin.rules.bilingual import Bilingual

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from django.utils.functional import _StrPromise

Confidence = Literal["certain", "check"]

FOLDER = Path(__file__).parent / "tables"
COLUMNS = ("key", "code", "identifier", "name_zh", "name_en", "parent", "confidence", "active", "aliases")


class UnknownCodeTable(LookupError):  # noqa: N818 - the name says it as in a sentence
    """No code table has this name."""


class UnknownCode(LookupError):  # noqa: N818 - the name says it as in a sentence
    """The table has no entry with this key."""


@dataclass(frozen=True, slots=True)
class CodeEntry:
    """One line of a code table. `key` is the value to store and never changes."""

    key: str
    code: str
    identifier: str
    name_zh: str
    name_en: str
    parent: str
    confidence: Confidence
    active: bool
    aliases: tuple[str, ...] = ()
    extra: Mapping[str, str] = field(default_factory=dict, hash=False)
    is_heading: bool = False

    def __str__(self) -> str:
        return str(self.name)

    @property
    def name(self) -> _StrPromise:
        """Name in the reader's language, chosen only when it is shown."""
        return Bilingual(en=self.name_en, zh=self.name_zh).lazy

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every text by which `CodeTable.find` knows the entry."""
        return tuple(s for s in (self.key, self.code, self.identifier, self.name_zh, self.name_en, *self.aliases) if s)


@dataclass(frozen=True)
class CodeTable:
    """A code table in file order."""

    name: str
    title: Bilingual
    standard: str
    entries: tuple[CodeEntry, ...]
    _by_key: Mapping[str, CodeEntry] = field(repr=False, compare=False)
    _by_spelling: Mapping[str, CodeEntry] = field(repr=False, compare=False)

    def __iter__(self) -> Iterator[CodeEntry]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def __contains__(self, key: object) -> bool:
        return key in self._by_key

    def __getitem__(self, key: str) -> CodeEntry:
        """Return the entry with this key.

        Raises:
            UnknownCode: the table has no such key.
        """
        try:
            return self._by_key[key]
        except KeyError:
            raise UnknownCode(f"Code table {self.name} has no entry {key!r}.") from None

    def find(self, text: str) -> CodeEntry | None:
        """Return the entry that a person or a spreadsheet means, or None.

        Takes a key, an official code, an identifier, a name in either language or an alias; ignores spaces, width of
        characters and upper or lower case.
        """
        return self._by_spelling.get(normalise_spelling(text))

    def choices(self, *, headings: bool = False) -> list[tuple[str, _StrPromise]]:
        """Return Django choices in the reader's language: active entries, group headings only when asked for."""
        return [(e.key, e.name) for e in self.entries if e.active and (headings or not e.is_heading)]

    def children(self, key: str) -> tuple[CodeEntry, ...]:
        """Return the entries directly under `key`; under the empty string, the top of the table."""
        return tuple(e for e in self.entries if e.parent == key)

    def branch(self, key: str) -> frozenset[str]:
        """Return the key and those of everything below it, for filters that take a heading."""
        keys = {self[key].key}
        for entry in self.children(key):
            keys |= self.branch(entry.key)
        return frozenset(keys)


def normalise_spelling(text: str) -> str:
    """Fold width, case and white space so that two spellings of one value compare equal."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()


@cache
def code_table(name: str) -> CodeTable:
    """Return the code table of this name, for example `sex` or `ethnic_groups`.

    Raises:
        UnknownCodeTable: there is no such table; the message lists those there are.
    """
    about = table_register()
    if name not in about:
        raise UnknownCodeTable(f"There is no code table {name!r}; there are: {', '.join(sorted(about))}.")
    return read_table(name, about[name], FOLDER / f"{name}.csv")


@cache
def table_register() -> Mapping[str, Mapping[str, str]]:
    """Return title and standard of every code table by name, from `tables/tables.yaml`."""
    with (FOLDER / "tables.yaml").open(encoding="utf-8") as stream:
        register: dict[str, dict[str, str]] = yaml.safe_load(stream)
    return register


def read_table(name: str, about: Mapping[str, str], path: Path) -> CodeTable:
    """Read one table from a file; used for the shipped tables and by the validation of others."""
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    entries = tuple(_entry(row) for row in rows)
    by_spelling: dict[str, CodeEntry] = {}
    # Names and codes of the table itself win over aliases, whatever the order of lines.
    for entry in entries:
        for spelling in entry.spellings[: len(entry.spellings) - len(entry.aliases)]:
            by_spelling.setdefault(normalise_spelling(spelling), entry)
    for entry in entries:
        for spelling in entry.aliases:
            by_spelling.setdefault(normalise_spelling(spelling), entry)
    return CodeTable(
        name=name,
        title=Bilingual(en=about["title_en"], zh=about["title_zh"]),
        standard=about.get("standard", ""),
        entries=entries,
        _by_key={entry.key: entry for entry in entries},
        _by_spelling=by_spelling,
    )


def _entry(row: Mapping[str, str]) -> CodeEntry:
    extra = {column: value for column, value in row.items() if column not in COLUMNS}
    return CodeEntry(
        key=row["key"],
        code=row["code"],
        identifier=row["identifier"],
        name_zh=row["name_zh"],
        name_en=row["name_en"],
        parent=row["parent"],
        confidence="certain" if row["confidence"] == "certain" else "check",
        active=row["active"] == "true",
        aliases=tuple(alias.strip() for alias in row["aliases"].split(";") if alias.strip()),
        extra=extra,
        is_heading=extra.get("is_group_heading") == "true",
    )
