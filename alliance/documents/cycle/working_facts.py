"""The facts of a cycle as the secretariat works on it: every obligation, whatever was filed last, verdicts so far."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from alliance.documents.charter import cycle_charter
from alliance.documents.cycle.detail_sheets import MemberFiling, total_from_document
from alliance.documents.cycle.facts import CycleFacts
from alliance.documents.cycle.finding_sheet import finding_rows
from alliance.documents.cycle.published_facts import series_breaks_before, service_names
from alliance.enums import IndicatorType
from alliance.figure_fields import filed_figures
from alliance.models import Indicator, Report, Submission
from alliance.queries.cycle_submissions import (
    cycle_to_export,
    last_submissions,
    obligations_of,
    verdicts_so_far,
)
from alliance.queries.lineage import lineage_of
from alliance.queries.obligations import ended_memberships, standing_of
from alliance.services.report_publication_content import totals_of
from portal.kernel.access import Actor
from portal.kernel.errors import DomainError
from portal.kernel.text import format_date


def working_cycle_facts(actor: Actor, cycle_id: int) -> CycleFacts:
    """What the actor may see of the cycle now; refuses who may not see submissions."""
    cycle = cycle_to_export(actor, cycle_id)
    if cycle is None:
        raise DomainError(_("Only the secretariat can have this workbook."))
    reports = obligations_of(actor, cycle)
    slugs = {report.organisation_id: report.organisation.slug for report in reports}
    charter = cycle_charter(cycle.charter)
    verdicts = verdicts_so_far(actor, cycle).items()
    facts = CycleFacts(
        cycle=cycle,
        charter=charter,
        names=service_names(),
        series_breaks=series_breaks_before(cycle, charter),
        verdicts={
            (slugs[organisation_id], key): value
            for (organisation_id, key), value in verdicts
            if organisation_id in slugs
        },
        includes_withheld=True,
        findings=finding_rows(actor, cycle),
    )
    indicators = [row.indicator for row in charter.indicators if row.indicator.type == IndicatorType.FIGURE]
    lineage, ended = lineage_of(cycle.charter), ended_memberships(reports)
    for report, submission, content in last_submissions(actor, reports):
        own = lineage.under_current_keys(content, across_breaks=False) if content else None
        filer = _filer(report, submission, ended)
        version = lineage.version_of(content) if content else None
        if version is not None and version < cycle.charter.version:
            filer = replace(filer, earlier_version=version)
        _add(facts, filer, own, indicators)
    return facts


def _add(
    facts: CycleFacts, filer: MemberFiling, content: Mapping[str, Any] | None, indicators: list[Indicator]
) -> None:
    measures = content["measures"] if content else []
    figures = filed_figures(content or {})
    answers = [answer for measure in measures for answer in measure["answers"]]
    own = [{**pledge, "indicator": ""} for pledge in (content["pledges"] if content else [])]
    totals = totals_of(indicators, figures, set())
    facts.add(filer, figures, map(total_from_document, totals), [*answers, *own])


def _filer(report: Report, submission: Submission | None, ended: Mapping[int, date]) -> MemberFiling:
    """`ended`, by number: the reports that nobody has to file any more, and since when."""
    parts = (submission.signatory_name, submission.signatory_office) if submission else ()
    state = report.get_state_display()
    if report.pk in ended:
        state = _("Membership ended %(day)s") % {"day": format_date(ended[report.pk])}
    return MemberFiling(
        slug=report.organisation.slug,
        name=report.organisation.name,
        state=state,
        has_filed=submission is not None,
        late=report.late,
        submitted_at=submission.submitted_at if submission else None,
        signed_by=", ".join(filter(None, parts)),
        reason=report.exempt_reason,
        number=submission.number if submission else None,
        standing=standing_of(report, ended),
        sha256=submission.sha256 if submission else "",
    )
