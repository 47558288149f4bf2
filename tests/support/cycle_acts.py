"""Closing and publishing a cycle as a manager who was shown its reports and states what an early act needs."""

from typing import Any

from alliance.models import Cycle
from alliance.services.cycle_decisions import Override, report_states
from alliance.services.cycles import close_cycle, publish_cycle
from portal.kernel.access import Actor

REASON = "The ministry asked for it."


def stated(cycle: Cycle) -> dict[str, Any]:
    """All that an early act needs: every report as it is now, a reason, the title."""
    override = Override(reason=REASON, title=cycle.title)
    return {"shown": report_states(cycle.reports.all()), "override": override}


def close(actor: Actor, cycle: Cycle) -> Cycle:
    return close_cycle(actor, cycle, **stated(cycle))


def publish(actor: Actor, cycle: Cycle) -> Cycle:
    return publish_cycle(actor, cycle, **stated(cycle))
