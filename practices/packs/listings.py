"""What the list of files in an exported pack says of its files, for an import: it may have been changed by anybody."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from portal.kernel.errors import DomainError
from portal.kernel.text import clean_optional_line
from practices.enums import SIGNAL_KINDS, AttachmentKind, HashAlgorithm
from practices.packs.bundles import MANIFEST

_TAKEN = (AttachmentKind.FILE, *SIGNAL_KINDS)


@dataclass(frozen=True, slots=True)
class ListedFile:
    """What a file was before it was exported."""

    kind: AttachmentKind
    title: str
    algorithm: str


def listed_in_packs(files: Mapping[str, bytes]) -> dict[str, ListedFile]:
    """By path, the files and signals that the lists of packs among these files name; what is no list says nothing."""
    listed: dict[str, ListedFile] = {}
    for name, raw in files.items():
        path = PurePosixPath(name)
        if path.name == MANIFEST:
            listed |= {str(path.parent / entry): facts for entry, facts in _entries(raw)}
    return listed


def _entries(raw: bytes) -> Iterator[tuple[str, ListedFile]]:
    try:
        manifest = json.loads(raw)
    except (ValueError, RecursionError):
        return
    rows = manifest.get("files") if isinstance(manifest, dict) else None
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, dict) and isinstance(row.get("name"), str) and row.get("kind") in _TAKEN:
            kind = AttachmentKind(row["kind"])
            algorithm = _algorithm(row.get("facts")) if kind == AttachmentKind.HASH_LIST else ""
            yield row["name"], ListedFile(kind, _title(row.get("title")), algorithm)


def _algorithm(facts: object) -> str:
    algorithm = facts.get("algorithm") if isinstance(facts, dict) else ""
    return str(algorithm) if algorithm in HashAlgorithm.values else ""


def _title(title: object) -> str:
    """The title that it had; empty where no title could be so."""
    try:
        return clean_optional_line(title)[:200].strip() if isinstance(title, str) else ""
    except DomainError:
        return ""
