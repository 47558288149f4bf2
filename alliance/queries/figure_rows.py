"""The figures of one report as rows, each with what it refers to, which most of them share."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import QuerySet

from alliance.figure_fields import FigurePlace
from alliance.models import Figure, Indicator, Person, Service
from alliance.queries.report_frame import ReportFrame


def figures_by_place(frame: ReportFrame, rows: QuerySet[Figure]) -> dict[FigurePlace, Figure]:
    """The figures by their places. What many of them refer to is one object, and not read with each again.

    Two queries; one more for each of the kinds of which the report does not ask for all any more.
    """
    figures = list(rows.order_by("pk"))
    asked = {row.pk: row for required in frame.measures for row in required.indicators}
    indicators = asked | _missing(Indicator, asked, {figure.indicator_id for figure in figures})
    owned = {None: None} | {row.pk: row for row in frame.services}
    services = owned | _missing(Service, owned, {figure.service_id for figure in figures})
    writers = {None: None} | Person.objects.in_bulk({figure.updated_by_id for figure in figures} - {None})
    by_place = {}
    for figure in figures:
        indicator, service = indicators[figure.indicator_id], services[figure.service_id]
        writer = writers.get(figure.updated_by_id)
        figure._state.fields_cache.update(indicator=indicator, service=service, updated_by=writer)
        by_place[FigurePlace(indicator.key, service.slug if service else None, figure.cell)] = figure
    return by_place


def _missing(model: Any, known: Mapping[Any, Any], ids: Collection[Any]) -> dict[Any, Any]:
    left = [pk for pk in ids if pk not in known]
    rows: dict[Any, Any] = model.objects.filter(pk__in=left).in_bulk() if left else {}
    return rows
