"""Tidying text from cells, and keeping text from ever becoming a formula."""

from __future__ import annotations

import re
import unicodedata

_INVISIBLE = "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
_ODD = re.compile(f"[{_INVISIBLE}\u00a0\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f]|^\\s|\\s$")
_REMOVED = re.compile(f"[{_INVISIBLE}\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f]")
_HAN_GAP = re.compile(r"(?<=[\u3400-\u9fff·])\s+(?=[\u3400-\u9fff·])")

# What Excel, WPS or LibreOffice may take as the start of a formula, full-width forms included.
_FORMULA_START = "=+\\-@\\t\\r\\n＝＋－＠"
_LOOKS_LIKE_FORMULA = re.compile(f"'*[{_FORMULA_START}]")
_GUARDED = re.compile(f"'(?='*[{_FORMULA_START}])")
_QUOTED_FORMULA = re.compile(f"'+[{_FORMULA_START}]")
_SIGNED_NUMBER = re.compile(r"[+-]\d+(\.\d+)?", re.ASCII)


def clean_text(text: str) -> str:
    """Return ``text`` without surrounding blanks and without characters nobody can see; inner wording is kept."""
    if not _ODD.search(text):
        return text
    return _REMOVED.sub("", text.replace("\u00a0", " ")).strip()


def compact_name(text: str) -> str:
    """Return a name without the blanks people put between Chinese characters to line names up ("张　三")."""
    return _HAN_GAP.sub("", text)


def half_width(text: str) -> str:
    """Return cleaned text with full-width letters, digits and signs made half-width, and no apostrophe before."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return clean_text(text).lstrip("'‘’`").strip()


def guard_for_csv(text: str) -> str:
    """Return ``text`` so that no spreadsheet program evaluates it when it opens a CSV file.

    A leading apostrophe is added; :func:`remove_guard` takes exactly that one away again. Signed numbers and phone
    numbers such as ``+8654612345`` cannot act and are left as they are.
    """
    if _LOOKS_LIKE_FORMULA.match(text) and not _SIGNED_NUMBER.fullmatch(text):
        return "'" + text
    return text


def guard_for_xlsx(text: str) -> str:
    """Return ``text`` for a string cell, which is never evaluated: only text already guarded is guarded once more."""
    return "'" + text if _QUOTED_FORMULA.match(text) else text


def remove_guard(text: str) -> str:
    """Return ``text`` without the apostrophe that an export put before a formula-like beginning."""
    return text[1:] if text[:1] == "'" and _GUARDED.match(text) else text
