"""The workspace's first page: what is due to all, and what waits for those who can do it."""

import pytest

from alliance.enums import ReportState
from alliance.models import Question, Report
from alliance.services.pledges import PledgeDraft, draft_pledge
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.pages import signed_in
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


def test_what_is_due_says_how_far_it_is(cast: Cast, report: Report) -> None:
    bob = signed_in(cast.bob)
    before = bob.get("/workspace/").context["home"].progress
    fill_report(cast.actor("alice"), report)
    after = bob.get("/workspace/").context["home"].progress

    assert (before.done, before.is_complete, after.is_complete) == (0, False, True)
