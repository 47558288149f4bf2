"""The period before in a review: under the names of its charter."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from alliance.enums import CharterState, CycleState, ReportState
from alliance.models import Charter, Finding, Measure, Report, Verdict
from portal.kernel.access import SYSTEM, acting_as
from tests.alliance.web.secretariat.test_verdicts import commitment_url, measure_url
from tests.factories import Cast, make_charter, make_cycle, make_report, read_charter, renamed
from tests.support.pages import signed_in, words_of
from tests.support.submissions import make_submission

pytestmark = pytest.mark.django_db
RENAMED = (("search", "look"), ("find", "detect"))
SPLIT = (*RENAMED, ("search", "speed"), ("find", "answer"))


def on_two_versions(cast: Cast, mapping: tuple[tuple[str, str], ...]) -> Report:
    """Aurora's report in review on version 2, in which `search` is called `look`, and `find` is called `detect`.

    On version 1 both were judged in the period before, and a finding was made.
    """
    first = read_charter()
    before = make_report(make_cycle(first, "2025-h2", CycleState.PUBLISHED), cast.aurora)
    submission = make_submission(before, ReportState.PUBLISHED)
    measure = Measure.objects.get(charter=first, key="search")
    about = {"report": before, "organisation": cast.aurora}
    verdict = {**about, "submission": submission, "commitment": measure.commitment, "given_by": cast.rita}
    with acting_as(SYSTEM):
        Verdict.objects.create(**verdict, measure=measure, value="limited", reason="Half of the search.")
        Verdict.objects.create(**verdict, value="limited", reason="Half of the whole.")
        Finding.objects.create(
            **about, measure=measure, text="Count the live service.", language="en", written_by=cast.rita,
            due_on=timezone.localdate() + timedelta(days=30),
        )  # fmt: skip
    Charter.objects.filter(pk=first.pk).update(state=CharterState.SUPERSEDED)
    second = make_charter(version=2, tree=renamed(*RENAMED), mapping=mapping)
    report = make_report(make_cycle(second), cast.aurora)
    make_submission(report, ReportState.IN_REVIEW)
    return report


@pytest.mark.parametrize(("mapping", "follows"), [(RENAMED, True), (SPLIT, False)])
def test_last_verdicts_and_open_findings_follow_renamed_keys(
    cast: Cast, rita: Client, mapping: tuple[tuple[str, str], ...], follows: bool
) -> None:
    report = on_two_versions(cast, mapping)

    measure = words_of(rita.get(measure_url(report, "look")))
    commitment = words_of(rita.get(commitment_url(report, "detect")))

    assert [
        "Half of the search." in measure,
        "Count the live service." in measure,
        "Half of the whole." in commitment,
    ] == [follows] * 3


def test_the_editor_shows_the_last_verdict_on_a_renamed_measure(cast: Cast) -> None:
    report = on_two_versions(cast, RENAMED)

    page = signed_in(cast.alice).get(f"/workspace/reports/{report.pk}/measures/look/")

    assert page.context["last_verdict"].reason == "Half of the search."

