"""What a large report costs in the browser: its pages, and what is saved into a measure and the grid of all figures."""

import os
import re
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import connection
from django.db.models import QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from alliance.enums import Role
from alliance.models import Membership, Report
from alliance.queries.report_frame import ReportFrame, report_frame
from alliance.web.workspace.grid_paste import MOST_CELLS
from bench.bars import Bar, at_most
from bench.pages.run import signed_in
from bench.pages.target import is_bookkeeping
from bench.processor_time import ProcessorTime
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.web import PAGE_BYTES

MOST_MS, MOST_GROWTH = 150, 1.5
MOST_PASTE_MS = 1_000  # this bench's own: a spreadsheet's paste is waited for
MOST_KILOBYTES = PAGE_BYTES / 1000
OPEN_REPORT, CHECK, DIFFERENCES = "the report’s page opens", "what needs your eyes", "the page of differences"
SUBMIT = "the signatory’s page"
PASTE = f"a block of {MOST_CELLS:,} cells is read"
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
    """What each request costs for an editor of the organisation; the signatory's page for one who signs."""
    with acting_as(SYSTEM):
        email, signatory = _editor_of(report), _signatory_of(report)
        frame = report_frame(report)
    first = frame.measures[0].measure.key
    host = os.environ["PORTAL_ORIGIN"].partition("://")[2]
    connection.settings_dict["CONN_MAX_AGE"] = None  # one process of the database, whose time is read
    client, signing = (Client(HTTP_HOST=host, HTTP_COOKIE=signed_in(each)) for each in (email, signatory))
    measure = reverse("workspace:report-measure", args=[report.pk, first])
    grid = f"{reverse('workspace:report-figures', args=[report.pk])}?unfold=all"
    block, pasting = (
        {"text": _block(frame), "at": ""},
        reverse("workspace:report-figures-paste", args=[report.pk]),
    )

    def opened(address: str, reader: Client = client) -> RequestCost:
        return _cost(reader, lambda _number: None, address, rounds)

    return {
        OPEN_REPORT: opened(reverse("workspace:report", args=[report.pk])),
        OPEN_MEASURE: opened(measure),
        SAVE_FIELD: _cost(client, lambda number: _typed(client, measure, number), measure, rounds),
        OPEN_GRID: opened(grid),
        SAVE_CELL: _cost(client, lambda number: _typed(client, grid, number), grid, rounds),
        PASTE: _cost(client, lambda _number: block, pasting, rounds),
        CHECK: opened(reverse("workspace:report-check", args=[report.pk])),
        DIFFERENCES: opened(reverse("workspace:report-differences", args=[report.pk])),
        SUBMIT: opened(reverse("workspace:report-submit", args=[report.pk]), signing),
    }


def _block(frame: ReportFrame) -> str:
    """As many cells as a paste may have: indicators by service, with labels, and columns that nobody asks for."""
    keys = [row.key for required in frame.measures for row in required.figures]
    lines = min(len(keys), 249)
    others = MOST_CELLS // (lines + 1) - 1 - len(frame.services)
    head = [
        "",
        *(service.slug for service in frame.services),
        *(f"Other {number}" for number in range(others)),
    ]
    rows = [[key, *(str(1_000 + number) for number in range(len(head) - 1))] for key in keys[:lines]]
    return "\n".join("\t".join(row) for row in (head, *rows))


def _editor_of(report: Report) -> str:
    """Somebody who edits it and does not sign: whoever does needs a second factor."""
    rows = _members(report).filter(roles__contains=[Role.EDITOR])
    return str(rows.exclude(roles__contains=[Role.SIGNATORY]).earliest("pk").person.email)


def _signatory_of(report: Report) -> str:
    """Somebody who signs, with a second factor: without one nothing is open to them."""
    person = _members(report).filter(roles__contains=[Role.SIGNATORY]).earliest("pk").person
    Authenticator.objects.get_or_create(user=person, type=Authenticator.Type.TOTP, defaults={"data": {}})
    return str(person.email)


def _members(report: Report) -> QuerySet[Membership]:
    rows: QuerySet[Membership] = Membership.objects.filter(
        organisation_id=report.organisation_id, ended_at=None
    )
    return rows.select_related("person")


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
        ms=statistics.median(each.own_ms for each in spent),
        database_ms=statistics.median(each.database_ms for each in spent),
        queries=min(counts[_WARM:]),
        kilobytes=size / 1000,
    )


def editing_bars(few: dict[str, RequestCost], many: dict[str, RequestCost]) -> list[Bar]:
    """Bars 8 and 9, for each request: the time and the weight at both sizes, and what grows between them."""
    bars = []
    for name, cost in many.items():
        subject, before = name[0].upper() + name[1:], few[name]
        queries = f"{before.queries} and {cost.queries}"
        most = MOST_PASTE_MS if name == PASTE else MOST_MS
        kilobytes = max(before.kilobytes, cost.kilobytes)
        bars += [
            at_most(f"{subject}, processor", most, cost.ms, "ms"),
            at_most(f"{subject}, processor, with a tenth of the figures", most, before.ms, "ms"),
            at_most(f"{subject}, weight", MOST_KILOBYTES, kilobytes, "kB"),
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
