"""Keeping child processes alive in the foreground and ending them together."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lianxin.cli.console import Problem, say

if TYPE_CHECKING:
    from collections.abc import Callable

_LONGEST_PAUSE = 30.0  # seconds between two attempts
_STEADY = 60.0  # a child that lived this long starts again at once
_EARLY = 10.0  # dying sooner than this after its start counts towards giving up
_ATTEMPTS = 5
_GRACE = 25.0  # seconds a child may use to finish requests and jobs
_SUPERVISED = "LIANXIN_SUPERVISED"
_PR_SET_PDEATHSIG = 1


@dataclass(slots=True)
class Child:
    """A process to keep alive: its name for people, its command, and how often it died early in a row."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    early_deaths: int = 0
    next_start: float = 0.0

    def start(self) -> None:
        """Start the process in a session of its own, so that Ctrl-C reaches only the supervisor."""
        self.process = subprocess.Popen(
            self.command, start_new_session=True, stdin=subprocess.DEVNULL, env=os.environ | {_SUPERVISED: "1"}
        )
        self.started = time.monotonic()

    def end_group(self) -> None:
        """End what the process itself had started and left behind: it would keep the port."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def note_death(self, code: int) -> None:
        """Remember that the process ended with `code` and when to try again."""
        lived = time.monotonic() - self.started
        self.early_deaths = self.early_deaths + 1 if lived < _EARLY else 0
        pause = 0.0 if lived > _STEADY else min(_LONGEST_PAUSE, 2.0**self.early_deaths)
        self.next_start = time.monotonic() + pause
        self.end_group()
        self.process = None
        how = f"was killed by signal {-code}" if code < 0 else f"ended with code {code}"
        say(f"The {self.name} {how} after {lived:.0f} s; starting it again in {pause:.0f} s.")


@dataclass(slots=True)
class Supervisor:
    """Runs children until a signal arrives.

    Attributes:
        children: What to keep alive.
        tend: Called every round, about twice a second; starts the database again when it has died, for instance.
    """

    children: list[Child]
    tend: Callable[[], None]
    stopping: bool = field(default=False, init=False)

    def run(self) -> None:
        """Keep the children alive until SIGINT or SIGTERM, then end them in order.

        Raises:
            Problem: A child dies again and again at its start.
        """
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        try:
            while not self.stopping:
                for child in self.children:
                    self._look_after(child)
                self.tend()
                time.sleep(0.4)
        finally:
            self.stop()

    def stop(self) -> None:
        """Ask all children to end, wait for them, and kill what does not."""
        running = [(child, child.process) for child in self.children if child.process is not None]
        for _, process in running:
            process.terminate()
        end = time.monotonic() + _GRACE
        for child, process in running:
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.1, end - time.monotonic()))
            child.end_group()
            process.wait()

    def _on_signal(self, *_: object) -> None:
        self.stopping = True

    def _look_after(self, child: Child) -> None:
        if child.process is None:
            if time.monotonic() >= child.next_start:
                child.start()
            return
        code = child.process.poll()
        if code is None:
            return
        child.note_death(code)
        if child.early_deaths >= _ATTEMPTS:
            raise Problem(
                f"The {child.name} ended {_ATTEMPTS} times in a row right after its start.",
                f"Its last words stand above; `lianxin doctor` and `{' '.join(child.command[2:])}` tell more.",
            )


def end_with_supervisor() -> None:
    """Ask the operating system to end this process when its supervisor dies, even by kill -9. Linux only."""
    if os.environ.get(_SUPERVISED) and sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
