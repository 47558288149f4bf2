"""Until when the verdicts of a review can be replied to: as it was concluded, and once they are published."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import Q

from alliance.access import with_portal_access
from alliance.enums import CONCLUDED_REPORT_STATES
from alliance.models import Cycle, Report
from alliance.queries.absences import members_with_signatories, signing_absences, with_signatory
from alliance.queries.local_dates import end_of_day, today


def reply_day_from_today(cycle: Cycle) -> date:
    """The last day for a reply to verdicts that the member reads from today on; today itself, if it has no days."""
    return today() + timedelta(days=cycle.response_days)


def may_still_reply(report: Report, day: date) -> bool:
    """Whether the time for a reply to its verdicts runs on that day, as the review was concluded; also once published.

    Not of those whose people have no access, and not while the report is withdrawn. Whether anybody there could sign
    one says `reports_with_running_replies`.
    """
    is_concluded = report.state in CONCLUDED_REPORT_STATES and not report.is_withdrawn
    is_in_time = report.respond_by is not None and report.respond_by >= day
    return is_concluded and is_in_time and report.organisation.has_access


def reports_with_running_replies(reports: Iterable[Report], day: date) -> list[Report]:
    """Those of these whose verdicts somebody can reply to on that day. One query, none where no days run."""
    running = [report for report in reports if may_still_reply(report, day)]
    able = members_with_signatories(report.organisation_id for report in running) if running else set()
    return [report for report in running if report.organisation_id in able]


def with_reply_day() -> Q:
    """The reports with a day until which somebody can reply to their verdicts, whether it is over or not."""
    is_concluded = Q(state__in=CONCLUDED_REPORT_STATES, withdrawn_as=None)
    return is_concluded & Q(respond_by__isnull=False) & with_portal_access() & Q(with_signatory())


def open_to_reply(day: date) -> Q:
    """The `reports_with_running_replies` on that day."""
    return with_reply_day() & Q(respond_by__gte=day)


def waits_for_signatory(report: Report) -> bool:
    """Whether the days for a reply stand still, as nobody is left who could sign one; the last may be over by then.

    At most one query.
    """
    day = report.respond_by
    if day is None or not may_still_reply(report, day):
        return False
    absence = signing_absences([report.organisation_id]).get(report.organisation_id)
    return absence is not None and absence.since is not None and absence.since <= day


def reply_end(report: Report) -> datetime | None:
    """24:00 of the last day on which its verdicts can be replied to; None where nobody can today. At most one query."""
    is_running = bool(reports_with_running_replies([report], today()))
    return end_of_day(report.respond_by) if report.respond_by and is_running else None
