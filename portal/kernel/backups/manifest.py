"""The manifest: what an archive holds, and from which portal it comes."""

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime

from portal.kernel.files import find_digest

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its columns in their order, how many rows, and the SHA-256 of the rows as PostgreSQL writes them."""

    columns: list[str]
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Part:
    """One file of the archive, as it lies there."""

    sha256: str
    bytes: int


@dataclass(slots=True)
class Manifest:
    """All that a restore needs to know beforehand, and checks afterwards."""

    portal: str
    postgres: int
    taken_at: datetime
    migrations: list[tuple[str, str]]
    publications: int
    publications_sha256: str
    row_security: list[str]
    sequences: dict[str, tuple[int, bool]]
    tables: dict[str, Table] = field(default_factory=dict)
    parts: dict[str, Part] = field(default_factory=dict)
    # the digests that stored files should have had which were missing, or had another, when the backup was taken
    damaged: dict[str, str] = field(default_factory=dict)
    # stored files with other bytes than their names say, which no row needed any more
    unneeded: list[str] = field(default_factory=list)
    # of divided tables the months and years that had parts of their own, by their names
    partitions: dict[str, list[str]] = field(default_factory=dict)
    format: int = FORMAT

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables.values())

    @property
    def files(self) -> dict[str, Part]:
        """The stored files by their path in the storage."""
        begin = "files/"
        return {name.removeprefix(begin): part for name, part in self.parts.items() if name.startswith(begin)}

    def damage_lines(self) -> list[str]:
        """A line on each stored file whose bytes are not those of its digest: as noted, or as its name says."""
        named = {path: find_digest(path) for path in self.files if path not in self.unneeded}
        digests = {path: digest for path, digest in named.items() if digest} | self.damaged
        return [
            f"{'damaged' if path in self.files else 'missing'}: {path}"
            for path, digest in sorted(digests.items())
            if path not in self.files or self.files[path].sha256 != digest
        ]

    def dumps(self) -> bytes:
        """As JSON that a person can read."""
        facts = {**asdict(self), "taken_at": self.taken_at.isoformat()}
        return (json.dumps(facts, indent=1, sort_keys=True) + "\n").encode()


def loads(raw: bytes) -> Manifest:
    """Read a manifest. Raises BackupError for what this portal does not know."""
    try:
        facts = json.loads(raw)
        archive_format = facts["format"]
    except (ValueError, KeyError, TypeError):
        raise BackupError("The manifest of the archive cannot be read: the archive is damaged.") from None
    if archive_format != FORMAT:
        raise BackupError(f"The archive is of format {archive_format}; this portal knows format {FORMAT}.")
    try:
        return Manifest(
            **{
                **facts,
                "taken_at": datetime.fromisoformat(facts["taken_at"]),
                "migrations": [(app, name) for app, name in facts["migrations"]],
                "sequences": {name: (value, called) for name, (value, called) in facts["sequences"].items()},
                "tables": {name: Table(**table) for name, table in facts["tables"].items()},
                "parts": {name: Part(**part) for name, part in facts["parts"].items()},
            }
        )
    except (KeyError, TypeError, ValueError):
        raise BackupError("The manifest of the archive is not whole: the archive is damaged.") from None


class BackupError(Exception):
    """A plain sentence for the operator: what is wrong, and what to do."""
