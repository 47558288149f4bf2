"""Named writes on who reviews a report: assign, hand over, take over, unassign."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.enums import AssignmentAct, ReportState
from alliance.models import REPORT_LOCK_ORDER, Report, ReviewAssignment
from alliance.queries.reviewers import ReviewerChoice, reviewer_choices
from alliance.workflows import REPORT
from portal.kernel import journal
from portal.kernel.access import Actor, can, person_of, require
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.text import clean_text, require_reason


@dataclass(frozen=True, slots=True)
class Assignment:
    """Which reports went to the reviewer, and why the others did not, by the report's number."""

    reports: Sequence[Report]
    refusals: Mapping[int, str]


@transaction.atomic
def assign_reports(
    actor: Actor,
    reports: Sequence[Report],
    reviewer: int,
    note: str = "",
    seen_reviewers: Mapping[int, int] | None = None,
) -> Assignment:
    """Give reports to a reviewer; those that have one are handed over with the note, which both and managers can read.

    `seen_reviewers` are those whom the page named, by the report's number. The note goes with what had a reviewer then,
    too, and with all where nothing has one now. What cannot be given stays where it is, with the reason. A manager
    gives reports before they are filed, too: nothing of the working copy is seen by it, and the letter to the reviewer
    is that of the submission. Raises Forbidden for a report that the actor may not assign, or DomainError where the
    person reviews nothing, none of the reports can go to them, or a note is needed.
    """
    locked = _lock(reports)
    for report in locked:
        require(actor, "report.assign" if report.submitted_at else "report.allocate", report)
    choice = _choice(actor, locked, reviewer)
    seen = seen_reviewers or {}
    refusals = {
        report.pk: reason
        for report in locked
        if (reason := _refusal(actor, report, choice, seen.get(report.pk, 0)))
    }
    taken = [report for report in locked if report.pk not in refusals]
    if not taken:
        raise DomainError(next(iter(refusals.values()), _("Choose at least one report.")), field="reviewer")
    needs_note = any(report.reviewer_id for report in taken)
    cleaned_note = _required_note(note) if needs_note else clean_text(note, field="note").strip()
    for report in taken:
        act = AssignmentAct.HAND_OVER if report.reviewer_id else AssignmentAct.ASSIGN
        is_noted = report.reviewer_id or seen.get(report.pk) or not needs_note
        _give(actor, report, act, reviewer, note=cleaned_note if is_noted else "")
    return Assignment(taken, refusals)


def _refusal(actor: Actor, report: Report, choice: ReviewerChoice, seen_reviewer: int) -> str:
    """Why the report does not go to the person chosen; empty where it does."""
    if not _is_allocatable(report, "assign"):
        return _("There is nothing to review any more: the state is “%(state)s”.") % {
            "state": report.get_state_display()
        }
    if report.reviewer is not None:
        name = {"name": report.reviewer.name}
        if report.reviewer_id != seen_reviewer or report.reviewer_id == choice.person_id:
            return _("Already assigned to %(name)s.") % name
        if not can(actor, "report.hand_over", report):
            return _("Assigned to %(name)s, who can hand it over; so can a manager.") % name
    reason = choice.refusals.get(report.pk, "")
    return f"{choice.name} {reason}." if reason else ""


@transaction.atomic
def hand_over_report(
    actor: Actor, report: Report, reviewer: int, note: str, seen_reviewer: int = 0
) -> Report:
    """Give a report from its reviewer to another one, with a note that both and the managers can read.

    `seen_reviewer` is the reviewer whom the page named, 0 for none. Raises Forbidden, WrongState once it is public or
    has got another reviewer meanwhile, or DomainError without a note or for somebody who cannot take it.
    """
    locked = _lock_one(actor, report, "hand_over", seen_reviewer)
    cleaned = _required_note(note)
    if locked.reviewer_id == reviewer:
        raise DomainError(_("This is the reviewer already. Choose somebody else."), field="reviewer")
    choice = _choice(actor, [locked], reviewer)
    if reason := choice.refusals.get(locked.pk):
        raise DomainError(f"{choice.name} {reason}.", field="reviewer")
    return _give(actor, locked, AssignmentAct.HAND_OVER, reviewer, note=cleaned)


@transaction.atomic
def take_over_report(actor: Actor, report: Report, reason: str, seen_reviewer: int = 0) -> Report:
    """Become the reviewer of a report that is somebody else's, on record; that reviewer is notified.

    Raises Forbidden, WrongState once it is public or has got another reviewer meanwhile, or DomainError without a
    reason, for one's own report, and for whoever reads it as second reader.
    """
    locked = _lock_one(actor, report, "take_over", seen_reviewer)
    person = person_of(actor)
    choice = _choice(actor, [locked], person)
    if why := choice.refusals.get(locked.pk):
        raise DomainError(f"{choice.name} {why}.")
    return _give(actor, locked, AssignmentAct.TAKE_OVER, person, note=require_reason(reason))


@transaction.atomic
def unassign_report(actor: Actor, report: Report, reason: str, seen_reviewer: int = 0) -> Report:
    """Take a report from its reviewer, so that it waits for another one; verdicts that were given stay.

    One that is still to come a manager takes back. Raises Forbidden, WrongState once it is public, has no reviewer or
    has got another one, or DomainError without a reason.
    """
    locked = _lock_one(actor, report, "unassign", seen_reviewer)
    if locked.submitted_at is None:
        require(actor, "report.allocate", locked)
    if locked.reviewer_id is None:
        raise WrongState(_("Nobody is assigned to this report."))
    return _give(actor, locked, AssignmentAct.UNASSIGN, None, note=require_reason(reason))


def release_reports(actor: Actor, person: int, organisation: int, within: str) -> list[Report]:
    """Take from a person what they review of one organisation, within another act that has asked its own rule.

    Whatever is not public yet: what the member has recalled comes back.
    """
    rows = Report.objects.select_for_update(of=("self",)).filter(
        reviewer_id=person, organisation_id=organisation
    )
    rows = rows.exclude(state=ReportState.PUBLISHED)
    return [
        _give(actor, report, AssignmentAct.UNASSIGN, None, within=within)
        for report in rows.order_by(*REPORT_LOCK_ORDER)
    ]


def _required_note(note: str) -> str:
    cleaned = clean_text(note, field="note").strip()
    if not cleaned:
        raise DomainError(_("Write what your colleague should know."), field="note")
    return cleaned


def _is_allocatable(report: Report, act: str) -> bool:
    """Whether it is not public yet, and has been filed, or is still to come: that nobody takes over."""
    is_in_time = report.submitted_at is not None or act != "take_over"
    return is_in_time and report.state in REPORT.acts[act]


def _lock(reports: Sequence[Report]) -> list[Report]:
    """The reports in the order of all who lock several, so that two who assign at once come one after the other."""
    rows = Report.objects.select_for_update(of=("self",)).prefetch_related(
        "reviewer", "organisation", "cycle"
    )
    return list(rows.filter(pk__in=[report.pk for report in reports]).order_by(*REPORT_LOCK_ORDER))


def _lock_one(actor: Actor, report: Report, act: str, seen_reviewer: int) -> Report:
    locked = _lock([report])[0]
    require(actor, REPORT.rule(act), locked)
    if act == "take_over" and locked.reviewer_id == actor.person_id:
        raise WrongState(_("You are its reviewer already."))
    if seen_reviewer != (locked.reviewer_id or 0):
        if locked.reviewer is None:
            raise WrongState(_("Nobody is assigned to this report."))
        name = locked.reviewer.name
        raise WrongState(_("Meanwhile the report was assigned to %(name)s.") % {"name": name})
    if not _is_allocatable(locked, act):
        message = _("There is nothing to review any more: the state is “%(state)s”.")
        raise WrongState(message % {"state": locked.get_state_display()})
    return locked


def _choice(actor: Actor, reports: Sequence[Report], reviewer: int) -> ReviewerChoice:
    for choice in reviewer_choices(actor, reports):
        if choice.person_id == reviewer:
            return choice
    raise DomainError(_("Choose a reviewer of the secretariat."), field="reviewer")


def _give(
    actor: Actor, report: Report, act: AssignmentAct, reviewer: int | None, *, note: str = "", **data: object
) -> Report:
    earlier = report.reviewer_id
    report.reviewer_id = reviewer
    report.save(update_fields=["reviewer"])
    assignment = record_assignment(actor, report, act, earlier, note)
    facts = {"assignment": assignment.pk, "reviewer": reviewer, "earlier_reviewer": earlier}
    journal.record(actor, f"report.{act.value}", report, **facts, **data)
    return report


def record_assignment(
    actor: Actor, report: Report, act: AssignmentAct, earlier: int | None, note: str = ""
) -> ReviewAssignment:
    """Write down who reviews the report from now on; the caller has locked and saved it."""
    return ReviewAssignment.objects.create(
        report=report,
        organisation_id=report.organisation_id,
        act=act,
        reviewer_id=report.reviewer_id,
        earlier_reviewer_id=earlier,
        note=note,
        assigned_by_id=person_of(actor),
    )


def refuse_other_reviewer(actor: Actor, report: Report) -> None:
    """Refuse with a sentence whoever reviews, but not this report: it may have gone to somebody else meanwhile.

    What they have typed stays in their form; whoever may not review at all is left to the rule of the act.
    """
    if reason := other_reviewer(actor, report):
        raise WrongState(reason)


def other_reviewer(actor: Actor, report: Report) -> str:
    """Who reviews the report instead of the actor, as a sentence; empty for its reviewer and who may not review it."""
    if report.reviewer_id == actor.person_id or not can(actor, "report.take_over", report):
        return ""
    if report.reviewer is None:
        return _("Nobody reviews this report now. Assign it to yourself first.")
    message = _("%(name)s reviews this report now. To judge it, take it over on record.")
    return message % {"name": report.reviewer.name}
