"""The job that builds a release: tables in one moment of the record, then what is made from them."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import IO, Any

from django.utils import translation

from alliance.documents.open_data.catalogue import catalogue
from alliance.documents.open_data.descriptor import descriptor
from alliance.documents.open_data.differences import TableChange, difference
from alliance.documents.open_data.formats import MOST_SHEET_ROWS, pieces_of, workbook_bytes, write_json
from alliance.documents.open_data.release import LANGUAGES, ReleaseFacts, in_language, release_facts
from alliance.documents.zip_writer import ZipWriter
from alliance.models import DataFile, DataRelease
from alliance.queries.public.data_tables import DataTable, data_tables
from alliance.queries.public.data_tables.writing import csv_header, one_moment, read_csv, write_csv
from alliance.queries.public.open_data import (
    CATALOGUE,
    DESCRIPTOR,
    PACKAGE,
    SUMS,
    latest_release,
    release_files,
)
from alliance.services.open_data import BuiltFile, discard_files, record_release, release_folder
from portal.kernel import files
from portal.kernel.files import DamagedFile, StoredBytes, Withheld, scratch_file
from portal.kernel.jobs import Claim

_Files = dict[str, IO[bytes]]  # by name


def build_open_data(claim: Claim) -> None:
    """Build all files of the record as it is now. Where they are those of the last release, nothing changes."""
    with ExitStack() as stack, translation.override("en"):
        built: _Files = {}
        facts, tables = _write_tables(built, stack)
        claim.renew()
        rows = {table.name: _write_formats(table, built, facts, stack) for table in tables}
        claim.renew()
        digests = {name: files.facts_of(file) for name, file in built.items()}
        _write_descriptions(facts, tables, built, digests, stack)
        last = latest_release()
        if last is not None and _is_same(last, facts, digests):
            with claim.finishing():
                return
        changes = _changes(tables, built, digests, last) if last else []
        with _stored(built, digests) as stored, claim.finishing():
            as_of = facts.as_of if facts.number else None
            record_release(number=facts.number, as_of=as_of, rows=rows, changes=changes, built=stored)


def _write_tables(built: _Files, stack: ExitStack) -> tuple[ReleaseFacts, list[DataTable]]:
    tables = data_tables()
    with one_moment():
        facts = release_facts()
        for table in tables:
            target = built[f"{table.name}.csv"] = stack.enter_context(scratch_file())
            write_csv(table, target)
    return facts, tables


def _write_formats(table: DataTable, built: _Files, facts: ReleaseFacts, stack: ExitStack) -> int:
    """The other formats of the table; returns its number of rows."""
    source = built[f"{table.name}.csv"]
    target = built[f"{table.name}.json"] = stack.enter_context(scratch_file())
    rows = write_json(table, source, target, facts)
    if rows <= MOST_SHEET_ROWS:
        book = built[f"{table.name}.xlsx"] = stack.enter_context(scratch_file())
        book.write(workbook_bytes(table, source, facts))
    return rows


def _write_descriptions(
    facts: ReleaseFacts,
    tables: Sequence[DataTable],
    built: _Files,
    digests: dict[str, StoredBytes],
    stack: ExitStack,
) -> None:
    """The description, the catalogue, the package and the list of digests."""

    def add(name: str, content: bytes) -> None:
        file = built[name] = stack.enter_context(scratch_file())
        file.write(content)
        digests[name] = files.facts_of(file)

    description = descriptor(facts, tables, digests)
    add(DESCRIPTOR, _json(description))
    add(CATALOGUE, _json(catalogue(facts, tables, digests)))
    built[PACKAGE] = stack.enter_context(_package(facts, tables, built, description))
    digests[PACKAGE] = files.facts_of(built[PACKAGE])
    sums = "".join(f"{digests[name].sha256}  {name}\n" for name in sorted(built) if name != CATALOGUE)
    add(SUMS, sums.encode())


def _package(
    facts: ReleaseFacts,
    tables: Sequence[DataTable],
    built: Mapping[str, IO[bytes]],
    description: Mapping[str, Any],
) -> IO[bytes]:
    """A zip of the tables as CSV with their description, and the dictionary as a page in both languages."""
    archive = ZipWriter()
    with archive.closed_on_failure():
        for table in tables:
            name = f"{table.name}.csv"
            archive.add_pieces(name, in_language("en", table.row), pieces_of(built[name]))
        archive.add_json(DESCRIPTOR, "Data Package", description)
        return archive.finish(
            "alliance/documents/open_data.html", facts=facts, tables=tables, languages=LANGUAGES
        )


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


# --- Beside the release before -----------------------------------------------------------------


def _is_same(last: DataRelease, facts: ReleaseFacts, digests: Mapping[str, StoredBytes]) -> bool:
    earlier = {name: file.sha256 for name, file in release_files(last).items()}
    return last.number == facts.number and earlier == {name: each.sha256 for name, each in digests.items()}


def _changes(
    tables: Sequence[DataTable],
    built: Mapping[str, IO[bytes]],
    digests: Mapping[str, StoredBytes],
    last: DataRelease,
) -> list[dict[str, Any]]:
    """What changed in each table; those whose bytes are the same are not read."""
    earlier = {name: file.sha256 for name, file in release_files(last).items()}
    changes = [
        _change(table, built, last)
        for table in tables
        if earlier.get(f"{table.name}.csv") != digests[f"{table.name}.csv"].sha256
    ]
    return [change.as_json() for change in changes if change]


def _change(table: DataTable, built: Mapping[str, IO[bytes]], last: DataRelease) -> TableChange:
    """What changed in the table; all of a table that there was not before is new."""
    name = f"{table.name}.csv"
    rows = read_csv(pieces_of(built[name]))
    earlier: DataFile | None = release_files(last).get(name)
    if earlier is None:
        return difference(table, table.header, [], rows)
    try:
        with files.open_file(earlier.file, earlier.sha256) as file:
            header, before = csv_header(file)
            return difference(table, header, before, rows)
    except (DamagedFile, Withheld):
        return TableChange(table.name)


@contextmanager
def _stored(built: Mapping[str, IO[bytes]], digests: Mapping[str, StoredBytes]) -> Iterator[list[BuiltFile]]:
    """The files in the storage, under a name of this attempt; they go again where it does not finish."""
    folder, stored = release_folder(), list[BuiltFile]()
    try:
        for name, file in built.items():
            stored.append(BuiltFile(name, files.store_at(folder, file), digests[name]))
        yield stored
    except BaseException:
        discard_files([each.path for each in stored])
        raise
