"""What is due: exemptions, extensions, and reports that were not filed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from alliance import tasks
from alliance.enums import CycleState, ReportState
from alliance.models import Report
from alliance.services.extensions import extend_report
from alliance.services.obligations import (
    enqueue_missed_reports,
    exempt_report,
    mark_not_filed,
    remind_members,
)
from portal.kernel import clock
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError, Forbidden, WrongState
from portal.kernel.jobs import Job
from portal.kernel.journal import Event
from portal.kernel.publishing import Publication
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.jobs import run_all_jobs

pytestmark = pytest.mark.django_db

GRACE = 10


@pytest.fixture
def report(cast: Cast) -> Report:
    return make_report(make_cycle(read_charter()), cast.aurora)


def due_days_ago(report: Report, days: int) -> Report:
    report.due_on = timezone.localdate() - timedelta(days=days)
    report.save(update_fields=["due_on"])
    return report


# --- Exemptions and extensions -------------------------------------------------------------------


def test_exempt_report_keeps_its_reason(cast: Cast, report: Report) -> None:
    exempted = exempt_report(cast.actor("mona"), report, " Just founded. ")

    assert (exempted.state, exempted.exempt_reason) == (ReportState.EXEMPT, "Just founded.")
    assert Publication.objects.count() == 0


def test_exempt_report_after_the_cycle_is_public_at_once(cast: Cast, report: Report) -> None:
    report.cycle.state = CycleState.PUBLISHED
    report.cycle.save()

    exempt_report(cast.actor("mona"), report, "Just founded.")

    assert Publication.objects.get().type == "report_notice"


def test_exempt_report_needs_a_reason(cast: Cast, report: Report) -> None:
    with pytest.raises(DomainError) as refusal:
        exempt_report(cast.actor("mona"), report, "")

    assert refusal.value.field == "reason"


def test_exempt_report_not_once_it_is_filed(cast: Cast, report: Report) -> None:
    Report.objects.update(state=ReportState.SUBMITTED)

    with pytest.raises(WrongState):
        exempt_report(cast.actor("mona"), report, "Too late.")


def test_extend_report_moves_the_day_and_says_why(cast: Cast, report: Report) -> None:
    later = report.due_on + timedelta(days=14)

    extended = extend_report(cast.actor("mona"), report, later, "Two offices moved.")

    line = Event.objects.get(kind="report.extend").data
    assert (extended.due_on, extended.extension_reason) == (later, "Two offices moved.")
    assert line == {"before": report.due_on.isoformat(), "due_on": later.isoformat()}


@pytest.mark.parametrize(("days", "reason", "field"), [(0, "Moved.", "due_on"), (7, " ", "reason")])
def test_extend_report_refuses(cast: Cast, report: Report, days: int, reason: str, field: str) -> None:
    with pytest.raises(DomainError) as refusal:
        extend_report(cast.actor("mona"), report, report.due_on + timedelta(days=days), reason)

    assert refusal.value.field == field


def test_extend_report_not_once_it_is_filed(cast: Cast, report: Report) -> None:
    Report.objects.update(state=ReportState.SUBMITTED)

    with pytest.raises(WrongState):
        extend_report(cast.actor("mona"), report, report.due_on + timedelta(days=7), "Moved.")


@pytest.mark.parametrize("name", ["rita", "sven", "carol"])
def test_exempt_and_extend_are_the_managers(cast: Cast, report: Report, name: str) -> None:
    with pytest.raises(Forbidden):
        exempt_report(cast.actor(name), report, "Because.")
    with pytest.raises(Forbidden):
        extend_report(cast.actor(name), report, report.due_on + timedelta(days=7), "Because.")


# --- Not filed -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "state"), [(GRACE, ReportState.DRAFT), (GRACE + 1, ReportState.NOT_FILED)])
def test_mark_missed_waits_until_the_grace_is_over(report: Report, days: int, state: str) -> None:
    due_days_ago(report, days)

    with acting_as(SYSTEM):
        mark_not_filed(report.pk)

    assert Report.objects.get().state == state


def test_mark_missed_leaves_what_was_filed(report: Report) -> None:
    due_days_ago(report, 30)
    Report.objects.update(state=ReportState.SUBMITTED)

    with acting_as(SYSTEM):
        assert mark_not_filed(report.pk) is False


def test_mark_missed_after_the_cycle_is_public_at_once(report: Report) -> None:
    due_days_ago(report, 30)
    report.cycle.state = CycleState.PUBLISHED
    report.cycle.save()

    with acting_as(SYSTEM):
        mark_not_filed(report.pk)

    assert Publication.objects.get().type == "report_notice"


def test_two_schedulers_queue_one_job(report: Report) -> None:
    due_days_ago(report, 30)

    assert [enqueue_missed_reports(), enqueue_missed_reports()] == [1, 0]


def test_an_extended_report_is_looked_at_again(report: Report) -> None:
    due_days_ago(report, 30)
    enqueue_missed_reports()
    due_days_ago(report, 20)

    assert enqueue_missed_reports() == 1


def test_queue_missed_leaves_those_in_grace(report: Report) -> None:
    due_days_ago(report, GRACE)

    assert enqueue_missed_reports() == 0


@pytest.mark.django_db(transaction=True)
def test_the_schedule_ends_in_a_report_that_was_not_filed(report: Report) -> None:
    due_days_ago(report, 30)

    tasks.enqueue_missed_reports_task()
    run_all_jobs()

    assert Report.objects.get().state == ReportState.NOT_FILED
    assert Job.objects.filter(kind="miss_report").get().state == "done"


# --- Reminders -----------------------------------------------------------------------------------


def remind(cast: Cast, report: Report) -> None:
    with acting_as(cast.actor("mona")) as mona:
        remind_members(mona, report.cycle)


def test_one_reminder_a_day(cast: Cast, report: Report) -> None:
    with clock.at(timezone.now() - timedelta(days=1)):
        remind(cast, report)
    remind(cast, report)
    with pytest.raises(DomainError, match="one reminder a day"):
        remind(cast, report)
    assert Event.objects.filter(kind="cycle.remind").count() == 2


def test_a_closed_cycle_reminds_nobody(cast: Cast, report: Report) -> None:
    type(report.cycle).objects.filter(pk=report.cycle_id).update(state=CycleState.CLOSED)
    with pytest.raises(WrongState):
        remind(cast, report)


def test_only_a_manager_reminds(cast: Cast, report: Report) -> None:
    with acting_as(cast.actor("rita")) as rita, pytest.raises(Forbidden):
        remind_members(rita, report.cycle)
