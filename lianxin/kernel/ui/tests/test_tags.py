from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils import translation

from lianxin.kernel.ui.icon_files import UnknownIcon, icon_names, icon_svg
from lianxin.kernel.ui.templatetags import ui


@pytest.mark.parametrize(("language", "shown"), [("zh-hans", "2026年11月21日"), ("en", "21 November 2026")])
def test_long_dates_follow_the_language(language, shown):
    with translation.override(language):
        assert ui.long_date(date(2026, 11, 21)) == shown


def test_instants_are_shown_in_the_time_zone_of_the_product():
    assert ui.short_time(datetime(2026, 11, 20, 17, 30, tzinfo=UTC)) == "2026-11-21 01:30"
    assert ui.short_date(datetime(2026, 11, 20, 17, 30, tzinfo=UTC)) == "2026-11-21"


@pytest.mark.parametrize(
    ("value", "shown"),
    [(Decimal("1234.5"), "1,234.50 元"), (0, "0.00 元"), ("12.345", "12.35 元"), (None, ""), ("", ""), ("x", "")],
)
def test_money_has_two_places_and_separators(value, shown):
    with translation.override("zh-hans"):
        assert ui.yuan(value) == shown


def test_nothing_is_shown_for_no_date():
    assert (ui.long_date(None), ui.short_date(None), ui.long_time(None), ui.short_time(None)) == ("", "", "", "")


def test_every_icon_is_hidden_from_screen_readers_and_has_no_style():
    for name in icon_names():
        svg = icon_svg(name)
        assert svg.startswith('<svg class="icon" aria-hidden="true"')
        assert "style=" not in svg


@pytest.mark.parametrize("name", ["no-such-icon", "../apps", ""])
def test_an_unknown_icon_is_refused(name):
    with pytest.raises(UnknownIcon):
        icon_svg(name)


def test_the_title_of_a_page_is_drawn_again_as_its_heading():
    page = Template('{% extends "ui/notice.html" %}{% block title %}{{ word }}{% endblock %}')
    html = page.render(Context({"word": "饼子铺村党支部"}))
    assert "<h1>饼子铺村党支部</h1>" in html
