from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import psycopg
import pytest

from lianxin.kernel.db.server import ServerProblem, ensure_running, status, stop
from lianxin.kernel.db.server.account import Account, _may_pass, open_the_way
from lianxin.kernel.db.server.addresses import socket_directory
from lianxin.kernel.db.server.cluster import Cluster

if TYPE_CHECKING:
    from collections.abc import Iterator

PROJECT = Path(__file__).resolve().parents[5]


def rows(var: Path) -> list[int]:
    with psycopg.connect(ensure_running(var).url("app")) as connection:
        return [row[0] for row in connection.execute("SELECT n FROM kept ORDER BY n")]


def keep(var: Path, *numbers: int) -> None:
    with psycopg.connect(ensure_running(var).url("owner")) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (n integer)")
        for number in numbers:
            connection.execute("INSERT INTO kept VALUES (%s)", [number])


def fill(path: Path, step: int) -> None:
    with path.open("ab", buffering=0) as handle, contextlib.suppress(OSError):
        while True:
            handle.write(b"0" * step)
    assert shutil.disk_usage(path).free < step


def wait_until_gone(process: psutil.Process) -> None:
    psutil.wait_procs([process], timeout=10)


def test_starting_twice_leaves_the_first_server_running(var):
    first = ensure_running(var)
    second = ensure_running(var)
    assert (first.started, second.started) == (True, False)
    assert first.status().pid == second.status().pid
    assert first.url("app") == second.url("app")


def test_status_before_during_and_after(new_var):
    assert not status(new_var).created
    ensure_running(new_var)
    during = status(new_var)
    assert (during.created, during.running, during.answering) == (True, True, True)
    assert during.version is not None
    assert during.version.startswith("18")
    assert stop(new_var)
    after = status(new_var)
    assert (after.created, after.running, after.pid) == (True, False, None)
    assert not stop(new_var)


def test_committed_rows_survive_kill_9_of_the_server(var):
    keep(var, 1, 2, 3)
    postmaster = Cluster(var).postmaster()
    assert postmaster is not None
    uncommitted = psycopg.connect(ensure_running(var).url("owner"))
    uncommitted.execute("INSERT INTO kept VALUES (99)")
    postmaster.send_signal(signal.SIGKILL)
    wait_until_gone(postmaster)
    assert (var / "postgres" / "postmaster.pid").exists()
    assert rows(var) == [1, 2, 3]
    uncommitted.close()


def test_sessions_that_outlived_a_killed_server_are_ended(var):
    keep(var, 1)
    cluster = Cluster(var)
    postmaster = cluster.postmaster()
    assert postmaster is not None
    children = postmaster.children()
    stubborn = children[0]
    stubborn.send_signal(signal.SIGSTOP)
    postmaster.send_signal(signal.SIGKILL)
    wait_until_gone(postmaster)
    assert stubborn.is_running()
    assert rows(var) == [1]
    assert not stubborn.is_running()


def test_a_number_in_postmaster_pid_that_belongs_to_another_program_is_not_believed(var):
    keep(var, 7)
    stop(var)
    sleeper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], cwd=var / "postgres")
    try:
        (var / "postgres" / "postmaster.pid").write_text(
            f"{sleeper.pid}\n{var / 'postgres'}\n1\n5432\n{socket_directory(var)}\n\n 1 2\nready   \n"
        )
        (socket_directory(var) / ".s.PGSQL.5432.lock").write_text(f"{sleeper.pid}\n{var / 'postgres'}\n1\n5432\n")
        assert rows(var) == [7]
        assert sleeper.poll() is None
    finally:
        sleeper.kill()
        sleeper.wait()


def test_an_empty_postmaster_pid_after_a_power_cut_is_no_obstacle(var):
    keep(var, 8)
    stop(var)
    (var / "postgres" / "postmaster.pid").write_text("")
    assert rows(var) == [8]


def test_a_lock_file_left_by_a_dead_process_is_no_obstacle(new_var):
    new_var.mkdir()
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(new_var / "postgres.lock")], stdout=subprocess.PIPE)
    assert holder.stdout is not None
    with holder.stdout:
        holder.stdout.readline()
        holder.kill()
        holder.wait()
        assert (new_var / "postgres.lock").exists()
        assert ensure_running(new_var).started


def test_a_socket_removed_by_a_cleaner_is_made_again(var):
    keep(var, 5)
    for path in socket_directory(var).iterdir():
        path.unlink()
    cluster = Cluster(var)
    assert cluster.postmaster() is not None
    assert rows(var) == [5]


def test_a_data_directory_of_another_version_is_refused_and_left_alone(var):
    ensure_running(var)
    stop(var)
    version = var / "postgres" / "PG_VERSION"
    version.write_text("16\n")
    with pytest.raises(ServerProblem, match="written by PostgreSQL 16") as refused:
        ensure_running(var)
    assert "lianxin backup" in refused.value.what_to_do
    version.write_text("18\n")
    assert ensure_running(var).started


def test_a_folder_with_other_files_is_refused_and_left_alone(new_var):
    (new_var / "postgres").mkdir(parents=True)
    (new_var / "postgres" / "letter.txt").write_text("dear")
    with pytest.raises(ServerProblem, match="contains files, but no database"):
        ensure_running(new_var)
    assert [path.name for path in (new_var / "postgres").iterdir()] == ["letter.txt"]


def test_a_database_lianxin_did_not_make_is_refused(new_var):
    (new_var / "postgres").mkdir(parents=True)
    (new_var / "postgres" / "PG_VERSION").write_text("18\n")
    with pytest.raises(ServerProblem, match="did not make"):
        ensure_running(new_var)


def test_a_creation_that_was_interrupted_is_begun_afresh(new_var):
    half = new_var / "postgres.new-1"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    assert ensure_running(new_var).started
    assert not list(new_var.glob("postgres.new-*"))


def test_an_initdb_killed_in_the_middle_leaves_nothing_that_counts(new_var):
    starter = subprocess.Popen([sys.executable, "-c", START, str(new_var)], cwd=PROJECT, start_new_session=True)
    end = time.monotonic() + 30
    while not list(new_var.glob("postgres.new-*/base")) and time.monotonic() < end:
        time.sleep(0.005)
    os.killpg(starter.pid, signal.SIGKILL)
    starter.wait()
    assert not (new_var / "postgres").exists()
    assert ensure_running(new_var).started


def test_a_run_killed_before_the_roles_were_made_is_completed(var):
    with_roles = ensure_running(var)
    with psycopg.connect(with_roles.url("superuser", "template1"), autocommit=True) as connection:
        connection.execute("DROP DATABASE lianxin")
    assert rows_of_catalog(ensure_running(var).url("app")) == "lianxin_app"


def rows_of_catalog(url: str) -> str:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT current_user").fetchone()
        assert row is not None
        return str(row[0])


HOLD = """
import fcntl, sys, time
handle = open(sys.argv[1], "w")
fcntl.flock(handle, fcntl.LOCK_EX)
print("held", flush=True)
time.sleep(60)
"""

START = """
import sys
from pathlib import Path
from lianxin.kernel.db.server import ensure_running
server = ensure_running(Path(sys.argv[1]))
print(server.started, server.status().pid)
"""


def test_four_processes_starting_at_once_get_one_server(new_var):
    starters = [
        subprocess.Popen([sys.executable, "-c", START, str(new_var)], cwd=PROJECT, stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    answers = [starter.communicate(timeout=120)[0].split() for starter in starters]
    assert [starter.returncode for starter in starters] == [0, 0, 0, 0]
    assert sorted(answer[0] for answer in answers) == ["False", "False", "False", "True"]
    assert len({answer[1] for answer in answers}) == 1


def test_nothing_listens_on_tcp_and_the_socket_is_closed_to_others(var):
    server = ensure_running(var)
    with psycopg.connect(server.url("app")) as connection:
        row = connection.execute("SHOW listen_addresses").fetchone()
    assert row == ("",)
    assert socket_directory(var).stat().st_mode & 0o077 == 0


def test_durability_is_never_traded_away(var):
    with psycopg.connect(ensure_running(var).url("app")) as connection:
        values = connection.execute(
            "SELECT name, setting FROM pg_settings WHERE name IN "
            "('fsync', 'full_page_writes', 'synchronous_commit', 'data_checksums', 'TimeZone')"
        ).fetchall()
    assert dict(values) == {
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
        "data_checksums": "on",
        "TimeZone": "UTC",
    }


def test_a_setting_of_ones_own_wins(var):
    ensure_running(var)
    stop(var)
    (var / "postgres.conf").write_text("work_mem = '5MB'\n")
    (var / "postgres.conf").chmod(0o644)
    with psycopg.connect(ensure_running(var).url("app")) as connection:
        assert connection.execute("SHOW work_mem").fetchone() == ("5MB",)


def test_a_setting_the_server_refuses_is_quoted(var):
    ensure_running(var)
    stop(var)
    (var / "postgres.conf").write_text("work_memory = '5MB'\n")
    (var / "postgres.conf").chmod(0o644)
    with pytest.raises(ServerProblem, match="does not start") as refused:
        ensure_running(var)
    assert "work_memory" in str(refused.value) or "postgres.conf" in str(refused.value)


def test_on_request_it_answers_on_tcp_with_a_password(var, monkeypatch, unused_port):
    monkeypatch.setenv("LIANXIN_POSTGRES_PORT", str(unused_port))
    server = ensure_running(var)
    words = dict(line.split() for line in (var / "postgres-passwords").read_text().splitlines())
    url = f"postgresql://lianxin_app:{{}}@127.0.0.1:{unused_port}/lianxin"
    assert rows_of_catalog(url.format(words["lianxin_app"])) == "lianxin_app"
    assert rows_of_catalog(server.url("app")) == "lianxin_app"
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(url.format("wrong"))
    assert (var / "postgres-passwords").stat().st_mode & 0o077 == 0


@pytest.fixture
def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_path_too_long_for_a_socket_moves_the_socket(place):
    var = place / ("a-very-long-name-" * 6)
    try:
        assert ensure_running(var).started
        assert not socket_directory(var).is_relative_to(var)
        assert len(str(socket_directory(var) / ".s.PGSQL.65535")) <= 107
    finally:
        stop(var)
        socket_directory(var).rmdir()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files to another user and mount file systems")
class TestAsRoot:
    @pytest.fixture
    def small_disk(self, place: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
        disk = place / "disk"
        disk.mkdir()
        mounted = subprocess.run(
            ["/usr/bin/mount", "-t", "tmpfs", "-o", f"size={request.param}", "tmpfs", str(disk)],
            check=False,
            capture_output=True,
            text=True,
        )
        if mounted.returncode != 0:
            pytest.skip(f"this machine does not let us mount a small file system: {mounted.stderr.strip()}")
        yield disk
        stop(disk / "var")
        subprocess.run(["/usr/bin/umount", str(disk)], check=True)

    @pytest.mark.parametrize("small_disk", ["160m"], indirect=True)
    def test_a_full_disk_is_said_and_loses_nothing(self, small_disk):
        var = small_disk / "var"
        keep(var, 1, 2)
        fill(small_disk / "filler", 65536)
        with psycopg.connect(ensure_running(var).url("owner")) as connection, pytest.raises(psycopg.Error):
            connection.execute("CREATE TABLE big AS SELECT repeat('x', 900) FROM generate_series(1, 200000)")
        stop(var)
        fill(small_disk / "filler", 512)
        with pytest.raises(ServerProblem, match="is full") as refused:
            ensure_running(var)
        assert "Free some space" in refused.value.what_to_do
        (small_disk / "filler").unlink()
        assert rows(var) == [1, 2]

    @pytest.mark.parametrize("small_disk", ["8m"], indirect=True)
    def test_a_disk_too_small_to_begin_leaves_nothing_behind(self, small_disk):
        with pytest.raises(ServerProblem, match=r"could not be created: the disk .* is full"):
            ensure_running(small_disk / "var")
        assert not list((small_disk / "var").glob("postgres*/"))

    def test_only_passing_and_only_for_the_database_is_granted_above_a_closed_folder(self, place):
        closed = place / "closed"
        closed.mkdir(mode=0o700)
        var = closed / "var"
        try:
            server = ensure_running(var)
            assert closed in server.opened
            account = Cluster(var).account
            assert _may_pass(account, closed)
            assert not _may_pass(Account(65533, 65533, "stranger", other=True), closed)
            assert closed.stat().st_mode & 0o007 == 0
            assert open_the_way(account, closed) == []
        finally:
            stop(var)


def test_another_persons_database_is_refused(var, monkeypatch):
    ensure_running(var)
    stop(var)
    monkeypatch.setattr(os, "geteuid", lambda: 65533)
    with pytest.raises(ServerProblem, match="belongs to the user") as refused:
        ensure_running(var)
    assert refused.value.what_to_do.startswith("Run the command as ")
    monkeypatch.undo()
