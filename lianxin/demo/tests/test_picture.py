"""The picture of the whole county: every total is the sum of its lines, and what a plain count of the duties gives."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.db.models import Count, Q
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from lianxin.demo.accounts import open_administration
from lianxin.demo.load_rows import Rows, add_organisation, columns, places_of
from lianxin.demo.scales import SIZES, organisations
from lianxin.duties.actions.exporting import export_picture
from lianxin.duties.facade import derive
from lianxin.duties.models import DutyRow
from lianxin.duties.queries.grid import Asked, picture_asked, total_in_words
from lianxin.kernel.authz import Actor, acting
from lianxin.kernel.db.ids import new_id
from lianxin.kernel.db.paths import subtree
from lianxin.kernel.time import day_of
from lianxin.organisations.models import Organisation

AT = datetime(2026, 11, 21, 4, tzinfo=UTC)
TODAY = day_of(AT)
SYSTEM = Actor.system("tests")
ALL_LINES = 5_000
MET = """
    UPDATE duties_duty SET met_by = gen_random_uuid(), met_on = period_start
    WHERE period_start <= %s AND (id * 2654435761) %% 10 < 8
"""


@pytest.fixture
def clerk(db):
    """All organisations of the county with a year of duties, of which eight in ten of those begun are met."""
    generated = list(organisations("county", today=TODAY))
    places, rows, names = places_of(generated), Rows(), columns(Organisation)
    for number, one in enumerate(generated):
        leaders = [("secretary", "张三", number)]
        add_organisation(rows, one, places, leaders=leaders, counts=(12, 1), load=new_id(), at=AT)
    phone = names.index("phone")
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO organisations_organisation ({', '.join(names)}) VALUES ({', '.join(['%s'] * len(names))})",  # noqa: S608 - the model's columns
            [[*row[:phone], None, *row[phone + 1 :]] for row in rows.waiting[Organisation]],
        )
        derive(SYSTEM, organisations=None, on=TODAY, registered_on=date(TODAY.year, 1, 1))
        cursor.execute(MET, [TODAY])
    assert Organisation.objects.count() == SIZES["county"].organisations
    return open_administration(top=Organisation.objects.get(depth=1), at=AT)[1]


def figures(cells):
    return [(one.due, one.met, one.late) for one in cells]


def added_up(lines):
    return [tuple(map(sum, zip(*cells, strict=True))) for cells in zip(*lines, strict=True)]


def counted(node, columns):
    """The same of the duties themselves, one by one."""
    found = []
    for span in columns:
        here = DutyRow.objects.filter(
            subtree(node.path, field="organisation_path"),
            withdrawn="",
            key="theme_day",
            period_start=span.start,
            period_end=span.end,
        )
        open_ = Q(met_on__isnull=True, period_end__lt=TODAY)
        one = here.aggregate(due=Count("id"), met=Count("met_on"), late=Count("id", filter=open_))
        found.append((one["due"], one["met"], one["late"]))
    return found


def test_every_total_is_the_sum_of_its_lines_and_of_its_duties(clerk):
    asked = [Asked("theme_day", TODAY.year, ""), Asked("", TODAY.year, "year"), Asked("", TODAY.year, "q3")]
    nodes = list(Organisation.objects.filter(numchild__gt=0).order_by("path"))
    assert len(nodes) > 50
    with acting(clerk):
        for node in nodes:
            for one in asked:
                with CaptureQueriesContext(connection) as captured:
                    picture = picture_asked(clerk, node, one, day=TODAY, size=ALL_LINES)
                assert len(captured) == 1  # of 2 children and of 200, of 3 organisations and of 1,150
                assert not picture.after
                assert figures(picture.total) == added_up([figures(line.cells) for line in picture.lines])
                if one.key:
                    assert figures(picture.total) == counted(node, picture.columns)
    assert sum(due for due, _met, _late in figures(picture.total)) > 0


def test_the_workbook_of_the_county_adds_up(clerk):
    top = Organisation.objects.get(depth=1)
    with acting(clerk):
        screen = picture_asked(clerk, top, Asked("theme_day", TODAY.year, ""), day=TODAY)
        made = export_picture(clerk, node=top, asked=Asked("theme_day", TODAY.year, ""), title="县", at=AT)
    rows = [[cell.value for cell in row] for row in load_workbook(io.BytesIO(made)).worksheets[1].iter_rows()][1:]
    total = [tuple(row[2:]) for row in rows if row[0] == total_in_words()]
    assert total == figures(screen.total)
    by_line = {}
    for name, _month, *three in rows:
        by_line.setdefault(name, []).append(tuple(three))
    assert added_up([cells for name, cells in by_line.items() if name != total_in_words()]) == total
    assert any(late for _due, _met, late in total)
