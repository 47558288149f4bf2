"""The public document of a report: the submission without what is withheld, with totals, verdicts and references."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from alliance.enums import Disclosure, EvidenceKind, IndicatorType
from alliance.models import Indicator, ReferenceCount, Report, Submission, Verdict
from alliance.queries.citations import public_items
from alliance.services.charter_document import in_languages
from alliance.validators.disclosure import Place, place_of, withheld_places
from alliance.validators.totals import Part, total_of

Content = Mapping[str, Any]  # a submission's body, parsed
_VALUES = ("value", "numerator", "denominator", "lower", "upper")


def plain(value: Decimal | None) -> str | None:
    """A decimal as publications write it: no exponent, no trailing zeros."""
    if value is None:
        return None
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def report_document(report: Report, submission: Submission, content: Content) -> dict[str, Any]:
    """Everything public about one report, in one document (the shape is in docs/publications.md)."""
    indicators = list(Indicator.objects.filter(charter=report.cycle.charter, type=IndicatorType.FIGURE))
    figures = [figure for measure in content["measures"] for figure in measure["figures"]]
    hidden = withheld_places(figures, frozenset(row.key for row in indicators if row.exclusive))
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
            _public_measure(measure, hidden, report.organisation_id) for measure in content["measures"]
        ],
        "pledges": [_public_text(pledge) for pledge in content["pledges"]],
        "totals": totals_of(indicators, figures, hidden),
        "verdicts": [verdict_entry(row) for row in _verdicts(report)],
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


def _public_measure(measure: Content, hidden: set[Place], organisation_id: int) -> dict[str, Any]:
    """Warnings' notes travel to the reviewer only; secretariat evidence is only counted."""
    evidence = [item for item in measure["evidence"] if item["disclosure"] == Disclosure.PUBLIC]
    return {
        "measure": measure["measure"],
        "answers": [_public_text(answer) for answer in measure["answers"]],
        "figures": [_public_figure(figure, place_of(figure) in hidden) for figure in measure["figures"]],
        "evidence": [
            {key: item[key] for key in item if key != "disclosure"}
            for item in public_items(organisation_id, evidence)
        ],
        "evidence_withheld": len(measure["evidence"]) - len(evidence),
    }


def _public_text(answer: Content) -> dict[str, Any]:
    withheld = answer["disclosure"] == Disclosure.SECRETARIAT
    kept = {key: value for key, value in answer.items() if key not in ("disclosure", "disclosure_reason")}
    return {**kept, "text": "" if withheld else answer["text"], "withheld": withheld}


def _public_figure(figure: Content, withheld: bool) -> dict[str, Any]:
    kept = {key: value for key, value in figure.items() if key not in ("disclosure", "disclosure_reason")}
    if not withheld:
        return {**kept, "withheld": False}
    nothing = dict.fromkeys(_VALUES)
    silent = {"choice": "", "method": "", "note": "", "reason": "", "estimate": False, "definition_note": ""}
    return {**kept, **nothing, **silent, "withheld": True}


def totals_of(
    indicators: Sequence[Indicator], figures: Sequence[Content], hidden: set[Place]
) -> list[dict[str, Any]]:
    """The totals over services and the figures entered for all of them; `hidden` are the places that are withheld."""
    totals = []
    for indicator in indicators:
        cells = sorted({figure["cell"] for figure in figures if figure["indicator"] == indicator.key})
        for cell in cells:
            rows = [row for row in figures if (row["indicator"], row["cell"]) == (indicator.key, cell)]
            parts = [_part(row, place_of(row) in hidden) for row in rows if row["service"] is not None]
            entered = [_part(row, place_of(row) in hidden) for row in rows if row["service"] is None]
            total = total_of(indicator.aggregation, parts, next(iter(entered), None))
            if total is not None:
                value = None if total.withheld else plain(total.value)
                totals.append(
                    {
                        "indicator": indicator.key,
                        "cell": cell,
                        "value": value,
                        "withheld": total.withheld,
                        "parts": total.parts,
                        "of": total.of,
                    }
                )
    return totals


def _part(figure: Content, withheld: bool) -> Part:
    numbers = {name: Decimal(figure[name]) if figure[name] is not None else None for name in _VALUES[:3]}
    return Part(figure["status"], withheld=withheld, **numbers)


def _verdicts(report: Report) -> Sequence[Verdict]:
    return list(report.verdicts.select_related("commitment", "measure").order_by("pk"))


def verdict_entry(verdict: Verdict) -> dict[str, Any]:
    """A verdict as the document says it."""
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
            "value": plain(row.value),
            "observer": row.observer,
            "source": row.source,
        }
        for row in counts
    ]
