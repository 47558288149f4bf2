"""What tests of second readings start from."""

import pytest

from alliance.models import Commitment, Measure, Report
from alliance.services.reviews import give_verdict, start_review
from portal.kernel.access import Actor
from tests.factories import Cast, make_cycle, make_report, read_cast, read_charter
from tests.support.submissions import make_submission


@pytest.fixture
def rita(cast: Cast) -> Actor:
    return cast.actor("rita")


@pytest.fixture(scope="module")
def judged(module_transaction: None) -> None:
    """Aurora's report in review, with all verdicts given by Rita."""
    cast = read_cast()
    rita, report = cast.actor("rita"), make_report(make_cycle(read_charter()), cast.aurora)
    make_submission(report)
    start_review(rita, report)
    for measure in Measure.objects.filter(charter=report.cycle.charter):
        give_verdict(rita, report, measure=measure, value="limited", reason="Begun.")
    for commitment in Commitment.objects.filter(charter=report.cycle.charter):
        give_verdict(rita, report, commitment=commitment, value="limited", reason="Begun.")


@pytest.fixture
def report(judged: None, db: None) -> Report:
    return Report.objects.select_related("cycle__charter").get()
