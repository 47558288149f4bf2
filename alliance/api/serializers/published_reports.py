"""Published reports in JSON: the frame, and one report with every answer, figure, verdict and reply."""

from typing import Any

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from alliance.api.serializers.bases import ReportFactSerializer
from alliance.api.serializers.cycles import CharterNameSerializer
from alliance.api.serializers.facts import (
    CorrectedSerializer,
    PublishedFigureSerializer,
    TotalSerializer,
    VerdictSerializer,
)
from alliance.queries.public import lists
from portal.kernel.api import StrictSerializer, UTCDateTimeField


class PublishedAnswerSerializer(CorrectedSerializer):
    """An answer to an indicator or on a pledge; a withheld one has no text."""

    measure = serializers.CharField()
    indicator = serializers.CharField()
    pledge = serializers.UUIDField(allow_null=True)
    text = serializers.CharField()
    language = serializers.CharField()
    withheld = serializers.BooleanField()


class PublishedEvidenceSerializer(StrictSerializer):
    """Public evidence: a link, a file with its digest, or a practice."""

    measure = serializers.CharField()
    kind = serializers.CharField()
    title = serializers.CharField()
    url = serializers.CharField()
    file_name = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()


class PublishedResponseSerializer(CorrectedSerializer):
    """A member's reply to a verdict."""

    commitment = serializers.CharField(source="commitment_key")
    text = serializers.CharField()
    language = serializers.CharField()
    signatory_name = serializers.CharField()
    signatory_office = serializers.CharField()
    signed_at = UTCDateTimeField()
    publication = serializers.IntegerField(source="valid_from")
    before_correction = serializers.IntegerField(
        allow_null=True,
        help_text="The publication that corrected a verdict on the commitment after the reply was signed: it is to the "
        "verdict before; null otherwise.",
    )
    before_reopening = serializers.BooleanField(
        source="is_before_reopening",
        help_text="Whether the reply was signed before the review was reopened, to a verdict that is another one now.",
    )


@extend_schema_serializer(component_name="PublishedReportHead")
class ReportHeadSerializer(ReportFactSerializer, CorrectedSerializer):
    """A published report, or a notice that none was filed or required, without content."""

    charter = CharterNameSerializer(source="cycle.charter")
    earlier_version = serializers.IntegerField(
        allow_null=True,
        help_text=(
            "The earlier version of the charter that the report answers to; null where it is the cycle’s."
            " Figures and verdicts that have one successor bear its key."
        ),
    )
    notice = serializers.CharField(
        help_text=(
            "Empty for a report, otherwise `not_filed` or `exempt`; by a correction also `late` or `filed`, where a"
            " report was filed that is not published yet."
        )
    )
    reason = serializers.CharField(help_text="The reason for an exemption.")
    late = serializers.BooleanField()
    submitted_at = UTCDateTimeField(allow_null=True)
    submission_sha256 = serializers.CharField()
    signatory_name = serializers.CharField()
    signatory_office = serializers.CharField()


@extend_schema_serializer(component_name="PublishedReport")
class ReportSerializer(ReportHeadSerializer):
    """A published report, with its content."""

    answers = PublishedAnswerSerializer(many=True)
    evidence = PublishedEvidenceSerializer(many=True)
    figures = serializers.SerializerMethodField()
    totals = serializers.SerializerMethodField()
    verdicts = serializers.SerializerMethodField()
    responses = serializers.SerializerMethodField()

    @extend_schema_field(PublishedFigureSerializer(many=True))
    def get_figures(self, report: Any) -> Any:
        return PublishedFigureSerializer(lists.figures_of(report), many=True).data

    @extend_schema_field(TotalSerializer(many=True))
    def get_totals(self, report: Any) -> Any:
        return TotalSerializer(lists.totals_of(report), many=True).data

    @extend_schema_field(VerdictSerializer(many=True))
    def get_verdicts(self, report: Any) -> Any:
        return VerdictSerializer(lists.published_verdicts_of(report), many=True).data

    @extend_schema_field(PublishedResponseSerializer(many=True))
    def get_responses(self, report: Any) -> Any:
        return PublishedResponseSerializer(lists.responses_of(report), many=True).data
