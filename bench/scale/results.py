"""docs/scale.md: the curves, the limits, the calculation for a hundred alliances; a summary in docs/performance.md."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.bars import at_most, table
from bench.results_page import measured_by
from bench.scale.calculation import filled
from bench.scale.measured import API_LISTS, TIMES, Measured

SCALE_PAGE = Path(__file__).resolve().parents[2] / "docs" / "scale.md"
TITLE = "Growth"
MOST_GROWTH, MOST_KB = 1.5, 150
# written by hand of an earlier run: a new one makes it false
OF_EARLIER_RUN = ("Of the run above",)
FILES = ("feed", "the chain, as a file", *(f"API: {name}" for name in API_LISTS))  # no HTML
_MEGA = 1e6


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
        "A hundred alliances on one cluster": filled("calculation.md", results),
        "Where each engine's limit lies, and what is turned next": filled("limits.md", results),
    }


def short_section(results: Sequence[Measured]) -> str:
    """What docs/performance.md says of it."""
    bars = [
        at_most(f"8. {name}, from 1× to {_times(results)}×", MOST_GROWTH, ratio, "times")
        for name, ratio in _growth(results).items()
    ]
    last = results[-1]
    heaviest = max((cost.bytes, name) for name, cost in last.pages.items() if name not in FILES)
    bars.append(at_most(f"8. HTML, the heaviest page: {heaviest[1]}", MOST_KB, heaviest[0] / 1000, "kB"))
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


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(cells)} |" for cells in (head, *rows)]
    return "\n".join([lines[0], "|---" + "|---:" * (len(head) - 1) + "|", *lines[1:]])
