"""Every door is known to the probes, and a fast slice finds no leak: each door four times, everybody in turn."""

import pytest

from tests.probing.doors import ARGUMENT, WORDS, Probe, doors, table_of
from tests.probing.judge import plain
from tests.probing.running import slice_of
from tests.probing.world import plant_unseen

PARTS = range(4)


def test_every_argument_of_an_address_is_known() -> None:
    unknown = {
        (door.key, name)
        for door in doors()
        for name in door.arguments
        if not table_of(name, door.pattern) and name not in WORDS
    }
    assert unknown == set(), "say in tests/probing/doors.py which row, or which words, the argument names"
    for door in doors():
        for kind, name in ARGUMENT.findall(door.pattern):
            assert (kind == "uuid" or "uuid" in kind) == bool(table_of(name, door.pattern)), door.key


def test_the_slice_has_every_door_and_everybody(runner) -> None:
    cells = runner.cells()
    chosen = [cell for part in PARTS for cell, _number in slice_of(cells, part)]
    assert {cell[1] for cell in chosen} == {door.key for door in doors()}
    assert {cell[0] for cell in chosen} == set(runner.world.personas)
    assert {cell[3] for cell in chosen} == {"inside", "above", "beside", "below"}


@pytest.mark.parametrize("part", PARTS)
def test_no_door_leaks(runner, part) -> None:
    figures = runner.run(slice_of(runner.cells(), part))
    assert "\n".join(figures.leaks) == ""
    assert figures.pairs > 50
    assert figures.by_status["200"] > 10


COUNTS_ALL = {"work/retention/"}
"""What is due for deletion in the whole installation: numbers only, for those who answer for its records."""


@pytest.mark.parametrize("who", ["secretary", "outsider", "viewer", "south_auditor", "member"])
def test_rows_elsewhere_change_nothing_that_is_seen(runner, who) -> None:
    """Counts, lists, suggestions and home pages are the same whether or not others have more rows."""
    one = runner.world.personas[who]
    pages = [
        Probe(who, door.key, "GET", "inside", f"/{door.pattern}", (), None, (), ())
        for door in runner.doors.values()
        if not door.arguments and "GET" in door.methods and door.pattern not in COUNTS_ALL
    ]
    before = [runner.asking.ask(one, page) for page in pages]
    plant_unseen(runner.world, one)
    for page, held in zip(pages, before, strict=True):
        after = runner.asking.ask(one, page)
        assert after.status == held.status, page.path
        assert plain(runner.world, page, page, after.text) == plain(runner.world, page, page, held.text), page.path
        assert sorted(after.statements) == sorted(held.statements), page.path


def test_a_term_above_takes_no_more_statements_than_none(runner) -> None:
    """Regression: the organisation of a term above was read before the refusal, that of no term was not."""
    one = runner.world.personas["town_clerk"]
    term = runner.world.of("organisations_term", "county")[0].pk
    path = f"/work/organisations/terms/{term}/correct/"
    probe = Probe("town_clerk", "term", "POST", "above", path, (), {}, (term,), (term,))
    assert runner.one(one, probe) == []
