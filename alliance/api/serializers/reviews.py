"""Reviews in JSON: the queue, one review with its verdicts, and the ways of a review."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from alliance.api.serializers.reports import ActionSerializer, ObligationSerializer
from alliance.api.serializers.review_allocation import ReviewerSerializer
from alliance.enums import SecondReadingState, VerdictValue, WaitsFor
from alliance.models import ChangesRequest, InternalNote, ReportDecision, Verdict
from alliance.queries.review_queue import QueueRow
from alliance.queries.review_state import ReviewStep
from portal.kernel.api import DayField, StrictSerializer, TextField, TextLanguageField, UTCDateTimeField

_VALUES = [value.value for value in VerdictValue]
_REASON = "Both services look for known material, and the logs agree with the figures."


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
        choices=["", *_VALUES],
        help_text="Of a commitment: what its measures propose, once each has a verdict; else empty.",
    )
    verdict = serializers.SerializerMethodField()
    is_done = serializers.BooleanField(
        help_text="Whether nothing is missing here to conclude: a second look too."
    )
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
        column=(Verdict, "reason"), allow_blank=True, default="", help_text="Needed unless it is `not_due`."
    )
    difference = TextField(
        column=(Verdict, "difference"),
        max_length=4000,
        allow_blank=True,
        default="",
        help_text="Of a commitment: why it differs from what its measures propose.",
    )
    language = TextLanguageField()


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
    reason = TextField(column=(Verdict, "reason"), allow_blank=True, default="")
    language = TextLanguageField()


class VerdictBatchSerializer(StrictSerializer):
    """The batch, by which all of it can be taken back, and how many verdicts it has."""

    example: ClassVar[Any] = {"batch": "0192f0c4-0000-7000-8000-000000000000", "count": 2}

    batch = serializers.UUIDField()
    count = serializers.IntegerField()


class SeenVerdictSerializer(StrictSerializer):
    """A step of the review with the version of its verdict that you have read."""

    kind = serializers.ChoiceField(choices=["measure", "commitment", "pledge"])
    key = serializers.SlugField(
        max_length=60, help_text="Of the measure or commitment; of a pledge its record."
    )
    version = serializers.IntegerField(min_value=1, max_value=2_000_000_000)


class ConfirmVerdictsInputSerializer(StrictSerializer):
    """Verdicts that you confirm as they stand; all or none."""

    example: ClassVar[Any] = {"verdicts": [{"kind": "measure", "key": "age-checks", "version": 1}]}

    verdicts = SeenVerdictSerializer(many=True, allow_empty=False, max_length=1_000)


class ConfirmedVerdictsSerializer(StrictSerializer):
    """How many verdicts were confirmed."""

    example: ClassVar[Any] = {"count": 2}

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

    summary = TextField(column=(ChangesRequest, "summary"))
    language = TextLanguageField()
    due_on = DayField(
        allow_null=True,
        default=None,
        help_text="Until when to submit again; null: the days that the cycle gives for replies.",
    )


class DecisionInputSerializer(StrictSerializer):
    """Why a step back is taken; the member reads it."""

    example: ClassVar[Any] = {"reason": "The new logs are here.", "language": "en"}

    reason = TextField(column=(ReportDecision, "reason"), allow_blank=True, default="")
    language = TextLanguageField()


class ReviewConclusionInputSerializer(StrictSerializer):
    """Why verdicts are others than a second reading has left; needed where there are such.

    It becomes a note on each of these measures, which the secretariat alone reads.
    """

    example: ClassVar[Any] = {"reason": "The member has sent the missing log.", "language": "en"}

    reason = TextField(column=(InternalNote, "text"), max_length=2000, allow_blank=True, default="")
    language = TextLanguageField()


class ReopenInputSerializer(DecisionInputSerializer):
    """Why a concluded review is opened again; the member reads it."""

    example: ClassVar[Any] = {"reason": "The new logs are here.", "language": "en"}

    reason = TextField(column=(ReportDecision, "reason"))
