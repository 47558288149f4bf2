"""A report's data as files: the published document as JSON, its figures as a table."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from alliance.models import Commitment, Indicator, Measure
from alliance.queries.public.readings import Reading
from alliance.queries.public.report_facts import Item, decimal
from alliance.queries.public.reports import ReportRecord
from alliance.queries.public.wording import cell_title, choice_title, in_charter_order, status_text
from alliance.web.public.answers import Cell
from alliance.web.public.report_sections import ReportPage
from alliance.web.public.sheets import yes


def report_json(record: ReportRecord) -> dict[str, Any]:
    """The document exactly as it was published, and which publication it is."""
    publication = record.publication
    body = reverse("public:publication-body", args=[publication.number])
    return {
        "publication": {
            "number": publication.number,
            "revision": publication.revision,
            "published_at": publication.published_at.isoformat(),
            "sha256": publication.sha256,
            "body": settings.ORIGIN + body,
        },
        "document": record.document,
    }


def figures_table(shown: ReportPage) -> tuple[list[Cell], list[list[Cell]]]:
    """Header and rows: one for each figure, then one for each total over services."""
    header: list[Cell] = [
        _("Commitment"), _("Measure"), _("Indicator"), _("Title"), _("Unit"), _("Service"), _("Part"),
        _("Status"), _("Value"), _("Numerator"), _("Denominator"), _("Lower bound"), _("Upper bound"),
        _("Estimate"), _("Definition changed"), _("Services counted"), _("Services in all"),
        _("How it was counted"), _("Note"), _("Reason"),
    ]  # fmt: skip
    rows: list[list[Cell]] = []
    for section in shown.sections:
        for block in section.measures:
            for indicator in block.measure.indicators.all():
                frame = _frame(section.commitment, block.measure, indicator)
                rows += [[*frame, *row] for row in (*_figures(shown, indicator), *_totals(shown, indicator))]
    return header, rows


def _frame(commitment: Commitment, measure: Measure, indicator: Indicator) -> list[Cell]:
    unit = str(indicator.get_unit_display())
    return [commitment.code, measure.code, indicator.code, indicator.title, unit]


def _figures(shown: ReportPage, indicator: Indicator) -> list[list[Cell]]:
    filed = [figure for place, figure in shown.facts.figures.items() if place[0] == indicator.key]
    services = list(dict.fromkeys(figure["service"] for figure in filed))
    order = in_charter_order(shown.record.charter, {figure["cell"] for figure in filed})
    filed.sort(key=lambda figure: (services.index(figure["service"]), order.index(figure["cell"])))
    return [_figure(shown, indicator, figure) for figure in filed]


def _figure(shown: ReportPage, indicator: Indicator, figure: Item) -> list[Cell]:
    choice = choice_title(indicator, figure["choice"]) if figure["choice"] else None
    return [
        shown.names.get(figure["service"] or "", ""),
        cell_title(shown.record.charter, figure["cell"]) if figure["cell"] else "",
        status_text(figure["status"], withheld=figure["withheld"]),
        choice if choice else decimal(figure["value"]),
        *(decimal(figure[name]) for name in ("numerator", "denominator", "lower", "upper")),
        yes(figure["estimate"]),
        yes(figure["definition_changed"]),
        None,
        None,
        figure["method"],
        figure["note"],
        figure["reason"] or figure["definition_note"],
    ]


def _totals(shown: ReportPage, indicator: Indicator) -> list[list[Cell]]:
    parts = in_charter_order(shown.record.charter, shown.facts.cells.get(indicator.key, ()))
    cells = ["", *parts]
    found = [(cell, shown.facts.total(indicator.key, cell)) for cell in cells]
    return [_total(shown, cell, total) for cell, total in found if total]


def _total(shown: ReportPage, cell: str, total: Reading) -> list[Cell]:
    part = cell_title(shown.record.charter, cell) if cell else ""
    status = status_text(total.status, withheld=total.withheld)
    nothing: list[Cell] = [None] * 4
    marks: list[Cell] = [yes(total.estimate), yes(total.broken), total.parts, total.of]
    return [_("All services"), part, status, total.value, *nothing, *marks, "", "", ""]
