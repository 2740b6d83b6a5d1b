"""Dates as people write them in Chinese spreadsheets."""

from __future__ import annotations

import datetime as dt
import math
import re
from enum import Enum
from typing import NamedTuple

from lianxin.kernel.spreadsheets.cells import MonthDate, serial_date

_FIRST_YEAR, _LAST_YEAR = 1850, 2150
_SERIALS = range(3654, 91_313)  # 1910 to 2149: nobody's date is outside, and years and YYYYMM do not collide
_TIME = r"(?:[T ]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?)?"
_DAY = re.compile(rf"(\d{{4}})\s*[-/.,、年 ]\s*(\d{{1,2}})\s*[-/.,、月 ]\s*(\d{{1,2}})\s*[日号]?\.?{_TIME}", re.ASCII)
_DAY_TOGETHER = re.compile(rf"(\d{{4}})(\d{{2}})(\d{{2}}){_TIME}", re.ASCII)
_MONTH = re.compile(r"(\d{4})\s*[-/.,、年 ]\s*(\d{1,2})\s*月?", re.ASCII)
_MONTH_TOGETHER = re.compile(r"(\d{4})(\d{2})", re.ASCII)
_YEAR = re.compile(r"(\d{4})\s*年?", re.ASCII)
_SHORT_YEAR = re.compile(r"(\d{2})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?", re.ASCII)
_YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", re.ASCII)
_SERIAL = re.compile(r"\d{4,5}(?:\.0+)?", re.ASCII)
_CENTURY_SPLIT = 30  # "29" is read as 2029, "30" as 1930: only for a suggestion


class Doubt(Enum):
    """Why text is not a date as it stands."""

    UNREADABLE = "unreadable_date"
    NO_SUCH_DAY = "no_such_day"
    MONTH_ONLY = "month_only"
    YEAR_ONLY = "year_only"
    SHORT_YEAR = "short_year"
    ORDER = "day_order"
    OUT_OF_RANGE = "date_out_of_range"


class Reading(NamedTuple):
    """A date that is certain (``doubt`` is None), or a doubt with the likeliest date."""

    date: dt.date | None
    doubt: Doubt | None = None


def read_date(value: object, *, date1904: bool = False) -> Reading:
    """Read a date from a cell's value.

    Args:
        value: a date, a number (Excel's serial day, or digits such as 20010102), or half-width text.
        date1904: whether the workbook counts its days from 1904.
    """
    if isinstance(value, MonthDate):
        return Reading(dt.date(value.year, value.month, 1), Doubt.MONTH_ONLY)
    if isinstance(value, dt.datetime):
        value = value.date()
    if isinstance(value, dt.date):
        return _in_range(value)
    if isinstance(value, bool) or (isinstance(value, float) and not math.isfinite(value)):
        return Reading(None, Doubt.UNREADABLE)
    if isinstance(value, (int, float)):
        return _from_number(value, date1904=date1904)
    return _from_text(str(value), date1904=date1904)


def _from_number(value: float, *, date1904: bool) -> Reading:
    if int(value) == value or value > _LAST_YEAR:
        whole = int(value)
        if _FIRST_YEAR <= whole <= _LAST_YEAR:
            return Reading(dt.date(whole, 1, 1), Doubt.YEAR_ONLY)
        if whole in _SERIALS:
            serial = serial_date(value, date1904=date1904)
            return _in_range(serial.date() if isinstance(serial, dt.datetime) else serial)
        return _from_digits(str(whole))
    # 2001.1 may have been 2001.10 before the zero was lost: only a person knows.
    return _from_text(f"{value:.2f}".rstrip("0"), date1904=date1904)


def _from_text(text: str, *, date1904: bool) -> Reading:
    if match := _DAY.fullmatch(text):
        return _day(match[1], match[2], match[3])
    if match := _MONTH.fullmatch(text):
        return _month(match[1], match[2])
    if match := _YEAR.fullmatch(text):
        return _year(match[1])
    if _SERIAL.fullmatch(text):
        return _from_number(float(text), date1904=date1904)
    return _from_doubtful(text) or _from_digits(text)


def _from_doubtful(text: str) -> Reading | None:
    if match := _SHORT_YEAR.fullmatch(text):
        century = "20" if int(match[1]) < _CENTURY_SPLIT else "19"
        return Reading(_day(century + match[1], match[2], match[3]).date, Doubt.SHORT_YEAR)
    if match := _YEAR_LAST.fullmatch(text):
        month_first, day_first = _day(match[3], match[1], match[2]), _day(match[3], match[2], match[1])
        only = month_first.date if day_first.date is None else day_first.date if month_first.date is None else None
        return Reading(month_first.date if month_first.date == day_first.date else only, Doubt.ORDER)
    return None


def _from_digits(text: str) -> Reading:
    if match := _DAY_TOGETHER.fullmatch(text):
        return _day(match[1], match[2], match[3])
    if match := _MONTH_TOGETHER.fullmatch(text):
        return _month(match[1], match[2])
    return Reading(None, Doubt.UNREADABLE)


def _day(year: str, month: str, day: str) -> Reading:
    try:
        return _in_range(dt.date(int(year), int(month), int(day)))
    except ValueError:
        return Reading(None, Doubt.NO_SUCH_DAY)


def _month(year: str, month: str) -> Reading:
    reading = _day(year, month, "1")
    return Reading(reading.date, reading.doubt or Doubt.MONTH_ONLY)


def _year(year: str) -> Reading:
    reading = _day(year, "1", "1")
    return Reading(reading.date, reading.doubt or Doubt.YEAR_ONLY)


def _in_range(date: dt.date | None) -> Reading:
    if date is None or not _FIRST_YEAR <= date.year <= _LAST_YEAR:
        return Reading(None, Doubt.OUT_OF_RANGE)
    return Reading(date)
