"""docs/scale.md: the curves, the limits, the calculation for a hundred alliances; a summary in docs/performance.md."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.bars import at_most, table
from bench.pages.pair import Cost
from bench.processor_time import ProcessorTime
from bench.results_page import measured_by

SCALE_PAGE = Path(__file__).resolve().parents[2] / "docs" / "scale.md"
TITLE = "Growth"
NOTE = "a note of one word, published"  # without projections, files and recipients
TIMES = 5  # requests for each page
MOST_GROWTH = 1.5
_MEGA = 1e6
# What one alliance of 200 members does, for the calculation; each is an assumption that a reader may replace.
_ALLIANCES = 100
_PEOPLE, _PAGES_EACH = 800, 60  # on the day of a deadline
_BUSIEST_HOUR = 0.3  # share of the day's pages
_CHANGES_A_DAY, _HOT_PAGES = 40, 150
_WEB_PROCESSES, _CONNECTIONS = 2, 16
# of a node in `bench cluster`, with the demonstration: web server with two processes, worker with two, sweeper, beat
_MEGABYTES_OF_PROCESSES, _MEGABYTES_OF_A_MACHINE = 1_400, 64_000
_DAY = 86_400  # seconds
_DESK_PAGES = ("a member’s first page", "inbox", "journal", "secretariat")
_PUBLIC_PAGES = ("home", "members", "a member", "reports", "publications", "comparison")


@dataclass
class Measured:
    """One size: what each page costs, and each regular work; bytes of tables and of a backup."""

    members: int
    publications: int
    grown_in: float = 0.0
    pages: dict[str, Cost] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    work: dict[str, ProcessorTime] = field(default_factory=dict)
    bytes_of: dict[str, int] = field(default_factory=dict)
    backup_bytes: int = 0

    @property
    def title(self) -> str:
        return f"{self.members:,} members, {self.publications:,} publications"


def head(results: Sequence[Measured]) -> str:
    """What the page begins with."""
    load = " ".join(f"{each:.1f}" for each in os.getloadavg())
    return f"""# How far it grows

{measured_by("scale")} Load of the machine meanwhile: {load}; what is compared is
processor time, which that changes less than the clock. One database grows in steps; each new member has the reports,
figures and verdicts of one of the demonstration and what the search finds of it, each further publication is a revision
with an entry in the timeline, and the chain over all of them holds. Beside them stand as many journal entries, and an
inbox item for each. Bodies of publications are made for this, about 1 kB each; working copies, submissions, answers and
files are those of the demonstration alone.
"""


def sections(results: Sequence[Measured]) -> Mapping[str, str]:
    """The sections that a run writes, by title; others of the page are written by hand."""
    return {
        "Pages": f"""Milliseconds of the processor for one page, of the web process and the database's together, the
mean of {TIMES} requests, none from memory. The bar is {MOST_GROWTH} times from the smallest to the largest.

{_pages(results)}
{_failures(results)}
{_limits_of_pages(results)}""",
        "Regular work": _work(results),
        "What it takes on the disk": _bytes(results),
        "A hundred alliances on one cluster": _filled("calculation.md", results[-1]),
        "Where each engine's limit lies, and what is turned next": _filled("limits.md", results[-1]),
    }


def short_section(results: Sequence[Measured]) -> str:
    """What docs/performance.md says of it."""
    bars = [
        at_most(f"8. {name}, from 1× to {_times(results)}×", MOST_GROWTH, ratio, "times")
        for name, ratio in _growth(results).items()
    ]
    steps = "; ".join(result.title for result in results)
    return f"""{measured_by("scale")} {steps}: processor time of uncached pages at the
largest, in times of the smallest. All figures, where each engine's limit lies and what is turned next:
[scale.md](scale.md).

{table(bars)}"""


def _times(results: Sequence[Measured]) -> int:
    return results[-1].members // results[0].members


def _growth(results: Sequence[Measured]) -> dict[str, float]:
    first, last = results[0].pages, results[-1].pages
    return {name: last[name].all_ms / cost.all_ms for name, cost in first.items() if name in last}


def _pages(results: Sequence[Measured]) -> str:
    head = ["page", *(result.title for result in results), "times", "kB, largest", "of it the database, ms"]
    growth, last = _growth(results), results[-1].pages
    rows = []
    for name in results[0].pages:
        cells = [f"{result.pages[name].all_ms:.1f}" if name in result.pages else "–" for result in results]
        rest = ["–", "–", "–"]
        if name in last:
            mark = "**" if growth[name] > MOST_GROWTH else ""
            size = f"{last[name].bytes / 1000:,.0f}"
            rest = [f"{mark}{growth[name]:.2f}{mark}", size, f"{last[name].database_ms:.1f}"]
        rows.append([name, *cells, *rest])
    return _table(head, rows)


def _failures(results: Sequence[Measured]) -> str:
    return "".join(
        f"\n{result.title}: {name} was not answered ({failure}).\n"
        for result in results
        for name, failure in result.failures.items()
    )


def _limits_of_pages(results: Sequence[Measured]) -> str:
    over = {name: ratio for name, ratio in _growth(results).items() if ratio > MOST_GROWTH}
    if not over:
        return "The bar holds for all of them."
    ranked = sorted(over.items(), key=lambda each: -each[1])
    named = ", ".join(f"{name} ({ratio:.1f})" for name, ratio in ranked)
    return f"The bar **does not hold** for {named}."


def _work(results: Sequence[Measured]) -> str:
    head = [
        "work",
        *(f"{result.title}: ms of the processor" for result in results),
        f"seconds by the clock, {results[-1].title}",
    ]
    rows = [
        [name, *(f"{result.work[name].ms:,.0f}" for result in results), f"{spent.seconds:,.1f}"]
        for name, spent in results[-1].work.items()
    ]
    rows.append(["size of a backup, MB", *(f"{result.backup_bytes / _MEGA:,.0f}" for result in results), ""])
    return _table(head, rows)


def _bytes(results: Sequence[Measured]) -> str:
    head = [
        "MB, with indexes",
        *(result.title for result in results),
        f"bytes for a publication, {results[-1].title}",
    ]
    last = results[-1]
    rows = [
        [f"`{name}`" if "_" in name else name, *(f"{result.bytes_of[name] / _MEGA:,.0f}" for result in results),
         f"{size / last.publications:,.0f}"]
        for name, size in last.bytes_of.items()
    ]  # fmt: skip
    return _table(head, rows)


def _filled(template: str, last: Measured) -> str:
    """A text of this folder, filled with what was measured at the largest size and what is assumed."""
    desk_pages = [name for name in _DESK_PAGES if name in last.pages]
    public_pages = [name for name in _PUBLIC_PAGES if name in last.pages]
    desk, public = _mean(last, desk_pages), _mean(last, public_pages)
    people = _PEOPLE * _PAGES_EACH * desk / 1000
    hour = people * _BUSIEST_HOUR / 3600
    made_anew = _CHANGES_A_DAY * _HOT_PAGES * _WEB_PROCESSES * public / 1000
    return (
        Path(__file__)
        .with_name(template)
        .read_text()
        .format(
            size=last.title,
            times=TIMES,
            people=_PEOPLE,
            pages_each=_PAGES_EACH,
            busiest=_BUSIEST_HOUR,
            changes=_CHANGES_A_DAY,
            hot_pages=_HOT_PAGES,
            web_processes=_WEB_PROCESSES,
            desk=desk,
            desk_pages=", ".join(desk_pages),
            public=public,
            public_pages=", ".join(public_pages),
            desk_seconds=people,
            desk_seconds_all=people * _ALLIANCES,
            desk_cores_all=people * _ALLIANCES / _DAY,
            hour=hour,
            hour_all=hour * _ALLIANCES,
            hour_spread=hour * _ALLIANCES / 7,
            made_anew=made_anew,
            made_anew_all=made_anew * _ALLIANCES,
            made_anew_cores=made_anew * _ALLIANCES / _DAY,
            memory=_MEGABYTES_OF_PROCESSES,
            memory_all=_MEGABYTES_OF_PROCESSES * _ALLIANCES,
            machines=_MEGABYTES_OF_PROCESSES * _ALLIANCES / _MEGABYTES_OF_A_MACHINE,
            connections=_CONNECTIONS,
            connections_all=_CONNECTIONS * _ALLIANCES,
            desk_rate=1000 / desk,
            public_rate=1000 / public,
            share=_share(last),
            publish_ms=_ms(last, NOTE),
            chain_ms=_ms(last, "the chain computed again"),
            backup_seconds=_ms(last, "a backup") / 1000,
            backup_mb=last.backup_bytes / _MEGA,
        )
    )


def _mean(result: Measured, names: Sequence[str]) -> float:
    return sum(result.pages[name].all_ms for name in names) / max(1, len(names))


def _share(result: Measured) -> float:
    costs = result.pages.values()
    return sum(cost.database_ms for cost in costs) / max(1.0, sum(cost.all_ms for cost in costs))


def _ms(result: Measured, name: str) -> int:
    return round(result.work[name].ms)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(cells)} |" for cells in (head, *rows)]
    return "\n".join([lines[0], "|---" + "|---:" * (len(head) - 1) + "|", *lines[1:]])
