"""`manage.py bench search`: first pages of the library and of the public list over 10,000 and 100,000 practices.

Everything is written into a throw-away database. What is measured is the time that the database's own process spends
on its processor, query by query: waiting for a busy machine is no part of it.
"""

import argparse
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from django.db import connections

from bench.results_page import PAGE, write_section
from bench.search.mixes import MIX, WORDS
from bench.search.peer import TIMES, bare, chosen_words, whole
from bench.search.population import Population, make_population
from bench.search.practices import insert_practices
from bench.search.public_practices import LIST_MIX, list_page, publish_practices
from bench.search.results import TITLE, Result, holds, report
from portal.kernel.access import ANYONE, Actor, acting_as, owner_alias
from practices.queries import library
from practices.queries.search import Search, find_practices, parse_search

SIZES = (10_000, 100_000)
_PAGES = 400
_TIMES = 3  # each page; the middle one counts


def first_page(actor: Actor, search: Search) -> int:
    """What the library reads for a search: order, counts of all facets, the rows of the first page; how many."""
    search_result = find_practices(actor, search, for_reader=True)
    return len(library.library_rows(actor, search_result.ids[: library.PAGE_SIZE], search_result.query))


_SUBJECTS = (
    ("practices_find", "hits, ranked"),
    ("practices_samples", "counts of a chosen facet"),
    ("ts_headline", "marked passages"),
    ("practices_adoption", "who uses each"),
    ("practices_author", "authors"),
    ("practices_searchentry", "rows of the page"),
    ("practices_practice", "which of the hits the reader may see"),
)


def subject_of(sql: str) -> str:
    """What a query of a page is about."""
    return next((subject for part, subject in _SUBJECTS if part in sql), "the words: stems and synonyms")


class DatabaseTime:
    """Adds up the processor time of the database's process over the queries in between, in milliseconds."""

    def __init__(self, alias: str = "default") -> None:
        self._connection = connections[alias]
        with self._connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            self._counter = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")
        self.spent = 0.0
        self.by_subject: dict[str, float] = defaultdict(float)  # of the last time

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        before = self._now()
        try:
            return execute(sql, params, many, context)
        finally:
            spent = self._now() - before
            self.spent += spent
            self.by_subject[subject_of(sql)] += spent

    def _now(self) -> float:
        return int(self._counter.read_text().split()[0]) / 1e6

    def time(self, act: Callable[[], object]) -> float:
        """The time of what the act asks of the database: the middle one of some."""
        times = []
        for _ in range(_TIMES):
            self.spent = 0.0
            self.by_subject.clear()
            with self._connection.execute_wrapper(self):
                act()
            times.append(self.spent)
        return sorted(times)[_TIMES // 2]


def measure(crowd: Population, pages: int = _PAGES, seed: int = 7) -> dict[str, list[float]]:
    """By kind, the times of the pages of a mix in a chance order, asked for by different people."""
    chance = Random(seed)
    times: dict[str, list[float]] = {mix.name: [] for mix in MIX}
    clock = DatabaseTime()
    for mix in chance.choices(MIX, [mix.share for mix in MIX], k=pages):
        lists = mix.make(chance)
        actor = chance.choice(list(crowd.actors.values()))
        with acting_as(actor):
            times[mix.name].append(clock.time(partial(first_page, actor, parse_search(lists))))
    return times


def measure_list(pages: int = _PAGES, seed: int = 7) -> dict[str, list[float]]:
    """The same of the list of public practices with words, as everybody asks for it."""
    chance, clock = Random(seed), DatabaseTime()
    times: dict[str, list[float]] = {mix.name: [] for mix in LIST_MIX}
    with acting_as(ANYONE):
        for mix in chance.choices(LIST_MIX, [mix.share for mix in LIST_MIX], k=pages):
            times[mix.name].append(clock.time(partial(list_page, mix.make(chance))))
    return times


def measure_peer(ask: Callable[[str], None]) -> list[float]:
    """Beside it the same by hand, as the owner."""
    clock = DatabaseTime(owner_alias())
    return [clock.time(partial(ask, word)) for word in chosen_words()]


def profile(crowd: Population, seed: int = 7) -> dict[str, float]:
    """Of pages with a word, by what a query is about: the middle of what that takes of a page, in milliseconds."""
    chance, clock = Random(seed), DatabaseTime()
    pages: list[dict[str, float]] = []
    for _page in range(TIMES):
        actor = chance.choice(list(crowd.actors.values()))
        with acting_as(actor):
            clock.time(partial(first_page, actor, parse_search({"text": [chance.choice(WORDS)]})))
        pages.append(dict(clock.by_subject))
    subjects = sorted({subject for page in pages for subject in page})
    return {subject: median(page.get(subject, 0.0) for page in pages) for subject in subjects}


def main(arguments: Sequence[str]) -> int:
    """Fill the database in steps, measure after each, and write the section; 1 when a bar does not hold."""
    parser = argparse.ArgumentParser(prog="manage.py bench search", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="practices, growing")
    parser.add_argument("--pages", type=int, default=_PAGES, help="first pages for each size")
    parser.add_argument("--report", type=Path, default=PAGE, help="where the figures are written")
    options = parser.parse_args(arguments)
    crowd, done, results = make_population(), 0, []
    for size in options.sizes:
        insert_practices(crowd, done + 1, size)
        publish_practices(done + 1, size)
        print(f"{size:,} practices are there; measuring.", flush=True)
        done = size
        results.append(
            Result(
                size,
                measure(crowd, options.pages),
                raw=measure_peer(bare),
                whole=measure_peer(whole),
                profile=profile(crowd),
                listed=measure_list(options.pages),
            )
        )
    print(write_section(TITLE, report(results), options.report))
    return 0 if holds(results) else 1
