"""The virus scanner: Debian's clamd with a signature of our own where it is installed, and odd answers."""

import shutil
import socket
import struct
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from lianxin.kernel.edge.uploads import Kind, accept_upload, scanning
from lianxin.kernel.errors import InvalidInput

CLAMD = shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin:/usr/local/sbin")
# The harmless test string of EICAR, in two halves so that no scanner on a developer's machine takes this file away.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
LARGEST = 2 << 20


def accept(content: bytes) -> object:
    return accept_upload(SimpleUploadedFile("名册.csv", content), [Kind.spreadsheet])


@pytest.fixture(scope="module")
def clamd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if CLAMD is None:
        pytest.skip("needs ClamAV (apt-get install clamav-daemon)")
    place = tmp_path_factory.mktemp("clamd")
    (place / "ours.ndb").write_text(f"Eicar-Test:0:*:{EICAR.hex()}\n")
    path = place / "s"
    (place / "clamd.conf").write_text(
        f"LocalSocket {path}\nDatabaseDirectory {place}\nForeground yes\nUser root\nStreamMaxLength 2M\n"
        "ConcurrentDatabaseReload no\n"
    )
    with subprocess.Popen(
        [CLAMD, "--config-file", str(place / "clamd.conf")], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        for _ in range(300):
            if path.is_socket() or process.poll() is not None:
                break
            time.sleep(0.1)
        if process.poll() is not None:
            pytest.skip(f"clamd does not start here: {process.stdout.read()[:300]!r}")
        yield str(path)
        process.terminate()


def test_a_clean_file_passes_the_real_scanner(clamd, settings):
    settings.CLAMAV = clamd
    assert accept("姓名\n张三\n".encode()).name == "名册.csv"


def test_the_real_scanner_finds_a_virus(clamd, settings):
    settings.CLAMAV = clamd
    with pytest.raises(InvalidInput, match="Eicar-Test"):
        accept(EICAR)
    with pytest.raises(InvalidInput, match="Eicar-Test"):
        accept("姓名,备注\n张三,".encode() + EICAR)


def test_a_file_larger_than_the_real_scanner_takes_is_refused(clamd, settings):
    settings.CLAMAV = clamd
    with pytest.raises(InvalidInput) as caught:
        accept(b"a,b\n" * LARGEST)
    assert "FOUND" not in str(caught.value)


def test_the_real_scanner_says_its_version(clamd):
    assert scanning.version_of(clamd).startswith("ClamAV ")


@pytest.fixture
def speaking(tmp_path: Path) -> Iterator[tuple[str, list[bytes]]]:
    """A scanner that hears a whole stream and answers what `answers` holds."""
    path = tmp_path / "s"
    answers: list[bytes] = []
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen()

        def serve() -> None:
            while True:
                try:
                    connection, _peer = listening.accept()
                except OSError:
                    return
                with connection, connection.makefile("rb") as heard:
                    assert heard.read(10) == b"zINSTREAM\0"
                    while size := struct.unpack(">I", heard.read(4))[0]:
                        heard.read(size)
                    connection.sendall(answers[0])

        thread = threading.Thread(target=serve)
        thread.start()
        yield str(path), answers
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()


@pytest.mark.parametrize(
    "answer", [b"", b"\0", b"INSTREAM size limit exceeded. ERROR\0", b"HTTP/1.1 200 OK\r\n", b"stream: OK and more\0"]
)
def test_an_odd_answer_lets_nothing_pass(speaking, settings, answer):
    settings.CLAMAV, answers = speaking
    answers.append(answer)
    with pytest.raises(InvalidInput):
        accept(b"a,b\n")


def test_an_answer_without_fault_lets_pass(speaking, settings):
    settings.CLAMAV, answers = speaking
    answers.append(b"stream: OK\0")
    assert accept(b"a,b\n")


@pytest.mark.parametrize("place", ["/nowhere/clamd.ctl", "127.0.0.1:1", "[::1]:1"])
def test_a_scanner_that_is_away_lets_nothing_pass(settings, place, caplog):
    settings.CLAMAV = place
    with pytest.raises(InvalidInput) as caught:
        accept(b"a,b\n")
    assert place not in str(caught.value)
    assert place in caplog.text


def test_without_a_scanner_files_pass(settings, monkeypatch):
    monkeypatch.setattr(scanning, "USUAL", ("/nowhere",))
    settings.CLAMAV = ""
    assert scanning.scanner() == ""
    assert accept(b"a,b\n")


def test_a_scanner_where_debian_puts_it_is_used(settings, monkeypatch, speaking):
    monkeypatch.setattr(scanning, "USUAL", ("/nowhere", speaking[0]))
    settings.CLAMAV = ""
    assert scanning.scanner() == speaking[0]
    settings.CLAMAV = "off"
    assert scanning.scanner() == ""
