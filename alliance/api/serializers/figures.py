"""Figures of a report in JSON: as they are stored, as they are sent, and what the checks find in them."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from alliance.api.serializers.answers import DISCLOSURES
from alliance.api.serializers.figure_values import FigureValuesSerializer, input_field
from alliance.models import Figure
from portal.kernel.api import StrictSerializer, TextField, UTCDateTimeField, VersionField

MOST_ROWS = 5000


class DraftFigureSerializer(FigureValuesSerializer):
    """A figure of the working copy of a report."""

    id = serializers.IntegerField(source="pk")
    indicator = serializers.SlugField(source="indicator.key")
    service = serializers.SerializerMethodField()
    cell = serializers.CharField()
    disclosure = serializers.ChoiceField(choices=DISCLOSURES)
    disclosure_reason = serializers.CharField()
    carried_over = serializers.BooleanField(
        help_text="Carried over from the last period and not confirmed yet. A reported figure without a value holds "
        "only how it was counted, or who may read it: its number is asked for anew."
    )
    version = serializers.IntegerField()
    updated_at = UTCDateTimeField()

    def get_service(self, figure: Any) -> str | None:
        return figure.service.slug if figure.service else None


class FigureInputSerializer(FigureValuesSerializer):
    """A figure to save. It replaces the stored one for the same indicator, service and cell."""

    indicator = TextField(max_length=60)
    service = TextField(
        max_length=60, allow_null=True, help_text="The slug of the service; null for the whole organisation."
    )
    cell = TextField(
        column=(Figure, "cell"),
        allow_blank=True,
        default="",
        help_text="The part as `dimension=cell`, several joined by `;`; empty for the total.",
    )
    version = VersionField(
        allow_null=True,
        default=None,
        help_text="The version you read, 0 for none. When sent, a figure that has changed since is not overwritten.",
    )

    @staticmethod
    def value_field(name: str) -> serializers.Field:
        return input_field(name)


class FiguresInputSerializer(StrictSerializer):
    """Up to 5,000 figures; all are saved, or none."""

    example: ClassVar[Any] = {
        "figures": [
            {"indicator": "content-actioned", "service": "ivory-cloud", "value": "1200"},
            {
                "indicator": "found-proactively",
                "service": "ivory-cloud",
                "cell": "harm=grooming",
                "value": "40",
            },
        ]
    }

    figures = FigureInputSerializer(
        many=True,
        allow_empty=False,
        max_length=MOST_ROWS,
        error_messages={"max_length": _("Send at most {max_length} rows at once.")},
    )


class FindingSerializer(StrictSerializer):
    """A problem to solve before sign-off: correct an error, explain a warning in the note."""

    indicator = serializers.SlugField()
    service = serializers.SlugField(allow_null=True)
    cell = serializers.CharField()
    kind = serializers.ChoiceField(choices=["error", "warning"])
    where = serializers.CharField(help_text="The place in words.")
    detail = serializers.CharField()


class SavedSerializer(StrictSerializer):
    """The number of figures that changed, and the findings in all figures of the report."""

    changed = serializers.IntegerField()
    findings = FindingSerializer(many=True)


def findings_data(copy: Any) -> list[Mapping[str, Any]]:
    """Errors, and warnings that no note answers yet, each with its place."""
    findings = [("error", error) for error in copy.errors] + [
        ("warning", unanswered_warning) for unanswered_warning in copy.unanswered_warnings
    ]
    return [
        {
            **finding.place._asdict(),
            "kind": kind,
            "where": copy.frame.words_of(finding.place),
            "detail": str(finding),
        }
        for kind, finding in findings
    ]
