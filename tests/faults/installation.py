"""An installation of its own to be killed: a folder, embedded PostgreSQL, web process and worker, two towns.

Web process and worker are started as an operator starts them and run as the application role. `lianxin up` would start
them again too, but waits longer after each early death and gives up after five: right for an operator, slow for
hundreds of kills. Here the same is done without waiting: its commands, and `ensure_running` for the database.
"""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

import psutil

from lianxin.kernel.db.server import ensure_running
from lianxin.kernel.db.server import stop as stop_database

PROJECT = Path(__file__).resolve().parents[2]
TOWNS = ("370522102", "370522103")
PASSWORD = "Lianxin-2026"
NOT_PASSED_ON = ("LIANXIN_", "DJANGO_", "PYTHONDONTWRITEBYTECODE")
STARTS_WITHIN = 60.0
LOAD = f"""
from lianxin.demo.load_county import load_county
from lianxin.kernel.time import now
load_county(at=now(), say=print, towns={TOWNS!r})
"""


def free_port() -> int:
    """A port nobody listens on at the moment."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class NotStarted(RuntimeError):  # noqa: N818 - says what happened
    """A process did not come up again; its log says why."""


class Installation:
    """A folder with everything in it, and the three processes that are killed."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith(NOT_PASSED_ON)},
            "LIANXIN_VAR": str(var),
            "LIANXIN_HOSTS": "127.0.0.1",
            "LIANXIN_RATE_LIMITS": "0",
            "PYTHONUNBUFFERED": "1",
            # Compiled once, as an installed product is; else every start compiles everything.
            "PYTHONPYCACHEPREFIX": str(var / "bytecode"),
        }
        self.web: subprocess.Popen[bytes] | None = None
        self.worker: subprocess.Popen[bytes] | None = None

    def adopt_environment(self) -> None:
        """Let this very process be a command of the installation."""
        for key in [key for key in os.environ if key.startswith(("LIANXIN_", "DJANGO_"))]:
            del os.environ[key]
        os.environ.update({key: value for key, value in self.environment.items() if key.startswith("LIANXIN_")})

    def run(self, *words: str, **variables: str) -> str:
        """What a command says; it has to succeed."""
        done = subprocess.run(
            [sys.executable, "-m", "lianxin.cli", *words],
            cwd=PROJECT,
            env=self.environment | variables,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise NotStarted(f"lianxin {words[0]}: {done.stdout}{done.stderr}")
        return done.stdout + done.stderr

    def prepare(self) -> None:
        """Make the installation, unless the folder holds one of an earlier run."""
        marker = self.var / "demonstration"
        self.var.mkdir(parents=True, exist_ok=True)
        if marker.exists():
            return
        self.run("messages")
        self.run("migrate", LIANXIN_DEMONSTRATION="1")
        self.run("manage", "--as-owner", "shell", "--verbosity", "0", "--command", LOAD, LIANXIN_DEMONSTRATION="1")
        marker.write_text("Two towns for the test of faults.\n", encoding="utf-8")

    def start(self) -> None:
        """Bring up whatever does not run, database first, and wait until it answers."""
        self.start_database()
        if self.web is None or self.web.poll() is not None:
            self.web = self._started("serve", "--port", str(self.port), "--workers", "1")
        if self.worker is None or self.worker.poll() is not None:
            self.worker = self._started("worker")
        self.wait_for_web()

    def start_database(self) -> None:
        """As `lianxin up` does when the database has died: recovery after a crash is waited for."""
        ensure_running(self.var)

    def _started(self, *words: str) -> "subprocess.Popen[bytes]":
        with (self.var / f"{words[0]}.log").open("ab") as said:
            return subprocess.Popen(
                [sys.executable, "-m", "lianxin.cli", *words],
                cwd=PROJECT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_for_web(self) -> None:
        """Wait until a page that reads the database is answered.

        Raises:
            NotStarted: it is not within a minute.
        """
        end = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < end:
            with suppress(urllib.error.URLError, ConnectionError, TimeoutError):
                urllib.request.urlopen(f"{self.url}/account/login/", timeout=5)  # noqa: S310 - our own address
                return
            time.sleep(0.1)
        raise NotStarted(f"The web process does not answer; see {self.var / 'serve.log'}.")

    def postmaster(self) -> psutil.Process:
        """The database's first process, the parent of all others."""
        return psutil.Process(int((self.var / "postgres" / "postmaster.pid").read_text().split()[0]))

    def stop(self) -> None:
        """End everything this object started."""
        for process in (self.web, self.worker):
            if process is not None:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        stop_database(self.var)
