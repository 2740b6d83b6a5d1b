"""The world of the probes holds a row of every guarded table in every organisation, and marks that say whose it is."""

from lianxin.kernel.db.row_security import guards
from tests.probing.places import LOCATE
from tests.probing.sight import PLACES, SIGHT, sees
from tests.probing.world import OWNER


def test_every_guarded_table_is_probed() -> None:
    guarded = {model._meta.db_table for model in guards()}
    assert guarded == set(LOCATE) - {"kernel_account"}
    assert set(SIGHT) == set(LOCATE)


def test_every_guarded_table_has_a_row_of_every_organisation(world) -> None:
    missing = []
    for table in LOCATE:
        for place in PLACES:
            owner = str(world.accounts[OWNER[place]].id)
            rows = world.of(table)
            if not any(row.place == place or owner in row.accounts for row in rows):
                missing.append((table, place))
    assert missing == []


def test_marks_tell_whose_they_are(world) -> None:
    clerk, sibling = world.personas["clerk"], world.personas["sibling"]
    for member in world.members["willow"][2:]:  # named in no minutes, so a secret of the branch and those above
        row = world.rows["members_member", str(member.pk)]
        marks = [mark for mark, rows in world.marked.items() if row in rows]
        assert len(marks) >= 3
        assert all(world.shows(clerk, mark) for mark in marks)
        assert not any(world.shows(sibling, mark) for mark in marks)


def test_what_is_expected_of_the_cast(world) -> None:
    willow = world.rows["members_member", world.personas["member"].member]
    seeing = {name for name, one in world.personas.items() if sees(one, willow)}
    assert seeing == {
        "clerk", "viewer", "north_viewer", "town_clerk", "secretary", "member",
        "clerk_members", "secretary_organisations", "town_clerk_disclosure",
    }  # fmt: skip
