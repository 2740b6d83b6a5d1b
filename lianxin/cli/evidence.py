"""What was looked at, under which heading of an inspection, and what was seen."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from lianxin.cli.findings import Finding, State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from enum import Enum


NAMES = {State.good: _("in order"), State.remark: _("remark"), State.bad: _("to be mended")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence(Finding):
    """A finding with the heading it belongs to (`control`) and a name that stays the same between versions."""

    control: Enum
    code: str = ""

    def as_data(self) -> dict[str, Any]:
        """For `--json`."""
        return {**asdict(self), "state": self.state.name, "control": self.control.value}


@dataclass(frozen=True, slots=True)
class Check:
    """A check: its name, its heading, what it is called, and the looking itself."""

    code: str
    control: Enum
    subject: Any
    look: Callable[[], Iterator[tuple[State, str, str]]]

    def evidence(self) -> Iterator[Evidence]:
        """Look; a check that breaks is a finding itself: what cannot be seen is no evidence."""
        try:
            for state, sentence, remedy in self.look():
                yield self._found(state, sentence, remedy)
        except Exception as error:  # noqa: BLE001 - the other checks go on
            first = (str(error).strip().splitlines() or [""])[0]
            said = str(_("could not be looked at (%(what)s).")) % {"what": f"{type(error).__name__}: {first}"[:200]}
            yield self._found(State.bad, said, "")

    def _found(self, state: State, sentence: str, remedy: str) -> Evidence:
        return Evidence(str(self.subject), state, sentence, remedy, control=self.control, code=self.code)


@dataclass(frozen=True, slots=True)
class Inspection:
    """What is inspected: the title of its sheet, what its headings are called, what it rests on, and its checks."""

    title: Any
    heading: Any
    basis: Any
    checks: Sequence[Check]

    def evidence(self) -> Iterator[Evidence]:
        """The evidence, one check after the other."""
        for check in self.checks:
            yield from check.evidence()


def good(sentence: str) -> tuple[State, str, str]:
    """In order."""
    return State.good, sentence, ""


def remark(sentence: str, remedy: str = "") -> tuple[State, str, str]:
    """Worth a remark."""
    return State.remark, sentence, remedy


def bad(sentence: str, remedy: str) -> tuple[State, str, str]:
    """To be mended."""
    return State.bad, sentence, remedy
