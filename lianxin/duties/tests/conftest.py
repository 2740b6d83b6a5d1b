from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from lianxin.duties.actions.derive import derive
from lianxin.kernel.authz import Actor
from lianxin.kernel.db.ids import new_id
from lianxin.kernel.events.projectors import projector_named, run
from lianxin.kernel.events.record import record
from lianxin.kernel.events.sealing import seal_waiting
from lianxin.kernel.events.types import EventType

SYSTEM = Actor.system("tests")


@pytest.fixture
def owe(today):
    """Derive what is due as if every organisation had been entered at the beginning of a year."""

    def owe(*organisations, on=None, registered_on=None):
        on = on or today
        return derive(
            SYSTEM,
            organisations=[one.id for one in organisations] or None,
            on=on,
            registered_on=registered_on or on.replace(month=1, day=1),
        )

    return owe


@pytest.fixture
def hold(at):
    """Record that something was held, as the modules above do; the event is returned."""

    def hold(place, held_on, *meets, act: UUID | None = None, kind="activities.held"):
        return record(
            SYSTEM,
            EventType(kind, "held"),
            at=at,
            subject=act or new_id(),
            organisation=place.id,
            organisation_path=place.path,
            data={
                "meets": list(meets),
                "held_on": held_on.isoformat(),
                "title": "学习会",
                "url": "/work/activities/1/",
            },
        )

    return hold


@pytest.fixture
def annul(at):
    """Record that an act was taken back."""

    def annul(place, act: UUID, kind="activities.annulled"):
        return record(
            SYSTEM,
            EventType(kind, "annulled"),
            at=at,
            subject=act,
            organisation=place.id,
            organisation_path=place.path,
        )

    return annul


@pytest.fixture
def project():
    """Seal what was written and let the reader of the log apply it."""

    def project(name="duties.met"):
        later = datetime.now(UTC) + timedelta(hours=1)
        seal_waiting(at=later)
        done = run(projector_named(name), at=later)
        assert done.parked == 0
        return done

    return project
