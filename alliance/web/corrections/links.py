"""What the pages of a report offer of its corrections: those that there are, and the way to propose one."""

from typing import Any

from alliance.enums import CorrectionState, CycleState, ReportState
from alliance.models import Report
from alliance.queries.corrections import (
    corrections_of,
)
from alliance.queries.public.record import withdrawal_of_record
from alliance.queries.published_states import (
    is_public,
    published_type,
    record_name,
)
from alliance.web.area import area_of
from portal.kernel.access import Actor
from portal.kernel.web import permissions


def report_corrections(actor: Actor, report: Report) -> dict[str, Any]:
    """The corrections of a published report or notice, and where to correct a value; nothing for others.

    Nothing of what is withdrawn can be corrected. No query more before the cycle is published.
    """
    if report.state != ReportState.PUBLISHED and not _has_notice(report):
        return {}
    area, corrections = area_of(actor), corrections_of(actor, report)
    return {
        "public_withdrawal": withdrawal_of_record(published_type(report), record_name(report)),
        "corrections": corrections,
        "is_corrected": any(each.state == CorrectionState.PUBLISHED for each in corrections),
        "correction_url_name": f"{area.namespace}:correction",
        "values_url": area.url("correction-values", report.pk),
        # of a notice the filing alone can be corrected: what is filed since is not public, and has no link beside it
        "correct_url": area.url("correction-new", report.pk) if report.state == ReportState.PUBLISHED else "",
        **permissions(actor, report, may_correct="correction.draft"),
    }


def _has_notice(report: Report) -> bool:
    """Whether a notice is public in its place."""
    return report.cycle.state == CycleState.PUBLISHED and is_public(report)
