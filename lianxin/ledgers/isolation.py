"""Checking and filling layouts in a child process with bounded time and memory, so that no file can harm the server."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from lianxin.kernel.errors import InvalidInput
from lianxin.ledgers.catalogue import known_names

SECONDS = 20
MEGABYTES = 1024
GRACE_SECONDS = 10
CALM = ("PATH", "LANG", "LD_LIBRARY_PATH", "SYSTEMROOT")
"""What of the environment the child inherits: no keys, no addresses."""


def check_apart(kind: str, content: bytes) -> tuple[list[str], list[tuple[str, str, list[Any]]]]:
    """The names a layout uses, and its faults as (code, what is written, place).

    Raises:
        InvalidInput: it cannot be opened, or not with the time and memory given.
    """
    told, _made = _run("check", kind, {"known": known_names()}, content)
    return told["fields"], [(code, written, place) for code, written, place in told["problems"]]


def fill_apart(kind: str, content: bytes, values: Mapping[str, Any]) -> bytes:
    """The layout filled with the values.

    Raises:
        InvalidInput: as for `check_apart`.
    """
    return _run("fill", kind, {"known": known_names(), "values": values}, content)[1]


def _run(act: str, kind: str, given: Mapping[str, Any], content: bytes) -> tuple[dict[str, Any], bytes]:
    command = [sys.executable, "-m", "lianxin.ledgers.filling", act, kind, str(SECONDS), str(MEGABYTES)]
    environment = {name: os.environ[name] for name in CALM if name in os.environ}
    environment |= {"PYTHONPATH": str(settings.BASE_DIR), "PYTHONUTF8": "1"}
    head = json.dumps(given, ensure_ascii=False).encode()
    try:
        done = subprocess.run(
            command,
            input=head + b"\n" + content,
            capture_output=True,
            timeout=SECONDS + GRACE_SECONDS,
            env=environment,
            cwd=settings.BASE_DIR,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise InvalidInput({"file": _too_large()}) from error
    if done.returncode:
        raise InvalidInput({"file": _too_large() if done.returncode < 0 else _damaged()})
    line, _newline, made = done.stdout.partition(b"\n")
    told: dict[str, Any] = json.loads(line)
    if "refused" in told:
        raise InvalidInput({"file": _too_large() if told["refused"] == "too_large" else _damaged()})
    return told, made


def _too_large() -> str:
    return _("This layout takes too long or too much memory. Remove what is not needed: pictures, empty rows, sheets.")


def _damaged() -> str:
    return _("This layout cannot be opened. Open it in Word or Excel, save it anew as .docx or .xlsx, and upload that.")
