"""Writing the event log: every action calls this once, inside its transaction."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from lianxin.kernel.authz.actor import Actor
from lianxin.kernel.db.inserting import WORTHWHILE, insert_many
from lianxin.kernel.events.soon import ask_soon
from lianxin.kernel.events.types import EventType
from lianxin.kernel.models import Event
from lianxin.kernel.privacy.texts import mask_in_text

Changes = Mapping[str, tuple[Any, Any]]

ENCODER = DjangoJSONEncoder()


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int | bool | list | dict) else ENCODER.default(value)


def _told(name: str, value: Any) -> Any:
    plain = _plain(value)
    return mask_in_text(plain) if isinstance(plain, str) and not name.endswith("code") else plain


def describe(
    actor: Actor,
    kind: EventType,
    *,
    at: datetime,
    subject: UUID,
    organisation: UUID | None,
    organisation_path: str = "",
    changes: Changes | None = None,
    effective_on: date | None = None,
    document_no: str = "",
    reason: str = "",
    data: Mapping[str, Any] | None = None,
    batch: UUID | None = None,
) -> Event:
    """An event not yet written. `changes` maps a field to (old, new); personal data enters it masked only.

    Whoever writes a number of a person into the reason, a remark or the name of a file finds it masked there: the log
    is never changed afterwards. Codes stay as they are.
    """
    return Event(
        at=at,
        kind=kind.kind,
        actor_id=actor.account_id,
        actor_name=actor.name,
        organisation_id=organisation,
        organisation_path=organisation_path,
        subject_id=subject,
        effective_on=effective_on,
        document_no=mask_in_text(document_no),
        reason=mask_in_text(reason),
        changes={field: [_told(field, old), _told(field, new)] for field, (old, new) in (changes or {}).items()},
        data={key: _told(key, value) for key, value in (data or {}).items()},
        batch_id=batch,
    )


def record(actor: Actor, kind: EventType, **facts: Any) -> Event:
    """Write one event; the keywords are those of `describe`.

    Raises:
        RuntimeError: called outside a transaction, where the act and its event could part.
    """
    event = describe(actor, kind, **facts)
    write([event])
    return event


def write(events: Iterable[Event]) -> None:
    """Write events together (an import of many rows).

    Raises:
        RuntimeError: called outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("Events are written in the transaction of their act.")
    every = list(events)
    if len(every) >= WORTHWHILE:
        insert_many(Event, every)
    else:
        Event.objects.bulk_create(every)
    ask_soon({one.kind for one in every})
