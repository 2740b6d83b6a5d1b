from __future__ import annotations

import os
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from lianxin.cli import findings
from lianxin.cli.findings import State
from lianxin.cli.main import app
from lianxin.cli.project import PROJECT

if TYPE_CHECKING:
    from pathlib import Path

COMMANDS = (
    *("up", "serve", "worker", "stop", "migrate", "demo", "import", "export", "backup", "restore", "doctor"),
    *("messages", "bench", "shell", "database", "rules"),
)


def lianxin(*arguments: str, var: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("LIANXIN_")}
    return subprocess.run(
        [sys.executable, "-m", "lianxin.cli", *arguments],
        cwd=PROJECT,
        env=clean | {"LIANXIN_VAR": str(var), "COLUMNS": "200", "NO_COLOR": "1"} | environment,
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_says_what_it_does(command):
    done = CliRunner().invoke(app, [command, "--help"])
    assert done.exit_code == 0
    assert len(done.stdout.splitlines()[3].strip()) > 15


def test_a_taken_port_is_said_in_one_sentence(tmp_path):
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        done = lianxin("up", "--port", str(port), var=tmp_path / "v")
    assert done.returncode == 1
    assert f"Port {port} on 127.0.0.1 is in use by another program (" in done.stderr
    assert f"--port {port + 1}" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "v" / "postgres").exists()


def test_a_foreign_address_is_said(tmp_path):
    done = lianxin("up", "--host", "192.0.2.1", var=tmp_path)
    assert (done.returncode, done.stderr.splitlines()) == (
        1,
        ["192.0.2.1 is not an address of this machine. Use --host 127.0.0.1, or 0.0.0.0 for every network."],
    )


def test_a_wrong_address_of_the_database_is_said_without_traceback(tmp_path):
    done = lianxin("database", "start", var=tmp_path, LIANXIN_DATABASE_URL="mysql://a@b/c")
    assert done.returncode == 1
    assert done.stderr.startswith("LIANXIN_DATABASE_URL is not the address of a PostgreSQL database.")
    assert "Traceback" not in done.stderr


def test_the_traceback_comes_on_request(tmp_path):
    done = lianxin("--debug", "database", "start", var=tmp_path, LIANXIN_DATABASE_URL="mysql://a@b/c")
    assert done.returncode == 1
    assert "Traceback" in done.stderr


def test_an_unknown_command_is_not_understood(tmp_path):
    assert lianxin("dance", var=tmp_path).returncode == 2


def test_nothing_to_stop(tmp_path):
    done = lianxin("stop", var=tmp_path)
    assert (done.returncode, done.stderr.strip()) == (0, "Nothing was running.")


def test_the_state_of_a_database_that_is_not_there(tmp_path):
    done = lianxin("database", "status", var=tmp_path)
    assert (done.returncode, done.stdout.strip()) == (1, "not yet created")


def test_the_doctor_examines_an_empty_place_to_the_end(tmp_path):
    done = lianxin("doctor", var=tmp_path)
    assert done.returncode == 1
    assert "✗ Database: there is none yet." in done.stdout
    assert "→ Run `lianxin migrate` or `lianxin up`." in done.stdout
    assert "! Migrations: not checked, because the database does not answer." in done.stdout
    assert "Traceback" not in done.stderr


def test_from_nothing_to_healthy_and_back(place):
    var = place / "whole"
    migrated = lianxin("migrate", var=var)
    assert migrated.returncode == 0, migrated.stderr
    healthy = lianxin("doctor", var=var).stdout
    for line in (
        "✓ Database: PostgreSQL 18",
        "✓ Roles: the application's role owns nothing and may do what it needs.",
        "✓ Migrations: all applied.",
        "✓ Clock",
    ):
        assert line in healthy
    saved = lianxin("backup", str(place / "saved"), var=var)
    assert saved.returncode == 0, saved.stderr
    checked = lianxin("restore", str(place / "saved"), "--check", var=var)
    assert "complete and unchanged" in checked.stderr
    restored = lianxin("restore", str(place / "saved"), "--replace", var=var)
    assert restored.returncode == 0, restored.stderr
    assert lianxin("migrate", "--check", var=var).returncode == 0
    assert "✓ Roles" in lianxin("doctor", var=var).stdout
    assert lianxin("database", "stop", var=var).stderr.strip().endswith("The database is stopped.")


def test_the_doctor_sees_a_full_disk(monkeypatch):
    usage = findings.shutil.disk_usage("/")
    monkeypatch.setattr(findings.shutil, "disk_usage", lambda _: usage._replace(free=1_000_000))
    found = list(findings._disk())
    assert (found[0].state, found[0].remedy.split(":")[0]) == (State.bad, "Free some space now")


def test_the_doctor_goes_on_when_a_check_breaks(monkeypatch):
    def broken():
        raise RuntimeError("no luck")
        yield

    monkeypatch.setattr(findings, "_python", broken)
    monkeypatch.setenv("LIANXIN_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    found = {finding.subject: finding for finding in findings.examine()}
    assert found["Python"].sentence == "could not be checked (RuntimeError: no luck)."
    assert found["Database"].sentence.startswith("The database does not answer")
    assert "Translations" in found
