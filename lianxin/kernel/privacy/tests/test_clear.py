"""Files in clear stand in one folder of ours, and do not outlive who read them."""

import os
from datetime import timedelta
from pathlib import Path

from lianxin.kernel.privacy.clear import LONGEST, clear_file, clear_folder, remove_left_behind
from lianxin.kernel.time import now


def test_what_a_killed_process_left_is_removed_and_what_is_read_stays(settings, tmp_path):
    settings.CLEAR_FOLDER = tmp_path / "clear"
    left = clear_folder() / "left.xlsx"
    left.write_bytes(b"13800000000")
    past = (now() - LONGEST - timedelta(minutes=1)).timestamp()
    os.utime(left, (past, past))
    with clear_file(".xlsx") as read:
        assert Path(read.name).parent == clear_folder()
        assert remove_left_behind(at=now()) == 1
        assert [str(path) for path in clear_folder().iterdir()] == [read.name]
    assert not list(clear_folder().iterdir())
    assert clear_folder().stat().st_mode & 0o777 == 0o700
