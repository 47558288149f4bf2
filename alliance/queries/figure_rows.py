"""The figures of one report as rows, each with what it refers to, which most of them share."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import QuerySet

from alliance.figure_fields import FigurePlace
from alliance.models import Figure, Indicator, Service
from alliance.queries.report_frame import ReportFrame


def figures_by_place(frame: ReportFrame, rows: QuerySet[Figure]) -> dict[FigurePlace, Figure]:
    """The figures by their places. What many of them refer to is one object, and not read with each again.

    One query; one more for each of the kinds of which the report does not ask for all any more.
    """
    figures = list(rows.select_related("updated_by").order_by("pk"))
    asked = {row.pk: row for required in frame.measures for row in required.indicators}
    indicators = asked | _missing(Indicator, asked, {row.indicator_id for row in figures})
    owned = {row.pk: row for row in frame.services}
    services = owned | _missing(Service, owned, {row.service_id for row in figures if row.service_id})
    for figure in figures:
        cached = figure._state.fields_cache
        cached["indicator"] = indicators[figure.indicator_id]
        cached["service"] = services[figure.service_id] if figure.service_id else None
    return {figure.place: figure for figure in figures}


def _missing(model: Any, known: Mapping[int, Any], ids: Collection[int]) -> dict[int, Any]:
    left = [pk for pk in ids if pk not in known]
    rows: dict[int, Any] = model.objects.filter(pk__in=left).in_bulk() if left else {}
    return rows
