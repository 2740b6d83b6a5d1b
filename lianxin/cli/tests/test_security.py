"""`lianxin doctor --security`: each fault is made, seen, and named; what is in order is said too."""

from __future__ import annotations

import http.server
import json
import threading
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from django.test import Client
from psycopg.conninfo import make_conninfo

from lianxin.cli import copies, sheet
from lianxin.cli.evidence import Check, Evidence, good
from lianxin.cli.findings import State
from lianxin.cli.manifest import LAST_BACKUP
from lianxin.cli.security import advisories, machine, people, stored, supply
from lianxin.cli.security.controls import Control
from lianxin.cli.security.inspecting import inspection
from lianxin.cli.security.served import Served
from lianxin.kernel.accounts.models import Account
from lianxin.kernel.db.server import Addresses, addresses
from lianxin.kernel.edge.fetching import Fetched
from lianxin.kernel.privacy.ring_file import create_ring

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def look(checks: tuple[Check, ...], code: str) -> list[Evidence]:
    (check,) = [one for one in checks if one.code == code]
    return list(check.evidence())


def states(found: list[Evidence]) -> set[State]:
    return {one.state for one in found}


def bad(found: list[Evidence]) -> str:
    """The sentence of the one fault; each fault says how to mend it."""
    (fault,) = [one for one in found if one.state is State.bad]
    assert fault.remedy
    return fault.sentence


@pytest.fixture
def owner(django_db_setup: None, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[psycopg.Connection[Any]]:
    """A connection of the owner to the test database, at which the doctor looks as well."""
    from django.db import connection  # noqa: PLC0415 - after the app registry

    name = connection.settings_dict["NAME"]
    found = addresses()
    there = Addresses(
        app=make_conninfo(found.app, dbname=name),
        owner=make_conninfo(found.owner, dbname=name),
        embedded=found.embedded,
        one_role=False,
    )
    monkeypatch.setattr(stored, "addresses", lambda: there)
    with psycopg.connect(there.owner, autocommit=True) as connected:
        yield connected


@pytest.mark.parametrize("code", ["roles", "append_only", "row_security", "kept", "listening", "checksums"])
def test_the_database_is_in_order(owner: psycopg.Connection[Any], code: str) -> None:
    assert states(look(stored.checks(), code)) <= {State.good, State.remark}


def test_a_guard_switched_off_is_seen(owner: psycopg.Connection[Any]) -> None:
    for off in ("DISABLE TRIGGER append_only", "ENABLE TRIGGER append_only"):  # the second lets replication pass
        owner.execute(f"ALTER TABLE kernel_seal {off}")
        try:
            assert "kernel_seal" in bad(look(stored.checks(), "append_only"))
        finally:
            owner.execute("ALTER TABLE kernel_seal ENABLE ALWAYS TRIGGER append_only")


def test_a_right_on_the_log_is_seen(owner: psycopg.Connection[Any]) -> None:
    owner.execute("GRANT UPDATE ON kernel_event TO lianxin_app")
    try:
        assert "kernel_event" in bad(look(stored.checks(), "append_only"))
    finally:
        owner.execute("REVOKE UPDATE ON kernel_event FROM lianxin_app")


def test_a_right_to_empty_a_table_is_seen(owner: psycopg.Connection[Any]) -> None:
    owner.execute("GRANT TRUNCATE ON members_member TO lianxin_app")
    try:
        assert "members_member" in bad(look(stored.checks(), "roles"))
    finally:
        owner.execute("REVOKE TRUNCATE ON members_member FROM lianxin_app")


def test_row_security_switched_off_is_seen(owner: psycopg.Connection[Any]) -> None:
    owner.execute("ALTER TABLE members_member DISABLE ROW LEVEL SECURITY")
    try:
        assert "members_member" in bad(look(stored.checks(), "row_security"))
    finally:
        owner.execute("ALTER TABLE members_member ENABLE ROW LEVEL SECURITY")


@pytest.fixture
def rows(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The doctor looks through the connection of the test, at what the test has not committed."""
    from django.db import connection  # noqa: PLC0415 - after the app registry

    def asked(query: str, *values: object, **_: object) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(query, values)
            return cursor.fetchall()

    monkeypatch.setattr(people, "rows", asked)
    monkeypatch.setattr(people, "names", lambda query, *values: [str(row[0]) for row in asked(query, *values)])


def test_the_password_of_the_demonstration_is_seen(rows: None) -> None:
    Account.objects.create_account("clerk", "Lianxin-2026", name="x")
    Account.objects.create_account("beisong", "another-Secret-9", name="x")
    said = bad(look(people.checks(), "known_passwords"))
    assert "clerk" in said
    assert "beisong" not in said
    Account.objects.filter(username="clerk").update(is_active=False)
    assert states(look(people.checks(), "known_passwords")) == {State.good}


def test_staff_without_a_second_factor_is_seen(cast: Any, rows: None, settings: Any) -> None:
    settings.SECOND_FACTOR = "staff"
    assert "clerk" in bad(look(people.checks(), "second_factor"))
    settings.SECOND_FACTOR = "nobody"
    assert len([one for one in look(people.checks(), "second_factor") if one.state is State.bad]) == 2


def test_who_is_staff_is_a_matter_of_the_day_in_shanghai(
    cast: Any, rows: None, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SECOND_FACTOR = "staff"
    monkeypatch.setattr(people, "today", lambda: date(1990, 1, 1))  # before anybody's role began
    assert states(look(people.checks(), "second_factor")) == {State.good}
    assert "auditor" in bad(look(people.checks(), "duties"))


def test_a_dormant_account_is_seen(rows: None) -> None:
    Account.objects.create_account("sleeper", None, name="x")
    assert states(look(people.checks(), "dormant")) == {State.good}
    Account.objects.update(last_login=datetime.now(UTC) - timedelta(days=91))
    (found,) = look(people.checks(), "dormant")
    assert (found.state, "sleeper" in found.sentence) == (State.remark, True)


def test_missing_duties_are_seen(rows: None) -> None:
    assert "auditor" in bad(look(people.checks(), "duties"))


def test_the_settings_of_a_careless_installation(settings: Any) -> None:
    settings.DEBUG, settings.PRODUCTION, settings.SECRET_KEY = True, False, "short"
    settings.ALLOWED_HOSTS, settings.RATE_LIMITS, settings.TRUSTED_PROXIES = ["*"], False, ["0.0.0.0/0"]
    settings.CLAMAV = "/nowhere/clamd.ctl"
    for code in ("secret_key", "hosts", "rates", "proxies", "scanner"):
        assert bad(look(machine.checks(), code))
    assert len(look(machine.checks(), "production")) == 2


def test_loose_files_are_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    monkeypatch.setattr(machine, "var_directory", lambda: tmp_path)
    settings.MEDIA_ROOT = tmp_path / "files"
    kept = settings.MEDIA_ROOT / "ab" / "one"
    kept.parent.mkdir(parents=True)
    kept.touch(mode=0o600)
    (tmp_path / "keys.json").touch(mode=0o600)
    assert states(look(machine.checks(), "secret_files") + look(machine.checks(), "var")) == {State.good}
    (tmp_path / "keys.json").chmod(0o640)
    kept.chmod(0o604)
    assert "keys.json" in bad(look(machine.checks(), "secret_files"))
    assert "one" in bad(look(machine.checks(), "var"))


def test_a_key_ring_that_opens_nothing_is_seen(cast: Any, tmp_path: Path, settings: Any) -> None:
    cast.secretary.phone = "12000000001"
    cast.secretary.save()
    assert states(look(machine.checks(), "sealed")) == {State.good}
    assert list(copies.about_keys()) == []
    settings.KEY_RING_FILE = tmp_path / "keys.json"
    assert "kernel_account" not in bad(look(machine.checks(), "sealed"))
    assert "before anything else" in "".join(copies.about_keys())
    assert not settings.KEY_RING_FILE.exists()
    create_ring(settings.KEY_RING_FILE)
    assert "kernel_account.phone" in bad(look(machine.checks(), "sealed"))
    assert "does NOT open" in "".join(copies.about_keys())


def test_before_the_first_value_the_doctor_makes_no_key_ring(db: None, tmp_path: Path, settings: Any) -> None:
    settings.KEY_RING_FILE = tmp_path / "keys.json"
    assert states(look(machine.checks(), "sealed")) == {State.good}
    assert not settings.KEY_RING_FILE.exists()


def test_backups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "var_directory", lambda: tmp_path)
    assert bad(look(machine.checks(), "backup"))
    for days, state in ((0, State.good), (1, State.good), (3, State.bad)):
        made = datetime.now(UTC) - timedelta(days=days)
        (tmp_path / LAST_BACKUP).write_text(json.dumps({"made_at": made.isoformat(), "folder": "/b"}))
        assert states(look(machine.checks(), "backup")) == {state}


class _Bare(http.server.BaseHTTPRequestHandler):
    """An installation as it must not be: no headers, loose cookies, open doors, a talking error page."""

    server_version = "nginx/1.18.0"

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Set-Cookie", "lx_session=x; Path=/")
        self.end_headers()
        self.wfile.write(b"Traceback (most recent call last): django.core")

    def log_message(self, *_args: object) -> None:
        pass


def test_a_bare_server_is_seen(settings: Any) -> None:
    settings.PRODUCTION = True
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Bare) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        served = Served(f"http://127.0.0.1:{server.server_port}")
        try:
            assert "content-security-policy" in look(served.checks(), "headers")[0].sentence
            assert "nginx/1.18.0" in look(served.checks(), "headers")[1].sentence
            assert "lx_session" in bad(look(served.checks(), "cookies"))
            assert bad(look(served.checks(), "errors"))
            assert "/work/members/" in bad(look(served.checks(), "anonymous"))
            assert states(look(served.checks(), "tls")) == {State.bad}
        finally:
            server.shutdown()
            thread.join()


def test_an_installation_that_does_not_answer_is_no_evidence() -> None:
    for check in Served("http://127.0.0.1:1").checks():
        assert State.bad in states(list(check.evidence()))


def test_our_own_headers(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(_served: Served, path: str, *_rules: object, **_options: object) -> Fetched:
        answer = Client().get(path)
        given = [("set-cookie", one.OutputString()) for one in answer.cookies.values()]
        told = [(name.lower(), value) for name, value in answer.headers.items()]
        return Fetched(path, answer.status_code, (*told, *given), answer.getvalue())

    monkeypatch.setattr(Served, "get", asked)
    for code in ("headers", "cookies", "errors", "anonymous"):
        found = look(Served("http://testserver").checks(), code)
        assert states(found) == {State.good}, [one.sentence for one in found]


def test_a_check_that_breaks_is_a_fault() -> None:
    def broken() -> Iterator[tuple[State, str, str]]:
        yield good("first")
        raise OSError("no such thing")

    found = list(Check("x", Control.audit, "X", broken).evidence())
    assert [one.state for one in found] == [State.good, State.bad]
    assert "no such thing" in found[1].sentence


def test_the_sheet() -> None:
    found = [
        Evidence("<b>", State.bad, "a & b", "mend", control=Control.integrity, code="x"),
        Evidence("Y", State.good, "well", control=Control.identity, code="y"),
    ]
    told = sheet.facts(system="Lianxin", address="https://x", version="1", at=datetime(2026, 7, 1, tzinfo=UTC))
    page = sheet.as_html(found, told, inspection("https://x"))
    assert page.index("身份鉴别") < page.index("数据完整性")
    assert "&lt;b&gt;" in page
    assert "<script" not in page
    data = json.loads(sheet.as_json(found, told))
    assert data["version"] == "1"
    assert data["findings"][0] == {
        "subject": "<b>",
        "state": "bad",
        "sentence": "a & b",
        "remedy": "mend",
        "control": "数据完整性",
        "code": "x",
    }


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("", "unknown"),
        ("Traceback", "unknown"),
        ('{"dependencies": []}', "unknown"),
        ('{"dependencies": [{"name": "a", "skip_reason": "not found"}], "fixes": []}', "unknown"),
        ('{"dependencies": [{"name": "a", "version": "1", "vulns": []}], "fixes": []}', "clean"),
        (
            """{"dependencies": [{"name": "a", "version": "1", "vulns": [{"id": "X-1", "fix_versions": ["2"]}]},
            {"name": "b", "skip_reason": "x"}]}""",
            "weak",
        ),
    ],
)
def test_an_audit_that_could_not_ask_is_not_clean(text: str, outcome: str) -> None:
    assert advisories.judge_python("x", text).outcome.name == outcome


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("", "unknown"),
        ('{"message": "request failed", "error": {}}', "unknown"),
        ('{"vulnerabilities": {}, "metadata": {"dependencies": {"total": 3}}}', "clean"),
        ('{"vulnerabilities": {"a": {"severity": "high"}}, "metadata": {}}', "weak"),
    ],
)
def test_the_same_for_the_front_end(text: str, outcome: str) -> None:
    assert advisories.judge_node("x", text).outcome.name == outcome


LOCK = "a==1.0 \\\n    --hash=sha256:" + "0" * 64 + "\n    # via b\n"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (LOCK, ""),
        ("# a comment\n" + LOCK, ""),
        ("a==1.0\n", "no hash"),
        ("a>=1.0 \\\n    --hash=sha256:" + "0" * 64 + "\n", "no version"),
        ("a @ git+https://example.org/a\n", "from elsewhere"),
        ("--extra-index-url https://example.org/\n" + LOCK, "from elsewhere"),
    ],
)
def test_lock_files(tmp_path: Path, text: str, fault: str) -> None:
    file = tmp_path / "requirements.lock"
    file.write_text(text)
    found = list(supply.lock_faults((file,)))
    assert [fault in one for one in found] == ([True] if fault else [])


def test_another_version_than_the_locked_one(tmp_path: Path) -> None:
    file = tmp_path / "requirements.lock"
    file.write_text(LOCK.replace("a==1.0", "django==0.9"))
    assert "instead of 0.9" in next(supply.installed_faults(file))
    file.write_text(LOCK.replace("a==1.0", "no-such-package==1.0"))
    assert list(supply.installed_faults(file)) == ["no-such-package: not installed"]


@pytest.mark.parametrize(
    ("licence", "suits"),
    [
        ("MIT", True),
        ("Apache-2.0 OR BSD-3-Clause", True),
        ("GNU Lesser General Public License v3 (LGPLv3)", True),
        ("GPL-3.0-only", False),
        ("GPL-2.0 OR MIT", True),
        ("AGPL-3.0", False),
        ("Proprietary", False),
        ("", False),
    ],
)
def test_licences(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, licence: str, suits: bool) -> None:  # noqa: FBT001
    file = tmp_path / "requirements.lock"
    file.write_text(LOCK)
    monkeypatch.setattr(supply, "licence_of", lambda _name: licence)
    assert (list(supply.licence_faults(file)) == []) is suits


def test_our_own_lock_files() -> None:
    assert list(supply.lock_faults()) == []
    assert list(supply.licence_faults()) == []
