"""The published facts of a cycle: from projections alone, as of one publication."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from alliance.documents.charter import CycleCharter, cycle_charter
from alliance.documents.cycle.detail_sheets import CycleTotal, MemberFiling
from alliance.documents.cycle.facts import CycleFacts
from alliance.enums import Standing
from alliance.figure_fields import FIELDS, FigurePlace, FigureValues, FiledFigure
from alliance.models import Cycle, PublishedReport, Service
from alliance.queries.lineage import lineage_of
from alliance.queries.public.cycle_changes import ReportChange, withdrawals_on
from alliance.queries.public.cycle_editions import (
    CycleEdition,
    corrected_verdicts_on,
    digests_of,
    figures_on,
    obligations_on,
    reports_on,
    verdicts_on,
)
from alliance.queries.public.cycles import previous_cycle, published_cycles
from alliance.queries.public.readings import Reading
from alliance.queries.public.wording import correction_of_filing, name_in_language
from portal.kernel.access import ANYONE
from portal.kernel.alphabet import alphabet_key
from portal.kernel.text import format_date

# the columns of a published figure in its place
_PLACE = ("indicator_key", "service__slug", "cell")
_CORRECTION = ("corrected_in", "was")
_COLUMNS = (*_PLACE, "withheld", *FIELDS, *_CORRECTION)


def published_cycle_facts(edition: CycleEdition, *, with_figures: bool = True) -> CycleFacts:
    """Everything that is public about the cycle on the edition's publication; figures and answers where wanted."""
    reports = reports_on(edition)
    slugs = {report.organisation_id: report.organisation.slug for report in reports}
    verdicts = verdicts_on(edition)
    charter = cycle_charter(edition.cycle.charter)
    facts = CycleFacts(
        cycle=edition.cycle,
        charter=charter,
        names=service_names(),
        series_breaks=series_breaks_before(edition.cycle, charter),
        verdicts={
            (slugs[organisation_id], key): value
            for (organisation_id, key), value in verdicts.items()
            if organisation_id in slugs
        },
        corrected={
            (slugs[organisation_id], key): correction
            for (organisation_id, key), correction in corrected_verdicts_on(edition).items()
            if organisation_id in slugs
        },
    )
    digests = digests_of(reports)
    if not with_figures:
        facts.filings += [_filer(report, digests) for report in reports]
    for member in figures_on(edition, reports, _COLUMNS) if with_figures else ():
        figures = [
            FiledFigure(FigurePlace(*row[:3]), FigureValues(*row[4:-2]), withheld=row[3])
            for row in member.figures
        ]
        corrections = {
            FigurePlace(*row[:3]): Reading(corrected_in=row[-2], was=row[-1])
            for row in member.figures
            if row[-2] is not None and not row[3]
        }
        totals = (
            CycleTotal(
                each.indicator_key,
                each.cell,
                each.withheld,
                each.value,
                each.parts,
                each.of,
                Reading(corrected_in=each.corrected_in, was=each.was) if not each.withheld else None,
            )
            for each in member.totals
        )
        facts.add(_filer(member.report, digests), figures, totals, member.answers, corrections)
    obligations = {each["organisation"]["slug"]: each for each in obligations_on(edition)}
    facts.filings = [
        replace(filing, extended_to=_extended_to(obligations.get(filing.slug), edition.cycle))
        for filing in facts.filings
    ]
    named = {report.organisation.slug for report in reports}
    withdrawn = {change.slug: change for change in withdrawals_on(edition)}
    facts.filings += [
        _withdrawn(withdrawn[slug]) if slug in withdrawn else _pending(each, edition.cycle)
        for slug, each in obligations.items()
        if slug not in named
    ]
    facts.filings.sort(key=lambda filing: (alphabet_key(filing.name), filing.slug))
    return facts


def _extended_to(obligation: Mapping[str, Any] | None, cycle: Cycle) -> date | None:
    """The day of the member's own by the publication of the cycle, if it is later than that of all."""
    due_on = date.fromisoformat(obligation["due_on"]) if obligation else cycle.due_on
    return due_on if due_on > cycle.due_on else None


def service_names() -> dict[str, str]:
    return {service.slug: service.name for service in Service.objects.visible_to(ANYONE)}


def series_breaks_before(cycle: Cycle, charter: CycleCharter) -> frozenset[str]:
    """The indicators that are not comparable with the cycle before, for any member."""
    before = previous_cycle(cycle, list(published_cycles()))
    if before is None:
        return frozenset()
    lineage = lineage_of(cycle.charter)
    versions = cycle.charter.version, before.charter.version
    return frozenset(key for key in charter.by_key if lineage.history_of(key).breaks_at(*versions))


def _pending(obligation: Mapping[str, Any], cycle: Cycle) -> MemberFiling:
    """What the publication of the cycle says of a report that is not published: as it was on that day."""
    standing = Standing(obligation["standing"])
    words = str(standing.label)
    if standing == Standing.DUE:
        words = _("Due %(day)s") % {"day": format_date(date.fromisoformat(obligation["due_on"]))}
    if ended_on := obligation.get("ended_on"):
        words = _("Membership ended %(day)s") % {"day": format_date(date.fromisoformat(ended_on))}
    on = _("%(standing)s (when the cycle was published, %(day)s)")
    return MemberFiling(
        slug=obligation["organisation"]["slug"],
        name=name_in_language(obligation["organisation"]),
        state=on % {"standing": words, "day": format_date(cycle.published_at)},
        pending_state=words,
        has_filed=False,
        standing=standing,
    )


def _withdrawn(change: ReportChange) -> MemberFiling:
    return MemberFiling(
        slug=change.slug,
        name=change.member,
        state=pgettext("report", "Withdrawn on %(day)s") % {"day": format_date(change.at)},
        has_filed=False,
        reason=change.reason,
        standing=Standing.WITHDRAWN,
    )


def _filed_state(report: PublishedReport) -> str:
    """That it was filed, and to which earlier version of the charter it answers."""
    if report.earlier_version is None:
        return _("Submitted")
    return ", ".join((_("Submitted"), _("to version %(version)s") % {"version": report.earlier_version}))


def _notice_state(report: PublishedReport) -> str:
    return str(Standing(report.notice).label)


def _with_correction(report: PublishedReport, words: str) -> str:
    """With what was said of the filing before that was corrected."""
    before = correction_of_filing(report.was)
    return f"{words} ({before})" if before else words


def _filer(report: PublishedReport, digests: Mapping[int, str]) -> MemberFiling:
    parts: Sequence[str] = (report.signatory_name, report.signatory_office)
    standing = report.notice or (Standing.LATE if report.late else Standing.FILED)
    return MemberFiling(
        slug=report.organisation.slug,
        name=report.organisation.name,
        state=_with_correction(report, _notice_state(report) if report.notice else _filed_state(report)),
        has_filed=not report.notice,
        late=report.late,
        submitted_at=report.submitted_at,
        signed_by=", ".join(filter(None, parts)),
        reason=report.reason,
        number=report.valid_from,
        sha256=digests.get(report.valid_from, ""),
        standing=standing,
        correction=correction_of_filing(report.was),
        earlier_version=report.earlier_version,
    )
