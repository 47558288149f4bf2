"""Cycles in JSON as the secretariat works with them: plans, what an act would do, dates, an hour of publication."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from alliance.api.serializers.cycles import CharterNameSerializer
from alliance.api.serializers.reports import STATES, ActionSerializer
from alliance.enums import CycleState
from alliance.models import Cycle, CycleDateChange, CycleDecision
from alliance.queries.calendar_days import weekend_note
from alliance.queries.cycle_outcomes import Outcome
from alliance.queries.cycles import FilingCounts
from alliance.queries.local_dates import today
from alliance.queries.obligations import closing_day
from alliance.services.cycle_dates import CycleDates
from alliance.services.cycle_decisions import shown_state
from alliance.workflows import CYCLE
from portal.kernel.api import (
    DayField,
    RowNumberField,
    StrictSerializer,
    TextField,
    TextsSerializer,
    TranslatedField,
    UTCDateTimeField,
)

_DATES = {
    "starts_on": "2026-07-01",
    "ends_on": "2026-12-31",
    "due_on": "2027-02-15",
    "publish_on": "2027-05-31",
}
_DAYS = {"grace_days": 10, "review_days": 28, "response_days": 14, "correction_days": 14}
_REASON = {"en": "The form was away for two days.", "ru": "Форма два дня была недоступна."}


class CycleTitlesSerializer(TextsSerializer):
    """The title of a cycle, in every language."""

    column = (Cycle, "title")


class DateChangeReasonsSerializer(TextsSerializer):
    """Why dates are moved, in every language."""

    column = (CycleDateChange, "reason")


class CharterNameInputSerializer(StrictSerializer):
    """A version of a charter, by key and number."""

    key = TextField(max_length=60)
    version = serializers.IntegerField(min_value=1, max_value=10_000)


class CyclePlanInputSerializer(StrictSerializer):
    """A cycle as it is planned; what is left out of the numbers of days is as on the page."""

    example: ClassVar[Any] = {
        "slug": "2026-h2",
        "title": {"en": "Second half of 2026", "ru": "Второе полугодие 2026 года"},
        "charter": {"key": "online-safety", "version": 1},
        **_DATES,
        **_DAYS,
    }

    slug = serializers.SlugField(max_length=30, help_text="Its address, such as `2026-h2`.")
    title = CycleTitlesSerializer()
    charter = CharterNameInputSerializer(
        help_text="A draft, or a version in force; it opens once that is in force."
    )
    starts_on = DayField()
    ends_on = DayField()
    due_on = DayField(help_text="Until 24:00 of that day, in the time zone of the alliance.")
    publish_on = DayField(allow_null=True, default=None, help_text="As announced; null where no day is.")
    grace_days = serializers.IntegerField(min_value=0, max_value=365, default=10)
    review_days = serializers.IntegerField(min_value=1, max_value=365, default=28)
    response_days = serializers.IntegerField(min_value=0, max_value=365, default=14)
    correction_days = serializers.IntegerField(min_value=1, max_value=365, default=14)


class FilingCountsSerializer(StrictSerializer):
    """How many reports of a cycle are due (none that is exempt, or whose member left before), filed and concluded."""

    reports = serializers.IntegerField(source="report_count")
    filed = serializers.IntegerField(source="filed_count")
    concluded = serializers.IntegerField(source="concluded_count")


@extend_schema_serializer(component_name="DeskCycle")
class DeskCycleSerializer(StrictSerializer):
    """A cycle as the secretariat sees it, planned ones too."""

    slug = serializers.SlugField()
    title = TranslatedField("title")
    state = serializers.ChoiceField(choices=[state.value for state in CycleState])
    charter = CharterNameSerializer()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    due_on = serializers.DateField()
    grace_ends_on = serializers.DateField()
    publish_on = serializers.DateField(allow_null=True)
    grace_days = serializers.IntegerField()
    review_days = serializers.IntegerField()
    response_days = serializers.IntegerField()
    correction_days = serializers.IntegerField()
    publish_at = UTCDateTimeField(
        allow_null=True, help_text="When it is published by itself, if that is planned."
    )
    published_at = UTCDateTimeField(allow_null=True)
    counts = serializers.SerializerMethodField()

    @extend_schema_field(FilingCountsSerializer)
    def get_counts(self, cycle: Cycle) -> Any:
        counts = self.context.get("counts", {}).get(cycle.pk, FilingCounts())
        return FilingCountsSerializer(counts).data


@extend_schema_serializer(component_name="DeskCycleDetail")
class DeskCycleDetailSerializer(DeskCycleSerializer):
    """A cycle with the steps that you may take, and what its page points out."""

    closes_on = serializers.SerializerMethodField(
        help_text="The day on which it closes by itself; null where a person has to close it, or it is not open."
    )
    weekend_notes = serializers.SerializerMethodField(help_text="Deadlines to come that fall on a weekend.")
    actions = serializers.SerializerMethodField()
    acts = serializers.SerializerMethodField(help_text="What else you may do in its state, by name.")

    @extend_schema_field(serializers.DateField(allow_null=True))
    def get_closes_on(self, cycle: Cycle) -> str | None:
        day = closing_day(cycle)
        return day.isoformat() if day else None

    def get_weekend_notes(self, cycle: Cycle) -> list[str]:
        days = [cycle.due_on, cycle.grace_ends_on, cycle.publish_on]
        return [note for day in days if day and day >= today() and (note := weekend_note(day))]

    @extend_schema_field(ActionSerializer(many=True))
    def get_actions(self, cycle: Cycle) -> Any:
        return ActionSerializer(CYCLE.available(self.context["view"].actor, cycle), many=True).data

    def get_acts(self, cycle: Cycle) -> list[str]:
        actor = self.context["view"].actor
        return [act for act in CYCLE.acts if CYCLE.is_available(actor, cycle, act)]


class ShownReportSerializer(StrictSerializer):
    """A report in the state in which you have read it, and when its review was concluded."""

    id = RowNumberField()
    state = serializers.ChoiceField(choices=STATES)
    concluded_at = serializers.DateTimeField(allow_null=True)


class _ShownInputSerializer(StrictSerializer):
    """Base of acts on a whole cycle, which are refused where a report has changed since it was read."""

    reports = ShownReportSerializer(
        many=True,
        max_length=20_000,
        help_text="Every report of the cycle with its state and conclusion, as `GET` lists them: 409 where one has "
        "changed since.",
    )

    @staticmethod
    def states_in(data: Any) -> dict[int, str]:
        """The reports as the program has read them."""
        return {row["id"]: shown_state(row["state"], row["concluded_at"]) for row in data["reports"]}


class CycleActInputSerializer(_ShownInputSerializer):
    """What closing or publishing needs; reason and title only where `is_early`."""

    example: ClassVar[Any] = {
        "reports": [
            {"id": 41, "state": "concluded", "concluded_at": "2026-11-12T09:30:00.123456Z"},
            {"id": 42, "state": "draft", "concluded_at": None},
        ],
        "reason": "The council meets tomorrow.",
        "title": "First half of 2026",
    }

    reason = TextField(
        column=(CycleDecision, "reason"),
        allow_blank=True,
        default="",
        help_text="Why it cannot wait; kept with the act.",
    )
    title = TextField(
        max_length=200,
        allow_blank=True,
        default="",
        help_text="The title of the cycle, repeated in any language.",
    )


class CycleReopenInputSerializer(_ShownInputSerializer):
    """Why a closed cycle is opened again; its members read it."""

    example: ClassVar[Any] = {
        "reports": [{"id": 41, "state": "not_filed", "concluded_at": None}],
        "reason": "It was closed a day too early.",
    }

    reason = TextField(column=(CycleDecision, "reason"))


class ReportOutcomeSerializer(StrictSerializer):
    """A report, and what becomes of it by the act."""

    id = serializers.IntegerField(source="report.pk")
    organisation = serializers.SlugField(source="report.organisation.slug")
    state = serializers.ChoiceField(source="report.state", choices=STATES)
    concluded_at = UTCDateTimeField(source="report.concluded_at", allow_null=True)
    outcome = serializers.ChoiceField(choices=[each.value for each in Outcome])
    words = serializers.CharField(source="outcome.label")


class PublicationPreviewSerializer(StrictSerializer):
    """How much becomes public, and how much is withheld."""

    reports = serializers.IntegerField()
    figures = serializers.IntegerField()
    figures_withheld = serializers.IntegerField()
    texts = serializers.IntegerField()
    texts_withheld = serializers.IntegerField()
    evidence = serializers.IntegerField()
    evidence_withheld = serializers.IntegerField()
    verdicts = serializers.IntegerField()
    replies = serializers.IntegerField()
    not_filed = serializers.IntegerField()
    exempt = serializers.IntegerField()
    in_progress = serializers.IntegerField()


@extend_schema_serializer(component_name="CycleConsequences")
class ConsequencesSerializer(StrictSerializer):
    """What the act would do now, report by report. Send `reports` back with the act."""

    example: ClassVar[Any] = {
        "reports": [
            {
                "id": 41,
                "organisation": "aurora-video",
                "state": "concluded",
                "concluded_at": "2026-11-12T09:30:00.123456Z",
                "outcome": "published",
                "words": "becomes public now",
            }
        ],
        "is_early": False,
        "safe_day": "2026-09-30",
        "pending": [],
        "becomes_public": None,
        "open_corrections": 0,
    }

    reports = ReportOutcomeSerializer(many=True)
    is_early = serializers.BooleanField(help_text="Whether it needs a reason and the title of the cycle.")
    safe_day = serializers.DateField(
        allow_null=True, help_text="From when on it is not early, as far as is known."
    )
    pending = serializers.SerializerMethodField(help_text="The reports for which it is early, by number.")
    becomes_public = PublicationPreviewSerializer(allow_null=True, help_text="Of publishing alone.")
    open_corrections = serializers.IntegerField(
        help_text="Corrections that are not decided; of publishing alone."
    )

    def get_pending(self, consequences: Any) -> list[int]:
        return [report.pk for report in consequences.pending]


class RescheduleInputSerializer(StrictSerializer):
    """Later dates of an open cycle; the reason is public."""

    example: ClassVar[Any] = {
        "shown": {"due_on": "2026-08-15", "grace_ends_on": "2026-08-25", "publish_on": None},
        "due_on": "2026-08-22",
        "grace_ends_on": "2026-09-01",
        "publish_on": None,
        "reason": _REASON,
    }

    class DatesSerializer(StrictSerializer):
        """The dates as you have read them: 409 where they were moved since."""

        due_on = DayField()
        grace_ends_on = DayField()
        publish_on = DayField(allow_null=True)

    shown = DatesSerializer()
    due_on = DayField()
    grace_ends_on = DayField()
    publish_on = DayField(allow_null=True)
    reason = DateChangeReasonsSerializer()

    @staticmethod
    def dates_in(data: Any) -> CycleDates:
        return CycleDates(data["due_on"], data["grace_ends_on"], data["publish_on"])


class PlannedMomentSerializer(StrictSerializer):
    """The plan that you read, as `publish_at` of the cycle; where it is another one meanwhile, the answer is 409."""

    example: ClassVar[Any] = {"publish_at": "2026-11-30T07:00:00Z"}

    publish_at = serializers.DateTimeField()


class PublicationHourSerializer(StrictSerializer):
    """The hour at which the cycle is published by itself, in the time zone of the alliance.

    `publish_at` is the plan that it replaces, as you read it of the cycle; null where there was none.
    """

    example: ClassVar[Any] = {"day": "2026-11-30", "hour": "10:00", "publish_at": None}

    day = DayField()
    hour = serializers.TimeField(input_formats=["%H:%M"])
    publish_at = serializers.DateTimeField(allow_null=True)


class PublicationObstaclesSerializer(StrictSerializer):
    """What stands in the way of publishing today, as sentences; none where nothing does."""

    obstacles = serializers.ListField(child=serializers.CharField(), source="sentences")
