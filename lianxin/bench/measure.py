"""Measuring: seconds of many askings, what they cost in queries and memory, and on which machine."""

from __future__ import annotations

import gc
import inspect
import os
import platform
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import psycopg
from django.db import connection

from lianxin.kernel.db import scope

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

KILOBYTE = 1024
AROUND = ("kernel/web/context.py", "workbench/context.py", "portal/context.py")
"""Files whose statements are the shell's, though it is the view that renders them."""
TELL_SCOPE = scope._tell.__code__  # noqa: SLF001 - to know it where it stands on the stack


@dataclass(slots=True)
class Times:
    """Seconds of repeated askings of one kind."""

    seconds: list[float] = field(default_factory=list)

    @contextmanager
    def clock(self) -> Iterator[None]:
        """Add the seconds the block takes; the garbage collector waits until it is over."""
        gc.disable()
        begun = time.perf_counter()
        try:
            yield
        finally:
            self.seconds.append(time.perf_counter() - begun)
            gc.enable()

    def percentile(self, share: float) -> float:
        """The value below which that share of the askings lies, in milliseconds; nearest rank."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000

    @property
    def p50(self) -> float:
        """The median in milliseconds."""
        return self.percentile(0.5)

    @property
    def p95(self) -> float:
        """The 95th percentile in milliseconds."""
        return self.percentile(0.95)


class DatabaseTime:
    """Seconds spent in statements of Django's connection and how many there were, while it is installed.

    Statements and their parameters are kept for their plans unless memory is measured too.
    """

    def __init__(self, *, keeps: bool = True) -> None:
        self.keeps = keeps
        self.seconds = 0.0
        self.count = 0
        self.statements: list[tuple[float, str, Any]] = []

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001 - Django's signature of an execute wrapper
        """Pass the statement on and take its time."""
        begun = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            taken = time.perf_counter() - begun
            self.seconds += taken
            self.count += 1
            if self.keeps:
                self.statements.append((taken, sql, params))

    @contextmanager
    def installed(self) -> Iterator[DatabaseTime]:
        """Watch the connection for the length of the block."""
        with connection.execute_wrapper(self):
            yield self


class Spoken:
    """Every exchange with the database over any connection, while it is installed: statements, and those in between.

    What begins and ends transactions, tells the scope and checks a connection from the pool is in no list of Django's.
    An exchange is the page's own if its view asked for it, and the shell's if it stands around every page: session,
    account, grants, scope, and the figures of menu and header.
    """

    def __init__(self) -> None:
        self.own = self.shell = 0.0
        self.exchanges = 0
        self._scope_told = False

    @property
    def seconds(self) -> float:
        """All of it."""
        return self.own + self.shell

    @contextmanager
    def installed(self) -> Iterator[Spoken]:
        """Listen for the length of the block."""
        plain = psycopg.Connection.wait

        def wait(line: psycopg.Connection[Any], *given: Any, **named: Any) -> Any:
            is_own = self._is_own()
            begun = time.perf_counter()
            try:
                return plain(line, *given, **named)
            finally:
                self._count(time.perf_counter() - begun, is_own=is_own)

        psycopg.Connection.wait = wait  # type: ignore[method-assign, assignment]
        try:
            yield self
        finally:
            psycopg.Connection.wait = plain  # type: ignore[method-assign]

    def _count(self, taken: float, *, is_own: bool) -> None:
        self.exchanges += 1
        if is_own:
            self.own += taken
        else:
            self.shell += taken

    def _is_own(self) -> bool:
        frame, in_view = inspect.currentframe(), False
        while frame is not None:
            code = frame.f_code
            if code.co_filename.endswith(AROUND):
                return False
            if code is TELL_SCOPE and not self._scope_told:
                self._scope_told = True  # the first telling is every page's; switching scopes after it is the view's
                return False
            in_view = in_view or (code.co_name == "door" and code.co_filename.endswith("kernel/web/screens.py"))
            frame = frame.f_back
        return in_view


def peak_memory() -> int:
    """The most resident memory this process ever had, in bytes.

    Not getrusage: that one remembers the memory of the process this one was started from.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) * KILOBYTE


def machine() -> dict[str, str]:
    """What the numbers were measured on."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version'), current_setting('shared_buffers'), current_setting('work_mem')"
        )
        version, buffers, work = cursor.fetchone() or ("", "", "")
        cursor.execute("SELECT pg_size_pretty(pg_database_size(current_database()))")
        (size,) = cursor.fetchone() or ("",)
    return {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "memory": f"{psutil.virtual_memory().total / 1e9:.0f} GB",
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "postgresql": f"{version} (shared_buffers {buffers}, work_mem {work}), same machine",
        "database": size,
        "load": ", ".join(f"{one:.1f}" for one in os.getloadavg()),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def middle(values: Sequence[float]) -> float:
    """The median of some numbers; 0 of none."""
    return sorted(values)[len(values) // 2] if values else 0.0
