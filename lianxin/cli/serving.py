"""`up`, `serve`, `worker`, `stop`: the processes that make the platform."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Annotated

import psutil
import typer

from lianxin.cli.console import Problem, say, step
from lianxin.cli.project import bring_up_database, start_django
from lianxin.cli.supervising import Child, Supervisor, end_with_supervisor
from lianxin.kernel.db.server import ServerProblem, var_directory
from lianxin.kernel.db.server import stop as stop_database

if TYPE_CHECKING:
    from pathlib import Path

Host = Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 for every network.", envvar="LIANXIN_HOST")]
Port = Annotated[int, typer.Option(help="Port to listen on.", envvar="LIANXIN_PORT", min=1, max=65535)]
Workers = Annotated[
    int, typer.Option(help="Server processes; 0 for one per core, four at most.", envvar="LIANXIN_WORKERS", min=0)
]
Jobs = Annotated[int, typer.Option(help="Jobs done at the same time.", envvar="LIANXIN_JOBS", min=1, max=32)]

_THREADS = 4  # per process; measured on two cores: 4 answered a third more requests than 8 or 2
_MOST_WORKERS = 4
_SERVER_START_SECONDS = 60
_BACKLOG = 1024
_BACKPRESSURE = 64  # requests a process takes on at once; further ones wait in the backlog


def register(app: typer.Typer) -> None:
    """Add the commands to the console command."""
    app.command("up")(up)
    app.command("serve")(serve)
    app.command("worker")(worker)
    app.command("stop")(stop)
    app.command("port-free", hidden=True)(port_free)


def port_free(host: Host = "127.0.0.1", port: Port = 8000) -> None:
    """Say early whether the port can be had. Leaves with 1 when another program holds it."""
    refuse_when_running()
    refuse_when_taken(host, port)


def up(
    host: Host = "127.0.0.1",
    port: Port = 8000,
    workers: Workers = 0,
    jobs: Jobs = 2,
    *,
    detach: Annotated[bool, typer.Option("--detach", help="Run in the background; `lianxin stop` ends it.")] = False,
) -> None:
    """Start everything: database, migrations, web server and worker. Ctrl-C stops it.

    Runs in the foreground and starts again what dies.
    """
    refuse_when_running()
    refuse_when_taken(host, port)
    if detach:
        _detach(host, port, workers, jobs)
        return
    pid_file = _claim_pid_file()
    started_database = False
    try:
        with step("Starting the database"):
            _, server = bring_up_database()
        started_database = server is not None and server.started
        lianxin = [sys.executable, "-m", "lianxin.cli"]
        if subprocess.run([*lianxin, "migrate"], check=False).returncode != 0:
            raise Problem("The database could not be brought up to date.", "The reason stands above.")
        supervisor = Supervisor(
            [
                Child(
                    "server",
                    [*lianxin, "serve", "--host", host, "--port", str(port), "--workers", str(workers)],
                ),
                Child("worker", [*lianxin, "worker", "--jobs", str(jobs)]),
            ],
            tend=_Watch(host, port).look,
        )
        supervisor.run()
        say("Stopping …")
    finally:
        pid_file.unlink(missing_ok=True)
        if started_database:
            stop_database(var_directory())
            say("Everything is stopped; all data is saved.")


def serve(host: Host = "127.0.0.1", port: Port = 8000, workers: Workers = 0) -> None:
    """Serve the web pages with Granian. The database has to be there and migrated."""
    end_with_supervisor()
    refuse_when_taken(host, port)
    bring_up_database()
    from granian.constants import Interfaces  # noqa: PLC0415 - only this command needs the server
    from granian.log import LogLevels  # noqa: PLC0415 - the same
    from granian.server import Server as Granian  # noqa: PLC0415 - the same

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    (var_directory() / "static").mkdir(exist_ok=True)  # WhiteNoise warns when its folder is missing
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    # WSGI: every view here is synchronous. Measured with a page of one query, two processes and eight clients on two
    # cores: WSGI 2,100 requests a second (95th percentile 8 ms), ASGI 340 (42 ms): it passes each one through a thread.
    Granian(
        "config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers or min(_MOST_WORKERS, psutil.cpu_count() or 1),
        blocking_threads=_THREADS,
        backlog=_BACKLOG,
        backpressure=_BACKPRESSURE,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=20,
        log_level=LogLevels.warning,
    ).serve()


def worker(jobs: Jobs = 2) -> None:
    """Do the jobs that wait in the database. Ctrl-C lets running jobs finish."""
    end_with_supervisor()
    bring_up_database()
    start_django(sees_everything=False)
    from procrastinate.contrib.django import app  # noqa: PLC0415 - needs Django

    _catch_up()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    # As its own command does, without that one's remark on the console.
    with app.replace_connector(app.connector.get_worker_connector()):  # type: ignore[attr-defined]
        app.run_worker(concurrency=jobs, shutdown_graceful_timeout=20)


def _catch_up() -> None:
    """Let what was planned for the days in which no worker ran take effect now."""
    from lianxin.kernel.authz import Actor, acting  # noqa: PLC0415 - needs Django
    from lianxin.kernel.time import now, today  # noqa: PLC0415 - the same
    from lianxin.members.facade import take_effect  # noqa: PLC0415 - the same
    from lianxin.organisations.facade import apply_planned  # noqa: PLC0415 - the same

    with acting(Actor.system("catching up")):
        apply_planned(today())
        take_effect(at=now())


def stop() -> None:
    """Stop what `lianxin up` started in the background, and the embedded database."""
    pid_file = _pid_file()
    process = _running_up(pid_file)
    if process is not None:
        process.terminate()
        with step("Stopping server and worker"):
            psutil.wait_procs([process], timeout=90)
    stopped = stop_database(var_directory())
    say("Stopped." if stopped or process is not None else "Nothing was running.")


def refuse_when_taken(host: str, port: int) -> None:
    """Check that nobody listens on the port.

    Raises:
        Problem: Somebody does, or the address is not one of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise Problem(
                f"Port {port} is reserved for the administrator.", "Take a port from 1024 on, such as `--port 8000`."
            ) from None
        except OSError as error:
            if isinstance(error, socket.gaierror) or error.errno == 99:  # noqa: PLR2004 - EADDRNOTAVAIL
                raise Problem(
                    f"{host} is not an address of this machine.", "Use --host 127.0.0.1, or 0.0.0.0 for every network."
                ) from None
            raise Problem(
                f"Port {port} on {host} is in use by another program{_holder(port)}.",
                f"Stop it, or choose another port: `lianxin up --port {port + 1}` or `make demo PORT={port + 1}`.",
            ) from None


class _Watch:
    """Says once that the server answers, and starts the database again when it has died."""

    def __init__(self, host: str, port: int) -> None:
        self.host = host
        self.port = port
        self.greeted = False
        self.trouble = ""
        self.next_look = 0.0

    def look(self) -> None:
        if time.monotonic() < self.next_look:
            return
        self.next_look = time.monotonic() + (1.0 if not self.greeted else 5.0)
        if not self.greeted and _answers(self.host, self.port):
            self.greeted = True
            say(_greeting(self.host, self.port))
            say("Ctrl-C stops it.")
        try:
            _, server = bring_up_database()
        except ServerProblem as problem:
            # The pages say that the database is away; keep trying, for a full disk may be emptied meanwhile.
            if self.trouble != problem.sentence:
                self.trouble = problem.sentence
                say(str(problem))
            return
        self.trouble = ""
        if server is not None and server.started:
            say("The database had died and was started again; everything that was saved is there.")


def _reachable(host: str) -> str:
    return "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 - compared, not bound


def _answers(host: str, port: int) -> bool:
    try:
        with socket.create_connection((_reachable(host), port), timeout=1):
            return True
    except OSError:
        return False


def _greeting(host: str, port: int) -> str:
    return f"\nLianxin is ready: http://{_reachable(host)}:{port}/\n{sign_in_hint()}"


def sign_in_hint() -> str:
    """Return the sentence that says who to sign in as."""
    note = var_directory() / "demonstration"
    if note.exists():
        return note.read_text(encoding="utf-8").strip() or "It holds demonstration data."
    return "Sign in with your own account; `lianxin manage createsuperuser` makes the first one."


def _pid_file() -> Path:
    return var_directory() / "up.pid"


def refuse_when_running() -> None:
    """Check that `lianxin up` does not run already with this data.

    Raises:
        Problem: It does.
    """
    if _running_up(_pid_file()) is not None:
        raise Problem(
            f"Lianxin is already running with the data in {var_directory()}.",
            "`lianxin stop` (or `make stop`) ends it.",
        )


def _detach(host: str, port: int, workers: int, jobs: int) -> None:
    log = var_directory() / "up.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    options = ["--host", host, "--port", str(port), "--workers", str(workers), "--jobs", str(jobs)]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "lianxin.cli", "up", *options],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    end = time.monotonic() + _SERVER_START_SECONDS
    with step("Starting in the background"):
        while not _answers(host, port):
            if process.poll() is not None or time.monotonic() > end:
                raise Problem(f"Lianxin did not start: {_last_line(log)}", f"The whole story is in {log}.")
            time.sleep(0.2)
    say(_greeting(host, port))
    say("`make stop` (or `lianxin stop`) ends it.")


def _last_line(log: Path) -> str:
    return (log.read_text(encoding="utf-8", errors="replace").strip().splitlines() or ["it said nothing."])[-1]


def _claim_pid_file() -> Path:
    path = _pid_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(str(os.getpid()), encoding="ascii")
    return path


def _running_up(path: Path) -> psutil.Process | None:
    try:
        process = psutil.Process(int(path.read_text(encoding="ascii")))
        return process if process.pid != os.getpid() and "up" in process.cmdline() else None
    except (OSError, ValueError, psutil.Error):
        return None


def _holder(port: int) -> str:
    try:
        for connection in psutil.net_connections("tcp"):
            if connection.status == psutil.CONN_LISTEN and connection.laddr[1:] == (port,) and connection.pid:
                return f" ({psutil.Process(connection.pid).name()}, process {connection.pid})"
    except (psutil.Error, OSError):
        pass
    return ""
