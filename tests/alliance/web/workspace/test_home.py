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
