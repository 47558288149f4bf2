"""What tests of the secretariat's pages may ask for."""

import pytest
from django.test import Client

from alliance.enums import ReportState
from alliance.models import Report
from tests.factories import Cast, make_cycle, make_report, read_charter
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
