"""A report's data as files: the published document as JSON, its figures as a table."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from alliance.figure_fields import FIELDS, FLAG_COLUMNS, NUMBER_COLUMNS, TEXT_COLUMNS, FiledFigure
from alliance.models import Indicator
from alliance.queries.public.readings import Reading
from alliance.queries.public.reports import ReportRecord
from alliance.queries.public.wording import cell_title, choice_title, in_charter_order, status_text
from alliance.validators.corrections import CorrectionPlace, PublishedCorrection
from alliance.web.public.csv_tables import correction_cells, flag_text
from alliance.web.public.report_sections import ReportPage
from alliance.web.public.responses import Cell


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


def figures_table(report_page: ReportPage) -> tuple[list[Cell], list[list[Cell]]]:
    """Header and rows: one for each figure, then one for each total over services."""
    header: list[Cell] = [
        _("Commitment"), _("Measure"), _("Indicator"), _("Title"), _("Unit"), _("Service"), _("Part"),
        *_headings("status", "value", *NUMBER_COLUMNS, *FLAG_COLUMNS), _("Services counted"), _("Services in all"),
        *_headings(*TEXT_COLUMNS), _("Value before the correction"), _("Corrected in publication"),
    ]  # fmt: skip
    rows: list[list[Cell]] = []
    for section in report_page.sections:
        for block in section.measures:
            for indicator in block.measure.indicators.all():
                unit = str(indicator.get_unit_display())
                frame = [section.commitment.code, block.measure.code, indicator.code, indicator.title, unit]
                rows += [
                    [*frame, *row]
                    for row in (*_figures(report_page, indicator), *_totals(report_page, indicator))
                ]
    return header, rows


def _headings(*names: str) -> list[Cell]:
    return [str(FIELDS[name].heading) for name in names]


def _figures(report_page: ReportPage, indicator: Indicator) -> list[list[Cell]]:
    filed = [
        figure for place, figure in report_page.facts.figures.items() if place.indicator == indicator.key
    ]
    services = list(dict.fromkeys(figure.place.service for figure in filed))
    order = in_charter_order(report_page.record.charter, {figure.place.cell for figure in filed})
    filed.sort(key=lambda each: (services.index(each.place.service), order.index(each.place.cell)))
    return [_figure(report_page, indicator, figure) for figure in filed]


def _figure(report_page: ReportPage, indicator: Indicator, figure: FiledFigure) -> list[Cell]:
    place, values = figure.place, figure.values
    choice = choice_title(indicator, values.choice) if values.choice else None
    # a column has why there is no figure, or what changed in its definition
    texts = {name: getattr(values, name) for name in TEXT_COLUMNS} | {
        "reason": values.reason or values.definition_note
    }
    return [
        report_page.names.get(place.service or "", ""),
        cell_title(report_page.record.charter, place.cell) if place.cell else "",
        status_text(values.status, withheld=figure.withheld),
        choice if choice else values.value,
        *(getattr(values, name) for name in NUMBER_COLUMNS),
        *(flag_text(getattr(values, name)) for name in FLAG_COLUMNS),
        None,
        None,
        *texts.values(),
        *_correction(report_page, indicator, report_page.corrections.get(CorrectionPlace.of_figure(place))),
    ]


def _correction(
    report_page: ReportPage, indicator: Indicator, last: PublishedCorrection | None
) -> list[Cell]:
    if last is None:
        return [None, None]
    number = last.entry["publication"] or report_page.record.publication.number
    return correction_cells(indicator, Reading(corrected_in=number, was=last.old))


def _totals(report_page: ReportPage, indicator: Indicator) -> list[list[Cell]]:
    parts = in_charter_order(report_page.record.charter, report_page.facts.cells.get(indicator.key, ()))
    rows: list[list[Cell]] = []
    for cell in ("", *parts):
        total = report_page.facts.total(indicator.key, cell)
        if total:
            flags = {"estimate": total.estimate, "definition_changed": total.broken}
            rows.append(
                [
                    _("All services"),
                    cell_title(report_page.record.charter, cell) if cell else "",
                    status_text(total.status, withheld=total.withheld),
                    total.value,
                    *[None] * len(NUMBER_COLUMNS),
                    *(flag_text(flags.get(name, False)) for name in FLAG_COLUMNS),
                    total.parts,
                    total.of,
                    *[""] * len(TEXT_COLUMNS),
                    *_correction(
                        report_page, indicator, report_page.corrected_totals.get((indicator.key, cell))
                    ),
                ]
            )
    return rows
