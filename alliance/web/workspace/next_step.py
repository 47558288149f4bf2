"""The next step of a report that is being written, for the bar at the foot of its pages."""

from dataclasses import dataclass

from django.urls import reverse

from alliance.queries.attention import report_steps
from alliance.queries.working_copy import WorkingCopy
from portal.kernel.access import Actor

# a person who may sign off need not ask for it
_STEP_ROUTES = (
    ("submit", "workspace:report-submit"),
    ("ask_for_sign_off", "workspace:report-ask-for-sign-off"),
)


@dataclass(frozen=True, slots=True)
class NextStep:
    """The step to sign-off that this person can take: where, and why not yet."""

    label: str
    url: str
    blocking_reason: str
    is_possible: bool


def next_step(actor: Actor, copy: WorkingCopy) -> NextStep | None:
    """The shortest way on; None when the person has none."""
    report = copy.frame.report
    steps = {each.step.action: each for each in report_steps(actor, copy)}
    ways = [(steps[action], name) for action, name in _STEP_ROUTES if action in steps]
    if not ways:
        return None
    open_ways = [way for way in ways if not way[0].blocked] or ways
    step, name = open_ways[0]
    return NextStep(str(step.step.label), reverse(name, args=[report.pk]), step.blocked, not step.blocked)
