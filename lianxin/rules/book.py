"""The book of rules: every version of every rule, read from `law/*.yaml`, and the one in force on a day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, cast

import yaml
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy, npgettext_lazy

from lianxin.rules.bilingual import Bilingual, lazy_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from django.utils.functional import _StrPromise

FOLDER = Path(__file__).parent / "law"
MONTHS_PER_YEAR = 12

Kind = Literal["integer", "months", "choices", "text", "table"]
Confidence = Literal["certain", "check"]
Precision = Literal["day", "month", "year"]
Division = Literal["article", "point", "item"]
SetBy = Literal["installation", "organisation"]
Stricter = Literal["", "smaller", "larger"]
Begins = Literal["", "year"]
Value = int | Bilingual | tuple[int, ...] | tuple[tuple[str, ...], ...]


class UnknownRule(LookupError):  # noqa: N818 - the name says it as in a sentence
    """No rule has this id."""


class NoRuleInForce(LookupError):  # noqa: N818 - the name says it as in a sentence
    """The rule exists, but no version of it was in force on the day asked for."""


class OverrideNotAllowed(ValueError):  # noqa: N818 - the name says it as in a sentence
    """A local setting stands where the rule allows none, or outside the bounds the rule gives."""


@dataclass(frozen=True, slots=True)
class Source:
    """A document that rules come from."""

    code: str
    name: Bilingual
    division: Division
    issued: str
    in_force: str
    note: Bilingual

    def cite(self, article: str) -> str:
        """Return name and place in the document, in the active language; the name alone without an article."""
        if not article:
            return str(self.name)
        given = {"source": self.name, "number": article}
        match self.division:
            case "point":
                return _("%(source)s, point %(number)s") % given
            case "item":
                return _("%(source)s, item %(number)s") % given
            case "article":
                return _("%(source)s, article %(number)s") % given


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far a local setting may go, None being no limit on that side; who makes it, and which way is stricter.

    `set_by` is the installation, by its settings, or an organisation for all below it. Where `stricter` says so,
    a lower organisation may go further that way than those above it, and never back. `begins` year: a value begins and
    ends with a year, for what it measures is counted by the year.
    """

    minimum: int | None
    maximum: int | None
    set_by: SetBy = "installation"
    stricter: Stricter = ""
    begins: Begins = ""

    def contain(self, value: int) -> bool:
        """Whether a local value keeps within the bounds."""
        above = self.minimum is None or value >= self.minimum
        return above and (self.maximum is None or value <= self.maximum)

    def is_looser(self, value: int, than: int) -> bool:
        """Whether a value asks less than another; never, where the rule knows no direction."""
        return {"smaller": value > than, "larger": value < than, "": False}[self.stricter]


@dataclass(frozen=True, slots=True)
class LocalValue:
    """A value an organisation set in place of the rule's, with the document that allows it."""

    value: int
    document: str
    organisation: str = ""
    id: UUID | None = None


class Overrides(Protocol):
    """Where local settings come from; bind the organisation before passing it in."""

    def __call__(self, rule_id: str, on: dt.date, /) -> LocalValue | None:
        """Return the local value in force on the day, or None."""


@dataclass(frozen=True, slots=True)
class RuleVersion:
    """One version of a rule: its value and where, since when and how surely it is so.

    `valid_from` None means that the beginning is not recorded; `valid_to` is the last day in force, None if it still
    is. `bounds` is None where the rule allows no local setting.
    """

    id: str
    title: Bilingual
    kind: Kind
    value: Value
    unit: str
    source: Source
    article: str
    confidence: Confidence
    valid_from: dt.date | None
    from_precision: Precision
    valid_to: dt.date | None
    bounds: Bounds | None
    note: Bilingual
    what_to_do: Bilingual
    used_by: str
    columns: tuple[Bilingual, ...] = ()
    local: LocalValue | None = None

    @property
    def may_override_locally(self) -> bool:
        """Whether an organisation may set its own value within bounds."""
        return self.bounds is not None

    @property
    def is_set_by_organisations(self) -> bool:
        """Whether organisations may set it for all below them."""
        return self.bounds is not None and self.bounds.set_by == "organisation"

    @property
    def is_rhythm(self) -> bool:
        """Whether it divides the year into periods; such rules are named so."""
        return self.kind == "months" and self.id.endswith(".interval_months")

    @property
    def number(self) -> int:
        """The value of an integer or months rule. Raises TypeError for rules of another kind."""
        if not isinstance(self.value, int):
            raise TypeError(f"Rule {self.id} is of kind {self.kind} and holds no single number.")
        return self.value

    @property
    def choices(self) -> tuple[int, ...]:
        """The values allowed; one for integer and months rules. Raises TypeError for text and tables."""
        if isinstance(self.value, int):
            return (self.value,)
        if self.kind != "choices":
            raise TypeError(f"Rule {self.id} is of kind {self.kind} and holds no numbers.")
        return cast("tuple[int, ...]", self.value)

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """The rows of a table rule. Raises TypeError for rules of another kind."""
        if self.kind != "table":
            raise TypeError(f"Rule {self.id} is of kind {self.kind} and holds no table.")
        return cast("tuple[tuple[str, ...], ...]", self.value)

    @property
    def shown_value(self) -> str:
        """The value with its unit, as people of the active language read it; empty for tables."""
        if self.kind == "table":
            return ""
        if self.kind == "text":
            return str(self.value)
        return _(" or ").join(_with_unit(number, self.unit) for number in self.choices)

    @property
    def shown_from(self) -> str:
        """The beginning as precisely as it is known: a day, a month, a year, or nothing."""
        if self.valid_from is None:
            return ""
        return self.valid_from.isoformat()[: {"day": 10, "month": 7, "year": 4}[self.from_precision]]

    @property
    def citation(self) -> str:
        """Document and article in the active language."""
        return self.source.cite(self.article)

    @property
    def basis(self) -> str:
        """Why it is so: document and article; of a local value also what the rule says, who set it, and by what."""
        if self.local is None:
            return self.citation
        law = next(one for one in history(self.id) if one.valid_from == self.valid_from)
        said = {
            "law": self.citation,
            "value": law.shown_value,
            "local": self.shown_value,
            "name": self.local.organisation,
            "document": self.local.document,
        }
        return _("%(law)s: %(value)s; %(local)s set by “%(name)s”: %(document)s") % said

    @property
    def is_settled(self) -> bool:
        """Whether it was read in its own text, or an organisation set it by a document; else it is to be confirmed."""
        return self.is_certain or self.local is not None

    @property
    def is_certain(self) -> bool:
        """Whether the rule was read in its own text; otherwise it is to be confirmed."""
        return self.confidence == "certain"

    @property
    def is_reference(self) -> bool:
        """Whether the rule is shown for information and no check uses it."""
        return self.used_by == "reference"

    @property
    def shown_value_lazy(self) -> _StrPromise:
        """`shown_value`, chosen only when it is shown."""
        return lazy_text(_ShownValue(self))

    def was_in_force(self, on: dt.date) -> bool:
        """Whether the version is the law of that day."""
        begun = self.valid_from is None or self.valid_from <= on
        return begun and (self.valid_to is None or on <= self.valid_to)


@dataclass(frozen=True, slots=True)
class _ShownValue:
    rule: RuleVersion

    def __str__(self) -> str:
        return self.rule.shown_value


def in_force(rule_id: str, on: dt.date, *, overrides: Overrides | None = None) -> RuleVersion:
    """Return the version of a rule that is the law of the day, with the local value where one is allowed and set.

    Raises:
        UnknownRule: no rule has this id.
        NoRuleInForce: the rule had not begun, or had ended, on that day.
        OverrideNotAllowed: `overrides` gave a value where the rule allows none, or outside its bounds.
    """
    version = _in_force(rule_id, on)
    local = overrides(rule_id, on) if overrides is not None else None
    if local is None:
        return version
    if version.bounds is None:
        raise OverrideNotAllowed(f"Rule {rule_id} allows no local setting; remove the one made by {local.document}.")
    if not version.bounds.contain(local.value):
        raise OverrideNotAllowed(
            f"The local setting {local.value} for {rule_id} must lie between {version.bounds.minimum} and "
            f"{version.bounds.maximum}; correct the one made by {local.document}."
        )
    return replace(version, value=local.value, local=local)


def in_force_or_none(rule_id: str, on: dt.date, *, overrides: Overrides | None = None) -> RuleVersion | None:
    """Return the version in force on the day, or None where the law of that day said nothing known to us.

    Raises:
        UnknownRule: no rule has this id.
        OverrideNotAllowed: as in `in_force`.
    """
    try:
        return in_force(rule_id, on, overrides=overrides)
    except NoRuleInForce:
        return None


def current(rule_id: str) -> RuleVersion:
    """Return the newest version, for standards that do not change with the day of a case. Raises UnknownRule."""
    return history(rule_id)[0]


def all_rules(on: dt.date) -> list[RuleVersion]:
    """Return every rule in force on the day, by id."""
    return [v for versions in book().values() for v in versions if v.was_in_force(on)]


def history(rule_id: str) -> tuple[RuleVersion, ...]:
    """Return all versions of a rule, newest first. Raises UnknownRule."""
    versions = book().get(rule_id)
    if versions is None:
        raise UnknownRule(f"There is no rule {rule_id!r}.")
    return versions


@lru_cache(maxsize=4096)
def _in_force(rule_id: str, on: dt.date) -> RuleVersion:
    for version in history(rule_id):
        if version.was_in_force(on):
            return version
    raise NoRuleInForce(f"No version of rule {rule_id!r} was in force on {on.isoformat()}.")


@cache
def sources() -> Mapping[str, Source]:
    """Return the documents rules come from, by code."""
    return read_sources(FOLDER / "sources.yaml")


@cache
def book() -> Mapping[str, tuple[RuleVersion, ...]]:
    """Return every rule by id in order, each with its versions, newest first."""
    return read_book(law_files(FOLDER), sources())


def law_files(folder: Path) -> list[Path]:
    """Return the files of rules in a folder: all but the list of sources."""
    return sorted(path for path in folder.glob("*.yaml") if path.name != "sources.yaml")


def read_sources(path: Path) -> dict[str, Source]:
    """Read the list of documents."""
    with path.open(encoding="utf-8") as stream:
        listed: dict[str, dict[str, Any]] = yaml.safe_load(stream)
    return {
        code: Source(
            code=code,
            name=_bilingual(about["name"]),
            division=about.get("division", "article"),
            issued=str(about.get("issued", "")),
            in_force=str(about.get("in_force", "")),
            note=_bilingual(about.get("note")),
        )
        for code, about in listed.items()
    }


def read_book(paths: Iterable[Path], known: Mapping[str, Source]) -> dict[str, tuple[RuleVersion, ...]]:
    """Read rules from files. Raises KeyError for a source that is not listed: `validate` says it in words."""
    found: dict[str, tuple[RuleVersion, ...]] = {}
    for path in paths:
        with path.open(encoding="utf-8") as stream:
            rules: list[dict[str, Any]] = yaml.safe_load(stream)
        for rule in rules:
            versions = [_version(rule, written, known) for written in rule["versions"]]
            found[rule["id"]] = tuple(sorted(versions, key=lambda v: v.valid_from or dt.date.min, reverse=True))
    return dict(sorted(found.items()))


def _version(rule: Mapping[str, Any], written: Mapping[str, Any], known: Mapping[str, Source]) -> RuleVersion:
    """Join what a rule says once with what the version says; the version wins."""
    merged = {**rule, **written}
    bounds = merged.get("may_override_locally")
    value = merged["value"]
    if merged["kind"] == "choices":
        value = tuple(value)
    elif merged["kind"] == "text":
        value = _bilingual(value)
    elif merged["kind"] == "table":
        value = tuple(tuple(str(cell) for cell in row) for row in value)
    return RuleVersion(
        id=merged["id"],
        title=_bilingual(merged["title"]),
        kind=merged["kind"],
        value=value,
        unit=merged.get("unit", ""),
        source=known[merged["source"]],
        article=str(merged.get("article", "")),
        confidence=merged["confidence"],
        valid_from=merged.get("valid_from"),
        from_precision=merged.get("from_precision", "day"),
        valid_to=merged.get("valid_to"),
        bounds=_bounds(bounds) if bounds else None,
        note=_bilingual(merged.get("note")),
        what_to_do=_bilingual(merged.get("what_to_do")),
        used_by=merged.get("used_by", ""),
        columns=tuple(_bilingual(column) for column in merged.get("columns", ())),
    )


def _bounds(written: Mapping[str, Any]) -> Bounds:
    return Bounds(
        written.get("minimum"),
        written.get("maximum"),
        written.get("set_by", "installation"),
        written.get("stricter", ""),
        written.get("begins", ""),
    )


def _bilingual(text: Mapping[str, str] | None) -> Bilingual:
    return Bilingual(en=text["en"], zh=text["zh"]) if text else Bilingual(en="", zh="")


_UNITS = {
    "months": ngettext_lazy("%(count)d month", "%(count)d months", "count"),
    "years": ngettext_lazy("%(count)d year", "%(count)d years", "count"),
    "years_of_age": ngettext_lazy("%(count)d year of age", "%(count)d years of age", "count"),
    "days": ngettext_lazy("%(count)d day", "%(count)d days", "count"),
    "working_days": ngettext_lazy("%(count)d working day", "%(count)d working days", "count"),
    "minutes": ngettext_lazy("%(count)d minute", "%(count)d minutes", "count"),
    "full_members": ngettext_lazy("%(count)d full member", "%(count)d full members", "count"),
    "members": npgettext_lazy("of a rule", "%(count)d member", "%(count)d members", "count"),
    "units": ngettext_lazy("%(count)d unit", "%(count)d units", "count"),
    "characters": ngettext_lazy("%(count)d character", "%(count)d characters", "count"),
    "times": ngettext_lazy("%(count)d time", "%(count)d times", "count"),
    "class_hours": ngettext_lazy("%(count)d class hour", "%(count)d class hours", "count"),
}


def _with_unit(number: int, unit: str) -> str:
    if unit == "months" and number and number % MONTHS_PER_YEAR == 0:
        number, unit = number // MONTHS_PER_YEAR, "years"
    return str(_UNITS[unit] % {"count": number}) if unit else str(number)
