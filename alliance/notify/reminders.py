"""Notices of the schedule: a report is due, overdue, to be changed or to be reviewed, the time for replies ends."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.urls import reverse

from alliance.enums import Role
from alliance.models import Report
from alliance.notify.compulsory import last_changes_warning, last_warning
from alliance.notify.recipients import notice, secretariat_staff
from alliance.notify.reminder_texts import ReportReminder
from alliance.notify.reports import about_conclusion, about_report, drafters
from alliance.queries.deadlines import (
    CHANGES,
    CHANGES_DUE,
    DUE,
    OVERDUE,
    RESPONSE,
    RESUME,
    REVIEW,
    is_of_correction,
    is_still_due,
)
from alliance.queries.local_dates import end_of_day, today
from alliance.queries.report_progress import progress_of
from portal.kernel.access import SYSTEM, Actor, acting_as, can
from portal.kernel.journal import Event
from portal.kernel.notices import Recipient, Timing

TemplateContext = Mapping[str, Any]


def _reviewers(event: Event) -> list[Recipient]:
    """Those who may take it up, from a reviewer who has left too: nobody reviews where they belong, or lately did."""
    report = Report.objects.get(pk=event.target_id)
    return _allowed("report.start_review", report) or _allowed("report.take_over", report)


def _own_reviewer(event: Event) -> list[Recipient]:
    """The reviewer of the report, as long as they may go on with it; else all who may."""
    report = Report.objects.get(pk=event.target_id)
    reviewers = _allowed("report.resume_review", report)
    return [each for each in reviewers if each.person_id == report.reviewer_id] or reviewers


def _allowed(rule: str, report: Report) -> list[Recipient]:
    return [each for each in secretariat_staff(Role.REVIEWER) if can(each.actor, rule, report)]


def _with_reminder(actor: Actor, event: Event, facts: TemplateContext | None) -> TemplateContext | None:
    """What was filed, extended or taken up in the meantime is not reminded of."""
    on = date.fromisoformat(event.data["on"])
    if facts is None or not is_still_due(event.kind, facts["report"], on) or _is_superseded(event):
        return None
    report: Report = facts["report"]
    is_filling_in = event.kind in (DUE, OVERDUE)
    reminder = ReportReminder(
        on,
        date.fromisoformat(event.data["planned"]),
        event.kind,
        report,
        actor.has(Role.SIGNATORY),
        progress_of(report) if is_filling_in else None,
    )
    page = {"url": reverse("workspace:report-submit", args=[report.pk])} if reminder.is_for_signature else {}
    return {**facts, **page, "reminder": reminder, "ends_at": reminder.ends_at}


def _is_superseded(event: Event) -> bool:
    """Whether a later reminder of the same day says what this one would: after an outage both would go out together."""
    same = Event.objects.filter(kind=event.kind, target_type=event.target_type, target_id=event.target_id)
    with acting_as(SYSTEM):
        return same.filter(pk__gt=event.pk, data__on=event.data["on"]).exists()


def _about_report(actor: Actor, event: Event) -> TemplateContext | None:
    return _with_reminder(actor, event, about_report(actor, event))


def _about_reply(actor: Actor, event: Event) -> TemplateContext | None:
    """With whether it is to a verdict that was corrected in public, or to those of the review."""
    facts = _with_reminder(actor, event, about_conclusion(actor, event))
    on = date.fromisoformat(event.data["on"])
    return facts and {**facts, "is_of_correction": is_of_correction(facts["report"], on)}


# --- When ------------------------------------------------------------------------------------


def _before_the_day(event: Event) -> Timing:
    return _until(date.fromisoformat(event.data["on"]))


def _before_grace_ends(event: Event) -> Timing:
    report = Report.objects.select_related("cycle").get(pk=event.target_id)
    return _until(report.grace_ends_on)


def _until(last_day: date) -> Timing:
    """A warning on the last day itself waits for no working day."""
    return Timing(end_of_day(last_day), is_last=last_day <= today())


def _any_working_morning(event: Event) -> Timing:
    del event
    return Timing()


_SUBJECT = ("reminder.headline", "cycle.title")

NOTICES = (
    notice(
        DUE,
        drafters,
        _about_report,
        *_SUBJECT,
        group="deadlines",
        timing=_before_the_day,
        compulsory=last_warning,
    ),
    notice(
        OVERDUE,
        drafters,
        _about_report,
        *_SUBJECT,
        group="deadlines",
        timing=_before_grace_ends,
        compulsory=last_warning,
    ),
    notice(
        CHANGES_DUE,
        drafters,
        _about_report,
        *_SUBJECT,
        group="deadlines",
        timing=_before_the_day,
        compulsory=last_changes_warning,
    ),
    notice(CHANGES, drafters, _about_report, *_SUBJECT, group="deadlines", timing=_any_working_morning),
    notice(RESPONSE, drafters, _about_reply, *_SUBJECT, group="deadlines", timing=_before_the_day),
    notice(
        REVIEW,
        _reviewers,
        _about_report,
        "reminder.headline",
        "organisation.name_genitive",
        group="reviews",
        timing=_any_working_morning,
    ),
    notice(
        RESUME,
        _own_reviewer,
        _about_report,
        "reminder.headline",
        "organisation.name_genitive",
        group="reviews",
        timing=_any_working_morning,
    ),
)
