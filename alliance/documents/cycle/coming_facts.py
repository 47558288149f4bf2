"""The facts of a cycle as they would be public if it was published now: concluded reports, without what is withheld."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from alliance.documents.charter import cycle_charter
from alliance.documents.cycle.detail_sheets import MemberFiling, total_from_document
from alliance.documents.cycle.facts import CycleFacts
from alliance.documents.cycle.published_facts import series_breaks_before, service_names
from alliance.enums import CycleState, Standing
from alliance.figure_fields import filed_figures
from alliance.models import Report
from alliance.queries.cycle_publication import coming_matrix
from alliance.queries.cycle_submissions import cycle_to_export, last_submissions, obligations_of
from alliance.services.projection_keys import CycleKeys, cycle_keys
from alliance.services.report_publication_content import report_publication_content
from portal.kernel.access import Actor
from portal.kernel.errors import DomainError
from portal.kernel.text import format_date

_PUBLIC = (Standing.FILED, Standing.LATE)


def coming_cycle_facts(actor: Actor, cycle_id: int) -> CycleFacts:
    """What the public would read of the cycle, without the texts; no verdict that the actor has to judge blind.

    Refuses who may not see submissions, and a cycle that is public already.
    """
    cycle = cycle_to_export(actor, cycle_id)
    if cycle is None:
        raise DomainError(_("This document is for the secretariat."))
    if cycle.state == CycleState.PUBLISHED:
        raise DomainError(_("The cycle is published: its summary is on its public page."))
    reports, charter = obligations_of(actor, cycle), cycle_charter(cycle.charter)
    rows = coming_matrix(actor, cycle, reports).rows
    facts = CycleFacts(
        cycle=cycle,
        charter=charter,
        names=service_names(),
        series_breaks=series_breaks_before(cycle, charter),
        verdicts={(row.organisation.slug, key): value for row in rows for key, value in row.verdicts.items()},
    )
    standings = {row.organisation.pk: Standing(row.obligation.standing) for row in rows}
    ends = {row.organisation.pk: row.obligation.ended_on for row in rows}
    for report, submission, content in last_submissions(actor, reports):
        standing = standings[report.organisation_id]
        if standing not in _PUBLIC or submission is None or content is None:
            facts.filings.append(_pending(report, standing, ends[report.organisation_id]))
            continue
        document = report_publication_content(report, submission, content)
        keys = cycle_keys(document, cycle)
        figures = [
            figure._replace(place=figure.place._replace(indicator=key))
            for figure in filed_figures(document)
            if (key := keys.series_key(figure.place.indicator))
        ]
        totals = [
            total_from_document({**total, "indicator": key})
            for total in document["totals"]
            if (key := keys.series_key(total["indicator"]))
        ]
        facts.add(_filer(report, standing, document, keys), figures, totals, ())
    return facts


def _filer(report: Report, standing: Standing, document: Mapping[str, Any], keys: CycleKeys) -> MemberFiling:
    state, earlier = _("Submitted"), keys.earlier_version
    signatory = document["signatory"]
    return MemberFiling(
        slug=report.organisation.slug,
        name=report.organisation.name,
        state=f"{state}, {_('to version %(version)s') % {'version': earlier}}" if earlier else state,
        has_filed=True,
        late=report.late,
        submitted_at=report.submitted_at,
        signed_by=", ".join(filter(None, (signatory["name"], signatory["office"]))),
        standing=standing,
        extended_to=report.due_on if report.due_on > report.cycle.due_on else None,
        earlier_version=earlier,
    )


def _pending(report: Report, standing: Standing, ended_on: date | None) -> MemberFiling:
    words = str(standing.label)
    if standing == Standing.DUE:
        words = _("Due %(day)s") % {"day": format_date(report.due_on)}
    if ended_on is not None:
        words = _("Membership ended %(day)s") % {"day": format_date(ended_on)}
    return MemberFiling(
        slug=report.organisation.slug,
        name=report.organisation.name,
        state=words,
        pending_state=words,
        has_filed=False,
        reason=report.exempt_reason if standing == Standing.EXEMPT else "",
        standing=standing,
    )
