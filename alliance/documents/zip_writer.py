"""A zip of any length with a page that says what each file in it is, its digest, and what is missing and why."""

import hashlib
import json
import os
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import IO, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string

from portal.kernel.files import scratch_file

_ZIP_TIMESTAMP = (1980, 1, 1, 0, 0, 0)  # the same facts give the same bytes
_LENGTH_BYTES = 8  # of the length of what stands behind a paused zip
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
    """Writes into a scratch file, so that the zip costs no memory; it can be paused and gone on with elsewhere.

    `done` is for whoever writes: the names of the parts of the work that are finished.
    """

    file: IO[bytes] = field(default_factory=scratch_file)
    entries: list[ZipEntry] = field(default_factory=list)
    missing: list[MissingFile] = field(default_factory=list)
    done: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._zip = zipfile.ZipFile(self.file, "a", zipfile.ZIP_DEFLATED)
        self._names = {entry.name for entry in self.entries} | {each.name for each in self.missing}

    @classmethod
    def resumed(cls, file: IO[bytes]) -> "ZipWriter":
        """Go on where `pause` has left off; the file is truncated to the zip, and written on."""
        file.seek(-_LENGTH_BYTES, os.SEEK_END)
        length = int.from_bytes(file.read(_LENGTH_BYTES), "big")
        end = file.seek(-_LENGTH_BYTES - length, os.SEEK_END)
        state = json.loads(file.read(length))
        file.truncate(end)
        return cls(
            file,
            [ZipEntry(**row) for row in state["entries"]],
            [MissingFile(**row) for row in state["missing"]],
            set(state["done"]),
        )

    def pause(self) -> IO[bytes]:
        """What is written so far, with what `resumed` needs behind the zip; nothing can be added here any more."""
        self._zip.close()
        state = {
            "entries": [asdict(entry) for entry in self.entries],
            "missing": [asdict(each) for each in self.missing],
            "done": sorted(self.done),
        }
        content = json.dumps(state).encode()
        self.file.seek(0, os.SEEK_END)
        self.file.write(content + len(content).to_bytes(_LENGTH_BYTES, "big"))
        return self.file

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
        entry = zipfile.ZipInfo(name, _ZIP_TIMESTAMP)
        entry.compress_type = (
            zipfile.ZIP_STORED if name.lower().endswith(_ALREADY_SMALL) else zipfile.ZIP_DEFLATED
        )
        digest, size = hashlib.sha256(), 0
        with self._zip.open(entry, "w", force_zip64=True) as target:
            for piece in pieces:
                digest.update(piece)
                size += len(piece)
                target.write(piece)
        self.entries.append(ZipEntry(name, title, size, digest.hexdigest()))
        self._names.add(name)

    def miss(self, name: str, title: str, reason: str) -> None:
        """Name a file that could not be added."""
        self.missing.append(MissingFile(name, title, reason))
        self._names.add(name)

    def finish(self, template: str, **context: Any) -> IO[bytes]:
        """Write the index, a table for programs and one for `sha256sum -c`; returns the whole file."""
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
