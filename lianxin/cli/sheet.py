"""The evidence as a sheet: lines in a terminal, JSON for programs, a page in Chinese to print and sign."""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING, Any

from django.utils import translation
from django.utils.translation import gettext as _

from lianxin.cli.evidence import NAMES
from lianxin.cli.findings import State

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from enum import Enum

    from lianxin.cli.evidence import Evidence, Inspection

_STYLE = """
body { font: 10.5pt/1.5 "Noto Sans CJK SC", "Source Han Sans SC", SimSun, sans-serif }
body { margin: 2em auto; max-width: 60em }
h1 { font-size: 16pt; text-align: center } table { border-collapse: collapse; width: 100% }
th, td { border: 1px solid #555; padding: .3em .5em; text-align: left; vertical-align: top }
th { background: #f2f2f2 } .bad { font-weight: bold; color: #a00 } .remark { color: #850 }
tr { break-inside: avoid } footer { margin-top: 3em; display: flex; justify-content: space-between }
@page { size: A4; margin: 18mm }
"""


def by_control(found: Sequence[Evidence]) -> Iterator[tuple[Enum, list[Evidence]]]:
    """The evidence in the order of the headings; one of which nothing was looked at is left out."""
    for control in type(found[0].control) if found else ():
        if group := [one for one in found if one.control is control]:
            yield control, group


def as_json(found: Sequence[Evidence], facts: dict[str, str]) -> str:
    """For programs."""
    return json.dumps({**facts, "findings": [one.as_data() for one in found]}, ensure_ascii=False, indent=2)


def facts(*, system: str, version: str, at: datetime, address: str = "") -> dict[str, str]:
    """What stands above the evidence."""
    asked = {"address": address} if address else {}
    return {"system": system, **asked, "version": version, "at": f"{at:%Y-%m-%d %H:%M:%S %z}"}


def as_html(found: Sequence[Evidence], told: dict[str, str], inspection: Inspection) -> str:
    """A page of its own, without script and without anything fetched, to be printed and signed."""
    with translation.override("zh-hans"):
        counts = {state: sum(1 for one in found if one.state is state) for state in State}
        rows = "".join(_rows(control, group) for control, group in by_control(found))
        labels: list[tuple[Any, str]] = [
            (_("System"), told["system"]),
            *([(_("Address asked"), told["address"])] if "address" in told else []),
            (_("Version"), told["version"]),
            (_("Looked at"), told["at"]),
            (_("Result"), "　".join(f"{NAMES[state]}：{number}" for state, number in counts.items())),
        ]
        head = "".join(f"<tr><th>{escape(str(name))}</th><td>{escape(value)}</td></tr>" for name, value in labels)
        title = escape(str(inspection.title))
        titles = (
            str(inspection.heading),
            _("What was looked at"),
            _("Finding"),
            _("What was seen"),
            _("How to mend it"),
        )
        columns = "".join(f"<th>{escape(str(one))}</th>" for one in titles)
        basis = escape(str(inspection.basis))
        signed = escape(_("Inspected by:")), escape(_("Checked by:")), escape(_("Date:"))
        return (
            f'<!doctype html><html lang="zh-Hans"><head><meta charset="utf-8"><title>{title}</title>'
            f"<style>{_STYLE}</style></head><body><h1>{title}</h1><table>{head}</table><p>{basis}</p>"
            f"<table><thead><tr>{columns}</tr></thead><tbody>{rows}</tbody></table>"
            f"<footer>{''.join(f'<span>{one}　　　　　　</span>' for one in signed)}</footer></body></html>"
        )


def _rows(control: Enum, group: list[Evidence]) -> str:
    cells = []
    for number, one in enumerate(group):
        first = f'<th rowspan="{len(group)}">{escape(control.value)}</th>' if number == 0 else ""
        state = escape(str(NAMES[one.state]))
        cells.append(
            f'<tr>{first}<td>{escape(one.subject)}</td><td class="{one.state.name}">{state}</td>'
            f"<td>{escape(one.sentence)}</td><td>{escape(one.remedy)}</td></tr>"
        )
    return "".join(cells)
