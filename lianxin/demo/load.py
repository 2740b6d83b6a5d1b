"""`lianxin demo`: fill an empty database with the demonstration, once."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.db import transaction

from lianxin.demo.accounts import PASSWORD, introduced, open_accounts, open_administration
from lianxin.demo.load_bulk import load_in_bulk
from lianxin.demo.load_bulk_duties import load_duties
from lianxin.demo.load_county import load_county
from lianxin.demo.load_rows import REASON
from lianxin.demo.scales import SIZES
from lianxin.kernel.db.server import ServerProblem, addresses
from lianxin.kernel.events.projectors import all_projectors, run
from lianxin.kernel.events.sealing import seal_waiting
from lianxin.kernel.models import Event
from lianxin.kernel.time import day_of, now
from lianxin.organisations.events import SET_UP
from lianxin.organisations.models import Organisation

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lianxin.demo.scales import Scale

ROOTS: dict[str, str] = {"county": "370522", "city": "3707", "province": "37"}
"""The code of the organisation at the top, by scale."""
UNFINISHED = "unfinished"


class AlreadyInUse(ServerProblem):
    """The database holds organisations that are not the demonstration's."""


class Interrupted(ServerProblem):
    """A load in bulk did not come to its end."""


def load(*, scale: str, say: Callable[[str], None]) -> str:
    """Load the demonstration of that scale; the note for whoever starts it: what there is and who can sign in.

    A demonstration that is there already is left as it is, whatever its scale. The file var/demonstration marks the
    installation as a demonstration from the first row on, so that a half-loaded one is never taken for a real one.

    Raises:
        AlreadyInUse: there are organisations that are not the demonstration's.
        Interrupted: an earlier load of a city or a province did not come to its end.
    """
    wanted = cast("Scale", scale)
    marker: Path = settings.VAR_DIR / "demonstration"
    rest: Path = settings.VAR_DIR / "demonstration-unfinished.json"
    if rest.exists():
        raise Interrupted(
            "An earlier load of the demonstration was interrupted, and its tables lack their indexes.",
            f"Remove the folder {settings.VAR_DIR} (or make the database anew, and remove {rest}) and begin again.",
        )
    found = _loaded()
    if found is not None:
        say(f"The demonstration {found} is loaded already; it was left as it is.")
        return _note(found)
    marker.parent.mkdir(parents=True, exist_ok=True)
    marker.write_text(UNFINISHED, encoding="utf-8")
    at, begun = now(), time.monotonic()
    say(f"Loading the demonstration {wanted}. All people in it are made up.")
    if wanted == "county":
        load_county(at=at, say=say)
        _read_the_log(say)
    else:
        taken = load_in_bulk(wanted, url=addresses().owner, keep_in=rest, today=day_of(at), at=at, say=say)
        say(", ".join(f"{name} {spent / 60:.1f} min" for name, spent in taken.items()))
        with transaction.atomic():
            security, clerk = open_administration(top=Organisation.objects.get(depth=1), at=at)
            open_accounts(security=security, clerk=clerk, at=at)
        rest.unlink()
        load_duties(url=addresses().owner, today=day_of(at), say=say)
    minutes, seconds = divmod(round(time.monotonic() - begun), 60)
    say(f"The demonstration {wanted} was loaded in {minutes} min {seconds} s.")
    return _note(wanted)


def _read_the_log(say: Callable[[str], None]) -> None:
    """Seal what was written and let its readers apply it, so that the first page shows what was held.

    Sealing chains each entry of the log to the one before, so that a later change to any of them shows.
    """
    begun = time.monotonic()
    sealed = seal_waiting(at=now(), wait=True)
    for one in all_projectors():
        run(one, at=now())
    taken = time.monotonic() - begun
    say(f"  {sealed.events:,} entries of the log, each chained to the one before against later changes ({taken:.0f} s)")


def _loaded() -> Scale | None:
    tops = list(Organisation.objects.filter(depth=1)[:2])
    if not tops:
        return None
    ours = Event.objects.filter(subject_id=tops[0].id, kind=SET_UP.kind, reason=REASON).exists()
    scale = next((one for one, code in ROOTS.items() if code == tops[0].code), None)
    if len(tops) == 1 and ours and scale is not None:
        return cast("Scale", scale)
    raise AlreadyInUse(
        "This database holds organisations that are not the demonstration's.",
        "Let LIANXIN_VAR name another folder (or LIANXIN_DATABASE_URL another database) for the demonstration.",
    )


def _note(scale: Scale) -> str:
    size = SIZES[scale]
    people = "\n".join(f"  {username:<10} {who}" for username, who in introduced())
    there_is = f"{size.organisations:,} organisations, {size.members:,} members, all made up"
    return (
        f"The demonstration {scale}: {there_is}.\nSign in as one of these; the password of all is {PASSWORD}\n{people}"
    )
