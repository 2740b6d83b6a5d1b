"""Text that law files and code tables carry in both languages, shown in the reader's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.functional import lazystr
from django.utils.translation import get_language

if TYPE_CHECKING:
    import datetime as dt

    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class Bilingual:
    """One text in English and Chinese. `str()` gives the one of the active language; Chinese comes first."""

    en: str
    zh: str

    def __str__(self) -> str:
        return self.en if (get_language() or "").startswith("en") else self.zh

    def __bool__(self) -> bool:
        return bool(self.en or self.zh)

    @property
    def lazy(self) -> _StrPromise:
        """The same text, chosen only when it is shown."""
        return lazystr(self)


def shown_date(day: dt.date) -> _StrPromise:
    """Return a date as people of the active language write it in a sentence, chosen only when it is shown."""
    return lazystr(_ShownDate(day))


@dataclass(frozen=True, slots=True)
class _ShownDate:
    day: dt.date

    def __str__(self) -> str:
        return date_format(self.day, "DATE_FORMAT")
