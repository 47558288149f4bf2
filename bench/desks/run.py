"""`manage.py bench desks`: what every page of the desks costs in a large alliance, and in a small one before it."""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connection, connections

from bench.bars import all_hold
from bench.desks.alliance import FULL, LARGE, LONG, SMALL, LargeAlliance
from bench.desks.copies import owner_cursor
from bench.desks.results import (
    PUBLIC_TITLE,
    TITLE,
    ComparedPage,
    DeskResults,
    PageCost,
    bars,
    public_report,
    report,
)
from bench.results_page import PAGE, write_section
from portal.kernel.access import owner_alias

_TIMES = 7
_LAST_LINES = 60  # of the log, where the program that measures fails
_ROOT = Path(__file__).resolve().parents[2]

Costs = Mapping[tuple[str, str], PageCost]


def measure(only: str, times: int, log: Path) -> Any:
    """What the pages cost, measured by a program of its own, whose log goes to a file.

    Where it fails, the end of the log is printed: the file goes with the installation. Raises CalledProcessError.
    """
    with log.open("ab") as log_file:
        done = subprocess.run(
            [sys.executable, "-m", "bench.desks.measuring", only, str(times)],
            cwd=_ROOT, stdout=subprocess.PIPE, stderr=log_file, text=True, check=False,
        )  # fmt: skip
    if done.returncode:
        print(*log.read_text(errors="replace").splitlines()[-_LAST_LINES:], sep="\n", file=sys.stderr)
    done.check_returncode()
    measured = json.loads(done.stdout.splitlines()[-1])
    measured["costs"] = {(name, reader): PageCost(**cost) for name, reader, cost in measured["costs"]}
    return measured


def compare(large: Costs, small: Costs) -> list[ComparedPage]:
    """Each page of the large alliance beside that of the small one."""
    return [ComparedPage(*key, cost, small.get(key)) for key, cost in large.items()]


def beside_full_pages(
    pages: Sequence[ComparedPage], times: int, log: Path
) -> tuple[list[ComparedPage], list[float]]:
    """Those that cost too much and show more rows, beside a further alliance that has more of them; others as they are.

    Beside them how slow the machine was.

    Its rows must be in the database.
    """
    routes = {page.name.partition("?")[0] for page in pages if page.is_longer_and_dearer}
    full = measure(",".join(f"={route}" for route in sorted(routes)), times, log)
    compared = [
        page.beside(full["costs"].get((page.name, page.reader))) if page.is_longer_and_dearer else page
        for page in pages
    ]
    return compared, full["slowness"]


def empty_database(initial_tables: Sequence[str]) -> None:
    """Take everything out again that was not there at the beginning; `initial_tables` had rows then."""
    with owner_cursor() as cursor:
        names = [name for name in connection.introspection.table_names() if name not in initial_tables]
        for name in names:  # some refuse it
            cursor.execute(f"ALTER TABLE {name} DISABLE TRIGGER USER")
        cursor.execute(f"TRUNCATE {', '.join(names)} RESTART IDENTITY")
        for name in names:
            cursor.execute(f"ALTER TABLE {name} ENABLE TRIGGER USER")
    connections[owner_alias()].close()  # with its temporary tables


def _database_bytes() -> int:
    with owner_cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])


def filled_tables() -> list[str]:
    """The tables that have rows."""
    with owner_cursor() as cursor:
        filled = []
        for name in connection.introspection.table_names():
            cursor.execute(f"SELECT EXISTS (SELECT FROM {name})")
            if cursor.fetchone()[0]:
                filled.append(name)
    return filled


def main(arguments: Sequence[str]) -> int:
    """Make a small alliance, a large one and, where lists are dear, two that fill them; measure; write the section.

    Returns 1 when a bar does not hold.
    """
    parser = argparse.ArgumentParser(prog="manage.py bench desks", description=__doc__)
    parser.add_argument(
        "--only",
        default="",
        help="pages whose route has this in its name, or one of these with commas; nothing is written then",
    )
    parser.add_argument("--times", type=int, default=_TIMES, help="how often each page is measured")
    parser.add_argument("--report", type=Path, default=PAGE, help="where the figures are written")
    options = parser.parse_args(arguments)
    call_command("collectstatic", verbosity=0, interactive=False)
    log = Path(os.environ["PORTAL_DATA_DIR"]) / "portal.log"
    initial_tables = filled_tables()
    LargeAlliance(SMALL).make()
    small = measure(options.only, options.times, log)
    empty_database(initial_tables)
    LargeAlliance(LARGE).make()
    database_bytes = _database_bytes()
    large = measure(options.only, options.times, log)
    pages, slowness = compare(large["costs"], small["costs"]), [*small["slowness"], *large["slowness"]]
    for size in (FULL, LONG) if any(page.is_longer_and_dearer for page in pages) else ():
        empty_database(initial_tables)
        LargeAlliance(size).make()
        pages, slowness_of_full = beside_full_pages(pages, options.times, log)
        slowness += slowness_of_full
    results = DeskResults(pages, large["failures"], large["left_out"], database_bytes, slowness)
    sections = {TITLE: report(results), PUBLIC_TITLE: public_report(results)}
    for title, section in sections.items():
        print(section if options.only else write_section(title, section, options.report))
    return 0 if all_hold(bars(results)) else 1
