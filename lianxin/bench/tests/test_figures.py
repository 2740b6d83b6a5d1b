"""Figures that are compared must be computed right."""

from __future__ import annotations

import json
import time

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lianxin.bench.asking import Answered
from lianxin.bench.comparing import write_comparison
from lianxin.bench.measure import Spoken, Times, peak_memory
from lianxin.bench.trial import Trial


def answered(**given):
    figures = {"rounds": 10, "sql_p50": 2.0, "sql_p95": 3.0, "page_p50": 10.0, "page_p95": 20.0, "database_p50": 5.0}
    return Answered("roster", "roster, first page", "clerk", **(figures | {"has_page": True} | given))


def test_percentiles_are_those_of_the_nearest_rank():
    times = Times([number / 1000 for number in range(100, 0, -1)])
    assert times.p50 == 51
    assert times.p95 == 96


def test_the_clock_measures_its_block():
    times = Times()
    with times.clock():
        time.sleep(0.02)
    assert 20 <= times.p50 < 1000
    assert peak_memory() > 10_000_000


def test_ratio_and_rendering_follow_from_the_database_time():
    assert answered().whole_ratio == 2.5
    assert answered().rendering == 0.5
    assert answered(has_page=False).ratio == 0


def test_what_is_not_flat_stands_out(tmp_path):
    for scale, page in (("county", 20.0), ("province", 41.0)):
        report: dict[str, object] = {"pages": [answered(page_p95=page).as_json()], "sheets": []}
        (tmp_path / f"{scale}.json").write_text(json.dumps(report), encoding="utf-8")
    text = write_comparison(tmp_path).read_text(encoding="utf-8")
    assert "| clerk | roster, first page | 20 | **41** |" in text


def test_whole_and_own_part_are_told_apart():
    one = answered(own_p50=4.0)
    assert (one.ratio, one.whole_ratio) == (2.0, 2.5)


def test_every_exchange_is_heard_and_is_the_pages_or_the_shells(cast):
    client = cast.client("secretary")
    address = reverse("duties:organisation", args=[cast.willow.pk])
    client.get(address)
    with Spoken().installed() as spoken, CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    assert spoken.exchanges >= len(asked)
    assert spoken.own > 0
    assert spoken.shell > 0
    with Spoken().installed() as silent:
        pass
    assert (silent.exchanges, silent.seconds) == (0, 0.0)


def test_a_trial_is_met_in_time_and_with_nothing_wrong():
    assert Trial("life_hall", "hall", 9.9, 10).is_met
    assert not Trial("life_hall", "hall", 10.1, 10).is_met
    assert not Trial("life_hall", "hall", 1.0, 10, failed="1 lost").is_met
