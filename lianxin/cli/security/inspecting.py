"""Looking at everything, in the language of the sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lianxin.cli.security import machine, people, stored
from lianxin.cli.security.served import Served

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lianxin.cli.security.evidence import Check, Evidence


def all_checks(address: str) -> tuple[Check, ...]:
    """Every check of the installation that answers at that address."""
    return (*Served(address).checks(), *stored.checks(), *people.checks(), *machine.checks())


def inspect(address: str) -> Iterator[Evidence]:
    """The evidence, one check after the other."""
    for check in all_checks(address):
        yield from check.evidence()
