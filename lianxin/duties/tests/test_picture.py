"""The figures of the picture: they add up, each leads to what it counts, and the workbook holds the same."""

import io
import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from lianxin.duties.actions.derive import derive
from lianxin.duties.queries.listing import Window
from lianxin.duties.queries.picture import children_to_show, picture_of_key, picture_of_time
from lianxin.duties.tests.conftest import SYSTEM
from lianxin.kernel.accounts.clock import BACKGROUND_HEADER
from lianxin.kernel.authz import acting
from lianxin.organisations.models import Grant, Organisation

PICTURE, LIST = reverse("duties:picture"), reverse("duties:list")
QUIETLY = {BACKGROUND_HEADER: "1"}
KEY = "theme_day"


@pytest.fixture
def last(today, cast, hold, project):
    """Last year, which is over: all of it is overdue but the theme day that the willow branch held in March."""
    year = today.year - 1
    derive(SYSTEM, organisations=None, on=date(year, 12, 31), registered_on=date(year, 1, 1))
    hold(cast.willow, date(year, 3, 5), KEY)
    project()
    return year


def page(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def lines(text):
    """The grid as (name, cells): of each cell its address and its words."""
    body = text.split("<tbody>")[1].split("</tbody>")[0]
    found = []
    for row in body.split("<tr")[1:]:
        name = re.sub("<[^>]*>", "", "<tr" + row.split("</th>")[0]).strip()
        cells = [
            (unescape(link[1]) if (link := re.search('<a href="([^"]*)"', cell)) else "", words(cell))
            for cell in row.split("<td>")[1:]
        ]
        found.append((name, cells))
    return found


def words(cell):
    return " ".join(re.sub("<[^>]*>", " ", cell).split())


def test_a_cell_says_done_due_and_overdue_and_the_first_line_adds_up(cast, last):
    found = dict(lines(page(cast.client("clerk").get(PICTURE, {"key": KEY, "year": last}))))
    assert [cell for _url, cell in found["合计"]][1:3] == ["逾期 3 0/3", "逾期 2 1/3"]
    assert found["北宋镇党委"][2][1] == "逾期 1 1/2"
    below = dict(lines(page(cast.client("clerk").get(PICTURE, {"key": KEY, "year": last, "node": cast.north.id}))))
    assert (below["柳树村党支部"][2][1], below["杨树村党支部"][2][1]) == ("已完成 1/1", "逾期 1 0/1")
    assert below["合计"][2][1] == "逾期 1 1/2"


@pytest.mark.parametrize("asked", [{"key": KEY}, {"time": "m3"}, {"time": "q1"}, {"time": "year"}, {"by": "kinds"}])
def test_each_figure_leads_to_as_many_overdue_duties(cast, last, asked):
    client = cast.client("clerk")
    grid = lines(page(client.get(PICTURE, asked | {"year": last})))
    assert grid[0][0] == "合计"
    linked = [(url, cell) for name, cells in grid for url, cell in cells if url and not name.endswith("本级")]
    assert len(linked) > 5
    for url, cell in linked:
        shown = page(client.get(PICTURE + url))
        late = int(re.match(r"逾期 (\d+) ", cell)[1])
        rows = shown.split("<tbody>")[1].split("</tbody>")[0]
        assert rows.count("<tr") == min(late, 50)


def test_from_a_figure_to_the_overdue_duty_it_is_two_clicks(cast, last):
    client = cast.client("clerk")
    url = dict(lines(page(client.get(PICTURE, {"key": KEY, "year": last}))))["合计"][0][0]
    text = page(client.get(PICTURE + url))
    assert f"周期：{last}年1月" in text
    assert f"{PICTURE}?key={KEY}&amp;node={cast.county.id}" in text
    place = next(
        unescape(one) for one in re.findall('<th scope="row"><a href="([^"]*)"', text) if str(cast.willow.id) in one
    )
    address, _hash, anchor = place.partition("#")
    duty = page(client.get(address)).split(f'id="{anchor}"')[1].split("</li>")[0]
    assert "主题党日" in duty
    assert f"{last}年1月" in duty
    # A branch has no list behind it: its figure opens its own page.
    branch = dict(lines(page(client.get(PICTURE, {"key": KEY, "year": last, "node": cast.north.id}))))
    address, _hash, anchor = branch["柳树村党支部"][0][0].partition("#")
    assert f'id="{anchor}"' in page(client.get(PICTURE + address))
    assert branch["柳树村党支部"][2][0] == ""


def test_a_figure_too_large_for_a_list_leaves_the_way_to_its_lines(cast, last, monkeypatch):
    from lianxin.duties.queries import picture  # noqa: PLC0415 - its bound is lowered

    monkeypatch.setattr(picture, "LISTED", 2)
    found = dict(lines(page(cast.client("clerk").get(PICTURE, {"key": KEY, "year": last}))))
    assert {url for url, _cell in found["合计"]} == {""}
    assert all(url for url, _cell in found["北宋镇党委"])


def test_the_total_is_the_same_on_every_page(cast, last, today):
    with acting(cast.actor("clerk")):
        first = picture_of_key(cast.actor("clerk"), cast.county, key=KEY, year=last, day=today, size=1)
        rest = picture_of_key(
            cast.actor("clerk"), cast.county, key=KEY, year=last, day=today, size=1, after=first.after
        )
    assert [line.organisation.short_name for line in first.lines] == ["北宋镇党委"]
    assert [line.organisation.short_name for line in rest.lines] == ["盐窝镇党委"]
    assert first.total == rest.total
    assert [(one.due, one.met, one.late) for one in first.total][1:3] == [(3, 0, 3), (3, 1, 2)]


def test_a_dissolved_organisation_keeps_its_line_where_it_owed_something(cast, last, today):
    Organisation.objects.filter(id=cast.poplar.id).update(dissolved_on=date(last, 12, 31))
    client, asked = cast.client("clerk"), {"key": KEY, "node": cast.north.id}
    found = dict(lines(page(client.get(PICTURE, asked | {"year": last}))))
    assert set(found) == {"合计", "柳树村党支部", "杨树村党支部 已撤销"}
    assert found["合计"][0][1] == "逾期 2 0/2"
    derive(SYSTEM, organisations=None, on=date(last, 12, 31), registered_on=date(last, 1, 1))
    found = dict(lines(page(client.get(PICTURE, asked | {"year": today.year}))))
    assert set(found) == {"合计", "柳树村党支部"}
    assert found["合计"][0][1].endswith("/1")


def test_a_place_whose_end_is_decided_for_later_stands_there_as_before(cast, last, today):
    Organisation.objects.filter(id__in=[cast.poplar.id, cast.north.id]).update(dissolved_on=today + timedelta(days=30))
    derive(SYSTEM, organisations=None, on=today, registered_on=date(today.year, 1, 1))
    text = page(cast.client("town_clerk").get(PICTURE, {"key": KEY, "year": today.year}))
    assert {"柳树村党支部", "杨树村党支部"} <= set(dict(lines(text)))
    assert "已撤销" not in text
    with acting(cast.actor("clerk")):
        shown, _rest = children_to_show(cast.actor("clerk"), cast.north)
    assert cast.poplar in shown
    Organisation.objects.filter(id=cast.poplar.id).update(dissolved_on=today)
    with acting(cast.actor("clerk")):
        assert cast.poplar not in children_to_show(cast.actor("clerk"), cast.north)[0]


def test_who_sees_a_place_alone_sees_no_total_of_what_is_below(cast, last):
    Grant.objects.create(
        account=cast.stranger,
        role="viewer",
        organisation=cast.north,
        below=False,
        valid_from=date(2000, 1, 1),
        reason="tests",
    )
    client, grids = cast.client("stranger"), []
    for asked in ({"key": KEY}, {"time": "year"}, {"by": "kinds"}):
        text = page(client.get(PICTURE, asked | {"year": last, "node": cast.north.id}))
        assert "柳树村" not in text
        grids.append(dict(lines(text)) if "<tbody>" in text else {})
    assert grids[0] == {}
    assert set(grids[1]) == {"北宋镇党委 本级"}
    assert "主题党日" not in grids[2]


def test_the_figures_cost_the_same_statements_at_any_size(cast, last, today):
    actor = cast.actor("clerk")

    def count(node):
        with acting(actor), CaptureQueriesContext(connection) as captured:
            picture_of_key(actor, node, key=KEY, year=last, day=today)
            picture_of_time(actor, node, keys=[KEY], since=date(last, 1, 1), until=date(last, 12, 31), day=today)
        return sum("duties_count" in one["sql"] for one in captured), len(captured)

    small = count(cast.south)
    assert small[0] == 2
    assert count(cast.county) == small
    client = cast.client("clerk")
    sizes = []
    page(client.get(PICTURE, {"by": "kinds"}, headers=QUIETLY))
    for node in (cast.south, cast.county):
        with CaptureQueriesContext(connection) as captured:
            page(client.get(PICTURE, {"by": "kinds", "year": last, "node": node.id}, headers=QUIETLY))
        sizes.append(len([one for one in captured if "SAVEPOINT" not in one["sql"]]))
    assert sizes[0] == sizes[1]


@pytest.mark.parametrize("asked", [f"key={KEY}", "time=q1", "by=kinds"])
def test_the_workbook_holds_the_figures_of_the_screen(cast, last, asked):
    client = cast.client("clerk")
    screen = lines(page(client.get(f"{PICTURE}?{asked}&year={last}&node={cast.north.id}")))
    answer = client.post(f"{reverse('duties:picture_sheet', args=[cast.north.id])}?{asked}&year={last}")
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    grid, figures = ([[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book.worksheets)
    assert [[row[0], *(cell or "" for cell in row[1:])] for row in grid[2:]] == [
        [name.removesuffix(" 本级"), *(cell if "/" in cell else "" for _url, cell in cells)] for name, cells in screen
    ]
    assert figures[0][2:] == ["应完成", "已完成", "逾期"]
    told = [f"逾期 {late} {met}/{due}" if late else f"已完成 {met}/{due}" for _n, _w, due, met, late in figures[1:]]
    assert told == [cell for row in grid[2:] for cell in row[1:] if cell]
    assert all(isinstance(number, int) for row in figures[1:] for number in row[2:])


def test_a_time_nobody_made_leaves_nothing(cast, last):
    client = cast.client("clerk")
    for time in ("is.2025-02-30.2025-03-01", "is.2025-03-01", "near.2025-03-01.2025-03-31", "x"):
        assert Window.read(time) is None
        assert "主题党日</td>" not in page(client.get(LIST, {"time": time}))
    assert str(Window.read("ends.2025-03-01.2025-03-31")) == "ends.2025-03-01.2025-03-31"


def test_the_figures_at_home_lead_on(cast, last, today):
    derive(SYSTEM, organisations=None, on=today, registered_on=date(today.year, 1, 1))
    text = page(cast.client("town_clerk").get(reverse("workbench:home")))
    url = unescape(re.search(f'href="({LIST}[^"]*key={KEY}[^"]*state=running)"', text)[1])
    assert page(cast.client("town_clerk").get(url)).split("<tbody>")[1].count("<tr") == 2


def test_the_overdue_figures_at_home_count_what_their_lists_hold(cast, last, today):
    derive(SYSTEM, organisations=None, on=today, registered_on=date(today.year, 1, 1))
    client = cast.client("town_clerk")
    text = page(client.get(reverse("workbench:home"))).split('class="table due-figures"')[1]
    found = re.findall(f'href="({LIST}[^"]*time=over[^"]*state=late)">([0-9]+)<', text)
    assert len(found) > 1
    for url, number in found:
        shown = page(client.get(unescape(url)))
        assert shown.split("<tbody>")[1].split("</tbody>")[0].count("<tr") == int(number) <= 50
    assert "截止" in shown
    window = Window.read("over.2026-07-09.2027-01-08")
    assert "2026年7月9日至2027年1月8日" in window.in_words
