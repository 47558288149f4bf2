"""Members are reminded of findings by a program of the secretariat, as on the page."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from alliance.enums import ReportState
from alliance.models import Finding, Measure, Report
from alliance.queries.local_dates import today
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.journal import Event
from tests.factories import Cast
from tests.support.bearers import token_of
from tests.support.submissions import make_submission
from tests.support.world_reviews import make_finding

pytestmark = pytest.mark.django_db


@pytest.fixture
def finding(cast: Cast, report: Report) -> Finding:
    """Of Aurora, due in a month, its review concluded."""
    with acting_as(SYSTEM):
        make_submission(report)
        Report.objects.update(state=ReportState.CONCLUDED)
        measure = Measure.objects.get(charter=report.cycle.charter, key="search")
        made = make_finding(cast, report, measure, "Count the nights.")
        Finding.objects.update(due_on=today() + timedelta(days=30))
    return made


def program_of(person: Any) -> Callable[..., Any]:
    """Reminds with this person's token."""
    token = token_of(person)

    def remind(**body: Any) -> Any:
        return Client().post(
            "/api/v1/secretariat/findings/remind/",
            json.dumps(body),
            content_type="application/json",
            headers={"Authorization": f"Bearer {token}"},
        )

    return remind


def test_a_named_finding_is_reminded_of_once_a_day(cast: Cast, finding: Finding) -> None:
    remind, managers_remind = program_of(cast.rita), program_of(cast.mona)
    assert remind().status_code == 409  # none is overdue

    assert remind(findings=[finding.pk]).json() == {"count": 1}
    assert managers_remind(findings=[finding.pk]).status_code == 409
    with acting_as(SYSTEM):
        assert Event.objects.filter(kind="finding.remind").count() == 1


def test_without_numbers_all_overdue_findings_are_reminded_of(cast: Cast, finding: Finding) -> None:
    with acting_as(SYSTEM):
        Finding.objects.update(due_on=today() - timedelta(days=3))

    assert program_of(cast.mona)().json() == {"count": 1}


def test_reminding_of_an_unknown_finding_is_refused(cast: Cast, finding: Finding) -> None:
    remind = program_of(cast.rita)

    assert remind(findings=[finding.pk + 1]).status_code == 409
    assert remind(findings=[]).status_code == 422
    assert program_of(cast.alice)(findings=[finding.pk]).status_code == 403
