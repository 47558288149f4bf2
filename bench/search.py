"""`manage.py bench search`: first pages of the library over 10,000 and 100,000 practices, by the portal's own code.

Everything is written into a throw-away database. What is measured is the time that the database's own process spends
on its processor, query by query: waiting for a busy machine is no part of it.
"""

import argparse
import platform
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from os import cpu_count
from pathlib import Path
from random import Random
from typing import Any

from django.db import connections, transaction

from bench.crowd import Crowd, make_crowd
from bench.practices import HARMS, MEASURES, fill
from portal.kernel.access import Actor
from portal.kernel.grants import owner_alias
from portal.kernel.row_security import acting_as
from practices.queries import library
from practices.queries.search import CAP, Search, find, read

SIZES = (10_000, 100_000)
_PAGES = 400
_TIMES = 3  # each page; the middle one counts
_BAR_MS, _BAR_GROWTH = 50, 1.5
_REPORT = Path(__file__).resolve().parent.parent / "docs" / "performance.md"


@dataclass(frozen=True)
class Mix:
    """A kind of first page, how often somebody asks for it, and how one is made up."""

    name: str
    share: int
    make: Callable[[Random], dict[str, list[str]]]


_EN, _RU = (
    ["moderator", "grooming", "messenger", "hash", "threshold", "voice", "queue", "parent"],
    ["модератор", "груминг", "порог", "голос", "ссылка"],
)
_TWO = ["first message", "false alarm", "review queue", "модератор ребёнок", "ложное срабатывание"]
_WRONG = ["moderaotr", "groming", "mesenger", "модиратор", "грумнг"]


def _one(key: str, values: Sequence[str]) -> Callable[[Random], dict[str, list[str]]]:
    return lambda chance: {key: [chance.choice(values)]}


def _some(chance: Random) -> dict[str, list[str]]:
    return {
        "harms": [chance.choice(HARMS)],
        "service_kinds": [chance.choice(("messenger", "game", "forum"))],
        "encryption": ["works"],
        "sort": [chance.choice(("adoptions", "evidence"))],
    }


MIX = (
    Mix("newest", 8, lambda chance: {}),
    Mix("one harm", 10, _one("harms", HARMS)),
    Mix("one label", 6, _one("label", ("green", "amber", "amber_strict", "red"))),
    Mix("one measure", 6, _one("measures", MEASURES)),
    Mix("the sentence: harm, service, encryption", 20, _some),
    Mix("a word", 15, _one("text", _EN + _RU)),
    Mix("two words", 12, _one("text", _TWO)),
    Mix("a word and a harm", 12, lambda chance: _one("text", _EN + _RU)(chance) | _one("harms", HARMS)(chance)),
    Mix("a word, a stage, by evidence", 5, lambda chance: {
        "text": [chance.choice(_EN + _RU)], "stage": [chance.choice(("proven", "trial"))], "sort": ["evidence"]}),
    Mix("a word spelt wrong", 4, _one("text", _WRONG)),
    Mix("a phrase", 2, lambda chance: {"text": [f'"{chance.choice(_TWO)}"']}),
)  # fmt: skip


def first_page(actor: Actor, search: Search) -> int:
    """What the library reads for a search: order, counts of all facets, the rows of the first page; how many."""
    found = find(actor, search)
    return len(library.rows(actor, found.ids[: library.ROWS], found.instead or search.text))


# --- Measuring -------------------------------------------------------------------------------


class Clock:
    """Adds up the processor time of the database's process over the queries in between, in milliseconds."""

    def __init__(self, alias: str = "default") -> None:
        self._connection = connections[alias]
        with self._connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            self._counter = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")
        self.spent = 0.0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        before = self._now()
        try:
            return execute(sql, params, many, context)
        finally:
            self.spent += self._now() - before

    def _now(self) -> float:
        return int(self._counter.read_text().split()[0]) / 1e6

    def time(self, act: Callable[[], object]) -> float:
        """The time of what the act asks of the database: the middle one of some."""
        taken = []
        for _ in range(_TIMES):
            self.spent = 0.0
            with self._connection.execute_wrapper(self):
                act()
            taken.append(self.spent)
        return sorted(taken)[_TIMES // 2]


def measure(crowd: Crowd, pages: int = _PAGES, seed: int = 7) -> dict[str, list[float]]:
    """By kind, the times of the pages of a mix in a chance order, asked for by different people."""
    chance = Random(seed)
    taken: dict[str, list[float]] = {mix.name: [] for mix in MIX}
    clock = Clock()
    for mix, lists in _pages(chance, pages):
        actor = chance.choice(list(crowd.actors.values()))
        with acting_as(actor):
            taken[mix.name].append(clock.time(partial(first_page, actor, read(lists))))
    return taken


def _pages(chance: Random, pages: int) -> Iterator[tuple[Mix, dict[str, list[str]]]]:
    for mix in chance.choices(MIX, [mix.share for mix in MIX], k=pages):
        yield mix, mix.make(chance)


def measure_raw(seed: int = 7) -> list[float]:
    """Beside it the least that a search does, as the owner: a thousand hits of a word, ranked, and no more."""
    chance, clock = Random(seed), Clock(owner_alias())
    return [clock.time(partial(_raw, chance.choice(_EN + _RU))) for _ in range(40)]


def _raw(word: str) -> None:
    with transaction.atomic(using=owner_alias()), connections[owner_alias()].cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "SELECT practice_id FROM (SELECT practice_id, words FROM practices_entry"
            " WHERE words @@ websearch_to_tsquery('practices_words', %(word)s) LIMIT %(cap)s) hits"
            " ORDER BY ts_rank_cd(words, websearch_to_tsquery('practices_words', %(word)s)) DESC LIMIT 20",
            {"word": word, "cap": CAP},
        )
        cursor.fetchall()


# --- Saying it -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Result:
    """What one size of the table gave."""

    size: int
    taken: dict[str, list[float]]
    raw: list[float]

    def all(self) -> list[float]:
        return [one for times in self.taken.values() for one in times]


def percentile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def report(results: Sequence[Result]) -> str:
    """The page of figures: both sizes side by side, with the bar."""
    large = results[-1]
    lines = [
        _HEAD.format(
            day=date.today().isoformat(),
            cores=cpu_count(),
            machine=platform.machine(),
            pages=len(large.all()),
        )
    ]
    lines += [
        "| | " + " | ".join(f"{one.size:,} practices" for one in results) + " | ratio |",
        "|---|" + "---|" * (len(results) + 1),
        _row("**all pages, p50**", [percentile(one.all(), 0.5) for one in results]),
        _row("**all pages, p95**", [percentile(one.all(), 0.95) for one in results]),
        _row("the capped raw query beside it, p50", [percentile(one.raw, 0.5) for one in results]),
    ]
    for mix in MIX:
        lines.append(
            _row(
                f"{mix.name} ({mix.share} %), p95", [percentile(one.taken[mix.name], 0.95) for one in results]
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
    slow = [mix.name for mix in MIX if percentile(large.taken[mix.name], 0.95) >= _BAR_MS]
    return (
        f" Above it by itself: {', '.join(slow)}."
        if slow
        else " Each kind of page is under it by itself too."
    )


def _row(name: str, values: Sequence[float]) -> str:
    cells = " | ".join(f"{value:.1f} ms" for value in values)
    return f"| {name} | {cells} | {values[-1] / values[0]:.2f} |" if values[0] else f"| {name} | {cells} | |"


_HEAD = """# How fast it is

Written by `python3 manage.py bench search` on {day}, on {cores} cores ({machine}). Absolute figures hold for that
machine; carry the ratios. Both sizes are measured in one run, one after the other, by the portal's own code as the
application's role, with row-level security on.

## Finding practices

{pages} first pages of the library for each size, asked for by a member, an affiliate, a partner, the secretariat and
the public in a chance order, each three times (the middle one counts): the page's rows with snippets and adoptions,
how many there are, and the counts of all twelve facets. A millisecond is one that the database's process spends on
its processor, so that a busy machine does not change it. At most 1,000 practices are ranked and counted.
"""


def main(arguments: Sequence[str]) -> int:
    """Fill the database in steps, measure after each, and write the page; 1 when the bar does not hold."""
    parser = argparse.ArgumentParser(prog="manage.py bench search", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="practices, growing")
    parser.add_argument("--pages", type=int, default=_PAGES, help="first pages for each size")
    parser.add_argument("--report", type=Path, default=_REPORT, help="where the figures are written")
    options = parser.parse_args(arguments)
    crowd, done, results = make_crowd(), 0, []
    for size in options.sizes:
        fill(crowd, done + 1, size)
        print(f"{size:,} practices are there; measuring.", flush=True)
        done = size
        results.append(Result(size, measure(crowd, options.pages), measure_raw()))
    options.report.write_text(report(results))
    print(options.report.read_text())
    print(verdict(results))
    return 0 if holds(results) else 1
