"""`lianxin doctor --burden`: each kind of violation is planted and found, and the product itself has none."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django import forms
from django.db import models
from django.test.utils import isolate_apps
from django.urls import path
from django.urls.resolvers import RegexPattern, URLResolver

from lianxin.cli.burden import inspecting, walking
from lianxin.cli.findings import State
from lianxin.rules.facade import in_force

if TYPE_CHECKING:
    from pathlib import Path


@isolate_apps("lianxin.rules")
def test_a_column_that_counts_presence_is_found() -> None:
    class Habit(models.Model):
        streak = models.IntegerField()
        seconds_read = models.IntegerField()
        latitude = models.FloatField()
        branch = models.IntegerField()

        class Meta:
            app_label = "rules"

    assert list(walking.counting_columns([Habit])) == [
        "rules.Habit.streak",
        "rules.Habit.seconds_read",
        "rules.Habit.latitude",
    ]


def test_a_demanded_picture_is_found_and_an_offered_one_is_not() -> None:
    pictures = forms.FileInput(attrs={"accept": "image/*"})

    class Proof(forms.Form):
        photo = forms.FileField(widget=pictures)
        snapshot = forms.FileField(widget=forms.FileInput(attrs={"capture": "environment"}))
        offered = forms.FileField(widget=pictures, required=False)
        sheet = forms.FileField(widget=forms.FileInput(attrs={"accept": ".xlsx"}))
        paper = forms.FileField(widget=forms.FileInput(attrs={"accept": ".pdf,.docx,image/png"}))
        gps = forms.CharField(required=False)

    assert [one.rpartition(".")[2] for one in walking.demanded_pictures([Proof])] == ["photo", "snapshot", "gps"]


def test_an_address_that_ranks_is_found() -> None:
    def view(_request: Any) -> None: ...

    patterns = [path("members/<uuid:ranking>/", view), path("branches/ranking/", view), path("me/time-spent/", view)]
    resolver = URLResolver(RegexPattern(r"^/"), patterns)
    assert list(walking.counting_addresses(resolver)) == ["branches/ranking/", "me/time-spent/"]


@pytest.mark.parametrize(
    ("shown", "is_found"),
    [
        ("各支部积分排名", True),
        ("请每日打卡", True),
        ("本页不作排名，也不统计在线时长", False),
        ("不得以任何形式通报排名。", False),
        ("没有完成的支部列入排行榜", False),
        ("按日期排列", False),
    ],
)
def test_words_that_rank_are_found_and_their_denial_is_not(shown: str, *, is_found: bool) -> None:
    assert bool(list(walking.forbidden_words({"x": shown}))) is is_found


def test_a_script_that_watches_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text("navigator.geolocation.getCurrentPosition(x)", encoding="utf-8")
    (tmp_path / "b.js").write_text("console.log(1)", encoding="utf-8")
    assert list(walking.watching_scripts(tmp_path)) == ["a.js: geolocation."]


def test_a_setting_that_switches_on_what_is_forbidden_is_found() -> None:
    assert list(walking.switched_on({"LIANXIN_RANKING": "1", "LIANXIN_VAR": "/x", "LIANXIN_FORCED_PHOTO": ""})) == [
        "LIANXIN_FORCED_PHOTO",
        "LIANXIN_RANKING",
    ]


@pytest.mark.parametrize("rule", inspecting.FORBIDDEN)
def test_no_level_may_set_what_is_forbidden(rule: str) -> None:
    assert in_force(rule, date(2026, 11, 22)).may_override_locally is False


@pytest.mark.django_db
def test_the_product_itself_burdens_nobody() -> None:
    found = list(inspecting.inspection().evidence())
    assert [one.sentence for one in found if one.state is State.bad] == []
    assert {one.control for one in found} == set(inspecting.Heading)
