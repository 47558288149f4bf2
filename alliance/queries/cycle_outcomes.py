"""What closing, reopening or publishing a cycle would do now, report by report: for programs, which see no page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from alliance.enums import ReportState
from alliance.models import Cycle, Report
from alliance.queries.corrections import (
    open_corrections,
)
from alliance.queries.cycles import PublicationPreview, cycle_preview, cycle_previews, named_filing_list
from alliance.queries.local_dates import today
from alliance.queries.obligations import (
    UNDECIDED_STATES,
    is_before_announced_day,
    is_early_to_close,
    is_missed_by_closing,
    is_overdue,
    is_restored_by_reopening,
    required_reports,
    safe_closing_day,
    safe_publication_day,
    undecided_reports,
    unfiled_reports,
)
from alliance.queries.reply_days import reports_with_running_replies
from alliance.queries.second_looks import reports_to_confirm
from portal.kernel.access import Actor


class Outcome(TextChoices):
    """What becomes of a report by the act; the pages say the same in sentences."""

    UNCHANGED = "unchanged", _("not touched")
    NOT_FILED = "not_filed", _("counts as not filed")
    DRAFT_AGAIN = "draft_again", _("becomes a draft again")
    PUBLISHED = "published", _("becomes public now")
    FOLLOWS = "follows", _("follows later; named as in review")
    NAMED_WITH_DEADLINE = "named_with_deadline", _("named with its deadline")
    NAMED_NOT_FILED = "named_not_filed", _("named as not filed")
    NAMED_EXEMPT = "named_exempt", _("named as exempt, with the reason")
    NAMED_ENDED = "named_ended", _("named with the end of the membership")


@dataclass(frozen=True, slots=True)
class ReportOutcome:
    """One report, and what becomes of it."""

    report: Report
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class CycleConsequences:
    """What an act would do. `pending` are the reports for which it is early: it needs a reason and the title then."""

    reports: Sequence[ReportOutcome]
    is_early: bool = False
    safe_day: date | None = None
    pending: Sequence[Report] = ()
    becomes_public: PublicationPreview | None = None
    open_corrections: int = 0


def consequences_of_closing(actor: Actor, cycle: Cycle) -> CycleConsequences:
    """What counts as not filed, and whether days of grace still run. Three queries."""
    reports, now = list(named_filing_list(actor, cycle)), today()
    unfiled = unfiled_reports(required_reports(reports))
    missed = {report.pk for report in unfiled if is_missed_by_closing(report, now)}
    is_early = is_early_to_close(cycle)
    return CycleConsequences(
        _outcomes(reports, lambda row: Outcome.NOT_FILED if row.pk in missed else Outcome.UNCHANGED),
        is_early,
        safe_closing_day(cycle),
        unfiled if is_early else (),
    )


def consequences_of_reopening(actor: Actor, cycle: Cycle) -> CycleConsequences:
    """What becomes a draft again. One query."""
    reports, now = list(named_filing_list(actor, cycle)), today()

    def outcome(report: Report) -> Outcome:
        # a late one that awaits sign-off goes on doing so
        is_restored = is_restored_by_reopening(report, now) and not report.was_not_filed
        return Outcome.DRAFT_AGAIN if is_restored else Outcome.UNCHANGED

    return CycleConsequences(_outcomes(reports, outcome), safe_day=safe_closing_day(cycle))


def consequences_of_publishing(actor: Actor, cycle: Cycle) -> CycleConsequences:
    """Exactly what becomes public, who is named instead, and on what it would have to wait. Eleven queries."""
    reports, now = list(named_filing_list(actor, cycle)), today()
    unconfirmed = reports_to_confirm(actor, reports)
    required = required_reports(reports)
    ended = {report.pk for report in reports} - {report.pk for report in required}
    undecided = undecided_reports(required, now, unconfirmed)
    overdue = {report.pk for report in required if is_overdue(report, now)}
    unfiled = {report.pk for report in unfiled_reports(required)} - overdue

    def outcome(report: Report) -> Outcome:
        if report.state == ReportState.CONCLUDED:
            return Outcome.FOLLOWS if report.pk in unconfirmed else Outcome.PUBLISHED
        if report.state in UNDECIDED_STATES:
            return Outcome.FOLLOWS
        if report.state == ReportState.EXEMPT:
            return Outcome.NAMED_EXEMPT
        if report.pk in ended:
            return Outcome.NAMED_ENDED
        if report.pk in overdue or report.counts_as_not_filed:
            return Outcome.NAMED_NOT_FILED
        return Outcome.NAMED_WITH_DEADLINE if report.pk in unfiled else Outcome.FOLLOWS

    return CycleConsequences(
        _outcomes(reports, outcome),
        bool(undecided) or is_before_announced_day(cycle),
        safe_publication_day(cycle, required, reports_with_running_replies(required, now)),
        undecided,
        cycle_preview(reports, cycle_previews(actor, cycle)),
        open_corrections(actor).count(),
    )


def _outcomes(reports: Sequence[Report], outcome: Callable[[Report], Outcome]) -> list[ReportOutcome]:
    return [ReportOutcome(report, outcome(report)) for report in reports]
