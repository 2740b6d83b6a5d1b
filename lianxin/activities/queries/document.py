"""What the check page says of a confirmed record: nothing personal."""

from dataclasses import dataclass
from datetime import date, datetime

from lianxin.activities.kinds import kind_name
from lianxin.activities.models import Minutes
from lianxin.activities.models.minutes import CODE_LENGTH, CODE_SIGNS
from lianxin.activities.queries.minutes_content import confirmed_content
from lianxin.kernel.authz import Actor, acting
from lianxin.kernel.errors import Sentence

FIRST_CORRECTIONS = 20


@dataclass(frozen=True, slots=True)
class Checked:
    """A record as its check page shows it."""

    organisation: str
    kinds: tuple[Sentence, ...]
    held_on: date
    confirmed_at: datetime
    sha256: str
    corrected: tuple[datetime, ...]
    annulled_at: datetime | None


def checked(code: str) -> Checked | None:
    """The confirmed record with that code; None for none, and for drafts. Two queries, one for a malformed code's none.

    Anybody may ask, so the rows are read as the product and only what is not personal is given out.
    """
    tidy = code.strip().upper()
    if len(tidy) != CODE_LENGTH or not set(tidy) <= set(CODE_SIGNS):
        return None
    with acting(Actor.system("check a printed record")):
        rows = Minutes.objects.select_related("activity")
        found = rows.filter(code=tidy, state=Minutes.State.CONFIRMED).first()
        if found is None or found.confirmed_at is None:
            return None
        corrected = tuple(found.notes.order_by("id").values_list("at", flat=True)[:FIRST_CORRECTIONS])
    content = confirmed_content(found)
    return Checked(
        organisation=content["organisation"]["name"],
        kinds=tuple(kind_name(kind) for kind in content["kinds"]),
        held_on=datetime.fromisoformat(content["starts_at"]).date(),
        confirmed_at=found.confirmed_at,
        sha256=found.sha256,
        corrected=corrected,
        annulled_at=found.activity.cancelled_at if found.activity.was_annulled else None,
    )
