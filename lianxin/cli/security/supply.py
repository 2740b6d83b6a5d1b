"""What we stand on: every package locked by version and hash, installed as locked, under a licence that suits.

Works without a network and with the standard library alone, so that `make check` and the doctor ask the same.
"""

from __future__ import annotations

import re
from importlib import metadata
from typing import TYPE_CHECKING

from lianxin.cli.project import PROJECT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RUNTIME, DEVELOPMENT = PROJECT / "requirements.lock", PROJECT / "requirements-dev.lock"
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)")
_HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}\b")
_ELSEWHERE = re.compile(r"https?://|git\+|^-e |--(extra-)?index-url|--find-links|--trusted-host")
_UNSUITED = re.compile(
    r"\b(AGPL|Affero|SSPL|Business Source|BUSL|Commons Clause|Proprietary|non-?commercial)\b", re.IGNORECASE
)
_COPYLEFT = re.compile(r"\bGPL|General Public", re.IGNORECASE)
_LIBRARY = re.compile(r"\bLGPL|Lesser", re.IGNORECASE)


def locked(file: Path) -> dict[str, tuple[str, str]]:
    """Package → (version, all of its entry) in a lock file."""
    found: dict[str, tuple[str, str]] = {}
    for entry in re.split(r"\n(?=\S)", file.read_text(encoding="utf-8")):
        if matched := _PINNED.match(entry):
            found[_plain(matched[1])] = (matched[2], entry)
    return found


def lock_faults(files: tuple[Path, ...] = (RUNTIME, DEVELOPMENT)) -> Iterator[str]:
    """What is wrong with the lock files: an entry without version or hash, or from elsewhere than the registry."""
    for file in files:
        for entry in re.split(r"\n(?=\S)", file.read_text(encoding="utf-8")):
            line = entry.strip().splitlines()[0] if entry.strip() else ""
            if not line or line.startswith("#"):
                continue
            name = line.split(" ")[0]
            if _ELSEWHERE.search(entry):
                yield f"{file.name}: {name}: from elsewhere"
            elif not _PINNED.match(entry):
                yield f"{file.name}: {name}: no version"
            elif not _HASH.search(entry):
                yield f"{file.name}: {name}: no hash"


def installed_faults(file: Path = RUNTIME) -> Iterator[str]:
    """Packages of the runtime that are installed in another version than the locked one."""
    for name, (version, entry) in locked(file).items():
        try:
            present = metadata.version(name)
        except metadata.PackageNotFoundError:
            if ";" not in entry.splitlines()[0]:  # for other systems or versions of Python
                yield f"{name}: not installed"
            continue
        if present != version.split("+")[0] and present != version:
            yield f"{name}: {present} instead of {version}"


def licence_of(name: str) -> str:
    """What a package says of its licence; empty where it says nothing."""
    told = metadata.metadata(name)
    classified = [one.rpartition(":: ")[2] for one in told.get_all("Classifier") or [] if one.startswith("License")]
    text = str(told["License"] or "").strip().splitlines()
    return str(told["License-Expression"] or "; ".join(classified) or (text[0][:80] if text else ""))


def licence_faults(file: Path = RUNTIME) -> Iterator[str]:
    """Packages of the runtime whose licence does not let Lianxin be given on under Apache-2.0, or that name none."""
    for name in locked(file):
        try:
            licence = licence_of(name)
        except metadata.PackageNotFoundError:
            continue
        alternatives = re.split(r"\bOR\b|;|/", licence)
        if not licence:
            yield f"{name}: says nothing of its licence"
        elif all(_UNSUITED.search(one) or (_COPYLEFT.search(one) and not _LIBRARY.search(one)) for one in alternatives):
            yield f"{name}: {licence}"


def all_faults() -> list[str]:
    """Everything at once, for `make check`."""
    return [*lock_faults(), *installed_faults(), *licence_faults()]


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def main() -> None:
    """Print what is wrong; leaves with 1 when something is."""
    faults = all_faults()
    for fault in faults:
        print(fault)  # noqa: T201 - the output of a check
    raise SystemExit(bool(faults))


if __name__ == "__main__":
    main()
