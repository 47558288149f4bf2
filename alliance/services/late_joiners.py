"""Named writes on members without a report in an open cycle: included with a day of their own, or left out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.enums import CycleState, ReportState
from alliance.models import Cycle, Organisation, Report
from alliance.queries.charter_signatures import signed_versions
from alliance.queries.last_steps import with_last_entry
from alliance.queries.late_joiners import late_joiners
from alliance.queries.local_dates import today
from alliance.services.carry_over import carry_over_answers, is_untouched
from alliance.services.extensions import reopen_extension_request
from alliance.services.obligations import exempt_report
from alliance.workflows import REPORT
from portal.kernel.access import Actor, require
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.text import format_date


@dataclass(frozen=True, slots=True)
class JoinerDecision:
    """What becomes of one member: due on a day of its own, or left out for a reason that is published."""

    organisation: Organisation
    due_on: date | None = None
    reason: str = ""


@transaction.atomic
def decide_late_joiners(actor: Actor, cycle: Cycle, decisions: Sequence[JoinerDecision]) -> list[Report]:
    """Include members without a report in the open cycle, or leave them out; each is notified.

    Until then they stand outside the cycle. Raises Forbidden, WrongState once the cycle is closed or one of them has
    been decided about, or DomainError without a day that can be or without a reason.
    """
    locked = Cycle.objects.select_for_update(of=("self",), no_key=True).get(pk=cycle.pk)
    require(actor, "cycle.decide_joiners", locked)
    if locked.state != CycleState.OPEN:
        raise WrongState(_("Members can be included only while the cycle is open."))
    waiting = {joiner.organisation.pk: joiner.joined_on for joiner in late_joiners(actor, locked)}
    reports = []
    for decision in decisions:
        organisation = decision.organisation
        if organisation.pk not in waiting:
            raise WrongState(_decided_meanwhile(actor, locked, organisation))
        reports.append(_decide(actor, locked, decision, waiting[organisation.pk]))
    return reports


def _decided_meanwhile(actor: Actor, cycle: Cycle, organisation: Organisation) -> str:
    refusal = _("%(name)s has been decided about in the meantime.") % {"name": organisation.name}
    report = Report.objects.filter(cycle=cycle, organisation=organisation).first()
    return with_last_entry(actor, refusal, report, "report.include", "report.exempt") if report else refusal


def _decide(actor: Actor, cycle: Cycle, decision: JoinerDecision, joined_on: date) -> Report:
    # a member is included from the exemption, also at first: so the same step does both
    version = signed_versions(cycle.charter)[decision.organisation.pk]
    report = Report(
        cycle=cycle,
        earlier_charter_id=version if version != cycle.charter_id else None,
        organisation=decision.organisation,
        due_on=cycle.due_on,
        joined_on=joined_on,
        state=ReportState.DRAFT if decision.due_on is None else ReportState.EXEMPT,
    )
    report.save(force_insert=True)
    if decision.due_on is None:
        return exempt_report(actor, report, decision.reason)
    return include_late_joiner(actor, report, decision.due_on)


@transaction.atomic
def include_late_joiner(actor: Actor, report: Report, due_on: date) -> Report:
    """Require the report of a member that had none when the cycle was opened, by a day of its own; it is notified.

    Also after it had been left out. Raises Forbidden, WrongState, or DomainError for a day before that of the cycle.
    """
    require(actor, "report.include", report)
    # it may be closed, or its dates moved, at this moment
    cycle = Cycle.objects.select_for_update(of=("self",), no_key=True).get(pk=report.cycle_id)
    earliest = max(cycle.due_on, today())
    if due_on < earliest:
        raise DomainError(
            _("The report can be due on %(day)s or later.") % {"day": format_date(earliest)}, field="due_on"
        )
    changes = {"due_on": due_on, "exempt_reason": ""}
    data = {
        "joined_on": report.joined_on.isoformat() if report.joined_on else "",
        "due_on": due_on.isoformat(),
    }
    included = REPORT.apply(actor, report, "include", changes=changes, data=data)
    reopen_extension_request(included)
    if is_untouched(included):
        carry_over_answers(included)
    return included
