"""The numbers of signing in: dated rules (`security.*`). The module that keeps rules registers where they come from."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_source: Callable[[str], Any] | None = None


def numbers_come_from(source: Callable[[str], Any]) -> None:
    """Register how a rule's name becomes its value in force; called once, by the module that keeps rules."""
    global _source  # noqa: PLW0603 - one registration at start-up
    _source = source


def number(name: str) -> int:
    """The value of the rule `security.<name>` in force now.

    Raises:
        RuntimeError: no module registered where numbers come from.
    """
    if _source is None:
        raise RuntimeError("No module has registered where the numbers of signing in come from.")
    return int(_source(f"security.{name}"))


def minutes(name: str) -> timedelta:
    """The rule's value, which is in minutes."""
    return timedelta(minutes=number(name))


def days(name: str) -> timedelta:
    """The rule's value, which is in days."""
    return timedelta(days=number(name))
