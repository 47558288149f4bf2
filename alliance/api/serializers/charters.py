"""Charters in JSON: their text and their indicators."""

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from alliance.enums import (
    Aggregation,
    CharterState,
    Direction,
    Disclosure,
    IndicatorScope,
    IndicatorType,
    Period,
    PeriodAggregation,
)
from portal.kernel.api import PublishedTranslations, StrictSerializer, TranslatedField


class KeyedTitleSerializer(StrictSerializer):
    """A key and its title."""

    key = serializers.CharField()
    title = PublishedTranslations()


class BreakdownSerializer(KeyedTitleSerializer):
    """A breakdown of figures, with its cells; the parts of a category follow it, with the key `category/part`."""

    cells = KeyedTitleSerializer(many=True)


class HarmSerializer(StrictSerializer):
    """A harm from the charter's list, with its identifiers in other taxonomies."""

    key = serializers.SlugField()
    title = TranslatedField("title")
    note = TranslatedField("note")
    identifiers = serializers.ListField(child=serializers.DictField())


class IndicatorSerializer(StrictSerializer):
    """What a measure asks for: a narrative or a figure."""

    key = serializers.SlugField()
    code = serializers.CharField()
    type = serializers.ChoiceField(choices=IndicatorType.values)
    title = TranslatedField("title")
    guidance = TranslatedField("guidance")
    explanation = TranslatedField("explanation")
    value = serializers.CharField(help_text="The type of a figure's value; empty for a narrative.")
    unit = serializers.CharField()
    choices = KeyedTitleSerializer(many=True)
    direction = serializers.ChoiceField(choices=Direction.values)
    scope = serializers.ChoiceField(choices=IndicatorScope.values)
    breakdowns = serializers.ListField(child=serializers.SlugField())
    exclusive = serializers.BooleanField()
    aggregation = serializers.ChoiceField(choices=Aggregation.values)
    disclosure = serializers.ChoiceField(
        choices=Disclosure.values, help_text="The disclosure that the charter proposes."
    )
    limit = serializers.IntegerField(help_text="The maximum length of a narrative, in characters.")
    minimum = serializers.DecimalField(max_digits=30, decimal_places=6, allow_null=True)
    maximum = serializers.DecimalField(max_digits=30, decimal_places=6, allow_null=True)
    part_of = serializers.CharField(
        help_text="The key of the figure that this one cannot exceed; empty for none."
    )
    period = serializers.ChoiceField(
        choices=["", *Period.values],
        help_text="Asked for by the months or quarters of the cycle too, or empty.",
    )
    period_aggregation = serializers.ChoiceField(
        choices=["", *PeriodAggregation.values],
        help_text="How the total comes about from those; empty without.",
    )


class MeasureSerializer(StrictSerializer):
    """A measure of a commitment; core measures are required of every member."""

    key = serializers.SlugField()
    code = serializers.CharField()
    core = serializers.BooleanField()
    title = TranslatedField("title")
    text = TranslatedField("text")
    indicators = IndicatorSerializer(many=True, source="indicators.all")


class CommitmentSerializer(StrictSerializer):
    """A commitment that the signatories make."""

    key = serializers.SlugField()
    code = serializers.CharField()
    short = TranslatedField("short")
    title = TranslatedField("title")
    text = TranslatedField("text")
    measures = MeasureSerializer(many=True, source="measures.all")


class ChapterSerializer(StrictSerializer):
    """A chapter: a group of commitments."""

    title = TranslatedField("title")
    commitments = CommitmentSerializer(many=True, source="commitments.all")


@extend_schema_serializer(component_name="CharterHead")
class CharterHeadSerializer(StrictSerializer):
    """A version of a charter, without its text."""

    key = serializers.SlugField()
    version = serializers.IntegerField()
    state = serializers.ChoiceField(choices=[CharterState.IN_FORCE.value, CharterState.SUPERSEDED.value])
    title = TranslatedField("title")
    summary = TranslatedField("summary")
    working_text = serializers.BooleanField(
        help_text="Whether this is a working text that the alliance has not adopted yet."
    )
    in_force_on = serializers.DateField(allow_null=True)
    sha256 = serializers.CharField()


@extend_schema_serializer(component_name="Charter")
class CharterSerializer(CharterHeadSerializer):
    """A version of a charter, with its full text."""

    note = TranslatedField("note")
    chapters = ChapterSerializer(many=True, source="chapters.all")
    harms = HarmSerializer(many=True, source="harms.all")
    breakdowns = BreakdownSerializer(many=True)
