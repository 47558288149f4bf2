"""A zip of any length with a page that says what each file in it is, its digest, and what is missing and why."""

import hashlib
import json
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import partial
from time import monotonic
from typing import IO, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string

from portal.kernel import documents
from portal.kernel.documents import EarlierParts, Paused
from portal.kernel.files import scratch_file

_ZIP_TIMESTAMP = (1980, 1, 1, 0, 0, 0)  # the same facts give the same bytes
_PIECE = 1024 * 1024
_ALREADY_SMALL = (".pdf", ".xlsx", ".zip", ".png", ".jpg", ".jpeg")


@dataclass(frozen=True, slots=True)
class ZipEntry:
    """A file in the zip."""

    name: str
    title: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class MissingFile:
    """A file that belongs in the zip and is not there, with the reason."""

    name: str
    title: str
    reason: str


@dataclass
class ZipWriter:
    """Writes into a scratch file, so that the zip costs no memory; in several jobs, if it is a document built in steps.

    Then each job writes a zip of its own, a part, and the last one joins them. `done` and `positions` are for whoever
    writes: the names of the pieces of work that are finished, and where a long one goes on, as JSON keeps it; so is
    `rights`, with which all of it was read.
    """

    earlier: EarlierParts = field(default_factory=EarlierParts)
    file: IO[bytes] = field(default_factory=scratch_file)

    def __post_init__(self) -> None:
        self._zip = zipfile.ZipFile(self.file, "w", zipfile.ZIP_DEFLATED)
        state = self.earlier.state
        self.entries = [ZipEntry(**row) for row in state.get("entries", ())]
        self.missing = [MissingFile(**row) for row in state.get("missing", ())]
        self.done = set[str](state.get("done", ()))
        self.positions: dict[str, Any] = dict(state.get("positions", {}))
        self.rights: Any = state.get("rights")
        self._names = {entry.name for entry in self.entries} | {each.name for each in self.missing}

    def write_part(self, file_by_file: Iterable[None]) -> Paused | None:
        """Go on until this job has done its share; None once everything is there, for `finish`.

        `file_by_file` adds one file between two of its values, and each job adds one at least, however long that takes.
        Joining the parts takes a job of its own.
        """
        until, before = monotonic() + documents.STEP_SECONDS, self.file_count
        for _file in file_by_file:
            is_full = monotonic() >= until or self.file.tell() >= documents.PART_BYTES
            if is_full and self.file_count > before:
                return self._pause()
        return self._pause() if self.earlier.parts and self.file_count > before else None

    def _pause(self) -> Paused:
        """Nothing can be added here any more."""
        self._zip.close()
        state = {
            "entries": [asdict(entry) for entry in self.entries],
            "missing": [asdict(each) for each in self.missing],
            "done": sorted(self.done),
            "positions": self.positions,
            "rights": self.rights,
        }
        return Paused(self.file, state)

    @property
    def file_count(self) -> int:
        """How many files were added, or named as missing."""
        return len(self._names)

    def names(self, name: str) -> bool:
        """Whether a file of this name was added, or named as missing."""
        return name in self._names

    @contextmanager
    def closed_on_failure(self) -> Iterator[None]:
        """What fails half-way leaves no open file behind."""
        try:
            yield
        except BaseException:
            self._zip.close()
            self.file.close()
            raise

    def add(self, name: str, title: str, content: bytes) -> None:
        self.add_pieces(name, title, [content])

    def add_json(self, name: str, title: str, value: Any) -> None:
        text = json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
        self.add(name, title, f"{text}\n".encode())

    def add_pieces(self, name: str, title: str, pieces: Iterable[bytes]) -> None:
        """Add a file piece by piece."""
        digest, size = hashlib.sha256(), 0

        def measured() -> Iterator[bytes]:
            nonlocal size
            for piece in pieces:
                digest.update(piece)
                size += len(piece)
                yield piece

        self._pack(name, measured())
        self.entries.append(ZipEntry(name, title, size, digest.hexdigest()))
        self._names.add(name)

    def _pack(self, name: str, pieces: Iterable[bytes]) -> None:
        entry = zipfile.ZipInfo(name, _ZIP_TIMESTAMP)
        entry.compress_type = (
            zipfile.ZIP_STORED if name.lower().endswith(_ALREADY_SMALL) else zipfile.ZIP_DEFLATED
        )
        with self._zip.open(entry, "w", force_zip64=True) as target:
            for piece in pieces:
                target.write(piece)

    def miss(self, name: str, title: str, reason: str) -> None:
        """Name a file that could not be added."""
        self.missing.append(MissingFile(name, title, reason))
        self._names.add(name)

    def finish(self, template: str, **context: Any) -> IO[bytes]:
        """Join the parts, add the index, a table for programs and one for `sha256sum -c`; returns the whole file.

        Raises what `EarlierParts.opened` does.
        """
        self._join()
        entries = sorted(self.entries, key=lambda entry: entry.name)
        page = render_to_string(template, {**context, "entries": entries, "missing": self.missing})
        sums = "".join(f"{entry.sha256}  {entry.name}\n" for entry in entries)
        table = [{"name": e.name, "title": e.title, "size": e.size, "sha256": e.sha256} for e in entries]
        gaps = [{"name": each.name, "title": each.title, "reason": each.reason} for each in self.missing]
        self.add("index.html", "", page.encode())
        self.add("SHA256SUMS", "", sums.encode())
        self.add_json("index.json", "", {"files": table, "missing": gaps})
        self._zip.close()
        return self.file

    def _join(self) -> None:
        for part in self.earlier.opened():
            with zipfile.ZipFile(part) as packed:
                for entry in packed.infolist():
                    with packed.open(entry) as source:
                        self._pack(entry.filename, iter(partial(source.read, _PIECE), b""))
