"""A thousand people sign in to one meeting: each with a session of their own, over HTTP, to the server people get."""

from __future__ import annotations

import http.client
import re
import socket
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import psutil
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.urls import reverse

from lianxin.activities.codes import code_at
from lianxin.activities.events import SIGNED_IN
from lianxin.activities.models import Activity, Participant
from lianxin.bench.trial import Trial
from lianxin.kernel.accounts.clock import BEGAN, SEEN
from lianxin.kernel.accounts.models import Account
from lianxin.kernel.authz import Actor, acting
from lianxin.kernel.models import Event
from lianxin.kernel.time import now
from lianxin.members.models import Member
from lianxin.organisations.models import Organisation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

PEOPLE = 1_000
AT_ONCE = 50
IMPATIENT = 10
"""Every tenth person taps a second time."""
AIM = 10.0
WITHIN = 60.0
"""Seconds the server has to come up."""
NAME = "bench-hall-"
FIELD = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]+)"')
OK, FOUND = 200, 302


@dataclass(frozen=True, slots=True)
class Hall:
    """A meeting that is on, and the session of everybody who is invited."""

    activity: Activity
    sessions: Sequence[str]


@dataclass(slots=True)
class Phone:
    """One person's phone: its line, its cookies, and how each request was answered."""

    line: http.client.HTTPConnection
    session: str
    secret: str = ""
    form: dict[str, str] = field(default_factory=dict)
    statuses: list[int] = field(default_factory=list)

    def get(self, address: str) -> None:
        """Open an address; where it leads elsewhere, follow."""
        self._ask("GET", address)

    def tap(self, address: str) -> None:
        """Send the form of the page."""
        self._ask("POST", address, urlencode(self.form))

    def _ask(self, method: str, address: str, body: str | None = None) -> None:
        cookies = f"{settings.SESSION_COOKIE_NAME}={self.session}; {settings.CSRF_COOKIE_NAME}={self.secret}"
        headers = {"Cookie": cookies, "Accept-Language": "zh-CN"}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.line.request(method, address, body, headers)
        answer = self.line.getresponse()
        text = answer.read().decode()
        self.statuses.append(answer.status)
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, _equals, value = cookie.partition(";")[0].partition("=")
            if name == settings.CSRF_COOKIE_NAME:
                self.secret = value
        if answer.status == FOUND:
            self.get(str(answer.headers["Location"]))
        elif method == "GET":
            self.form = dict(FIELD.findall(text))


def measure_hall() -> Iterator[Trial]:
    """Let everybody scan the code, open the page and tap.

    What was made for it is taken away again, but for the acts in the log, which keeps everything.
    """
    with acting(Actor.system("benchmark of a hall")), _hall() as hall, _server() as port:
        _let_phones(hall, port, range(AT_ONCE))  # each process has loaded its templates, as it has on any day
        begun = time.perf_counter()
        done = _let_phones(hall, port, range(AT_ONCE, len(hall.sessions)))
        yield _judged(hall, done, time.perf_counter() - begun)


def _let_phones(hall: Hall, port: int, numbers: range) -> list[Phone]:
    with ThreadPoolExecutor(AT_ONCE) as phones:
        return list(phones.map(lambda number: _one_phone(hall, port, number), numbers))


def _judged(hall: Hall, done: Sequence[Phone], seconds: float) -> Trial:
    came = Participant.objects.filter(activity=hall.activity, attendance="present").count()
    told = Counter(
        Event.objects.filter(kind=SIGNED_IN.kind, data__activity=str(hall.activity.pk)).values_list(
            "subject_id", flat=True
        )
    )
    lost, doubled = len(hall.sessions) - min(came, len(told)), sum(told.values()) - len(told)
    refused = sum(status not in {OK, FOUND} for phone in done for status in phone.statuses)
    wrong = [
        text
        for number, text in ((lost, "lost"), (doubled, "doubled"), (refused, "requests refused"))
        if number
        for text in (f"{number} {text}",)
    ]
    asked = sum(len(phone.statuses) for phone in done)
    return Trial(
        "life_hall",
        f"sign-in of {len(done):,} people in one hall, {AT_ONCE} phones at once",
        seconds,
        AIM,
        f"{asked:,} requests, {asked / seconds:,.0f} a second; {lost} lost, {doubled} doubled",
        ", ".join(wrong),
    )


@contextmanager
def _hall() -> Iterator[Hall]:
    at = now()
    top = Organisation.objects.get(depth=1)
    held = Activity.objects.create(
        organisation=top,
        organisation_path=top.path,
        kinds=["party_lecture"],
        title="千人党课",
        starts_at=at + timedelta(minutes=10),
        ends_at=at + timedelta(hours=2),
        state=Activity.State.ANNOUNCED,
        created_at=at,
        announced_at=at,
    )
    members = Member.objects.filter(membership_status="normal", account_id__isnull=True).order_by("id")[
        : PEOPLE + AT_ONCE
    ]
    accounts = [
        Account(username=f"{NAME}{number}", password=make_password(None), name=one.name, member_id=one.pk)
        for number, one in enumerate(members)
    ]
    sessions: list[str] = []
    try:
        Account.objects.bulk_create(accounts)
        Participant.objects.bulk_create(
            Participant(
                activity=held,
                organisation_path=top.path,
                member=one,
                member_organisation_id=one.organisation_id,
                member_path=one.organisation_path,
                name=one.name,
                pinyin=one.pinyin,
            )
            for one in members
        )
        sessions += (_session(one, at) for one in accounts)
        yield Hall(held, sessions)
    finally:
        Participant.objects.filter(activity=held).delete()
        held.delete()
        Session.objects.filter(session_key__in=sessions).delete()
        Account.objects.filter(username__startswith=NAME).delete()


def _session(account: Account, at: datetime) -> str:
    """The key of a session as signing in leaves it; a thousand passwords would only measure the cost of a password."""
    session = SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session[BEGAN] = session[SEEN] = int(at.timestamp())
    session.create()
    return str(session.session_key)


@contextmanager
def _server() -> Iterator[int]:
    """The web server as `lianxin up` starts it, on a free port, with as many processes and with its limits of rate."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [sys.executable, "-m", "lianxin.cli", "serve", "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        _wait_until_idle(psutil.Process(server.pid))
        yield port
    finally:
        server.terminate()
        server.wait(30)


def _wait_for(port: int) -> None:
    end = time.monotonic() + WITHIN
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
        else:
            return


def _wait_until_idle(server: psutil.Process) -> None:
    """One process answers while another still loads the product, which takes seconds once after a start."""
    end, before = time.monotonic() + WITHIN, -1.0
    while (spent := _processor_seconds(server)) != before and time.monotonic() < end:
        before = spent
        time.sleep(0.5)


def _processor_seconds(server: psutil.Process) -> float:
    times = [one.cpu_times() for one in (server, *server.children(recursive=True))]
    return sum(one.user + one.system for one in times)


def _one_phone(hall: Hall, port: int, number: int) -> Phone:
    """Scan the code that is shown now, follow to the page, tap."""
    phone = Phone(http.client.HTTPConnection("127.0.0.1", port, timeout=60), hall.sessions[number])
    try:
        code = code_at(hall.activity.pk, now())
        phone.get(reverse("own_activities:scan", args=[hall.activity.pk, code]))
        for _tap in range(2 if number % IMPATIENT == 0 else 1):
            phone.tap(reverse("own_activities:sign_in", args=[hall.activity.pk]))
    finally:
        phone.line.close()
    return phone
