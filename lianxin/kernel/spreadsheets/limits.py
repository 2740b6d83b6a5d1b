"""How much a file may ask of the machine. Chosen so that a county's real workbooks fit many times over."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one file; sizes in bytes. source: measured, see docs/decisions/spreadsheet-engine.md.

    Attributes:
        uncompressed: all parts of the package together, unpacked. 400,000 rows of 20 columns take about 250 MB.
        ratio: unpacked to packed size of one part, looked at from ``ratio_from`` bytes on. Real sheets stay under 60.
        strings_in_memory: shared strings kept in memory before the rest goes to a temporary file.
        strings: how many shared strings there may be.
        parts: files inside the package.
        empty_rows: reading stops after so many empty rows on end, and says so.
        columns: a sheet with a value further right is refused.
        merged_ranges: merged blocks looked at.
        spin_count: rounds of hashing an encrypted workbook may demand; Excel asks for 100,000.
        cell_text: characters in one cell; Excel's own limit is 32,767.
    """

    uncompressed: int = 2048 * MEGABYTE
    ratio: int = 400
    ratio_from: int = 20 * MEGABYTE
    strings_in_memory: int = 48 * MEGABYTE
    strings: int = 16_000_000
    parts: int = 5_000
    empty_rows: int = 10_000
    columns: int = 512
    cell_text: int = 40_000
    merged_ranges: int = 20_000
    spin_count: int = 1_000_000


DEFAULT_LIMITS = Limits()
