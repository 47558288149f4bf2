"""Results of a practice's uses side by side: the services by kind, their drawing, and what stands alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.queries.local_dates import today
from alliance.web.public.responses import csv_response
from portal.kernel.charts import Dumbbell, DumbbellChart
from portal.kernel.text import plain_decimal
from portal.kernel.web import ActorRequest
from practices.enums import Label, PracticeState, strictest
from practices.models import Adoption, AdoptionResult
from practices.queries.method_changes import method_versions
from practices.queries.results import (
    ComparedResults,
    EffectPool,
    KindPool,
    MeasuredChange,
    ServiceResult,
    change_of,
    compared_results,
)
from practices.queries.still_works import is_unanswered, next_question
from practices.services.access_log import log_access
from practices.web.objects import get_practice
from practices.web.practice.page import PracticePage

_WIDEST = 100.0  # per cent: a range that chance allows is drawn no wider than this


@dataclass(frozen=True)
class PoolRow:
    """One row of the table: a kind with its spread, or a service; `drawing` is on the scale of all of them."""

    drawing: SafeString
    kind: KindPool | None = None
    service: ServiceResult | None = None
    source: MeasuredChange | None = None


@dataclass(frozen=True)
class AskedUse:
    """A use about which the question comes next, or is open."""

    use: Adoption
    on: Any
    is_open: bool
    is_unanswered: bool


def results_panel(page: PracticePage, chosen: str = "") -> dict[str, Any]:
    """The context: results with the chosen effect's pool first; `chosen` is its digest."""
    results = _results(page)
    results = replace(results, pools=in_reader_words(page, results.pools))
    first = next(iter(results.pools), None)
    pool = next((each for each in results.pools if each.digest == chosen), first)
    rows, head = _pool_rows(pool) if pool else ([], SafeString(""))
    return {
        "results": results,
        "pool": pool,
        "pool_rows": rows,
        "scale_head": head,
        "asked_uses": _asked_uses(results) if page.practice.state == PracticeState.SHARED else [],
    }


def in_reader_words(page: PracticePage, pools: Sequence[EffectPool]) -> list[EffectPool]:
    """The same pools, their effects called as the translation calls them that the reader reads; what belongs together
    was decided by the original's words."""
    return [replace(pool, effect=page.translated_effects.get(pool.digest, pool.effect)) for pool in pools]


def _results(page: PracticePage) -> ComparedResults:
    if page.latest is None:
        return ComparedResults([], [], [])
    changed = [version.number for version in method_versions(page.versions)]
    return compared_results(page.actor, page.practice, page.latest.content, changed)


def _pool_rows(pool: EffectPool) -> tuple[list[PoolRow], SafeString]:
    """Each kind with its services below it, and the source at the end, drawn on one scale."""
    parts: list[tuple[KindPool | None, ServiceResult | None, Dumbbell]] = []
    for kind in pool.kinds:
        parts.append((kind, None, _kind_mark(kind)))
        parts += [(None, row, _service_mark(row)) for row in kind.rows]
    if pool.source_change is not None:
        parts.append((None, None, Dumbbell("", _decimal(pool.source_change.percent))))
    chart = DumbbellChart(
        name="results",
        title=pool.effect.what,
        rows=[mark for _kind, _row, mark in parts],
        suffix=" %",
        in_amounts=True,
    )
    drawings = chart.row_drawings()
    rows = [
        PoolRow(drawing, kind, service, None if kind or service else pool.source_change)
        for (kind, service, _mark), drawing in zip(parts, drawings, strict=True)
    ]
    return rows, chart.head_drawing


def _kind_mark(kind: KindPool) -> Dumbbell:
    low, high = kind.ends or (None, None)
    middle = kind.middle
    return Dumbbell(
        "",
        _decimal(kind.changes[0] if middle is None else middle),
        lower=None if low is None else _decimal(low),
        upper=None if high is None else _decimal(high),
        of_many=True,
        unmarked=middle is None,
    )


def _service_mark(row: ServiceResult) -> Dumbbell:
    change, first = row.change, row.first_change
    return Dumbbell(
        "",
        _decimal(change.percent),
        first=None if first is None else _decimal(first.percent),
        lower=None if change.low is None else _decimal(max(change.low, -_WIDEST)),
        upper=None if change.high is None else _decimal(min(change.high, max(_WIDEST, change.percent))),
    )


def _decimal(percent: float) -> Decimal:
    return Decimal(round(percent))


def _asked_uses(results: ComparedResults) -> list[AskedUse]:
    """Of which uses the question is open, or when it comes; the next first."""
    uses = {row.use.pk: row.use for pool in results.pools for row in pool.rows}
    uses |= {row.use.pk: row.use for row in results.incomparable}
    asked = [
        AskedUse(use, use.asked_on or next_question(use), use.asked_on is not None, is_unanswered(use))
        for use in uses.values()
    ]
    return sorted((row for row in asked if row.on), key=lambda row: (not row.is_open, row.on))


@require_safe
def practice_results_table(request: ActorRequest, key: UUID) -> HttpResponse:
    """CSV of the results of a practice's uses that the reader may see; the access is logged for its source."""
    practice = get_practice(request.actor, key)
    page = PracticePage(request.actor, practice)
    log_access(request.actor, practice, "csv")
    header = [
        *(
            _("Label"),
            _("Effect"),
            _("Unit"),
            _("Organisation"),
            _("Service"),
            _("Kind of service"),
            _("From"),
            _("To"),
        ),
        *(
            _("Before"),
            _("After"),
            _("Change, %"),
            _("Change from, %"),
            _("Change to, %"),
            _("How many were counted"),
        ),
        *(_("Compared by"), _("Why it is not compared"), _("Note")),
    ]
    listed = list(_listed_results(_results(page)))
    # of the file as a whole
    label = strictest(practice.label, *(use.handling_label for use, _result, _reason in listed))
    response = csv_response(
        f"results-{practice.key}-{label}-{today():%Y-%m-%d}",
        header,
        [_csv_row(use, result, practice.label, reason) for use, result, reason in listed],
    )
    response["Cache-Control"] = "private, no-store"
    return response


def _listed_results(results: ComparedResults) -> Iterator[tuple[Adoption, AdoptionResult, str]]:
    """Each use with its result and why that is not compared."""
    for pool in results.pools:
        for row in pool.rows:
            yield row.use, row.result, ""
    for stranger in results.incomparable:
        if stranger.result is not None:
            yield stranger.use, stranger.result, stranger.reason


def _csv_row(use: Adoption, result: AdoptionResult, label: str, reason: str) -> list[str]:
    change = change_of(result.before, result.after, result.unit, result.counted)
    figures = (change.percent, change.low, change.high) if change else (None, None, None)
    return [
        *(Label(strictest(label, use.handling_label)).label, result.what, result.unit, use.organisation.name),
        *(use.service.name if use.service else "", result.service_kind),
        *(day.isoformat() if day else "" for day in (result.starts_on, result.ends_on)),
        *(plain_decimal(number) or "" for number in (result.before, result.after)),
        *("" if figure is None else f"{figure:.1f}" for figure in figures),
        *(str(result.counted or ""), result.comparison, reason, result.note),
    ]
