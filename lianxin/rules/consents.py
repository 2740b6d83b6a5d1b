"""Texts of consent: what a member is asked to agree to, in every wording there ever was, read from `consents/*.yaml`.

A consent given is bound to a version and to the digest of its words, so nobody can say later that it was another text.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from lianxin.rules.bilingual import Bilingual
from lianxin.rules.book import Confidence, sources

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

FOLDER = Path(__file__).parent / "consents"
LAW = "PIPL"


class UnknownConsent(LookupError):  # noqa: N818 - the name says it as in a sentence
    """There is no text of consent of this id, or no such version of it."""


@dataclass(frozen=True, slots=True)
class ConsentText:
    """One wording of one consent. `items` are names of facts, or of what other modules keep.

    `is_separate`: the law asks for a consent of its own, not one hidden among others (PIPL 25, 29).
    """

    id: str
    version: str
    valid_from: dt.date
    items: tuple[str, ...]
    article: str
    confidence: Confidence
    is_separate: bool
    title: Bilingual
    purpose: Bilingual
    text: Bilingual

    @property
    def citation(self) -> str:
        """Law and article in the active language."""
        return sources()[LAW].cite(self.article)

    @property
    def digest(self) -> str:
        """SHA-256 (hex) over id, version, items and the words in both languages, as canonical JSON."""
        words = {
            "id": self.id,
            "version": self.version,
            "items": list(self.items),
            **{
                f"{name}_{language}": getattr(getattr(self, name), language)
                for name in ("title", "purpose", "text")
                for language in ("en", "zh")
            },
        }
        canonical = json.dumps(words, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()


def consent_text(text_id: str, version: str = "", *, on: dt.date | None = None) -> ConsentText:
    """The text of that id: of a version, of a day, or the newest.

    Raises:
        UnknownConsent: there is none.
    """
    for one in reversed(_texts().get(text_id, ())):
        if (not version or one.version == version) and (on is None or one.valid_from <= on):
            return one
    raise UnknownConsent(f"There is no text of consent {text_id!r} {version}.".replace(" .", "."))


def consent_texts(on: dt.date) -> list[ConsentText]:
    """The wording in force on the day of every consent, by id."""
    return [
        max(begun, key=lambda one: one.valid_from)
        for versions in _texts().values()
        if (begun := [one for one in versions if one.valid_from <= on])
    ]


@cache
def _texts() -> Mapping[str, tuple[ConsentText, ...]]:
    return read_consents(FOLDER)


def read_consents(folder: Path) -> dict[str, tuple[ConsentText, ...]]:
    """Read a folder of texts; the versions of each in the order of their days."""
    found = {}
    for path in sorted(folder.glob("*.yaml")):
        written: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
        versions = [
            ConsentText(
                id=written["id"],
                version=one["version"],
                valid_from=one["valid_from"],
                items=tuple(written["items"]),
                article=str(written["article"]),
                confidence=written["confidence"],
                is_separate=written["is_separate"],
                **{name: Bilingual(**one[name]) for name in ("title", "purpose", "text")},
            )
            for one in written["versions"]
        ]
        found[written["id"]] = tuple(sorted(versions, key=lambda one: one.valid_from))
    return found
