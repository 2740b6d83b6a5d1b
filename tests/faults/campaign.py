"""Kill, recover, judge, repeat: one line of a ledger for each kill."""

import json
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from django.db import DatabaseError, connection
from procrastinate.contrib.django import app as jobs
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException

from lianxin.api.actions import make_token
from lianxin.api.doors import offered
from lianxin.files.models import Import
from lianxin.kernel.accounts.models import Account
from lianxin.kernel.privacy.models import Rotation
from lianxin.kernel.time import now, today
from lianxin.kernel.web.actors import actor_of
from lianxin.members.models import Member
from tests.faults import checking
from tests.faults.acts import Program, on_members, on_tree
from tests.faults.clerk import Clerk, Step
from tests.faults.installation import PROJECT, Installation
from tests.faults.killing import Victim, kill
from tests.faults.standing import standing_of

TICKS = {"files.recover": "files", "events.seal": "default"}
"""What the scheduler starts each minute, started at once here, for a worker to do."""
ROTATE = {"privacy.rotate": "default"}
DRAINED_WITHIN = 60.0
GIVEN_BACK_WITHIN = 120.0
CHAIN_EVERY = 5
VALUES_EVERY = 20
VALUES_EVERY_ROTATION = 3
BUSY = {Import.State.CHECKING, Import.State.APPLYING}


class Focus(StrEnum):
    """In the middle of what the kill comes."""

    IMPORT = "import"
    MERGE = "merge"
    ROTATION = "rotation"

    @property
    def weight(self) -> int:
        """How often its turn comes beside the others; a turn of a rotation takes three times as long."""
        return 1 if self is Focus.ROTATION else 2


class Campaign:
    """A running installation, the people and programs at work in it, and what has been promised to them."""

    def __init__(self, installation: Installation, *, ledger: Path, seed: int, rows: int) -> None:
        self.installation = installation
        self.ledger = ledger
        self.chance = random.Random(seed)  # noqa: S311 - plausible instants, no secrets
        self.count = 0
        self.run = f"{time.time_ns() // 1_000_000:x}"
        self.named = 0
        self.since = now()
        standing = standing_of()
        clerk = actor_of(Account.objects.get(username="clerk"))
        _token, text = make_token(
            clerk,
            name="faults",
            permissions=[one.name for one in offered(clerk)],
            last_day=today() + timedelta(days=30),
            at=now(),
        )
        self.members = Program(installation.url, text)
        self.tree = Program(installation.url, text)
        self.on_members = on_members(standing, self._name, self.chance)
        self.on_tree = on_tree(standing, self._name, self.chance)
        first = Import.objects.count()
        self.clerk = Clerk(installation.url, str(standing.top), standing.imports, first=first, rows=rows)
        self.clerk.sign_in()
        self.lost: dict[Any, float] = {}
        self.values = checking.values_of_members()
        self.rotations = 0

    def _name(self) -> str:
        self.named += 1
        return f"{self.run}-{self.named}"

    def cycle(self, focus: Focus, victim: Victim) -> dict[str, Any]:
        """One kill in the middle of something, its recovery and its judgement; what is written to the ledger."""
        begun = time.monotonic()
        self.count += 1
        stop = threading.Event()
        work: list[Callable[[], None]] = [lambda: self.members.work(self.on_members, stop)]
        command = None
        if focus is Focus.IMPORT:
            work.append(lambda: self.clerk.work(stop))
        elif focus is Focus.MERGE:
            work.append(lambda: self.tree.work(self.on_tree, stop))
        else:
            command = self._rotate()
        faults: list[str] = []
        threads = [threading.Thread(target=_told(one, faults), daemon=True) for one in work]
        for one in threads:
            one.start()
        tick({"events.seal": "default"} | (ROTATE if focus is Focus.ROTATION else {}))
        longest = {Focus.IMPORT: self.clerk.seconds, Focus.MERGE: 0.6, Focus.ROTATION: 3.5 if command else 1.5}[focus]
        instant = self.chance.uniform(0.05, max(0.3, longest))
        time.sleep(instant)
        doing = self._in_flight(focus)
        way = kill(self.installation, victim, self.chance)
        if command is not None:
            with suppress(subprocess.TimeoutExpired):
                command.wait(0)
            command.kill()
            command.wait()
        stop.set()
        if victim is Victim.POSTGRESQL:
            self.installation.start_database()  # requests under way wait for it, up to ten seconds
        for one in threads:
            one.join(60)
        connection.close()
        self.installation.start()
        faults += self._drained()
        outcomes = Counter[str]()
        faults += self._judged(outcomes, focus, doing)
        entry = {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "commit": commit(),
            "focus": focus.value,
            "victim": victim.value,
            "way": way,
            "instant": round(instant, 3),
            "outcomes": dict(outcomes),
            "violations": faults,
            "seconds": round(time.monotonic() - begun, 2),
        }
        return self._kept(entry)

    def _kept(self, entry: dict[str, Any]) -> dict[str, Any]:
        with self.ledger.open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry, ensure_ascii=False) + "\n")
        return entry

    def _rotate(self) -> "subprocess.Popen[bytes] | None":
        """Have a rotation under way: half of those that begin do so under fire, the command killed as well."""
        if Rotation.objects.filter(finished_at=None).exists():
            return None
        if self.chance.random() < 0.5:
            self.installation.run("keys", "rotate", "--worker")
            return None
        return subprocess.Popen(
            [sys.executable, "-m", "lianxin.cli", "keys", "rotate", "--worker"],
            cwd=PROJECT,
            env=self.installation.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def _in_flight(self, focus: Focus) -> str:
        if focus is Focus.IMPORT:
            return self.clerk.roster.name
        if focus is Focus.ROTATION:
            with suppress(DatabaseError):
                under_way = Rotation.objects.filter(finished_at=None).first()
                return str(under_way.pk) if under_way else ""
        return ""

    def _drained(self) -> list[str]:
        """Wait until a worker has done what each minute brings."""
        asked = tick(TICKS)
        end = time.monotonic() + DRAINED_WITHIN
        while time.monotonic() < end:
            if self.installation.worker is not None and self.installation.worker.poll() is not None:
                self.installation.start()  # as its supervisor does
            left = ProcrastinateJob.objects.filter(id__in=asked, status__in=("todo", "doing"))
            if not left.exists():
                return []
            time.sleep(0.1)
        return [f"The worker did not do within {DRAINED_WITHIN:.0f} s: {[one.task_name for one in left]}"]

    def _judged(self, outcomes: Counter[str], focus: Focus, doing: str) -> list[str]:
        faults = checking.always(self.since)
        for program in (self.members, self.tree):
            act = program.unanswered
            if act is None:
                continue
            there, wrong = checking.is_there(act)
            faults += wrong
            outcomes["whole" if there else "absent"] += 1
            program.repeat()
            if act.replayed != there:
                faults.append(
                    f"{act.kind} {act.key} was there: {there}; repeated, it was answered as kept: {act.replayed}"
                )
            again, wrong = checking.is_there(act)
            faults += [*wrong, *([] if again else [f"{act.kind} {act.key} was repeated and is not there"])]
        if focus is Focus.IMPORT:
            faults += self._roster(outcomes)
        if focus is Focus.ROTATION:
            faults += self._rotation(outcomes, doing)
        fresh = [*self.members.acknowledged, *self.tree.acknowledged]
        faults += checking.once(fresh[-400:])
        faults += self._given_back()
        if focus is Focus.ROTATION:
            faults += [*checking.keys(), *checking.key_events()]
        if self.count % CHAIN_EVERY == 0:
            faults += checking.chain()
        if self.count % VALUES_EVERY == 0:
            faults += [*self._values(), *checking.sealed_texts()]
        return faults

    def _roster(self, outcomes: Counter[str]) -> list[str]:
        """Where the clerk's import stands now; the clerk goes on from there."""
        one = self.clerk.roster
        run = Import.objects.filter(file__name=one.name).first()
        before = one.step
        end = time.monotonic() + 20
        while run is not None and run.state in BUSY and time.monotonic() < end:
            if not self._taken_or_waiting(run):
                break
            time.sleep(0.1)
            run.refresh_from_db()
        there, faults = checking.roster_is_there(one)
        if run is None:
            if Step.HAND_IN in one.acknowledged:
                faults.append(f"{one.name} was taken and is gone")
            outcomes["absent"] += 1
            one.step = Step.HAND_IN
            return faults
        one.import_id = str(run.pk)
        if run.state in BUSY:
            # Its worker died between taking the job and taking the import: given back by the clock.
            self.lost[run.pk] = time.monotonic()
            outcomes["absent"] += 1
            self.clerk.abandon()
            return faults
        one.step = {"uploaded": Step.COLUMNS, "checked": Step.WRITE, "applied": Step.WRITTEN}[run.state]
        if Step.COLUMNS in one.acknowledged and run.state == "uploaded" and not run.sentence:
            faults.append(f"{one.name} went back to its columns without a sentence")
        interrupted = bool(run.sentence)
        one.given_back += interrupted
        outcomes[
            "whole" if there else "given back" if interrupted else "resumed" if one.step != before else "absent"
        ] += 1
        return faults

    @staticmethod
    def _taken_or_waiting(run: Import) -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")
            (held,) = cursor.fetchone() or (0,)
        waits = ProcrastinateJob.objects.filter(args__import_id=str(run.pk), status="todo").exists()
        return bool(held) or waits

    def _given_back(self) -> list[str]:
        """Imports whose worker died before it had taken them: given back within the time we allow."""
        faults = []
        for pk, since in list(self.lost.items()):
            run = Import.objects.get(pk=pk)
            if run.state not in BUSY:
                del self.lost[pk]
            elif time.monotonic() - since > GIVEN_BACK_WITHIN:
                faults.append(f"The import {pk} is {run.state} for ever")
                del self.lost[pk]
        return faults

    def _rotation(self, outcomes: Counter[str], doing: str) -> list[str]:
        found = Rotation.objects.order_by("-id").first()
        if found is None or (not doing and found.finished_at is not None):
            outcomes["absent"] += 1
            return []
        if found.finished_at is None:
            outcomes["resumed"] += 1
            return []
        outcomes["whole"] += 1
        self.rotations += 1
        return [*checking.rotated(), *(self._values() if self.rotations % VALUES_EVERY_ROTATION == 0 else [])]

    def _values(self) -> list[str]:
        """Compare every personal value with what was there before and what imports brought."""
        rosters = [*self.clerk.written, *([self.clerk.roster] if self.clerk.roster.step is Step.WRITTEN else [])]
        phones: dict[str, str] = {}
        for one in rosters:
            phones |= one.added | one.changed
        present = checking.values_of_members()
        lost = [pk for pk in self.values if pk not in present]
        faults = [f"{len(lost)} members are gone, e.g. {lost[0]}"] if lost else []
        numbers: Counter[str] = Counter(held[0] for held in present.values() if held[0])
        faults += [f"The identity number of {many} members is the same" for many in numbers.values() if many > 1]
        for pk, held in present.items():
            wanted = self.values.get(pk)
            phone = phones.get(held[0], wanted[1] if wanted else None)
            if wanted is None and held[0] not in phones:
                faults.append(f"Nobody entered the member {pk}")
            elif held[1] != phone or (wanted is not None and (held[0], *held[2:]) != (wanted[0], *wanted[2:])):
                faults.append(f"The personal data of the member {pk} are not what was entered")
        return faults[:20]

    def close(self) -> dict[str, Any]:
        """At the end: let a rotation finish, seal, verify the chain by its command, open and compare every value."""
        faults = []
        if Rotation.objects.filter(finished_at=None).exists():
            self.installation.run("keys", "rotate")
            faults += checking.rotated()
        self.installation.run("audit", "seal")
        said = self.installation.run("audit", "verify")
        if "as it was sealed" not in said:
            faults.append(said)
        faults += checking.once([*self.members.acknowledged, *self.tree.acknowledged])
        for roster in self.clerk.written[-50:]:
            if roster.number == self.clerk.written[-1].number:
                faults += checking.roster_is_there(roster)[1]
        faults += [*checking.always(self.since), *self._values(), *checking.sealed_texts(), *checking.keys()]
        return self._kept({"end": self._figures(), "violations": faults})

    def _figures(self) -> dict[str, int]:
        """How much there was by the end."""
        from lianxin.kernel.models import Event, Seal  # noqa: PLC0415 - used here only

        return {
            "acts acknowledged": len(self.members.acknowledged) + len(self.tree.acknowledged),
            "imports written": len(self.clerk.written),
            "rotations finished": Rotation.objects.exclude(finished_at=None).count(),
            "members": Member.objects.count(),
            "events": Event.objects.count(),
            "seals": Seal.objects.count(),
        }


def tick(tasks: dict[str, str]) -> list[int]:
    """Start tasks of the scheduler now; the numbers of their jobs."""
    numbers = []
    for name, queue in tasks.items():
        with suppress(AlreadyEnqueued, ConnectorException, DatabaseError):
            numbers.append(jobs.configure_task(name, queue=queue, queueing_lock=name).defer(timestamp=0))
    return numbers


def commit() -> str:
    """The commit the product is at, shortened."""
    said = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],  # noqa: S607 - found on the path
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    return said.stdout.strip()


def _told(work: Callable[[], None], faults: list[str]) -> Callable[[], None]:
    """Work whose refusals become findings, for a thread's exception is heard by nobody."""

    def told() -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a finding
            faults.append(f"{type(error).__name__}: {error}")

    return told
