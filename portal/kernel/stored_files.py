"""Files kept privately by their digest: the same bytes once, and gone a day after nothing refers to them any more."""

from collections.abc import Callable
from datetime import timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone

from portal.kernel.outbox import Claim, enqueue
from portal.kernel.uploads import CheckedFile

# how long the bytes outlive their row: a backup copies the files after the database, and must find them
_KEPT = timedelta(days=1)

Reference = Callable[[str], bool]
_REFERENCES: list[Reference] = []


def refers(reference: Reference) -> Reference:
    """Register who may refer to a stored path: bytes to which any of them refers are kept."""
    _REFERENCES.append(reference)
    return reference


def path_of(folder: str, sha256: str) -> str:
    """Where the storage keeps the file of this digest."""
    return f"{folder}/{sha256[:2]}/{sha256}"


def keep(folder: str, checked: CheckedFile) -> str:
    """Keep a checked file below the folder, inside the caller's transaction; gives back its path."""
    path = path_of(folder, checked.sha256)
    _hold(path)
    if not default_storage.exists(path):
        default_storage.save(path, ContentFile(checked.content))
    return path


def read(path: str) -> bytes:
    """The bytes; the caller has asked whether they may be read."""
    with default_storage.open(path) as stored:
        content: bytes = stored.read()
    return content


def discard_later(path: str, *, key: object) -> None:
    """Owe a job that removes the bytes, unless something refers to them by then.

    Whatever crashes in between, no row refers to a file that is gone.
    """
    due = timezone.now() + _KEPT
    enqueue("discard_file", key=f"discard_file:{key}", payload={"path": path}, at=due)


def discard_file(claim: Claim) -> None:
    """The job: remove the bytes of a file that was taken back, unless another row refers to them by now."""
    with claim.finishing():
        discard(str(claim.payload["path"]))


def discard(path: str) -> None:
    """Remove the bytes to which nothing refers; acts as SYSTEM, since others may have kept the same file."""
    _hold(path)
    if not any(reference(path) for reference in _REFERENCES):
        default_storage.delete(path)


def _hold(path: str) -> None:
    """Until the end of the transaction nobody else keeps this file or discards it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [path])
