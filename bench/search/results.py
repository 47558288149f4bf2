"""The results of the search bench: its section of the results page, and its bar."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bench.results_page import measured_by
from bench.search.mixes import MIX
from practices.queries.search import MAX_RANKED

_BAR_MS, _BAR_GROWTH, _BAR_TIMES = 50, 1.5, 2


@dataclass(frozen=True)
class Result:
    """What one size of the table gave."""

    size: int
    times: dict[str, list[float]]
    raw: list[float]
    whole: list[float] = field(default_factory=list)  # by hand, with all that a page shows
    profile: Mapping[str, float] = field(
        default_factory=dict
    )  # of a page with a word, by what a query is about

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
        _row(
            "the same by hand, with all that a page shows, p50",
            [percentile(result.whole, 0.5) for result in results],
        ),
    ]
    for mix in MIX:
        lines.append(
            _row(
                f"{mix.name} ({mix.share} %), p95",
                [percentile(result.times[mix.name], 0.95) for result in results],
            )
        )
    lines.append(f"\n{verdict(results)}{_above(large)}\n")
    lines += [_PROFILE.format(times=f"{_times(large):.1f}"), "| what | p50 |", "|---|---|"]
    spent = sorted(large.profile.items(), key=lambda item: -item[1])
    lines += [f"| {subject} | {ms:.1f} ms |" for subject, ms in spent]
    return "\n".join(lines)


def holds(results: Sequence[Result]) -> bool:
    """Whether the largest is quick enough, not much slower than the smallest, nor than the same by hand."""
    is_quick = percentile(results[-1].all(), 0.95) < _BAR_MS
    return is_quick and _growth(results) <= _BAR_GROWTH and _times(results[-1]) <= _BAR_TIMES


def verdict(results: Sequence[Result]) -> str:
    """The bar, and whether it holds, in one line."""
    large = results[-1]
    return (
        f"The bar: p95 over {large.size:,} under {_BAR_MS} ms,"
        f" and at most {_BAR_GROWTH} times that over {results[0].size:,}."
        f" {'It holds' if holds(results) else 'It does not hold'}:"
        f" {percentile(large.all(), 0.95):.1f} ms, {_growth(results):.2f} times. p50 is"
        f" {_times(large):.1f} times the same by hand (at most {_BAR_TIMES})."
    )


def _times(result: Result) -> float:
    """How many times the same by hand a page is, in the middle."""
    return percentile(result.all(), 0.5) / percentile(result.whole, 0.5)


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
_BY_HAND = "the same by hand, with all that a page shows, p50"
_PROFILE = """The capped raw query finds and ranks a word's hits, and no more. A page counts the hits by twelve
facets, marks the words in the passages of twenty, says who uses each, and asks for every hit whether the reader may see
it. The same by hand does all of that but the last, as the owner of the tables, to whom row-level security does not
apply: a page is {times} times as dear. Where the time of a page with a word goes, over the largest size:
"""
_HEAD = """{measured} Both sizes are measured in one run, one after the other,
by the portal's own code as the application's role, with row-level security on.

{pages} first pages of the library for each size, asked for by a member, an affiliate, a partner, the secretariat and
the public in a chance order, each three times (the middle one counts): the page's rows with snippets and adoptions,
how many there are, and the counts of all twelve facets. A millisecond is one that the database's process spends on
its processor, so that a busy machine does not change it. At most {cap} practices are ranked and counted.
"""
