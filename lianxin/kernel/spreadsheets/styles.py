"""Which cell styles of a workbook show dates: a date is a number whose format says so."""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING

from lianxin.kernel.spreadsheets.package import read_xml, small_number

if TYPE_CHECKING:
    from lianxin.kernel.spreadsheets.package import Package


class Shows(Enum):
    """What a number format makes of a number."""

    NUMBER = 0
    DATE = 1
    MONTH = 2  # year and month only
    TIME = 3  # hours and minutes without a day


# ECMA-376 part 1, 18.8.30, with the Chinese built-in formats 27 to 36 and 50 to 58.
_BUILT_IN = dict.fromkeys([14, 15, 22, *range(28, 32), 36, 50, 51, 52, 53, 54, 56, 58], Shows.DATE) | {
    17: Shows.MONTH,
    27: Shows.MONTH,
    55: Shows.MONTH,
    57: Shows.MONTH,
    **dict.fromkeys([18, 19, 20, 21, 32, 33, 34, 35, 45, 46, 47], Shows.TIME),
}
_LITERALS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)


def what_a_format_shows(code: str) -> Shows:
    """Return what a number format such as ``yyyy"年"m"月"d"日"`` shows."""
    letters = set(_LITERALS.sub("", code.split(";", 1)[0]).lower())
    if code.strip().lower() == "general" or not letters & set("ymdhs"):
        return Shows.NUMBER
    if "d" in letters:
        return Shows.DATE
    if "y" in letters:
        return Shows.MONTH if "m" in letters and not letters & set("hs") else Shows.DATE
    return Shows.TIME if letters & set("hs") else Shows.MONTH


def read_styles(package: Package, part: str) -> list[Shows]:
    """Return what each cell style (``s="…"``) shows."""
    formats: dict[int, Shows] = {}
    styles: list[Shows] = []
    inside_cell_formats = False

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal inside_cell_formats
        if tag == "numFmt":
            formats[small_number(attributes.get("numFmtId"), 0)] = what_a_format_shows(attributes.get("formatCode", ""))
        elif tag == "cellXfs":
            inside_cell_formats = True
        elif tag == "xf" and inside_cell_formats:
            number = small_number(attributes.get("numFmtId"), 0)
            styles.append(formats.get(number) or _BUILT_IN.get(number, Shows.NUMBER))

    def end(tag: str) -> None:
        nonlocal inside_cell_formats
        if tag == "cellXfs":
            inside_cell_formats = False

    read_xml(package, part, start, end)
    return styles
