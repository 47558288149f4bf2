"""What the list of files in an exported pack says of its files, for an import: it may have been changed by anybody."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from portal.kernel.errors import DomainError
from portal.kernel.text import clean_optional_line
from practices.enums import SIGNAL_KINDS, AttachmentKind, HashAlgorithm
from practices.packs.bundles import MANIFEST

_TAKEN = (AttachmentKind.FILE, AttachmentKind.TEST_SET, *SIGNAL_KINDS)


@dataclass(frozen=True, slots=True)
class ListedFile:
    """What a file was before it was exported; of a test set also who labelled it, and what it was made from."""

    kind: AttachmentKind
    title: str
    algorithm: str
    labelled_by: str = ""
    made_from: str = ""


def listed_in_packs(files: Mapping[str, bytes]) -> dict[str, ListedFile]:
    """By path, the files, signals and test sets that packs among these files list; what is no list says nothing."""
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
            facts = row["facts"] if isinstance(row.get("facts"), dict) else {}
            algorithm = _algorithm(facts) if kind == AttachmentKind.HASH_LIST else ""
            provenance = (_line(facts.get("labelled_by")), _line(facts.get("made_from")))
            yield row["name"], ListedFile(kind, _line(row.get("title")), algorithm, *provenance)


def _algorithm(facts: Mapping[str, object]) -> str:
    algorithm = facts.get("algorithm")
    return str(algorithm) if algorithm in HashAlgorithm.values else ""


def _line(title: object) -> str:
    """The title, or the like, that it had; empty where none could be so."""
    try:
        return clean_optional_line(title)[:200].strip() if isinstance(title, str) else ""
    except DomainError:
        return ""
