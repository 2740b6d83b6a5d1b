"""Writing minutes: begin with the agenda, write an item, confirm, append a correction, note what was made up for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from lianxin.activities.actions.minutes_telling import tell_owner
from lianxin.activities.events import (
    MADE_UP,
    MINUTES_BEGUN,
    MINUTES_CONFIRMED,
    MINUTES_CORRECTED,
    MINUTES_ITEM_ADDED,
    MINUTES_ITEM_REMOVED,
    MINUTES_WRITTEN,
)
from lianxin.activities.models import Activity, AgendaItem, MakeUp, Minutes, MinutesItem, MinutesNote, Resolution
from lianxin.activities.queries.minutes import (
    activity_of_minutes,
    may_confirm,
    may_correct,
    minutes_for,
    presence_of,
    require_writer,
)
from lianxin.activities.queries.minutes_content import canonical, content_of, digest_of
from lianxin.activities.queries.minutes_ready import Hindrance, hindrances
from lianxin.kernel.authz import Actor
from lianxin.kernel.errors import Changed, Conflict, InvalidInput, NotPermitted, NotVisible, Sentence
from lianxin.kernel.events import EventType
from lianxin.kernel.events.record import record
from lianxin.kernel.time import day_of

LONGEST_SPEECH = 5_000
LONGEST_DECISION = 5_000
MOST_SPEECHES = 200
MOST_ITEMS = 60


@dataclass(frozen=True, slots=True)
class Speech:
    """The main points of one speaker. `member` is None for a guest, whose name is given."""

    name: str
    text: str
    member: UUID | None = None


class NotReady(Conflict):
    """Minutes cannot be confirmed yet; `hindrances` says everything that is missing, and where it is put right."""

    def __init__(self, missing: Sequence[Hindrance]) -> None:
        super().__init__(" ".join(str(one.sentence) for one in missing))
        self.hindrances = tuple(missing)


class ChangedItem(Changed):
    """Somebody else wrote the item since; `theirs` is what stands there now. Nothing was written over."""

    def __init__(self, theirs: MinutesItem) -> None:
        super().__init__(
            _(
                "Somebody else saved this item while you were writing. Nothing is lost: their text stands beside "
                "yours. Take over what you need, and save again."
            )
        )
        self.theirs = theirs


@transaction.atomic
def begin_minutes(actor: Actor, *, activity: UUID, at: datetime) -> Minutes:
    """Begin the minutes of an activity with the items of its agenda; those begun before are returned as they are.

    Raises:
        NotVisible, NotPermitted: the actor may not write there.
        Conflict: the activity is a draft still, or was cancelled.
    """
    held = activity_of_minutes(actor, activity)
    require_writer(actor, held)
    found = Minutes.objects.filter(activity=held).first()
    if found is not None:
        return found
    if held.state == Activity.State.CANCELLED:
        raise Conflict(_("This activity was cancelled: there is nothing to record."))
    if held.state == Activity.State.DRAFT:
        raise Conflict(_("Announce the activity first: minutes are written of what people were invited to."))
    try:
        with transaction.atomic():
            minutes = Minutes.objects.create(
                activity=held,
                organisation_id=held.organisation_id,
                organisation_path=held.organisation_path,
                begun_at=at,
            )
    except IntegrityError:  # somebody else began in this instant
        return Minutes.objects.get(activity=held)
    agenda = list(AgendaItem.objects.filter(activity=held).order_by("position"))
    MinutesItem.objects.bulk_create(
        MinutesItem(minutes=minutes, agenda_item=one, position=number, title=one.title)
        for number, one in enumerate(agenda, 1)
    )
    if not agenda:
        MinutesItem.objects.create(minutes=minutes, position=1, title=held.title)
    tell(actor, MINUTES_BEGUN, minutes, at=at)
    return minutes


def spoken(speeches: Sequence[Speech]) -> list[Speech]:
    """The speeches without rows that say nothing."""
    return [one for one in speeches if one.name.strip() or one.text.strip()]


@transaction.atomic
def write_item(
    actor: Actor, *, item: UUID, version: int, speeches: Sequence[Speech], decision: str, at: datetime
) -> MinutesItem:
    """Write what was said and decided on an item; `version` is the one the writer read.

    Raises:
        NotVisible, NotPermitted: the actor may not write there.
        InvalidInput: a speech without speaker, or too long.
        ChangedItem: somebody else wrote it since; nothing was changed.
        Conflict: the minutes are confirmed.
    """
    found = locked_item(actor, item)
    if found.version != version:
        raise ChangedItem(found)
    said = spoken(speeches)
    wrong = faults_of_speeches(said)
    if len(decision) > LONGEST_DECISION:
        wrong["decision"] = _("A decision has at most 5,000 characters. Put the long text into a file.")
    if wrong:
        raise InvalidInput(wrong)
    found.speeches = [
        {"member": str(one.member or ""), "name": one.name.strip(), "text": one.text.strip()} for one in said
    ]
    found.decision = decision.strip()
    found.version += 1
    found.written_at, found.written_by_id = at, actor.account_id
    found.save(update_fields=["speeches", "decision", "version", "written_at", "written_by"])
    tell(actor, MINUTES_WRITTEN, found.minutes, at=at, data={"item": found.title, "version": found.version})
    return found


def faults_of_speeches(said: Sequence[Speech]) -> dict[str, Sentence]:
    """Everything wrong with speeches at once: `speaker-2` and `speech-2` name the row, counted from 1."""
    if len(said) > MOST_SPEECHES:
        return {"": _("An item holds at most 200 speeches. Split it into two items.")}
    wrong: dict[str, Sentence] = {}
    for number, one in enumerate(said, 1):
        if not one.name.strip():
            wrong[f"speaker-{number}"] = _("Say who spoke: choose the speaker beside each text.")
        if not one.text.strip():
            wrong[f"speech-{number}"] = _("Write the main points of %(name)s, or take the name out.") % {
                "name": one.name
            }
        if len(one.text) > LONGEST_SPEECH:
            wrong[f"speech-{number}"] = _("The main points of %(name)s are longer than 5,000 characters.") % {
                "name": one.name
            }
    return wrong


@transaction.atomic
def add_item(actor: Actor, *, activity: UUID, title: str, at: datetime, point: AgendaItem | None = None) -> MinutesItem:
    """Add an item at the end: one that was not on the agenda, or the `point` that came to it after the minutes began.

    Raises:
        NotVisible, NotPermitted: the actor may not write there.
        InvalidInput: no title. Conflict: the minutes are confirmed.
    """
    minutes = locked_minutes(actor, activity)
    if not title.strip():
        raise InvalidInput({"title": _("Write what the item is about.")})
    last = minutes.items.aggregate(last=Max("position"))["last"] or 0
    if last >= MOST_ITEMS:
        raise InvalidInput({"title": _("Minutes hold at most 60 items.")})
    item = MinutesItem.objects.create(minutes=minutes, agenda_item=point, position=last + 1, title=title.strip()[:200])
    tell(actor, MINUTES_ITEM_ADDED, minutes, at=at, data={"item": item.title})
    return item


@transaction.atomic
def remove_item(actor: Actor, *, item: UUID, at: datetime) -> Minutes:
    """Remove an item that holds nothing: what was written is never thrown away by one click.

    Raises:
        NotVisible, NotPermitted: the actor may not write there.
        Conflict: something stands in it, or the minutes are confirmed.
    """
    found = locked_item(actor, item)
    if found.speeches or found.decision or found.votes.exists() or found.resolutions.exists():
        raise Conflict(_("Something is written in this item. Empty it first, then remove it."))
    found.delete()
    tell(actor, MINUTES_ITEM_REMOVED, found.minutes, at=at, data={"item": found.title})
    return found.minutes


@transaction.atomic
def confirm_minutes(actor: Actor, *, activity: UUID, at: datetime) -> Minutes:
    """Confirm the minutes: they are locked for good, their resolutions become tasks, the event keeps their digest.

    Whoever sees to a resolution is told once.

    Raises:
        NotVisible: the actor does not see them. NotPermitted: neither the chair nor who leads the organisation.
        NotReady: everything that is missing yet, at once. Conflict: confirmed before.
    """
    minutes = minutes_for(actor, activity)
    held = minutes.activity
    if not may_confirm(actor, held):
        raise NotPermitted(
            _("Minutes are confirmed by the chair of the meeting or the secretary of this organisation.")
        )
    Minutes.objects.select_for_update().get(pk=minutes.pk)
    minutes = minutes_for(actor, activity)  # what stands there now that nobody can write any more
    if minutes.is_confirmed:
        raise Conflict(_("These minutes are confirmed already."))
    missing = hindrances(minutes, at)
    if missing:
        raise NotReady(missing)
    text = canonical(content_of(minutes))
    Resolution.objects.filter(item__minutes=minutes).update(state=Resolution.State.OPEN)
    minutes.content, minutes.sha256 = text, digest_of(text)
    minutes.state = Minutes.State.CONFIRMED
    minutes.confirmed_at, minutes.confirmed_by_id = at, actor.account_id
    minutes.save(update_fields=["content", "sha256", "state", "confirmed_at", "confirmed_by"])
    tell(actor, MINUTES_CONFIRMED, minutes, at=at, data={"sha256": minutes.sha256, "code": minutes.code})
    for resolution in Resolution.objects.filter(item__minutes=minutes):
        tell_owner(actor, resolution, held, at=at)
    return minutes


@transaction.atomic
def correct_minutes(actor: Actor, *, activity: UUID, text: str, reason: str, at: datetime) -> MinutesNote:
    """Append a correction to confirmed minutes. The confirmed text stays as it is.

    Raises:
        NotVisible, NotPermitted: the actor does not see them, or may not correct them.
        InvalidInput: no text or no reason. Conflict: they are not confirmed, so they can simply be written.
    """
    minutes = minutes_for(actor, activity)
    if not may_correct(actor, minutes.activity) or actor.account_id is None:
        raise NotPermitted(_("Corrections are appended by the chair, the recorder or the staff of the organisation."))
    if not minutes.is_confirmed:
        raise Conflict(_("These minutes are not confirmed yet: change the item itself."))
    wrong = {}
    if not text.strip():
        wrong["text"] = _("Write what is right, and which item it concerns.")
    if not reason.strip():
        wrong["reason"] = _("Say why it has to be corrected.")
    if wrong:
        raise InvalidInput(wrong)
    note = MinutesNote.objects.create(
        minutes=minutes,
        text=text.strip(),
        reason=reason.strip()[:200],
        author_id=actor.account_id,
        author_name=actor.name,
        at=at,
    )
    tell(actor, MINUTES_CORRECTED, minutes, at=at, reason=note.reason, data={"note": str(note.pk)})
    return note


@transaction.atomic
def note_make_up(actor: Actor, *, activity: UUID, member: UUID, what: str, done_on: date, at: datetime) -> MakeUp:
    """Note that a member who was not there was told or studied it afterwards. Possible before and after confirming.

    Raises:
        NotVisible, NotPermitted: the actor may not write there.
        InvalidInput: nobody who missed the meeting, no text, or a day before the meeting or in the future.
    """
    minutes = minutes_for(actor, activity)
    require_writer(actor, minutes.activity)
    if actor.account_id is None:
        raise NotPermitted(_("Only somebody signed in can do this."))
    missed = {one.member_id for one in presence_of(minutes.activity).missed}
    wrong = {}
    if member not in missed:
        wrong["member"] = _("Choose somebody who was expected and did not come.")
    if not what.strip():
        wrong["what"] = _("Write what was studied or passed on.")
    if not day_of(minutes.activity.starts_at) <= done_on <= day_of(at):
        wrong["done_on"] = _("Choose a day from the meeting until today.")
    if wrong:
        raise InvalidInput(wrong)
    facts = {"what": what.strip()[:200], "done_on": done_on, "noted_at": at, "noted_by_id": actor.account_id}
    made, _created = MakeUp.objects.update_or_create(minutes=minutes, member_id=member, defaults=facts)
    tell(actor, MADE_UP, minutes, at=at, data={"member": str(member)}, effective_on=done_on)
    return made


def locked_minutes(actor: Actor, activity: UUID) -> Minutes:
    """The draft minutes of an activity, locked for writing.

    Raises:
        NotVisible, NotPermitted: the actor may not write there. Conflict: they are confirmed.
    """
    held = activity_of_minutes(actor, activity)
    require_writer(actor, held)
    found = Minutes.objects.select_for_update().filter(activity=held).first()
    if found is None:
        raise NotVisible(_("There are no minutes of this activity yet."))
    found.activity = held
    _check_draft(found)
    return found


def locked_item(actor: Actor, item: UUID) -> MinutesItem:
    """An item of draft minutes, locked for writing together with them.

    Raises:
        NotVisible, NotPermitted: the actor may not write there. Conflict: the minutes are confirmed.
    """
    where = MinutesItem.objects.filter(pk=item).values_list("minutes__activity_id", flat=True).first()
    if where is None:
        raise NotVisible(_("There is no such record, or it is not in your organisations."))
    minutes = locked_minutes(actor, where)
    found = MinutesItem.objects.select_related("written_by").filter(pk=item).first()
    if found is None:
        raise NotVisible(_("This item was removed by somebody else meanwhile."))
    found.minutes = minutes
    return found


def _check_draft(minutes: Minutes) -> None:
    if minutes.is_confirmed:
        raise Conflict(_("These minutes are confirmed and locked. Append a correction instead."))


def tell(
    actor: Actor,
    kind: EventType,
    minutes: Minutes,
    *,
    at: datetime,
    reason: str = "",
    data: dict[str, object] | None = None,
    effective_on: date | None = None,
) -> None:
    """Record an act on the timeline of the activity."""
    record(
        actor,
        kind,
        at=at,
        subject=minutes.activity_id,
        organisation=minutes.organisation_id,
        organisation_path=minutes.organisation_path,
        reason=reason,
        data={"minutes": str(minutes.pk), **(data or {})},
        effective_on=effective_on,
    )
