"""How the secretariat itself works in a cycle: turnaround, returns, verdicts, agreement of second readers."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from alliance.models import Cycle
from alliance.queries.review_figures import (
    CycleFigures,
    HistogramBin,
    agreement,
    agreement_cases,
    cycle_figures,
    late_reports,
    reader_figures,
    second_opinions,
    verdict_counts,
    verdict_totals,
)
from alliance.web.forms.allocation import cycles_to_choose
from portal.kernel.charts import Bar, BarChart
from portal.kernel.text import whole_number
from portal.kernel.web import ActorRequest


@require_safe
def review_work(request: ActorRequest) -> HttpResponse:
    """How we work, by cycle: days to conclude, reports returned, verdicts by reviewer, agreement of second readers."""
    actor = request.actor
    cycles = list(cycles_to_choose(actor)[:20])
    chosen = _chosen(cycles, request.GET.get("cycle", ""))
    context: dict[str, Any] = {"nav": "secretariat:review-list", "cycles": cycles, "cycle": chosen}
    if chosen is not None:
        before = _before(cycles, chosen)
        figures = cycle_figures(actor, chosen)
        earlier = cycle_figures(actor, before) if before is not None else None
        verdicts, opinions = verdict_counts(actor, chosen), second_opinions(actor, chosen)
        totals = verdict_totals(verdicts)
        context |= {
            "figures": figures,
            "late_reports": late_reports(actor, figures),
            "earlier": earlier,
            "chart": _histogram(figures, earlier) if figures.turnarounds else None,
            "readers": reader_figures(actor, figures, verdicts, opinions),
            "totals": totals,
            "total": sum(count for _value, count in totals),
            "most": max(count for _value, count in totals),
            "agreement": agreement(actor, opinions),
            "cases": _cases(request, chosen),
        }
    return render(request, "alliance/secretariat/review_work.html", context)


def _chosen(cycles: Sequence[Cycle], slug: str) -> Cycle | None:
    """The cycle that the address names; the newest one otherwise."""
    return next((each for each in cycles if each.slug == slug), next(iter(cycles), None))


def _before(cycles: Sequence[Cycle], cycle: Cycle) -> Cycle | None:
    place = list(cycles).index(cycle)
    return cycles[place + 1] if place + 1 < len(cycles) else None


def _cases(request: ActorRequest, cycle: Cycle) -> Any:
    """The differences of the pair of people that the address names."""
    reader, reviewer = (whole_number(request.GET.get(name, "")) for name in ("reader", "reviewer"))
    if reader is None or reviewer is None:
        return []
    return agreement_cases(request.actor, cycle, reader, reviewer)


def _histogram(figures: CycleFigures, earlier: CycleFigures | None) -> BarChart:
    """How many reports took how many days; outlined those of the cycle before, where it promised as many."""
    before = earlier.bins if earlier and earlier.cycle.review_days == figures.cycle.review_days else []
    bars: list[Bar] = []
    for place, row in enumerate(figures.bins):
        group = _("Within the promised days") if not row.is_late else _("Later than promised")
        if before:
            bars.append(
                Bar(
                    _("%(days)s, cycle before") % {"days": _days(row)},
                    Decimal(before[place].count),
                    outlined=True,
                    group=group,
                )
            )
        bars.append(Bar(_days(row), Decimal(row.count), group=group))
    title = ngettext(
        "Days from submission to conclusion; %(n)d day is promised",
        "Days from submission to conclusion; %(n)d days are promised",
        figures.cycle.review_days,
    )
    return BarChart(name="turnaround", title=title % {"n": figures.cycle.review_days}, bars=bars)


def _days(row: HistogramBin) -> str:
    if row.last is None:
        return _("%(first)d days and more") % {"first": row.first}
    return _("%(first)d–%(last)d days") % {"first": row.first, "last": row.last}
