"""Imports and exports of organisations' telephones: a small target and list, so that files is tested by itself."""

from __future__ import annotations

import io
from datetime import date

import pytest
import xlsxwriter
from django.db.models import Q

from lianxin.files.actions.imports import Upload, choose_columns, hand_in, run_at_once
from lianxin.kernel import exports, imports
from lianxin.kernel.errors import Conflict
from lianxin.kernel.exports import ExportSource
from lianxin.kernel.imports import Deed, PlannedRow
from lianxin.kernel.spreadsheets.columns import Choice, Column, Kind
from lianxin.kernel.spreadsheets.problems import Level, Problem
from lianxin.kernel.web.listing import ListColumn, ListFilter, Listing, Sort
from lianxin.organisations.facade import VIEW, Organisation, organisations_within

CHANGE = "organisations.organisation:change"
REVEAL = "members.member:reveal"
HEADINGS = ("组织代码", "简称", "类别", "成立日期", "负责人身份证号")


class _Planning:
    def __init__(self, actor, place, seen):
        self.reach = organisations_within(actor, CHANGE).filter(path__startswith=place.path)
        self.seen = seen

    def plan(self, rows):
        codes = [row.values.get("code") for row in rows]
        known = {one.code: one for one in self.reach.filter(code__in=codes)}
        return [self._one(row, known.get(row.values.get("code"))) for row in rows]

    def _one(self, row, found):
        code = row.values.get("code")
        twice = code in self.seen
        self.seen.add(code)
        if found is None and code:
            row.problems.append(
                Problem(row.sheet, row.number, "code", Level.ERROR, f"{code} lies outside.", "outside", "370522101201")
            )
        if any(problem.level is Level.ERROR for problem in row.problems):
            return PlannedRow(row, Deed.REFUSED, str(code or "?"))
        if row.values["short_name"] == found.short_name:
            return PlannedRow(row, Deed.SAME, found.short_name, target_id=found.id)
        changes = {"short_name": (found.short_name, row.values["short_name"])}
        again = "twice in the file" if twice else ""
        return PlannedRow(row, Deed.CHANGE, found.short_name, changes, found.id, again)


class ShortNames:
    """Changes short names of organisations that exist; enough of a target to try every step."""

    kind = "short_names"
    label = "简称表"
    permission = CHANGE
    rows_at_once = 3  # several chunks even in a small file
    breaks = False
    written: dict = {}

    def columns(self):
        return [
            Column("code", "组织代码", required=True, width=20),
            Column("short_name", "简称", required=True),
            Column(
                "org_type",
                "类别",
                Kind.CODE,
                choices=lambda: [Choice("branch", "党支部"), Choice("town", "党委", ("镇党委",))],
            ),
            Column("founded_on", "成立日期", Kind.DATE),
            Column("leader", "负责人身份证号", Kind.ID_NUMBER, personal=True),
        ]

    def planning(self, actor, *, place, at):  # noqa: ARG002 - the protocol's
        return _Planning(actor, Organisation.objects.get(id=place), set())

    def apply(self, actor, rows, *, place, at, batch):  # noqa: ARG002 - the same
        done = 0
        for planned in rows:
            self.written.setdefault(batch, []).append((planned.target_id, planned.changes["short_name"][0]))
            Organisation.objects.filter(id=planned.target_id).update(short_name=planned.row.values["short_name"])
            done += 1
        if self.breaks:
            raise RuntimeError("the disk is full")
        return {Deed.CHANGE: done}

    def undo(self, actor, *, batch, at):  # noqa: ARG002 - the same
        for target, before in self.written[batch]:
            if Organisation.objects.get(id=target).short_name == "built on":
                raise Conflict("柳树村 was changed since.")
            Organisation.objects.filter(id=target).update(short_name=before)
        return len(self.written[batch])


LISTING = Listing(
    name="short_names",
    columns=(
        ListColumn("short_name", "简称", lambda row: row.short_name, sort="name"),
        ListColumn("code", "组织代码", lambda row: row.code),
        ListColumn("secret", "电话", lambda _row: "139****0000", shown=True),
        ListColumn("founded_on", "成立日期", lambda row: row.founded_on, kind="date", shown=False),
    ),
    sorts=(Sort("name", "简称", ("short_name", "id")), Sort("code", "代码", ("code", "id"))),
    filters=(ListFilter("kind", "类别", lambda values: Q(org_type__in=values)),),
    search=lambda text: Q(short_name__contains=text),
)
SOURCE = ExportSource(
    key="short_names.list",
    label="简称表",
    permission=VIEW,
    listing=LISTING,
    rows=lambda actor: organisations_within(actor, VIEW),
    personal=(ListColumn("secret", "电话", lambda row: f"1391234{row.code[-4:]}"),),
    personal_permission=REVEAL,
    layout=(
        ListColumn("code", "组织代码", lambda row: row.code),
        ListColumn("short_name", "简称", lambda row: row.short_name),
    ),
    layout_label="简称导入表",
)


@pytest.fixture
def target(monkeypatch):
    kind = ShortNames()
    monkeypatch.setattr(imports, "_targets", {"short_names": kind})
    monkeypatch.setattr(exports, "_sources", {"short_names.list": SOURCE})
    kind.written = {}
    return kind


def book(*rows, headings=HEADINGS, sheet="一\"支'部.表"):
    """A workbook's bytes with these rows."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as made:
        page = made.add_worksheet(sheet)
        dated = made.add_format({"num_format": "yyyy-mm-dd"})
        for number, row in enumerate([headings, *rows]):
            for index, value in enumerate(row):
                if isinstance(value, date):
                    page.write_datetime(number, index, value, dated)
                elif value is not None:
                    page.write(number, index, value)
    return out.getvalue()


@pytest.fixture
def upload(cast, target, at):
    """Hand in a workbook as somebody; the import as it then stands."""

    def upload(content, *, who="town_clerk", place="north", name="名册.xlsx", password=""):
        return hand_in(
            cast.actor(who),
            kind="short_names",
            organisation=getattr(cast, place).id,
            upload=Upload(name, len(content), [content]),
            password=password,
            at=at,
        )

    return upload


@pytest.fixture
def checked(cast, upload, at):
    """Hand in and check; the import with what the check found."""

    def checked(content, *, who="town_clerk", **given):
        run = upload(content, who=who, **given)
        included = [table["sheet"] for table in run.tables]
        choose_columns(cast.actor(who), import_id=run.pk, columns={}, included=included, at=at)
        return run_at_once(cast.actor(who), run, at=at)

    return checked


GOOD = ("370522101201", "柳树村支部", "党支部", date(2000, 1, 1), None)
BAD_KIND = ("370522101202", "杨树村支部", "党支步", "2000.1.2", None)
OUTSIDE = ("370522102201", "芦苇村支部", "党支部", None, None)
