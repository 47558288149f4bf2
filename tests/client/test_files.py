"""Files that are there whole or not at all, at whatever moment the process is told to end."""

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from alliance_client import NotSaved, files
from tests.support.client_program import CLIENT

STOPPED_WHILE_IT_CLEARS_AWAY = """
import sys
from pathlib import Path
from alliance_client.files import write_whole

def cut():
    yield b"half"
    Path.unlink = exit_on_unlink
    raise ConnectionError

def exit_on_unlink(path, missing_ok=False):
    Path.unlink = unlink
    sys.exit(143)

unlink = Path.unlink
write_whole(Path("report.json"), cut())
"""


def test_a_process_that_is_stopped_while_it_clears_away_leaves_no_file(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", STOPPED_WHILE_IT_CLEARS_AWAY], cwd=tmp_path, env={"PYTHONPATH": str(CLIENT)}
    )

    assert ran.returncode == 143
    assert list(tmp_path.iterdir()) == []


@pytest.mark.filterwarnings(
    "ignore:Exception ignored in"
)  # nobody closes what was opened in that very moment
@pytest.mark.parametrize("is_cut", [True, False])
def test_at_whatever_line_it_is_stopped_a_file_is_whole_or_not_there(tmp_path: Path, *, is_cut: bool) -> None:
    def parts() -> Any:
        yield b"the first half"
        if is_cut:
            raise ConnectionError
        yield b", the second"

    lines, names = 0, set()
    while True:
        target = tmp_path / str(lines) / "report.json"
        lines += 1
        was_stopped = stopped_at(lines, partial(files.write_whole, target, parts()))
        files.remove_unfinished()
        if target.exists():
            assert target.read_bytes() == b"the first half, the second"
        names |= {path.name for path in tmp_path.rglob("*.*")}
        if not was_stopped:
            break

    assert lines > 15
    assert names == (set() if is_cut else {"report.json"})


def stopped_at(line: int, act: Callable[[], object]) -> bool:
    """Tell the act to end before this line of those that it walks in the module; False when it has fewer."""
    left = line

    def trace(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal left
        if frame.f_code.co_filename != files.__file__:
            return None
        left -= event == "line"
        if event == "line" and left == 0:
            raise SystemExit(143)
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        act()
    except SystemExit:
        return True
    except ConnectionError:
        return False
    finally:
        sys.settrace(before)
    return False


def test_a_disk_without_room_is_named_with_the_file_and_leaves_no_half(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", refuse)

    with pytest.raises(NotSaved, match=r"report\.json was not saved: No space left on device\. Make room"):
        files.write_whole(tmp_path / "report.json", [b"words"])
    assert list(tmp_path.iterdir()) == []
