"""Settings of the embedded server, chosen by the memory the machine (or its container) really has."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import psutil

_MEGABYTE = 1024 * 1024
_SMALL_SHARED_MEMORY = 512 * _MEGABYTE


def memory_limit() -> int:
    """Return the bytes of memory available to us: the machine's, or the limit of the container if that is less."""
    total: int = psutil.virtual_memory().total
    for limit_file in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        try:
            text = Path(limit_file).read_text(encoding="ascii").strip()
        except OSError:
            continue
        if text.isdecimal():
            total = min(total, int(text))
    return total


def configuration(socket: Path, *, tcp_port: int | None, memory: int, cores: int) -> str:
    """Return the text of `lianxin.conf` for a server with `memory` bytes and `cores` processor cores.

    Durability is never traded for speed: fsync, full_page_writes and synchronous_commit are on.
    """
    megabytes = memory // _MEGABYTE
    settings: dict[str, str | float] = {
        "listen_addresses": "'127.0.0.1'" if tcp_port else "''",
        "port": tcp_port or 5432,
        "unix_socket_directories": "'" + str(socket).replace("'", "''") + "'",
        "unix_socket_permissions": "0700",
        "password_encryption": "scram-sha-256",
        # A sixth, not the usual quarter: web server, workers and the browser share the machine.
        "shared_buffers": f"{_between(64, megabytes // 6, 8192)}MB",
        "effective_cache_size": f"{max(128, megabytes * 6 // 10)}MB",
        "work_mem": f"{_between(4, megabytes // 768, 64)}MB",
        "maintenance_work_mem": f"{_between(64, megabytes // 24, 1024)}MB",
        "max_connections": 100,
        "max_worker_processes": max(8, cores * 2),
        "max_parallel_workers": max(2, cores),
        "max_parallel_workers_per_gather": _between(1, cores // 2, 4),
        "max_wal_size": "2GB",
        "min_wal_size": "80MB",
        "wal_compression": "on",
        "checkpoint_timeout": "15min",
        "random_page_cost": 1.1,
        "jit": "off",
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
        "timezone": "'UTC'",
        "log_timezone": "'UTC'",
        "lc_messages": "'C'",
        "logging_collector": "on",
        "log_directory": "'log'",
        "log_filename": "'postgresql-%a.log'",
        "log_truncate_on_rotation": "on",
        "log_rotation_age": "1d",
        "log_min_duration_statement": "2s",
        "log_lock_waits": "on",
        "log_parameter_max_length": 0,
        "log_parameter_max_length_on_error": 0,
        "idle_in_transaction_session_timeout": "10min",
        "restart_after_crash": "on",
    }
    if not _shared_memory_is_ample():
        settings["dynamic_shared_memory_type"] = "mmap"
    lines = [f"{name} = {value}" for name, value in settings.items()]
    heading = (
        "# Written by Lianxin at every start. Put settings of your own into var/postgres.conf, which is read last."
    )
    return "\n".join([heading, *lines, ""])


def _shared_memory_is_ample() -> bool:
    # Containers often have 64 MB in /dev/shm, which parallel queries overrun.
    if os.name != "posix" or not Path("/dev/shm").is_dir():  # noqa: S108 - only its size is asked
        return True
    return shutil.disk_usage("/dev/shm").total >= _SMALL_SHARED_MEMORY  # noqa: S108 - only its size is asked


def _between(least: int, wanted: int, most: int) -> int:
    return max(least, min(wanted, most))
