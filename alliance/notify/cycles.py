"""Notices about cycles: opened, its dates moved, its members reminded, closed, reopened, published."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from alliance.enums import DRAFTING_ROLES, CycleState, Role
from alliance.models import Cycle, CycleDateChange, CycleDecision, Person, Report, ReportReminder
from alliance.notify.compulsory import closed_unfiled
from alliance.notify.recipients import (
    ALL_ROLES,
    FindRecipients,
    in_the_morning,
    managers,
    notice,
    people_in_each,
)
from alliance.notify.reports import is_past_due
from alliance.queries.cycles import is_missing
from alliance.queries.deadline_shifts import within_grace
from alliance.queries.extensions import (
    open_extension_request,
    request_covered_by,
    unanswered_extension_request,
)
from alliance.queries.local_dates import end_of_day
from alliance.queries.obligations import IS_UNFILED, standing_of
from alliance.queries.planned_publication import recorded_obstacles
from alliance.queries.reply_days import reply_end
from alliance.queries.site import read_site
from portal.kernel.access import Actor
from portal.kernel.journal import Event
from portal.kernel.notices import Recipient


def _people_of_members(*roles: Role) -> FindRecipients:
    """Those with one of the roles in the organisations that have to report."""

    def recipients(event: Event) -> list[Recipient]:
        reports = Report.objects.filter(cycle_id=event.target_id)
        return people_in_each(list(reports.values_list("organisation_id", flat=True)), *roles)

    return recipients


def _people_of_reminded_members(event: Event) -> list[Recipient]:
    """The members that the manager was shown; who files in the meantime is dropped at delivery."""
    missing = Report.objects.filter(pk__in=event.data["reports"])
    return people_in_each(list(missing.values_list("organisation_id", flat=True)), *DRAFTING_ROLES)


def _own_report(actor: Actor, event: Event) -> Mapping[str, Any] | None:
    """The report of the recipient's organisation in the cycle: the same for everybody there."""
    rows = Report.objects.visible_to(actor).select_related("cycle").order_by()  # one at most: nothing to sort
    report = next(iter(rows.filter(cycle_id=event.target_id, organisation_id=actor.tenant_id)), None)
    return _facts_of(report) if report else None


def _facts_of(report: Report) -> dict[str, Any]:
    return {
        "site": read_site(),
        "report": report,
        "cycle": report.cycle,
        "due_at": end_of_day(report.due_on),
        "grace_ends_at": end_of_day(report.grace_ends_on),
        "url": reverse("workspace:report", args=[report.pk]),
    }


def _drafters_concerned(event: Event) -> list[Recipient]:
    """Those who draft and sign in the members whose reports the entry names."""
    reports = Report.objects.filter(pk__in=event.data.get("reports", ()))
    return people_in_each(list(reports.values_list("organisation_id", flat=True)), *DRAFTING_ROLES)


def _own_report_with_decision(actor: Actor, event: Event) -> Mapping[str, Any] | None:
    """The recipient's own report, as long as it is not submitted, and the reason that the manager gave, if any."""
    facts = _own_report(actor, event)
    if facts is None or not is_missing(facts["report"]):
        return None
    decisions = CycleDecision.objects.visible_to(actor).filter(pk=event.data.get("decision") or 0)
    standing = standing_of(facts["report"])
    return {
        **facts,
        "decision": decisions.first(),
        "standing": standing,
        "overdue": is_past_due(facts["report"]),
        "unanswered_request": unanswered_extension_request(actor, facts["report"]),
        "open_request": open_extension_request(actor, facts["report"]),
    }


def _own_standing(actor: Actor, event: Event) -> Mapping[str, Any] | None:
    """The recipient's own report, what the public reads of it, and until when its verdicts can be replied to."""
    facts = _own_report(actor, event)
    if facts is None:
        return None
    report = facts["report"]
    return {**facts, "standing": standing_of(report), "reply_until": reply_end(report)}


def _own_missing_report(actor: Actor, event: Event) -> Mapping[str, Any] | None:
    """The recipient's own report, as long as it is not submitted."""
    facts = _own_report(actor, event)
    if facts is None or not is_missing(facts["report"]):
        return None
    reminders = ReportReminder.objects.visible_to(actor).filter(report=facts["report"], sent_by__isnull=False)
    return {
        **facts,
        "overdue": is_past_due(facts["report"]),
        "reminder_text": next((each.text for each in reminders[:1]), ""),
    }


def _own_report_with_dates(actor: Actor, event: Event) -> Mapping[str, Any] | None:
    """The recipient's own report, and what was moved: nothing where it has been moved again since."""
    facts = _own_report(actor, event)
    change = CycleDateChange.objects.visible_to(actor).filter(cycle_id=event.target_id).last()
    if facts is None or change is None or change.pk != event.data.get("date_change"):
        return None
    report = facts["report"]
    return {
        **facts,
        "date_change": change,
        "is_missing": is_missing(report),
        "has_own_day": report.due_on > change.due_on,
        "covered_request": request_covered_by(actor, report, change),
        "grace_ends_at": end_of_day(report.grace_ends_on),
    }


def _running(reports: QuerySet[Report]) -> QuerySet[Report]:
    """Those that are still to be filed, in time or in the days of grace, what is due first before the others."""
    unfiled = within_grace(reports).filter(IS_UNFILED)
    return unfiled.order_by("due_on", "pk")


def _drafters_with_deadlines(event: Event) -> list[Recipient]:
    del event
    reports = _running(Report.objects.filter(cycle__state=CycleState.OPEN))
    return people_in_each(list(reports.values_list("organisation_id", flat=True)), *DRAFTING_ROLES)


def _moved_deadline(actor: Actor, event: Event) -> Mapping[str, Any] | None:
    """The recipient's own report that is due next, and when that is by the clock that counts now."""
    del event
    own = Report.objects.visible_to(actor).select_related("cycle").filter(organisation_id=actor.tenant_id)
    report = _running(own).first()
    return {**_facts_of(report), "overdue": is_past_due(report)} if report else None


def _cancelled_publication(actor: Actor, event: Event) -> Mapping[str, Any] | None:
    """The cycle, who cancelled the plan, and when it was for; nothing once there is another, or it has been published.

    By opening it again, too, which ends the plan. Where its job was cancelled nobody is named, and nothing said once it
    was opened again.
    """
    cycle = Cycle.objects.visible_to(actor).filter(pk=event.target_id, publish_at=None).first()
    person = Person.objects.filter(pk=event.person_id or 0).first()
    states = (CycleState.CLOSED, CycleState.OPEN) if person else (CycleState.CLOSED,)
    if cycle is None or cycle.state not in states:
        return None
    return {
        "site": read_site(),
        "cycle": cycle,
        "person": person,
        "is_open": cycle.state == CycleState.OPEN,
        "planned_at": datetime.fromisoformat(event.data["at"]),
        "url": reverse("secretariat:cycle", args=[cycle.slug]),
    }


def _refused_publication(actor: Actor, event: Event) -> Mapping[str, Any] | None:
    """The cycle and what stood in the way; nothing once it has been published all the same, or opened again."""
    cycle = Cycle.objects.visible_to(actor).filter(pk=event.target_id, state=CycleState.CLOSED).first()
    if cycle is None:
        return None
    return {
        "site": read_site(),
        "cycle": cycle,
        "planned_at": datetime.fromisoformat(event.data["at"]),
        "obstacles": recorded_obstacles(actor, event.data),
        "url": reverse("secretariat:cycle", args=[cycle.slug]),
    }


NOTICES = (
    notice("cycle.cancel_publication", managers, _cancelled_publication, "cycle.title", group="reviews"),
    notice("cycle.refuse_publication", managers, _refused_publication, "cycle.title", group="reviews"),
    notice(
        "site.set_time_zone",
        _drafters_with_deadlines,
        _moved_deadline,
        "cycle.title",
        group="deadlines",
        shared=True,
    ),
    notice(
        "cycle.open",
        _people_of_members(Role.EDITOR, Role.SIGNATORY, Role.ADMINISTRATOR),
        _own_report,
        "cycle.title",
        group="deadlines",
        shared=True,
    ),
    notice(
        "cycle.reschedule",
        _people_of_members(Role.EDITOR, Role.SIGNATORY, Role.ADMINISTRATOR),
        _own_report_with_dates,
        "cycle.title",
        group="deadlines",
        shared=True,
    ),
    notice(
        "cycle.remind",
        _people_of_reminded_members,
        _own_missing_report,
        "cycle.title",
        group="deadlines",
        shared=True,
    ),
    notice(
        "cycle.close",
        _drafters_concerned,
        _own_report_with_decision,
        "cycle.title",
        group="deadlines",
        shared=True,
        timing=in_the_morning,
        compulsory=closed_unfiled,
    ),
    notice(
        "cycle.reopen",
        _drafters_concerned,
        _own_report_with_decision,
        "cycle.title",
        group="deadlines",
        shared=True,
    ),
    notice(
        "cycle.publish",
        _people_of_members(*ALL_ROLES),
        _own_standing,
        "cycle.title",
        group="published",
        shared=True,
    ),
)
