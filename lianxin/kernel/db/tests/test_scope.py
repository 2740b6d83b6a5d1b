"""What the scope lets through: reaches of every shape, one's own rows, writes, and nothing where nobody is known."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING

import pytest
from django.db import DatabaseError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from lianxin.kernel.authz import Actor, Reach, Role, acting
from lianxin.kernel.authz.acting import scope_of
from lianxin.kernel.db.ids import new_id
from lianxin.kernel.db.scope import Scope, scoped
from lianxin.kernel.models import DailyActs, Event
from lianxin.kernel.time import now
from lianxin.organisations.models import Grant, Organisation

if TYPE_CHECKING:
    from tests.cast import Cast

STEPS = st.lists(st.sampled_from(["0001", "0002", "000A", "ZZZZ"]), min_size=0, max_size=3).map("".join)
REACHES = st.lists(st.tuples(STEPS, st.booleans()), max_size=4)
TREE = ["0001", "00010001", "00010002", "000100010001", "0002", "000200ZZ", "000A", "000AZZZZ", "ZZZZ", "ZZZZ0001"]


@pytest.mark.django_db
@settings(max_examples=60, deadline=None)
@given(reaches=REACHES)
def test_the_database_sees_what_the_reaches_cover(reaches: list[tuple[str, bool]]) -> None:
    DailyActs.objects.all().delete()
    DailyActs.objects.bulk_create(
        DailyActs(day=date(2026, 7, 1), organisation_path=path, kind="x", acts=1) for path in TREE
    )
    held = tuple(Reach(Role.SECRETARY, path, below) for path, below in reaches)
    with acting(Actor(name="x", reaches=held)):
        seen = sorted(DailyActs.objects.values_list("organisation_path", flat=True))
    assert seen == sorted(path for path in TREE if any(one.covers(path) for one in held))


def test_nobody_sees_nothing_and_the_product_everything(cast: Cast) -> None:
    with scoped(Scope.NOTHING):
        assert not Organisation.objects.exists()
        assert not Grant.objects.exists()
    with acting(Actor.nobody()):
        assert not Organisation.objects.exists()
    assert Organisation.objects.count() >= 6


def test_a_token_narrows_the_database_too(cast: Cast) -> None:
    clerk = cast.actor("clerk")
    narrowed = Actor(**{**_fields(clerk), "only": frozenset({"files.export:run"})})
    assert dict(scope_of(narrowed).reaches)["members"] == ()
    assert dict(scope_of(clerk).reaches)["members"] == (cast.county.path,)


def _fields(actor: Actor) -> dict[str, object]:
    return {name: getattr(actor, name) for name in ("name", "account_id", "member_id", "reaches")}


def test_nothing_above_is_seen(cast: Cast) -> None:
    with acting(cast.actor("secretary")):
        assert list(Organisation.objects.values_list("id", flat=True)) == [cast.willow.id]


def test_a_write_outside_the_reach_is_an_error_or_touches_nothing(cast: Cast) -> None:
    with acting(cast.actor("secretary")):
        assert Organisation.objects.filter(id=cast.poplar.id).update(name="x") == 0
        assert Grant.objects.filter(organisation=cast.poplar).delete()[0] == 0
        assert Organisation.objects.filter(id=cast.north.id).update(name="x") == 0
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            Organisation.objects.filter(id=cast.willow.id).update(path=cast.poplar.path + "0001")
    assert Organisation.objects.filter(name="x").count() == 0


def test_a_viewer_may_lock_what_they_see_but_not_change_it(cast: Cast) -> None:
    with acting(cast.actor("viewer")):
        assert Organisation.objects.select_for_update().get(id=cast.willow.id)
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            Organisation.objects.filter(id=cast.willow.id).update(name="x")


def test_nobody_writes_an_event_in_anothers_name(cast: Cast) -> None:
    forged = Event(at=now(), kind="tests.x", actor_id=cast.clerk.id, actor_name="clerk", subject_id=new_id())
    with (
        acting(cast.actor("secretary")),
        pytest.raises(DatabaseError, match="row-level security"),
        transaction.atomic(),
    ):
        forged.save(force_insert=True)


def test_a_rolled_back_savepoint_does_not_keep_an_earlier_scope(cast: Cast) -> None:
    with acting(cast.actor("secretary")):
        before = Organisation.objects.count()
        with suppress(DatabaseError), transaction.atomic():
            _fail_as_the_product(before)
        assert Organisation.objects.count() == before


def _fail_as_the_product(before: int) -> None:
    with acting(Actor.system("tests")):
        assert Organisation.objects.count() > before
    raise DatabaseError


def test_expired_and_revoked_roles_open_no_row(cast: Cast) -> None:
    for who in ("expired", "revoked", "stranger"):
        with acting(cast.actor(who)):
            assert not Organisation.objects.exists(), who
