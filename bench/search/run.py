"""`manage.py bench search`: first pages of the library over 10,000 and 100,000 practices, by the portal's own code.

Everything is written into a throw-away database. What is measured is the time that the database's own process spends
on its processor, query by query: waiting for a busy machine is no part of it.
"""

import argparse
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from django.db import connections, transaction

from bench.results_page import PAGE, write_section
from bench.search.mixes import MIX, WORDS
from bench.search.population import Population, make_population
from bench.search.practices import insert_practices
from bench.search.results import TITLE, Result, holds, report, verdict
from portal.kernel.access import Actor, acting_as, owner_alias
from practices.queries import library
from practices.queries.search import MAX_RANKED, Search, find_practices, parse_search

SIZES = (10_000, 100_000)
_PAGES = 400
_TIMES = 3  # each page; the middle one counts


def first_page(actor: Actor, search: Search) -> int:
    """What the library reads for a search: order, counts of all facets, the rows of the first page; how many."""
    search_result = find_practices(actor, search)
    return len(library.library_rows(actor, search_result.ids[: library.PAGE_SIZE], search_result.query))


class DatabaseTime:
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
        times = []
        for _ in range(_TIMES):
            self.spent = 0.0
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


def measure_raw(seed: int = 7) -> list[float]:
    """Beside it the least that a search does, as the owner: as many hits of a word, ranked, and no more."""
    chance, clock = Random(seed), DatabaseTime(owner_alias())
    return [clock.time(partial(_raw, chance.choice(WORDS))) for _ in range(40)]


def _raw(word: str) -> None:
    with transaction.atomic(using=owner_alias()), connections[owner_alias()].cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "SELECT practice_id FROM (SELECT practice_id, search_vector FROM practices_searchentry"
            " WHERE search_vector @@ websearch_to_tsquery('portal_words', %(word)s) LIMIT %(cap)s) hits"
            " ORDER BY ts_rank_cd(search_vector, websearch_to_tsquery('portal_words', %(word)s)) DESC LIMIT 20",
            {"word": word, "cap": MAX_RANKED},
        )
        cursor.fetchall()


def main(arguments: Sequence[str]) -> int:
    """Fill the database in steps, measure after each, and write the section; 1 when the bar does not hold."""
    parser = argparse.ArgumentParser(prog="manage.py bench search", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="practices, growing")
    parser.add_argument("--pages", type=int, default=_PAGES, help="first pages for each size")
    parser.add_argument("--report", type=Path, default=PAGE, help="where the figures are written")
    options = parser.parse_args(arguments)
    crowd, done, results = make_population(), 0, []
    for size in options.sizes:
        insert_practices(crowd, done + 1, size)
        print(f"{size:,} practices are there; measuring.", flush=True)
        done = size
        results.append(Result(size, measure(crowd, options.pages), measure_raw()))
    print(write_section(TITLE, report(results), options.report))
    print(verdict(results))
    return 0 if holds(results) else 1
