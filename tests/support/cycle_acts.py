"""Closing and publishing a cycle as a manager who was shown its reports and states what an early act needs."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from alliance.enums import CycleState
from alliance.models import Charter, Cycle
from alliance.services.cycle_decisions import Override, report_states
from alliance.services.cycles import close_cycle, publish_cycle
from portal.kernel.access import Actor
from tests.factories import make_cycle

REASON = "The ministry asked for it."


def stated(cycle: Cycle) -> dict[str, Any]:
    """All that an early act needs: every report as it is now, a reason, the title."""
    override = Override(reason=REASON, title=cycle.title)
    return {"shown": report_states(cycle.reports.all()), "override": override}


def close(actor: Actor, cycle: Cycle) -> Cycle:
    return close_cycle(actor, cycle, **stated(cycle))


def publish(actor: Actor, cycle: Cycle) -> Cycle:
    return publish_cycle(actor, cycle, **stated(cycle))


def cycle_due(charter: Charter, days: int, state: str = CycleState.OPEN) -> Cycle:
    """A cycle whose reports are due in so many days; ten days of grace follow."""
    cycle = make_cycle(charter, state=state)
    Cycle.objects.filter(pk=cycle.pk).update(due_on=timezone.localdate() + timedelta(days=days))
    cycle.refresh_from_db()
    return cycle


def states(cycle: Cycle) -> dict[str, str]:
    return dict(cycle.reports.values_list("organisation__slug", "state"))
