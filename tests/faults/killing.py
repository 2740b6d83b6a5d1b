"""Killing: without warning (SIGKILL), the way the out-of-memory killer or a pulled plug of one process does."""

import os
import random
import signal
from contextlib import suppress
from enum import StrEnum

import psutil

from tests.faults.installation import Installation


class Victim(StrEnum):
    """Which of the three is killed."""

    WEB = "web"
    WORKER = "worker"
    POSTGRESQL = "postgresql"


def kill(installation: Installation, victim: Victim, chance: random.Random) -> str:
    """Kill it; in which of its ways. The process is dead when this returns."""
    if victim is Victim.WEB:
        return _web(installation, chance)
    if victim is Victim.WORKER:
        assert installation.worker is not None
        os.killpg(installation.worker.pid, signal.SIGKILL)
        installation.worker.wait()
        return "worker"
    return _postgresql(installation, chance)


def _web(installation: Installation, chance: random.Random) -> str:
    assert installation.web is not None
    serving = psutil.Process(installation.web.pid).children()
    if serving and chance.random() < 0.3:
        # Only the process that answers: its parent, which holds the port, starts another.
        _end([chance.choice(serving)])
        return "the process that answers"
    os.killpg(installation.web.pid, signal.SIGKILL)
    installation.web.wait()
    return "the whole group"


def _postgresql(installation: Installation, chance: random.Random) -> str:
    postmaster = installation.postmaster()
    children = postmaster.children()
    sessions = [one for one in children if " lianxin_app " in f" {_words(one)} "]
    way = chance.choices(("postmaster", "one session", "all processes"), (5, 3, 2))[0]
    if way == "one session" and sessions:
        # PostgreSQL itself ends all sessions and recovers from the log: shared memory may be damaged.
        _end([chance.choice(sessions)])
    elif way == "all processes":
        _end([postmaster, *children])
    else:
        _end([postmaster])
        way = "postmaster"
    return way


def _words(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def _end(processes: list[psutil.Process]) -> None:
    for one in processes:
        with suppress(psutil.NoSuchProcess):
            one.kill()
    psutil.wait_procs(processes, timeout=5)
