"""Measuring: seconds of many askings, what they cost in queries and memory, and on which machine."""

from __future__ import annotations

import gc
import os
import platform
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

KILOBYTE = 1024


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
