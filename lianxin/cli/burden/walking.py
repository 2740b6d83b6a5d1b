"""Walking the product: tables, forms, addresses, words, scripts. Pure, so that planted faults can be walked too."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django import forms
from django.urls import URLPattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from django.db.models import Model
    from django.urls import URLResolver

COUNTS_PRESENCE = re.compile(
    r"(^|_)(rank|ranking|leaderboard|streak|consecutive_days|login_count|visit_count|dwell|seconds_read|time_spent|"
    r"online_minutes|points_total)(_|$)"
)
LOCATES = re.compile(r"(^|_)(latitude|longitude|geolocation|gps|coordinates|track)(_|$)")
FORBIDDEN_WORDS = re.compile(r"排行榜|排名|名次|积分榜|打卡|连续签到|在线时长|登录次数|强制签到|截图上传|上传截图")
DENIED = re.compile(r"(不|无|没有|禁止|严禁|不得|未|取消|反对)[^，。；、]{0,12}$")
WATCHING = re.compile(r"geolocation\.|getUserMedia|IdleDetector|sendBeacon|DeviceMotionEvent")
PICTURES = re.compile(r"image/[\w.*+-]+|\.(jpe?g|png|heic|webp)")
RULES = re.compile(r"LIANXIN_(RANKING|DWELL|STREAK|FORCED|CHECK_IN|POINTS|LOCATION|FACE)")


def counting_columns(tables: Iterable[type[Model]]) -> Iterator[str]:
    """Columns by whose names presence is counted or persons are located, as "activities.Participant.streak"."""
    for table in tables:
        for field in table._meta.concrete_fields:  # noqa: SLF001 - Django's documented model API
            if COUNTS_PRESENCE.search(field.name) or LOCATES.search(field.name):
                yield f"{table._meta.label}.{field.name}"  # noqa: SLF001 - the same


def demanded_pictures(found: Iterable[type[forms.BaseForm]]) -> Iterator[str]:
    """Required fields of forms that take nothing but pictures, and required fields that locate."""
    for form in found:
        for name, field in getattr(form, "base_fields", {}).items():
            accept = str(field.widget.attrs.get("accept", ""))
            kinds = [one.strip() for one in accept.split(",") if one.strip()]
            takes_pictures = isinstance(field, forms.ImageField) or bool(kinds and all(map(PICTURES.fullmatch, kinds)))
            captures = "capture" in field.widget.attrs
            demanded = field.required and isinstance(field, forms.FileField) and (takes_pictures or captures)
            if demanded or LOCATES.search(name):
                yield f"{form.__module__}.{form.__qualname__}.{name}"


def all_forms(base: type[forms.BaseForm] = forms.BaseForm) -> Iterator[type[forms.BaseForm]]:
    """Every form of ours that has been imported; the addresses import them all."""
    for form in base.__subclasses__():
        if form.__module__.startswith("lianxin."):
            yield form
        yield from all_forms(form)


def counting_addresses(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    """Addresses whose words count presence or locate."""
    for one in resolver.url_patterns:
        address = prefix + str(one.pattern)
        if isinstance(one, URLPattern):
            words = re.sub(r"<[^>]*>", "", address.lower())
            words = re.sub(r"[^a-z]+", "_", words)
            if COUNTS_PRESENCE.search(words) or LOCATES.search(words):
                yield address
        else:
            yield from counting_addresses(one, address)


def forbidden_words(catalogue: Mapping[str, str]) -> Iterator[str]:
    """Chinese words on screens that rank, count presence or demand it; a sentence that denies it is none."""
    for shown in catalogue.values():
        for found in FORBIDDEN_WORDS.finditer(shown):
            if not DENIED.search(shown[: found.start()]):
                yield shown
                break


def watching_scripts(folder: Path) -> Iterator[str]:
    """Built scripts that ask where somebody is, watch them, or report behind their back."""
    for script in sorted(folder.rglob("*.js")):
        for found in WATCHING.findall(script.read_text(encoding="utf-8")):
            yield f"{script.name}: {found}"


def switched_on(environment: Mapping[str, str]) -> Iterator[str]:
    """Settings by which somebody tried to switch on what no level may switch on."""
    yield from sorted(name for name in environment if RULES.match(name))
