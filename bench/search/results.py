"""The results of the search bench: its section of the results page, and its bar."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.results_page import measured_by
from bench.search.mixes import MIX
from practices.queries.search import MAX_RANKED

_BAR_MS, _BAR_GROWTH = 50, 1.5


@dataclass(frozen=True)
class Result:
    """What one size of the table gave."""

    size: int
    times: dict[str, list[float]]
    raw: list[float]

    def all(self) -> list[float]:
        return [time for times in self.times.values() for time in times]


def percentile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def report(results: Sequence[Result]) -> str:
    """The section: both sizes side by side, with the bar."""
    large = results[-1]
    lines = [
        _HEAD.format(
            measured=measured_by("search"),
            pages=len(large.all()),
            cap=MAX_RANKED,
        )
    ]
    lines += [
        "| | " + " | ".join(f"{result.size:,} practices" for result in results) + " | ratio |",
        "|---|" + "---|" * (len(results) + 1),
        _row("**all pages, p50**", [percentile(result.all(), 0.5) for result in results]),
        _row("**all pages, p95**", [percentile(result.all(), 0.95) for result in results]),
        _row("the capped raw query beside it, p50", [percentile(result.raw, 0.5) for result in results]),
    ]
    for mix in MIX:
        lines.append(
            _row(
                f"{mix.name} ({mix.share} %), p95",
                [percentile(result.times[mix.name], 0.95) for result in results],
            )
        )
    lines.append(f"\n{verdict(results)}{_above(large)}\n")
    return "\n".join(lines)


def holds(results: Sequence[Result]) -> bool:
    """Whether the largest is quick enough, and not much slower than the smallest."""
    return percentile(results[-1].all(), 0.95) < _BAR_MS and _growth(results) <= _BAR_GROWTH


def verdict(results: Sequence[Result]) -> str:
    """The bar, and whether it holds, in one line."""
    large = results[-1]
    return (
        f"The bar: p95 over {large.size:,} under {_BAR_MS} ms,"
        f" and at most {_BAR_GROWTH} times that over {results[0].size:,}."
        f" {'It holds' if holds(results) else 'It does not hold'}:"
        f" {percentile(large.all(), 0.95):.1f} ms, {_growth(results):.2f} times."
    )


def _growth(results: Sequence[Result]) -> float:
    return percentile(results[-1].all(), 0.95) / percentile(results[0].all(), 0.95)


def _above(large: Result) -> str:
    """Which kinds of page miss the bar by themselves."""
    slow = [mix.name for mix in MIX if percentile(large.times[mix.name], 0.95) >= _BAR_MS]
    return (
        f" Above it by itself: {', '.join(slow)}."
        if slow
        else " Each kind of page is under it by itself too."
    )


def _row(name: str, values: Sequence[float]) -> str:
    cells = " | ".join(f"{value:.1f} ms" for value in values)
    return f"| {name} | {cells} | {values[-1] / values[0]:.2f} |" if values[0] else f"| {name} | {cells} | |"


TITLE = "Finding practices"
_HEAD = """{measured} Both sizes are measured in one run, one after the other,
by the portal's own code as the application's role, with row-level security on.

{pages} first pages of the library for each size, asked for by a member, an affiliate, a partner, the secretariat and
the public in a chance order, each three times (the middle one counts): the page's rows with snippets and adoptions,
how many there are, and the counts of all twelve facets. A millisecond is one that the database's process spends on
its processor, so that a busy machine does not change it. At most {cap} practices are ranked and counted.
"""
