"""The storage in a folder: a file has its name only when all its bytes are on the disk."""

import errno
import fcntl
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage

from portal.kernel.files.backends.stored import StoredObject
from portal.kernel.files.errors import ReadRefused, StorageFull, StorageMissing, WriteRefused

_DRAFTS = ".drafts"  # beside the files and on their file system, or renaming would not be atomic
_PIECE = 1024 * 1024
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class FolderStorage(FileSystemStorage):
    """Files below one folder. Names that begin with a dot are the storage's own."""

    is_shared = False  # a machine has it, or several that mount the same disk

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_overwrite=True, **options)

    @property
    def place(self) -> str:
        """Where it is, for an operator."""
        return f"the folder {self.location}"

    def _save(self, name: str, content: File) -> str:
        """Write beside, sync, rename, and sync every folder on the way. Raises StorageFull or WriteRefused."""
        target = Path(self.path(name))
        with _write_errors():
            root_is_new = not os.path.exists(self.location)
            target.parent.mkdir(parents=True, exist_ok=True)
            self.clear_drafts()
            with self._draft() as (draft, descriptor):
                for piece in content.chunks(_PIECE):
                    _write_all(descriptor, piece)
                if self.file_permissions_mode is not None:
                    os.fchmod(descriptor, self.file_permissions_mode)
                self._ensure_location_group_id(draft)  # type: ignore[attr-defined]  # the stubs leave it out
                os.fsync(descriptor)
                os.replace(draft, target)
            # also those that another process has just made, and may not have synced yet
            for folder in _folders_up_to(target.parent, Path(self.location), beyond=root_is_new):
                sync_folder(folder)
        return name

    @contextmanager
    def _draft(self) -> Iterator[tuple[str, int]]:
        """The path and the descriptor of a new file. It is locked: a draft without a lock belongs to a dead process."""
        folder = Path(self.location, _DRAFTS)
        folder.mkdir(mode=0o700, exist_ok=True)
        descriptor, path = _locked_file(folder)
        try:
            yield path, descriptor
        finally:
            with suppress(FileNotFoundError):  # it has its name
                os.unlink(path)
            os.close(descriptor)

    def clear_drafts(self) -> int:
        """Remove what killed writes have left; returns how many."""
        cleared = 0
        with suppress(FileNotFoundError):
            for entry in os.scandir(Path(self.location, _DRAFTS)):
                cleared += remove_abandoned(entry.path)
        return cleared

    def _open(self, name: str, mode: str = "rb") -> File:
        try:
            file: File = super()._open(name, mode)  # type: ignore[misc]  # the stubs leave it out
        except (FileNotFoundError, IsADirectoryError):
            self._refuse_without_root()
            raise FileNotFoundError(name) from None
        except PermissionError:
            raise ReadRefused from None
        return file

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        """The names of the folders and of the files in it. Raises FileNotFoundError, or ReadRefused."""
        try:
            folders, names = super().listdir(path)
        except FileNotFoundError:
            self._refuse_without_root()
            raise
        except PermissionError:
            raise ReadRefused from None
        return list(folders), list(names)

    def _refuse_without_root(self) -> None:
        """Its disk is away: no file of it is lost, and no folder is empty. Raises ReadRefused."""
        if not self.is_there():
            raise ReadRefused from None

    def listdir_ever(self, path: str) -> tuple[list[str], list[str]]:
        """As `listdir`: what is removed here has left nothing."""
        return self.listdir(path)

    def erase(self, name: str) -> bool:
        """Overwrite and remove the bytes, of which who reads them gets no more; whether there were any."""
        with suppress(FileNotFoundError), open(self.path(name), "r+b") as stored:
            size = os.fstat(stored.fileno()).st_size
            for start in range(0, size, _PIECE):
                stored.write(bytes(min(_PIECE, size - start)))
            stored.flush()
            os.fsync(stored.fileno())
            stored.truncate(0)
            os.unlink(stored.name)
            sync_folder(Path(stored.name).parent)
            return True
        return False

    def walk(self, after: str = "") -> Iterator[StoredObject]:
        """Every file behind this path, ordered by the parts of its path."""
        yield from _walk(Path(self.location), "", tuple(after.split("/")) if after else ())

    def is_there(self) -> bool:
        """Whether its folder is: not before the first file, and not while its disk is away."""
        return os.path.isdir(self.location)

    def make(self) -> None:
        """Make the folder of a new storage. Raises WriteRefused."""
        root = Path(self.location)
        with _write_errors():
            root.mkdir(parents=True, exist_ok=True)
            sync_folder(root.parent)

    def probe(self) -> None:
        """Write a few bytes. Raises StorageMissing, or OSError when that is impossible.

        It makes no folder: that of a disk that is not mounted would be taken for an empty storage.
        """
        if not self.is_there():
            raise StorageMissing
        with tempfile.TemporaryFile(dir=self.location) as draft:
            draft.write(b"ready")
            draft.flush()


@contextmanager
def _write_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise (StorageFull() if error.errno in _NO_ROOM else WriteRefused()) from error


def _write_all(descriptor: int, piece: bytes) -> None:
    """A full disk takes the first part of a piece, and only refuses the next."""
    rest = memoryview(piece)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _locked_file(folder: Path) -> tuple[int, str]:
    while True:
        descriptor, path = tempfile.mkstemp(dir=folder)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        if os.path.exists(path):
            return descriptor, path
        os.close(descriptor)  # before it was locked, another process took it for an abandoned one


def remove_abandoned(path: str | Path) -> bool:
    """Remove the draft unless its writer lives, whose lock ends with the process; whether it was removed."""
    try:
        descriptor = os.open(path, os.O_RDWR)  # a disk of the network locks what may be written alone
    except OSError:  # gone, or another user's
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.unlink(path)
    except OSError:
        return False
    else:
        return True
    finally:
        os.close(descriptor)


def _folders_up_to(folder: Path, root: Path, *, beyond: bool) -> Iterator[Path]:
    """The folder and those above it, to the root; one further `beyond` it."""
    while folder != root:
        yield folder
        folder = folder.parent
    yield root
    if beyond:
        yield root.parent


def sync_folder(folder: Path) -> None:
    """Put the names in the folder on the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _walk(folder: Path, prefix: str, after: Sequence[str]) -> Iterator[StoredObject]:
    with suppress(FileNotFoundError):  # removed meanwhile
        for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
            if entry.name.startswith(".") or (after and entry.name < after[0]):
                continue
            rest = after[1:] if after and entry.name == after[0] else ()
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(folder / entry.name, f"{prefix}{entry.name}/", rest)
            elif entry.is_file(follow_symlinks=False) and (not after or entry.name != after[0] or rest):
                with suppress(FileNotFoundError):
                    status = entry.stat(follow_symlinks=False)
                    modified_at = datetime.fromtimestamp(status.st_mtime, UTC)
                    yield StoredObject(f"{prefix}{entry.name}", status.st_size, modified_at)
