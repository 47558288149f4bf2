"""Rows of reports on the pages before an act: each by its member's name, and what of it becomes public."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from alliance.enums import FILEABLE_REPORT_STATES, ReportState
from alliance.models import Cycle, Report
from alliance.queries.coming_promises import Outcome, coming_outcomes, outcome_counts
from alliance.queries.cycle_publication import VerdictComparison, verdict_comparisons
from alliance.queries.cycles import PublicationPreview
from alliance.queries.review_context import unsettled_questions
from portal.kernel.access import Actor
from portal.kernel.text import format_date
from portal.kernel.web import address_of


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
class MemberPublication:
    """One member's report that becomes public: how much, how its verdicts differ from last time, what it decides.

    `promises`: those that it makes kept or missed, each as it is and as it will be.
    """

    row: ReportRow
    preview: PublicationPreview
    comparison: VerdictComparison
    promises: Sequence[Outcome] = ()


def becoming_public(
    actor: Actor,
    cycle: Cycle,
    reports: Sequence[Report],
    previews: Mapping[int, PublicationPreview],
    most: int | None = None,
) -> dict[str, Any]:
    """What becomes public of these reports of a cycle, member by member: for `_becoming_public.html`.

    `earlier` is the cycle with which most of them are compared. At most so many rows, and questions that are not
    closed. Four or five queries, and those of `coming_outcomes`.
    """
    members = [report for report in reports if report.pk in previews]
    comparisons = verdict_comparisons(actor, cycle, members[:most])
    outcomes = coming_outcomes(actor, cycle, members[:most])
    rows = unsettled_questions(actor, members)
    questions = list(rows[:most])
    return {
        "members": [
            MemberPublication(
                report_row(report, state_text(report)),
                previews[report.pk],
                comparisons[report.pk],
                outcomes.get(report.organisation_id, ()),
            )
            for report in members[:most]
        ],
        # of a part of the members no sum is given
        "promise_counts": outcome_counts(outcomes) if len(members[:most]) == len(members) else [],
        "member_count": len(members),
        "unsettled_questions": questions,
        "unsettled_question_count": rows.count() if len(questions) == most else len(questions),
        "earlier": _cycle_of_most(comparisons.values()),
    }


def _cycle_of_most(comparisons: Iterable[VerdictComparison]) -> Cycle | None:
    counts = Counter(each.earlier for each in comparisons if each.earlier)
    return max(counts, key=lambda cycle: (counts[cycle], cycle.starts_on), default=None)


def report_row(report: Report, text: str, **more: Any) -> ReportRow:
    """The member's name leads to its report once it was filed, else to the member."""
    is_filed = report.submitted_at is not None
    url = (
        address_of("secretariat:review", report.pk)
        if is_filed
        else address_of("secretariat:member", report.organisation_id)
    )
    return ReportRow(report, url, text, **more)


def state_text(report: Report) -> str:
    """The state and the day that matters in it."""
    state = str(report.get_state_display()).lower()
    if report.state in (*FILEABLE_REPORT_STATES,) and report.submitted_at is None:
        if absence := report.organisation.absence:
            return _("%(state)s, %(absence)s") % {"state": state, "absence": absence}
        day = format_date(report.due_on)
        if report.is_extended and report.extension_reason:
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
        if report.changes_due_on is not None and report.organisation.has_access:
            again = _("to be submitted again by %(day)s") % {"day": format_date(report.changes_due_on)}
            text = f"{text}, {again}"
        return text
    return f"{state}: {report.exempt_reason}" if report.exempt_reason else state
