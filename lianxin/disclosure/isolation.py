"""Reading files in a child process with bounded time and memory, so that no file can harm the process that serves."""

import json
import os
import signal
import subprocess
import sys

from django.conf import settings

from lianxin.disclosure.reading.outcome import CannotRead, Finding, Outcome, Unread

MEGABYTES = 1536
GRACE_SECONDS = 10
CALM = ("PATH", "LANG", "LD_LIBRARY_PATH", "SYSTEMROOT")
"""What of the environment the child inherits: no keys, no addresses."""


class TookTooLong(Exception):  # noqa: N818 - an answer, not a fault
    """The file was not read in the time given."""


def read_apart(kind: str, content: bytes, *, seconds: int) -> Outcome:
    """Check a file in a child process.

    Raises:
        CannotRead: it cannot be checked; also where a library crashed on it.
        TookTooLong: it was not done in so many seconds.
    """
    command = [sys.executable, "-m", "lianxin.disclosure.reading", kind, str(seconds), str(MEGABYTES)]
    environment = {name: os.environ[name] for name in CALM if name in os.environ}
    environment |= {"PYTHONPATH": str(settings.BASE_DIR), "PYTHONUTF8": "1"}
    try:
        done = subprocess.run(
            command,
            input=content,
            capture_output=True,
            timeout=seconds + GRACE_SECONDS,
            env=environment,
            cwd=settings.BASE_DIR,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise TookTooLong from error
    if done.returncode == -signal.SIGXCPU:
        raise TookTooLong
    if done.returncode:
        raise CannotRead("damaged")
    head, _, copy = done.stdout.partition(b"\n")
    told = json.loads(head)
    if "refused" in told:
        raise CannotRead(told["refused"])
    return Outcome(
        findings=[Finding(**{**one, "place": tuple(one["place"])}) for one in told["findings"]],
        unread=[Unread(one["code"], tuple(one["place"])) for one in told["unread"]],
        masked=copy if told["has_copy"] else None,
        masked_clear=told["masked_clear"],
        count=told["count"],
    )
