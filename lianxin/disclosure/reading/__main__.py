"""The child process: one file in, what was found and the masked copy out.

A file from outside is opened here and nowhere else: with little memory, little time, no network of ours and no secrets
in the environment. A crash of a library is then a sentence, not the end of the web process.
"""

import json
import resource
import sys

from lianxin.disclosure.reading.kinds import read
from lianxin.disclosure.reading.outcome import CannotRead


def main() -> None:
    """Read `kind seconds megabytes` from the arguments and the file from standard input."""
    kind, seconds, megabytes = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    content = sys.stdin.buffer.read()
    copy = b""
    try:
        outcome = read(kind, content)
        told, copy = {**outcome.told(), "has_copy": outcome.masked is not None}, outcome.masked or b""
    except CannotRead as refusal:
        told = {"refused": refusal.code}
    except MemoryError:
        told = {"refused": "too_large_unpacked"}
    sys.stdout.buffer.write(json.dumps(told, ensure_ascii=False).encode() + b"\n" + copy)


if __name__ == "__main__":
    main()
