from dataclasses import dataclass

import pytest
from django.db.models import Q
from django.http import QueryDict
from django.template import Context, Template
from django.utils import translation

from lianxin.kernel.web.listing import Chip, ListColumn, ListFilter, Listing, Page, Sort

SORTS = (Sort("name", "姓名", ("name", "pk")), Sort("joined", "入党日期", ("joined", "pk")))
LISTING = Listing(
    name="members",
    columns=(
        ListColumn("name", "姓名", lambda row: row.name, sort="name"),
        ListColumn("joined", "入党日期", lambda _row: None, sort="joined", kind="date"),
        ListColumn("age", "年龄", lambda _row: 58, kind="integer"),
    ),
    sorts=SORTS,
    filters=(
        ListFilter("kind", "类别", lambda _values: Q(), choices=lambda: [("1", "正式党员"), ("2", "预备党员")]),
        ListFilter("since", "入党日期从", lambda _values: Q(), kind="date"),
    ),
    search=lambda _text: Q(),
)


@dataclass
class Row:
    pk: int
    name: str

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return f"/members/{self.pk}/"


def page(rows, address="", chips=(), **given):
    params = QueryDict(address)
    sort, descending = LISTING.order(params)
    return Page(
        rows=rows,
        listing=LISTING,
        params=params,
        sort=sort,
        descending=descending,
        columns=list(LISTING.columns),
        export_query="kind=1",
        chosen={"kind": params.getlist("kind"), "since": params.getlist("since")},
        search=params.get("q", ""),
        chips=list(chips),
        **given,
    )


def draw(one, **context):
    template = Template('{% include "ui/components/listing.html" %}')
    with translation.override("zh-hans"):
        return template.render(Context({"page": one, "caption": "党员名册", **context}))


def test_a_row_links_to_its_record_and_cells_carry_their_column_for_the_phone():
    html = draw(page([Row(1, "王秀兰")]))
    assert '<a href="/members/1/">王秀兰</a>' in html
    assert 'data-label="年龄" class="numeric">58' in html


def test_headings_sort_and_turn_the_order_round():
    html = draw(page([Row(1, "王秀兰")], "kind=1&after=abc"))
    assert 'aria-sort="ascending"><a href="?kind=1&amp;sort=-name"' in html
    assert '<a href="?kind=1&amp;sort=joined"' in html
    assert 'aria-sort="descending"' in draw(page([Row(1, "王秀兰")], "sort=-name"))


def test_a_filter_in_force_is_a_chip_that_takes_it_off_and_stays_ticked_in_the_sheet():
    html = draw(page([Row(1, "王秀兰")], "kind=1", chips=[Chip("类别", "正式党员", "q=a")]))
    assert '<a class="chip chip-on" href="?q=a">类别：正式党员' in html
    assert 'value="1" checked' in html
    assert 'value="2" checked' not in html


def test_the_search_keeps_the_filters():
    html = draw(page([Row(1, "王秀兰")], "kind=1&after=abc"))
    assert '<input type="hidden" name="kind" value="1">' in html
    assert 'name="after"' not in html


def test_the_export_takes_exactly_what_is_shown():
    assert 'href="/members/export/?kind=1"' in draw(page([Row(1, "王秀兰")]), export_url="/members/export/")


def test_the_pager_moves_by_cursor():
    html = draw(page([Row(1, "王秀兰")], next_query="after=x", previous_query="before=y"))
    assert 'rel="next" href="?after=x"' in html
    assert 'rel="prev" href="?before=y"' in html
    assert "本页 1 条" in html


@pytest.mark.parametrize(("address", "sentence"), [("q=zzz", "没有符合条件的记录"), ("", "还没有党员")])
def test_an_empty_list_says_what_to_do(address, sentence):
    html = draw(
        page([], address), empty_title="还没有党员", empty_text="先导入花名册。", empty_url="/i/", empty_label="导入"
    )
    assert sentence in html
    assert "<table" not in html


def test_names_from_outside_are_escaped():
    html = draw(page([Row(1, "<script>x</script>")]))
    assert "<script>" not in html
