"""What the pages before a cycle is closed, reopened or published show: each report by name, and what becomes of it."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from alliance.enums import ReportState
from alliance.models import Cycle, ExtensionRequest, Report
from alliance.queries.corrections import (
    open_corrections,
)
from alliance.queries.cycles import (
    FILED,
    cycle_preview,
    cycle_previews,
    is_missing,
    named_filing_list,
)
from alliance.queries.extensions import open_requests_by_report
from alliance.queries.late_joiners import late_joiners
from alliance.queries.local_dates import day_of, today
from alliance.queries.obligations import (
    is_before_announced_day,
    is_early_to_close,
    is_missed_by_closing,
    is_overdue,
    is_restored_by_reopening,
    is_undecided,
    required_reports,
    safe_closing_day,
    safe_publication_day,
    undecided_reports,
    unfiled_reports,
)
from alliance.queries.publication_audience import cycle_audience
from alliance.queries.reminders import ReminderRecipients, recipients_for
from alliance.queries.reply_days import reports_with_running_replies
from alliance.queries.second_looks import reports_to_confirm
from alliance.services.cycle_decisions import report_states
from alliance.web.secretariat.report_rows import (
    ReportRow,
    becoming_public,
    report_row,
    state_text,
)
from portal.kernel.access import Actor
from portal.kernel.text import format_date

Context = dict[str, Any]
_MAX_CORRECTIONS = 20  # that a page names
_MAX_NOTES = 5  # each in a box of its own


@dataclass(frozen=True, slots=True)
class ReportGroup:
    """Reports of which the same is so: how many they are, and the rows of those that the page shows."""

    title: str
    count: int
    rows: Sequence[ReportRow]

    @property
    def is_cut(self) -> bool:
        return len(self.rows) < self.count


# a title, the reports under it, and how a row is made of one: of those alone that are shown
_Group = tuple[str, Sequence[Report], Callable[[Report], ReportRow]]


def _report_groups(groups: Sequence[_Group], *, most: int | None) -> list[ReportGroup]:
    """The groups that have reports; so many rows on the page that each has its share, unless all are asked for."""
    filled = [group for group in groups if group[1]]
    share = None if most is None else most // max(1, len(filled))
    return [
        ReportGroup(title, len(reports), [row_of(report) for report in reports[:share]])
        for title, reports, row_of in filled
    ]


def _names(reports: Iterable[Report]) -> str:
    return ", ".join(report.organisation.name for report in reports)


def shown_reports(reports: Iterable[Report]) -> str:
    """The reports as the page shows them: for its hidden field."""
    return ",".join(f"{pk}:{state}" for pk, state in report_states(reports).items())


def closing(actor: Actor, cycle: Cycle, *, most: int | None) -> Context:
    """What closing the cycle does, today and on the day on which it closes by itself."""
    reports, now = list(named_filing_list(actor, cycle)), today()
    required = required_reports(reports)
    unfiled = unfiled_reports(required)
    missed = [report for report in unfiled if is_missed_by_closing(report, now)]
    requests = open_requests_by_report(actor, cycle)
    recipients = _recipients(actor, reports)

    def pending_row(report: Report) -> ReportRow:
        return _pending_row(
            report,
            requests.get(report.pk),
            recipients.get(report.pk),
            is_missed=is_missed_by_closing(report, now),
        )

    return {
        "cycle": cycle,
        "shown": shown_reports(reports),
        "counts": [
            (
                sum(report.state in FILED or report.changes_due_on is not None for report in reports),
                _("submitted"),
            ),
            (
                sum(report.state == ReportState.AWAITING_SIGN_OFF for report in unfiled),
                _("waiting for sign-off"),
            ),
            (sum(report.state == ReportState.DRAFT for report in unfiled), _("in draft")),
            (sum(report.is_extended for report in unfiled), _("of these with an extension")),
            (
                sum(report.pk in requests for report in unfiled),
                _("of these waiting for an answer to their request for more time"),
            ),
            *_counts_of_decided(reports),
            *_count_of_ended(reports, required),
        ],
        "total": len(reports),
        "groups": _report_groups(
            [
                (_("Not submitted"), unfiled, pending_row),
                *_groups_of_decided(reports),
                _group_of_ended(reports, required),
            ],
            most=most,
        ),
        "joiners": late_joiners(actor, cycle),
        "remindable_count": sum(
            report.pk in recipients and not recipients[report.pk].left_out for report in unfiled
        ),
        "missed": _names(missed),
        "missed_with_request": _names(report for report in missed if report.pk in requests),
        "untouched": ", ".join(
            f"{report.organisation.name} ({format_date(report.due_on)})"
            for report in unfiled
            if not is_missed_by_closing(report, now)
        ),
        "concerned": _names(unfiled),
        "is_early": is_early_to_close(cycle),
        "days_early": (safe_closing_day(cycle) - now).days,
        "safe_day": safe_closing_day(cycle),
        "today": now,
    }


def reopening(actor: Actor, cycle: Cycle, *, most: int | None) -> Context:
    """What opening the cycle again does."""
    reports, now = list(named_filing_list(actor, cycle)), today()
    unfiled = [report for report in reports if is_missing(report)]
    others = [report for report in reports if not is_missing(report)]

    def unfiled_row(report: Report) -> ReportRow:
        is_restored = is_restored_by_reopening(report, now)
        outcome = _("no longer counts as not filed") if report.was_not_filed else _("becomes a draft again")
        return report_row(
            report,
            state_text(report),
            outcome=outcome if is_restored else "",
            kind="ok" if is_restored else "",
        )

    return {
        "cycle": cycle,
        "shown": shown_reports(reports),
        "total": len(reports),
        "groups": _report_groups(
            [(_("Not submitted"), unfiled, unfiled_row), *_groups_of_decided(others)], most=most
        ),
        "restored": _names(report for report in reports if is_restored_by_reopening(report, now)),
        "stays_missed": any(report.counts_as_not_filed for report in unfiled),
        "closes_by_itself": is_early_to_close(cycle),
        "safe_day": safe_closing_day(cycle),
    }


def publishing(actor: Actor, cycle: Cycle, *, most: int | None) -> Context:
    """Exactly what publishing the cycle makes public, member by member, and what follows or stays away."""
    reports, now = list(named_filing_list(actor, cycle)), today()
    unconfirmed = reports_to_confirm(actor, reports)
    concluded = [
        report for report in reports if report.state == ReportState.CONCLUDED and report.pk not in unconfirmed
    ]
    previews = cycle_previews(actor, cycle)
    required = required_reports(reports)
    running = reports_with_running_replies(required, now)
    replying = [report for report in running if report.pk in previews]
    undecided, preview = undecided_reports(required, now, unconfirmed), cycle_preview(required, previews)
    undecided_ids = {report.pk for report in undecided}
    recipients = _recipients(actor, reports)
    corrections = list(open_corrections(actor)[: _MAX_CORRECTIONS + 1])
    return {
        "cycle": cycle,
        "shown": shown_reports(reports),
        "counts": [
            (len(concluded), _("become public now")),
            (
                sum(is_undecided(report) for report in reports),
                _("in review: follow when concluded"),
            ),
            *([(len(unconfirmed), _("with verdicts to be confirmed"))] if unconfirmed else []),
            (
                sum(report.pk in undecided_ids for report in unfiled_reports(reports)),
                _("not submitted, days still run"),
            ),
            (preview.not_filed, _("named as not filed")),
            (preview.exempt, _("named as exempt")),
            *_count_of_ended(reports, required),
            (len(replying), _("may still reply")),
        ],
        "total": len(reports),
        "groups": _report_groups(
            [
                *_publication_groups(required, recipients, unconfirmed),
                _group_of_ended(reports, required),
            ],
            most=most,
        ),
        **becoming_public(actor, cycle, concluded, previews, most),
        "preview": preview,
        "open_corrections": corrections[:_MAX_CORRECTIONS],
        "more_corrections": len(corrections) > _MAX_CORRECTIONS,
        "replying": replying if len(replying) <= _MAX_NOTES else [],
        "many_replying": [] if len(replying) <= _MAX_NOTES else _days_of_reply(replying),
        "undecided_count": len(undecided),
        "undecided": _names(undecided),
        "announced_days_early": (cycle.publish_on - now).days
        if cycle.publish_on is not None and is_before_announced_day(cycle)
        else 0,
        "is_early": bool(undecided) or is_before_announced_day(cycle),
        "safe_day": safe_publication_day(cycle, required, running),
        "audience": cycle_audience(cycle, reports),
        "publication_count": 1 + len(concluded) + preview.replies + preview.not_filed + preview.exempt,
    }


def _days_of_reply(reports: Sequence[Report]) -> list[tuple[date, str]]:
    """The members that may still reply, by the last day on which they may."""
    days = sorted({report.respond_by for report in reports if report.respond_by})
    return [(day, _names(report for report in reports if report.respond_by == day)) for day in days]


# --- Rows ------------------------------------------------------------------------------------


def _pending_row(
    report: Report,
    request: ExtensionRequest | None,
    recipients: ReminderRecipients | None,
    *,
    is_missed: bool,
) -> ReportRow:
    outcome = _("counts as not filed") if is_missed else _("not touched by closing")
    text = state_text(report)
    if request is not None:
        asked = _("asks for more time until %(day)s: “%(reason)s”")
        text = f"{text}; {asked % {'day': format_date(request.requested_due_on), 'reason': request.reason}}"
    return report_row(
        report,
        text,
        outcome=outcome,
        kind="danger" if is_missed else "ok",
        may_extend=True,
        note=_reminder_note(recipients) if recipients else "",
        may_remind=recipients is not None and not recipients.left_out,
    )


def _recipients(actor: Actor, reports: Sequence[Report]) -> dict[int, ReminderRecipients]:
    """Whom a reminder would reach, by the reports that are not submitted."""
    unfiled = [report for report in reports if is_missing(report)]
    return {each.report.pk: each for each in recipients_for(actor, unfiled)}


def _reminder_note(recipients: ReminderRecipients) -> str:
    """Who drafts and signs there, when they were last reminded, and why they cannot be reminded now."""
    parts = [", ".join(recipients.names)]
    if recipients.reminded_at is not None and day_of(recipients.reminded_at) < today():
        parts.append(_("last reminded on %(day)s") % {"day": format_date(recipients.reminded_at)})
    parts.append(recipients.left_out)
    return "; ".join(part for part in parts if part)


def _filed_row(report: Report) -> ReportRow:
    return report_row(report, state_text(report))


def _counts_of_decided(reports: Sequence[Report]) -> list[tuple[int, str]]:
    return [
        (sum(report.counts_as_not_filed for report in reports), _("not filed")),
        (sum(report.state == ReportState.EXEMPT for report in reports), _("exempt")),
    ]


def _count_of_ended(reports: Sequence[Report], required: Sequence[Report]) -> list[tuple[int, str]]:
    count = len(reports) - len(required)
    return [(count, _("left before the report was due"))] if count else []


def _group_of_ended(reports: Sequence[Report], required: Sequence[Report]) -> _Group:
    """Those that nobody has to file: the membership ended before."""
    numbers = {report.pk for report in required}

    def ended_row(report: Report) -> ReportRow:
        return report_row(report, state_text(report), outcome=_("named with the end of the membership"))

    return (
        pgettext("organisation", "Membership ended"),
        [report for report in reports if report.pk not in numbers],
        ended_row,
    )


def _groups_of_decided(reports: Sequence[Report]) -> list[_Group]:
    submitted = [report for report in reports if report.submitted_at is not None]
    not_filed = [report for report in reports if report.counts_as_not_filed and report.submitted_at is None]
    exempt = [report for report in reports if report.state == ReportState.EXEMPT]
    return [
        (_("Submitted in time"), [report for report in submitted if not report.late], _filed_row),
        (_("Submitted late"), [report for report in submitted if report.late], _filed_row),
        (_("Not filed"), not_filed, _filed_row),
        (_("Exempt"), exempt, _filed_row),
    ]


def _publication_groups(
    reports: Sequence[Report],
    recipients: Mapping[int, ReminderRecipients],
    unconfirmed: Collection[int],
) -> list[_Group]:
    """What does not become public with the cycle: who follows later, and who is named instead."""
    now = today()
    overdue = [report for report in reports if is_overdue(report, now)]
    unfiled = [report for report in unfiled_reports(reports) if not is_overdue(report, now)]
    missed = [*overdue, *(report for report in reports if report.counts_as_not_filed)]

    def reviewed_row(report: Report) -> ReportRow:
        reviewer = report.reviewer.name if report.reviewer else _("nobody reviews it yet")
        outcome = _("follows later; named as in review")
        return report_row(report, state_text(report), outcome=outcome, note=reviewer)

    def unconfirmed_row(report: Report) -> ReportRow:
        note = _("another reviewer confirms its verdicts or gives them anew; then it is published")
        outcome = _("follows later; named as in review")
        return report_row(report, state_text(report), outcome=outcome, kind="danger", note=note)

    def unfiled_row(report: Report) -> ReportRow:
        return report_row(report, state_text(report), outcome=_("named with its deadline"), may_extend=True)

    def missed_row(report: Report) -> ReportRow:
        note = _reminder_note(recipients[report.pk]) if report.pk in recipients else ""
        return report_row(
            report, state_text(report), outcome=_("named as not filed"), kind="danger", note=note
        )

    def exempt_row(report: Report) -> ReportRow:
        return report_row(report, state_text(report), outcome=_("named as exempt, with the reason"))

    return [
        (_("In review"), [report for report in reports if is_undecided(report)], reviewed_row),
        (
            _("With verdicts of somebody who has declared an interest since"),
            [report for report in reports if report.pk in unconfirmed],
            unconfirmed_row,
        ),
        (_("Not submitted yet"), unfiled, unfiled_row),
        (_("Not filed"), missed, missed_row),
        (_("Exempt"), [report for report in reports if report.state == ReportState.EXEMPT], exempt_row),
    ]
