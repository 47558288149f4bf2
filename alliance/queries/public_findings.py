"""What the publication of a report says of findings: its own, and what became of those of earlier reports."""

from collections.abc import Sequence
from datetime import datetime

from alliance.enums import WITHDRAWN_FINDING_STATES, FindingEntryKind, ReportState
from alliance.models import Finding, Report, WithdrawnPublication
from alliance.queries.published_states import record_name

_WITHDRAWALS = (FindingEntryKind.WITHDRAW, FindingEntryKind.DISCARD)
_TURNS = (*_WITHDRAWALS, FindingEntryKind.REOPEN)


def public_findings(report: Report) -> list[Finding]:
    """What the publication of a report says of findings: its own that are public, then those of earlier reports.

    Its own without those that are withdrawn before; of the earlier ones what was neither done nor withdrawn yet when
    the last report was published that could say so: its own, or one for a later cycle; so the record says once what
    became of it. Of what was withdrawn only what one of these was published with. None of a report that is withdrawn.
    Five queries.
    """
    rows = Finding.objects.filter(public=True).select_related("measure__charter", "report__cycle")
    rows = rows.prefetch_related("entries").order_by("report__cycle__starts_on", "pk")
    own = list(rows.filter(report=report).exclude(state__in=WITHDRAWN_FINDING_STATES))
    earlier = _standing_reports_before(report)
    if not earlier:
        return own
    return [*own, *(row for row in rows.filter(report__in=earlier) if _is_to_be_said(row, earlier))]


def _is_to_be_said(finding: Finding, earlier: Sequence[Report]) -> bool:
    """Whether the record is silent about what became of it, after these reports; of one with its entries at hand.

    One for an earlier cycle than its own may be published later, and says nothing of it.
    """
    first = finding.report.cycle.starts_on
    moments = [each.published_at for each in earlier if each.published_at and each.cycle.starts_on >= first]
    ended_at = finding.done_at or finding.withdrawn_at
    if ended_at is not None and ended_at < max(moments):
        return False
    return finding.withdrawn_at is None or not all(_was_withdrawn_at(finding, each) for each in moments)


def _was_withdrawn_at(finding: Finding, moment: datetime) -> bool:
    """Whether it stood withdrawn then, whatever it is now."""
    kinds = [entry.kind for entry in finding.entries.all() if entry.written_at <= moment]
    return next((kind in _WITHDRAWALS for kind in reversed(kinds) if kind in _TURNS), False)


def _standing_reports_before(report: Report) -> list[Report]:
    """The published reports of the member for earlier cycles of the same charter that are not withdrawn."""
    rows = Report.objects.filter(
        organisation_id=report.organisation_id,
        state=ReportState.PUBLISHED,
        published_at__isnull=False,
        cycle__starts_on__lt=report.cycle.starts_on,
        cycle__charter__key=report.cycle.charter.key,
    )
    withdrawn = WithdrawnPublication.objects.current().filter(
        type="report", organisation_id=report.organisation_id
    )
    records = set(withdrawn.values_list("record", flat=True))
    return [each for each in rows.select_related("organisation", "cycle") if record_name(each) not in records]
