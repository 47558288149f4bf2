"""What the list of files in an exported pack says of its files, for an import: it may have been changed by anybody."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any
from unicodedata import normalize

from portal.kernel.errors import DomainError
from portal.kernel.text import clean_optional_line
from practices.enums import SIGNAL_KINDS, AttachmentKind, HashAlgorithm
from practices.packs.bundles import MANIFEST

_TAKEN = (AttachmentKind.FILE, AttachmentKind.TEST_SET, *SIGNAL_KINDS)
_MOST_NAMED = 20  # files in a sentence


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


def names_in_list(raw: bytes) -> list[str] | None:
    """The names that the list of a pack has, as files are called here; None where it cannot be read as a list."""
    rows = _rows(raw)
    return None if rows is None else [normalize("NFC", row["name"]) for row in rows]


def as_line(names: Sequence[str]) -> str:
    """The first of these names in one line; one that cannot be shown is left out."""
    shown = list(filter(None, map(_line, names)))
    return ", ".join(shown[:_MOST_NAMED]) + ("…" if len(shown) > _MOST_NAMED else "")


def _rows(raw: bytes) -> list[dict[str, Any]] | None:
    try:
        manifest = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    rows = manifest.get("files") if isinstance(manifest, dict) else None
    if not isinstance(rows, list):
        return None
    return [row for row in rows if isinstance(row, dict) and isinstance(row.get("name"), str)]


def _entries(raw: bytes) -> Iterator[tuple[str, ListedFile]]:
    for row in _rows(raw) or ():
        if row.get("kind") in _TAKEN:
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
