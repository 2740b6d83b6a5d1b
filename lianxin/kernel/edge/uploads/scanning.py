"""The virus scanner: ClamAV's daemon, asked over its socket with INSTREAM, so it needs no right to read our files."""

import logging
import socket
import struct
from contextlib import closing
from pathlib import Path
from typing import IO

from django.conf import settings

log = logging.getLogger(__name__)

USUAL = ("/run/clamav/clamd.ctl", "/var/run/clamav/clamd.ctl", "/run/clamd.scan/clamd.sock")
"""Where Debian and Red Hat have the socket."""
OFF = "off"
SECONDS = 120.0
_BLOCK = 1 << 18
_LONGEST_ANSWER = 4096


class ScannerAway(Exception):  # noqa: N818 - says what is the case
    """The scanner is configured but cannot say anything; the message is for the log."""


def scanner() -> str:
    """Where the scanner listens: as configured, else where Debian puts it if something is there; empty for none."""
    given = str(settings.CLAMAV)
    if given == OFF:
        return ""
    return given or next((path for path in USUAL if Path(path).is_socket()), "")


def found_in(file: IO[bytes], place: str) -> str:
    """The name of the first virus in the file; empty where it is clean.

    Raises:
        ScannerAway: it does not answer, or not like a scanner.
    """
    try:
        with closing(_connect(place)) as connection:
            connection.sendall(b"zINSTREAM\0")
            file.seek(0)
            try:
                while block := file.read(_BLOCK):
                    connection.sendall(struct.pack(">I", len(block)) + block)
                connection.sendall(struct.pack(">I", 0))
            except (BrokenPipeError, ConnectionResetError):
                pass  # it has said already what it thinks, usually that the file is larger than it takes
            answer = _answer(connection)
    except OSError as error:
        raise ScannerAway(f"{place}: {error}") from error
    finally:
        file.seek(0)
    if answer == "stream: OK":
        return ""
    if answer.endswith(" FOUND"):
        return answer.removeprefix("stream: ").removesuffix(" FOUND")
    raise ScannerAway(f"{place}: {answer or 'no answer'}")


def version_of(place: str) -> str:
    """What the scanner calls itself, with the age of its signatures.

    Raises:
        ScannerAway: it does not answer.
    """
    try:
        with closing(_connect(place, seconds=5)) as connection:
            connection.sendall(b"zVERSION\0")
            answer = _answer(connection)
    except OSError as error:
        raise ScannerAway(f"{place}: {error}") from error
    if not answer:
        raise ScannerAway(f"{place}: no answer")
    return answer


def _connect(place: str, seconds: float = SECONDS) -> socket.socket:
    host, colon, port = place.rpartition(":")
    if colon and port.isdecimal():
        return socket.create_connection((host.strip("[]"), int(port)), timeout=seconds)
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(seconds)
    try:
        connection.connect(place)
    except OSError:
        connection.close()
        raise
    return connection


def _answer(connection: socket.socket) -> str:
    heard = b""
    while not heard.endswith(b"\0") and len(heard) < _LONGEST_ANSWER:
        block = connection.recv(_LONGEST_ANSWER)
        if not block:
            break
        heard += block
    return heard.rstrip(b"\0\n").decode(errors="replace")
