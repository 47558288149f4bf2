"""Private file storage: the same bytes once, removed a day after the last reference.

Nothing else touches the storage, so that a withheld file is withheld everywhere.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from pathlib import Path
from typing import IO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone

from portal.kernel.files.quarantine.gate import check_gate, find_digest, refuse_upload
from portal.kernel.files.quarantine.unscanned import withhold_unscanned
from portal.kernel.files.uploads.upload_check import CheckedFile
from portal.kernel.jobs import Claim, enqueue, handles

# how long the bytes outlive their row: a backup copies the files after the database, and must find them
_GRACE_PERIOD = timedelta(days=1)
_CHUNK = 1024 * 1024

_read_digests: ContextVar[set[str] | None] = ContextVar("noted_files", default=None)

Reference = Callable[[str], bool]
_REFERENCES: list[Reference] = []


def storage_root() -> Path:
    """The folder under which everything lies, for those who copy or measure it as a whole."""
    return Path(default_storage.path(""))


def register_reference(reference: Reference) -> Reference:
    """Register who may refer to a stored path: bytes to which any of them refers are kept."""
    _REFERENCES.append(reference)
    return reference


def stored_path(folder: str, sha256: str) -> str:
    """Where the storage keeps the file of this digest."""
    return f"{folder}/{sha256[:2]}/{sha256}"


# --- In --------------------------------------------------------------------------------------


def store(folder: str, checked: CheckedFile) -> str:
    """Keep a checked file below the folder, inside the caller's transaction; returns its path.

    Raises DomainError when it was withheld in the meantime: withholding waits for the same lock.
    """
    path = stored_path(folder, checked.sha256)
    lock_digest(checked.sha256)
    refuse_upload(checked.sha256)
    if not default_storage.exists(path):
        default_storage.save(path, ContentFile(checked.content))
    if not checked.is_scanned:
        withhold_unscanned(checked.sha256, path)
    return path


def store_at(path: str, content: bytes) -> str:
    """Keep bytes that have one owner under a path of their own; returns where they are."""
    stored: str = default_storage.save(path, ContentFile(content))
    return stored


# --- Out -------------------------------------------------------------------------------------


def exists(path: str) -> bool:
    return bool(path) and default_storage.exists(path)


def open_file(path: str, *digests: str) -> IO[bytes]:
    """The file, to be read piece by piece; the caller has asked whether it may be read.

    Files that are not stored by their digest are named with it, and with those of the files that went into them.
    Raises Withheld.
    """
    named = [sha256 for sha256 in digests or (find_digest(path),) if sha256]
    check_gate(*named)
    noted = _read_digests.get()
    if noted is not None:
        noted.update(named)
    file: IO[bytes] = default_storage.open(path, "rb")
    return file


def read(path: str, *digests: str) -> bytes:
    """The bytes; the caller has asked whether they may be read. Raises Withheld."""
    with open_file(path, *digests) as stored:
        content: bytes = stored.read()
    return content


def read_withheld(path: str) -> bytes:
    """The bytes past the gate, for the virus scanner alone."""
    with default_storage.open(path, "rb") as stored:
        content: bytes = stored.read()
    return content


@contextmanager
def track_reads() -> Iterator[set[str]]:
    """The digests of all files that are opened meanwhile: whatever is made of them may carry their bytes."""
    noted = set[str]()
    before = _read_digests.set(noted)
    try:
        yield noted
    finally:
        _read_digests.reset(before)


# --- Away ------------------------------------------------------------------------------------


def discard_later(path: str, *, key: object) -> None:
    """Queue a job that removes the bytes, unless something refers to them by then.

    Whatever crashes in between, no row refers to a file that is gone.
    """
    due = timezone.now() + _GRACE_PERIOD
    enqueue("discard_file", key=f"discard_file:{key}", payload={"path": path}, at=due)


@handles("discard_file")
def discard_file_job(claim: Claim) -> None:
    """The job: remove the bytes of a file that was taken back, unless another row refers to them by now."""
    with claim.finishing():
        discard(str(claim.payload["path"]))


def discard(path: str) -> None:
    """Remove the bytes to which nothing refers; acts as SYSTEM, since others may have kept the same file."""
    lock_digest(find_digest(path) or path)
    if not any(reference(path) for reference in _REFERENCES):
        default_storage.delete(path)


def remove(path: str) -> None:
    """Remove bytes that had one owner."""
    default_storage.delete(path)


def erase_bytes(sha256: str, other_paths: Iterable[str]) -> int:
    """Overwrite and remove the bytes of this digest in every folder, and at the other paths; returns how many.

    Downloads under way at this moment are cut off.
    """
    folders, _files = default_storage.listdir("")
    paths = {*(stored_path(folder, sha256) for folder in folders), *other_paths}
    stored_paths = sorted(path for path in paths if exists(path))
    for path in stored_paths:
        with default_storage.open(path, "r+b") as stored:
            for start in range(0, stored.size, _CHUNK):
                stored.write(bytes(min(_CHUNK, stored.size - start)))
            stored.flush()
            stored.truncate(0)
        default_storage.delete(path)
    return len(stored_paths)


def lock_digest(sha256: str) -> None:
    """Until the end of the transaction nobody else keeps, discards or withholds the file of this digest."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [sha256])
