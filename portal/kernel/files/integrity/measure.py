"""What the storage has under a path: size and digest of the bytes as they are read."""

import errno
import hashlib
from dataclasses import dataclass
from typing import IO, Any

import structlog
from django.core.files.storage import storages

PIECE = 64 * 1024

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class StoredBytes:
    """Size and digest of stored bytes; empty where there are none, or the disk does not give them."""

    sha256: str = ""
    size: int | None = None


def file_storage() -> Any:
    """The storage of files, as `STORAGES` names it."""
    return storages["default"]


def measure(path: str) -> StoredBytes:
    """Read the whole file. Raises ReadRefused when the storage does not answer."""
    try:
        with file_storage().open(path, "rb") as source:
            return digest_of(source)
    except FileNotFoundError:
        return StoredBytes()
    except OSError as error:  # the disk has the file, and cannot read it
        log.warning(
            "stored_file_unreadable", path=path, error=errno.errorcode.get(error.errno or 0, "unknown")
        )
        return StoredBytes()


def digest_of(source: IO[bytes]) -> StoredBytes:
    """Size and digest of what is read from here to the end."""
    digest, size = hashlib.sha256(), 0
    while piece := source.read(PIECE):
        digest.update(piece)
        size += len(piece)
    return StoredBytes(digest.hexdigest(), size)
