"""Reminders of sections: before their day, after it, and when an editor asks."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from alliance.models import Delegation, Report
from alliance.services.delegation_reminders import enqueue_delegation_reminders
from alliance.services.delegations import finish_delegation, remind_of_late_sections
from alliance.tasks import remind_of_delegation
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import WrongState
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.delegations import give, in_days, inbox_of, stored
from tests.support.jobs import run_all_jobs

pytestmark = pytest.mark.django_db
_HANDLER = remind_of_delegation  # importing it registers the job


@pytest.fixture
def report(cast: Cast) -> Report:
    return make_report(make_cycle(read_charter()), cast.aurora)


def given_long_ago(section: Delegation, due_on: date) -> None:
    with acting_as(SYSTEM):
        Delegation.objects.filter(pk=section.pk).update(
            due_on=due_on, given_at=timezone.now() - timedelta(days=30)
        )


def test_one_reminder_comes_before_the_day_and_one_after_it(cast: Cast, report: Report) -> None:
    (section,) = give(cast, report, cast.alice)
    run_all_jobs()
    for due_on in (in_days(0), in_days(-4)):
        given_long_ago(section, due_on)
        with acting_as(SYSTEM):
            assert enqueue_delegation_reminders() == 1
            assert enqueue_delegation_reminders() == 0
        run_all_jobs()
    assert inbox_of(cast.alice).count("delegation.remind") == 2


def test_a_section_done_or_given_on_short_notice_gets_no_reminder(cast: Cast, report: Report) -> None:
    (section,) = give(cast, report, cast.alice, days=1)
    with acting_as(SYSTEM):
        assert enqueue_delegation_reminders() == 0
    given_long_ago(section, in_days(0))
    with acting_as(SYSTEM):
        enqueue_delegation_reminders()
    with acting_as(cast.actor("alice")) as alice:
        finish_delegation(alice, stored(section))

    assert "delegation.remind" not in inbox_of(cast.alice)


def test_an_editor_reminds_those_who_are_late_once_a_day(cast: Cast, report: Report) -> None:
    (section,) = give(cast, report, cast.alice)
    with acting_as(cast.actor("sven")) as sven:
        with pytest.raises(WrongState, match="Nothing is late"):
            remind_of_late_sections(sven, report)
        given_long_ago(section, in_days(-2))
        assert remind_of_late_sections(sven, report) == 1
        with pytest.raises(WrongState, match="reminded today"):
            remind_of_late_sections(sven, report)
    assert inbox_of(cast.alice).count("delegation.remind") == 1
