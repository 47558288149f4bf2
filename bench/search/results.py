"""The results of the search bench: its section of the results page, and its bars."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bench.bars import Bar, all_hold, at_most, table
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
    listed: Mapping[str, list[float]] = field(default_factory=dict)  # of the public list, by kind of page

    def all_listed(self) -> list[float]:
        return [time for times in self.listed.values() for time in times]

    def all(self) -> list[float]:
        return [time for times in self.times.values() for time in times]


def percentile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def report(results: Sequence[Result]) -> str:
    """The section: both sizes side by side, with the bars."""
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
    # of few pages there may be none of a rare kind
    for mix in (each for each in MIX if all(result.times[each.name] for result in results)):
        lines.append(
            _row(
                f"{mix.name} ({mix.share} %), p95",
                [percentile(result.times[mix.name], 0.95) for result in results],
            )
        )
    lines += _listed_rows(results) if large.all_listed() else []
    lines.append(f"\n{table(bars(results))}\n\n{_above(large)}\n")
    ratios = {"raw": f"{_times(large, large.raw):.1f}", "whole": f"{_times(large, large.whole):.1f}"}
    lines += [_PROFILE.format(**ratios), "| what | p50 |", "|---|---|"]
    spent = sorted(large.profile.items(), key=lambda item: -item[1])
    lines += [f"| {subject} | {ms:.1f} ms |" for subject, ms in spent]
    return "\n".join(lines)


def bars(results: Sequence[Result]) -> list[Bar]:
    """Bar 5 as it is written, beside the bare query, and bar 8."""
    large, of_raw = results[-1], "times the capped raw query"
    return [
        at_most(f"5. p50 over {large.size:,}", _BAR_TIMES, _times(large, large.raw), of_raw),
        at_most(f"5. p95 over {large.size:,}", _BAR_MS, percentile(large.all(), 0.95), "ms"),
        at_most(f"8. p95, beside that over {results[0].size:,}", _BAR_GROWTH, _growth(results), "times"),
        *(_list_bars(results) if large.all_listed() else []),
    ]


def _list_bars(results: Sequence[Result]) -> list[Bar]:
    """Those of a search in the list of public practices."""
    small, large = (percentile(result.all_listed(), 0.95) for result in (results[0], results[-1]))
    beside = f"The public list, p95, beside that over {results[0].size:,}"
    return [
        at_most(f"The public list, p95 over {results[-1].size:,}", _BAR_MS, large, "ms"),
        at_most(beside, _BAR_GROWTH, large / small, "times"),
    ]


def _listed_rows(results: Sequence[Result]) -> list[str]:
    rows = [
        _row(
            f"**the public list with words, {name}**",
            [percentile(result.all_listed(), share) for result in results],
        )
        for name, share in (("p50", 0.5), ("p95", 0.95))
    ]
    for name in (name for name in results[0].listed if all(result.listed[name] for result in results)):
        rows.append(
            _row(
                f"the public list: {name}, p95", [percentile(result.listed[name], 0.95) for result in results]
            )
        )
    return rows


def holds(results: Sequence[Result]) -> bool:
    """Whether all bars do."""
    return all_hold(bars(results))


def _times(result: Result, beside: Sequence[float]) -> float:
    """How many times as dear as what stands beside it a page is, in the middle."""
    return percentile(result.all(), 0.5) / percentile(beside, 0.5)


def _growth(results: Sequence[Result]) -> float:
    return percentile(results[-1].all(), 0.95) / percentile(results[0].all(), 0.95)


def _above(large: Result) -> str:
    """Which kinds of page miss the bar by themselves."""
    asked = [mix.name for mix in MIX if large.times[mix.name]]
    slow = [name for name in asked if percentile(large.times[name], 0.95) >= _BAR_MS]
    return (
        f"Above {_BAR_MS} ms by itself: {', '.join(slow)}."
        if slow
        else f"Each kind of page is under {_BAR_MS} ms by itself too."
    )


def _row(name: str, values: Sequence[float]) -> str:
    cells = " | ".join(f"{value:.1f} ms" for value in values)
    return f"| {name} | {cells} | {values[-1] / values[0]:.2f} |" if values[0] else f"| {name} | {cells} | |"


TITLE = "Finding practices"
_PROFILE = """The capped raw query finds and ranks a word's hits, and no more: a page is {raw} times as dear. A page
counts the hits by twelve facets, marks the words in the passages of twenty, says who uses each, and asks for every hit
whether the reader may see it. The same by hand does all of that but the last, as the owner of the tables, to whom
row-level security does not apply: beside it, which no bar asks for, a page is {whole} times as dear. Where the time of
a page with a word goes, over the largest size:
"""
_HEAD = """{measured} Both sizes are measured in one run, one after the other,
by the portal's own code as the application's role, with row-level security on.

{pages} first pages of the library for each size, asked for by a member, an affiliate, a partner, the secretariat and
the public in a chance order, each three times (the middle one counts): the page's rows with snippets and adoptions,
how many there are, and the counts of all twelve facets. A millisecond is one that the database's process spends on
its processor, so that a busy machine does not change it. At most {cap} practices are ranked and counted.

Beside it as many first pages of the list of public practices with words, among as many that are public, asked for by
everybody: how the words are read, how many have them, the rows with who uses each and the words marked.
"""
