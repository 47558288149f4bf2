"""The archive: a tar file with the manifest as its last part, so that it is written and read in one pass."""

import fcntl
import hashlib
import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from portal.kernel.backups.manifest import BackupError, Manifest, Part, loads

MANIFEST, SEAL = "manifest.json", "manifest.sha256"
DRAFT = ".partial"  # what the name of an archive in the making ends with
_PIECE = 1024 * 1024


class _Hashing:
    """Passes on what is read, and computes its digest."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self._source.read(size)
        self.digest.update(piece)
        return piece


class Writer:
    """Adds parts to a new archive, each with an entry in the manifest."""

    def __init__(self, tar: tarfile.TarFile, manifest: Manifest) -> None:
        self._tar = tar
        self._manifest = manifest

    def add(self, name: str, source: IO[bytes], size: int) -> None:
        """Add a part of this size; refuses a source that ends before it."""
        hashing = _Hashing(source)
        self._tar.addfile(_entry(name, size), hashing)
        self._manifest.parts[name] = Part(hashing.digest.hexdigest(), size)

    def seal(self) -> None:
        """Write the manifest and its digest."""
        raw = self._manifest.dumps()
        for name, content in ((MANIFEST, raw), (SEAL, hashlib.sha256(raw).hexdigest().encode())):
            self._tar.addfile(_entry(name, len(content)), _Bytes(content))


class _Bytes:
    """Bytes that are read once."""

    def __init__(self, content: bytes) -> None:
        self._left = content

    def read(self, size: int = -1) -> bytes:
        size = len(self._left) if size < 0 else size
        piece, self._left = self._left[:size], self._left[size:]
        return piece


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    return entry


@contextmanager
def write_archive(path: Path, manifest: Manifest) -> Iterator[Writer]:
    """An archive in the making, under another name; at the end it is sealed, on the disk, and has its own name.

    Raises BackupError while another process writes the same.
    """
    draft = path.with_name(f"{path.name}{DRAFT}")
    with os.fdopen(_open_locked(draft), "wb") as output:  # locked until it has its name, or is gone
        try:
            with tarfile.open(fileobj=output, mode="w", format=tarfile.PAX_FORMAT) as tar:
                writer = Writer(tar, manifest)
                yield writer
                writer.seal()
            output.flush()
            os.fsync(output.fileno())
            draft.rename(path)
        finally:
            draft.unlink(missing_ok=True)
    _sync_folder(path.parent)


def _open_locked(draft: Path) -> int:
    """A descriptor of the empty draft; one without a lock belongs to a dead process."""
    while True:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise BackupError(f"Another backup writes {draft.name} at this moment.") from None
        except OSError:  # a file system without locks: there no draft is taken for an abandoned one
            pass
        if os.fstat(descriptor).st_nlink:
            os.ftruncate(descriptor, 0)
            return descriptor
        os.close(descriptor)  # before it was locked, another process took it for an abandoned one


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class Archive:
    """A finished archive; every part of it has been compared with the manifest."""

    def __init__(self, path: Path) -> None:
        """Read all of it. Raises BackupError for what is no archive, not whole, or altered."""
        self._path = path
        try:
            with tarfile.open(path, "r:") as tar:
                self._entries = {entry.name: entry for entry in tar}
                parts = {name: self._inspect(tar, entry) for name, entry in self._entries.items()}
                self.manifest = self._manifest(tar, parts)
        except FileNotFoundError:
            raise BackupError(f"There is no file {path}.") from None
        except (tarfile.TarError, OSError, EOFError) as error:
            reason = getattr(error, "strerror", None) or error
            raise BackupError(
                f"{path} cannot be read as a backup: {reason}. Was it copied to its end, and is it decrypted? "
                "Otherwise take an earlier one, or the copy that lies elsewhere."
            ) from None
        for name in sorted({*parts, *self.manifest.parts} - {MANIFEST, SEAL}):
            actual = parts.get(name)
            expected = self.manifest.parts.get(name)
            if actual is None:
                raise BackupError(f"{path} is damaged: {name} is missing.")
            if expected is None:
                raise BackupError(f"{path} is damaged: its manifest knows nothing of {name}.")
            if actual != expected:
                raise BackupError(f"{path} is damaged: {name} is not what was written.")

    @contextmanager
    def part(self, name: str) -> Iterator[IO[bytes]]:
        """The bytes of one part."""
        with tarfile.open(self._path, "r:") as tar, _open_entry(tar, self._entries[name]) as source:
            yield source

    def files(self) -> Iterator[tuple[str, IO[bytes]]]:
        """The stored files, by their path in the storage."""
        with tarfile.open(self._path, "r:") as tar:
            for path in self.manifest.files:
                with _open_entry(tar, self._entries[f"files/{path}"]) as source:
                    yield path, source

    def sources_by_digest(self) -> Iterator[tuple[str, IO[bytes]]]:
        """The stored files, by the digest of their bytes."""
        for path, source in self.files():
            yield self.manifest.files[path].sha256, source

    def _inspect(self, tar: tarfile.TarFile, entry: tarfile.TarInfo) -> Part:
        path = PurePosixPath(entry.name)
        if not entry.isfile() or path.is_absolute() or ".." in path.parts:
            raise BackupError(f"{self._path} holds {entry.name!r}, which no backup does.")
        with _open_entry(tar, entry) as source:
            digest = hashlib.sha256()
            while piece := source.read(_PIECE):
                digest.update(piece)
            return Part(digest.hexdigest(), entry.size)

    def _manifest(self, tar: tarfile.TarFile, parts: dict[str, Part]) -> Manifest:
        if not {MANIFEST, SEAL} <= set(parts):
            raise BackupError(f"{self._path} has no manifest: it is no backup, or was cut off.")
        with _open_entry(tar, self._entries[SEAL]) as seal, _open_entry(tar, self._entries[MANIFEST]) as raw:
            if seal.read().decode("ascii", "replace") != parts[MANIFEST].sha256:
                raise BackupError(f"{self._path} is damaged: the manifest does not agree with its digest.")
            return loads(raw.read())


def _open_entry(tar: tarfile.TarFile, entry: tarfile.TarInfo) -> IO[bytes]:
    source = tar.extractfile(entry)
    assert source is not None  # a plain file: see _inspect
    return source
