"""Named writes on the publication of a cycle at a chosen hour: planned, cancelled, done or refused by a job."""

from datetime import UTC, date, datetime, time

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.enums import CycleState
from alliance.models import Cycle
from alliance.queries.corrections import (
    open_corrections,
)
from alliance.queries.local_dates import day_of, local_moment
from alliance.queries.planned_publication import (
    CANCEL_KIND,
    PLAN_KIND,
    REFUSE_KIND,
    cycles_to_publish,
    obstacles_on,
)
from alliance.services.cycle_decisions import lock_reports
from alliance.services.cycles import publish_cycle
from portal.kernel import clock, journal
from portal.kernel.access import SYSTEM, Actor, acting_as, require
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.jobs import enqueue
from portal.kernel.text import format_date, format_moment


@transaction.atomic
def plan_publication(actor: Actor, cycle: Cycle, *, day: date, hour: time, seen: str | None = None) -> Cycle:
    """Have a closed cycle published by itself at an hour of a day, in the alliance's time zone.

    An earlier plan is replaced; `seen` is the one that the actor saw, as `plan_key` writes it, None for any. Raises
    Forbidden, WrongState while the cycle is not closed or where the plan is another one meanwhile, or the DomainError
    of an hour that has passed, comes before the announced day, or that clocks leave out.
    """
    locked = _lock(cycle)
    require(actor, PLAN_KIND, locked)
    if locked.state != CycleState.CLOSED:
        raise WrongState(not_closed())
    _refuse_other_plan(locked, seen)
    at = local_moment(day, hour)
    if at is None:
        raise DomainError(_("Clocks go forward then: this hour does not exist on that day."), field="hour")
    if locked.publish_on is not None and day < locked.publish_on:
        raise DomainError(
            _("%(day)s was announced: choose that day or a later one.")
            % {"day": format_date(locked.publish_on)},
            field="day",
        )
    if at <= clock.database_now():
        raise DomainError(_("This hour has passed. Choose a later one."), field="hour")
    locked.publish_at = at
    locked.save(update_fields=["publish_at"])
    journal.record(actor, PLAN_KIND, locked, at=at.isoformat())
    return locked


@transaction.atomic
def cancel_publication(actor: Actor, cycle: Cycle, *, seen: str | None = None) -> Cycle:
    """Cancel the plan; the cycle stays closed. `seen` is the plan that the actor saw, None for any.

    Raises Forbidden, or WrongState where none is planned any more, or another one.
    """
    locked = _lock(cycle)
    require(actor, CANCEL_KIND, locked)
    if locked.state != CycleState.CLOSED or locked.publish_at is None:
        raise WrongState(no_plan())
    _refuse_other_plan(locked, seen)
    _end_plan(actor, locked, locked.publish_at)
    return locked


def not_closed() -> str:
    """Why no publication can be planned."""
    return _("Only a closed cycle can be published.")


def no_plan() -> str:
    """Why nothing can be cancelled."""
    return _("No publication is planned any more.")


def plan_key(publish_at: datetime | None) -> str:
    """A plan as a form sends it back: its moment, or that there is none."""
    return publish_at.astimezone(UTC).isoformat() if publish_at else "none"


def _refuse_other_plan(cycle: Cycle, seen: str | None) -> None:
    """Refuse to replace or cancel a plan that the actor has not seen: two managers, one page each."""
    if seen is None or seen == plan_key(cycle.publish_at):
        return
    if cycle.publish_at is None:
        raise WrongState(_("The plan was cancelled meanwhile."))
    message = _("The plan was changed meanwhile: the cycle is published on %(moment)s now.")
    raise WrongState(message % {"moment": format_moment(cycle.publish_at)})


def enqueue_due_publications() -> int:
    """Queue a job for each cycle whose hour has come; returns how many are new.

    The key holds the hour: two schedulers queue it once, and a later plan is a job of its own.
    """
    return sum(
        enqueue(
            "publish_cycle",
            key=f"publish:{cycle.pk}:{cycle.publish_at:%s}",
            payload={"cycle": cycle.pk, "at": plan_key(cycle.publish_at)},
        )
        for cycle in cycles_to_publish(clock.database_now())
    )


@transaction.atomic
def publish_planned_cycle(cycle_id: int) -> bool:
    """Publish a cycle as SYSTEM, if its hour has come and nothing stands in the way; returns whether it was published.

    Otherwise the plan ends with a journal entry that names what stood in the way, and the managers are notified.
    Nothing happens where the plan was cancelled or moved, or the cycle was opened again or published, meanwhile.
    """
    cycle = Cycle.objects.select_for_update(of=("self",), no_key=True).get(pk=cycle_id)
    now = clock.database_now()
    if cycle.state != CycleState.CLOSED or cycle.publish_at is None or cycle.publish_at > now:
        return False
    obstacles = obstacles_on(SYSTEM, day_of(now), lock_reports(cycle), open_corrections(SYSTEM))
    if obstacles:
        at, cycle.publish_at = cycle.publish_at, None
        cycle.save(update_fields=["publish_at"])
        journal.record(SYSTEM, REFUSE_KIND, cycle, at=at.isoformat(), **obstacles.numbers())
        return False
    publish_cycle(SYSTEM, cycle)
    return True


@transaction.atomic
def end_cancelled_plan(cycle_id: int, at: str) -> None:
    """End the plan of this moment, as `plan_key` writes it: a person has cancelled its job, and no other follows.

    As SYSTEM: the journal has who cancelled the job, and why.
    """
    with acting_as(SYSTEM):
        cycle = Cycle.objects.select_for_update(of=("self",), no_key=True).filter(pk=cycle_id).first()
        if cycle is not None and cycle.publish_at is not None and plan_key(cycle.publish_at) == at:
            _end_plan(SYSTEM, cycle, cycle.publish_at)


def _end_plan(actor: Actor, cycle: Cycle, at: datetime) -> None:
    cycle.publish_at = None
    cycle.save(update_fields=["publish_at"])
    journal.record(actor, CANCEL_KIND, cycle, at=at.isoformat())


def _lock(cycle: Cycle) -> Cycle:
    locked: Cycle = Cycle.objects.select_for_update(of=("self",), no_key=True).get(pk=cycle.pk)
    return locked
