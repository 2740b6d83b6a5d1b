"""Text that law files and code tables carry in both languages, shown in the reader's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from django.utils.functional import lazy
from django.utils.translation import get_language

from lianxin.kernel.ui.templatetags.ui import long_date

if TYPE_CHECKING:
    import datetime as dt

    from django.utils.functional import _StrPromise

# Django's lazystr makes a class at every call, which costs a hundred times the text; this one is made once.
_lazy_text = lazy(str, str)


def lazy_text(source: object) -> _StrPromise:
    """Return the text of an object, asked for only when it is shown."""
    return cast("_StrPromise", _lazy_text(source))


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
        return lazy_text(self)


def shown_date(day: dt.date) -> _StrPromise:
    """Return a date as people of the active language write it in a sentence, chosen only when it is shown."""
    return lazy_text(_ShownDate(day))


@dataclass(frozen=True, slots=True)
class _ShownDate:
    day: dt.date

    def __str__(self) -> str:
        return long_date(self.day)
