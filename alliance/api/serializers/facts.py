"""Figures, verdicts and reference counts in JSON: one row each."""

from typing import Any

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from alliance.api.serializers.bases import ReportFactSerializer
from alliance.api.serializers.figure_values import FigureValuesSerializer, output_field
from alliance.enums import VerdictValue
from portal.kernel.api import StrictSerializer, UTCDateTimeField
from portal.kernel.text import DECIMALS, WHOLE_DIGITS, plain_decimal


class PlainDecimalField(serializers.DecimalField):
    """A number as a string, without trailing zeros."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=WHOLE_DIGITS + DECIMALS, decimal_places=None, **kwargs)

    def to_representation(self, value: Any) -> str:
        return plain_decimal(value)


@extend_schema_field({"type": "object", "additionalProperties": {}})
class EarlierValueField(serializers.JSONField):
    """The entry of a publication in which a value stood before."""


class CorrectedSerializer(StrictSerializer):
    """Base of rows whose value may have been corrected."""

    corrected_in = serializers.IntegerField(
        allow_null=True,
        default=None,  # a row of a document has it where it was corrected alone
        help_text="The number of the publication that corrected the value last, or null.",
    )
    was = EarlierValueField(
        allow_null=True,
        default=None,
        help_text="What stood there before that correction, as the publication has it, or null.",
    )


@extend_schema_serializer(component_name="PublishedFigure")
class PublishedFigureSerializer(FigureValuesSerializer, ReportFactSerializer, CorrectedSerializer):
    """A published figure; a withheld one has no value."""

    indicator = serializers.CharField(source="indicator_key")
    service = serializers.SlugField(
        source="service.slug",
        default=None,
        allow_null=True,
        help_text="The slug of the service; null for the whole organisation.",
    )
    cell = serializers.CharField(help_text="The cell of the breakdown; empty for the total.")
    withheld = serializers.BooleanField()
    users_from = serializers.IntegerField(
        allow_null=True,
        help_text="At least so many people use the service in a month, or where `service` is null all services of the"
        " organisation, as their owner publishes it now. Null unless the figure is the whole of a count of the last"
        " published cycle, public, and every service publishes its users.",
    )
    users_to = serializers.IntegerField(
        allow_null=True, help_text="At most so many; null where the number has no upper bound."
    )
    rate_from = PlainDecimalField(
        allow_null=True,
        help_text="The value for each million of `users_to`, in two digits: the rate is at least this.",
    )
    rate_to = PlainDecimalField(
        allow_null=True,
        help_text="The value for each million of `users_from`, in two digits: the rate is at most this.",
    )

    @staticmethod
    def value_field(name: str) -> serializers.Field:
        return output_field(name, PlainDecimalField)


@extend_schema_serializer(component_name="PublishedTotal")
class TotalSerializer(CorrectedSerializer):
    """The total of an indicator over a member's services; a withheld total has no value."""

    indicator = serializers.CharField(source="indicator_key")
    cell = serializers.CharField()
    withheld = serializers.BooleanField()
    value = PlainDecimalField(allow_null=True)
    parts = serializers.IntegerField(help_text="The number of services with a figure.")
    of = serializers.IntegerField(help_text="The number of services that the indicator applies to.")


@extend_schema_serializer(component_name="PublishedVerdict")
class VerdictSerializer(ReportFactSerializer, CorrectedSerializer):
    """A published verdict: on a pledge when `pledge` is set, on a measure when `measure` is, else on a commitment."""

    commitment = serializers.CharField(source="commitment_key")
    measure = serializers.CharField(source="measure_key")
    pledge = serializers.UUIDField(source="pledge_record", allow_null=True)
    value = serializers.ChoiceField(choices=VerdictValue.values)
    reason = serializers.CharField()
    difference = serializers.CharField()
    language = serializers.CharField()
    given_at = UTCDateTimeField()


@extend_schema_serializer(component_name="ReferenceCount")
class ReferenceSerializer(StrictSerializer):
    """A count from another source about a member, or one of its services, in a period."""

    member = serializers.SlugField(source="organisation.slug")
    service = serializers.SlugField(source="service.slug", default=None, allow_null=True)
    indicator = serializers.CharField(source="indicator_key")
    cell = serializers.CharField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    value = PlainDecimalField()
    observer = serializers.CharField()
    source = serializers.CharField()
