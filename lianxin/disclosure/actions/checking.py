"""Doing a check: the content is read apart, then verdict, findings and masked copy are kept with one event."""

from collections import Counter
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app as jobs

from lianxin.disclosure.events import CHECKED
from lianxin.disclosure.isolation import TookTooLong, read_apart
from lianxin.disclosure.models import Check
from lianxin.disclosure.reading.detectors import VERSION
from lianxin.disclosure.reading.outcome import CannotRead, Outcome
from lianxin.disclosure.reading.plain import read_text
from lianxin.disclosure.storage import MASKED, ORIGINAL, content_of, kept
from lianxin.kernel.authz import Actor
from lianxin.kernel.events.record import record

SMALL = 2 * 1024 * 1024
"""Bytes; up to this a person waits for the answer."""
SECONDS_AT_ONCE = 15
SECONDS_BY_JOB = 300
MOST_ATTEMPTS = 3
AT_A_TIME = 100


def run_check(actor: Actor, *, check: UUID, at: datetime, by_job: bool = False) -> Check:
    """Check the content of a check that waits; on behalf of who handed it in. Safe to run twice.

    A small file that takes too long to wait for is left to a job.
    """
    found = Check.objects.select_related("organisation", "account").get(pk=check)
    if found.state != Check.State.WAITING:
        return found
    outcome, problem = Outcome(), ""
    try:
        outcome = _read(found, seconds=SECONDS_BY_JOB if by_job else SECONDS_AT_ONCE)
    except CannotRead as refusal:
        problem = refusal.code
    except FileNotFoundError:
        problem = "damaged"
    except TookTooLong:
        if not by_job:
            jobs.configure_task("disclosure.check").defer(check_id=str(found.pk))
            return found
        problem = "took_too_long"
    return _conclude(actor, found, outcome, problem, at=at)


def _read(check: Check, *, seconds: int) -> Outcome:
    content = content_of(check.pk, ORIGINAL)
    if check.kind == Check.Kind.TEXT:
        return _with_title_apart(read_text(content))
    return read_apart(check.kind, content, seconds=seconds)


def _with_title_apart(outcome: Outcome) -> Outcome:
    """The first line of a text's content is its title; the lines people count begin after it."""
    for place, one in enumerate(outcome.findings):
        line = int(one.place[1])
        moved = ("title",) if line == 1 else ("line", line - 1)
        outcome.findings[place] = replace(one, place=moved)
    return outcome


def _conclude(actor: Actor, check: Check, outcome: Outcome, problem: str, *, at: datetime) -> Check:
    """Keep the verdict and the copy, and record the check; a check concluded meanwhile is left as it is."""
    with kept() as keep, transaction.atomic():
        locked = Check.objects.select_for_update().get(pk=check.pk)
        if locked.state != Check.State.WAITING:
            return locked
        _fill(locked, outcome, problem, at=at)
        if outcome.masked is not None:
            keep(locked.pk, MASKED, outcome.masked)
        locked.save()
        kinds = Counter(one.kind for one in outcome.findings)
        record(
            actor,
            CHECKED,
            at=at,
            subject=locked.pk,
            organisation=locked.organisation_id,
            organisation_path=locked.organisation_path,
            data={
                "state": locked.state,
                "found": locked.found,
                "missed": locked.missed,
                **{f"found_{kind}": number for kind, number in sorted(kinds.items())},
                "problem": problem,
                "sha256": locked.sha256,
                "masked_sha256": locked.masked_sha256,
            },
        )
    return locked


def _fill(check: Check, outcome: Outcome, problem: str, *, at: datetime) -> None:
    check.detectors = VERSION
    check.checked_at = at
    check.problem = problem
    check.findings = [asdict(one) for one in outcome.findings]
    check.found = outcome.count
    check.unread = [asdict(one) for one in outcome.unread]
    check.missed = len(outcome.unread)
    if outcome.masked is not None:
        check.masked_sha256 = sha256(outcome.masked).hexdigest()
        check.masked_size = len(outcome.masked)
        check.masked_is_clear = outcome.masked_clear
    if problem:
        check.state = Check.State.FAILED
    elif check.found or check.missed or check.title_findings:
        check.state = Check.State.BLOCKED
    else:
        check.state = Check.State.CLEAR


def take_up_again(*, at: datetime, older_than: timedelta) -> int:
    """Ask again for checks whose worker died; one that failed three workers is given up. How many were asked for."""
    asked = 0
    with transaction.atomic():
        waiting = Check.objects.select_for_update(skip_locked=True, of=("self",)).filter(
            state=Check.State.WAITING, created_at__lt=at - older_than
        )
        for check in waiting.select_related("account")[:AT_A_TIME]:
            if check.attempts >= MOST_ATTEMPTS:
                _conclude(Actor.system("checks before publishing"), check, Outcome(), "took_too_long", at=at)
                continue
            Check.objects.filter(pk=check.pk).update(attempts=check.attempts + 1)
            jobs.configure_task("disclosure.check").defer(check_id=str(check.pk))
            asked += 1
    return asked
