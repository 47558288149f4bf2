"""The largest table of the open data with as many rows as wanted: written by the portal, and by COPY alone."""

import os
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.db import connection, connections
from django.db.backends.utils import CursorWrapper
from django.db.models import QuerySet

from alliance.documents.open_data.formats import write_json
from alliance.documents.open_data.release import release_facts
from alliance.models import PublishedFigure
from alliance.queries.public.data_tables import DataScope, DataTable, find_table
from alliance.queries.public.data_tables.writing import one_moment, write_csv
from bench.processor_time import ProcessorTime
from portal.kernel.access import owner_alias
from portal.kernel.files import scratch_file

# the plain columns in the same order: what the database does without the portal
_COPY = """
COPY (SELECT f.indicator_key, o.slug, s.slug, c.slug, c.starts_on, c.ends_on, h.key, h.version, f.cell,
      f.status, f.value, f.choice, f.numerator, f.denominator, f.lower, f.upper, f.estimate, f.method, f.reason,
      f.definition_changed, f.definition_note, f.corrected_in, f.was ->> 'value', f.valid_from
      FROM alliance_publishedfigure f JOIN alliance_organisation o ON o.id = f.organisation_id
      JOIN alliance_cycle c ON c.id = f.cycle_id JOIN alliance_charter h ON h.id = c.charter_id
      LEFT JOIN alliance_service s ON s.id = f.service_id WHERE f.valid_to IS NULL
      ORDER BY f.indicator_key COLLATE "C", o.slug COLLATE "C", coalesce(s.slug, '') COLLATE "C", c.slug COLLATE "C",
      f.cell COLLATE "C") TO STDOUT (FORMAT csv)
"""
ROWS_ALONE = "the rows, joined and sorted, with an empty line for each"
_LEFT_OUT = {"id", "cell"}


@dataclass(frozen=True, slots=True)
class TableCost:
    """What a table has cost: milliseconds of the processor, here and in the database; seconds by the clock."""

    ms: float
    seconds: float


def extend_figures(rows: int) -> int:
    """Fill the published figures to so many by repeating those that there are; returns how many."""
    names = [field.column for field in PublishedFigure._meta.concrete_fields if field.column not in _LEFT_OUT]
    columns = ", ".join(f'"{name}"' for name in names)
    missing = max(0, rows - figure_count())
    with connections[owner_alias()].cursor() as cursor:
        cursor.execute("SELECT set_config('portal.kind', 'system', false)")
        cursor.execute(
            f"INSERT INTO alliance_publishedfigure ({columns}, cell) SELECT {columns}, 'part=' || copy"
            " FROM (SELECT * FROM alliance_publishedfigure WHERE valid_to IS NULL ORDER BY id LIMIT 1000) one,"
            " generate_series(1, %s) copy LIMIT %s",
            [missing, missing],
        )
        cursor.execute("VACUUM ANALYZE alliance_publishedfigure")
    return figure_count()


def figure_count() -> int:
    return PublishedFigure.objects.current().count()


def export() -> TableCost:
    """The table as CSV, as the worker writes it."""
    with Path(os.devnull).open("wb") as sink, one_moment(), ProcessorTime() as spent:
        write_csv(_figures(), sink)
    return TableCost(spent.ms, spent.seconds)


def copy() -> TableCost:
    """The same columns and rows by PostgreSQL alone."""
    with (
        Path(os.devnull).open("wb") as sink,
        one_moment(),
        connection.cursor() as cursor,
        ProcessorTime() as spent,
    ):
        cursor.copy_expert(_COPY, sink)
    return TableCost(spent.ms, spent.seconds)


def column_costs() -> dict[str, float]:
    """Milliseconds of the database's processor: of the rows alone, joined and sorted, and what each column adds.

    Each is written by itself from the portal's own statement; the database leaves out what nobody asks for.
    """
    table = _figures()
    rows = table.source(DataScope())
    assert isinstance(rows, QuerySet)
    query = rows.query.get_compiler(connection=connection).as_sql()
    names = [f"c{place}" for place in range(len(table.header))]
    with one_moment(), connection.cursor() as cursor:
        source = f"({cursor.mogrify(*query).decode()}) AS t ({', '.join(names)})"
        alone = _cost_of(cursor, f"SELECT 1 FROM {source}")
        costs = {
            title: max(0.0, _cost_of(cursor, f"SELECT {name} FROM {source}") - alone)
            for title, name in zip(table.header, names, strict=True)
        }
    return {ROWS_ALONE: alone, **costs}


def _cost_of(cursor: CursorWrapper, statement: str) -> float:
    with Path(os.devnull).open("wb") as sink, ProcessorTime() as spent:
        cursor.copy_expert(f"COPY ({statement}) TO STDOUT (FORMAT csv)", sink)
    return spent.ms


def peak_memory() -> tuple[float, float]:
    """The peak in MiB while the table is written as CSV, and while JSON is made from that."""
    table, facts = _figures(), release_facts()
    with scratch_file() as source, scratch_file() as target:

        def as_csv() -> None:
            with one_moment():
                write_csv(table, source)

        return _peak(as_csv), _peak(lambda: write_json(table, source, target, facts))


def _peak(act: Callable[[], object]) -> float:
    tracemalloc.start()
    act()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 2**20


def _figures() -> DataTable:
    table = find_table("figures")
    assert table is not None
    return table
