"""“For you”: practices of others for the measures on which one's own last concluded verdicts were weak."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from alliance.enums import ReportState, VerdictValue
from alliance.models import Measure, Verdict
from portal.kernel.access import SYSTEM, acting_as
from practices.models import Practice
from practices.queries import library
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.factories.practices import make_shared
from tests.support.submissions import make_submission

pytestmark = pytest.mark.django_db


@pytest.fixture
def practice(cast: Cast) -> Practice:
    """Aurora's, for one measure; Beacon may read it."""
    return make_shared(cast, measures=["search"])


def give_verdicts(cast: Cast, *values: str, state: str = ReportState.CONCLUDED) -> None:
    """Beacon's verdicts on the measure in one cycle after the other."""
    charter = read_charter()
    for half, value in enumerate(values, 1):
        report = make_report(make_cycle(charter, f"2026-h{half}"), cast.beacon)
        submission = make_submission(report, state)
        with acting_as(SYSTEM):
            report.concluded_at = timezone.now() + timedelta(days=half)
            report.save()
            Verdict.objects.create(
                report=report,
                organisation=cast.beacon,
                submission=submission,
                measure=Measure.objects.get(charter=charter, key="search"),
                value=value,
                reason="-",
                given_by=cast.rita,
            )


def suggested_ids(cast: Cast, name: str = "carol") -> list[int]:
    with acting_as(cast.actor(name)):
        return [row.practice.pk for row in library.suggested_practices(cast.actor(name))]


@pytest.mark.parametrize(
    ("values", "is_shown"),
    [
        ([VerdictValue.LIMITED], True),
        ([VerdictValue.NOT_STARTED], True),
        ([VerdictValue.NO_EVIDENCE], True),
        ([VerdictValue.SUBSTANTIAL], False),
        ([VerdictValue.NOT_DUE], False),
        ([VerdictValue.LIMITED, VerdictValue.COMPLETE], False),
        ([VerdictValue.COMPLETE, VerdictValue.LIMITED], True),
    ],
)
def test_the_last_verdict_on_a_measure_counts(
    cast: Cast, practice: Practice, values: list[str], is_shown: bool
) -> None:
    give_verdicts(cast, *values)

    assert suggested_ids(cast) == ([practice.pk] if is_shown else [])
    assert suggested_ids(cast, "rita") == []


def test_a_verdict_that_is_not_concluded_gives_nothing_away(cast: Cast, practice: Practice) -> None:
    give_verdicts(cast, VerdictValue.LIMITED, state=ReportState.IN_REVIEW)

    assert practice.pk
    assert suggested_ids(cast) == []


def test_it_stands_on_the_first_page_of_the_workspace_and_in_the_library(
    cast: Cast, practice: Practice
) -> None:
    give_verdicts(cast, VerdictValue.LIMITED)
    carol = Client()
    carol.force_login(cast.carol)

    for page in ("workspace:home", "workspace:practice-list"):
        html = carol.get(reverse(page)).content.decode()
        assert "They help with measures on which your last verdict was “Limited” or lower." in html, page
        assert str(practice.key) in html, page
