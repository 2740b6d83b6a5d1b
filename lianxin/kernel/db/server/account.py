"""The operating-system account the server runs under.

PostgreSQL refuses to run as root. Started by root, the server runs as the account `lianxin-db`, which is created when
it does not exist; started by anybody else, it runs as that person. A data directory stays with its owner.
"""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import struct
import subprocess
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lianxin.kernel.db.server.problem import ServerProblem

if TYPE_CHECKING:
    from pathlib import Path

ACCOUNT_NAME = "lianxin-db"
_ACL_ATTRIBUTE = "system.posix_acl_access"
_ACL_VERSION = 2
_ACL_USER_OBJ, _ACL_USER, _ACL_GROUP_OBJ, _ACL_GROUP, _ACL_MASK, _ACL_OTHER = 0x01, 0x02, 0x04, 0x08, 0x10, 0x20
_NO_ID = 0xFFFFFFFF
_EXECUTE = 1


@dataclass(frozen=True, slots=True)
class Account:
    """Who runs the server: user and group number, and whether that is somebody else than we are."""

    uid: int
    gid: int
    name: str
    other: bool

    def run(self, command: list[str], *, timeout: float) -> subprocess.CompletedProcess[str]:
        """Run `command` as this account and return what it said (both streams, in order) as `stdout`.

        Output goes through a file: a server started by the command would keep a pipe open for ever.
        """
        switch = {"user": self.uid, "group": self.gid, "extra_groups": []} if self.other else {}
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        environment |= {"LC_ALL": "C.UTF-8", "TZ": "UTC"}
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
            try:
                done = subprocess.run(
                    command,
                    check=False,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    cwd="/",
                    env=environment,
                    timeout=timeout,
                    text=True,
                    **switch,  # type: ignore[call-overload]
                )
                code = int(done.returncode)
            except subprocess.TimeoutExpired:
                code = -1
            except OSError as error:
                return subprocess.CompletedProcess(command, 126, str(error))
            output.seek(0)
            return subprocess.CompletedProcess(command, code, output.read())


def account_for(data: Path) -> Account:
    """Return the account that runs, or will run, the server for the data directory `data`.

    Raises:
        ServerProblem: The data belongs to somebody else, or root has no other account to run the server with.
    """
    me = os.geteuid()
    if data.exists():
        owner = data.stat().st_uid
        if me not in {0, owner}:
            raise ServerProblem(
                f"The database in {data} belongs to the user {_name(owner)}, but you are {_name(me)}.",
                f"Run the command as {_name(owner)}, or as root.",
            )
        if owner != 0:
            return Account(owner, data.stat().st_gid, _name(owner), other=me != owner)
    if me != 0:
        return Account(me, os.getegid(), _name(me), other=False)
    entry = _lianxin_account()
    return Account(entry.pw_uid, entry.pw_gid, entry.pw_name, other=True)


def open_the_way(account: Account, target: Path) -> list[Path]:
    """Let `account` pass through the directories above `target`, and return those that had to be changed.

    Only passing (not listing, not reading) is granted, and only to this account, by an access control list.

    Raises:
        ServerProblem: The file system keeps no access control lists.
    """
    changed: list[Path] = []
    if not account.other:
        return changed
    for directory in reversed([target, *target.parents]):
        if directory.is_dir() and not _may_pass(account, directory):
            try:
                _grant_passing(account.uid, directory)
            except OSError as error:
                raise ServerProblem(
                    f"The database runs as the user {account.name}, who may not pass through {directory}.",
                    "Move Lianxin to a directory open to all users such as /opt/lianxin, or be an ordinary user.",
                ) from error
            changed.append(directory)
    return changed


def give(account: Account, path: Path) -> None:
    """Make `path` belong to `account`."""
    if account.other:
        os.chown(path, account.uid, account.gid)


def _lianxin_account() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(ACCOUNT_NAME)
    except KeyError:
        pass
    useradd = shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    said = "useradd is not installed"
    if useradd:
        done = subprocess.run(
            [
                useradd,
                "--system",
                "--no-create-home",
                "--home-dir",
                "/nonexistent",
                "--shell",
                "/usr/sbin/nologin",
                ACCOUNT_NAME,
            ],
            check=False,
            capture_output=True,
            text=True,
        )
        said = done.stderr.strip()
    try:
        # Two processes may have tried at once; it is enough that one succeeded.
        return pwd.getpwnam(ACCOUNT_NAME)
    except KeyError:
        raise ServerProblem(
            f"PostgreSQL does not run as root, and the user {ACCOUNT_NAME} could not be created ({said}).",
            "Run Lianxin as an ordinary user, or set LIANXIN_DATABASE_URL to a PostgreSQL server of your own.",
        ) from None


def _may_pass(account: Account, directory: Path) -> bool:
    info = directory.stat()
    entries = _acl(directory)
    mask = next((permission for tag, permission, _ in entries if tag == _ACL_MASK), 7)
    for tag, permission, number in entries:
        if tag == _ACL_USER and number == account.uid:
            return bool(permission & mask & _EXECUTE)
    if info.st_uid == account.uid:
        return bool(info.st_mode & stat.S_IXUSR)
    if info.st_gid == account.gid:
        return bool(info.st_mode & stat.S_IXGRP)
    return bool(info.st_mode & stat.S_IXOTH)


def _acl(directory: Path) -> list[tuple[int, int, int]]:
    try:
        raw = os.getxattr(directory, _ACL_ATTRIBUTE)
    except OSError:
        return []
    return [struct.unpack_from("<HHI", raw, offset) for offset in range(4, len(raw), 8)]


def _grant_passing(uid: int, directory: Path) -> None:
    mode = stat.S_IMODE(directory.stat().st_mode)
    entries = _acl(directory) or [
        (_ACL_USER_OBJ, mode >> 6 & 7, _NO_ID),
        (_ACL_GROUP_OBJ, mode >> 3 & 7, _NO_ID),
        (_ACL_OTHER, mode & 7, _NO_ID),
    ]
    entries = [entry for entry in entries if not (entry[0] == _ACL_USER and entry[2] == uid)]
    entries.append((_ACL_USER, _EXECUTE, uid))
    mask = next((permission for tag, permission, _ in entries if tag == _ACL_MASK), mode >> 3 & 7)
    entries = [entry for entry in entries if entry[0] != _ACL_MASK]
    entries.append((_ACL_MASK, mask | _EXECUTE, _NO_ID))
    # The kernel insists on this order.
    entries.sort(key=lambda entry: (entry[0], entry[2]))
    packed = struct.pack("<I", _ACL_VERSION) + b"".join(struct.pack("<HHI", *entry) for entry in entries)
    os.setxattr(directory, _ACL_ATTRIBUTE, packed)


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"number {uid}"
