"""The acts under fire, each through its real door, each with a key by which it is found again in the log.

Three people and programs are at work: a clerk who imports spreadsheets on the pages, and two programs that write over
REST with an Idempotency-Key, one to members' records, one to the tree of organisations. Each does one act after another
until the door does not answer; that act is kept as unanswered, to be judged and repeated once everything runs again.
"""

import random
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx

from lianxin.kernel.time import today
from tests.faults.standing import Branch, Standing

TIMEOUT = 20.0
FAULT = 500


class Unanswered(Exception):  # noqa: N818 - says what happened
    """The door did not answer, or said that it is broken: whether the act was done is not known."""


class Refused(AssertionError):  # noqa: N818 - the same
    """The door refused what ought to be right: the acts and the installation have drifted apart."""


@dataclass(slots=True)
class Act:
    """One write over REST. `kind` is the event that has to stand in the log exactly once, with `key` as its reason."""

    key: str
    kind: str
    subject: UUID
    method: str
    path: str
    body: dict[str, Any]
    version: int | None = None
    followers: int = 0
    status: int = 0
    replayed: bool = False
    done: Callable[["Act", httpx.Response], None] = field(default=lambda _act, _answer: None)


class Program:
    """Sends acts one after another until a door does not answer or it is told to stop."""

    def __init__(self, url: str, token: str) -> None:
        self.client = httpx.Client(
            base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=TIMEOUT, trust_env=False
        )
        self.acknowledged: list[Act] = []
        self.unanswered: Act | None = None
        self.seconds = 0.0

    def send(self, act: Act) -> httpx.Response:
        """Send an act.

        Raises:
            Unanswered: no answer, or a fault.
            Refused: the answer is a refusal.
        """
        headers = {"Idempotency-Key": act.key}
        if act.version is not None:
            headers["If-Match"] = f'"{act.version}-00000000"'
        begun = time.monotonic()
        try:
            answer = self.client.request(act.method, f"/api/v1{act.path}", json=act.body, headers=headers)
        except httpx.HTTPError as error:
            raise Unanswered(str(error)) from error
        if answer.status_code >= FAULT:
            raise Unanswered(answer.text[:200])
        if not answer.is_success:
            raise Refused(f"{act.kind} {act.path}: {answer.status_code} {answer.text[:500]}")
        self.seconds = time.monotonic() - begun
        act.status = answer.status_code
        act.replayed = "Idempotency-Replayed" in answer.headers
        act.done(act, answer)
        return answer

    def work(self, acts: Iterator[Act], stop: threading.Event) -> None:
        """Send acts until told to stop or not answered."""
        while not stop.is_set():
            act = next(acts)
            try:
                self.send(act)
            except Unanswered:
                self.unanswered = act
                return
            self.acknowledged.append(act)

    def repeat(self) -> Act | None:
        """Send the unanswered act again, now that everything runs; the same key, the same words."""
        act, self.unanswered = self.unanswered, None
        if act is not None:
            for attempt in range(10):
                try:
                    self.send(act)
                    break
                except Unanswered:
                    if attempt == 9:
                        raise
                    time.sleep(0.3)
            self.acknowledged.append(act)
        return act


def _decision(key: str) -> dict[str, Any]:
    return {"effective_on": str(today()), "document_no": "故障试验", "reason": key}


def on_members(standing: Standing, name: Callable[[], str], chance: random.Random) -> Iterator[Act]:
    """Changes of members' facts, and moves from branch to branch."""
    while True:
        member = chance.choice(standing.members)
        if chance.random() < 0.6:
            key = name()

            def changed(act: Act, answer: httpx.Response, member: Any = member) -> None:
                member.version = int(answer.headers["ETag"].strip('"').split("-")[0])
                member.workplace = act.body["facts"]["workplace"]

            facts = {"workplace": f"故障试验 {key}"}
            body = {"facts": facts, "reason": key}
            path = f"/members/{member.id}"
            yield Act(key, "members.updated", member.id, "PATCH", path, body, member.version, done=changed)
        else:
            key = name()
            to = chance.choice([one for one in standing.branches if one.id != member.organisation])

            def moved(act: Act, answer: httpx.Response, member: Any = member, to: Branch = to) -> None:
                member.version = int(answer.headers["ETag"].strip('"').split("-")[0])
                member.organisation = to.id

            body = {"to": str(to.id), "since": str(today()), "document_no": "故障试验", "reason": key}
            path = f"/members/{member.id}/move"
            yield Act(key, "members.moved", member.id, "POST", path, body, done=moved)


def on_tree(standing: Standing, name: Callable[[], str], chance: random.Random) -> Iterator[Act]:
    """Splits, merges and moves of branches: what splits off today ends another day, so merges take what was there."""
    turn = 0
    while True:
        turn += 1
        key = name()
        if turn % 3 == 1 and len(standing.tree) > 2:
            ending, staying = chance.sample(standing.tree, 2)

            def merged(_act: Act, _answer: httpx.Response, one: Branch = ending, into: Branch = staying) -> None:
                standing.tree.remove(one)
                into.members.extend(one.members)

            body = {"earlier": [str(ending.id)], **_decision(key)}
            path = f"/organisations/{staying.id}/merge"
            yield Act(
                key, "organisations.merged", staying.id, "POST", path, body, followers=len(ending.members), done=merged
            )
        elif turn % 3 == 2:
            whole = max(standing.tree, key=lambda one: len(one.members))
            going = whole.members[: max(1, min(20, len(whole.members) // 2))]
            part = {
                "new": {"name": f"故障试验支部{key}", "org_type": "branch"},
                "members": [str(one) for one in going],
            }

            def parted(_act: Act, _answer: httpx.Response, one: Branch = whole, going: list[UUID] = going) -> None:
                one.members = [member for member in one.members if member not in going]

            path = f"/organisations/{whole.id}/split"
            body = {"parts": [part], **_decision(key)}
            yield Act(key, "organisations.split", whole.id, "POST", path, body, followers=len(going), done=parted)
        else:
            branch = chance.choice(standing.tree)
            to = chance.choice([one for one in standing.towns if one != branch.parent])

            def put(_act: Act, _answer: httpx.Response, one: Branch = branch, to: UUID = to) -> None:
                one.parent = to

            path = f"/organisations/{branch.id}/move"
            body = {"parent": str(to), **_decision(key)}
            yield Act(key, "organisations.moved", branch.id, "POST", path, body, done=put)
