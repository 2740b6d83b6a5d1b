"""The shared strings of a workbook, kept small: a county's roster has millions of them."""

from __future__ import annotations

import re
import tempfile
from array import array
from typing import IO, TYPE_CHECKING

from lianxin.kernel.spreadsheets.package import damaged, read_xml

if TYPE_CHECKING:
    from lianxin.kernel.spreadsheets.limits import Limits
    from lianxin.kernel.spreadsheets.package import Package

_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_SURROGATES = range(0xD800, 0xE000)
_HOT = 4096  # coded columns repeat the same few words, and those come first


def unescape(text: str) -> str:
    """Return ``text`` with Excel's ``_x000D_`` escapes resolved; lone halves of a pair are dropped."""
    if "_x" not in text:
        return text
    return _ESCAPE.sub(_character, text)


def _character(match: re.Match[str]) -> str:
    number = int(match[1], 16)
    return "" if number in _SURROGATES else chr(number)


class SharedStrings:
    """Strings by number: UTF-8 in one buffer with an array of ends, past a limit in an unlinked temporary file.

    Two million Python strings would take some 250 MB; this takes their UTF-8 bytes up to the limit, and 8 bytes each.
    """

    def __init__(self, limits: Limits) -> None:
        self._limit = limits.strings_in_memory
        self._most = limits.strings
        self._longest = limits.cell_text
        self._ends = array("Q", [0])
        self._memory = bytearray()
        self._file: IO[bytes] | None = None
        self._hot: list[str] = []

    def __len__(self) -> int:
        return len(self._ends) - 1

    def append(self, text: str) -> None:
        """Add the next string.

        Raises:
            CannotRead: there are more strings than any real list has.
        """
        if len(self._ends) > self._most:
            raise damaged()
        data = unescape(text[: self._longest]).encode("utf-8", "ignore")
        if self._file is None and len(self._memory) + len(data) > self._limit:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115  lives as long as the workbook, closed by close()
        if self._file is None:
            self._memory += data
        else:
            self._file.write(data)
        self._ends.append(self._ends[-1] + len(data))
        if len(self._hot) < _HOT:
            self._hot.append(data.decode())

    def __getitem__(self, number: int) -> str:
        if 0 <= number < len(self._hot):
            return self._hot[number]
        if not 0 <= number < len(self):
            raise damaged()
        start, end = self._ends[number], self._ends[number + 1]
        split = len(self._memory)
        if end <= split:
            return self._memory[start:end].decode()
        assert self._file is not None  # noqa: S101  strings past the memory part are in the file
        self._file.seek(start - split)
        return self._file.read(end - start).decode()

    def close(self) -> None:
        """Give the temporary file back."""
        if self._file is not None:
            self._file.close()


def read_shared_strings(package: Package, part: str, limits: Limits) -> SharedStrings:
    """Read the string table of a package, without phonetic guides.

    Raises:
        CannotRead: the table is damaged.
    """
    strings = SharedStrings(limits)
    pieces: list[str] = []
    collecting = phonetic = False
    length = 0

    def start(tag: str, _attributes: dict[str, str]) -> None:
        nonlocal collecting, phonetic
        if tag == "t":
            collecting = not phonetic
        elif tag == "rPh":
            phonetic = True

    def end(tag: str) -> None:
        nonlocal collecting, phonetic, length
        if tag == "t":
            collecting = False
        elif tag == "rPh":
            phonetic = False
        elif tag == "si":
            strings.append("".join(pieces))
            pieces.clear()
            length = 0

    def text(data: str) -> None:
        nonlocal length
        if collecting and length < limits.cell_text:
            length += len(data)
            pieces.append(data)

    read_xml(package, part, start, end, text)
    return strings
