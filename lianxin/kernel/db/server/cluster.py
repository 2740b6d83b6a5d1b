"""The data directory and the server process on it: making, starting, stopping, and what may stand in the way."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from lianxin.kernel.db.server.account import Account, account_for, give, open_the_way
from lianxin.kernel.db.server.addresses import APP_ROLE, OWNER_ROLE, SUPERUSER_ROLE, socket_directory, tcp_port
from lianxin.kernel.db.server.installation import MAJOR_VERSION, installation, program
from lianxin.kernel.db.server.problem import ServerProblem
from lianxin.kernel.db.server.tuning import configuration, memory_limit

_MEGABYTE = 1024 * 1024
_NEARLY_FULL = 64 * _MEGABYTE
_START_SECONDS = 600  # replaying the log after a crash of a province takes minutes
_STOP_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Cluster:
    """A data directory in `var`, with the account that runs its server."""

    var: Path

    @property
    def data(self) -> Path:
        """The data directory itself."""
        return self.var / "postgres"

    @property
    def socket(self) -> Path:
        """The directory of the Unix socket."""
        return socket_directory(self.var)

    @property
    def account(self) -> Account:
        """Who runs the server."""
        return account_for(self.data)

    def check(self) -> bool:
        """Say whether there is a usable data directory; False when there is none yet.

        Raises:
            ServerProblem: There is something, but not a data directory of ours in this version.
        """
        if not self.data.exists():
            return False
        account_for(self.data)
        if not self.data.is_dir():
            raise ServerProblem(
                f"{self.data} should be the folder of the database, but it is a file.",
                "Move it away and start again.",
            )
        version_file = self.data / "PG_VERSION"
        if not version_file.exists():
            if any(self.data.iterdir()):
                raise ServerProblem(
                    f"{self.data} contains files, but no database.",
                    "Move them away, or let LIANXIN_VAR name another folder; Lianxin does not write over them.",
                )
            return False
        version = version_file.read_text(encoding="ascii").strip()
        if version != str(MAJOR_VERSION):
            raise ServerProblem(
                f"The database in {self.data} was written by PostgreSQL {version}, "
                f"but this Lianxin comes with PostgreSQL {MAJOR_VERSION}.",
                f"With the Lianxin that wrote it, run `lianxin backup FOLDER`; then rename {self.data} and run "
                "`lianxin restore FOLDER` with this one. Nothing has been changed.",
            )
        if not (self.data / "lianxin.conf").exists():
            raise ServerProblem(
                f"{self.data} holds a PostgreSQL database that Lianxin did not make.",
                "Let LIANXIN_VAR name another folder, or use that server through LIANXIN_DATABASE_URL.",
            )
        return True

    def create(self) -> list[Path]:
        """Make the data directory: complete or not at all. Returns the directories whose access had to be widened.

        The work is done beside it and renamed at the end, so an interruption leaves nothing half-made behind.
        """
        account = self.account
        changed = self._open_the_way(account)
        for left_over in self.var.glob("postgres.new-*"):
            shutil.rmtree(left_over)
        making = self.var / f"postgres.new-{os.getpid()}"
        try:
            making.mkdir(mode=0o700)
            give(account, making)
            done = account.run(
                [
                    str(program("initdb")),
                    f"--pgdata={making}",
                    f"--username={SUPERUSER_ROLE}",
                    "--encoding=UTF8",
                    "--locale-provider=builtin",
                    "--locale=C.UTF-8",
                    "--lc-messages=C",
                    "--auth-local=trust",
                    "--auth-host=scram-sha-256",
                    "--data-checksums",
                ],
                timeout=300,
            )
            if done.returncode != 0:
                raise self._explain("The database could not be created", done.stdout)
            self._write(making / "pg_hba.conf", _HBA)
            conf = making / "postgresql.conf"
            conf.write_text(
                conf.read_text(encoding="utf-8")
                + "\ninclude_if_exists = 'lianxin.conf'\ninclude_if_exists = '../postgres.conf'\n",
                encoding="utf-8",
            )
            self._write(making / "lianxin.conf", "")
            making.rename(self.data)
        except OSError as error:
            raise self._explain("The database could not be created", str(error)) from error
        finally:
            shutil.rmtree(making, ignore_errors=True)
        return changed

    def start(self) -> None:
        """Start the server and wait until it answers; recovery after a crash is waited for.

        Raises:
            ServerProblem: It does not start; the sentence quotes the server's own last word.
        """
        account = self.account
        self._open_the_way(account)
        self._make_socket_directory(account)
        self._end_orphans()
        try:
            self._write(
                self.data / "lianxin.conf",
                configuration(
                    self.socket, tcp_port=tcp_port(), memory=memory_limit(), cores=psutil.cpu_count(logical=True) or 2
                ),
            )
        except OSError as error:
            raise self._explain("The database cannot start", str(error)) from error
        first_words = self.data / "start.log"
        first_words.unlink(missing_ok=True)
        done = account.run(
            [
                str(program("pg_ctl")),
                "start",
                "--wait",
                f"--timeout={_START_SECONDS}",
                f"--pgdata={self.data}",
                f"--log={first_words}",
                "--silent",
            ],
            timeout=_START_SECONDS + 30,
        )
        if done.returncode != 0:
            raise self._explain("The database does not start", done.stdout + self._last_words())

    def stop(self) -> bool:
        """Stop the server, ending its sessions; False when it did not run.

        The signal for a fast shutdown is sent directly: pg_ctl would need a way to the folder, which somebody may
        have closed meanwhile.
        """
        process = self.postmaster()
        if process is None:
            return False
        process.send_signal(signal.SIGINT)
        end = time.monotonic() + _STOP_SECONDS
        while self._works_here(process):
            if time.monotonic() > end:
                raise self._explain("The database does not stop", "it still writes what is in memory to the disk")
            time.sleep(0.05)
        return True

    def postmaster(self) -> psutil.Process | None:
        """Return the running server process of this data directory, or None.

        A number in postmaster.pid proves nothing: after a crash it may be another program's by now. The process has
        to be PostgreSQL and to work in this directory.
        """
        try:
            first_line = (self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()[0]
            process = psutil.Process(int(first_line))
        except (OSError, ValueError, IndexError, psutil.NoSuchProcess):
            return None
        return process if self._works_here(process) else None

    def socket_is_lost(self) -> bool:
        """Say whether the server is ready but its socket was removed, as cleaners of temporary files do."""
        try:
            lines = (self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except OSError:
            return False
        return lines[-1].strip() == "ready" and not any(self.socket.glob(".s.PGSQL.*[0-9]"))

    def _works_here(self, process: psutil.Process) -> bool:
        try:
            if process.status() == psutil.STATUS_ZOMBIE or not process.name().startswith("postgres"):
                return False
            return Path(process.cwd()) == self.data.resolve()
        except (psutil.Error, OSError):
            return False

    def _end_orphans(self) -> None:
        """End sessions that outlived their killed server, then remove what it left behind.

        Two servers on one data directory would destroy it, so the files go only when nothing works here any more.
        """
        if self.postmaster() is not None:
            return
        for quit_signal in (signal.SIGQUIT, signal.SIGKILL):
            orphans = [process for process in psutil.process_iter() if self._works_here(process)]
            for orphan in orphans:
                try:
                    orphan.send_signal(quit_signal)
                except psutil.NoSuchProcess:
                    continue
            psutil.wait_procs(orphans, timeout=3)
        if any(self._works_here(process) for process in psutil.process_iter()):
            raise ServerProblem(
                f"Processes of an earlier database server still work in {self.data} and cannot be ended.",
                "Restart the machine; no committed data is lost.",
            )
        # Where nobody collects dead processes (a container without init) the killed server's number stays taken for
        # ever, and PostgreSQL would believe both files.
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        for left_over in self.socket.glob(".s.PGSQL.*"):
            left_over.unlink(missing_ok=True)

    def _open_the_way(self, account: Account) -> list[Path]:
        return open_the_way(account, self.var) + open_the_way(account, installation() / "bin")

    def _make_socket_directory(self, account: Account) -> None:
        try:
            self.socket.mkdir(mode=0o700)
            give(account, self.socket)
        except FileExistsError:
            info = self.socket.lstat()
            if self.socket.is_symlink() or not self.socket.is_dir() or info.st_uid not in {account.uid, os.geteuid()}:
                raise ServerProblem(
                    f"{self.socket} does not belong to the user {account.name}, so the database does not use it.",
                    "Remove it and start again.",
                ) from None
            give(account, self.socket)
            self.socket.chmod(0o700)
        except OSError as error:
            raise self._explain("The database cannot start", str(error)) from error

    def _write(self, path: Path, text: str) -> None:
        beside = path.with_name(path.name + ".new")
        try:
            beside.write_text(text, encoding="utf-8")
            beside.chmod(0o600)
            give(account_for(path.parent), beside)
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)

    def _last_words(self) -> str:
        """Return the last lines the server wrote before it gave up."""
        logs = sorted(self.data.glob("log/*.log"), key=lambda path: path.stat().st_mtime)[-1:]
        text = ""
        for path in [*logs, self.data / "start.log"]:
            if path.exists() and time.time() - path.stat().st_mtime < _START_SECONDS:
                text += "\n" + path.read_text(encoding="utf-8", errors="replace")[-4000:]
        return text

    def _explain(self, what: str, said: str) -> ServerProblem:
        free = shutil.disk_usage(self.var if self.var.exists() else "/").free
        if "No space left" in said or "Errno 28" in said or "Disk quota" in said:
            return ServerProblem(
                f"{what}: the disk that holds {self.var} is full ({free // _MEGABYTE} MB free).",
                "Free some space, at least 1 GB, and start again; everything that was saved is still there.",
            )
        reasons = [line for line in said.splitlines() if "FATAL:" in line or "PANIC:" in line or "error:" in line]
        reason = (reasons or [line for line in said.splitlines() if line.strip()] or ["no reason given"])[-1].strip()
        hint = " The disk is almost full as well." if free < _NEARLY_FULL else ""
        return ServerProblem(
            f"{what}: {reason.removesuffix('.')}.",
            f"The whole story is in {self.data / 'log'}; `lianxin doctor` checks what usually is the cause.{hint}",
        )


def passwords(var: Path) -> dict[str, str]:
    """Return the passwords of the two roles for connections over TCP, making them on first use."""
    path = var / "postgres-passwords"
    if not path.exists():
        text = "".join(f"{role} {secrets.token_urlsafe(24)}\n" for role in (OWNER_ROLE, APP_ROLE))
        path.touch(mode=0o600)
        path.write_text(text, encoding="ascii")
    return dict(line.split(" ", 1) for line in path.read_text(encoding="ascii").splitlines())


_HBA = f"""\
# The socket lies in a folder only the account of the server (and root) may enter, hence trust.
local all all trust
host all {OWNER_ROLE},{APP_ROLE} 127.0.0.1/32 scram-sha-256
host all {OWNER_ROLE},{APP_ROLE} ::1/128 scram-sha-256
"""
