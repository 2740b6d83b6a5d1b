"""Changing what is written down about an organisation besides its name, kind and place."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.kernel.authz import Actor, acting, require
from lianxin.kernel.errors import InvalidInput
from lianxin.kernel.events.record import record
from lianxin.kernel.privacy.masks import mask_phone
from lianxin.kernel.time import day_of
from lianxin.organisations import events
from lianxin.organisations.actions.facts import FACT_NAMES, check_facts, columns_of
from lianxin.organisations.actions.tree import check_alive, check_decision, check_version, locked
from lianxin.organisations.models import Organisation
from lianxin.organisations.permissions import CHANGE, VIEW

CHANGEABLE = frozenset({*FACT_NAMES, "code", "approval_no"})


@transaction.atomic
def change_facts(
    actor: Actor,
    *,
    organisation: UUID,
    changes: Mapping[str, Any],
    effective_on: date,
    document_no: str,
    reason: str,
    at: datetime,
    version: int | None = None,
    batch: UUID | None = None,
) -> Organisation:
    """Write new facts (of `CHANGEABLE`); they hold from a day that has come. `version` is the one the actor saw.

    An import may lack document number and reason; the act of a person may not.

    Raises:
        NotVisible, NotPermitted: the actor may not change facts there.
        InvalidInput: a fact is wrong, nothing changes, or the day lies ahead.
        Conflict: somebody changed the organisation in the meantime.
    """
    row = locked([organisation])[organisation]
    require(actor, CHANGE, row.path, seen_by=VIEW)
    check_version(row, version)
    today = day_of(at)
    if batch is None:
        check_decision(effective_on=effective_on, document_no=document_no, reason=reason, today=today)
    if effective_on > today:
        raise InvalidInput({"effective_on": _("Facts are recorded once they hold; choose today or an earlier day.")})
    check_alive(row, effective_on)
    changed = differences(row, changes)
    if not changed:
        raise InvalidInput({"": _("Nothing is different from what is recorded.")})
    errors = check_facts({name: new for name, (_old, new) in changed.items()})
    if "code" in changed and _is_taken(changed["code"][1]):
        errors["code"] = _("The code %(code)s is already taken.") % {"code": changed["code"][1]}
    if "code" in changed and not changed["code"][1]:
        errors["code"] = _("An organisation has a code.")
    if errors:
        raise InvalidInput(errors)
    columns = columns_of({name: new for name, (_old, new) in changed.items()})
    for name, value in columns.items():
        setattr(row, name, value)
    row.version += 1
    row.save(update_fields=[*columns, "version"])
    record(
        actor,
        events.FACTS_CHANGED,
        at=at,
        subject=row.id,
        organisation=row.id,
        organisation_path=row.path,
        changes={name: _shown(name, old, new) for name, (old, new) in changed.items()},
        effective_on=effective_on,
        document_no=document_no,
        reason=reason,
        batch=batch,
    )
    return Organisation.objects.get(id=row.id)


def differences(row: Organisation, changes: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Which of the facts differ from the row, as (old, new); the telephone is compared in clear.

    Raises:
        KeyError: a name is not among `CHANGEABLE`.
    """
    unknown = set(changes) - CHANGEABLE
    if unknown:
        raise KeyError(f"These are no facts of an organisation: {', '.join(sorted(unknown))}.")
    found: dict[str, tuple[Any, Any]] = {}
    for name, value in changes.items():
        new = value.strip() if isinstance(value, str) else value
        old = getattr(row, name)
        if name == "phone":
            old = old.reveal() if old is not None else ""
        if old != new:
            found[name] = (old, new)
    return found


def _shown(name: str, old: Any, new: Any) -> tuple[Any, Any]:
    """Personal data enters the log masked."""
    return (mask_phone(old), mask_phone(new)) if name == "phone" else (old, new)


def _is_taken(code: str) -> bool:
    with acting(Actor.system("looking for the same code")):
        return Organisation.objects.filter(code=code).exists()
