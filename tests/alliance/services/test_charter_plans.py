"""A charter comes into force on a day: set, cancelled, done by a job; and cycles on the version before."""

from datetime import date, timedelta

import pytest

import alliance.tasks  # noqa: F401 - the handlers of its jobs
from alliance.enums import CharterState, CycleState
from alliance.models import Charter
from alliance.queries.local_dates import today
from alliance.services.charter_mapping import edit_mapping
from alliance.services.charter_plans import (
    cancel_charter_plan,
    enqueue_due_charters,
    plan_charter,
    put_planned_charter_in_force,
)
from alliance.services.charter_uploads import discard_charter
from alliance.services.charters import check_charter, put_charter_in_force
from alliance.services.cycles import open_cycle
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError, Forbidden, WrongState
from tests.factories import Cast, make_charter, make_cycle, read_charter
from tests.support.jobs import run_all_jobs

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(cast: Cast) -> Charter:
    """Version 2, checked and not changed since."""
    charter = make_charter(version=2, state=CharterState.DRAFT)
    with acting_as(cast.actor("mona")) as mona:
        return check_charter(mona, charter)


def tomorrow() -> date:
    return today() + timedelta(days=1)


def plan(cast: Cast, charter: Charter) -> Charter:
    with acting_as(cast.actor("mona")) as mona:
        return plan_charter(mona, charter, tomorrow())


def test_a_charter_comes_into_force_on_its_day_and_once(cast: Cast, draft: Charter) -> None:
    plan(cast, draft)
    with acting_as(SYSTEM):
        assert enqueue_due_charters() == 0
        Charter.objects.filter(pk=draft.pk).update(planned_on=today())
        assert (enqueue_due_charters(), enqueue_due_charters()) == (1, 0)
    run_all_jobs()

    draft.refresh_from_db()
    assert (draft.state, draft.in_force_on) == (CharterState.IN_FORCE, today())
    assert read_charter().state == CharterState.SUPERSEDED


def test_a_day_that_was_cancelled_puts_nothing_in_force(cast: Cast, draft: Charter) -> None:
    plan(cast, draft)
    with acting_as(cast.actor("mona")) as mona:
        cancel_charter_plan(mona, draft)
        with pytest.raises(WrongState):
            cancel_charter_plan(mona, draft)
    with acting_as(SYSTEM):
        assert put_planned_charter_in_force(draft.pk) is False

    assert Charter.objects.get(pk=draft.pk).state == CharterState.DRAFT


def test_a_draft_with_its_day_set_is_fixed(cast: Cast, draft: Charter) -> None:
    planned = plan(cast, draft)

    with acting_as(cast.actor("mona")) as mona:
        with pytest.raises(WrongState, match="cancel that day first"):
            edit_mapping(mona, planned, [], edited_at=planned.edited_at)
        with pytest.raises(WrongState, match="cancel that day first"):
            discard_charter(mona, planned)


def test_a_day_needs_the_future_and_a_dry_run(cast: Cast, draft: Charter) -> None:
    unchecked = make_charter(version=3, state=CharterState.DRAFT)

    with acting_as(cast.actor("mona")) as mona:
        with pytest.raises(DomainError, match="after today"):
            plan_charter(mona, draft, today())
        with pytest.raises(DomainError, match="dry run"):
            plan_charter(mona, unchecked, tomorrow())
    with acting_as(cast.actor("rita")) as rita, pytest.raises(Forbidden):
        plan_charter(rita, draft, tomorrow())


def test_a_cycle_that_was_planned_on_the_version_before_is_opened_on_it(cast: Cast, draft: Charter) -> None:
    cycle = make_cycle(read_charter(), "2031-h1", CycleState.PLANNED)
    with acting_as(cast.actor("mona")) as mona:
        put_charter_in_force(mona, draft)

        opened = open_cycle(mona, cycle)

    assert (opened.state, opened.charter.version) == (CycleState.OPEN, 1)
