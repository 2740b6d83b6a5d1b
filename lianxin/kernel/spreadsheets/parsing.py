"""From a cell to a value of its column, or to a sentence saying how to mend the cell."""

from __future__ import annotations

import datetime as dt
import difflib
import re
from typing import TYPE_CHECKING, NamedTuple, cast

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.spreadsheets import telephone_and_identity as numbers
from lianxin.kernel.spreadsheets.cells import BadCell
from lianxin.kernel.spreadsheets.columns import Kind
from lianxin.kernel.spreadsheets.dates import Doubt, read_date
from lianxin.kernel.spreadsheets.problems import Level, Problem
from lianxin.kernel.spreadsheets.text import clean_text, compact_name, half_width, remove_guard

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lianxin.kernel.spreadsheets.cells import Cell
    from lianxin.kernel.spreadsheets.columns import Choice, Column, Value
    from lianxin.kernel.spreadsheets.problems import Sentence

_YES = frozenset({"是", "有", "y", "yes", "true", "t", "1", "√", "✓", "✔", "对", "已", "在"})
_NO = frozenset({"否", "无", "没有", "不是", "n", "no", "false", "f", "0", "×", "✗", "✘", "x", "未", "不"})
_EMPTY_MARKS = frozenset({"/", "\\", "-", "--", "---", "—", "——", "无", "暂无", "空", "null", "none", "n/a", "#n/a"})
_NOT_EMPTY_IN = frozenset({Kind.TEXT, Kind.NAME, Kind.CODE, Kind.YES_NO})
_FOLDED = re.compile(r"[\s()（）\[\]【】·、,，.。/\\_-]+")
_CLOSE_ENOUGH = 0.6
_LONGEST_CODE = 4

_DATE_SENTENCES: dict[Doubt, Sentence] = {
    Doubt.UNREADABLE: _("This is not a date. Write it as 2001-01-02."),
    Doubt.NO_SUCH_DAY: _("There is no such day in the calendar. Check year, month and day."),
    Doubt.MONTH_ONLY: _("Only year and month are given. Add the day, as in 2001-01-02."),
    Doubt.YEAR_ONLY: _("Only a year is given. Add month and day, as in 2001-01-02."),
    Doubt.SHORT_YEAR: _("The year has two digits, so the century is not certain. Write the year with four digits."),
    Doubt.ORDER: _("Day and month cannot be told apart. Write the year first, as in 2001-01-02."),
    Doubt.OUT_OF_RANGE: _("The year cannot be right. Check the date."),
}


class Parsed(NamedTuple):
    """A value (None for an empty cell) and what is wrong; with an error there is no value, with a warning there is."""

    value: Value | None
    problem: Problem | None = None


class _Doubtful(Exception):  # noqa: N818  carries a finding to the place that knows row and column
    def __init__(self, code: str, sentence: Sentence, suggestion: Value | None = None) -> None:
        super().__init__(code)
        self.code, self.sentence, self.suggestion = code, sentence, suggestion


class CellParser:
    """Reads the cells of one column; made once per sheet, so that the code table is fetched once.

    ``parse`` never raises, whatever the cell holds.
    """

    def __init__(self, column: Column, *, header: str = "", sheet: str = "", date1904: bool = False) -> None:
        self.column = column
        self._header = header or str(column.label)
        self._sheet = sheet
        self._date1904 = date1904
        self._choices: dict[str, str] = {}
        self._names: dict[str, str] = {}
        if column.choices is not None:
            self._index_choices(column.choices())
        readers: dict[Kind, Callable[[Cell], Value | None]] = {
            Kind.CODE: self._code,
            Kind.DATE: self._date,
            Kind.MONTH: self._month,
            Kind.YES_NO: self._yes_no,
            Kind.ID_NUMBER: _id_number,
            Kind.PHONE: _phone,
            Kind.INTEGER: _integer,
            Kind.NAME: lambda cell: compact_name(_plain(cell)),
            Kind.PERSON: lambda cell: compact_name(_plain(cell)),
        }
        self._read = readers.get(column.kind, _plain)

    def _index_choices(self, table: Sequence[Choice]) -> None:
        for choice in table:
            self._names.setdefault(choice.name, choice.code)
        # Names win over aliases, aliases over codes without leading zeros; the column's own spellings win over all.
        for choice in table:
            if choice.code.isdecimal():
                self._choices.setdefault(choice.code.lstrip("0") or "0", choice.code)
        for choice in table:
            self._choices |= {fold(alias): choice.code for alias in choice.aliases}
        for choice in table:
            self._choices[fold(choice.name)] = choice.code
            self._choices[choice.code.lower()] = choice.code
        self._choices |= {fold(spelling): code for spelling, code in self.column.aliases.items()}

    def parse(self, cell: Cell, row: int) -> Parsed:
        """Return the value of ``cell`` in row number ``row``, or what is wrong with it."""
        try:
            value = self._value(cell)
            if value is not None and self.column.check is not None and (objection := self.column.check(value)):
                return Parsed(value, self._problem(row, "check", objection, level=Level.WARNING))
        except _Doubtful as doubt:
            return Parsed(None, self._problem(row, doubt.code, doubt.sentence, doubt.suggestion))
        if value is None and self.column.required:
            sentence = format_lazy(_("{column} is missing. Fill it in."), column=self.column.label)
            return Parsed(None, self._problem(row, "missing", sentence))
        return Parsed(value)

    def fits(self, cell: Cell) -> bool:
        """Tell whether a cell could be a value of this column (used to find columns by their values)."""
        try:
            value = self._value(cell)
        except _Doubtful as doubt:
            return doubt.suggestion is not None or doubt.code in {"lost_digits", "id_15", "masked"}
        if value is None:
            return False
        return self.column.shape is None or self.column.shape(str(value))

    def _value(self, cell: Cell) -> Value | None:
        if cell is None:
            return None
        if isinstance(cell, BadCell):
            if cell.text == "=":
                raise _Doubtful(
                    "formula_without_value",
                    _("The cell holds a formula that was never calculated. Open and save the file in Excel first."),
                )
            raise _Doubtful(
                "cell_error",
                format_lazy(_("The cell shows the error {error}. Replace it by the value."), error=cell.text),
            )
        if isinstance(cell, str):
            cell = clean_text(remove_guard(cell))  # in this order: a guard may stand before a tab
            if not cell:
                return None
            if self.column.kind not in _NOT_EMPTY_IN and cell.lower() in _EMPTY_MARKS:
                return None
        value = self._read(cell)
        return None if value == "" else value

    def _problem(
        self, row: int, code: str, message: Sentence, suggestion: Value | None = None, level: Level = Level.ERROR
    ) -> Problem:
        return Problem(
            sheet=self._sheet,
            row=row,
            column=self._header,
            level=level,
            message=message,
            code=code,
            suggestion=suggestion,
        )

    def _code(self, cell: Cell) -> str | None:
        text = half_width(_plain(cell))
        code = self._choices.get(text.lower()) or self._choices.get(fold(text))
        if code is None and len(text) > 1 and (head := re.match(r"(\d{1,4})\D", text)):
            # "01汉族" or "1-男": code and name together.
            by_code = self._choices.get(head[1]) or self._choices.get(head[1].lstrip("0") or "0")
            rest = self._choices.get(fold(text[head.end(1) :]))
            code = rest if rest is not None and rest == by_code else None
        if code is not None:
            return code
        if text.lower() in _EMPTY_MARKS:
            return None
        near = difflib.get_close_matches(text, self._names, n=1, cutoff=_CLOSE_ENOUGH) if len(text) < 40 else []  # noqa: PLR2004
        raise _Doubtful(
            "unknown_choice",
            format_lazy(
                _("“{text}” is not in the list of {column}. Choose from: {names}."),
                text=text[:40],
                column=self.column.label,
                names="、".join(near or list(self._names)[:6]),
            ),
            self._names[near[0]] if near else None,
        )

    def _date(self, cell: Cell) -> dt.date:
        reading = read_date(half_width(cell) if isinstance(cell, str) else cell, date1904=self._date1904)
        if reading.doubt is None and reading.date is not None:
            return reading.date
        doubt = reading.doubt or Doubt.UNREADABLE
        raise _Doubtful(doubt.value, _DATE_SENTENCES[doubt], reading.date)

    def _month(self, cell: Cell) -> dt.date:
        reading = read_date(half_width(cell) if isinstance(cell, str) else cell, date1904=self._date1904)
        if reading.date is not None and reading.doubt in {None, Doubt.MONTH_ONLY}:
            return reading.date.replace(day=1)
        raise _Doubtful("unreadable_month", _("This is not a month. Write it as 2001-01."), reading.date)

    def _yes_no(self, cell: Cell) -> bool | None:
        if isinstance(cell, bool):
            return cell
        text = half_width(_plain(cell)).lower()
        if text in _YES:
            return True
        if text in _NO:
            return False
        if text in _EMPTY_MARKS:
            return None
        guess = True if text[:1] in {"是", "有"} else False if text[:1] in {"否", "无", "不"} else None
        raise _Doubtful("not_yes_no", _("Write 是 or 否."), guess)


def fold(text: str) -> str:
    """Return text for comparing: half-width, lower case, without blanks and separating signs."""
    return _FOLDED.sub("", half_width(text).lower())


def _plain(cell: Cell) -> str:
    """Return a cell as text; whole numbers without a decimal point, dates as 2001-01-02."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float):
        return numbers.plain(cell)
    if isinstance(cell, (dt.datetime, dt.time)):
        return cell.isoformat(*([" "] if isinstance(cell, dt.datetime) else []))
    return str(cell)


def _id_number(cell: Cell) -> str:
    return _found(numbers.read_id_number(_number_or_text(cell)))


def _phone(cell: Cell) -> str:
    return _found(numbers.read_phone(_number_or_text(cell)))


def _number_or_text(cell: Cell) -> float | str:
    number = isinstance(cell, (int, float)) and not isinstance(cell, bool)
    return cast("float", cell) if number else half_width(_plain(cell))


def _found(finding: numbers.Finding) -> str:
    if finding.doubt is None:
        return finding.text
    raise _Doubtful(finding.doubt, numbers.SENTENCES[finding.doubt], finding.text or None)


def _integer(cell: Cell) -> int:
    text = half_width(_plain(cell)).replace(",", "").replace(" ", "")
    if re.fullmatch(r"[+-]?\d{1,15}(\.0+)?", text, re.ASCII):
        return int(text.split(".", 1)[0])
    digits = re.fullmatch(r"\D*(\d{1,15})\D*", text, re.ASCII)
    raise _Doubtful("not_whole_number", _("Write a whole number, digits only."), int(digits[1]) if digits else None)
