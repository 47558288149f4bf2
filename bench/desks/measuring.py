"""Asks an alliance for its pages and measures what each costs, by the portal's web application in this process.

`python -m bench.desks.measuring ONLY TIMES`: ONLY is a part of the names of routes, or several with commas; a program
of its own, which begins without anything that another alliance has left in its memory. What comes out is JSON: costs,
failures, pages that nothing fills.
"""

import django

django.setup()

import gzip
import json
import re
import statistics
import sys
from dataclasses import asdict

from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench.desks.pages import Page, left_out, pages
from bench.desks.places import places
from bench.desks.results import PageCost
from bench.pages.run import signed_in
from bench.pages.target import Application, is_bookkeeping
from bench.processor_time import ProcessorTime
from bench.yardstick import Yardstick
from portal.kernel.access import SYSTEM, acting_as

_TIMES, _WARM = 7, 3
_ROW = re.compile(rb"<(?:tr|li|option|entry)\b")
_COUNTED = (
    5  # requests whose queries are counted: what is read anew every few seconds is in some of them alone
)


def measure(
    application: Application, page: Page, cookie: str, yardstick: Yardstick, times: int = _TIMES
) -> PageCost:
    """The middle of several requests of a warm process, in standard milliseconds; the fewest queries.

    Raises ValueError for no page.
    """
    answers = [_ask(application, page, cookie, number) for number in range(_WARM)]
    queries = []
    for number in range(_WARM, _WARM + _COUNTED):
        with CaptureQueriesContext(connection) as captured:
            _ask(application, page, cookie, number)
        queries.append(sum(not is_bookkeeping(query["sql"]) for query in captured))
    spent, slowness = [], []
    for number in range(_WARM + _COUNTED, _WARM + _COUNTED + times):
        slowness.append(yardstick.measure())
        with ProcessorTime() as processor_time:
            _ask(application, page, cookie, number)
        spent.append(processor_time)
    slower = statistics.median(slowness)
    body = answers[-1]
    return PageCost(
        ms=statistics.median(each.own_ms for each in spent) / slower,
        database_ms=statistics.median(each.database_ms for each in spent) / slower,
        queries=min(queries),
        bytes=len(body),
        compressed=len(gzip.compress(body, 6)),
        is_html=body.lstrip()[:15].lower() == b"<!doctype html>",
        rows=len(_ROW.findall(body)),
        values=_values(body, application),
    )


def _values(body: bytes, application: Application) -> int:
    """How many values a file has; 0 for a page, of which nobody expects all rows."""
    if application.media_type.endswith("json"):
        return body.count(b",") + 1
    if application.media_type == "text/plain":
        return body.count(b"\n")
    return body.count(b",") + body.count(b"\n") if application.is_attachment else 0


def _ask(application: Application, page: Page, cookie: str, number: int) -> bytes:
    """Public pages under an address that is not answered from memory."""
    separator = "&" if "?" in page.address else "?"
    address = page.address if page.reader else f"{page.address}{separator}fresh={number}"
    status, body = application.answer(address, cookie)
    if status != "200 OK":
        raise ValueError(f"{page.name} for {page.reader or 'the public'}: {status}")
    return body


def measure_pages(
    only: str = "", times: int = _TIMES
) -> tuple[dict[tuple[str, str], PageCost], Yardstick, list[str], list[str]]:
    """Ask for every page of the alliance that is there, whose route has a part of `only` in its name."""
    with acting_as(SYSTEM):
        by_name = places()
        asked = [page for page in dict.fromkeys(pages(by_name)) if _is_asked(page, only)]
    application, yardstick, failures = Application(), Yardstick(), []
    costs: dict[tuple[str, str], PageCost] = {}
    for page in asked:
        try:
            cookie = signed_in(page.email) if page.email else ""
            costs[page.name, page.reader] = measure(application, page, cookie, yardstick, times)
        except ValueError as failure:
            failures.append(str(failure))
    return costs, yardstick, failures, left_out(by_name)


def _is_asked(page: Page, only: str) -> bool:
    """Whether its route has one of the parts in its name; after `=` stands a whole name."""
    return any(
        part[1:] == page.route if part.startswith("=") else part in page.route for part in only.split(",")
    )


def main() -> None:
    """Print what the pages cost."""
    costs, yardstick, failures, empty = measure_pages(sys.argv[1], int(sys.argv[2]))
    rows = [[*key, asdict(cost)] for key, cost in costs.items()]
    print(
        json.dumps({
            "costs": rows, "slowness": yardstick.slowness, "failures": failures, "left_out": empty,
        })
    )  # fmt: skip


if __name__ == "__main__":
    main()
