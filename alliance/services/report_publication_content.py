"""What the publication of a report contains: what was submitted and is not withheld, totals, verdicts, references."""

from collections.abc import Mapping, Sequence
from typing import Any

from alliance.enums import Disclosure, EvidenceKind, FindingEntryKind, IndicatorType
from alliance.figure_fields import FigurePlace, FiledFigure, filed_figures
from alliance.models import Finding, Indicator, ReferenceCount, Report, Submission, Verdict
from alliance.queries.citations import public_evidence_rows
from alliance.queries.lineage import lineage_of
from alliance.queries.local_dates import day_of
from alliance.queries.public_findings import public_findings
from alliance.services.charter_publication_content import in_languages
from alliance.validators.disclosure import DerivedTotals
from alliance.validators.inference import DisclosedRevision, inferable_numbers
from alliance.validators.totals import Total, TotalPart, total_of
from portal.kernel import clock
from portal.kernel.text import plain_decimal

Content = Mapping[str, Any]  # a submission's body, parsed


def report_publication_content(report: Report, submission: Submission, content: Content) -> dict[str, Any]:
    """Everything public about one report, in one document (the shape is in docs/publications.md)."""
    indicators = list(Indicator.objects.filter(charter=report.charter, type=IndicatorType.FIGURE))
    figures = filed_figures(content)
    derived = DerivedTotals.of(indicators)
    hidden = derived.withheld_places(figures)
    verdicts = report.verdicts.select_related("commitment", "measure").order_by("pk")
    findings = _findings_by_measure(report)
    return {
        "organisation": {
            "slug": report.organisation.slug,
            "kind": report.organisation.kind,
            "name": in_languages(report.organisation, "name"),
        },
        "cycle": {
            "slug": report.cycle.slug,
            "title": in_languages(report.cycle, "title"),
            "starts_on": report.cycle.starts_on.isoformat(),
            "ends_on": report.cycle.ends_on.isoformat(),
        },
        "charter": content["charter"],
        "late": report.late,
        "submission": {
            "number": submission.number,
            "sha256": submission.sha256,
            "submitted_at": content["submitted_at"],
        },
        "signatory": content["signatory"],
        "statement": content["statement"],
        "services": content["services"],
        "measures": [
            {
                **_public_measure(measure, hidden, report.organisation_id),
                "findings": [finding_entry(row, report) for row in findings.get(measure["measure"], ())],
            }
            for measure in content["measures"]
        ],
        "pledges": [_public_text(pledge) for pledge in content["pledges"]],
        "totals": totals_of(indicators, figures, hidden),
        "verdicts": [verdict_entry(row) for row in verdicts],
        "references": _references(report, [row.key for row in indicators]),
    }


def public_evidence(content: Content) -> list[dict[str, Any]]:
    """The public files of a submission, as attachments of the publication."""
    return [
        {
            "name": item["file_name"],
            "sha256": item["sha256"],
            "bytes": item["size"],
            "media_type": item["media_type"],
        }
        for measure in content["measures"]
        for item in measure["evidence"]
        if item["disclosure"] == Disclosure.PUBLIC and item["kind"] == EvidenceKind.FILE
    ]


def _public_measure(measure: Content, hidden: set[FigurePlace], organisation_id: int) -> dict[str, Any]:
    """Warnings' notes travel to the reviewer only; secretariat evidence is only counted."""
    evidence = [item for item in measure["evidence"] if item["disclosure"] == Disclosure.PUBLIC]
    figures = []
    for row in measure["figures"]:
        figure = FiledFigure.from_document(row)
        withheld = figure.place in hidden
        values = figure.values.withheld() if withheld else figure.values
        figures.append({**figure.place._asdict(), **values.to_document(), "withheld": withheld})
    return {
        "measure": measure["measure"],
        "answers": [_public_text(answer) for answer in measure["answers"]],
        "figures": figures,
        "evidence": [
            {key: item[key] for key in item if key != "disclosure"}
            for item in public_evidence_rows(organisation_id, evidence)
        ],
        "evidence_withheld": len(measure["evidence"]) - len(evidence),
    }


def _public_text(answer: Content) -> dict[str, Any]:
    withheld = answer["disclosure"] == Disclosure.SECRETARIAT
    fields = {key: value for key, value in answer.items() if key not in ("disclosure", "disclosure_reason")}
    return {**fields, "text": "" if withheld else answer["text"], "withheld": withheld}


def totals_of(
    indicators: Sequence[Indicator], figures: Sequence[FiledFigure], hidden: set[FigurePlace]
) -> list[dict[str, Any]]:
    """The totals over services and the figures entered for all of them; `hidden` are the places that are withheld.

    A total whose parts would follow from it and other public figures is withheld as well.
    """
    parts: dict[tuple[str, str], dict[str | None, TotalPart]] = {}  # by indicator and cell, then by service
    for place, values, *_others in figures:
        services = parts.setdefault((place.indicator, place.cell), {})
        services[place.service] = TotalPart.of(values, withheld=place in hidden)
    totals = []
    for indicator in indicators:
        for cell in sorted(cell for key, cell in parts if key == indicator.key):
            services = dict(parts[indicator.key, cell])
            entered = services.pop(None, None)
            total = total_of(indicator.aggregation, list(services.values()), entered)
            if total is not None:
                totals.append(_total_entry(indicator.key, cell, total))
    return _without_revealing_totals(indicators, figures, hidden, totals) if hidden else totals


def _without_revealing_totals(
    indicators: Sequence[Indicator],
    figures: Sequence[FiledFigure],
    hidden: set[FigurePlace],
    totals: Sequence[dict[str, Any]],
) -> list[dict[str, Any]]:
    """The totals, those with withheld parts withheld too where all of them together would give a part away.

    Each alone has at least two withheld parts; sums over services and over cells cross.
    """
    derived = DerivedTotals.of(indicators)
    numbers = inferable_numbers(
        [DisclosedRevision(figures, frozenset(hidden), totals)],
        {row.key: row.aggregation for row in indicators},
        derived.sums,
        derived.means,
    )
    revealing = {place.indicator for place, _number in numbers}
    partly_hidden = {
        (place.indicator, place.cell) for place in hidden if place.service and place.indicator in revealing
    }
    return [
        {**row, "value": None, "withheld": True} if (row["indicator"], row["cell"]) in partly_hidden else row
        for row in totals
    ]


def _total_entry(indicator: str, cell: str, total: Total) -> dict[str, Any]:
    return {
        "indicator": indicator,
        "cell": cell,
        "value": None if total.withheld else plain_decimal(total.value),
        "withheld": total.withheld,
        "parts": total.parts,
        "of": total.of,
    }


def verdict_entry(verdict: Verdict) -> dict[str, Any]:
    """A verdict in the document."""
    return {
        "commitment": verdict.commitment.key if verdict.commitment else "",
        "measure": verdict.measure.key if verdict.measure else "",
        "pledge": str(verdict.pledge_record) if verdict.pledge_record else None,
        "value": verdict.value,
        "reason": verdict.reason,
        "difference": verdict.difference,
        "language": verdict.language,
        "given_at": verdict.given_at.isoformat(),
    }


def _findings_by_measure(report: Report) -> dict[str, list[Finding]]:
    """Its public findings and those of earlier reports, by the key that the report's charter has for their measure.

    Without those whose measure has no successor there: the report they were made on says them.
    """
    lineage = lineage_of(report.charter)
    by_measure: dict[str, list[Finding]] = {}
    for row in public_findings(report):
        key = lineage.current_key(row.measure.key, row.measure.charter.version)
        if key is not None:
            by_measure.setdefault(key, []).append(row)
    return by_measure


def finding_entry(finding: Finding, report: Report) -> dict[str, Any]:
    """A public finding in the document of a report, as it stands now; of an earlier report's, of which cycle it is."""
    cycle = finding.report.cycle
    return {
        "text": finding.text,
        "language": finding.language,
        "due_on": finding.due_on.isoformat(),
        "state": finding.state,
        "done_on": day_of(finding.done_at).isoformat() if finding.done_at else None,
        "withdrawal": _finding_withdrawal(finding),
        "as_of": day_of(clock.now()).isoformat(),
        "cycle": {"slug": cycle.slug, "title": in_languages(cycle, "title")}
        if finding.report_id != report.pk
        else None,
    }


def _finding_withdrawal(finding: Finding) -> dict[str, Any] | None:
    """When a finding was withdrawn, and why; of one with its entries at hand, no query."""
    if finding.withdrawn_at is None:
        return None
    entry = [each for each in finding.entries.all() if each.kind == FindingEntryKind.WITHDRAW][-1]
    return {"on": day_of(finding.withdrawn_at).isoformat(), "reason": entry.text, "language": entry.language}


def _references(report: Report, keys: Sequence[str]) -> list[dict[str, Any]]:
    counts = ReferenceCount.objects.filter(
        organisation=report.organisation,
        indicator_key__in=keys,
        starts_on=report.cycle.starts_on,
        ends_on=report.cycle.ends_on,
        replaced_by__isnull=True,
    ).select_related("service")
    return [
        {
            "indicator": row.indicator_key,
            "service": row.service.slug if row.service else None,
            "cell": row.cell,
            "value": plain_decimal(row.value),
            "observer": row.observer,
            "source": row.source,
        }
        for row in counts
    ]
