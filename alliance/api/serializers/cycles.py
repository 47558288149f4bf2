"""Cycles in JSON."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from alliance.api.serializers.facts import EarlierValueField
from alliance.enums import CycleState, Standing
from alliance.models import Cycle
from alliance.queries.public.cycles import date_changes
from alliance.queries.public.obligations import obligations_in
from portal.kernel.api import StrictSerializer, TranslatedField, UTCDateTimeField


class CharterNameSerializer(StrictSerializer):
    """A charter, by key and version."""

    key = serializers.SlugField()
    version = serializers.IntegerField()


@extend_schema_serializer(component_name="Cycle")
class CycleSerializer(StrictSerializer):
    """A reporting period, and the charter that its reports follow."""

    example: ClassVar[Any] = {
        "slug": "2026-h1",
        "title": {"en": "First half of 2026", "ru": "Первое полугодие 2026 года"},
        "state": "open",
        "charter": {"key": "online-safety", "version": 1},
        "starts_on": "2026-01-01",
        "ends_on": "2026-06-30",
        "due_on": "2026-08-15",
        "publish_on": "2026-11-30",
        "published_at": None,
    }

    slug = serializers.SlugField()
    title = TranslatedField("title")
    state = serializers.ChoiceField(
        choices=[state.value for state in CycleState if state != CycleState.PLANNED]
    )
    charter = CharterNameSerializer()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    due_on = serializers.DateField()
    publish_on = serializers.DateField(allow_null=True, help_text="As announced, if a day is.")
    published_at = UTCDateTimeField(allow_null=True)


@extend_schema_serializer(component_name="CycleReport")
class ObligationSerializer(StrictSerializer):
    """What became of one report that was due: nothing of what it says."""

    member = serializers.SlugField(source="organisation.slug")
    standing = serializers.ChoiceField(choices=Standing.values)
    due_on = serializers.DateField(allow_null=True)
    ended_on = serializers.DateField(
        allow_null=True, help_text="Of `ended`: when the membership ended, before the report was due."
    )
    submitted_at = UTCDateTimeField(allow_null=True)
    late = serializers.BooleanField()
    publication = serializers.IntegerField(source="report.valid_from", default=None, allow_null=True)
    corrected_in = serializers.IntegerField(
        source="report.corrected_in",
        default=None,
        allow_null=True,
        help_text="The number of the publication that last corrected what is said of the filing, or null.",
    )
    was = EarlierValueField(
        source="report.was",
        default=None,
        allow_null=True,
        help_text="What was said of it before that correction, as `standing` and `reason`, or null.",
    )


@extend_schema_serializer(component_name="CycleDateChange")
class DateChangeSerializer(StrictSerializer):
    """Dates of a cycle that were moved while it was open: those that had been announced, those of since, and why."""

    due_on_before = serializers.DateField()
    due_on = serializers.DateField()
    grace_ends_on_before = serializers.DateField()
    grace_ends_on = serializers.DateField()
    publish_on_before = serializers.DateField(allow_null=True)
    publish_on = serializers.DateField(allow_null=True)
    reason = TranslatedField("reason")
    changed_at = UTCDateTimeField()


@extend_schema_serializer(component_name="CycleDetail")
class CycleDetailSerializer(CycleSerializer):
    """A reporting period with the dates that were moved, and every report that was due, as soon as it is published."""

    date_changes = serializers.SerializerMethodField()
    reports = serializers.SerializerMethodField()

    @extend_schema_field(DateChangeSerializer(many=True))
    def get_date_changes(self, cycle: Cycle) -> list[dict[str, Any]]:
        return list(DateChangeSerializer(date_changes(cycle), many=True).data)

    @extend_schema_field(ObligationSerializer(many=True))
    def get_reports(self, cycle: Cycle) -> list[dict[str, Any]]:
        return list(ObligationSerializer(obligations_in(cycle), many=True).data)
