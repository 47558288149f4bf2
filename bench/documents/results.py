"""The results of the documents bench: its section of the results page, and its bars."""

from dataclasses import dataclass

from bench.bars import Bar, at_most, table
from bench.profiling import Spent, profile_table
from bench.results_page import measured_by

TITLE = "Documents"
PDF_TIMES, PDF_MEMORY, BOOK_TIMES, BOOK_MIB, CSV_TIMES = 1.5, 1.3, 1.3, 100, 2.0
SUMMARY_SECONDS, SUMMARY_MIB = 60, 300


@dataclass(frozen=True, slots=True)
class DocumentCost:
    """One document: processor time with that of the programs it started, MiB more than before, the largest program."""

    seconds: float
    ms: float
    grown: float
    started: float
    bytes: int

    @property
    def memory(self) -> float:
        return self.grown + self.started


@dataclass(frozen=True, slots=True)
class ComparedCost:
    """The portal's document and the peer's."""

    portal: DocumentCost
    peer: DocumentCost

    @property
    def times(self) -> float:
        return self.portal.ms / self.peer.ms


@dataclass(frozen=True, slots=True)
class DocumentResults:
    """Everything that one run has measured; `memory` in MiB after a tenth of the lines, `memory_longer` after half."""

    measures: int
    rows: int
    lines: int
    pdf: ComparedCost
    workbook: ComparedCost
    summary: DocumentCost
    members: int
    csv: float
    copied: float
    memory: float
    memory_longer: float
    profile: Spent | None = None  # of the CSV


def bars(figures: DocumentResults) -> list[Bar]:
    """Bar 6."""
    pdf = figures.pdf
    memory = pdf.portal.memory / pdf.peer.memory
    constant = figures.memory_longer / figures.memory
    return [
        at_most("6. A PDF, processor time", PDF_TIMES, pdf.times, "times typst"),
        at_most("6. A PDF, memory", PDF_MEMORY, memory, "times typst"),
        at_most("6. A workbook, processor time", BOOK_TIMES, figures.workbook.times, "times xlsxwriter"),
        at_most("6. A workbook, memory", BOOK_MIB, figures.workbook.portal.grown, "MiB"),
        at_most("A summary of the alliance, time", SUMMARY_SECONDS, figures.summary.seconds, "s"),
        at_most("A summary of the alliance, memory", SUMMARY_MIB, figures.summary.memory, "MiB"),
        at_most("6. CSV, processor time", CSV_TIMES, figures.csv / figures.copied, "times COPY"),
        at_most("6. CSV, memory of five times the lines", 1.2, constant, "times"),
    ]


def report(figures: DocumentResults) -> str:
    """The section."""
    head = _HEAD.format(
        measured=measured_by("documents"),
        measures=f"{figures.measures:,}",
        rows=f"{figures.rows:,}",
        lines=f"{figures.lines:,}",
        members=f"{figures.members:,}",
    )
    return "\n".join([
        head,
        "| document | kB | portal, CPU ms | MiB | peer | CPU ms | MiB | times |",
        "|---|---|---|---|---|---|---|---|",
        _row("report, PDF", "typst", figures.pdf),
        _row("workbook of a cycle", "xlsxwriter", figures.workbook),
        f"| summary of {figures.members} members, PDF | {figures.summary.bytes / 1000:,.0f}"
        f" | {figures.summary.ms:,.0f} | {figures.summary.memory:.0f} | | | | |",
        f"| journal, CSV | | {figures.csv:,.0f} | {figures.memory_longer:.1f} | COPY | {figures.copied:,.0f} | |"
        f" {figures.csv / figures.copied:.1f} |",
        "",
        table(bars(figures)),
        "",
        *_profile(figures),
    ])  # fmt: skip


def _profile(figures: DocumentResults) -> list[str]:
    """What the journal as CSV spends its time for; COPY only reads the rows and writes them."""
    if figures.profile is None:
        return []
    in_database = figures.profile.ms - figures.profile.own_ms
    share = figures.profile.scaled(figures.csv - in_database, in_database)
    return [
        f"The journal as CSV, by what its time buys; COPY, with {figures.copied:,.0f} ms, reads rows and writes cells:",
        "",
        *profile_table(share),
    ]


def _row(name: str, peer: str, cost: ComparedCost) -> str:
    return (
        f"| {name} | {cost.portal.bytes / 1000:,.0f} | {cost.portal.ms:,.0f} | {cost.portal.memory:.0f}"
        f" | {peer} | {cost.peer.ms:,.0f} | {cost.peer.memory:.0f} | {cost.times:.2f} |"
    )


_HEAD = """{measured} Each document is made in a process of its own,
in turn with its peer; the middle of the rounds counts. Processor time and memory are those of making it alone, with the
programs that are started for it, without reading what it says from the database.

The report is that of one member, its commitments repeated until there are {measures} measures, and typst alone is given
the very same order. The summary is that of a cycle of {members} members, made for this in bulk: each has the figures of
one of the demonstration with numbers of its own, and verdicts by chance; some were late, some did not file. Its time
and memory are those of the whole: reading the cycle from the database, drawing the charts, typesetting.

The workbook is that of a published cycle, its figures and texts repeated until they are {rows} rows; xlsxwriter alone
writes the same cells, without styles, widths or charts. The longest CSV is the journal, {lines} lines of it, streamed
as it is fetched: each entry is worded, with names as far as the reader may see them; COPY writes the bare columns. Its
time is that of this process and the database's. Every line passes through Python (a server-side
cursor and the writer of `csv`); the sentence of an entry, in the reader's
language, is not in the database, and what it is about is named as far as the reader may see it: for every 20,000 lines
each record that they name is read. What the database writes by itself, the open data, stands beside COPY below.
"""
