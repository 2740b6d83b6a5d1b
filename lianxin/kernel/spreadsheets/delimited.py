"""Reading .csv and other delimited text as people in China save it: UTF-8, GB18030, GBK, UTF-16."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from typing import TYPE_CHECKING

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.spreadsheets.cells import Row
from lianxin.kernel.spreadsheets.problems import CannotRead

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

    from lianxin.kernel.spreadsheets.cells import Cell, MergedRange
    from lianxin.kernel.spreadsheets.limits import Limits
    from lianxin.kernel.spreadsheets.problems import Problem

_BLOCK = 1 << 16
_SNIFFED = 30  # lines
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_KEPT_AS_TEXT = re.compile(r'="([^"]*)"')  # the usual trick to keep Excel from turning an identity number into a float


class DelimitedSheet:
    """The one table of a delimited text file."""

    date1904 = False

    def __init__(self, file: IO[bytes], name: str, limits: Limits) -> None:
        self.name = name
        self.problems: list[Problem] = []
        self._file = file
        self._limits = limits
        self._encoding = find_encoding(file)
        self._delimiter = self._find_delimiter()

    def _text(self) -> io.TextIOWrapper:
        self._file.seek(0)
        return io.TextIOWrapper(io.BufferedReader(_lent(self._file)), encoding=self._encoding, newline="")

    def _find_delimiter(self) -> str:
        """Choose the sign that cuts the most of the first lines into the same number of columns, a comma if none does.

        Counting signs alone would take free text full of semicolons for a table.
        """
        text = self._text()
        lines = text.read(_BLOCK).splitlines(keepends=True)[:_SNIFFED]
        text.detach()

        def agreement(delimiter: str) -> float:
            try:
                widths = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter) if row)
            except csv.Error:
                return 0
            width, rows = widths.most_common(1)[0] if widths else (1, 0)
            return rows / widths.total() if width > 1 else 0

        return max(",\t;，", key=agreement)

    def rows(self) -> Iterator[Row]:
        """Yield the rows that are not empty, numbered by line as a spreadsheet program numbers rows.

        Raises:
            CannotRead: a quotation mark is not closed, or a row is too wide.
        """
        text = self._text()
        number = 0
        try:
            for number, values in enumerate(csv.reader(text, delimiter=self._delimiter), start=1):
                if len(values) > self._limits.columns and any(values[self._limits.columns :]):
                    raise CannotRead(
                        "too_wide",
                        format_lazy(
                            _(
                                "Row {row} has values beyond column {limit}. "
                                "Delete the columns that do not belong to the list."
                            ),
                            row=number,
                            limit=self._limits.columns,
                        ),
                    )
                cells: list[Cell] = [_value(value) for value in values]
                if any(cells):
                    yield Row(number, cells)
        except csv.Error as error:
            raise CannotRead(
                "quotes",
                format_lazy(
                    _("A quotation mark is not closed near row {row}. Open the file in Excel and save it as .xlsx."),
                    row=number + 1,
                ),
            ) from error
        finally:
            text.detach()

    def merged_ranges(self) -> tuple[MergedRange, ...]:
        """Return nothing: text has no merged cells."""
        return ()


class _Unclosing(io.RawIOBase):
    """Lends a file to a text wrapper that would close it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]  # typeshed's buffer type is private
        data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def _lent(file: IO[bytes]) -> io.RawIOBase:
    return _Unclosing(file)


class DelimitedBook:
    """A delimited text file as a workbook with one sheet."""

    def __init__(self, file: IO[bytes], name: str, limits: Limits) -> None:
        """Find encoding and delimiter.

        Raises:
            CannotRead: the bytes are not text in an encoding in use.
        """
        self.sheets = [DelimitedSheet(file, name, limits)]

    def close(self) -> None:
        """Do nothing: the file belongs to the workbook."""


def find_encoding(file: IO[bytes]) -> str:
    """Return the encoding of a text file, reading it once through: UTF-8 if every byte agrees, else GB18030.

    Raises:
        CannotRead: neither fits, or the bytes are not text.
    """
    file.seek(0)
    head = file.read(4)
    marked = [encoding for mark, encoding in _MARKS if head.startswith(mark)]
    for encoding in marked or ("utf-8", "gb18030"):
        if _decodes(file, encoding):
            return encoding
    raise CannotRead(
        "encoding",
        _("This is not a table, or its characters cannot be read. Open it in Excel, save it as .xlsx and upload that."),
    )


def _decodes(file: IO[bytes], encoding: str) -> bool:
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while block := file.read(_BLOCK):
            if b"\x00" in block and not encoding.startswith("utf-16"):
                return False
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _value(text: str) -> str | None:
    if text.startswith('="') and (match := _KEPT_AS_TEXT.fullmatch(text)):
        text = match[1]
    return text or None
