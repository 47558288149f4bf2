"""A report that came to count as not filed while its member had no access has a way back, and its return names it."""

from datetime import date, timedelta

import pytest
from django.core.mail import EmailMessage

from alliance.enums import CycleState, OrganisationState, ReportState
from alliance.models import Cycle, Organisation, Report
from alliance.queries.local_dates import today
from alliance.services.obligations import mark_not_filed
from alliance.services.organisations import reinstate_organisation
from portal.kernel import clock
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.journal import Event
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.jobs import run_all_jobs
from tests.support.pages import signed_in, words_of

pytestmark = pytest.mark.django_db
AGAIN, STAYS = "is a draft again", "stay not filed"
AWAY, GRACE = 20, 10  # days


def suspended_on() -> date:
    return today() - timedelta(days=AWAY)


def suspend(cast: Cast) -> None:
    """As it was done so many days ago."""
    Organisation.objects.filter(pk=cast.aurora.pk).update(state=OrganisationState.SUSPENDED)
    with acting_as(SYSTEM):
        Event.objects.create(
            kind="organisation.suspend", actor_kind="system", target_type="alliance.organisation",
            target_id=cast.aurora.pk, at=clock.now() - timedelta(days=AWAY),
        )  # fmt: skip


def make_missed(cast: Cast, left: int = 2, cycle_state: str = CycleState.CLOSED) -> Report:
    """Due so many days after the member was suspended, and counted as not filed since."""
    report = make_report(make_cycle(read_charter(), state=cycle_state), cast.aurora)
    Cycle.objects.update(grace_days=GRACE)
    Report.objects.update(due_on=suspended_on() + timedelta(days=left))
    with acting_as(SYSTEM):
        assert mark_not_filed(report.pk)
    return Report.objects.get(pk=report.pk)


def reinstate(cast: Cast) -> None:
    with acting_as(cast.actor("mona")) as mona:
        reinstate_organisation(mona, Organisation.objects.get(pk=cast.aurora.pk))


def page_before(cast: Cast) -> str:
    return words_of(signed_in(cast.mona).get(f"/secretariat/members/{cast.aurora.pk}/step/reinstate/"))


@pytest.mark.parametrize("left", [2, 0, -3, -GRACE])
def test_it_is_a_draft_again_with_the_days_that_were_left(
    cast: Cast, left: int, mailoutbox: list[EmailMessage]
) -> None:
    suspend(cast)
    report = make_missed(cast, left)
    page = page_before(cast)

    reinstate(cast)
    report.refresh_from_db()
    run_all_jobs()

    assert report.state == ReportState.DRAFT
    assert report.due_on == today() + timedelta(days=left)
    assert AGAIN in page
    letters = [each.body for each in mailoutbox if "takes part again" in each.subject]
    assert letters
    assert all(f"/workspace/reports/{report.pk}/" in each for each in letters)


def test_of_one_that_was_over_before_nothing_comes_back(cast: Cast) -> None:
    suspend(cast)
    report = make_missed(cast, -GRACE - 1)
    page = page_before(cast)

    reinstate(cast)
    report.refresh_from_db()

    assert report.state == ReportState.NOT_FILED
    assert AGAIN not in page


def test_of_one_that_was_missed_before_the_suspension_nothing_comes_back(cast: Cast) -> None:
    report = make_missed(cast, -5)
    suspend(cast)

    reinstate(cast)
    report.refresh_from_db()

    assert report.state == ReportState.NOT_FILED


def test_in_a_published_cycle_it_stays_and_page_and_letter_lead_to_late_filing(
    cast: Cast, mailoutbox: list[EmailMessage]
) -> None:
    suspend(cast)
    report = make_missed(cast, cycle_state=CycleState.PUBLISHED)
    page = page_before(cast)

    reinstate(cast)
    report.refresh_from_db()
    run_all_jobs()

    assert report.state == ReportState.NOT_FILED
    assert STAYS in page
    letters = [each.body for each in mailoutbox if "takes part again" in each.subject]
    assert letters
    assert all("You can still file them" in each for each in letters)
    assert all(f"/workspace/reports/{report.pk}/" in each for each in letters)


def test_a_late_one_that_awaits_sign_off_goes_on_and_counts_as_not_filed_no_more(cast: Cast) -> None:
    suspend(cast)
    report = make_missed(cast)
    Report.objects.update(state=ReportState.AWAITING_SIGN_OFF, was_not_filed=True)

    reinstate(cast)
    report.refresh_from_db()

    assert (report.state, report.was_not_filed) == (ReportState.AWAITING_SIGN_OFF, False)
    assert report.due_on == today() + timedelta(days=2)


def test_days_of_grace_that_were_left_come_back_too(cast: Cast) -> None:
    suspend(cast)
    report = make_report(make_cycle(read_charter()), cast.aurora)
    Cycle.objects.update(grace_days=AWAY + GRACE)
    Report.objects.update(due_on=suspended_on() - timedelta(days=1))

    reinstate(cast)
    report.refresh_from_db()

    assert report.due_on == today() - timedelta(days=1)
