"""Self-examination texts: written by the author, read by few, and the author sees who read."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.kernel.authz import Actor
from lianxin.kernel.errors import Conflict, InvalidInput
from lianxin.preparations.actions.recording import nothing_there, own_id, tell
from lianxin.preparations.events import EXAMINED, READ, READERS_NAMED
from lianxin.preparations.models import Examination, ExaminationText, Reader
from lianxin.preparations.queries.people import colleagues_of

LONGEST_EXAMINATION = 20_000


@transaction.atomic
def save_examination(actor: Actor, *, examination: UUID, text: str, hand_in: bool, at: datetime) -> Examination:
    """Keep the actor's own text as a draft that only they see, or hand it in.

    Raises:
        NotVisible: no text is asked of the actor there.
        InvalidInput: nothing written, or too much. Conflict: the preparation is closed.
    """
    mine = _own(actor, examination)
    said = text.strip()
    if not mine.preparation.is_open:
        raise Conflict(_("This preparation is closed."))
    if hand_in and not said:
        raise InvalidInput({"text": _("Write the text before you hand it in.")})
    if len(said) > LONGEST_EXAMINATION:
        raise InvalidInput({"text": _("Shorten the text to %(most)d characters.") % {"most": LONGEST_EXAMINATION}})
    row = ExaminationText.objects.filter(examination=mine).first()
    if row is None:
        row = ExaminationText(
            preparation_id=mine.preparation_id,
            organisation_path=mine.organisation_path,
            examination=mine,
            author_id=mine.author_id,
        )
    elif row.is_handed_in and not hand_in:
        raise Conflict(_("You handed it in. Hand in the changed text, or leave it as it is."))
    row.text, row.updated_at, row.is_handed_in = said, at, hand_in
    row.save()
    if hand_in:
        mine.handed_in_at = at
        mine.save(update_fields=["handed_in_at"])
        tell(actor, EXAMINED, mine.preparation, at=at, data={"author": mine.author_name})
    return mine


@transaction.atomic
def name_readers(actor: Actor, *, examination: UUID, members: Iterable[UUID], at: datetime) -> list[Reader]:
    """Say which colleagues may read the actor's own text, besides the secretary; replaces those named before.

    Raises:
        NotVisible: no text is asked of the actor there. InvalidInput: somebody who is no colleague.
    """
    mine = _own(actor, examination)
    people = {one.id: one for one in colleagues_of(actor)}
    chosen = list(dict.fromkeys(members))
    if not set(chosen) <= people.keys():
        raise InvalidInput({"members": _("Choose colleagues of your branch.")})
    Reader.objects.filter(examination=mine).delete()
    made = [
        Reader(
            preparation_id=mine.preparation_id,
            organisation_path=mine.organisation_path,
            examination=mine,
            member_id=key,
            name=people[key].name,
        )
        for key in chosen
    ]
    Reader.objects.bulk_create(made)
    names = [one.name for one in made]
    tell(actor, READERS_NAMED, mine.preparation, at=at, data={"author": mine.author_name, "readers": names})
    return made


@transaction.atomic
def open_examination(actor: Actor, *, examination: UUID, at: datetime) -> ExaminationText:
    """Read a text. Whoever is not its author is recorded as having looked, and the author sees it.

    The database itself lets through only what the author, the secretary and named readers may read.

    Raises:
        NotVisible: there is no text that this actor may read.
    """
    rows = ExaminationText.objects.select_related("examination", "preparation")
    found = rows.filter(examination_id=examination).first()
    if found is None:
        raise nothing_there()
    if found.author_id != actor.member_id:
        tell(
            actor,
            READ,
            found.preparation,
            at=at,
            subject=found.author_id,
            data={"preparation": str(found.preparation_id), "examination": str(found.examination_id)},
        )
    return found


def _own(actor: Actor, examination: UUID) -> Examination:
    rows = Examination.objects.select_for_update(of=("self",)).select_related("preparation")
    found = rows.filter(pk=examination, author_id=own_id(actor)).first()
    if found is None:
        raise nothing_there()
    return found
