"""Days on which clocks change end at their own 24:00: filing, closing, answers, objections; a planned hour is kept.

That a charter comes into force at the midnight of such a day is in `test_charter_unhappy_ways`.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from alliance.enums import CharterState, CorrectionState, CycleState, ReportState
from alliance.models import Charter, Commitment, Correction, Cycle, Report, Response
from alliance.queries.planned_publication import cycles_to_publish
from alliance.services.charter_signatures import make_objection, withdraw_objection
from alliance.services.corrections import drop_correction, object_to_correction
from alliance.services.cycles import close_cycle, enqueue_due_closings
from alliance.services.planned_publication import plan_publication
from alliance.services.recalls import recall_report
from alliance.services.responses import respond_to_verdicts
from alliance.services.review_decisions import resume_review
from alliance.services.submissions import submit_report
from portal.kernel import clock
from portal.kernel.access import SYSTEM, Actor, acting_as
from portal.kernel.errors import DomainError, Faults, WrongState
from tests.factories import Cast, make_charter, make_cycle, make_report, read_charter
from tests.support.corrections import LIVE, proposed, replied_report
from tests.support.report_acts import make_submitted_report, returned
from tests.support.submissions import make_submission
from tests.support.withdrawals import second_person
from tests.support.working_copies import fill_report

pytestmark = pytest.mark.django_db
# each with the moment at which it ends: a day of 23 hours and one of 25
SHORT, LONG = date(2027, 3, 28), date(2027, 10, 31)
ENDS = {
    SHORT: datetime(2027, 3, 28, 22, tzinfo=UTC),
    LONG: datetime(2027, 10, 31, 23, tzinfo=UTC),
}
SECOND = timedelta(seconds=1)
EITHER = pytest.mark.parametrize("day", [SHORT, LONG])


@pytest.fixture(autouse=True)
def berlin(settings: Any) -> None:
    settings.TIME_ZONE = "Europe/Berlin"


@pytest.fixture
def mona(cast: Cast) -> Iterator[Actor]:
    with acting_as(cast.actor("mona")) as actor:
        yield actor


@EITHER
def test_a_cycle_closes_when_the_last_day_of_grace_has_ended(
    cast: Cast, charter: Charter, mona: Actor, day: date
) -> None:
    cycle = make_cycle(charter, state=CycleState.OPEN)
    Cycle.objects.filter(pk=cycle.pk).update(due_on=day - timedelta(days=10), grace_days=10)
    cycle.refresh_from_db()
    make_report(cycle, cast.aurora)

    with clock.at(ENDS[day] - SECOND):
        assert enqueue_due_closings() == 0
        with pytest.raises(Faults), transaction.atomic():
            close_cycle(mona, cycle)
    with clock.at(ENDS[day]):
        assert enqueue_due_closings() == 1
        close_cycle(mona, cycle)


@EITHER
def test_a_review_is_resumed_without_a_reason_once_the_return_date_has_ended(cast: Cast, day: date) -> None:
    report = returned(cast, make_submitted_report(cast))
    Report.objects.filter(pk=report.pk).update(changes_due_on=day)
    report.refresh_from_db()

    with acting_as(cast.actor("rita")) as rita:
        with clock.at(ENDS[day] - SECOND), pytest.raises(DomainError) as refusal, transaction.atomic():
            resume_review(rita, report)
        with clock.at(ENDS[day]):
            resumed = resume_review(rita, report)

    assert refusal.value.field == "reason"
    assert resumed.state == ReportState.IN_REVIEW


@EITHER
def test_a_member_objects_until_the_last_day_of_notice_has_ended(
    cast: Cast, charter: Charter, day: date
) -> None:
    Charter.objects.filter(pk=charter.pk).update(later_signatures="carry_over", notice_days=30)
    with acting_as(SYSTEM):
        cast.aurora.accessions.create(
            charter=charter, state="published", signatory_name="Sven", signed_at=timezone.now()
        )
    draft = make_charter(version=2, state=CharterState.DRAFT)
    Charter.objects.filter(pk=draft.pk).update(
        announced_at=timezone.now(), signatures="carry_over", objections_until=day
    )
    draft.refresh_from_db()

    with acting_as(cast.actor("sven")) as sven:
        with clock.at(ENDS[day] - SECOND):
            objection = make_objection(sven, cast.aurora, draft, "We cannot count this yet.")
        with clock.at(ENDS[day]), pytest.raises(WrongState), transaction.atomic():
            withdraw_objection(sven, objection)


@pytest.mark.parametrize(
    ("day", "hour", "at"),
    [
        (SHORT - timedelta(days=1), time(10), datetime(2027, 3, 27, 9, tzinfo=UTC)),
        (SHORT, time(10), datetime(2027, 3, 28, 8, tzinfo=UTC)),
        (LONG - timedelta(days=1), time(10), datetime(2027, 10, 30, 8, tzinfo=UTC)),
        (LONG, time(10), datetime(2027, 10, 31, 9, tzinfo=UTC)),
        (LONG, time(2, 30), datetime(2027, 10, 31, 0, 30, tzinfo=UTC)),  # comes twice: at the first
    ],
)
def test_a_cycle_is_published_at_the_hour_that_the_clocks_of_its_day_show(
    cast: Cast, charter: Charter, mona: Actor, day: date, hour: time, at: datetime
) -> None:
    cycle = make_cycle(charter, state=CycleState.CLOSED)
    make_submission(make_report(cycle, cast.aurora), ReportState.CONCLUDED)

    plan_publication(mona, cycle, day=day, hour=hour)

    cycle.refresh_from_db()
    assert cycle.publish_at == at
    with acting_as(SYSTEM):
        assert [cycle.pk for cycle in cycles_to_publish(at - SECOND)] == []
        assert [cycle.pk for cycle in cycles_to_publish(at)] == [cycle.pk]


@EITHER
def test_a_report_that_is_filed_before_its_day_has_ended_is_not_late(cast: Cast, day: date) -> None:
    report = make_report(make_cycle(read_charter()), cast.aurora)
    fill_report(cast.actor("alice"), report)
    Report.objects.filter(pk=report.pk).update(due_on=day)

    for moment, is_late in ((ENDS[day] - SECOND, False), (ENDS[day], True)):
        with acting_as(cast.actor("sven")) as sven, clock.at(moment):
            report.refresh_from_db()
            submit_report(sven, report)
            report.refresh_from_db()
            assert report.late is is_late
            recall_report(sven, report)


@EITHER
def test_a_correction_is_objected_to_until_its_day_has_ended_and_decided_after_it(
    cast: Cast, day: date
) -> None:
    report = replied_report(cast)
    correction = proposed(cast, report, LIVE, "349", by="mona")
    Correction.objects.filter(pk=correction.pk).update(respond_by=day)
    correction.refresh_from_db()
    otto = second_person(cast)

    with clock.at(ENDS[day] - SECOND):
        with acting_as(otto), pytest.raises(DomainError, match="can still agree or object"):
            drop_correction(otto, correction, "The log says 394.")
        with acting_as(cast.actor("sven")) as sven, transaction.atomic():
            objected = object_to_correction(sven, correction, "394 is right.")
            transaction.set_rollback(True)
    assert objected.state == CorrectionState.OBJECTED
    correction.refresh_from_db()
    with clock.at(ENDS[day]):
        with acting_as(cast.actor("sven")) as sven, pytest.raises(DomainError, match="day to object is over"):
            object_to_correction(sven, correction, "394 is right.")
        with acting_as(otto):
            assert drop_correction(otto, correction, "The log says 394.").state == CorrectionState.DROPPED


@EITHER
def test_a_member_replies_to_verdicts_until_its_day_has_ended(cast: Cast, day: date) -> None:
    """At the last second it is taken, at the next one refused."""
    report = replied_report(cast)
    Response.objects.all().delete()
    Report.objects.filter(pk=report.pk).update(respond_by=day)
    report.refresh_from_db()
    find = Commitment.objects.get(charter=report.charter, key="find")

    with acting_as(cast.actor("sven")) as sven:
        with clock.at(ENDS[day] - SECOND):
            respond_to_verdicts(sven, report, find, "We have seen it.", "en")
        with clock.at(ENDS[day]), pytest.raises(WrongState), transaction.atomic():
            respond_to_verdicts(sven, report, None, "And all others.", "en")
