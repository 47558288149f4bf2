"""What the pages before a cycle is closed, reopened or published show: each report by name, and what becomes of it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from alliance.enums import FILEABLE_REPORT_STATES, ReportState
from alliance.models import Cycle, ExtensionRequest, Report
from alliance.queries.corrections import open_corrections
from alliance.queries.cycle_publication import VerdictComparison, earlier_cycle, verdict_comparisons
from alliance.queries.cycles import (
    FILED,
    UNFILED,
    PublicationPreview,
    cycle_preview,
    cycle_previews,
    filing_list,
)
from alliance.queries.extensions import open_extension_requests
from alliance.queries.late_joiners import late_joiners
from alliance.queries.local_dates import day_of, today
from alliance.queries.obligations import (
    UNDECIDED_STATES,
    is_before_announced_day,
    is_early_to_close,
    is_extended,
    is_missed_by_closing,
    is_overdue,
    is_restored_by_reopening,
    safe_closing_day,
    safe_publication_day,
    undecided_reports,
    unfiled_reports,
)
from alliance.queries.reminders import ReminderRecipients, reminder_recipients
from alliance.services.cycle_decisions import report_states
from portal.kernel.access import Actor
from portal.kernel.text import format_date

Context = dict[str, Any]
_MAX_CORRECTIONS = 20  # that a page names


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One report by its member's name: its state in words, and what becomes of it."""

    report: Report
    url: str
    text: str
    outcome: str = ""
    kind: str = ""  # of the outcome: danger, ok or nothing
    may_extend: bool = False
    note: str = ""  # who is concerned there, and what has been done about it
    may_remind: bool = False

    @property
    def name(self) -> str:
        return str(self.report.organisation.name)


@dataclass(frozen=True, slots=True)
class ReportGroup:
    """Reports of which the same is so."""

    title: str
    rows: Sequence[ReportRow]


@dataclass(frozen=True, slots=True)
class MemberPublication:
    """One member's report that becomes public: how much of it, and how its verdicts differ from last time."""

    row: ReportRow
    preview: PublicationPreview
    comparison: VerdictComparison
    may_reply_until: date | None


def shown_reports(reports: Iterable[Report]) -> str:
    """The reports as the page shows them: for its hidden field."""
    return ",".join(f"{pk}:{state}" for pk, state in report_states(reports).items())


def closing(actor: Actor, cycle: Cycle) -> Context:
    """What closing the cycle does, today and on the day on which it closes by itself."""
    reports, now = list(filing_list(actor, cycle)), today()
    unfiled = unfiled_reports(reports)
    missed = [report for report in unfiled if is_missed_by_closing(report, now)]
    requests = {request.report_id: request for request in open_extension_requests(actor, cycle)}
    recipients = {each.report.pk: each for each in reminder_recipients(actor, cycle)}
    pending = [
        _pending_row(report, requests.get(report.pk), recipients.get(report.pk), is_missed=report in missed)
        for report in unfiled
    ]
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
            (sum(is_extended(report) for report in unfiled), _("of these with an extension")),
            (len(requests), _("of these waiting for an answer to their request for more time")),
            *_counts_of_decided(reports),
        ],
        "total": len(reports),
        "groups": [
            ReportGroup(_("Not submitted"), pending),
            *_groups_of_decided(reports, _filed_row),
        ],
        "joiners": late_joiners(actor, cycle),
        "remindable_count": sum(row.may_remind for row in pending),
        "missed": missed,
        "missed_with_request": [report for report in missed if report.pk in requests],
        "untouched": [report for report in unfiled if report not in missed],
        "concerned": unfiled,
        "is_early": is_early_to_close(cycle),
        "days_early": (safe_closing_day(cycle) - now).days,
        "safe_day": safe_closing_day(cycle),
        "today": now,
    }


def reopening(actor: Actor, cycle: Cycle) -> Context:
    """What opening the cycle again does."""
    reports, now = list(filing_list(actor, cycle)), today()
    restored = [report for report in reports if is_restored_by_reopening(report, now)]
    unfiled = [report for report in reports if report.state in UNFILED]
    rows = [
        _row(
            report,
            _state_text(report),
            outcome=_("becomes a draft again") if report in restored else "",
            kind="ok" if report in restored else "",
        )
        for report in unfiled
    ]
    others = [report for report in reports if report not in unfiled]
    return {
        "cycle": cycle,
        "shown": shown_reports(reports),
        "total": len(reports),
        "groups": [ReportGroup(_("Not submitted"), rows), *_groups_of_decided(others, _filed_row)],
        "restored": restored,
        "stays_missed": any(report.state == ReportState.NOT_FILED for report in unfiled),
        "closes_by_itself": is_early_to_close(cycle),
        "safe_day": safe_closing_day(cycle),
    }


def publishing(actor: Actor, cycle: Cycle) -> Context:
    """Exactly what publishing the cycle makes public, member by member, and what follows or stays away."""
    reports, now = list(filing_list(actor, cycle)), today()
    concluded = [report for report in reports if report.state == ReportState.CONCLUDED]
    earlier = earlier_cycle(cycle)
    previews = cycle_previews(actor, cycle)
    comparisons = verdict_comparisons(actor, cycle, earlier, concluded)
    members = [
        MemberPublication(
            _row(report, _state_text(report)),
            previews[report.pk],
            comparisons[report.pk],
            report.respond_by if report.respond_by and report.respond_by >= now else None,
        )
        for report in concluded
        if report.pk in previews
    ]
    undecided, preview = undecided_reports(reports, now), cycle_preview(reports, previews)
    recipients = {each.report.pk: each for each in reminder_recipients(actor, cycle)}
    return {
        "cycle": cycle,
        "shown": shown_reports(reports),
        "counts": [
            (len(concluded), _("become public now")),
            (
                sum(report.state in UNDECIDED_STATES for report in reports),
                _("in review: follow when concluded"),
            ),
            (
                sum(report in undecided for report in unfiled_reports(reports)),
                _("not submitted, days still run"),
            ),
            (preview.not_filed, _("named as not filed")),
            (preview.exempt, _("named as exempt")),
            (sum(member.may_reply_until is not None for member in members), _("may still reply")),
        ],
        "total": len(reports),
        "groups": _publication_groups(reports, recipients),
        "members": members,
        "earlier": earlier,
        "preview": preview,
        "open_corrections": list(open_corrections(actor)[:_MAX_CORRECTIONS]),
        "replying": [member for member in members if member.may_reply_until],
        "undecided": undecided,
        "announced_days_early": (cycle.publish_on - now).days
        if cycle.publish_on is not None and is_before_announced_day(cycle)
        else 0,
        "is_early": bool(undecided) or is_before_announced_day(cycle),
        "safe_day": safe_publication_day(cycle, reports),
        "publication_count": 1 + len(concluded) + preview.replies + preview.not_filed + preview.exempt,
    }


# --- Rows ------------------------------------------------------------------------------------


def _row(report: Report, text: str, **more: Any) -> ReportRow:
    """The member's name leads to its report once it was filed, else to the member."""
    is_filed = report.submitted_at is not None
    url = (
        reverse("secretariat:review", args=[report.pk])
        if is_filed
        else reverse("secretariat:member", args=[report.organisation_id])
    )
    return ReportRow(report, url, text, **more)


def _state_text(report: Report) -> str:
    """The state and the day that matters in it."""
    state = str(report.get_state_display()).lower()
    if report.state in (*FILEABLE_REPORT_STATES,) and report.submitted_at is None:
        day = format_date(report.due_on)
        if is_extended(report):
            return _("%(state)s, extended until %(day)s: “%(reason)s”") % {
                "state": state, "day": day, "reason": report.extension_reason,
            }  # fmt: skip
        return _("%(state)s, due %(day)s") % {"state": state, "day": day}
    if report.submitted_at is not None:
        day = format_date(report.submitted_at)
        text = _("submitted %(day)s") % {"day": day}
        if report.state != ReportState.SUBMITTED:
            text = _("%(state)s, submitted %(day)s") % {"state": state, "day": day}
        if report.late:
            text = f"{text}, {_('late')}"
        if report.changes_due_on is not None:
            again = _("to be submitted again by %(day)s") % {"day": format_date(report.changes_due_on)}
            text = f"{text}, {again}"
        return text
    return f"{state}: {report.exempt_reason}" if report.exempt_reason else state


def _pending_row(
    report: Report,
    request: ExtensionRequest | None,
    recipients: ReminderRecipients | None,
    *,
    is_missed: bool,
) -> ReportRow:
    outcome = _("counts as not filed") if is_missed else _("not touched by closing")
    text = _state_text(report)
    if request is not None:
        asked = _("asks for more time until %(day)s: “%(reason)s”")
        text = f"{text}; {asked % {'day': format_date(request.requested_due_on), 'reason': request.reason}}"
    return _row(
        report,
        text,
        outcome=outcome,
        kind="danger" if is_missed else "ok",
        may_extend=True,
        note=_reminder_note(recipients) if recipients else "",
        may_remind=recipients is not None and not recipients.left_out,
    )


def _reminder_note(recipients: ReminderRecipients) -> str:
    """Who drafts and signs there, when they were last reminded, and why they cannot be reminded now."""
    parts = [", ".join(recipients.names)]
    if recipients.reminded_at is not None and day_of(recipients.reminded_at) < today():
        parts.append(_("last reminded on %(day)s") % {"day": format_date(recipients.reminded_at)})
    parts.append(recipients.left_out)
    return "; ".join(part for part in parts if part)


def _filed_row(report: Report) -> ReportRow:
    return _row(report, _state_text(report))


def _counts_of_decided(reports: Sequence[Report]) -> list[tuple[int, str]]:
    return [
        (sum(report.state == state for report in reports), text)
        for state, text in ((ReportState.NOT_FILED, _("not filed")), (ReportState.EXEMPT, _("exempt")))
    ]


def _groups_of_decided(reports: Sequence[Report], row_of: Callable[[Report], ReportRow]) -> list[ReportGroup]:
    submitted = [report for report in reports if report.submitted_at is not None]
    return [
        ReportGroup(_("Submitted in time"), [row_of(each) for each in submitted if not each.late]),
        ReportGroup(_("Submitted late"), [row_of(each) for each in submitted if each.late]),
        ReportGroup(
            _("Not filed"),
            [
                row_of(each)
                for each in reports
                if each.state == ReportState.NOT_FILED and each not in submitted
            ],
        ),
        ReportGroup(_("Exempt"), [row_of(each) for each in reports if each.state == ReportState.EXEMPT]),
    ]


def _publication_groups(
    reports: Sequence[Report], recipients: Mapping[int, ReminderRecipients]
) -> list[ReportGroup]:
    """What does not become public with the cycle: who follows later, and who is named instead."""
    now = today()
    overdue = [report for report in reports if is_overdue(report, now)]
    unfiled = [report for report in unfiled_reports(reports) if report not in overdue]
    missed = [*overdue, *(report for report in reports if report.state == ReportState.NOT_FILED)]
    return [
        ReportGroup(
            _("In review"),
            [
                _row(
                    each,
                    _state_text(each),
                    outcome=_("follows later; named as in review"),
                    note=each.reviewer.name if each.reviewer else _("nobody reviews it yet"),
                )
                for each in reports
                if each.state in UNDECIDED_STATES
            ],
        ),
        ReportGroup(
            _("Not submitted yet"),
            [
                _row(each, _state_text(each), outcome=_("named with its deadline"), may_extend=True)
                for each in unfiled
            ],
        ),
        ReportGroup(
            _("Not filed"),
            [
                _row(
                    each,
                    _state_text(each),
                    outcome=_("named as not filed"),
                    kind="danger",
                    note=_reminder_note(recipients[each.pk]) if each.pk in recipients else "",
                )
                for each in missed
            ],
        ),
        ReportGroup(
            _("Exempt"),
            [
                _row(each, _state_text(each), outcome=_("named as exempt, with the reason"))
                for each in reports
                if each.state == ReportState.EXEMPT
            ],
        ),
    ]
