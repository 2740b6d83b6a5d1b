"""The child process: a layout in, what it names or the filled file out.

A layout from outside is opened here and nowhere else: with little memory, little time, no network of ours and no
secrets in the environment. A crash of a library is then a sentence, not the end of the web process.
"""

import json
import resource
import sys
import warnings
from typing import Any

MEGABYTE = 1 << 20


def main() -> None:
    """Read `act kind seconds megabytes` from the arguments; a line of JSON, then the layout, from standard input."""
    act, kind, seconds, megabytes = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 2))
    resource.setrlimit(resource.RLIMIT_AS, (megabytes * MEGABYTE, megabytes * MEGABYTE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 * MEGABYTE, 64 * MEGABYTE))
    warnings.simplefilter("ignore")
    head, _, content = sys.stdin.buffer.read().partition(b"\n")
    told: dict[str, Any]
    made = b""
    try:
        told, made = work(act, kind, json.loads(head), content)
    except MemoryError:
        told = {"refused": "too_large"}
    except Exception as error:  # noqa: BLE001 - whatever a library makes of a strange file, it is refused
        told = {"refused": "damaged", "error": type(error).__name__}
    sys.stdout.buffer.write(json.dumps(told, ensure_ascii=False).encode() + b"\n" + made)


def work(act: str, kind: str, given: dict[str, Any], content: bytes) -> tuple[dict[str, Any], bytes]:
    """Check a layout or fill it."""
    known = given["known"]
    if kind == "docx":
        from lianxin.ledgers.filling.words import check_words, fill_words  # noqa: PLC0415 - one of two libraries

        if act == "check":
            return check_words(content, known).told(), b""
        return {}, fill_words(content, given["values"], known)
    from lianxin.ledgers.filling.sheets import TooLarge, check_sheets, fill_sheets  # noqa: PLC0415 - the same

    try:
        if act == "check":
            return check_sheets(content, known).told(), b""
        return {}, fill_sheets(content, given["values"], known)
    except TooLarge:
        return {"refused": "too_large"}, b""


if __name__ == "__main__":
    main()
