"""Row security by itself: foreign rows are neither read nor changed, removed or added, whoever asks by their key."""

from lianxin.kernel.db.scope import Scope
from tests.probing import database
from tests.probing.database import Tally
from tests.probing.sight import CLOSED, Hold, Persona


def _probe_all(world, personas, *, every=1):
    tally, texts = Tally(), database.contents(world)
    for one in personas:
        database.look_round(world, one, tally)
        database.probe(world, one, list(database.targets(world, one))[::every], texts, tally)
    return tally


def test_nobody_of_the_cast_gets_at_a_foreign_row(world) -> None:
    tally = _probe_all(world, world.personas.values())
    assert "\n".join(tally.leaks) == ""
    assert sum(tally.probes.values()) > 2000
    assert all(tally.seen[table] for table in set(database.GUARDED) - CLOSED)


def test_nor_does_anybody_with_roles_at_random_places(world) -> None:
    tally = _probe_all(world, (database.invented(seed) for seed in range(40)))
    assert "\n".join(tally.leaks) == ""


def test_a_scope_that_sees_everything_is_found(world, monkeypatch) -> None:
    monkeypatch.setattr(database, "scope_of", lambda _actor: Scope.EVERYTHING)
    tally = _probe_all(world, [world.personas["sibling"]])
    found = {leak.split()[2] for leak in tally.leaks}
    assert found >= {"reads", "select", "update", "delete", "insert"}


def test_a_second_reach_opens_no_more_than_the_first(world) -> None:
    """Regression: without brackets around a reach, `and` in a policy bound only its first half."""
    one = Persona(
        "administrator of two towns",
        (Hold("system_administrator", "north"), Hold("system_administrator", "south")),
        "north",
        "00000000-0000-0000-0000-00000000abcd",
    )
    assert "\n".join(_probe_all(world, [one]).leaks) == ""
