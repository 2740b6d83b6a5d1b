"""Many heart-to-heart talks recorded by one act: every row of the sheet, or none of them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.kernel.authz import Actor
from lianxin.kernel.errors import InvalidInput
from lianxin.kernel.time import day_of
from lianxin.preparations.actions.recording import tell
from lianxin.preparations.actions.talks import LONGEST_NOTE, check_open, locked_year
from lianxin.preparations.events import TALKED
from lianxin.preparations.models import Talk, TalkNote, TalkYear
from lianxin.preparations.permissions import READ_NOTES


@dataclass(frozen=True, slots=True)
class HeldTalk:
    """A row that was ticked: the pair, a day of its own where it is not the common one, the main points."""

    talk: UUID
    talked_on: date | None = None
    text: str = ""


@transaction.atomic
def record_talks(
    actor: Actor, *, talk_year: UUID, talked_on: date, held: Collection[HeldTalk], at: datetime
) -> list[Talk]:
    """Record that pairs talked, each on the common day or on its own. All rows or none: one wrong row changes nothing.

    A pair that is recorded with the same day already and comes without points is passed over, so that the same sheet
    sent twice is no error. Who may not read the points cannot write them.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, or without the permission there.
        InvalidInput: nothing ticked; by row (`held_…`, `on_…`, `text_…`) or for the common day what is wrong.
        Conflict: the year is closed.
    """
    year = locked_year(actor, talk_year)
    check_open(year)
    asked = {one.talk: one for one in held}
    rows = {one.pk: one for one in Talk.objects.select_for_update().filter(talk_year=year, pk__in=asked)}
    wrong = _wrong(actor, year, talked_on=talked_on, asked=asked, rows=rows, at=at)
    if wrong:
        raise InvalidInput(wrong)
    changed = [one for one in rows.values() if one.talked_on is None]
    for one in changed:
        one.talked_on, one.recorded_by = asked[one.pk].talked_on or talked_on, actor.name
    if not changed:
        return []
    Talk.objects.bulk_update(changed, ["talked_on", "recorded_by"])
    TalkNote.objects.bulk_create(
        _note(one, said, asked[one.pk].talked_on or talked_on)
        for one in changed
        if (said := asked[one.pk].text.strip())
    )
    days = [one.talked_on for one in changed if one.talked_on]
    tell(
        actor,
        TALKED,
        year,
        at=at,
        effective_on=max(days),
        data={"pair": "、".join(str(one) for one in changed), "pairs": len(changed)},
    )
    return changed


def _wrong(
    actor: Actor,
    year: TalkYear,
    *,
    talked_on: date,
    asked: dict[UUID, HeldTalk],
    rows: dict[UUID, Talk],
    at: datetime,
) -> dict[str, str]:
    """What is wrong, by field."""
    if not asked:
        return {"": _("Tick at least one talk that was held.")}
    wrong: dict[str, str] = {}
    for key in asked.keys() - rows.keys():
        wrong[f"held_{key}"] = _(
            "This pair was taken off the list meanwhile. Take off the tick, or add it again first."
        )
    may_write = actor.may(READ_NOTES, year.organisation_path)
    another_day = _("Choose a day of %(year)d up to today.") % {"year": year.year}
    for key, found in rows.items():
        one = asked[key]
        day, said = one.talked_on or talked_on, one.text.strip()
        if day > day_of(at) or day.year != year.year:
            wrong[f"on_{key}" if one.talked_on else "talked_on"] = another_day
        if len(said) > LONGEST_NOTE:
            wrong[f"text_{key}"] = _("Shorten the main points to %(most)d characters.") % {"most": LONGEST_NOTE}
        elif said and not may_write:
            wrong[f"text_{key}"] = _("The main points are written by the two or their secretary. Leave this empty.")
        if found.talked_on is not None and (said or day != found.talked_on):
            wrong[f"held_{key}"] = _(
                "%(who)s recorded this talk meanwhile, held on %(day)s. Take off the tick; corrections are made on the "
                "page of the talk."
            ) % {"who": found.recorded_by, "day": found.talked_on}
    return wrong


def _note(talk: Talk, said: str, talked_on: date) -> TalkNote:
    return TalkNote(
        talk=talk,
        organisation_id=talk.organisation_id,
        organisation_path=talk.organisation_path,
        first_id=talk.first_id,
        second_id=talk.second_id,
        text=said,
        talked_on=talked_on,
    )
