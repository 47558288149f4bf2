"""Private file storage: the same bytes once, whole and on the disk before anybody is told, compared when they are read.

Nothing else touches the storage, so that a withheld file is withheld everywhere, and a damaged one is given to nobody.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from typing import IO

from django.core.files.base import ContentFile, File
from django.utils import timezone

from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.database import lock_name
from portal.kernel.errors import DomainError
from portal.kernel.files import bulk
from portal.kernel.files.backends.folder import FolderStorage
from portal.kernel.files.errors import (
    ReadRefused,
    RestoreUnfinished,
    StorageError,
    StorageMissing,
    WriteRefused,
)
from portal.kernel.files.integrity.measure import StoredBytes, file_storage, measure
from portal.kernel.files.integrity.observations import note_damage, note_whole
from portal.kernel.files.integrity.reading import VerifiedFile, open_verified
from portal.kernel.files.models import Detection, FileCase, FileState
from portal.kernel.files.quarantine.gate import check_gate, find_digest, refuse_upload
from portal.kernel.files.quarantine.unscanned import withhold_unscanned
from portal.kernel.files.references import is_anything_referenced, is_referenced
from portal.kernel.files.uploads.upload_check import CheckedFile
from portal.kernel.jobs import LEASE, Claim, enqueue, handles
from portal.kernel.monitoring import StorageState

# how long the bytes outlive their row: a backup copies the files after the database, and must find them
_GRACE_PERIOD = timedelta(days=1)

_read_digests: ContextVar[set[str] | None] = ContextVar("noted_files", default=None)


_PIECE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A checked file whose bytes are stored; `pin` it in the transaction whose row refers to it."""

    checked: CheckedFile
    path: str
    sha256: str


def stored_path(folder: str, sha256: str) -> str:
    """Where the storage keeps the file of this digest."""
    return f"{folder}/{sha256[:2]}/{sha256}"


# --- In --------------------------------------------------------------------------------------


def store(folder: str, checked: CheckedFile) -> StoredFile:
    """Store a checked file below the folder, before anything is locked: the storage may be slow.

    Bytes to which no row refers in the end are removed later. Raises StorageError.
    """
    sha256 = checked.sha256
    path = stored_path(folder, sha256)
    _write(path, StoredBytes(sha256, len(checked.content)), checked.content)
    return StoredFile(checked, path, sha256)


def pin(stored: StoredFile) -> str:
    """Keep the stored bytes from being discarded until this transaction ends; returns their path.

    Called before other rows are locked. Raises DomainError when the file was withheld in the meantime: withholding
    waits for the same lock.
    """
    lock_digest(stored.sha256)
    try:
        refuse_upload(stored.sha256)
    except DomainError:
        if FileCase.objects.filter(sha256=stored.sha256, state=FileState.PURGED).exists():
            file_storage().erase(stored.path)  # it was purged before these bytes were written
        raise
    with _refusals_of_writing():
        is_there = exists(stored.path)
    if not is_there:  # discarded meanwhile, with the last row that referred to it
        content = stored.checked.content
        _write(stored.path, StoredBytes(stored.sha256, len(content)), content)
    if not stored.checked.is_scanned:
        withhold_unscanned(stored.sha256, stored.path)
    return stored.path


def pin_stored(path: str, sha256: str) -> bool:
    """Keep bytes that are stored already from being discarded until this transaction ends; False where they are gone.

    Called before other rows are locked. Raises DomainError when the file was withheld, as `pin`.
    """
    lock_digest(sha256)
    refuse_upload(sha256)
    return exists(path)


def store_at(folder: str, content: bytes | IO[bytes], facts: StoredBytes | None = None) -> str:
    """Store bytes that have one owner below a folder of their own; returns their path. Raises StorageError.

    An open file is read piece by piece, however long it is. Its `facts` are given by whoever
    has them, and found here otherwise.
    """
    facts = facts or facts_of(content)
    path = f"{folder}/{facts.sha256}"
    _write(path, facts, content)
    return path


def facts_of(content: bytes | IO[bytes]) -> StoredBytes:
    """Digest and size of bytes, or of an open file, which is read from its beginning."""
    if isinstance(content, bytes):
        return StoredBytes(digest_of_bytes(content), len(content))
    digest, size = hashlib.sha256(), 0
    content.seek(0)
    while piece := content.read(_PIECE):
        digest.update(piece)
        size += len(piece)
    return StoredBytes(digest.hexdigest(), size)


def digest_of_bytes(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _write(path: str, facts: StoredBytes, content: bytes | IO[bytes]) -> None:
    """Write the bytes, unless those that are there already are the same: a name proves nothing."""
    with _refusals_of_writing():
        actual = measure(path) if exists(path) else None
    if actual == facts:
        note_whole(path)
        return
    if actual is not None:
        note_damage(path, facts.sha256, actual, Detection.UPLOAD)
    replace(path, content)
    note_whole(path)


@contextmanager
def _refusals_of_writing() -> Iterator[None]:
    """Who adds a file is told that nothing was saved, and not that something cannot be opened."""
    try:
        yield
    except ReadRefused as error:
        raise WriteRefused from error


def replace(path: str, content: bytes | IO[bytes]) -> None:
    """Write the bytes in the place of whatever is there. Raises StorageError.

    The first file ever makes the folder; one that is away with its files is not made anew, on whatever disk.
    """
    if _is_away():
        raise WriteRefused
    file_storage().save(path, ContentFile(content) if isinstance(content, bytes) else File(content))


# --- Out -------------------------------------------------------------------------------------


def exists(path: str) -> bool:
    """Whether there is something under the path. Raises ReadRefused."""
    return bool(path) and bool(file_storage().exists(path))


def paths_below(folder: str, *, ever: bool = False) -> list[str]:
    """What is stored in a folder and in those in it; of which there `ever` were bytes, to erase them.

    Raises ReadRefused.
    """
    storage = file_storage()
    try:
        folders, names = storage.listdir_ever(folder) if ever else storage.listdir(folder)
    except FileNotFoundError:
        return []
    below = (path for name in folders for path in paths_below(f"{folder}/{name}", ever=ever))
    return [*(f"{folder}/{name}" for name in names), *below]


def open_file(path: str, *digests: str) -> VerifiedFile:
    """The file, to be read piece by piece; the caller has asked whether it may be read.

    A file that is not stored by its digest is named with it, and then with those of the files that went into it.
    Raises Withheld, DamagedFile when its bytes are not those of its digest, or ReadRefused.
    """
    named = [sha256 for sha256 in digests or (find_digest(path),) if sha256]
    _admit(*named)
    return open_verified(path, named[0] if named else "")


def _admit(*digests: str) -> None:
    """Ask the gate, and note what is read. Raises Withheld."""
    check_gate(*digests)
    noted = _read_digests.get()
    if noted is not None:
        noted.update(digests)


def read(path: str, *digests: str) -> bytes:
    """The bytes; the caller has asked whether they may be read. Raises as `open_file` does."""
    with open_file(path, *digests) as stored:
        return stored.read()


def read_many(digests: Mapping[str, str]) -> dict[str, bytes]:
    """The bytes of each path, which is named with its digest. The gate is asked once for all: one query.

    Raises as `open_file` does.
    """
    read_one = reader_of(digests)
    return {path: read_one(path) for path in digests}


def reader_of(digests: Mapping[str, str]) -> Callable[[str], bytes]:
    """As `read_many`, one after the other: a function that reads one of these paths when it is called."""
    if digests:
        _admit(*digests.values())

    def read_one(path: str) -> bytes:
        with open_verified(path, digests[path]) as stored:
            return stored.read()

    return read_one


def read_withheld(path: str) -> bytes:
    """The bytes past the gate, for the virus scanner alone."""
    with open_verified(path, find_digest(path)) as stored:
        return stored.read()


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


def discard_soon(path: str, *, key: object) -> None:
    """The same at once, after this transaction: for what must not outlive its row by a day."""
    enqueue("discard_file", key=f"discard_file:{key}", payload={"path": path})


def discard_folder(folder: str, *, key: object) -> None:
    """Queue a job that removes what lies in the folder and is referred to by nothing, once no worker writes there."""
    due = timezone.now() + LEASE
    enqueue("discard_folder", key=f"discard_folder:{key}", payload={"folder": folder}, at=due)


@handles("discard_file")
def discard_file_job(claim: Claim) -> None:
    """The job: remove the bytes of a file that was taken back, unless another row refers to them by now."""
    with claim.finishing():
        discard(str(claim.payload["path"]))


@handles("discard_folder")
def discard_folder_job(claim: Claim) -> None:
    """The job: remove what lies in a folder, unless a row refers to it."""
    paths = paths_below(str(claim.payload["folder"]))
    with claim.finishing():
        for path in paths:
            discard(path)


def discard(path: str) -> None:
    """Remove the bytes to which nothing refers; acts as SYSTEM, since others may have kept the same file."""
    lock_digest(find_digest(path) or path)
    if not is_referenced(path):
        file_storage().delete(path)


def erase_bytes(sha256: str, other_paths: Iterable[str]) -> int:
    """Overwrite and remove the bytes of this digest in every folder, and at the other paths; returns how many.

    Downloads under way at this moment are cut off. No path is passed over because there seems to be nothing: a bucket
    with versions says that of what it still has. Raises StorageError where the storage is away, or refuses some of it:
    the rest is removed by then.
    """
    storage, refusals, erased = file_storage(), list[StorageError](), 0
    try:
        folders, _files = storage.listdir_ever("")
    except StorageError as refusal:  # nobody may see what there was
        refusals.append(refusal)
        folders, _files = storage.listdir("")
    for path in sorted({*(stored_path(folder, sha256) for folder in folders), *other_paths}):
        try:
            erased += bool(storage.erase(path))
        except StorageError as refusal:
            refusals.append(refusal)
    if refusals:
        raise refusals[0]
    return erased


def lock_digest(sha256: str) -> None:
    """Until the end of the transaction nobody else keeps, discards or withholds the file of this digest."""
    lock_name(sha256)


# --- As a whole ------------------------------------------------------------------------------


# what a probe that is refused has learnt of the storage
PROBE_STATES: Mapping[type[Exception], StorageState] = {
    StorageMissing: StorageState.MISSING,
    RestoreUnfinished: StorageState.RESTORING,
}


def probe_storage() -> None:
    """Ask whether the storage takes files, and whether a restore into it has ended.

    Raises StorageMissing, RestoreUnfinished, OSError or StorageError.
    """
    file_storage().probe()
    refuse_unfinished_restore()


def refuse_unfinished_restore() -> None:
    """Refuse a storage in which a restore has not ended: of its files some belong to nobody, or may be purged.

    Raises RestoreUnfinished, or ReadRefused.
    """
    if bulk.is_half_filled() or bulk.is_unfinished():
        raise RestoreUnfinished


def storage_place() -> str:
    """Where the files are, in the words of an operator."""
    return str(file_storage().place)


def probe_erasing() -> None:
    """Ask whether a purge would see what there ever was of a file. Raises StorageError."""
    file_storage().listdir_ever("")


def prepare_storage() -> None:
    """Make the folder of a new installation, once; a bucket is made by whoever runs the store.

    Raises StorageMissing where files are known and their folder is not there, RestoreUnfinished, and WriteRefused.
    """
    storage = file_storage()
    if _is_away():
        raise StorageMissing
    refuse_unfinished_restore()
    if isinstance(storage, FolderStorage) and not storage.is_there():
        storage.make()


def _is_away() -> bool:
    """Whether the folder is not there, though rows refer to files in it."""
    storage = file_storage()
    if not isinstance(storage, FolderStorage) or storage.is_there():
        return False
    with acting_as(SYSTEM):
        return is_anything_referenced()
