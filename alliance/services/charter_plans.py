"""Named writes on the day on which a charter comes into force: set it, cancel it; and the job that does it."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.enums import CharterState
from alliance.models import Charter
from alliance.queries.charter_problems import in_force_obstacle, notice_obstacle, refuse_other_check
from alliance.queries.last_edits import edited_meanwhile
from alliance.queries.local_dates import today
from alliance.services.charters import put_charter_in_force
from portal.kernel import journal
from portal.kernel.access import SYSTEM, Actor, require
from portal.kernel.errors import Conflict, DomainError, WrongState
from portal.kernel.jobs import enqueue

_PLANS = ("charter.plan", "charter.cancel_plan")


@transaction.atomic
def plan_charter(
    actor: Actor,
    charter: Charter,
    planned_on: date,
    *,
    checked_at: datetime | None = None,
    seen: str | None = None,
) -> Charter:
    """Set the day at whose beginning, in the alliance's time zone, a draft comes into force; until then it is fixed.

    Another day replaces the first. `checked_at` is the dry run that the actor has read, `seen` the `day_key` of the day
    that was set then, None for any. Raises Forbidden, WrongState when it is no draft or was checked again, Conflict
    when another day was set in between, or DomainError for a day that is not in the future and where something keeps
    it from being put in force now.
    """
    require(actor, "charter.plan", charter)
    locked = _locked_draft(charter)
    refuse_other_check(locked, checked_at)
    if seen not in (None, day_key(locked.planned_on)):
        raise Conflict(edited_meanwhile(actor, locked, *_PLANS), stored=locked, sent=planned_on)
    if planned_on <= today():
        raise DomainError(_("Choose a day after today."), field="planned_on")
    in_force = Charter.objects.filter(key=locked.key, state=CharterState.IN_FORCE)
    if in_force.exists() and (obstacle := in_force_obstacle(locked)):
        raise DomainError(obstacle)
    if obstacle := notice_obstacle(locked, planned_on):
        raise DomainError(obstacle, field="planned_on")
    locked.planned_on = planned_on
    locked.save(update_fields=["planned_on"])
    _record(actor, "charter.plan", locked, planned_on)
    return locked


def day_key(day: date | None) -> str:
    """The day that is set as a form sends it back, or that there is none."""
    return day.isoformat() if day else "none"


@transaction.atomic
def cancel_charter_plan(actor: Actor, charter: Charter) -> Charter:
    """Cancel that day: the draft can be changed again. Raises Forbidden, or WrongState when no day is set."""
    require(actor, "charter.cancel_plan", charter)
    locked = _locked_draft(charter)
    if locked.planned_on is None:
        raise WrongState(_("No day is set on which this draft comes into force."))
    day, locked.planned_on = locked.planned_on, None
    locked.save(update_fields=["planned_on"])
    _record(actor, "charter.cancel_plan", locked, day)
    return locked


def _record(actor: Actor, kind: str, charter: Charter, day: date) -> None:
    """The version stands in the entry too: whoever was notified of it may not see the draft any more."""
    journal.record(actor, kind, charter, key=charter.key, version=charter.version, planned_on=day.isoformat())


def _locked_draft(charter: Charter) -> Charter:
    locked = Charter.objects.select_for_update(of=("self",), no_key=True).get(pk=charter.pk)
    if locked.state != CharterState.DRAFT:
        raise WrongState(_("Only a draft can be put in force."))
    return locked


def enqueue_due_charters() -> int:
    """Queue a job for each charter whose day has begun; returns how many are new.

    The key holds the day: two schedulers queue it once, and a day that was cancelled and set anew has a job of its own.
    """
    due = Charter.objects.filter(state=CharterState.DRAFT, planned_on__lte=today())
    return sum(
        enqueue(
            "put_charter_in_force",
            key=f"in-force:{charter.pk}:{charter.planned_on}",
            payload={"charter": charter.pk},
        )
        for charter in due
    )


@transaction.atomic
def put_planned_charter_in_force(charter_id: int) -> bool:
    """Put a charter in force as SYSTEM, if its day still stands when the job is done.

    Raises DomainError where something came in its way since the day was set: the job then waits for a person.
    """
    charter = Charter.objects.select_for_update(of=("self",), no_key=True).filter(pk=charter_id).first()
    if charter is None or charter.state != CharterState.DRAFT:
        return False
    if charter.planned_on is None or charter.planned_on > today():
        return False
    put_charter_in_force(SYSTEM, charter, on_its_day=True)
    return True
