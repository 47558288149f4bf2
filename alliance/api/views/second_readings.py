"""Second readings: asked for, read measure by measure, sent, settled, withdrawn. No member ever sees one."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from alliance.api.serializers.filing import NothingSerializer
from alliance.api.serializers.second_readings import (
    OpinionInputSerializer,
    OpinionSerializer,
    SecondReadingDetailSerializer,
    SecondReadingInputSerializer,
    SecondReadingRowSerializer,
    SettlementsInputSerializer,
    WithdrawReadingInputSerializer,
)
from alliance.api.views.obligations import DeskReportEndpoint
from alliance.api.views.reviews import WRITE
from alliance.api.views.secretariat import SecretariatEndpoint
from alliance.filters import SecondReadingFilter
from alliance.models import SecondReading
from alliance.queries.second_readings import reading_rows, second_readings, visible_parts
from alliance.services import second_readings as services
from portal.kernel.api import ListView, respond, scopes_by_method
from portal.kernel.web import get_visible_or_404


class ReadingEndpoint(SecretariatEndpoint):
    """Base of what is about second readings."""

    required_scopes = scopes_by_method(POST=WRITE)

    @property
    def reading(self) -> SecondReading:
        reading: SecondReading = get_visible_or_404(
            second_readings(self.actor), self.actor, pk=self.kwargs["pk"]
        )
        return reading

    def reading_response(self, pk: int, status: int = 200) -> Response:
        """The reading as it is after the act."""
        reading = second_readings(self.actor).get(pk=pk)
        context = {
            **self.get_serializer_context(),
            "rows": reading_rows(self.actor, reading),
            "visible": visible_parts(self.actor, reading),
        }
        return respond(SecondReadingDetailSerializer(reading, context=context).data, status=status)


@extend_schema(summary="List second readings")
class SecondReadingList(SecretariatEndpoint, ListView):
    """Second readings of all reports, those asked for last first; `show=mine` those that you are asked for."""

    serializer_class = SecondReadingRowSerializer
    filterset_class = SecondReadingFilter
    ordering = ("-pk",)

    def get_queryset(self) -> QuerySet[SecondReading]:
        return second_readings(self.actor)


@extend_schema(
    summary="Ask for a second reading",
    request=SecondReadingInputSerializer,
    responses={201: SecondReadingDetailSerializer},
)
class ReportSecondReading(DeskReportEndpoint, ReadingEndpoint):
    """Asks another reviewer to read a report for the second time; they are notified.

    A manager may ask for one of a report that is still to be filed. Until it is sent, and until differences are
    settled, the review cannot be concluded.
    """

    required_scopes = scopes_by_method(POST=WRITE)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        report = self.get_report()
        asked = services.ReadingRequest(**self.validated_data(SecondReadingInputSerializer))
        reading = services.ask_second_reading(self.actor, report, asked)
        return self.reading_response(reading.pk, status=201)


@extend_schema(summary="Get a second reading", responses=SecondReadingDetailSerializer)
class SecondReadingDetail(ReadingEndpoint):
    """A second reading with both verdicts on each measure, as far as you may see them, and what you may do."""

    required_scopes = scopes_by_method(GET="read")

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.reading_response(self.reading.pk)


@extend_schema(
    summary="Give your verdict as a second reader",
    request=OpinionInputSerializer,
    responses={200: OpinionSerializer},
)
class SecondReadingOpinion(ReadingEndpoint):
    """Gives or changes your own verdict on one measure; the secretariat sees it once the reading is sent."""

    required_scopes = scopes_by_method(PUT=WRITE)

    def put(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        reading = self.reading
        data = self.validated_data(OpinionInputSerializer)
        row = next(
            (row for row in reading_rows(self.actor, reading) if row.step.key == self.kwargs["key"]), None
        )
        if row is None or row.step.measure is None:
            raise Http404
        opinion = services.give_opinion(self.actor, reading, row.step.measure, **data)
        return respond(OpinionSerializer(opinion).data)


@extend_schema(
    summary="Send a second reading",
    request=NothingSerializer,
    responses={200: SecondReadingDetailSerializer},
)
class SecondReadingSend(ReadingEndpoint):
    """Sends all of your verdicts to the reviewer: the reading agrees, or differs and has to be settled."""

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        reading = self.reading
        self.validated_data(NothingSerializer)
        return self.reading_response(services.send_reading(self.actor, reading).pk)


@extend_schema(
    summary="Settle a second reading",
    request=SettlementsInputSerializer,
    responses={200: SecondReadingDetailSerializer},
)
class SecondReadingSettle(ReadingEndpoint):
    """Settles every difference: the reader's verdict is taken over, or the first one kept, with a reason."""

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        reading = self.reading
        data = self.validated_data(SettlementsInputSerializer)
        settlements = SettlementsInputSerializer.settlements_in(data)
        return self.reading_response(services.settle_reading(self.actor, reading, settlements).pk)


@extend_schema(
    summary="Withdraw a second reading",
    request=WithdrawReadingInputSerializer,
    responses={200: SecondReadingDetailSerializer},
)
class SecondReadingWithdraw(ReadingEndpoint):
    """Withdraws a reading that was not sent; its reader and who asked for it are notified, with the reason.

    Only who asked for it, or a manager, withdraws it.
    """

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        reading = self.reading
        values = self.validated_data(WithdrawReadingInputSerializer)
        return self.reading_response(services.withdraw_reading(self.actor, reading, **values).pk)
