"""What nobody takes on: reports and requests that wait for somebody, and organisations that no letter reaches.

By the states and dates of reports and of requests for more time alone. Whether a draft has been begun is its
organisation's to know.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Max
from django.utils.translation import ngettext

from alliance.enums import (
    DRAFTING_ROLES,
    FILEABLE_REPORT_STATES,
    CycleState,
    OrganisationState,
    ReportState,
)
from alliance.models import Membership, Organisation, Report
from alliance.queries.extensions import open_extension_requests
from alliance.queries.local_dates import day_of, today
from alliance.queries.reviews import is_paused, overdue_reviews, review_queue
from portal.kernel.access import Actor
from portal.kernel.journal import Event

PATIENCE = 7  # days for which something may wait before it counts as stalled
PATIENCE_WITH_CHANGES = 14  # the same for a report that is to be changed: two reminders have gone out
SOON = 14  # days before a deadline from which a draft is named


@dataclass(frozen=True, slots=True)
class StalledReport:
    """A report, and since when it, or a request for more time for it, waits (None: it is still a draft).

    Of a review that is overdue it is the day by which it should have been concluded.
    """

    report: Report
    since: date | None = None


@dataclass(frozen=True, slots=True)
class StalledWork:
    """All of it, by what is missing."""

    reviewer: Sequence[StalledReport]
    overdue: Sequence[StalledReport]
    signature: Sequence[StalledReport]
    changes: Sequence[StalledReport]
    drafts: Sequence[StalledReport]
    requests: Sequence[StalledReport]
    unreachable: Sequence[Organisation]

    @property
    def count(self) -> int:
        reviews, filings = (self.reviewer, self.overdue, self.changes), (self.signature, self.drafts)
        waiting = (*reviews, *filings, self.requests, self.unreachable)
        return sum(map(len, waiting))

    @property
    def headline(self) -> str:
        """How much it is, in the language that is active."""
        n = self.count
        return ngettext("Nobody has taken on %(n)d matter", "Nobody has taken on %(n)d matters", n) % {"n": n}


def stalled_work(actor: Actor) -> StalledWork:
    """What is stalled of what the actor may see. Nine queries."""
    running = (CycleState.OPEN, CycleState.CLOSED, CycleState.PUBLISHED)
    rows = Report.objects.visible_to(actor).filter(cycle__state__in=running)
    reports = list(rows.select_related("organisation", "cycle").filter(state__in=_STATES))
    return StalledWork(
        reviewer=_waiting(
            (report, day_of(report.submitted_at))
            for report in review_queue(actor)
            if report.reviewer_id is None or (report.state == ReportState.SUBMITTED and not is_paused(report))
        ),
        overdue=[
            StalledReport(report, report.conclude_by)
            for report in overdue_reviews(actor)
            if report.state == ReportState.IN_REVIEW and report.reviewer_id is not None
        ],
        signature=_waiting(
            (report, since)
            for report, since in _requests("report.ask_for_sign_off", reports, ReportState.AWAITING_SIGN_OFF)
            if report.organisation.has_access
        ),
        changes=_waiting(
            _requests("report.request_changes", reports, ReportState.CHANGES_REQUESTED), PATIENCE_WITH_CHANGES
        ),
        drafts=[StalledReport(report) for report in reports if _is_draft_due_soon(report)],
        requests=_unanswered_requests(actor),
        unreachable=_unreachable_organisations(reports),
    )


_STATES = FILEABLE_REPORT_STATES


def _waiting(reports: Iterable[tuple[Report, date]], patience: int = PATIENCE) -> list[StalledReport]:
    latest = today() - timedelta(days=patience)
    return [StalledReport(report, since) for report, since in reports if since <= latest]


def _requests(kind: str, reports: Iterable[Report], state: ReportState) -> list[tuple[Report, date]]:
    """Each report in the state to which such a request leads, and the day of the latest one."""
    by_pk = {report.pk: report for report in reports if report.state == state}
    events = Event.objects.filter(kind=kind, target_type=Report._meta.label_lower, target_id__in=by_pk)
    moments = events.order_by().values_list("target_id").annotate(latest=Max("at"))
    return [(by_pk[pk], day_of(moment)) for pk, moment in moments]


def _is_draft_due_soon(report: Report) -> bool:
    now = today()
    is_due_soon = now <= report.due_on <= now + timedelta(days=SOON)
    return report.state == ReportState.DRAFT and is_due_soon and report.organisation.has_access


def _unanswered_requests(actor: Actor) -> list[StalledReport]:
    """Requests for more time that wait for long, or of which the deadline passes before the next weekly look."""
    now = today()
    return [
        StalledReport(request.report, since)
        for request in open_extension_requests(actor)
        if (since := day_of(request.asked_at)) <= now - timedelta(days=PATIENCE)
        or request.report.deadline < now + timedelta(days=7)
    ]


def _unreachable_organisations(reports: Iterable[Report]) -> list[Organisation]:
    """Those that have a report to file, and of whose people who draft or sign none can be reached by e-mail."""
    expected = {
        report.organisation_id: report.organisation
        for report in reports
        if report.state in FILEABLE_REPORT_STATES and report.organisation.state == OrganisationState.ACTIVE
    }
    holders = (
        Membership.objects.current()
        .filter(organisation__in=expected, roles__overlap=list(DRAFTING_ROLES), person__is_active=True)
        .select_related("person")
    )
    reachable = {row.organisation_id for row in holders if not row.person.is_unreachable}
    return [organisation for pk, organisation in sorted(expected.items()) if pk not in reachable]
