"""Scratch files in the data folder, removed when the process that made them is done or has died.

What else lies in the data folder of a machine, apart from `files/` and `ledgers/`, is of the same kind: it may be gone
at any moment between two processes. So a machine can be replaced by an empty one.
"""

import pickle
import shutil
import tempfile
import time
import weakref
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from django.conf import settings

_ABANDONED_AFTER = 24 * 60 * 60  # seconds; the process that made it has died
_ROWS_PER_WRITE = 500  # rows


def private_folder(*names: str) -> Path:
    """A folder below the data folder, made where it is missing; so is the data folder: on a new machine nobody has."""
    folder = Path(settings.DATA_DIR)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in names:
        folder /= name
        folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _scratch_root() -> Path:
    return private_folder("tmp")


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """An empty folder for as long as the block lasts; what killed workers left behind is cleared away."""
    root = _scratch_root()
    _clear(root)
    with tempfile.TemporaryDirectory(dir=root) as folder:
        yield Path(folder)


def _clear(root: Path) -> None:
    """Remove folders, and uploads on their way, whose process has died."""
    for left in root.iterdir():
        with suppress(FileNotFoundError):  # another process clears, too
            if time.time() - left.stat().st_mtime <= _ABANDONED_AFTER:
                continue
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
            elif ".upload" in left.suffixes:  # as Django names them
                left.unlink()


def scratch_file() -> IO[bytes]:
    """An empty file without a name, for what is too long for the memory; it dies with its last reader."""
    return tempfile.TemporaryFile(dir=_scratch_root())


class Spool:
    """Rows kept in a file without a name, so that a million of them cost no memory; read as often as wanted.

    The file belongs to this process alone: it holds what this process has written, and dies with it.
    """

    def __init__(self, rows: Iterable[Sequence[Any]] = ()) -> None:
        self._file = tempfile.TemporaryFile(dir=_scratch_root())  # noqa: SIM115 - lives as long as the spool
        weakref.finalize(self, self._file.close)
        self._pending: list[Sequence[Any]] = []
        self._count = 0
        self.extend(rows)

    def __len__(self) -> int:
        return self._count

    def append(self, row: Sequence[Any]) -> None:
        self._pending.append(row)
        self._count += 1
        if len(self._pending) == _ROWS_PER_WRITE:
            self._flush()

    def extend(self, rows: Iterable[Sequence[Any]]) -> None:
        for row in rows:
            self.append(row)

    def _flush(self) -> None:
        if self._pending:
            pickle.dump(self._pending, self._file, protocol=pickle.HIGHEST_PROTOCOL)
            self._pending = []

    def __iter__(self) -> Iterator[Sequence[Any]]:
        self._flush()
        end = self._file.tell()
        place = 0
        while place < end:
            self._file.seek(place)
            rows = pickle.load(self._file)
            place = self._file.tell()
            yield from rows
        self._file.seek(end)
