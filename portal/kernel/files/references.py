"""Which rows refer to stored files: what they name is kept, read through by the scrub, and looked for in backups."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet


@dataclass(frozen=True, slots=True)
class FileReference:
    """The rows of one table, each with the path of a stored file in `file` and its digest in `sha256`."""

    name: str
    rows: Callable[[], QuerySet[Any]]


_REFERENCES: dict[str, FileReference] = {}


def register_reference(name: str, rows: Callable[[], QuerySet[Any]]) -> None:
    """Register a table that refers to stored files; bytes to which no registered row refers are discarded."""
    _REFERENCES[name] = FileReference(name, rows)


def file_references() -> list[FileReference]:
    """All of them, in a fixed order."""
    return [_REFERENCES[name] for name in sorted(_REFERENCES)]


def is_referenced(path: str) -> bool:
    """Whether a row refers to the path. Called as SYSTEM, for others may have kept the same file."""
    return any(each.rows().filter(file=path).exists() for each in _REFERENCES.values())


def is_anything_referenced() -> bool:
    """Whether there ever was a file that is still wanted. Called as SYSTEM."""
    return any(each.rows().exclude(file="").exists() for each in _REFERENCES.values())


def digests_of(paths: Collection[str]) -> Mapping[str, str]:
    """The digest of each of the paths to which a row refers. One query for each table."""
    rows = (each.rows().filter(file__in=paths).values_list("file", "sha256") for each in _REFERENCES.values())
    return {path: sha256 for table in rows for path, sha256 in table}
