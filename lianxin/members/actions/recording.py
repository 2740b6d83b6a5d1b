"""Laying changed facts over what is believed of members: the one way in which a fact in the register changes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lianxin.kernel.authz import Actor, acting
from lianxin.kernel.errors import InvalidInput
from lianxin.kernel.events import EventType
from lianxin.kernel.events.record import describe, write
from lianxin.kernel.models import Event
from lianxin.kernel.privacy.keys import key_ring
from lianxin.kernel.privacy.lookup import older_digests_of
from lianxin.kernel.time import day_of
from lianxin.members.actions.telephones import tell_accounts
from lianxin.members.checking import facts_to_judge, judge, settle
from lianxin.members.facts import BY_NAME, clear_of, kept, masked, put, put_kept, shown_now
from lianxin.members.history import Beliefs, believed, changed_facts, keep, run_of
from lianxin.members.models import Member, MemberRecord, Unapplied

BATCH = 500


@dataclass(slots=True)
class Edit:
    """What changes about one member, tidied; `event` is filled in when it is recorded."""

    member: Member
    changes: dict[str, Any]
    event: Event | None = None
    columns: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Act:
    """Why and from when facts change.

    `corrects`: the old belief was wrong from the start, not only from `since` on; true of every fact or of those named.
    """

    actor: Actor
    kind: EventType
    at: datetime
    reason: str = ""
    since: date | None = None
    corrects: bool | frozenset[str] = False
    document_no: str = ""
    batch: UUID | None = None
    data: Mapping[str, Any] = field(default_factory=dict)

    def corrects_fact(self, name: str) -> bool:
        """Whether the act says that the fact was wrong from the start."""
        return self.corrects if isinstance(self.corrects, bool) else name in self.corrects

    @property
    def today(self) -> date:
        """The day of the act."""
        return day_of(self.at)


def record_facts(act: Act, edits: Sequence[Edit], *, must_judge: bool = True) -> list[Edit]:
    """Write changed facts of locked members with one event each; returns the edits that changed something.

    1. Drop what is the same already; an edit with nothing left is skipped.
    2. Lay each fact over its period. A correction: the whole run of days around today with the wrong value, or from
       `since` to the end of that run. An update: from `since` (else today) until the next change already recorded.
    3. Judge the facts of every part that was written: impossible ones refuse the act.
    4. Write beliefs, events and today's rows; note members who have something coming.

    Raises:
        InvalidInput: facts that cannot be true together; or a number that another member has.
    """
    beliefs = believed(MemberRecord, [one.member.id for one in edits], act.at)
    done: list[Edit] = []
    for edit in edits:
        mine = beliefs[edit.member.id]
        edit.changes = _news(edit.changes, mine, act.since or act.today)
        if edit.changes:
            _lay(act, edit, mine)
            if must_judge:
                edit.member.warnings = _judge(mine, act.today)
            done.append(edit)
    keep(MemberRecord, (beliefs[one.member.id] for one in done), act.at)
    write(one.event for one in done if one.event is not None)
    save_members(done, act.at)
    note_coming([(one.member.id, row) for one in done for row in beliefs[one.member.id].written], act.today)
    return done


def _news(changes: Mapping[str, Any], beliefs: Beliefs[MemberRecord], day: date) -> dict[str, Any]:
    """Only what differs from what is believed of the day, with what follows from it."""
    row = beliefs.on(day) or (beliefs.rows[-1] if beliefs.rows else None)
    if row is None:
        return {}
    merged = {name: clear_of(fact, row.facts.get(name, "")) for name, fact in BY_NAME.items()}
    before = dict(merged)
    merged |= changes
    settle(merged)
    return {name: value for name, value in merged.items() if value != before[name]}


def _lay(act: Act, edit: Edit, beliefs: Beliefs[MemberRecord]) -> None:
    member, today = edit.member, act.today
    changes = {}
    for name, value in edit.changes.items():
        fact = BY_NAME[name]
        changes[name] = (shown_now(member, name), masked(fact, value) if fact.is_personal else value)
    edit.event = describe(
        act.actor,
        act.kind,
        at=act.at,
        subject=member.id,
        organisation=member.organisation_id,
        organisation_path=member.organisation_path,
        changes=changes,
        effective_on=act.since,
        document_no=act.document_no,
        reason=act.reason,
        data=act.data,
        batch=act.batch,
    )
    for name, value in edit.changes.items():
        stored = kept(BY_NAME[name], value)
        corrects = act.corrects_fact(name)
        first, last = run_of(beliefs.rows, name, today if corrects else act.since or today)
        since = first if corrects and (act.since is None or act.corrects is not True) else act.since or today
        beliefs.lay(since, last, lambda row, n=name, s=stored: changed_facts(row, {n: s}), edit.event.id)  # type: ignore[misc]
    now_row = beliefs.on(today)
    for name, value in edit.changes.items():
        if now_row is not None and now_row.facts.get(name) == kept_plain(name, value, now_row):
            edit.columns.update(put(member, name, value))


def kept_plain(name: str, value: Any, row: MemberRecord) -> Any:
    """What the row would hold for the value. A sealed value differs at each sealing, so its clear text is compared."""
    fact = BY_NAME[name]
    if fact.is_personal:
        return row.facts.get(name) if clear_of(fact, row.facts.get(name, "")) == value else None
    return kept(fact, value)


def _judge(beliefs: Beliefs[MemberRecord], today: date) -> list[Any]:
    warnings: list[Any] = []
    for row in beliefs.written:
        on = max(today, row.valid.lower or today)
        found = judge(facts_to_judge(row.facts), on=on)
        if row is beliefs.on(today) or not warnings:
            warnings = found
    return warnings


def save_members(edits: Iterable[Edit], at: datetime) -> None:
    """Write today's rows: the columns that changed, the version, the instant.

    Raises:
        InvalidInput: an identity number that another member has.
    """
    every = list(edits)
    if is_known_by_older_key(one.member for one in every if "id_number" in one.columns):
        raise InvalidInput({"id_number": taken()})
    for one in every:
        one.member.version += 1
        one.member.updated_at = at
    try:
        with transaction.atomic():
            if len(every) == 1:
                every[0].member.save(update_fields=[*every[0].columns, "version", "updated_at"])
            else:
                columns = {name for one in every for name in one.columns} | {"version", "updated_at"}
                Member.objects.bulk_update([one.member for one in every], sorted(columns), batch_size=BATCH)
    except IntegrityError as error:
        if "member_id_number_once" in str(error):
            raise InvalidInput({"id_number": taken()}) from error
        raise
    tell_accounts([one.member for one in every if "mobile" in one.columns])


def is_known_by_older_key(members: Iterable[Member]) -> bool:
    """Whether another member has one of these identity numbers under a look-up key that is being replaced.

    The unique index compares digests of one key only. Outside a rotation there is one key, and nothing is asked.
    """
    if len(key_ring().lookup.by_number) == 1:
        return False
    asked = [one for one in members if one.id_number]
    older = {
        digest for one in asked if one.id_number for digest in older_digests_of("id_number", one.id_number.reveal())
    }
    with acting(Actor.system("looking for the same identity number")):
        others = Member.objects.filter(id_number_digest__in=older).exclude(pk__in=[one.pk for one in asked])
        return bool(older) and others.exists()


def taken() -> str:
    """The sentence for an identity number that is in the register already."""
    return _(
        "This identity number is in the register already. Check it; if it is the same person, move the record instead "
        "of adding a second one."
    )


def note_coming(rows: Iterable[tuple[UUID, Any]], today: date) -> None:
    """Note members for whom something begins on a coming day."""
    coming = {(member, row.valid.lower) for member, row in rows if row.valid.lower and row.valid.lower > today}
    Unapplied.objects.bulk_create(
        [Unapplied(member_id=member, on=day) for member, day in sorted(coming)], ignore_conflicts=True
    )


def put_record(member: Member, row: MemberRecord) -> set[str]:
    """Make today's row say what the belief says; the columns set."""
    columns: set[str] = set()
    for name, stored in row.facts.items():
        if name in BY_NAME and kept_plain(name, _now(member, name), row) != stored:
            columns.update(put_kept(member, name, stored))
    return columns


def _now(member: Member, name: str) -> Any:
    value = getattr(member, name)
    return (value.reveal() if value else "") if BY_NAME[name].is_personal else value
