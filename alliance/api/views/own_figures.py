"""The figures of a member's own report: list, save in bulk, delete, set the disclosure."""

from typing import Any

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework.exceptions import ValidationError
from rest_framework.mixins import ListModelMixin
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from alliance.api.figure_csv import FigureCSVParser, FigureCSVRenderer
from alliance.api.figure_rows import figure_conflict_problem, figure_rows, read_rows
from alliance.api.serializers.answers import DisclosureInputSerializer
from alliance.api.serializers.figures import (
    DraftFigureSerializer,
    FiguresInputSerializer,
    SavedSerializer,
    findings_data,
)
from alliance.api.views.own_reports import ReportEndpoint
from alliance.figure_csv import rows_of, write_figure_csv
from alliance.models import Figure
from alliance.queries.report_frame import RequestedFigure, report_frame
from alliance.queries.working_copy import working_copy
from alliance.services.figures import FigureChange, FigureConflict, save_figures
from alliance.services.reports import set_disclosure
from portal.kernel.api import JSONParser, etag_of, matched_version, respond, scopes_by_method
from portal.kernel.web import attachment_response, get_visible_or_404


@extend_schema_view(
    get=extend_schema(
        summary="List the figures of a report",
        responses={
            (200, "application/json"): DraftFigureSerializer(many=True),
            (200, "text/csv"): OpenApiResponse(OpenApiTypes.STR, "All figures, a row for each."),
        },
    ),
    patch=extend_schema(
        summary="Save figures in bulk",
        request={"application/json": FiguresInputSerializer, "text/csv": OpenApiTypes.BINARY},
        responses={200: SavedSerializer},
    ),
)
class FigureList(ListModelMixin, ReportEndpoint):
    """The stored figures of a report. `PATCH` saves up to 5,000 of them, all or none.

    Both in JSON and in CSV: with `Accept: text/csv` all figures are answered in one file, without pages, and such a
    file is taken with `Content-Type: text/csv`: `indicator`, `service`, `cell`, the fields of a figure, `version`.

    A row is refused, and nothing is saved, when the report does not ask for that figure, when an earlier row has the
    same place, or when the value does not fit the indicator's type. What only prevents sign-off is saved and listed
    under `findings`.
    """

    # as many queries for any number of rows

    required_scopes = scopes_by_method(GET="read", PATCH="reports:write")
    serializer_class = DraftFigureSerializer
    parser_classes = (JSONParser, FigureCSVParser)
    renderer_classes = (JSONRenderer, FigureCSVRenderer)

    def get_queryset(self) -> QuerySet[Figure]:
        rows = Figure.objects.visible_to(self.actor).filter(report_id=self.kwargs.get("pk"))
        figures: QuerySet[Figure] = rows.select_related("indicator", "service")
        return figures

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        report = self.report
        if request.accepted_renderer.format == FigureCSVRenderer.format:
            lines = write_figure_csv(rows_of(self.get_queryset().order_by("pk")))
            return attachment_response(
                "".join(lines).encode(), f"{report.cycle.slug}-figures.csv", "text/csv; charset=utf-8"
            )
        return self.list(request, *args, **kwargs)

    def patch(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        report = self.get_report("report.edit")  # before any text names the report
        frame = report_frame(report)
        figures_input_serializer = FiguresInputSerializer(data=request.data)
        if not figures_input_serializer.is_valid():
            figure_rows(frame).refuse_shapes(request.data, figures_input_serializer.errors)
            raise ValidationError(figures_input_serializer.errors)
        rows = figures_input_serializer.validated_data["figures"]
        try:
            saved = save_figures(self.actor, report, read_rows(frame, rows))
        except FigureConflict as conflict:
            raise figure_conflict_problem(frame, rows, conflict) from conflict
        return respond({"changed": saved.changed, "findings": findings_data(working_copy(report))})


class FigureEndpoint(ReportEndpoint):
    """Base of the views of one figure."""

    def stored(self) -> Figure:
        report, pk = self.report, self.kwargs["figure"]
        figure: Figure = get_visible_or_404(
            Figure.objects.select_related("indicator", "service"), self.actor, report=report, pk=pk
        )
        return figure


@extend_schema_view(
    get=extend_schema(summary="Get a figure", responses=DraftFigureSerializer),
    delete=extend_schema(summary="Delete a figure", responses={204: None}),
)
class FigureDetail(FigureEndpoint):
    """One figure. Its `ETag` is its version; to delete it, send that version as `If-Match`."""

    required_scopes = scopes_by_method(GET="read", DELETE="reports:write")
    has_versions = True

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        figure = self.stored()
        return respond(DraftFigureSerializer(figure).data, headers={"ETag": etag_of(figure.version)})

    def delete(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        figure, version = self.stored(), matched_version(request)
        target = RequestedFigure(figure.indicator, figure.service, figure.cell)
        save_figures(self.actor, self.report, [FigureChange(target, None, version)])
        return respond()


@extend_schema(
    summary="Set the disclosure of a figure",
    request=DisclosureInputSerializer,
    responses={200: DraftFigureSerializer},
)
class FigureDisclose(FigureEndpoint):
    """Restricts a figure to the secretariat or makes it public. Only a signatory may do this."""

    required_scopes = scopes_by_method(POST="reports:write")

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        figure = self.stored()
        data = self.validated_data(DisclosureInputSerializer)
        saved_figure = set_disclosure(self.actor, self.report, figure, data["disclosure"], data["reason"])
        return respond(
            DraftFigureSerializer(saved_figure).data, headers={"ETag": etag_of(saved_figure.version)}
        )
