"""A member's own report in JSON: what is asked for, and what is stored."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from alliance.api.serializers.filing import SignOffRequestSerializer
from alliance.enums import ReportState, ValueType
from alliance.models import Indicator, Report
from alliance.queries.attention import STEPS_OF_WHOLE_REPORTS, report_steps
from alliance.queries.replies import reply_openings
from alliance.queries.report_frame import RequiredMeasure
from alliance.queries.sign_off import open_sign_off_request
from alliance.queries.working_copy import WorkingCopy
from alliance.workflows import REPORT
from portal.kernel.api import (
    DecimalStringField,
    PublishedTranslations,
    StrictSerializer,
    TranslatedField,
    UTCDateTimeField,
)

STATES = [state.value for state in ReportState]


class StepSerializer(StrictSerializer):
    """A step that you may take now."""

    action = serializers.CharField(source="step.action")
    label = serializers.CharField(source="step.label")
    blocked = serializers.CharField(help_text="Why it is not possible yet; empty when it is.")


class ActionSerializer(StepSerializer):
    """A step of a report that you may take now."""

    blocked = serializers.CharField(
        allow_null=True,
        help_text="Why the step is not possible yet; empty when it is. In a list it is null where what is missing in "
        "the report itself decides: the report says it at its own address.",
    )


class ObligationSerializer(StrictSerializer):
    """A report that an organisation has to file for a cycle, with its state."""

    id = serializers.IntegerField(source="pk")
    organisation = serializers.SlugField(source="organisation.slug")
    cycle = serializers.SlugField(source="cycle.slug")
    cycle_title = TranslatedField("title", source="cycle")
    starts_on = serializers.DateField(source="cycle.starts_on")
    ends_on = serializers.DateField(source="cycle.ends_on")
    charter = serializers.SlugField(source="charter.key")
    charter_version = serializers.IntegerField(source="charter.version")
    state = serializers.ChoiceField(choices=STATES)
    due_on = serializers.DateField()
    changes_due_on = serializers.DateField(
        allow_null=True,
        help_text="Until when to submit again, while the secretariat asks for changes; null otherwise.",
    )
    late = serializers.BooleanField()
    submitted_at = UTCDateTimeField(
        allow_null=True, help_text="Of the last submission that was not recalled; null where none stands."
    )
    concluded_at = UTCDateTimeField(
        allow_null=True, help_text="When the review was concluded; null again once it is reopened."
    )
    respond_by = serializers.DateField(allow_null=True)
    withdrawn_by = serializers.IntegerField(
        source="withdrawn_as",
        allow_null=True,
        help_text="The number of the publication that has withdrawn it from the public record, though its state is "
        "`published`; null otherwise.",
    )


class OwnReportSerializer(ObligationSerializer):
    """A report of your own organisation, with what you may do."""

    may_edit = serializers.SerializerMethodField()
    actions = serializers.SerializerMethodField()

    def get_may_edit(self, report: Report) -> bool:
        return REPORT.is_available(self.context["view"].actor, report, "edit")

    @extend_schema_field(ActionSerializer(many=True))
    def get_actions(self, report: Report) -> Any:
        return [
            {
                "action": each.step.action,
                "label": str(each.step.label),
                # what a working copy lacks is not read for a list
                "blocked": each.blocked or (None if each.step.action in STEPS_OF_WHOLE_REPORTS else ""),
            }
            for each in REPORT.available(self.context["view"].actor, report)
        ]


# --- The frame -------------------------------------------------------------------------------


class RequestedServiceSerializer(StrictSerializer):
    """A service that the report covers."""

    slug = serializers.SlugField()
    name = TranslatedField("name")


class NarrativeSerializer(StrictSerializer):
    """A text that the report asks for; its answer is at `answers/{key}/`."""

    key = serializers.SlugField()
    code = serializers.CharField()
    title = TranslatedField("title")
    guidance = TranslatedField("guidance")
    limit = serializers.IntegerField(help_text="The maximum length, in characters.")
    version = serializers.SerializerMethodField(help_text="The version of the stored answer; 0 for none.")
    text = serializers.SerializerMethodField()
    carried_over = serializers.SerializerMethodField(
        help_text="Carried over from the last period and not confirmed yet."
    )
    last = serializers.SerializerMethodField(help_text="The answer of the last period.")

    def get_version(self, row: Indicator) -> int:
        answer = self.context["copy"].answers.get(row.pk)
        return answer.version if answer else 0

    def get_text(self, row: Indicator) -> str:
        answer = self.context["copy"].answers.get(row.pk)
        return answer.text if answer else ""

    def get_carried_over(self, row: Indicator) -> bool:
        answer = self.context["copy"].answers.get(row.pk)
        return bool(answer and answer.carried_over)

    def get_last(self, row: Indicator) -> str:
        return str(self.context["last_texts"].get(row.key, ""))


class ChoiceSerializer(StrictSerializer):
    """An option of a choice."""

    key = serializers.SlugField()
    title = PublishedTranslations()


class RequestedFigureSerializer(StrictSerializer):
    """A figure that the report asks for, with its services, parts and limits."""

    key = serializers.SlugField()
    code = serializers.CharField()
    title = TranslatedField("title")
    guidance = TranslatedField("guidance")
    value = serializers.ChoiceField(choices=[value.value for value in ValueType])
    unit = serializers.CharField()
    minimum = DecimalStringField(allow_null=True)
    maximum = DecimalStringField(allow_null=True)
    part_of = serializers.CharField(
        help_text="The key of the indicator that it cannot exceed; empty for none."
    )
    exclusive = serializers.BooleanField(help_text="Whether each item is counted in one part only.")
    disclosure = serializers.CharField()
    choices = ChoiceSerializer(many=True)
    services = serializers.SerializerMethodField(
        help_text="The slugs of the services; null for the whole organisation."
    )
    cells = serializers.SerializerMethodField(
        help_text="The parts accepted in addition to each total: `breakdown=cell`, `breakdown=category/part`, or "
        "`period=2026-07` and `period=2026-q3` for the months and quarters of the cycle."
    )
    period = serializers.CharField(help_text="Asked for by `month` or `quarter` too; empty for neither.")
    period_aggregation = serializers.CharField(
        help_text="How the total comes about from the months or quarters: where all of them are reported and no other "
        "total is, it is worked out. `entered`: it never is. Empty without a period."
    )

    @extend_schema_field({"type": "array", "items": {"type": ["string", "null"]}})
    def get_services(self, row: Indicator) -> list[str | None]:
        return [owner.slug if owner else None for owner in self.context["required"].owners(row)]

    def get_cells(self, row: Indicator) -> list[str]:
        return list(self.context["required"].cells(row))


class ProgressSerializer(StrictSerializer):
    """How many of the required answers are given."""

    done = serializers.IntegerField()
    asked = serializers.IntegerField(source="required")


class RequiredMeasureSerializer(StrictSerializer):
    """A measure that the organisation has to report on."""

    key = serializers.SlugField(source="measure.key")
    code = serializers.CharField(source="measure.code")
    title = TranslatedField("title", source="measure")
    commitment = serializers.SlugField(source="commitment.key")
    answers = serializers.SerializerMethodField()
    figures = serializers.SerializerMethodField()
    progress = serializers.SerializerMethodField()

    @extend_schema_field(NarrativeSerializer(many=True))
    def get_answers(self, required: RequiredMeasure) -> Any:
        return NarrativeSerializer(required.narratives, many=True, context=self.context).data

    @extend_schema_field(RequestedFigureSerializer(many=True))
    def get_figures(self, required: RequiredMeasure) -> Any:
        return RequestedFigureSerializer(
            required.figures, many=True, context={**self.context, "required": required}
        ).data

    @extend_schema_field(ProgressSerializer)
    def get_progress(self, required: RequiredMeasure) -> Any:
        return ProgressSerializer(self.context["copy"].progress(required)).data


class OwnPledgeSerializer(StrictSerializer):
    """A pledge beyond the charter that the report covers; its answer is at `pledges/{record}/`."""

    record = serializers.UUIDField()
    title = serializers.CharField()
    version = serializers.SerializerMethodField()
    text = serializers.SerializerMethodField()

    def get_version(self, pledge: Any) -> int:
        answer = self.context["copy"].answers.get(pledge.record)
        return answer.version if answer else 0

    def get_text(self, pledge: Any) -> str:
        answer = self.context["copy"].answers.get(pledge.record)
        return answer.text if answer else ""


class LastFigureSerializer(StrictSerializer):
    """A figure of the last period, with the keys of this period."""

    indicator = serializers.SlugField()
    service = serializers.SlugField(allow_null=True)
    cell = serializers.CharField()
    status = serializers.CharField()
    value = serializers.CharField(allow_null=True)
    choice = serializers.CharField()


class CorrectedVerdictSerializer(StrictSerializer):
    """A commitment on which a verdict of your public report was corrected: the reply to it is open anew.

    Not while the report or the reply to it is withdrawn.
    """

    commitment = serializers.CharField(
        source="commitment_key",
        help_text="Empty where it is on a pledge beyond the charter: then the reply to all verdicts is open.",
    )
    correction = serializers.IntegerField(source="correction.pk", help_text="The last correction.")
    respond_by = serializers.DateField(source="until")
    is_answered = serializers.BooleanField(help_text="Whether a reply was signed since.")


class ReportFrameSerializer(OwnReportSerializer):
    """The whole report: what it asks for, what is stored, and the last period's answers. Figures are at `figures/`."""

    statement = serializers.CharField(
        help_text="The statement to sign; send it word for word when you submit."
    )
    sign_off_request = SignOffRequestSerializer(
        allow_null=True, help_text="The one that waits for a signatory; null where none does."
    )
    services = RequestedServiceSerializer(many=True)
    measures = RequiredMeasureSerializer(many=True)
    pledges = OwnPledgeSerializer(many=True)
    progress = ProgressSerializer()
    last_figures = LastFigureSerializer(many=True)
    carried_from = serializers.IntegerField(
        help_text="The submission from which the report carries over, 0 for none: send it when you confirm a measure."
    )
    corrected_verdicts = CorrectedVerdictSerializer(many=True)


def report_frame_data(copy: WorkingCopy, statement: str, context: dict[str, Any]) -> dict[str, Any]:
    """The frame of a working copy in JSON."""
    frame = copy.frame
    request = open_sign_off_request(context["view"].actor, frame.report)
    within = {**context, "copy": copy, "last_texts": copy.last_texts}
    openings = [each for each in reply_openings([frame.report]) if not each.is_withdrawn]
    last = [row for measure in (copy.last or {"measures": []})["measures"] for row in measure["figures"]]
    return {
        **OwnReportSerializer(frame.report, context=context).data,
        "actions": ActionSerializer(report_steps(context["view"].actor, copy), many=True).data,
        "statement": statement,
        "sign_off_request": SignOffRequestSerializer(request).data if request else None,
        "services": RequestedServiceSerializer(frame.services, many=True).data,
        "measures": RequiredMeasureSerializer(frame.measures, many=True, context=within).data,
        "pledges": OwnPledgeSerializer(frame.own_pledges, many=True, context=within).data,
        "progress": ProgressSerializer(copy.total).data,
        "last_figures": LastFigureSerializer(last, many=True).data,
        "carried_from": copy.carried_from,
        "corrected_verdicts": CorrectedVerdictSerializer(openings, many=True).data,
    }
