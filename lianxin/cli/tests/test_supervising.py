from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import psutil
import pytest

from lianxin.cli import supervising
from lianxin.cli.console import Problem
from lianxin.cli.supervising import Child, Supervisor

PROJECT = Path(__file__).resolve().parents[3]


def child(code: str) -> Child:
    return Child("thing", [sys.executable, "-c", textwrap.dedent(code)])


@pytest.fixture(autouse=True)
def signals_as_before():
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def run_until(supervised: Child, enough) -> Supervisor:
    supervisor = Supervisor([supervised], tend=lambda: None)
    end = time.monotonic() + 20

    def tend() -> None:
        if enough() or time.monotonic() > end:
            supervisor.stopping = True

    supervisor.tend = tend
    supervisor.run()
    return supervisor


def test_what_dies_is_started_again(tmp_path, monkeypatch):
    monkeypatch.setattr(supervising, "_LONGEST_PAUSE", 0.1)
    births = tmp_path / "births"
    supervised = child(f"import time; open({str(births)!r}, 'a').write('x'); time.sleep(0.1)")
    run_until(supervised, lambda: births.exists() and len(births.read_text()) >= 3)
    assert len(births.read_text()) >= 3


def test_what_cannot_live_is_given_up(monkeypatch):
    monkeypatch.setattr(supervising, "_LONGEST_PAUSE", 0.05)
    with pytest.raises(Problem, match="The thing ended 5 times in a row"):
        run_until(child("raise SystemExit(3)"), lambda: False)


def test_stopping_waits_for_an_orderly_end(tmp_path):
    mark = tmp_path / "mark"
    supervised = child(
        f"""
        import signal, sys, time, pathlib
        def end(*_):
            pathlib.Path({str(mark)!r}).write_text("orderly")
            sys.exit(0)
        signal.signal(signal.SIGTERM, end)
        pathlib.Path({str(mark)!r}).write_text("ready")
        time.sleep(60)
        """
    )
    run_until(supervised, lambda: mark.exists() and mark.read_text() == "ready")
    assert mark.read_text() == "orderly"


def test_what_does_not_end_is_killed_with_all_it_started(tmp_path, monkeypatch):
    monkeypatch.setattr(supervising, "_GRACE", 0.5)
    mark = tmp_path / "mark"
    supervised = child(
        f"""
        import signal, subprocess, sys, time, pathlib
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        grandchild = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
        pathlib.Path({str(mark)!r}).write_text(str(grandchild.pid))
        time.sleep(60)
        """
    )
    run_until(supervised, lambda: mark.exists() and mark.read_text().isdecimal())
    end = time.monotonic() + 5
    while is_alive(int(mark.read_text())) and time.monotonic() < end:
        time.sleep(0.05)
    assert not is_alive(int(mark.read_text()))


def is_alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent died")
def test_a_child_ends_when_its_supervisor_is_killed(tmp_path):
    mark = tmp_path / "mark"
    code = f"""
        import subprocess, sys, time
        inner = "import os, pathlib, time; from lianxin.cli.supervising import end_with_supervisor; " \\
                "end_with_supervisor(); pathlib.Path({str(mark)!r}).write_text(str(os.getpid())); time.sleep(60)"
        subprocess.Popen([sys.executable, "-c", inner], start_new_session=True)
        time.sleep(60)
    """
    parent = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)], cwd=PROJECT, env=os.environ | {"LIANXIN_SUPERVISED": "1"}
    )
    end = time.monotonic() + 20
    while not (mark.exists() and mark.read_text().isdecimal()) and time.monotonic() < end:
        time.sleep(0.05)
    parent.kill()
    parent.wait()
    pid = int(mark.read_text())
    while is_alive(pid) and time.monotonic() < end:
        time.sleep(0.05)
    assert not is_alive(pid)
