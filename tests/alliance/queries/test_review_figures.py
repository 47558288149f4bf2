"""The secretariat's own work in figures: turnaround, returned reports, verdicts by reviewer, agreement."""

from datetime import UTC, datetime, timedelta

import pytest

from alliance.enums import ReportState, Role, VerdictValue
from alliance.models import (
    ChangesRequest,
    Cycle,
    Measure,
    Organisation,
    Person,
    Report,
    ReportDecision,
    SecondOpinion,
    SecondReading,
    Verdict,
)
from alliance.queries.review_figures import (
    agreement,
    agreement_cases,
    cycle_figures,
    late_reports,
    reader_figures,
    second_opinions,
    verdict_counts,
    verdict_totals,
)
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast, make_cycle, make_organisation, make_person, make_report, read_charter
from tests.support.submissions import make_submission

pytestmark = pytest.mark.django_db
MEASURES = ("search", "speed", "complaints")
SUBMITTED = datetime(2026, 8, 3, 9, tzinfo=UTC)


@pytest.fixture
def cycle(cast: Cast, roy: Person) -> Cycle:
    """Promised in 20 days. Rita concludes in 10 and, without a pause of 5, in 25; Roy in 20, and has one open."""
    cycle = make_cycle(read_charter())
    Cycle.objects.filter(pk=cycle.pk).update(review_days=20)
    cycle.refresh_from_db()
    others = [make_organisation(slug) for slug in ("cedar", "delta")]
    for organisation in others:
        make_person(f"Editor of {organisation.slug}", organisation, Role.EDITOR)
    work = (
        (cast.aurora, cast.rita, 10, 0, True, ("complete", "complete", "limited")),
        (cast.beacon, cast.rita, 30, 5, False, ("complete",)),
        (others[0], roy, 20, 0, False, ("not_started", "complete")),
        (others[1], roy, None, 0, True, ()),
    )
    for organisation, reviewer, days, paused, was_returned, verdicts in work:
        review(cycle, organisation, reviewer, days, paused, verdicts=verdicts, was_returned=was_returned)
    return cycle


def review(
    cycle: Cycle,
    organisation: Organisation,
    reviewer: Person,
    days: int | None,
    paused: int,
    *,
    verdicts: tuple[str, ...],
    was_returned: bool,
) -> None:
    report = make_report(cycle, organisation)
    submission = make_submission(report, ReportState.CONCLUDED if days is not None else ReportState.IN_REVIEW)
    with acting_as(SYSTEM):
        Report.objects.filter(pk=report.pk).update(
            submitted_at=SUBMITTED,
            concluded_at=None if days is None else SUBMITTED + timedelta(days=days),
            paused_days=paused,
            reviewer=reviewer,
        )
        of_report = {"report": report, "organisation": organisation, "submission": submission}
        if was_returned:
            for _twice in range(2):  # counts once
                ChangesRequest.objects.create(
                    **of_report,
                    summary="Count.",
                    language="en",
                    due_on=SUBMITTED.date(),
                    requested_by=reviewer,
                )
        for key, value in zip(MEASURES, verdicts, strict=False):
            measure = Measure.objects.get(charter=cycle.charter, key=key)
            Verdict.objects.create(
                **of_report, commitment=measure.commitment, measure=measure, value=value, reason="So.",
                language="en", given_by=reviewer,
            )  # fmt: skip


def test_turnaround_is_counted_in_days_without_pauses_against_the_promised_ones(
    cast: Cast, cycle: Cycle
) -> None:
    with acting_as(cast.actor("mona")) as mona:
        figures = cycle_figures(mona, cycle)

    assert sorted(each.days for each in figures.turnarounds) == [10, 20, 25]
    assert (figures.median, figures.late) == (20, 1)
    with acting_as(cast.actor("rita")) as rita:
        assert [(row.organisation, days) for row, days in late_reports(rita, figures)] == [(cast.beacon, 25)]
    assert [(each.first, each.last, each.count, each.is_late) for each in figures.bins] == [
        (0, 5, 0, False),
        (6, 10, 1, False),
        (11, 15, 0, False),
        (16, 20, 1, False),
        (21, 25, 1, True),
        (26, None, 0, True),
    ]


def test_a_report_that_was_returned_counts_once_of_those_that_were_filed(cast: Cast, cycle: Cycle) -> None:
    with acting_as(cast.actor("mona")) as mona:
        figures = cycle_figures(mona, cycle)

    assert (figures.returned, figures.filed) == (2, 4)
    assert sum(figures.returned_by.values()) == 2


def test_a_request_that_was_taken_back_is_no_return_and_one_counts_for_who_asked(
    cast: Cast, cycle: Cycle, roy: Person
) -> None:
    with acting_as(SYSTEM):
        resumed = Report.objects.get(cycle=cycle, organisation=cast.aurora)
        taken_back = Report.objects.get(cycle=cycle, organisation__slug="delta")
        Report.objects.filter(pk=resumed.pk).update(reviewer=roy)
        for report, kinds in (
            (taken_back, ("take_back_request",)),
            # not answered in time; then a second request was taken back
            (resumed, ("resume_review", "take_back_request")),
        ):
            for kind in kinds:
                ReportDecision.objects.create(
                    report=report, organisation=report.organisation, submission=report.submissions.get(),
                    kind=kind, decided_by=cast.mona,
                )  # fmt: skip

    with acting_as(cast.actor("mona")) as mona:
        figures = cycle_figures(mona, cycle)

    assert (figures.returned, dict(figures.returned_by)) == (1, {cast.rita.pk: 1})


def test_each_reviewer_has_figures_of_their_own(cast: Cast, cycle: Cycle) -> None:
    with acting_as(cast.actor("mona")) as mona:
        verdicts = verdict_counts(mona, cycle)
        rita, roy = reader_figures(mona, cycle_figures(mona, cycle), verdicts, second_opinions(mona, cycle))
    totals = dict(verdict_totals(verdicts))

    assert (rita.person.name, rita.concluded, rita.median, rita.late, rita.returned) == ("Rita", 2, 18, 1, 1)
    assert (roy.person.name, roy.concluded, roy.median, roy.late, roy.returned) == ("Roy", 1, 20, 0, 1)
    # what is not concluded is not forgotten: Roy's open review is past its day
    assert (rita.overdue, roy.overdue) == (0, 1)
    given = {row.person.name: {value: count for value, count in row.verdicts if count} for row in (rita, roy)}
    assert given == {
        "Rita": {VerdictValue.COMPLETE: 3, VerdictValue.LIMITED: 1},
        "Roy": {VerdictValue.COMPLETE: 1, VerdictValue.NOT_STARTED: 1},
    }
    assert {value: count for value, count in totals.items() if count} == {
        VerdictValue.COMPLETE: 4,
        VerdictValue.LIMITED: 1,
        VerdictValue.NOT_STARTED: 1,
    }


def test_agreement_is_counted_by_reader_and_reviewer(cast: Cast, cycle: Cycle, roy: Person) -> None:
    report = Report.objects.get(cycle=cycle, organisation=cast.aurora)
    with acting_as(SYSTEM):
        reading = SecondReading.objects.create(
            report=report, organisation=cast.aurora, reader=roy, asked_by=cast.mona
        )
        for key, own, reviewers in (
            ("search", "complete", "complete"),
            ("speed", "limited", "complete"),
            ("complaints", "limited", ""),  # not sent yet: counts nowhere
        ):
            SecondOpinion.objects.create(
                reading=reading, organisation=cast.aurora, value=own, verdict_value=reviewers,
                measure=Measure.objects.get(charter=cycle.charter, key=key),
            )  # fmt: skip

    with acting_as(cast.actor("mona")) as mona:
        opinions = second_opinions(mona, cycle)
        whole = agreement(mona, opinions)
        _rita, row = reader_figures(mona, cycle_figures(mona, cycle), verdict_counts(mona, cycle), opinions)
        cases = agreement_cases(mona, cycle, roy.pk, cast.rita.pk)

    assert (whole.same, whole.total) == (1, 2)
    assert [(cell.reader.name, cell.reviewer.name, cell.same, cell.total) for cell in whole.cells] == [
        ("Roy", "Rita", 1, 2)
    ]
    assert (row.person.name, row.read, row.agreed) == ("Roy", 2, 1)
    assert [case.measure.key for case in cases] == ["speed"]


def test_a_cycle_without_reviews_has_no_median(cast: Cast) -> None:
    with acting_as(cast.actor("mona")) as mona:
        figures = cycle_figures(mona, make_cycle(read_charter()))
        whole = agreement(mona, second_opinions(mona, figures.cycle))

    assert (figures.median, figures.late, figures.filed, figures.returned) == (None, 0, 0, 0)
    assert (whole.same, whole.total, whole.cells) == (0, 0, [])
