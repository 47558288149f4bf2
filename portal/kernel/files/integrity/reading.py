"""Reading stored bytes: no reader ever gets all of a file whose digest is another."""

import hashlib
from collections.abc import Iterator
from types import TracebackType
from typing import IO, Self

from portal.kernel.files.errors import DamagedFile
from portal.kernel.files.integrity.damage import damaged_files
from portal.kernel.files.integrity.measure import PIECE, StoredBytes, digest_of, file_storage
from portal.kernel.files.integrity.observations import note_damage, note_whole

# bytes up to which a file is compared before its first byte is given out: every upload, and most documents
VERIFIED_FIRST = 32 * 1024 * 1024
_TRIES = 2  # what a network has garbled once is not damaged


class VerifiedFile:
    """A stored file that is compared with its digest while it is read.

    The last piece is given out only when size and digest are right; else DamagedFile is raised in its place.
    """

    def __init__(self, source: IO[bytes], path: str, sha256: str, size: int) -> None:
        self.size = size
        self._source, self._path, self._sha256 = source, path, sha256
        self._pieces = self._verified_pieces()
        self._rest = b""

    def __iter__(self) -> Iterator[bytes]:
        return self._pieces

    def read(self, size: int = -1) -> bytes:
        """At most so many bytes, all by default. Raises DamagedFile."""
        if size < 0:
            rest, self._rest = self._rest, b""
            return rest + b"".join(self._pieces)
        while len(self._rest) < size and (piece := next(self._pieces, b"")):
            self._rest += piece
        result, self._rest = self._rest[:size], self._rest[size:]
        return result

    def close(self) -> None:
        self._source.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _verified_pieces(self) -> Iterator[bytes]:
        digest, size, ahead = hashlib.sha256(), 0, b""
        while piece := self._source.read(PIECE):
            digest.update(piece)
            size += len(piece)
            if size > self.size:  # the reader was promised fewer: what is there already must not look whole
                break
            if ahead:
                yield ahead
            ahead = piece
        if (digest.hexdigest(), size) != (self._sha256, self.size):
            note_damage(self._path, self._sha256, StoredBytes(digest.hexdigest(), size))
            raise DamagedFile(self._path, self._sha256)
        if ahead:
            yield ahead


def open_verified(path: str, sha256: str) -> VerifiedFile:
    """Open the file whose bytes have this digest. Raises DamagedFile, or ReadRefused.

    What is missing or differs is noted; what was noted and is whole again is noted too.
    """
    actual = StoredBytes()
    for _attempt in range(_TRIES):
        try:
            source = file_storage().open(path, "rb")
        except FileNotFoundError:
            continue
        size = int(source.size)
        is_suspect = path in damaged_files()
        if size > VERIFIED_FIRST and not is_suspect:
            return VerifiedFile(source, path, sha256, size)
        actual = _digest_of(source)
        if actual == StoredBytes(sha256, size):
            if is_suspect:
                note_whole(path)
            source.seek(0)
            return VerifiedFile(source, path, sha256, size)
        source.close()
    note_damage(path, sha256, actual)
    raise DamagedFile(path, sha256)


def _digest_of(source: IO[bytes]) -> StoredBytes:
    try:
        return digest_of(source)
    except OSError:  # the disk cannot read it
        return StoredBytes()
