"""Who reviews what, in JSON: reviewers, and reports that are assigned, handed over and paused."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from alliance.api.serializers.obligations import MOST_REPORTS
from alliance.models import ReviewAssignment, ReviewPause
from portal.kernel.api import DayField, RowNumberField, StrictSerializer, TextField


@extend_schema_serializer(component_name="Reviewer")
class ReviewerSerializer(StrictSerializer):
    """Somebody who reviews."""

    id = serializers.IntegerField()
    name = serializers.CharField()


@extend_schema_serializer(component_name="ReviewerLoad")
class ReviewerLoadSerializer(ReviewerSerializer):
    """Somebody who reviews, with how many reports they have that are not concluded."""

    open_reports = serializers.IntegerField()


class ReviewerListSerializer(StrictSerializer):
    """The people who review, by name."""

    results = ReviewerLoadSerializer(many=True)


class ChosenReportSerializer(StrictSerializer):
    """A report, and the reviewer that it had when you read it."""

    id = RowNumberField()
    reviewer = RowNumberField(allow_null=True, default=None, help_text="By number; null for none.")


class AssignInputSerializer(StrictSerializer):
    """Reports that go to a reviewer."""

    example: ClassVar[Any] = {
        "reports": [{"id": 41, "reviewer": None}, {"id": 42, "reviewer": None}],
        "reviewer": 7,
        "note": "",
    }

    reports = ChosenReportSerializer(many=True, allow_empty=False, max_length=MOST_REPORTS)
    reviewer = RowNumberField(help_text="Who reviews them from now on.")
    note = TextField(
        column=(ReviewAssignment, "note"),
        allow_blank=True,
        default="",
        help_text="Needed where one of them has a reviewer: what they should know.",
    )


class AssignRefusalSerializer(StrictSerializer):
    """A report that stays where it is."""

    id = serializers.IntegerField()
    refusal = serializers.CharField()


class AssignedSerializer(StrictSerializer):
    """Which reports went to the reviewer, and which did not, with the reason."""

    example: ClassVar[Any] = {
        "assigned": [41],
        "refused": [{"id": 42, "refusal": "Already assigned to Rita."}],
    }

    assigned = serializers.ListField(child=serializers.IntegerField())
    refused = AssignRefusalSerializer(many=True)


class HandOverInputSerializer(StrictSerializer):
    """Who reviews it from now on, and what they should know."""

    example: ClassVar[Any] = {"reviewer": 8, "note": "Two questions are open.", "seen_reviewer": 7}

    reviewer = RowNumberField()
    note = TextField(column=(ReviewAssignment, "note"))
    seen_reviewer = RowNumberField(
        allow_null=True, default=None, help_text="The reviewer when you read it; null for none."
    )


class ReviewerReasonInputSerializer(StrictSerializer):
    """Why it changes its reviewer."""

    example: ClassVar[Any] = {"reason": "Rita is away until September.", "seen_reviewer": 7}

    reason = TextField(column=(ReviewAssignment, "note"))
    seen_reviewer = RowNumberField(
        allow_null=True, default=None, help_text="The reviewer when you read it; null for none."
    )


class PauseInputSerializer(StrictSerializer):
    """Until when a review stands still, and why."""

    example: ClassVar[Any] = {"until": "2026-09-30", "reason": "The member counts anew."}

    until = DayField()
    reason = TextField(column=(ReviewPause, "reason"))
