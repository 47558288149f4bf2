"""What is filed: only figures that are asked for, and no number behind one that is not reported."""

import json
from decimal import Decimal

import pytest

from alliance.enums import FigureStatus, ReportState
from alliance.figure_fields import FigurePlace, FigureValues
from alliance.models import Answer, Indicator, Ownership, Report
from alliance.queries.lineage import lineage_of
from alliance.queries.submission_extracts import submission_extracts
from alliance.queries.submitted_totals import other_totals
from alliance.queries.working_copy import working_copy
from alliance.services.submissions import submit_report
from portal.kernel.access import acting_as
from portal.kernel.errors import Faults
from tests.factories import Cast, make_cycle, make_report, read_cast, read_charter
from tests.support.working_copies import fill_report, save_one_figure

pytestmark = pytest.mark.django_db


def drafted() -> tuple[Cast, Report]:
    """Aurora's report, complete and in draft."""
    cast = read_cast()
    report = make_report(make_cycle(read_charter()), cast.aurora)
    fill_report(cast.actor("alice"), report)
    return cast, report


def test_submit_report_refuses_a_number_left_behind_a_declined_figure() -> None:
    cast, report = drafted()
    declined = FigureValues(FigureStatus.DECLINED, Decimal(777), reason="A court forbids it.")
    save_one_figure(cast.actor("alice"), report, FigurePlace("content-actioned", "aurora-kids"), declined, 1)

    with pytest.raises(Faults) as refusal, acting_as(cast.actor("sven")) as sven:
        submit_report(sven, report)

    assert list(refusal.value.faults) == ["Content actioned, Aurora Kids"]


def test_submit_report_leaves_out_the_figures_of_a_service_that_was_sold() -> None:
    cast, report = drafted()
    place, negative = FigurePlace("content-actioned", "aurora-live"), FigureValues(value=Decimal(-5))
    save_one_figure(cast.actor("alice"), report, place, negative, 1)
    Ownership.objects.filter(service__slug="aurora-live").update(ends_on="2025-12-31")

    with acting_as(cast.actor("sven")) as sven:
        content = json.loads(bytes(submit_report(sven, report).body))

    figures = [figure["service"] for measure in content["measures"] for figure in measure["figures"]]
    assert set(figures) == {"aurora-kids", None}


def test_a_carried_over_text_that_is_no_longer_asked_for_stops_nothing() -> None:
    cast, report = drafted()
    with acting_as(cast.actor("alice")):
        Answer.objects.create(
            report=report,
            organisation=cast.aurora,
            pledge_record="0" * 32,
            text="Old words",
            carried_over=True,
        )
        copy = working_copy(report)

    assert (copy.unconfirmed, copy.is_ready) == ([], True)


def test_an_unchanged_yes_is_not_compared_as_a_number() -> None:
    cast, report = drafted()
    with acting_as(cast.actor("sven")) as sven:
        submit_report(sven, report)
    following = make_report(make_cycle(report.cycle.charter, "2026-h2"), cast.aurora)
    fill_report(cast.actor("alice"), following, "What we did since.")

    with acting_as(cast.actor("alice")):
        warned = {finding.place.indicator for finding in working_copy(following).warnings}

    assert "content-actioned" in warned
    assert "hash-matching" not in warned


@pytest.mark.parametrize("whole", ["1", "0.000001"])
def test_save_figures_keeps_a_part_above_its_whole_however_large(whole: str) -> None:
    cast, report = drafted()
    part = Decimal("9" * 15 + "0" * 9)

    share = FigureValues(numerator=part, denominator=Decimal(whole))
    figure = save_one_figure(
        cast.actor("alice"), report, FigurePlace("found-proactively", "aurora-kids"), share, 1
    )

    assert (figure.numerator, figure.value, report.state) == (part, None, ReportState.DRAFT)


def test_the_extracts_of_a_submission_follow_from_its_body() -> None:
    cast, report = drafted()
    report.figures.filter(indicator__key="content-actioned", service__slug="aurora-kids").update(
        disclosure="secretariat", disclosure_reason="A court asks for it."
    )

    with acting_as(cast.actor("sven")) as sven:
        submission = submit_report(sven, report)

    content = json.loads(bytes(submission.body))
    stored = {name: getattr(submission, name) for name in ("content_counts", "organisation_totals")}
    assert stored == submission_extracts(report.charter_id, content)
    figures = [figure for measure in content["measures"] for figure in measure["figures"]]
    counted = submission.content_counts["figures"], submission.content_counts["figures_withheld"]
    assert (sum(counted), counted[1] >= 1) == (len(figures), True)
    actioned = [figure["value"] for figure in figures if figure["indicator"] == "content-actioned"]
    assert Decimal(submission.organisation_totals["content-actioned"]) == sum(map(Decimal, actioned))


def test_totals_of_other_members_are_read_by_the_secretariat_alone() -> None:
    """The withheld ones are among them: a member gets none of them, its own left out."""
    cast, report = drafted()
    with acting_as(cast.actor("sven")) as sven:
        submit_report(sven, report)
    indicator = Indicator.objects.get(key="content-actioned")
    history = lineage_of(report.charter).history_of(indicator.key)

    read = {}
    for name in ("rita", "carol"):
        with acting_as(cast.actor(name)) as actor:
            totals = other_totals(actor, [report.cycle], [indicator], [history], but=cast.beacon.pk)
            read[name] = [len(values) for values in totals[indicator.key].values()]

    assert read == {"rita": [1], "carol": []}
