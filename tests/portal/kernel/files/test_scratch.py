"""Scratch files of processes that have died are cleared away by the next that needs some."""

import os
import time
from pathlib import Path
from typing import Any

from portal.kernel.files import scratch_folder

_DAY = 24 * 60 * 60


def test_what_a_killed_process_left_is_cleared_and_nothing_else(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    root = tmp_path / "tmp"
    (root / "folder").mkdir(parents=True)
    for name in ("folder/part", "tmpabc.upload.csv", "tmpdef.upload.xlsx", "somebody's.txt"):
        (root / name).write_bytes(b"x")
    for name in ("folder", "tmpabc.upload.csv", "somebody's.txt"):
        os.utime(root / name, (time.time() - 2 * _DAY,) * 2)

    with scratch_folder():
        left = {path.name for path in root.iterdir() if path.is_file()}

    assert left == {"tmpdef.upload.xlsx", "somebody's.txt"}
    assert not (root / "folder").exists()
