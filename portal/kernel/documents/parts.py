"""The parts of a document that is built in steps: each job stores its own, and the last one joins them.

While it is under way, the row refers to a list of the parts, which lies in one folder with them. They go together, soon
after the document is ready or given up. Nothing else counts on them: where one is gone, all is built anew.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import IO, Any

from portal.kernel import files
from portal.kernel.documents.models import Document
from portal.kernel.errors import DomainError
from portal.kernel.files import StorageError


class PartsLost(Exception):
    """What is built so far is of no use: a part is damaged or gone, or holds what was withheld since.

    Also where the parts were read with other rights than its requester has now; then no `path` is named.
    """

    def __init__(self, path: str = "") -> None:
        super().__init__(path)
        self.path = path


@dataclass(frozen=True, slots=True)
class Paused:
    """The part of a document that one job has built, and what the next one must know to go on, as JSON keeps it."""

    file: IO[bytes]
    state: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StoredPart:
    """Where a part is stored."""

    path: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class EarlierParts:
    """What the jobs before have built, the first part first, and the `state` that the last of them has left."""

    state: Mapping[str, Any] = field(default_factory=dict)
    parts: Sequence[StoredPart] = ()
    source_digests: Sequence[str] = ()

    def opened(self) -> Iterator[IO[bytes]]:
        """The parts, each closed when the next is asked for. Raises PartsLost or StorageError."""
        for part in self.parts:
            with files.scratch_file() as scratch:
                with (
                    _losses(part.path),
                    files.open_file(part.path, part.sha256, *self.source_digests) as stored,
                ):
                    for piece in stored:
                        scratch.write(piece)
                scratch.seek(0)
                yield scratch


@contextmanager
def _losses(path: str) -> Iterator[None]:
    """Tell what is lost from what is away for a while. Raises PartsLost or StorageError."""
    try:
        yield
    except StorageError:
        raise
    except DomainError as refusal:
        raise PartsLost(path) from refusal


def read_parts(document: Document) -> EarlierParts:
    """What the jobs before have built of it: nothing, of one that is not paused. Raises PartsLost or StorageError."""
    if not document.is_paused:
        return EarlierParts()
    digests = document.source_digests
    with _losses(document.file), files.open_file(document.file, document.sha256, *digests) as stored:
        content = json.loads(stored.read())
    return EarlierParts(content["state"], [StoredPart(**part) for part in content["parts"]], digests)


def list_parts(parts: Sequence[StoredPart], state: Mapping[str, Any]) -> bytes:
    """The list that `read_parts` reads."""
    return json.dumps({"parts": [asdict(part) for part in parts], "state": state}).encode()


# what the row of a document says whose parts were given up
NOTHING_BUILT: Mapping[str, str | int] = {"file": "", "sha256": "", "media_type": "", "size": 0}


def folder_of_parts(document: Document, job_id: int) -> str:
    """Where this job stores its part: with those before it, or in a folder of its own."""
    return _folder(document) if document.is_paused else _first_folder(document, job_id)


def _first_folder(document: Document, job_id: int) -> str:
    return f"documents/{document.key}/{job_id}"


def _folder(document: Document) -> str:
    return document.file.rpartition("/")[0]


def discard_bytes(document: Document, *, key: object) -> None:
    """Queue the removal of its bytes, or of its parts, in the transaction in which its row refers to them no more."""
    if document.is_paused:
        files.discard_folder(_folder(document), key=key)
    elif document.file:
        files.discard_later(document.file, key=key)


def discard_first_part(document: Document, job_id: int, *, key: object) -> None:
    """Queue the removal of what this job may have stored of one that is not paused: its row does not know of it yet.

    No other job writes there.
    """
    files.discard_folder(_first_folder(document, job_id), key=f"{key}:{job_id}")
