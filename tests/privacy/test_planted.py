"""Marked personal data goes in by every door; then everything the product wrote is searched for it."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from django.contrib.sessions.backends.db import SessionStore
from psycopg import sql

from lianxin.kernel.db.server import client_program, embedded_url
from tests.privacy.marks import ADDRESSES, ID_NUMBERS, MARKS, PHONES

if TYPE_CHECKING:
    from collections.abc import Iterator

PROJECT = Path(__file__).resolve().parents[2]


def forms(mark: str) -> list[bytes]:
    """How a value in clear may lie in bytes: as it is, as hexadecimal, as base64 at any offset, escaped in JSON."""
    plain = mark.encode()
    shifted = [base64.b64encode(b"\0" * pad + plain)[[0, 2, 3][pad] : -4].strip(b"=") for pad in range(3)]
    found = [plain, plain.hex().encode(), json.dumps(mark)[1:-1].encode(), mark.encode("utf-16-le")]
    return [*found, *(one for one in shifted if len(one) > 10)]


FORMS = [(mark, form) for mark in MARKS for form in forms(mark)]


def marks_in(content: bytes) -> set[str]:
    return {mark for mark, form in FORMS if form in content}


@pytest.fixture(scope="module")
def installation() -> Iterator[dict[str, Any]]:
    """An installation of its own in which the marks were planted, and what its processes wrote."""
    # Not pytest's own folder: other runs close it to the database's user while ours is at work.
    var = Path(tempfile.mkdtemp(prefix="lianxin-planted-"))
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith(("LIANXIN_", "DJANGO_"))},
        "LIANXIN_VAR": str(var),
        "PYTHONPATH": str(PROJECT),
    }
    output = b""

    def run(*arguments: str) -> bytes:
        nonlocal output
        done = subprocess.run(
            [sys.executable, *arguments], env=environment, cwd=PROJECT, capture_output=True, check=False, timeout=300
        )
        output += done.stdout + done.stderr
        assert done.returncode == 0, (done.stdout + done.stderr)[-4000:].decode()
        return done.stdout

    try:
        run("-m", "lianxin.cli", "migrate")
        said = run("-m", "tests.privacy.planting").decode().rpartition("SAID ")[2]
        output = output.replace(f"SAID {said}".encode(), b"")
        run("-m", "lianxin.cli", "backup", str(var / "backup"))
        with psycopg.connect(embedded_url(var, "superuser"), autocommit=True) as connection:
            connection.execute("CHECKPOINT")  # what is in memory goes to the files that are searched
        yield {"var": var, "said": json.loads(said), "output": output}
    finally:
        run("-m", "lianxin.cli", "stop")
        shutil.rmtree(var)


def test_the_marks_went_in_by_every_door(installation: dict[str, Any]) -> None:
    said = installation["said"]
    assert (said["form"], said["form refused"], said["form twice"]) == (302, 422, 422)
    assert (said["service"], said["service refused"]) == (201, 422)
    assert said["reveal id_number"] == [200, {"value": ID_NUMBERS[0]}]
    assert said["reveal mobile"] == [200, {"value": PHONES[0]}]
    assert said["reveal home_address"] == [200, {"value": ADDRESSES[0]}]
    assert said["reveal refused"] == 404
    assert (said["correct"], said["asked"]) == (302, 302)
    assert said["written"] == ["applied", 3]
    assert said["exported"][0] == 200
    assert said["exported"][1] > 4000


def test_the_error_page_shows_nothing(installation: dict[str, Any]) -> None:
    assert installation["said"]["failed"] == [500, []]


def test_nothing_in_clear_in_what_processes_said(installation: dict[str, Any]) -> None:
    assert b"ValueError" in installation["output"]
    assert marks_in(installation["output"]) == set()


def test_nothing_in_clear_in_any_table(installation: dict[str, Any]) -> None:
    found: dict[str, set[str]] = {}
    searched = 0
    with psycopg.connect(embedded_url(installation["var"], "superuser")) as connection:
        tables = connection.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
        ).fetchall()
        for (table,) in tables:
            rows = connection.execute(sql.SQL("SELECT t::text FROM {} AS t").format(sql.Identifier(table)))
            for (row,) in rows:
                searched += 1
                if marks := marks_in(row.encode()):
                    found.setdefault(table, set()).update(marks)
        sessions = connection.execute("SELECT session_data FROM django_session").fetchall()
    assert searched > 200
    assert found == {}
    assert sessions
    secret = (installation["var"] / "secret_key").read_text()
    for (data,) in sessions:
        assert marks_in(opened(data, secret)) == set()


def opened(data: str, secret: str) -> bytes:
    """A session's content, which is signed and packed."""
    from django.core import signing  # noqa: PLC0415 - beside its use

    held = signing.loads(data, key=secret, salt=SessionStore().key_salt, serializer=signing.JSONSerializer)
    return json.dumps(held, ensure_ascii=False).encode()


def test_nothing_in_clear_in_any_file(installation: dict[str, Any]) -> None:
    found = {}
    searched = 0
    for path in installation["var"].rglob("*"):
        if path.is_file() and not path.is_symlink():
            searched += 1
            if marks := marks_in(path.read_bytes()):
                found[str(path.relative_to(installation["var"]))] = marks
    assert len(list((installation["var"] / "files").glob("??/*"))) == 2
    assert searched > 100
    assert found == {}


def test_nothing_in_clear_in_a_backup(installation: dict[str, Any]) -> None:
    dump = installation["var"] / "backup" / "database.dump"
    plain = subprocess.run(
        [client_program("pg_restore", 18), "-f", "-", str(dump)], capture_output=True, check=True, timeout=60
    ).stdout
    assert "王建国甲".encode() in plain
    assert marks_in(plain) == set()
