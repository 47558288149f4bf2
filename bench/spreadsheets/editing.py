"""What editing a large report in the browser costs: a measure and the grid of all figures, opened and saved into."""

import os
import re
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from alliance.enums import Role
from alliance.models import Membership, Report
from alliance.queries.report_frame import report_frame
from bench.bars import Bar, at_most
from bench.pages.run import signed_in
from bench.pages.target import is_bookkeeping
from bench.processor_time import ProcessorTime
from portal.kernel.access import SYSTEM, acting_as

MOST_MS, MOST_GROWTH = 150, 1.5
OPEN_MEASURE, SAVE_FIELD = "a measure opens", "one field of it is saved"
OPEN_GRID, SAVE_CELL = "the grid of all figures opens", "one cell of it is saved"
_WARM, _COUNTED = 2, 5  # requests
# what all pages share is read anew by whichever request comes after a second
_SHARED = ("alliance_site", "portal_publicrevision", "SELECT now()")
_INPUT = re.compile(r"<input\b[^>]*>")
_ATTRIBUTE = re.compile(r'\b(name|value)="([^"]*)"')


@dataclass(frozen=True, slots=True)
class RequestCost:
    """Processor time of this process and of the database's, in milliseconds; queries; kB of the answer."""

    ms: float
    database_ms: float
    queries: int
    kilobytes: float


def measure_editing(report: Report, rounds: int) -> dict[str, RequestCost]:
    """What each request costs for an editor of the organisation."""
    with acting_as(SYSTEM):
        email = _editor_of(report)
        first = report_frame(report).measures[0].measure.key
    host = os.environ["PORTAL_ORIGIN"].partition("://")[2]
    connection.settings_dict["CONN_MAX_AGE"] = None  # one process of the database, whose time is read
    client = Client(HTTP_HOST=host, HTTP_COOKIE=signed_in(email))
    measure = reverse("workspace:report-measure", args=[report.pk, first])
    grid = f"{reverse('workspace:report-figures', args=[report.pk])}?unfold=all"
    return {
        OPEN_MEASURE: _cost(client, lambda _number: None, measure, rounds),
        SAVE_FIELD: _cost(client, lambda number: _typed(client, measure, number), measure, rounds),
        OPEN_GRID: _cost(client, lambda _number: None, grid, rounds),
        SAVE_CELL: _cost(client, lambda number: _typed(client, grid, number), grid, rounds),
    }


def _editor_of(report: Report) -> str:
    """Somebody who edits it, and from now on no more than that: whoever signs needs a second factor."""
    rows = Membership.objects.filter(
        organisation_id=report.organisation_id, roles__contains=[Role.EDITOR], ended_at=None
    )
    membership = rows.earliest("pk")
    rows.filter(pk=membership.pk).update(roles=[Role.EDITOR])
    return str(membership.person.email)


def _typed(client: Client, address: str, number: int) -> dict[str, str]:
    """What the page posts by itself after another number was typed into its first value."""
    fields = {}
    for tag in _INPUT.findall(client.get(address).content.decode()):
        attributes = dict(_ATTRIBUTE.findall(tag))
        if "name" in attributes:
            fields[attributes["name"]] = unescape(attributes.get("value", ""))
    name = next(name for name in fields if name.endswith("-value"))
    belonging = {
        key: text
        for key, text in fields.items()
        if key.startswith(name.removesuffix("value")) and key != name
    }
    return {**belonging, name: str(1_000_000 + number), "autosave": "1"}


def _counts(sql: str) -> bool:
    return not is_bookkeeping(sql) and not any(name in sql for name in _SHARED)


def _cost(
    client: Client, data: Callable[[int], dict[str, str] | None], address: str, rounds: int
) -> RequestCost:
    def ask(number: int, measured: Any) -> int:
        posted = data(number)  # outside of what is measured
        with measured:
            answer = (
                client.get(address)
                if posted is None
                else client.post(address, posted, headers={"HX-Request": "true"})
            )
        if answer.status_code != 200:
            raise ValueError(f"{address}: {answer.status_code} {answer.headers.get('Location', '')}")
        return len(answer.content)

    counts = []
    for number in range(_WARM + _COUNTED):
        captured = CaptureQueriesContext(connection)
        size = ask(number, captured)
        counts.append(sum(map(_counts, (query["sql"] for query in captured.captured_queries))))
    spent = []
    for number in range(rounds):
        spent.append(ProcessorTime())
        ask(_WARM + _COUNTED + number, spent[-1])
    return RequestCost(
        ms=statistics.median(one.own_ms for one in spent),
        database_ms=statistics.median(one.database_ms for one in spent),
        queries=min(counts[_WARM:]),
        kilobytes=size / 1024,
    )


def editing_bars(few: dict[str, RequestCost], many: dict[str, RequestCost]) -> list[Bar]:
    """Bars 8 and 9, for each request."""
    bars = []
    for name, cost in many.items():
        subject, before = name[0].upper() + name[1:], few[name]
        queries = f"{before.queries} and {cost.queries}"
        bars += [
            at_most(f"{subject}, processor", MOST_MS, cost.ms, "ms"),
            at_most(f"{subject}, beside a tenth of the figures", MOST_GROWTH, cost.ms / before.ms, "times"),
            Bar(f"{subject}, queries", "as many", queries, before.queries == cost.queries),
        ]  # fmt: skip
    return bars


def editing_table(sizes: Sequence[int], costs: Sequence[dict[str, RequestCost]]) -> str:
    """Each request at each number of figures, side by side."""
    heads = "".join(f" {size:,}: ms | database | queries | kB |" for size in sizes)
    rows = [
        f"| {name} |"
        + "".join(
            f" {cost[name].ms:.0f} | {cost[name].database_ms:.0f} | {cost[name].queries} | {cost[name].kilobytes:.0f} |"
            for cost in costs
        )
        for name in costs[0]
    ]
    return "\n".join([f"| figures |{heads}", "|---|" + "---|---|---|---|" * len(sizes), *rows])
