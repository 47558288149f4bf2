"""The findings of a cycle’s reviews as a sheet of the secretariat’s workbook."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from alliance.models import Cycle, Finding
from alliance.queries.findings import FindingFilter, findings
from alliance.queries.local_dates import day_of
from portal.kernel.access import Actor
from portal.kernel.documents.workbooks import Cell, Column, Sheet


def finding_rows(actor: Actor, cycle: Cycle) -> list[tuple[Cell, ...]]:
    """The findings of the cycle that the actor may see, the earliest date first. Two queries."""
    rows = findings(actor, FindingFilter("all", cycle=cycle.slug)).order_by("due_on", "pk")
    return [_cells(finding) for finding in rows]


def _cells(finding: Finding) -> tuple[Cell, ...]:
    reviewer = finding.report.reviewer or finding.written_by
    return (
        finding.organisation.name,
        str(finding.organisation.slug),
        finding.measure.code,
        finding.measure.title,
        finding.text,
        finding.language,
        str(finding.get_state_display()),
        finding.due_on,
        finding.first_due_on,
        day_of(finding.claimed_at) if finding.claimed_at else None,
        day_of(finding.done_at) if finding.done_at else None,
        day_of(finding.withdrawn_at) if finding.withdrawn_at else None,
        _("Public") if finding.public else _("Not public"),
        reviewer.name,
    )


def finding_sheet(rows: Sequence[tuple[Cell, ...]]) -> Sheet:
    columns = [
        Column(_("Member"), 26, "line"),
        Column(_("Member’s key"), 18, "line"),
        Column(_("Measure"), 10, "line"),
        Column(_("Title"), 36),
        Column(_("Finding"), 60),
        Column(_("Language"), 10, "line"),
        Column(_("State"), 14, "line"),
        Column(_("Due"), 12, "date"),
        Column(_("First date"), 12, "date"),
        Column(_("Reported done"), 12, "date"),
        Column(_("Done"), 12, "date"),
        Column(pgettext("finding", "Withdrawn"), 12, "date"),
        Column(_("Public"), 14, "line"),
        Column(_("Reviewer"), 22, "line"),
    ]
    return Sheet(_("Findings"), _("All findings"), columns, rows)
