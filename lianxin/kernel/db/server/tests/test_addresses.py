from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from lianxin.kernel.db.server import ServerProblem, addresses, connect, django_settings
from lianxin.kernel.db.server.tuning import configuration

PROJECT = Path(__file__).resolve().parents[5]


@pytest.fixture(autouse=True)
def no_settings(monkeypatch):
    for name in ("LIANXIN_DATABASE_URL", "LIANXIN_OWNER_DATABASE_URL", "LIANXIN_POSTGRES_PORT"):
        monkeypatch.delenv(name, raising=False)


def test_the_embedded_server_is_the_default_and_nothing_is_started(monkeypatch, tmp_path):
    monkeypatch.setenv("LIANXIN_VAR", str(tmp_path / "v"))
    found = addresses()
    assert found.embedded
    assert not found.one_role
    assert django_settings(found.app) == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "lianxin",
        "USER": "lianxin_app",
        "PASSWORD": "",
        "HOST": str(tmp_path / "v" / "postgres-socket"),
        "PORT": "5432",
        "OPTIONS": {},
    }
    assert django_settings(found.owner)["USER"] == "lianxin_owner"
    assert not (tmp_path / "v").exists()


def test_a_server_of_ones_own(monkeypatch):
    monkeypatch.setenv("LIANXIN_DATABASE_URL", "postgresql://web:p%40ss@db.example:6432/county?sslmode=require")
    found = addresses()
    assert (found.embedded, found.one_role) == (False, True)
    settings = django_settings(found.app)
    assert (settings["PASSWORD"], settings["PORT"], settings["OPTIONS"]) == ("p@ss", "6432", {"sslmode": "require"})
    monkeypatch.setenv("LIANXIN_OWNER_DATABASE_URL", "postgresql://owner@db.example:6432/county")
    assert not addresses().one_role


@pytest.mark.parametrize("url", ["mysql://a@b/c", "postgresql://db.example", "county", "postgresql://[/x"])
def test_an_address_that_is_none(monkeypatch, url):
    monkeypatch.setenv("LIANXIN_DATABASE_URL", url)
    with pytest.raises(ServerProblem, match="LIANXIN_DATABASE_URL is not the address"):
        addresses()


def test_an_owner_without_an_application(monkeypatch):
    monkeypatch.setenv("LIANXIN_OWNER_DATABASE_URL", "postgresql://owner@db.example/county")
    with pytest.raises(ServerProblem, match="LIANXIN_DATABASE_URL is not"):
        addresses()


@pytest.mark.parametrize("port", ["0", "70000", "five"])
def test_a_port_that_is_none(monkeypatch, port):
    monkeypatch.setenv("LIANXIN_POSTGRES_PORT", port)
    with pytest.raises(ServerProblem, match="no port"):
        addresses()


def test_a_server_that_does_not_answer():
    with pytest.raises(ServerProblem, match="does not answer"):
        connect("postgresql://nobody@127.0.0.1:1/none")


def test_django_is_not_needed():
    code = "import sys, lianxin.kernel.db.server; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=PROJECT, check=False).returncode == 0


@pytest.mark.parametrize(
    ("gigabytes", "buffers", "work"), [(1, "170MB", "4MB"), (24, "4096MB", "32MB"), (256, "8192MB", "64MB")]
)
def test_memory_decides_the_sizes(tmp_path, gigabytes, buffers, work):
    text = configuration(tmp_path, tcp_port=None, memory=gigabytes * 1024**3, cores=2)
    assert f"shared_buffers = {buffers}\n" in text
    assert f"\nwork_mem = {work}\n" in text
