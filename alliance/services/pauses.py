"""Named writes on pauses of a review: it stands still until a day, and the day to conclude by moves with it."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.models import REPORT_LOCK_ORDER, Report, ReviewPause
from alliance.queries.local_dates import today
from alliance.workflows import REPORT
from portal.kernel import journal
from portal.kernel.access import SYSTEM, Actor, acting_as, person_of, require
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.text import format_date, require_reason

MAX_PAUSE_DAYS = 90


@transaction.atomic
def pause_review(actor: Actor, report: Report, until: date, reason: str) -> Report:
    """Let a review stand still to the end of a day; the day to conclude by moves by as many days.

    The promised days then count work alone; the statistics leave pauses out as well. Raises Forbidden, WrongState
    outside a review or during a pause, or DomainError without a reason or a day within the next `MAX_PAUSE_DAYS`.
    """
    locked = _lock(actor, report, "pause_review")
    day = today()
    if refusal := pausing_refusal(locked):
        raise WrongState(refusal)
    if not day < until <= day + timedelta(days=MAX_PAUSE_DAYS):
        latest = format_date(day + timedelta(days=MAX_PAUSE_DAYS))
        raise DomainError(_("Choose a day from tomorrow to %(day)s.") % {"day": latest}, field="until")
    pause = ReviewPause.objects.create(
        report=locked,
        organisation_id=locked.organisation_id,
        starts_on=day,
        ends_on=until,
        planned_ends_on=until,
        reason=require_reason(reason),
        paused_by_id=person_of(actor),
    )
    locked.paused_until, locked.paused_days = until, locked.paused_days + (until - day).days
    locked.save(update_fields=["paused_until", "paused_days"])
    journal.record(actor, "report.pause_review", locked, pause=pause.pk, on=until.isoformat())
    return locked


@transaction.atomic
def end_pause(actor: Actor, report: Report) -> Report:
    """End a pause today; the days that it did not take come off the day to conclude by again.

    Raises Forbidden, or WrongState where no pause is running.
    """
    locked = _lock(actor, report, "end_pause")
    if not is_paused(locked, today()):
        raise WrongState(_("The review is not paused."))
    for name, value in stop_pause(actor, locked).items():
        setattr(locked, name, value)
    locked.save(update_fields=["paused_until", "paused_days"])
    journal.record(actor, "report.end_pause", locked, pause=locked.pauses.latest("pk").pk)
    return locked


def stop_pause(actor: Actor, report: Report) -> dict[str, Any]:
    """End the pause that is running, if one is, within an act that has locked the report; the new values of the report.

    The days that the pause did not take are not counted as its.
    """
    day = today()
    if not is_paused(report, day):
        return {}
    pause = report.pauses.latest("pk")
    spared = (pause.ends_on - day).days
    pause.ends_on, pause.ended_by_id = day, person_of(actor)
    pause.save(update_fields=["ends_on", "ended_by"])
    return {"paused_until": None, "paused_days": max(0, report.paused_days - spared)}


def end_pauses_that_are_over() -> int:
    """End each pause whose last day has passed, and notify the reviewer; returns how many. Repeatable."""
    with acting_as(SYSTEM), transaction.atomic():
        rows = Report.objects.select_for_update(of=("self",), skip_locked=True)
        reports = list(rows.filter(paused_until__lt=today()).order_by(*REPORT_LOCK_ORDER))
        for report in reports:
            report.paused_until = None
            report.save(update_fields=["paused_until"])
            if report.state in REPORT.acts["end_pause"]:
                journal.record(SYSTEM, "report.end_pause", report)
    return len(reports)


def pausing_refusal(report: Report) -> str:
    """That its review stands still already, until when, by whom and why; empty where it does not."""
    if not is_paused(report, today()):
        return ""
    pause = report.pauses.select_related("paused_by").latest("pk")
    facts = {"day": format_date(pause.ends_on), "name": pause.paused_by.name, "reason": pause.reason}
    return _("The review is paused already, until %(day)s by %(name)s: %(reason)s") % facts


def is_paused(report: Report, day: date) -> bool:
    """Whether the review of the report stands still on this day."""
    return report.paused_until is not None and report.paused_until >= day


def _lock(actor: Actor, report: Report, act: str) -> Report:
    locked: Report = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
    require(actor, REPORT.rule(act), locked)
    if locked.state not in REPORT.acts[act]:
        raise WrongState(_("A review can be paused only while its report is submitted or in review."))
    return locked
