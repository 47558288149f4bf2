"""The results of the bench of the open data: its section of the results page, and its bars."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bench.bars import Bar, at_most, table
from bench.results_page import measured_by

TITLE = "Open data"
TIMES, MEMORY = 2.0, 1.25
# columns that COPY does not write
NOT_IN_COPY = (
    *("series", "series_from", "break_reason_en", "break_reason_ru"),
    *("users_from", "users_to", "rate_from", "rate_to"),
)
_DEAREST = 8  # columns that the table names


@dataclass(frozen=True, slots=True)
class DataResults:
    """Milliseconds of the processor and seconds by the clock; MiB at a tenth of the rows and at all of them."""

    rows: int
    csv_ms: float
    csv_seconds: float
    copy_ms: float
    copy_seconds: float
    csv_memory: tuple[float, float]
    json_memory: tuple[float, float]
    columns: Mapping[str, float] = field(
        default_factory=dict
    )  # milliseconds of each by itself, the rows alone first


def bars(results: DataResults) -> list[Bar]:
    """As fast as the database, in memory that does not grow."""
    return [
        at_most("processor time of the CSV, of COPY’s", TIMES, results.csv_ms / results.copy_ms, "times"),
        at_most(
            "memory of the CSV, of that at a tenth of the rows", MEMORY, _growth(results.csv_memory), "times"
        ),
        at_most(
            "memory of the JSON, of that at a tenth of the rows",
            MEMORY,
            _growth(results.json_memory),
            "times",
        ),
    ]


def _growth(memory: tuple[float, float]) -> float:
    """How much more it is; a megabyte more or less counts as the same."""
    return max(1.0, memory[1]) / max(1.0, memory[0])


def report(results: DataResults) -> str:
    """The section."""
    fewer, more = f"{results.rows // 10:,} rows", f"{results.rows:,} rows"
    return f"""{measured_by("open_data")}

The table of figures with {more}, sorted by its key: as the worker writes it for `/data/v1/figures.csv`, with
every cell made ready, and the same columns and rows by COPY alone. Both as the application’s role, in one transaction.

| | processor | by the clock |
|---|---|---|
| CSV of the open data | {results.csv_ms:,.0f} ms | {results.csv_seconds:.1f} s |
| COPY beside it | {results.copy_ms:,.0f} ms | {results.copy_seconds:.1f} s |
| ratio | {results.csv_ms / results.copy_ms:.2f} | {results.csv_seconds / results.copy_seconds:.2f} |

| peak of Python’s memory | {fewer} | {more} |
|---|---|---|
| CSV | {results.csv_memory[0]:.1f} MiB | {results.csv_memory[1]:.1f} MiB |
| JSON, made from it | {results.json_memory[0]:.1f} MiB | {results.json_memory[1]:.1f} MiB |

{table(bars(results))}
{_columns(results)}"""


def _columns(results: DataResults) -> str:
    """What the columns add to the rows: COPY writes them as they lie, the portal makes cells of them."""
    if not results.columns:
        return ""
    rows, *columns = results.columns.items()
    dearest = sorted(columns, key=lambda column: -column[1])[:_DEAREST]
    lines = "\n".join(
        f"| {name} | {ms:,.0f} |" for name, ms in (rows, *((f"`{name}`", ms) for name, ms in dearest))
    )
    alone = sum(ms for name, ms in columns if name in NOT_IN_COPY)
    rest = results.csv_ms - alone
    return f"""
What the portal's statement costs, written column by column: the rows alone, then what each column adds to them, the
{len(dearest)} dearest of {len(columns)}.

| what is written | ms |
|---|---:|
{lines}

COPY has no {", ".join(f"`{name}`" for name in NOT_IN_COPY)}: a figure's place in its series through all versions of
the charter, and what it is for each million users. They add {alone:,.0f} ms; the other {rest:,.0f} stand beside
{results.copy_ms:,.0f}: {rest / results.copy_ms:.2f} times.
"""
