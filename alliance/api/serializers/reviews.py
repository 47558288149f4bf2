"""Reviews in JSON: the queue, one review with its verdicts, questions, notes, findings, who reviews what."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from alliance.api.serializers.desk_cycles import MOST_REPORTS, DatesField
from alliance.api.serializers.filing import QuestionSerializer
from alliance.api.serializers.reports import ActionSerializer, ObligationSerializer
from alliance.enums import FindingState, SecondReadingState, VerdictValue, WaitsFor
from alliance.models import Verdict
from alliance.queries.review_queue import QueueRow
from alliance.queries.review_state import ReviewStep
from portal.kernel.api import StrictBooleanField, StrictSerializer, TextField, UTCDateTimeField
from portal.kernel.text import LANGUAGES

_VALUES = [value.value for value in VerdictValue]
_MOST_NUMBER = 2**31 - 1
_REASON = "Both services look for known material, and the logs agree with the figures."


def _number(**options: Any) -> serializers.IntegerField:
    return serializers.IntegerField(min_value=1, max_value=_MOST_NUMBER, **options)


def _language() -> serializers.ChoiceField:
    return serializers.ChoiceField(
        choices=LANGUAGES, required=False, help_text="Of the text; that of the request by default."
    )


# --- Who reviews what --------------------------------------------------------------------------


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

    id = _number()
    reviewer = _number(allow_null=True, default=None, help_text="By number; null for none.")


class AssignInputSerializer(StrictSerializer):
    """Reports that go to a reviewer."""

    example: ClassVar[Any] = {
        "reports": [{"id": 41, "reviewer": None}, {"id": 42, "reviewer": None}],
        "reviewer": 7,
        "note": "",
    }

    reports = ChosenReportSerializer(many=True, allow_empty=False, max_length=MOST_REPORTS)
    reviewer = _number(help_text="Who reviews them from now on.")
    note = TextField(
        max_length=2000,
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

    reviewer = _number()
    note = TextField(max_length=2000)
    seen_reviewer = _number(
        allow_null=True, default=None, help_text="The reviewer when you read it; null for none."
    )


class ReviewerReasonInputSerializer(StrictSerializer):
    """Why it changes its reviewer."""

    example: ClassVar[Any] = {"reason": "Rita is away until September.", "seen_reviewer": 7}

    reason = TextField(max_length=2000)
    seen_reviewer = _number(
        allow_null=True, default=None, help_text="The reviewer when you read it; null for none."
    )


class PauseInputSerializer(StrictSerializer):
    """Until when a review stands still, and why."""

    example: ClassVar[Any] = {"until": "2026-09-30", "reason": "The member counts anew."}

    until = DatesField()
    reason = TextField(max_length=2000)


# --- The queue, and one review -----------------------------------------------------------------


@extend_schema_serializer(component_name="ReviewRow")
class ReviewRowSerializer(ObligationSerializer):
    """A report in the queue of reviews."""

    reviewer = serializers.SerializerMethodField()
    conclude_by = serializers.DateField(allow_null=True, help_text="Null where nothing is to be concluded.")
    waits_for = serializers.ChoiceField(choices=WaitsFor.values)
    verdicts = serializers.SerializerMethodField(
        help_text="How many verdicts on measures are given; null while you are to judge it without seeing them."
    )
    measures = serializers.IntegerField(source="measures_due", help_text="How many measures are due.")
    open_questions = serializers.SerializerMethodField()
    paused_until = serializers.DateField(allow_null=True)

    @extend_schema_field(ReviewerSerializer(allow_null=True))
    def get_reviewer(self, report: Any) -> dict[str, Any] | None:
        return {"id": report.reviewer.pk, "name": report.reviewer.name} if report.reviewer else None

    @extend_schema_field(serializers.IntegerField(allow_null=True))
    def get_verdicts(self, report: Any) -> int | None:
        row = self._row(report)
        return None if row.hides_verdicts else len(row.verdicts)

    def get_open_questions(self, report: Any) -> int:
        return self._row(report).open_questions

    def _row(self, report: Any) -> QueueRow:
        row: QueueRow = self.context["rows"][report.pk]
        return row


class GivenVerdictSerializer(StrictSerializer):
    """A verdict as the secretariat sees it; `version` 0 and an empty value where there is none yet."""

    example: ClassVar[Any] = {
        "value": "complete",
        "reason": _REASON,
        "difference": "",
        "language": "en",
        "given_by": "Rita",
        "given_at": "2026-09-01T09:30:00Z",
        "batch": None,
        "needs_second_look": False,
        "version": 1,
    }

    value = serializers.ChoiceField(choices=["", *_VALUES])
    reason = serializers.CharField()
    difference = serializers.CharField()
    language = serializers.CharField()
    given_by = serializers.CharField()
    given_at = UTCDateTimeField(allow_null=True)
    batch = serializers.UUIDField(allow_null=True, help_text="Of several that were given at once.")
    needs_second_look = serializers.BooleanField()
    version = serializers.IntegerField()


def verdict_data(verdict: Verdict | None) -> dict[str, Any]:
    """The verdict in JSON; an empty one where there is none."""
    return dict(
        GivenVerdictSerializer(
            {
                "value": verdict.value if verdict else "",
                "reason": verdict.reason if verdict else "",
                "difference": verdict.difference if verdict else "",
                "language": verdict.language if verdict else "",
                "given_by": verdict.given_by.name if verdict else "",
                "given_at": verdict.given_at if verdict else None,
                "batch": verdict.batch if verdict else None,
                "needs_second_look": bool(verdict and verdict.needs_second_look),
                "version": verdict.version if verdict else 0,
            }
        ).data
    )


class ReviewStepSerializer(StrictSerializer):
    """One subject of a verdict, in the order in which a reviewer goes."""

    kind = serializers.ChoiceField(choices=["measure", "commitment", "pledge"])
    key = serializers.CharField(help_text="Of the measure or commitment; of a pledge its record.")
    code = serializers.CharField()
    title = serializers.CharField(help_text="In the language of the request.")
    proposal = serializers.ChoiceField(
        choices=["", *_VALUES], help_text="Of a commitment: what its measures propose; else empty."
    )
    verdict = serializers.SerializerMethodField()
    is_done = serializers.BooleanField(help_text="Whether nothing is missing here to conclude.")
    outdated = serializers.BooleanField(help_text="The answer has changed since the verdict was given.")
    changed = serializers.BooleanField()
    withdrawn = serializers.BooleanField(help_text="The pledge was withdrawn: there is nothing to judge.")

    @extend_schema_field(GivenVerdictSerializer)
    def get_verdict(self, step: ReviewStep) -> dict[str, Any]:
        return verdict_data(step.verdict)

    def to_representation(self, instance: Any) -> Any:
        return {**super().to_representation(instance), "proposal": instance.proposal or ""}


class SecondReadingSerializer(StrictSerializer):
    """A second reading, as far as you may know of it."""

    id = serializers.IntegerField(source="pk")
    reader = serializers.CharField(source="reader.name")
    state = serializers.ChoiceField(choices=SecondReadingState.values)


@extend_schema_serializer(component_name="Review")
class ReviewSerializer(StrictSerializer):
    """One review: its report, its steps with the verdicts, and what you may do."""

    report = ObligationSerializer()
    reviewer = ReviewerSerializer(allow_null=True)
    submission = serializers.IntegerField(help_text="The number of the submission that is reviewed.")
    conclude_by = serializers.DateField(allow_null=True)
    steps = ReviewStepSerializer(many=True)
    missing = serializers.IntegerField(help_text="How many steps are not done.")
    readings = SecondReadingSerializer(many=True)
    actions = ActionSerializer(many=True)
    acts = serializers.ListField(
        child=serializers.CharField(), help_text="What else you may do in its state, by name."
    )


# --- Verdicts ----------------------------------------------------------------------------------


class VerdictInputSerializer(StrictSerializer):
    """A verdict and its reason, which is published."""

    example: ClassVar[Any] = {"value": "complete", "reason": _REASON, "language": "en"}

    value = serializers.ChoiceField(choices=_VALUES)
    reason = TextField(
        max_length=4000, allow_blank=True, default="", help_text="Needed unless it is `not_due`."
    )
    difference = TextField(
        max_length=4000,
        allow_blank=True,
        default="",
        help_text="Of a commitment: why it differs from what its measures propose.",
    )
    language = _language()


class VerdictBatchInputSerializer(StrictSerializer):
    """One verdict for measures that have none yet; all or none."""

    example: ClassVar[Any] = {
        "measures": ["age-checks", "parents"],
        "value": "not_due",
        "reason": "",
        "language": "en",
    }

    measures = serializers.ListField(child=TextField(max_length=60), allow_empty=False, max_length=500)
    value = serializers.ChoiceField(choices=_VALUES)
    reason = TextField(max_length=4000, allow_blank=True, default="")
    language = _language()


class VerdictBatchSerializer(StrictSerializer):
    """The batch, by which all of it can be taken back, and how many verdicts it has."""

    example: ClassVar[Any] = {"batch": "0192f0c4-0000-7000-8000-000000000000", "count": 2}

    batch = serializers.UUIDField()
    count = serializers.IntegerField()


class TakenBackSerializer(StrictSerializer):
    """How many verdicts were taken back."""

    count = serializers.IntegerField()


# --- The ways of a review ----------------------------------------------------------------------


class RequestChangesInputSerializer(StrictSerializer):
    """What the member is to change; it reads exactly this text."""

    example: ClassVar[Any] = {
        "summary": "The figures of the second service are missing.",
        "language": "en",
        "due_on": "2026-09-30",
    }

    summary = TextField(max_length=4000)
    language = _language()
    due_on = DatesField(
        allow_null=True,
        default=None,
        help_text="Until when to submit again; null: the days that the cycle gives for replies.",
    )


class DecisionInputSerializer(StrictSerializer):
    """Why a step back is taken; the member reads it."""

    example: ClassVar[Any] = {"reason": "The new logs are here.", "language": "en"}

    reason = TextField(max_length=2000, allow_blank=True, default="")
    language = _language()


# --- Questions, notes, findings ----------------------------------------------------------------


@extend_schema_serializer(component_name="DeskQuestion")
class DeskQuestionSerializer(QuestionSerializer):
    """A question to the member, with who asked it and which it follows."""

    asked_by = serializers.CharField(source="asked_by.name")
    follows = serializers.IntegerField(source="follows_id", allow_null=True)


class QuestionInputSerializer(StrictSerializer):
    """A question to the member, about a measure or the whole report."""

    example: ClassVar[Any] = {
        "text": "Does this count both services?",
        "language": "en",
        "measure": "detection",
    }

    text = TextField(max_length=2000)
    language = _language()
    measure = TextField(max_length=60, allow_null=True, default=None)
    follows = _number(
        allow_null=True, default=None, help_text="The question that it asks on, which is closed by it."
    )


@extend_schema_serializer(component_name="InternalNote")
class NoteSerializer(StrictSerializer):
    """A note among the secretariat; no member ever sees it."""

    id = serializers.IntegerField(source="pk")
    measure = serializers.SlugField(source="measure.key", default=None, allow_null=True)
    text = serializers.CharField()
    language = serializers.CharField()
    written_by = serializers.CharField(source="written_by.name")
    written_at = UTCDateTimeField()


class NoteInputSerializer(StrictSerializer):
    """A note on a measure, or on the whole report."""

    example: ClassVar[Any] = {"text": "Ask again in the autumn.", "language": "en", "measure": None}

    text = TextField(max_length=4000)
    language = _language()
    measure = TextField(max_length=60, allow_null=True, default=None)


class FindingEntrySerializer(StrictSerializer):
    """What was said about a finding later."""

    kind = serializers.CharField()
    text = serializers.CharField()
    language = serializers.CharField()
    earlier_due_on = serializers.DateField(allow_null=True)


@extend_schema_serializer(component_name="ReviewFinding")
class FindingSerializer(StrictSerializer):
    """What a member has to do about a measure, until when."""

    id = serializers.IntegerField(source="pk")
    report = serializers.IntegerField(source="report_id")
    organisation = serializers.SlugField(source="organisation.slug")
    measure = serializers.SlugField(source="measure.key")
    state = serializers.ChoiceField(choices=FindingState.values)
    text = serializers.CharField()
    language = serializers.CharField()
    due_on = serializers.DateField()
    public = serializers.BooleanField()
    written_at = UTCDateTimeField()
    claimed_at = UTCDateTimeField(
        allow_null=True, help_text="When the member reported it done, and nobody has looked yet."
    )
    done_at = UTCDateTimeField(allow_null=True)
    entries = FindingEntrySerializer(many=True, source="entries.all")


class FindingInputSerializer(StrictSerializer):
    """What has to be done about a measure by a day."""

    example: ClassVar[Any] = {
        "measure": "detection",
        "text": "Count the second service too.",
        "due_on": "2027-01-31",
        "public": True,
        "language": "en",
    }

    measure = TextField(max_length=60)
    text = TextField(max_length=2000)
    due_on = DatesField()
    public = StrictBooleanField(default=False, help_text="Whether it is published beside the verdict.")
    language = _language()


class FindingDoneInputSerializer(StrictSerializer):
    """What was seen, if anything is to be said."""

    example: ClassVar[Any] = {"text": "The counts are complete now.", "language": "en"}

    text = TextField(max_length=2000, allow_blank=True, default="")
    language = _language()


class FindingCarryInputSerializer(StrictSerializer):
    """A later day, and why."""

    example: ClassVar[Any] = {"due_on": "2027-06-30", "text": "The audit comes in May.", "language": "en"}

    due_on = DatesField()
    text = TextField(max_length=2000)
    language = _language()


class FindingReopenInputSerializer(StrictSerializer):
    """Why it is not done after all."""

    example: ClassVar[Any] = {"text": "The second service is missing again.", "language": "en"}

    text = TextField(max_length=2000)
    language = _language()
