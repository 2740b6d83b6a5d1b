"""Notices: drafted, looked at again with what they cost, and sent."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from lianxin.kernel.authz import Actor, acting, require
from lianxin.kernel.errors import Changed, Conflict, InvalidInput, NotVisible
from lianxin.kernel.events.record import record
from lianxin.kernel.events.types import EventType
from lianxin.kernel.time import day_of
from lianxin.messaging.actions.sending import LONGEST_TEXT, LONGEST_TITLE, Extra, send
from lianxin.messaging.events import NOTICE_CHANGED, NOTICE_DISCARDED, NOTICE_SENT, NOTICE_WRITTEN
from lianxin.messaging.held import held_sentences
from lianxin.messaging.messages import NOTICE
from lianxin.messaging.models import Notice, NoticeTarget
from lianxin.messaging.permissions import SEND, SEND_BELOW, VIEW, WRITE
from lianxin.messaging.queries.burden import (
    READERS,
    Cost,
    audience_of,
    cost_of,
    members_of,
    month_of,
    reading_minutes,
    weighed,
)
from lianxin.organisations.facade import holders_of, organisation_for

MOST_ASKED = 30
LONGEST_LABEL = 80
MOST_MINUTES = 480


@dataclass(frozen=True, slots=True)
class Draft:
    """What a notice says and whom it is for. `asked` are the answers wanted back: a label and its minutes each.

    `is_form`: it brings a form, whose questions were held against the records where the form was written.
    """

    title: str
    text: str
    audience: str
    kinds: Sequence[str] = ()
    picked: Collection[UUID] = ()
    due_on: date | None = None
    must_read_by: date | None = None
    asked: Sequence[tuple[str, int]] = ()
    is_form: bool = False


@transaction.atomic
def write_notice(actor: Actor, *, organisation: UUID, draft: Draft, at: datetime) -> Notice:
    """Keep a new notice as a draft; nobody gets it yet.

    Raises:
        NotVisible, NotPermitted: the organisation lies outside, or the actor may not write for it.
        InvalidInput: something is missing or cannot be.
    """
    place = organisation_for(actor, organisation, WRITE)
    if actor.account_id is None:
        raise NotVisible(_("A notice is written by a person."))
    row = Notice(organisation=place, organisation_path=place.path, created_by_id=actor.account_id, created_at=at)
    _fill(row, draft, at)
    row.save(force_insert=True)
    _tell(actor, NOTICE_WRITTEN, row, at)
    return row


def cost_of_draft(actor: Actor, *, organisation: UUID, draft: Draft, at: datetime) -> Cost:
    """What a notice would cost if it were written and sent at the instant; nothing is kept. Three queries.

    Raises:
        NotVisible, NotPermitted, InvalidInput: as for `write_notice`.
    """
    place = organisation_for(actor, organisation, WRITE)
    row = Notice(organisation=place, organisation_path=place.path, created_at=at)
    _fill(row, draft, at)
    return cost_of(row, at=at)


@transaction.atomic
def change_notice(actor: Actor, *, notice: UUID, draft: Draft, version: int, at: datetime) -> Notice:
    """Change a draft.

    Raises:
        NotVisible, NotPermitted, InvalidInput: as for `write_notice`.
        Changed: somebody else changed it since the actor read that version.
        Conflict: it has gone out.
    """
    row = _locked(actor, notice, WRITE)
    _check_draft(row)
    if row.version != version:
        raise Changed(_("Somebody changed this draft in the meantime. Open it again; what you wrote is still above."))
    _fill(row, draft, at)
    row.version += 1
    row.save()
    _tell(actor, NOTICE_CHANGED, row, at)
    return row


@transaction.atomic
def discard_notice(actor: Actor, *, notice: UUID, at: datetime) -> None:
    """Throw a draft away.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, or without the permission there.
        Conflict: it has gone out; then it can only be withdrawn.
    """
    row = _locked(actor, notice, WRITE)
    _check_draft(row)
    _tell(actor, NOTICE_DISCARDED, row, at)
    row.delete()


@transaction.atomic
def send_notice(
    actor: Actor, *, notice: UUID, version: int, seen: str, accepts_over: bool, at: datetime, link: str = ""
) -> Notice:
    """Send a draft with the cost that the sender saw (`Cost.seen`); the cost is kept with it.

    `link` is the page of a module above that the notice is about: a form to fill in.

    Readers of an organisation are those who work for exactly it. Where nobody has an account the organisation still
    counts, and the notice's page names it as not reachable online.

    Raises:
        NotVisible, NotPermitted: outside, or without the permission to send (to organisations below).
        Changed: the draft or its cost changed since the sender looked.
        Conflict: it has gone out already, or there is nobody to get it.
        InvalidInput: it puts organisations above the cap and the sender has not said that it must be.
    """
    row = _locked(actor, notice, WRITE)
    to_members = row.audience == Notice.Audience.MEMBERS
    require(actor, SEND if to_members else SEND_BELOW, row.organisation_path, seen_by=VIEW)
    _check_draft(row)
    cost = cost_of(row, at=at)
    if row.version != version or cost.seen != seen:
        raise Changed(_("The draft or those it goes to have changed since you looked. Look at the cost once more."))
    if not cost.recipients:
        raise Conflict(_("Nobody would get this notice: no account works for these organisations yet."))
    if cost.over_cap and not accepts_over:
        raise InvalidInput({"accepts_over": _("Say that it must go out although it passes the monthly cap.")})
    row.recipients, row.organisations = cost.recipients, cost.organisations
    row.minutes_total, row.over_cap = cost.minutes_total, cost.over_cap
    with acting(Actor.system("finding those a notice goes to")):
        _keep_targets(row, cost, at)
        members = [] if not to_members else list(members_of(row).values_list("pk", flat=True))
        held = {} if to_members else holders_of(READERS, audience_of(row, on=day_of(at)), at=at)
    row.message = send(
        actor,
        NOTICE,
        to_members=members,
        to_accounts=[account for accounts in held.values() for account in accounts],
        title=row.title,
        text=row.text,
        link=link,
        organisation=row.organisation_id,
        organisation_path=row.organisation_path,
        subject=row.pk,
        at=at,
        must_read_by=row.must_read_by,
        extra=Extra(due_on=row.due_on, asked=row.asked),
    )
    row.state, row.sent_at = Notice.State.SENT, at
    row.version += 1
    row.save()
    _tell(
        actor,
        NOTICE_SENT,
        row,
        at,
        data={
            "url": reverse("messaging:notice", args=[row.pk]),
            "audience": row.audience,
            "organisations": row.organisations,
            "recipients": row.recipients,
            "minutes": row.minutes_total,
            "over_cap": row.over_cap,
        },
    )
    return row


def _keep_targets(row: Notice, cost: Cost, at: datetime) -> None:
    """One row for each receiving organisation, as counted."""
    month = month_of(day_of(at))
    if row.audience == Notice.Audience.MEMBERS:
        NoticeTarget.objects.create(
            notice=row,
            organisation_id=row.organisation_id,
            organisation_path=row.organisation_path,
            month=month,
            readers=cost.recipients,
            minutes=cost.minutes_total,
            is_from_above=False,
        )
        return
    # Rows from a query of ours go back by one statement for each thousand: the key is the database's.
    NoticeTarget.objects.bulk_create(
        (
            NoticeTarget(
                notice=row,
                organisation_id=one["id"],
                organisation_path=one["path"],
                month=month,
                readers=one["readers"],
                minutes=one["minutes"],
                is_from_above=True,
            )
            for one in weighed(row, at=at).iterator(chunk_size=2000)
        ),
        batch_size=1000,
    )


def _fill(row: Notice, draft: Draft, at: datetime) -> None:
    """Put the draft's facts into the row.

    Raises:
        InvalidInput: something is missing or cannot be; sentences by field.
    """
    title, text = draft.title.strip(), draft.text.strip()
    asked: list[dict[str, Any]] = [
        {"label": label.strip(), "minutes": minutes} for label, minutes in draft.asked if label.strip()
    ]
    wrong: dict[str, Any] = {**_wrong_words(title, text), **_wrong_days(draft, at), **_wrong_answers(asked)}
    if not draft.is_form and (held := held_sentences([one["label"] for one in asked])):
        wrong.setdefault("asked", held)
    picked: list[str] = []
    if draft.audience not in Notice.Audience.values:
        wrong["audience"] = _("Choose whom the notice is for.")
    elif draft.audience == Notice.Audience.KINDS and not draft.kinds:
        wrong["kinds"] = _("Choose at least one kind of organisation.")
    elif draft.audience == Notice.Audience.PICKED:
        with acting(Actor.system("finding those a notice goes to")):
            row.audience, row.picked = draft.audience, [str(one) for one in draft.picked]
            picked = [str(one) for one in audience_of(row, on=day_of(at)).values_list("pk", flat=True)]
        if not picked or len(picked) != len(set(draft.picked)):
            wrong["picked"] = _("Name at least one organisation, and only ones below your own.")
    if wrong:
        raise InvalidInput(wrong)
    row.title, row.text, row.asked, row.audience = title, text, asked, draft.audience
    row.kinds = sorted(set(draft.kinds)) if draft.audience == Notice.Audience.KINDS else []
    row.picked = sorted(picked)
    row.due_on, row.must_read_by = draft.due_on, draft.must_read_by
    row.reading_minutes = reading_minutes(title, text)
    row.minutes_each = row.reading_minutes + sum(int(one["minutes"]) for one in asked)


def _wrong_words(title: str, text: str) -> Mapping[str, str]:
    wrong = {}
    if not title:
        wrong["title"] = _("Write a title.")
    elif len(title) > LONGEST_TITLE:
        wrong["title"] = _("The title is longer than 120 characters. Put the rest into the text.")
    if not text:
        wrong["text"] = _("Write what is to be done.")
    elif len(text) > LONGEST_TEXT:
        wrong["text"] = _("The text is longer than 10,000 characters. Shorten it.")
    return wrong


def _wrong_days(draft: Draft, at: datetime) -> Mapping[str, str]:
    today = day_of(at)
    days = {"due_on": draft.due_on, "must_read_by": draft.must_read_by}
    return {
        name: _("This day is over. Choose today or a later day.")
        for name, day in days.items()
        if day is not None and day < today
    }


def _wrong_answers(asked: Sequence[Mapping[str, Any]]) -> Mapping[str, str]:
    if len(asked) > MOST_ASKED:
        return {"asked": _("More than 30 answers are asked for. Ask for fewer.")}
    for one in asked:
        if len(one["label"]) > LONGEST_LABEL or not 0 < one["minutes"] <= MOST_MINUTES:
            return {
                "asked": _("“%(label)s”: at most 80 characters, and between 1 and 480 minutes.")
                % {"label": one["label"]}
            }
    return {}


def _check_draft(row: Notice) -> None:
    if row.state != Notice.State.DRAFT:
        raise Conflict(_("The notice has gone out. It can be withdrawn, not changed."))


def _locked(actor: Actor, notice: UUID, permission: str) -> Notice:
    row = Notice.objects.select_for_update(of=("self",)).select_related("organisation").filter(pk=notice).first()
    if row is None:
        raise NotVisible(_("There is no such notice, or it is not in your organisations."))
    require(actor, permission, row.organisation_path, seen_by=VIEW)
    return row


def _tell(actor: Actor, kind: EventType, row: Notice, at: datetime, *, data: Mapping[str, Any] | None = None) -> None:
    record(
        actor,
        kind,
        at=at,
        subject=row.pk,
        organisation=row.organisation_id,
        organisation_path=row.organisation_path,
        data={"title": row.title, **(data or {})},
    )
