"""The files made of a publication as rows of a table: what each is, its digest, or where it is in its making."""

from collections.abc import Sequence
from dataclasses import dataclass

from alliance.queries.public.public_files import MadeFile, files_of
from portal.kernel.documents import kind_label
from portal.kernel.web import address_of


@dataclass(frozen=True, slots=True)
class MadeFileRow:
    """One file; `url` is empty while there is none to take."""

    file: MadeFile
    label: str
    url: str


def made_file_rows(number: int) -> list[MadeFileRow]:
    """The files of a publication, those that hold before those that were replaced. Two queries."""
    return [_row(file) for file in files_of(number)]


def files_to_take(rows: Sequence[MadeFileRow], language: str) -> list[MadeFileRow]:
    """Those that are there in this language and were not replaced."""
    return [row for row in rows if row.url and not row.file.is_replaced and row.file.language == language]


def _row(file: MadeFile) -> MadeFileRow:
    url = address_of("public:publication-file", file.number, file.sha256) if file.is_ready else ""
    return MadeFileRow(file, kind_label(file.kind), url)
