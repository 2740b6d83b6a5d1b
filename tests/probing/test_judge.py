"""The judge finds what is planted: another status, body, header or statement, and anything of a foreign row."""

import base64
import io
import json
import sys
import zipfile
from uuid import UUID

import pytest

from lianxin.kernel.authz import acting_as_system
from lianxin.members.models import Member
from tests.probing.doors import Probe
from tests.probing.judge import Answer, judge, text_of


@pytest.fixture
def foreign(world):
    """A member of the willow branch as the neighbouring secretary must not see it."""
    row = world.of("members_member", "willow")[0]
    mark = next(mark for mark, rows in world.marked.items() if row in rows)
    return row, mark


def _probe(*sent, foreign=()):
    return Probe("sibling", "door", "GET", "beside", "/", (), None, tuple(sent), tuple(foreign))


def _answer(text="", status=404, headers=None, statements=()):
    return Answer(status, headers or {}, text, list(statements))


def test_a_mark_in_the_body_a_header_or_a_cursor_is_found(world, foreign) -> None:
    row, mark = foreign
    one = world.personas["sibling"]
    cursor = base64.urlsafe_b64encode(json.dumps([mark, row.pk]).encode()).decode().rstrip("=")
    for text, headers in ((f"<p>{mark.lower()}</p>", {}), ("", {"Location": f"/{row.pk}/"}), (f"?after={cursor}", {})):
        assert judge(world, one, _probe(), _answer(text, headers=headers)), (text, headers)
        assert judge(world, world.personas["secretary"], _probe(), _answer(text, headers=headers)) == []


def test_a_mark_in_a_workbook_is_found(world, foreign) -> None:
    _row, mark = foreign
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", f"<t>{mark}</t>")
    assert judge(world, world.personas["sibling"], _probe(), _answer(text_of(packed.getvalue())))


def test_what_was_sent_comes_back_as_an_echo(world, foreign) -> None:
    _row, mark = foreign
    assert judge(world, world.personas["sibling"], _probe(mark), _answer(f"nothing for {mark}")) == []


@pytest.mark.parametrize(
    "answer",
    [
        _answer(status=403),
        _answer("2 found"),
        _answer(headers={"Location": "/there/"}),
        _answer(statements=["SELECT 1", "SELECT 2"]),
    ],
)
def test_a_difference_from_what_does_not_exist_is_found(world, foreign, answer) -> None:
    row, _mark = foreign
    probe = _probe(row.pk, foreign=[row.pk])
    nothing = _answer(statements=["SELECT 1"] if answer.statements else [])
    one = world.personas["sibling"]
    assert judge(world, one, probe, answer, (probe.twin(), nothing))
    assert judge(world, one, probe, nothing, (probe.twin(), nothing)) == []


def test_the_twin_asks_for_what_does_not_exist(world, foreign) -> None:
    row, mark = foreign
    probe = Probe(
        "sibling", "door", "POST", "beside", f"/{row.pk}/", (("q", mark),), {"to": [row.pk]}, (row.pk, mark),
        (row.pk, mark),
    )  # fmt: skip
    twin = probe.twin()
    assert row.pk not in str(twin)
    assert mark not in str(twin)
    assert not Member.objects.filter(pk=UUID(twin.path.strip("/"))).exists()


def test_a_door_that_forgets_to_ask_is_found(runner, monkeypatch) -> None:
    """A planted leak through the whole product: a page of a member that looks past filters and row security."""
    view = sys.modules["lianxin.members.views.record"]
    held = view.member_for if hasattr(view, "member_for") else None
    assert held is not None, "name here the query by which the page of a member finds its row"
    planted = acting_as_system("a planted leak")(lambda _actor, member, *_more: Member.objects.get(pk=member))
    monkeypatch.setattr(view, "member_for", planted)
    row = runner.world.of("members_member", "willow")[0]
    probe = Probe(
        "sibling", "planted", "GET", "beside", f"/work/members/{row.pk}/", (), None, (row.pk,), (row.pk,)
    )  # fmt: skip
    wrong = runner.one(runner.world.personas["sibling"], probe)
    assert any(one.startswith("status 200") for one in wrong), wrong
