"""The results of the desks bench: its section of the results page, and its bars."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bench.bars import Bar, table
from bench.results_page import measured_by
from bench.yardstick import in_words

TITLE = "Desks of a large alliance"
PUBLIC_TITLE = "Public pages of a large alliance"
DESK_MS, PUBLIC_MS = 150, 100
MOST_TIMES = 1.5  # of the small alliance's
MOST_KB, MOST_COMPRESSED_KB = 150, 30
_DEAREST = 40  # pages that the table names
_AS_FULL = 0.75  # of the rows of the large one


@dataclass(frozen=True, slots=True)
class PageCost:
    """What one page costs: processor time of the web process and of the database's, queries, bytes."""

    ms: float
    database_ms: float
    queries: int
    bytes: int
    compressed: int
    is_html: bool
    values: int = 0  # of a file for programs or tables: cells, members of objects; pages have none
    rows: int = 0  # of tables, lists, selects and feeds

    @property
    def all_ms(self) -> float:
        return self.ms + self.database_ms

    @property
    def value_ms(self) -> float:
        return self.all_ms / max(1, self.values)


@dataclass(frozen=True, slots=True)
class ComparedPage:
    """A page of the large alliance, and of the small one where it is there, too."""

    name: str
    reader: str
    large: PageCost
    small: PageCost | None
    # of some pages, in an alliance as small whose lists fill a page or whose record is as long: the one with more rows
    full: PageCost | None = None

    def beside(self, other: PageCost | None) -> "ComparedPage":
        """Beside the page of one more alliance, where that shows more rows than those before."""
        rows = self.full.rows if self.full else -1
        return replace(self, full=other) if other and other.rows > rows else self

    @property
    def is_file(self) -> bool:
        """It is as long as there are rows, in CSV or JSON: measured by its values alone."""
        return self.large.values > 0

    @property
    def has_dear_values(self) -> bool:
        """A value costs more than in the small alliance."""
        return (
            self.is_file and self.small is not None and self.large.value_ms > MOST_TIMES * self.small.value_ms
        )

    @property
    def limit_ms(self) -> int:
        return DESK_MS if self.reader else PUBLIC_MS

    @property
    def times(self) -> float:
        """How much dearer it is in the large alliance."""
        base = self.full if self.is_as_full else self.small
        return self.large.all_ms / base.all_ms if base else 1.0

    @property
    def is_longer_and_dearer(self) -> bool:
        """It costs too much beside the small one, and shows more rows: the rows may be all that it costs more."""
        if self.small is None or self.is_file:
            return False
        return self.large.rows > self.small.rows and self._is_dearer_than(self.small)

    @property
    def is_as_full(self) -> bool:
        """A further alliance shows nearly as many rows: then it is the one to compare with."""
        return self.full is not None and self.full.rows >= _AS_FULL * self.large.rows

    @property
    def grows(self) -> bool:
        """It costs too much beside a smaller alliance, where that has them: at as many rows."""
        base = self.full if self.is_as_full else self.small
        return base is not None and self._is_dearer_than(base)

    def _is_dearer_than(self, base: PageCost) -> bool:
        return round(self.large.all_ms / base.all_ms, 1) > MOST_TIMES

    @property
    def faults(self) -> list[str]:
        """Which bars it misses, in words."""
        if self.is_file:
            return ["a value is dearer than in the small one"] if self.has_dear_values else []
        faults = []
        if self.large.all_ms >= self.limit_ms:
            faults.append(f"{self.limit_ms} ms")
        if self.grows:
            beside = " of as many rows" if self.is_as_full else ""
            faults.append(f"{self.times:.1f} times the small one{beside}")
        if self.small and self.large.queries > self.small.queries:
            faults.append(f"{self.large.queries - self.small.queries} queries more")
        if self.large.is_html and self.large.bytes > MOST_KB * 1000:
            faults.append(f"{MOST_KB} kB")
        if self.large.is_html and self.large.compressed > MOST_COMPRESSED_KB * 1000:
            faults.append(f"{MOST_COMPRESSED_KB} kB compressed")
        return faults


@dataclass(frozen=True, slots=True)
class DeskResults:
    """Everything that one run has measured; `sizes` are sentences, `left_out` pages that nothing fills."""

    pages: Sequence[ComparedPage]
    failures: Sequence[str]
    left_out: Sequence[str]
    database_bytes: int = 0  # of the large alliance
    slowness: Sequence[float] = ()  # of the machine, as the yardstick measured it beside each request

    @property
    def worst_first(self) -> list[ComparedPage]:
        return sorted(self.pages, key=lambda page: -page.large.all_ms / page.limit_ms)


def bars(results: DeskResults) -> list[Bar]:
    """Bars 8 and 9."""
    files = [page for page in results.pages if page.is_file]
    pages = [page for page in results.pages if not page.is_file]
    desks, public = [page for page in pages if page.reader], [page for page in pages if not page.reader]
    addresses = [page for page in results.pages if not page.reader]
    html = [page for page in pages if page.large.is_html]
    return [
        _bar("9. Desk pages, processor time", f"under {DESK_MS} ms", desks, lambda page: page.large.all_ms < DESK_MS),
        _bar("9. Public pages, uncached", f"under {PUBLIC_MS} ms", public, lambda page: page.large.all_ms < PUBLIC_MS),
        _bar("9. The same, files for programs among them", f"under {PUBLIC_MS} ms", addresses,
             lambda page: page.large.all_ms < PUBLIC_MS),
        _bar("9. Queries", "no more than in the small alliance", pages,
             lambda page: page.small is None or page.large.queries <= page.small.queries),
        _bar("8. Processor time, at as many rows", f"at most {MOST_TIMES:g} times the small one's", pages,
             lambda page: not page.grows),
        _bar("Of the bench's own: files, processor time of a value", f"at most {MOST_TIMES:g} times the small one's",
             files, lambda page: not page.has_dear_values),
        _bar("8. HTML", f"at most {MOST_KB} kB", html, lambda page: page.large.bytes <= MOST_KB * 1000),
        _bar("8. HTML, compressed", f"at most {MOST_COMPRESSED_KB} kB", html,
             lambda page: page.large.compressed <= MOST_COMPRESSED_KB * 1000),
    ]  # fmt: skip


def _bar(
    subject: str, requirement: str, pages: Sequence[ComparedPage], holds: Callable[[ComparedPage], bool]
) -> Bar:
    missed = [page for page in pages if not holds(page)]
    return Bar(subject, requirement, f"{len(pages) - len(missed)} of {len(pages)}", not missed)


def report(results: DeskResults) -> str:
    """The section: the bars, the pages that miss one, then the dearest of all."""
    worst = results.worst_first
    missing = [page for page in worst if page.faults]
    return "\n".join([
        _HEAD.format(measured=measured_by("desks"), pages=len(worst), left_out=len(results.left_out),
                     database=f"{results.database_bytes / 1e6:,.0f}", speed=in_words(results.slowness)),
        table(bars(results)),
        "",
        *(["Pages that miss a bar:", "", *_table(missing), ""] if missing else []),
        *_longer_table([page for page in worst if page.full is not None]),
        f"The {min(_DEAREST, len(worst))} dearest pages, measured by their bar:",
        "",
        *_table(worst[:_DEAREST]),
        *(["", "Not answered with a page: " + "; ".join(results.failures) + "."] if results.failures else []),
    ])  # fmt: skip


def public_report(results: DeskResults) -> str:
    """The section of every public page, the dearest first: beside both smaller alliances, and what it misses."""
    pages = [page for page in results.worst_first if not page.reader]
    return "\n".join([
        _PUBLIC_HEAD.format(measured=measured_by("desks"), pages=len(pages)),
        "| page | rows | small | full | CPU ms | database | small | full | queries | small | kB | misses |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|",
        *map(_public_row, pages),
    ])  # fmt: skip


def _public_row(page: ComparedPage) -> str:
    large, small, full = page.large, page.small, page.full
    cells = [
        f"`{page.name.replace('|', '%7C')}`",
        "file" if page.is_file else str(large.rows),
        str(small.rows) if small and not page.is_file else "",
        str(full.rows) if full and not page.is_file else "",
        f"{large.all_ms:.0f}",
        f"{large.database_ms:.1f}",
        f"{small.all_ms:.0f}" if small else "",
        f"{full.all_ms:.0f}" if full else "",
        str(large.queries),
        str(small.queries) if small else "",
        f"{large.bytes / 1000:.0f}",
        ", ".join(page.faults),
    ]
    return f"| {' | '.join(cells)} |"


def _table(pages: Sequence[ComparedPage]) -> list[str]:
    return [
        "| page | asked by | CPU ms | of which the database's | small | queries | small | kB | compressed | misses |",
        "|---|---|---|---|---|---|---|---|---|---|",
        *map(_row, pages),
    ]


def _row(page: ComparedPage) -> str:
    large, small = page.large, page.small
    name = page.name.replace("|", "%7C")
    return (
        f"| `{name}` | {page.reader or 'the public'} | {large.all_ms:.0f} | {large.database_ms:.1f}"
        f" | {f'{small.all_ms:.0f}' if small else ''} | {large.queries} | {small.queries if small else ''}"
        f" | {large.bytes / 1000:.0f} | {large.compressed / 1000:.1f} | {', '.join(page.faults)} |"
    )


def _longer_table(pages: Sequence[ComparedPage]) -> list[str]:
    """Lists that are dear beside the small alliance: what they cost in all three, and how many rows they show."""
    if not pages:
        return []
    return [
        "Pages that cost too much beside the small alliance and show more rows than there, beside full lists:",
        "",
        "| page | asked by | rows | small | full | CPU ms | small | full | times the small | times the full |",
        "|---|---|---|---|---|---|---|---|---|---|",
        *(_longer_row(page) for page in pages),
        "",
    ]


def _longer_row(page: ComparedPage) -> str:
    large, small, full = page.large, page.small, page.full
    assert small is not None, "it is in all three"
    assert full is not None, "it is in all three"
    name = page.name.replace("|", "%7C")
    return (
        f"| `{name}` | {page.reader or 'the public'} | {large.rows} | {small.rows} | {full.rows}"
        f" | {large.all_ms:.0f} | {small.all_ms:.0f} | {full.all_ms:.0f} | {large.all_ms / small.all_ms:.1f}"
        f" | {large.all_ms / full.all_ms:.1f}{'' if page.is_as_full else ', not as full'} |"
    )


_PUBLIC_HEAD = """{measured} Every one of the {pages} pages and files that the policy tables
show to everybody and this alliance fills, in the same alliances and by the same bars as the desks above: under 100 ms
and 150 kB, and beside the small alliance, or one whose lists are as full, at most 1.5 times. Files are measured by
their values. The search has every passage, figure and verdict of the reports here.
"""
_HEAD = """{measured} An alliance of 200 members who report on 40 commitments, each
with a measure, for 22 half-years: 20 are published, one is in review, one is open; one member in ten has never filed;
12,000 supporters, 500,000 entries of the journal. Its database has {database} MB.
Beside it a small one of the same shape: 10 members, 5 half-years, a twentieth of the rest. Five members have come
through three half-years by the portal's own acts; everything else is copied from theirs, straight into the tables.

{pages} pages are asked for, as a manager, a reviewer, a member's editor and signatory, and as the public, by one
process that is warm, the middle of several requests each; public ones are not answered from memory. A millisecond is
one that the web process or the database's spends on its processor; queries are all but those that open and end the
transaction. They are the pages of the policy tables (`tests/policy`); {left_out} of those show nothing that such an
alliance has more of.

{speed}

A file of CSV or JSON has every row of the whole list, where a page has fifty: it cannot cost what it costs in a small
alliance. It is measured by its values alone, cells and members of objects: its limit is 1.5 times what one costs there.

A list shows ten rows where the small alliance has ten, and fifty in the large one: a page that costs too much beside
the small one, and has more rows (of tables, lists, selects and feeds) than there, is asked for in two more alliances:
one as small but of 100 members, whose lists fill a page, and one as small whose record is as long as the large one's.
Where either shows three quarters of the rows or more, the one with more rows is the one to compare with; a page that
is not paged grows on, has fewer rows there too, and stays beside the small one.

A warm process has summed what is the same for all readers: the verdicts and figures of all members between two cycles,
the verdicts of each cycle. The first page after a publication that asks for it pays for all the others: *What changed*
and the home page of the large alliance cost some 40 and 20 ms more then.

What this leaves out: a table or a chart that has each half-year has twenty of them where the others have few
(comparison over time and as a table, figures by cycle), and whoever names the best of all members has read the last
half-year of two hundred (a commitment's drawing, the ranking). Such pages are dearer by what they show in a row.
"""
