"""What tests of the secretariat's pages may ask for."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from alliance.enums import ReportState, Role
from alliance.models import Question, Report
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast, make_cycle, make_organisation, make_person, make_report, read_charter
from tests.support.pages import signed_in
from tests.support.submissions import make_submission, submitted_figure


@pytest.fixture
def report(cast: Cast) -> Report:
    """Aurora's report in review."""
    report = make_report(make_cycle(read_charter()), cast.aurora)
    figures = {"search": [submitted_figure("content-actioned", "164478", service="aurora-kids")]}
    make_submission(report, ReportState.IN_REVIEW, figures=figures)
    return report


@pytest.fixture
def rita(cast: Cast) -> Client:
    return signed_in(cast.rita)


@pytest.fixture
def mona(cast: Cast) -> Client:
    return signed_in(cast.mona)


@pytest.fixture
def reports(cast: Cast, report: Report) -> dict[str, Report]:
    """Aurora's in review by Rita and overdue; Beacon's submitted, Rita's too; Cedar's without a reviewer."""
    cedar = make_organisation("cedar")
    make_person("Nadia", cedar, Role.SIGNATORY)
    beacon, other = make_report(report.cycle, cast.beacon), make_report(report.cycle, cedar)
    make_submission(beacon)
    make_submission(other, assigned=False)
    Report.objects.filter(pk=report.pk).update(submitted_at=timezone.now() - timedelta(days=33))
    with acting_as(SYSTEM):
        Question.objects.create(report=report, organisation=cast.aurora, text="Which?", asked_by=cast.rita)
    return {"aurora": report, "beacon": beacon, "cedar": other}
