"""What members owe in a cycle, in JSON: reminders, later deadlines, exemptions, members without a report."""

from typing import Any, ClassVar

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from alliance.api.serializers.reports import ObligationSerializer
from alliance.enums import ExtensionRequestState
from alliance.models import ExtensionRequest, Report
from alliance.services.extensions import ShownDeadline
from portal.kernel.api import (
    DayField,
    RowNumberField,
    StrictSerializer,
    TextField,
    UTCDateTimeField,
)

MOST_REPORTS = 1000  # named in one request, as on the page


class RemindInputSerializer(StrictSerializer):
    """Whom to remind, and what to say beside the letter's own words."""

    example: ClassVar[Any] = {"reports": [42, 43], "text": "We are there on Friday until 18:00."}

    reports = serializers.ListField(
        child=RowNumberField(),
        max_length=MOST_REPORTS,
        allow_null=True,
        default=None,
        allow_empty=False,
        help_text="Null: every one that is not submitted.",
    )
    text = TextField(max_length=2000, allow_blank=True, default="")


class RemindedSerializer(StrictSerializer):
    """The reports whose members were reminded."""

    reminded = serializers.ListField(child=serializers.IntegerField())


class ShownRequestSerializer(StrictSerializer):
    """A report, and its request for more time as you have read it."""

    id = RowNumberField()
    extension_request = RowNumberField(
        allow_null=True,
        help_text="Its number; null where none waits. With another one the report stays as it is.",
    )


class ShownDeadlineSerializer(ShownRequestSerializer):
    """The same, and its deadline as you have read it."""

    due_on = DayField(
        allow_null=True,
        default=None,
        help_text="Its `due_on`, while changes are requested its `changes_due_on`. With another one the report stays "
        "as it is; null: it is not compared.",
    )


def shown_in(data: Any) -> dict[int, ShownDeadline]:
    """The reports of an answer to several members, as the program has read them."""
    shown = {}
    for row in data["reports"]:
        deadline = row.get("due_on")
        shown[row["id"]] = ShownDeadline(row["extension_request"] or 0, deadline and deadline.isoformat())
    return shown


class ExtendInputSerializer(StrictSerializer):
    """Later deadlines of several members, for one reason; none of them was moved or has asked otherwise since."""

    example: ClassVar[Any] = {
        "reports": [
            {"id": 42, "extension_request": 7, "due_on": "2026-08-15"},
            {"id": 43, "extension_request": None, "due_on": "2026-08-15"},
        ],
        "due_on": "2026-08-29",
        "reason": "Their data centre moved.",
    }

    reports = ShownDeadlineSerializer(many=True, allow_empty=False, max_length=MOST_REPORTS)
    due_on = DayField(allow_null=True, default=None, help_text="Null: to each the day that it asks for.")
    reason = TextField(column=(Report, "extension_reason"), max_length=2000, help_text="The member reads it.")


class RefuseExtensionsInputSerializer(StrictSerializer):
    """Requests for more time that are refused, for one reason; nobody has asked otherwise since."""

    example: ClassVar[Any] = {
        "reports": [{"id": 42, "extension_request": 7}],
        "reason": "The figures are needed for the council.",
    }

    reports = ShownRequestSerializer(many=True, allow_empty=False, max_length=MOST_REPORTS)
    reason = TextField(
        column=(ExtensionRequest, "decision_reason"), max_length=2000, help_text="The member reads it."
    )


class ExtensionOutcomeSerializer(StrictSerializer):
    """What became of one deadline."""

    id = serializers.IntegerField(source="report.pk")
    organisation = serializers.SlugField(source="report.organisation.slug")
    due_on = serializers.DateField(
        allow_null=True, help_text="When the report is due now; null where refused."
    )
    refusal = serializers.CharField(help_text="Why it stays as it was; empty where it was done.")


class ExtensionOutcomesSerializer(StrictSerializer):
    """What became of each; one that is refused undoes nothing of the others."""

    reports = ExtensionOutcomeSerializer(many=True)


@extend_schema_serializer(component_name="ExtensionRequest")
class ExtensionRequestSerializer(StrictSerializer):
    """A request for more time, and what was answered."""

    id = serializers.IntegerField(source="pk")
    report = serializers.IntegerField(source="report_id")
    organisation = serializers.SlugField(source="report.organisation.slug")
    cycle = serializers.SlugField(source="report.cycle.slug")
    due_on = serializers.DateField(source="report.deadline")
    requested_due_on = serializers.DateField()
    reason = serializers.CharField()
    asked_by = serializers.CharField(source="asked_by.name")
    asked_at = UTCDateTimeField()
    state = serializers.ChoiceField(choices=ExtensionRequestState.values)
    granted_due_on = serializers.DateField(allow_null=True)
    decision_reason = serializers.CharField(help_text="The secretariat's, of either answer; else empty.")


class ExtensionRequestInputSerializer(StrictSerializer):
    """The day that you ask for, and why."""

    example: ClassVar[Any] = {"until": "2026-08-29", "reason": "Our data centre moves in August."}

    until = DayField()
    reason = TextField(column=(ExtensionRequest, "reason"), help_text="The secretariat reads it.")


class LateJoinerSerializer(StrictSerializer):
    """A member without a report in the open cycle, that waits for a decision."""

    organisation = serializers.SlugField(source="organisation.slug")
    joined_on = serializers.DateField(help_text="The day on which it signed the charter.")
    returned_on = serializers.DateField(
        source="returned.day",
        allow_null=True,
        help_text="The day on which a member without access when the cycle was opened was reinstated, or its merger "
        "taken back; null for others.",
    )


class LateJoinersSerializer(StrictSerializer):
    """The members that wait, those that signed first before the others."""

    results = LateJoinerSerializer(many=True)


class JoinerDecisionSerializer(StrictSerializer):
    """Due on a day of its own, or left out for a reason that is published with the cycle: one of the two."""

    organisation = serializers.SlugField(max_length=60)
    due_on = DayField(allow_null=True, default=None)
    reason = TextField(column=(Report, "exempt_reason"), max_length=2000, allow_blank=True, default="")

    def validate(self, attrs: Any) -> Any:
        if (attrs["due_on"] is None) is not bool(attrs["reason"]):
            raise serializers.ValidationError(_("Send a day to include it, or a reason to leave it out."))
        return attrs


class JoinerDecisionsInputSerializer(StrictSerializer):
    """What becomes of members without a report in the open cycle; all or none."""

    example: ClassVar[Any] = {"decisions": [{"organisation": "vesper", "due_on": "2026-09-15", "reason": ""}]}

    decisions = JoinerDecisionSerializer(many=True, allow_empty=False, max_length=MOST_REPORTS)


class DecidedSerializer(StrictSerializer):
    """The reports of the members that were decided about."""

    example: ClassVar[Any] = {
        "reports": [
            {
                "id": 44,
                "cycle": "2026-h1",
                "cycle_title": {"en": "First half of 2026", "ru": "Первое полугодие 2026 года"},
                "charter": "child-safety-charter",
                "charter_version": 1,
                "organisation": "ivory-cloud",
                "starts_on": "2026-01-01",
                "ends_on": "2026-06-30",
                "due_on": "2026-09-15",
                "late": False,
                "state": "draft",
                "submitted_at": None,
                "concluded_at": None,
                "changes_due_on": None,
                "respond_by": None,
                "withdrawn_by": None,
            }
        ]
    }

    reports = ObligationSerializer(many=True)


class IncludeInputSerializer(StrictSerializer):
    """The day by which a member that was left out reports after all."""

    example: ClassVar[Any] = {"due_on": "2026-09-15"}

    due_on = DayField()


class ConclusionInputSerializer(StrictSerializer):
    """Which conclusion you have read, as `concluded_at` of the report; after another one the answer is 409."""

    example: ClassVar[Any] = {"concluded_at": "2026-11-12T09:30:00.123456Z"}

    concluded_at = serializers.DateTimeField()


class ReasonInputSerializer(StrictSerializer):
    """A reason; the address says who reads it."""

    example: ClassVar[Any] = {"reason": "It merged with another member in May."}

    reason = TextField(column=(Report, "exempt_reason"), max_length=2000)
