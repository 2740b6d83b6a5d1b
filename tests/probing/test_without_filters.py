"""The application's own filters are taken away: whoever asks is let through every door. The database still holds."""

import sys

import pytest
from django.db.models import QuerySet

from lianxin.kernel.authz import Actor, Reach, Role
from lianxin.kernel.db.scope import Scope
from tests.probing.doors import doors

FILTERED = {
    "organisations", "members", "files", "disclosure", "api",
    "activities", "messaging", "duties", "ceremonies", "preparations", "appraisals", "ledgers",
}  # fmt: skip
WHOSE = {
    "account", "account_id", "asked_by", "stored_by", "organisation_path__startswith", "path__startswith",
    "member_id", "sender_id", "author_id", "owner_id",
}  # fmt: skip


@pytest.fixture
def no_filters(monkeypatch):
    """Every permission reaches everywhere, and no query asks whose a row is."""
    everywhere = (Reach(Role.ORG_DEPARTMENT, ""),)
    monkeypatch.setattr(Actor, "reaches_for", lambda _self, _name: everywhere)
    monkeypatch.setattr(Actor, "may", lambda _self, _name, _path: True)
    monkeypatch.setattr(Actor, "may_somewhere", lambda _self, _name: True)
    filtered = QuerySet._filter_or_exclude

    def unfiltered(self, negate, args, kwargs):
        if self.model._meta.app_label in FILTERED:
            asked = sys._getframe(2).f_code.co_filename
            if "/lianxin/" in asked and "/grants.py" not in asked:  # who the actor is must still be known
                kwargs = {key: value for key, value in kwargs.items() if key not in WHOSE}
        return filtered(self, negate, args, kwargs)

    monkeypatch.setattr(QuerySet, "_filter_or_exclude", unfiltered)


def _ask_everywhere(runner, names, *, every=1):
    """Each door with a foreign row of each relation, reading and writing."""
    cells = [
        (cell, number)
        for number, cell in enumerate(runner.cells())
        if cell[0] in names and cell[2] in {"GET", "POST"} and cell[3] in {"above", "beside"}
    ]
    known = [(cell, number) for cell, number in cells if runner.doors[cell[1]].arguments or cell[2] == "GET"]
    return runner.run(known[::every])


@pytest.mark.parametrize("who", ["sibling", "outsider"])
def test_no_foreign_row_leaves_or_changes(runner, no_filters, who) -> None:
    runner.net = True
    figures = _ask_everywhere(runner, {who}, every=2)
    wrong = [leak for leak in figures.leaks if ": shows " in leak or ": changes " in leak]
    assert "\n".join(wrong) == ""
    assert figures.by_status["200"] > 20
    assert len(figures.probes) > len(doors()) / 2


def test_without_the_database_too_the_same_probes_find_leaks(runner, no_filters, monkeypatch) -> None:
    """So that the test above can fail: neither filters nor row security."""
    acting = sys.modules["lianxin.kernel.authz.acting"]
    monkeypatch.setattr(acting, "scope_of", lambda _actor: Scope.EVERYTHING)
    runner.net = True
    figures = _ask_everywhere(runner, {"sibling"}, every=4)
    shown = [leak for leak in figures.leaks if ": shows " in leak]
    assert len(shown) > 20
    assert any(": changes " in leak for leak in figures.leaks)
