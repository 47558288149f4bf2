"""Reports that are as long as they may be, after one of the same size: for the pages that a signatory reads."""

from decimal import Decimal

from alliance.enums import ReportState
from alliance.models import Answer, Figure, Report, Verdict
from alliance.queries.report_frame import report_frame
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast, make_charter, make_cycle, make_report
from tests.factories.cast import make_services
from tests.factories.charters import COUNT, NARRATIVE
from tests.support.submissions import make_submission, submitted_figure


def make_verdict(cast: Cast, before: Report, key: str, value: str) -> None:
    submission = before.submissions.get()
    measure = before.charter.measures.get(key=key)
    with acting_as(SYSTEM):
        Verdict.objects.create(
            report=before, organisation=cast.aurora, submission=submission, commitment=measure.commitment,
            measure=measure, value=value, reason="The sample is too small.", language="en", given_by=cast.rita,
        )  # fmt: skip


def long_text(step: int) -> str:
    """About two thousand characters; with another step every third word is another."""
    return " ".join(f"word{number * 7919 % 1013 + (number % 3 == 0) * step}" for number in range(260))


def make_long_report(cast: Cast, measures: int, indicators: int, services: int) -> Report:
    """Empty, with so many figures that it asks for, after a report of the same size."""
    tree = {
        f"commitment-{number // 4}": {
            f"measure-{each}": [
                (f"story-{each}", NARRATIVE),
                *((f"indicator-{each}-{row}", COUNT | {"breakdowns": []}) for row in range(indicators)),
            ]
            for each in range(number, number + 4)
        }
        for number in range(0, measures, 4)
    }
    make_services(*((cast.aurora, f"aurora-{number}") for number in range(services - 2)))
    charter = make_charter("large", tree=tree)
    before = make_report(make_cycle(charter, "2025-h2"), cast.aurora)
    slugs = ["aurora-kids", "aurora-live", *(f"aurora-{number}" for number in range(services - 2))]
    figures = {
        f"measure-{each}": [
            submitted_figure(f"indicator-{each}-{row}", str(1000 + row), service=slug)
            for row in range(indicators)
            for slug in slugs
        ]
        for each in range(measures)
    }
    make_submission(before, ReportState.PUBLISHED, figures=figures, answer=long_text(1))
    for each in range(measures):
        make_verdict(cast, before, f"measure-{each}", "limited")
    return make_report(make_cycle(charter), cast.aurora)


def fill_long_report(cast: Cast, report: Report) -> None:
    """Every figure with another number, a warning's note and a reason to withhold it; every text written anew."""
    with acting_as(SYSTEM):
        frame = report_frame(report)
        own = {"report": report, "organisation": cast.aurora, "updated_by": cast.alice}
        Figure.objects.bulk_create(
            Figure(
                **own, indicator=each.indicator, service=each.service, status="reported",
                value=Decimal(40_000 + number),
                note="Counted anew, week by week, from the log of the moderators. " * 3, disclosure="secretariat",
                disclosure_reason="It would show single cases of one small service.",
            )
            for number, each in enumerate(
                each for required in frame.measures for row in required.figures for each in required.totals(row)
            )
        )  # fmt: skip
        Answer.objects.bulk_create(
            Answer(**own, indicator=row, text=long_text(3), language="en")
            for required in frame.measures
            for row in required.narratives
        )
