"""Figures that are compared must be computed right."""

from __future__ import annotations

import json
import time

from lianxin.bench.asking import Answered
from lianxin.bench.comparing import write_comparison
from lianxin.bench.measure import Times, peak_memory


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
    assert answered().ratio == 2.5
    assert answered().rendering == 0.5
    assert answered(has_page=False).ratio == 0


def test_what_is_not_flat_stands_out(tmp_path):
    for scale, page in (("county", 20.0), ("province", 41.0)):
        report: dict[str, object] = {"pages": [answered(page_p95=page).as_json()], "sheets": []}
        (tmp_path / f"{scale}.json").write_text(json.dumps(report), encoding="utf-8")
    text = write_comparison(tmp_path).read_text(encoding="utf-8")
    assert "| clerk | roster, first page | 20 | **41** |" in text
