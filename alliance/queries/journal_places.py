"""Where the target of a journal entry belongs: the organisation whose it is, and the report that it is part of."""

from typing import Any

from alliance.models import InternalNote, Organisation, Ownership, Report, Service, Withdrawal
from alliance.queries.service_owners import still_running
from portal.kernel.journal import TargetPlace

_REPORT = Report._meta.label_lower


def place_of(target: Any) -> TargetPlace:
    """The place of any row of the alliance.

    A service belongs to its present owner, the withdrawal of a report, a notice or a reply to the report (one query).
    """
    report_id = _report_of(target)
    return TargetPlace(_organisation_of(target), _REPORT if report_id else "", report_id)


def _report_of(target: Any) -> int | None:
    if isinstance(target, Report):
        return target.pk
    if isinstance(target, Withdrawal) and target.cycle_slug:
        rows = Report.objects.filter(organisation_id=target.organisation_id, cycle__slug=target.cycle_slug)
        return rows.values_list("pk", flat=True).first()
    return getattr(target, "report_id", None)


def _organisation_of(target: Any) -> int | None:
    if isinstance(target, Organisation):
        return target.pk
    if isinstance(target, Service):
        rows = Ownership.objects.filter(still_running(), service=target)
        return rows.values_list("organisation_id", flat=True).first()
    if isinstance(target, InternalNote):
        return target.report.organisation_id
    return getattr(target, "organisation_id", None)
