"""What a check says: which rule, how grave, why, what to do, and where it is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from django.utils.translation import gettext_lazy as _

from lianxin.rules.book import sources

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.utils.functional import _StrPromise

    from lianxin.rules.book import RuleVersion

Confidence = Literal["certain", "check"]


class Level(StrEnum):
    """How grave a verdict is. The system warns and records, a person decides: only a problem refuses an entry."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"

    @property
    def label(self) -> _StrPromise:
        """The word shown beside the colour."""
        return {Level.OK: _("In order"), Level.WARNING: _("Warning"), Level.PROBLEM: _("Problem")}[self]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of one check under one version of one rule.

    `message` says what is wrong with the figures of the case, `what_to_do` how to mend it; both are lazy and follow
    the reader's language. `facts` holds the figures compared, for records and for programs.
    """

    rule_id: str
    level: Level
    message: str | _StrPromise
    what_to_do: str | _StrPromise
    article: str
    source: str
    confidence: Confidence
    facts: Mapping[str, object] = field(default_factory=dict, hash=False)

    @property
    def citation(self) -> str:
        """Document and article in the reader's language."""
        return sources()[self.source].cite(self.article)

    @property
    def is_ok(self) -> bool:
        """Whether nothing is to be done."""
        return self.level is Level.OK


def verdict(rule: RuleVersion, level: Level, message: str | _StrPromise, **facts: object) -> Verdict:
    """Return a verdict that cites `rule`; what to do is what the rule says, nothing when all is in order."""
    return Verdict(
        rule_id=rule.id,
        level=level,
        message=message,
        what_to_do="" if level is Level.OK else rule.what_to_do.lazy,
        article=rule.article,
        source=rule.source.code,
        confidence=rule.confidence,
        facts=facts,
    )


def not_ok(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Return those a person must look at, gravest first, otherwise in the order given."""
    return sorted((v for v in verdicts if not v.is_ok), key=lambda v: v.level is not Level.PROBLEM)
