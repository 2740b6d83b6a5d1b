"""Inspecting a running installation by what the protection scheme asks for."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from lianxin.cli.evidence import Inspection
from lianxin.cli.security import machine, people, stored
from lianxin.cli.security.served import Served


def inspection(address: str) -> Inspection:
    """Every check of the installation that answers at that address."""
    return Inspection(
        title=_("Self-inspection for the protection scheme: evidence"),
        heading=_("Control"),
        basis=_("Controls are those of GB/T 22239-2019. What only people can attest is not part of this sheet."),
        checks=(*Served(address).checks(), *stored.checks(), *people.checks(), *machine.checks()),
    )
