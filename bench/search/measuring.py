"""`manage.py bench search`: first pages of the library over 10,000 and 100,000 practices, by the portal's own code.

Everything is written into a throw-away database. What is measured is the time that the database's own process spends
on its processor, query by query: waiting for a busy machine is no part of it.
"""

import argparse
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from django.db import connections, transaction

from bench.document import PAGE, put
from bench.search.crowd import Crowd, make_crowd
from bench.search.figures import TITLE, Result, holds, report, verdict
from bench.search.mixes import MIX, WORDS, Mix
from bench.search.practices import fill
from portal.kernel.access import Actor
from portal.kernel.grants import owner_alias
from portal.kernel.row_security import acting_as
from practices.queries import library
from practices.queries.search import CAP, Search, find, read

SIZES = (10_000, 100_000)
_PAGES = 400
_TIMES = 3  # each page; the middle one counts


def first_page(actor: Actor, search: Search) -> int:
    """What the library reads for a search: order, counts of all facets, the rows of the first page; how many."""
    found = find(actor, search)
    return len(library.rows(actor, found.ids[: library.ROWS], found.instead or search.text))


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
    """Beside it the least that a search does, as the owner: as many hits of a word, ranked, and no more."""
    chance, clock = Random(seed), Clock(owner_alias())
    return [clock.time(partial(_raw, chance.choice(WORDS))) for _ in range(40)]


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


def main(arguments: Sequence[str]) -> int:
    """Fill the database in steps, measure after each, and write the section; 1 when the bar does not hold."""
    parser = argparse.ArgumentParser(prog="manage.py bench search", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="practices, growing")
    parser.add_argument("--pages", type=int, default=_PAGES, help="first pages for each size")
    parser.add_argument("--report", type=Path, default=PAGE, help="where the figures are written")
    options = parser.parse_args(arguments)
    crowd, done, results = make_crowd(), 0, []
    for size in options.sizes:
        fill(crowd, done + 1, size)
        print(f"{size:,} practices are there; measuring.", flush=True)
        done = size
        results.append(Result(size, measure(crowd, options.pages), measure_raw()))
    print(put(TITLE, report(results), options.report))
    print(verdict(results))
    return 0 if holds(results) else 1
