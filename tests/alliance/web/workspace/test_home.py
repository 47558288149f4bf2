"""The workspace's first page: what is due to all, and what waits for those who can do it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from alliance.enums import ReportState
from alliance.models import Question, Report
from alliance.queries.local_dates import today
from alliance.services.pledges import PledgeDraft, draft_pledge
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.pages import signed_in, words_of
from tests.support.submissions import make_submission
from tests.support.working_copies import fill_report

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(cast: Cast) -> Report:
    return make_report(make_cycle(read_charter()), cast.aurora)


def test_what_waits_is_what_this_person_can_do(cast: Cast, report: Report) -> None:
    with acting_as(SYSTEM):
        draft_pledge(cast.actor("alice"), cast.aurora, PledgeDraft("We find.", "en", "find"))
    with acting_as(SYSTEM):
        Report.objects.update(state=ReportState.AWAITING_SIGN_OFF)
        Question.objects.create(
            report=report, organisation=cast.aurora, text="What do you mean?", asked_by=cast.rita
        )

    counts = {}
    for name in ("alice", "sven", "bob"):
        home = signed_in(getattr(cast, name)).get("/workspace/").context["home"]
        counts[name] = [
            len(home.due),
            len(home.awaiting_sign_off),
            len(home.questions),
            len(home.pledges_to_sign),
        ]

    assert counts == {"alice": [1, 0, 1, 1], "sven": [1, 1, 1, 1], "bob": [1, 0, 0, 0]}


def test_a_report_that_was_filed_in_time_is_not_overdue_while_it_is_corrected(
    cast: Cast, report: Report
) -> None:
    """Only a first submission can be late."""
    with acting_as(SYSTEM):
        make_submission(report, ReportState.CHANGES_REQUESTED)
        Report.objects.update(due_on=timezone.localdate() - timedelta(days=3))
    alice = signed_in(cast.alice)

    pages = [words_of(alice.get(url)) for url in ("/workspace/", f"/workspace/reports/{report.pk}/")]

    assert not [page for page in pages if "Overdue" in page or "Due " in page]
    assert "Correct the report and submit it again." in pages[0]


def test_on_its_last_day_a_report_says_at_what_hour_that_ends(cast: Cast, report: Report) -> None:
    Report.objects.update(due_on=today())

    assert ", 24:00 MSK." in words_of(signed_in(cast.alice).get("/workspace/"))


def test_what_is_due_says_how_far_it_is(cast: Cast, report: Report) -> None:
    bob = signed_in(cast.bob)
    before = bob.get("/workspace/").context["home"].progress
    fill_report(cast.actor("alice"), report)
    after = bob.get("/workspace/").context["home"].progress

    assert (before.done, before.is_complete, after.is_complete) == (0, False, True)


@pytest.mark.parametrize(
    ("state", "text"),
    [
        (ReportState.SUBMITTED, "The report is with the secretariat."),
        (ReportState.IN_REVIEW, "The report is with the secretariat."),
        (ReportState.CONCLUDED, "The signatories can reply to the verdicts until"),
        (ReportState.PUBLISHED, "The report is published."),
        (ReportState.EXEMPT, "Nothing is due: you are exempt from this report."),
    ],
)
def test_a_report_that_is_not_written_any_more_is_there_with_how_it_stands(
    cast: Cast, report: Report, state: str, text: str
) -> None:
    with acting_as(SYSTEM):
        Report.objects.update(state=state, respond_by=today() if state == ReportState.CONCLUDED else None)

    response = signed_in(cast.alice).get("/workspace/")

    assert text in words_of(response)
    assert f'href="/workspace/reports/{report.pk}/"' in response.content.decode()


def test_what_the_secretariat_has_is_named_beside_what_is_due(cast: Cast, report: Report) -> None:
    earlier = make_report(make_cycle(report.cycle.charter, "2025-h2"), cast.aurora)
    with acting_as(SYSTEM):
        make_submission(earlier, ReportState.IN_REVIEW)

    page = words_of(signed_in(cast.alice).get("/workspace/"))

    assert "Reports with the secretariat" in page
    assert "Open the report" in page


def test_a_member_without_reports_reads_when_one_is_there(cast: Cast) -> None:
    alice = signed_in(cast.alice)

    pages = [words_of(alice.get(url)) for url in ("/workspace/", "/workspace/reports/")]

    assert all("as soon as a cycle opens for which you have to report" in page for page in pages)
