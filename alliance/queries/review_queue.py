"""The reviewers' queue: what it is narrowed by, in which order, its counts, and what each row says."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Case, Exists, F, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from alliance.enums import (
    DRAFT_REPORT_STATES,
    OPEN_REVIEW_STATES,
    RETURNED_REPORT_STATES,
    REVIEWABLE_REPORT_STATES,
    UNSETTLED_READING_STATES,
    QuestionState,
    ReportState,
    SecondReadingState,
    WaitsFor,
)
from alliance.models import Question, Report, SecondReading, Submission, Verdict
from alliance.queries.list_order import by_column
from alliance.queries.local_dates import day_of, end_of_day, today
from alliance.queries.organisations import known_by
from alliance.queries.review_state import is_read_blind
from alliance.queries.reviewers import may_be_allocated, may_be_given, may_be_taken_back, own_interests
from alliance.queries.reviews import (
    NAMED_STATES,
    coming_reports,
    in_named_state,
    not_submitted_again,
    reviewed_reports,
    with_waits_for,
)
from alliance.queries.second_looks import reports_to_confirm
from alliance.queries.second_readings import unsettled_readings
from portal.kernel.access import Actor, acting_as, reading_as
from portal.kernel.alphabet import ByAlphabet
from portal.kernel.text import format_date

SOON = 7  # days before the day to conclude by from which a review is due soon
OPEN, ANY = "open", "any"
MINE, UNASSIGNED, ALL, COMING = "mine", "unassigned", "all", "coming"
OVERDUE = "overdue"
UNSETTLED = "unsettled"
PORTION = 200  # reports that a file reads at once
SORTS = ("due", "member", "state", "reviewer", "submitted")


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """One view of the queue; each field stands in the address under its name, and narrows unless it is empty."""

    show: str = ALL  # mine, unassigned, all; or those that are still to be filed, whatever the state
    state: str = OPEN  # a state, every open one, any
    cycle: int = 0
    reviewer: int = 0
    waits: str = ""  # the side that it waits for
    due: str = ""  # overdue, or within so many days
    q: str = ""  # in the member's name, now or earlier
    reading: bool = False  # a second reading is not settled
    question: str = ""  # open; old: open for longer than a week; unsettled: open or answered, but not closed
    sort: str = "due"  # with a minus: the other way round

    @property
    def query(self) -> dict[str, str]:
        """What stands in the address of this view."""
        default = QueueFilter()
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        return {
            name: "1" if value is True else str(value)
            for name, value in values.items()
            if value != getattr(default, name)
        }

    @property
    def query_string(self) -> str:
        return urlencode(self.query)


def queued_reports(actor: Actor, filters: QueueFilter) -> QuerySet[Any]:
    """The reports of one view in its order, each with `conclude_by`, `waits_for` and `submission_number`. One query."""
    last = Submission.objects.filter(report=OuterRef("pk")).order_by("-number").values("number")[:1]
    reports = coming_reports(actor) if filters.show == COMING else reviewed_reports(actor)
    rows = with_waits_for(reports).annotate(submission_number=Subquery(last))
    if filters.show == MINE:
        rows = rows.filter(reviewer_id=actor.person_id)
    elif filters.show == UNASSIGNED:
        rows = rows.filter(reviewer__isnull=True, state__in=REVIEWABLE_REPORT_STATES)
    if filters.show == COMING:
        pass  # all of them are in draft
    elif filters.state == OPEN:
        rows = rows.filter(state__in=OPEN_REVIEW_STATES)
    elif filters.state != ANY:
        rows = rows.filter(in_named_state(filters.state))
    for name, value in (
        ("cycle", filters.cycle),
        ("reviewer", filters.reviewer),
        ("waits_for", filters.waits),
    ):
        if value:
            rows = rows.filter(**{name: value})
    if filters.q:
        rows = rows.filter(organisation__in=known_by(filters.q))
    due = "due_on" if filters.show == COMING else "conclude_by"
    return _sorted(_with_work(_due(rows, filters.due), filters), filters.sort, due)


def _due(rows: QuerySet[Any], due: str) -> QuerySet[Any]:
    day = today()
    if due == OVERDUE:
        return rows.filter(conclude_by__lt=day)
    if due:
        return rows.filter(conclude_by__gte=day, conclude_by__lte=day + timedelta(days=int(due)))
    return rows


def _with_work(rows: QuerySet[Any], filters: QueueFilter) -> QuerySet[Any]:
    """Those with a second reading that is not settled, or with questions of the kind that the view asks for."""
    if filters.reading:
        readings = SecondReading.objects.filter(report=OuterRef("pk"), state__in=UNSETTLED_READING_STATES)
        rows = rows.filter(Exists(readings))
    if filters.question:
        questions = Question.objects.filter(report=OuterRef("pk"))
        if filters.question == UNSETTLED:
            questions = questions.exclude(state=QuestionState.CLOSED)
        else:
            questions = questions.filter(state=QuestionState.OPEN)
        if filters.question == "old":
            questions = questions.filter(asked_at__lt=week_ago())
        rows = rows.filter(Exists(questions))
    return rows


def week_ago() -> Any:
    """The moment since when a question is open for longer than a week."""
    return end_of_day(today() - timedelta(days=SOON + 1))


def _sorted(rows: QuerySet[Any], sort: str, due: str) -> QuerySet[Any]:
    """By the column that the sort names; states in the order in which a report goes through them."""
    states = Case(
        *(When(in_named_state(state), then=Value(place)) for place, state in enumerate(NAMED_STATES))
    )
    columns: dict[str, Any] = {
        "member": ByAlphabet("organisation__name"),
        "state": states,
        "reviewer": ByAlphabet("reviewer__name"),
        "submitted": F("submitted_at"),
        # what the member has not submitted again is to be resumed at once
        "due": F(due)
        if due == "due_on"
        else Coalesce(due, Case(When(not_submitted_again(), then=F("changes_due_on")))),
    }
    return rows.order_by(by_column(columns, sort), F("respond_by").asc(nulls_last=True), "pk")


# --- What one row says --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One report with what its row shows beside it."""

    report: Report
    verdicts: Sequence[str]  # on measures, in the charter's order
    readings: Sequence[SecondReading]
    open_questions: int = 0
    answered_questions: int = 0
    oldest_question: date | None = None
    hides_verdicts: bool = False  # the reader of the page reads it blind
    has_to_be_confirmed: bool = False  # verdicts of somebody who has declared an interest since
    is_barred: bool = False  # the reader of the page has no part in reviewing it
    has_interest: bool = False  # because they have declared an interest
    last_move: str = ""  # what was last done with the report, by whom and when
    may_be_chosen: bool = False  # to give it to a reviewer, or from its reviewer to another one
    may_be_taken_back: bool = False  # before it is filed, from its reviewer
    day: date = field(default_factory=today)

    @property
    def missing(self) -> range:
        """A place for each measure without a verdict."""
        return range(max(0, self.report.measures_due - len(self.verdicts)))

    @property
    def days_left(self) -> int | None:
        """Until the day to conclude by; negative once it has passed."""
        due = self.report.conclude_by  # type: ignore[attr-defined]  # annotated
        return (due - self.day).days if due else None

    @property
    def days_overdue(self) -> int:
        return max(0, -(self.days_left or 0))

    @property
    def is_due_soon(self) -> bool:
        return self.days_left is not None and 0 <= self.days_left <= SOON

    @property
    def is_paused(self) -> bool:
        until = self.report.paused_until
        return until is not None and until >= self.day and self.report.state in REVIEWABLE_REPORT_STATES

    @property
    def may_ask_reading(self) -> bool:
        """Of one that is still to come, whoever may give it to a reviewer; once it is filed, its own page offers it."""
        return self.may_be_chosen and self.report.submitted_at is None

    @property
    def waits_for_us(self) -> bool:
        return self.report.waits_for == WaitsFor.SECRETARIAT  # type: ignore[attr-defined]  # annotated

    @property
    def is_not_submitted_again(self) -> bool:
        """Whether the member has let the day pass by which it was to submit again."""
        day = self.report.changes_due_on
        return self.report.state in RETURNED_REPORT_STATES and day is not None and day < self.day

    @property
    def reading(self) -> SecondReading | None:
        """The one that has to be dealt with first: a difference before a reading that is only asked for."""
        differing = [each for each in self.readings if each.state == SecondReadingState.DIFFERS]
        return next(iter([*differing, *self.readings]), None)

    @property
    def question_age(self) -> int:
        return (self.day - self.oldest_question).days if self.oldest_question else 0

    # The words of a row are put together here: a template looks up each of their parts anew for each row.

    @property
    def choice_words(self) -> str:
        return _("Choose %(name)s") % {"name": self.report.organisation.name}

    @property
    def verdict_words(self) -> str:
        words = {"n": len(self.verdicts), "all": self.report.measures_due}
        return _("%(n)s of %(all)s measures") % words

    @property
    def due_words(self) -> str:
        """How far the day to conclude by is, or how long ago it was; empty where nothing is due."""
        if self.days_left is None:
            return ""
        if self.days_left == 0:
            return _("today")
        if late := self.days_overdue:
            return ngettext("overdue by %(n)s day", "overdue by %(n)s days", late) % {"n": late}
        return ngettext("in %(n)s day", "in %(n)s days", self.days_left) % {"n": self.days_left}

    @property
    def reason(self) -> str:
        """Why it waits for whom it waits for; empty where there is nothing to add."""
        report = self.report
        number: int = report.submission_number  # type: ignore[attr-defined]  # annotated
        if report.state == ReportState.IN_REVIEW:
            return self._reason_in_review()
        if report.state == ReportState.SUBMITTED:
            words = {"n": number, "day": format_date(report.submitted_at)}
            return _("submission %(n)s of %(day)s") % words if (number or 0) > 1 else _("not begun")
        if absence := report.organisation.absence:
            return self._reason_without_member(absence)
        if report.state in DRAFT_REPORT_STATES and report.submitted_at is None:
            return _("to submit by %(day)s") % {"day": format_date(report.due_on)}
        if report.state in RETURNED_REPORT_STATES:
            if report.changes_due_on is None:
                return _("to change and submit again")
            if self.is_not_submitted_again:
                return _("not submitted again by %(day)s: resume the review") % {
                    "day": format_date(report.changes_due_on)
                }
            return _("to submit again by %(day)s") % {"day": format_date(report.changes_due_on)}
        if report.state == ReportState.CONCLUDED:
            if self.has_to_be_confirmed:
                return _("verdicts to be confirmed before it is published")
            return _("to be published") if self.waits_for_us else _("right of reply")
        return ""

    def _reason_without_member(self, absence: str) -> str:
        """What is left to do where nobody of the member has access."""
        if self.report.state == ReportState.CONCLUDED and self.has_to_be_confirmed:
            return _("verdicts to be confirmed before it is published")
        if self.report.state == ReportState.CONCLUDED:
            return _("to be published")
        if self.report.state in RETURNED_REPORT_STATES and self.waits_for_us:
            return _("%(absence)s: resume the review") % {"absence": absence}
        return absence

    def _reason_in_review(self) -> str:
        if self.reading is not None and self.reading.state == SecondReadingState.DIFFERS:
            return _("%(name)s differs: settle") % {"name": self.reading.reader.name}
        if self.reading is not None:
            return _("second reader since %(day)s") % {"day": format_date(self.reading.asked_at)}
        if count := self.answered_questions:
            return ngettext("%(n)s question answered", "%(n)s questions answered", count) % {"n": count}
        if not self.open_questions:
            return ""
        count, days = self.open_questions, self.question_age
        if absence := self.report.organisation.absence:
            return _("open questions, but nobody to answer: %(absence)s") % {"absence": absence}
        asked = ngettext("%(n)s question open", "%(n)s questions open", count) % {"n": count}
        oldest = ngettext("the oldest for %(days)s day", "the oldest for %(days)s days", days) % {
            "days": days
        }
        return f"{asked}, {oldest if days else _('since today')}"


def queue_rows(
    actor: Actor, reports: Sequence[Report], moves: Mapping[int, str] | None = None
) -> list[QueueRow]:
    """The rows of one page. Three queries, however many rows; one where somebody has an interest, one where a review
    is concluded.
    """
    numbers = [report.pk for report in reports]
    # one row for each report, not one for each of its forty measures
    given = Verdict.objects.visible_to(actor).filter(report__in=numbers, measure__isnull=False)
    by_report = (
        given.order_by().values("report").annotate(all=ArrayAgg("value", order_by="measure__position"))
    )
    verdicts: dict[int, list[str]] = dict(by_report.values_list("report", "all"))
    readings: dict[int, list[SecondReading]] = defaultdict(list)
    for reading in unsettled_readings(actor, numbers):
        readings[reading.report_id].append(reading)
    # whoever reads blind sees their own alone: not that another differs
    blind = {
        number: own
        for number, rows in readings.items()
        if (own := [each for each in rows if is_read_blind(actor, each)])
    }
    questions = _questions(actor, numbers)
    is_barred = any(report.organisation_id in actor.conflicts for report in reports)
    interests = own_interests(actor) if is_barred else {}
    to_confirm = reports_to_confirm(actor, reports)
    return [
        QueueRow(
            report,
            verdicts.get(report.pk, []),
            blind.get(report.pk) or readings[report.pk],
            hides_verdicts=report.pk in blind,
            has_to_be_confirmed=report.pk in to_confirm,
            is_barred=report.organisation_id in actor.conflicts,
            has_interest=report.organisation_id in interests,
            last_move=(moves or {}).get(report.pk, ""),
            may_be_chosen=_may_be_chosen(actor, report),
            may_be_taken_back=may_be_taken_back(actor, report),
            **questions.get(report.pk, {}),
        )
        for report in reports
    ]


def _may_be_chosen(actor: Actor, report: Report) -> bool:
    """Also one that is still to come."""
    is_coming = report.submitted_at is None
    return may_be_given(actor, report) if is_coming else may_be_allocated(actor, report)


def row_portions(actor: Actor, filters: QueueFilter, language: str) -> Iterator[Sequence[QueueRow]]:
    """The rows of a whole view, each portion read in a transaction of its own: for files as they stream.

    Which reports there are, and their order, is settled by the first read.
    """
    with acting_as(actor), override(language):
        numbers = list(queued_reports(actor, filters).values_list("pk", flat=True))
    for start in range(0, len(numbers), PORTION):
        with reading_as(actor), override(language):
            reports = queued_reports(actor, filters).in_bulk(numbers[start : start + PORTION])
            rows = queue_rows(
                actor, [reports[pk] for pk in numbers[start : start + PORTION] if pk in reports]
            )
        yield rows


def _questions(actor: Actor, reports: Sequence[int]) -> dict[int, dict[str, Any]]:
    rows = Question.objects.visible_to(actor).filter(report__in=reports).exclude(state=QuestionState.CLOSED)
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    oldest: dict[int, date] = {}
    for report, state, asked_at in rows.order_by("asked_at").values_list("report", "state", "asked_at"):
        counts[report][state] += 1
        if state == QuestionState.OPEN:
            oldest.setdefault(report, day_of(asked_at))
    return {
        report: {
            "open_questions": by_state[QuestionState.OPEN],
            "answered_questions": by_state[QuestionState.ANSWERED],
            "oldest_question": oldest.get(report),
        }
        for report, by_state in counts.items()
    }
