"""Submissions as a member would have filed them, made through the models."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from alliance.enums import IndicatorType, ReportState
from alliance.figure_fields import FigureValues
from alliance.models import Indicator, Measure, Person, Report, Service, Submission
from alliance.queries.submission_extracts import submission_extracts
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.publishing import canonical, digest

FIGURE: dict[str, Any] = {
    "service": None, "cell": "", **FigureValues().to_document(), "disclosure": "public", "disclosure_reason": "",
}  # fmt: skip


def submitted_figure(indicator: str, value: str | None = "1", **others: Any) -> dict[str, Any]:
    return {**FIGURE, "indicator": indicator, "value": value, **others}


def body_of(
    report: Report,
    number: int = 1,
    figures: Mapping[str, list[dict[str, Any]]] | None = None,
    answer: str = "What we did.",
    **parts: Any,
) -> dict[str, Any]:
    """A submission's content: an answer for every narrative, and the figures given by measure."""
    measures = Measure.objects.filter(charter=report.charter).order_by("commitment__position", "position")
    return {
        "v": 1,
        "organisation": report.organisation.slug,
        "cycle": report.cycle.slug,
        "charter": {"key": report.charter.key, "version": report.charter.version},
        "number": number,
        "submitted_at": timezone.now().isoformat(),
        "signatory": {"name": "Sven", "office": "Chief"},
        "statement": "This is right and complete.",
        "services": [
            {"slug": row.slug, "name": {"en": row.name_en, "ru": row.name_ru}} for row in _services(report)
        ],
        "measures": [_part(measure, (figures or {}).get(measure.key, []), answer) for measure in measures],
        "pledges": [],
        **parts,
    }


def _services(report: Report) -> list[Service]:
    rows = Service.objects.all().owned_by(
        report.organisation_id, report.cycle.starts_on, report.cycle.ends_on
    )
    return list(rows)


def _part(measure: Measure, figures: list[dict[str, Any]], answer: str) -> dict[str, Any]:
    narratives = Indicator.objects.filter(measure=measure, type=IndicatorType.NARRATIVE)
    facts = {"disclosure": "public", "disclosure_reason": "", "carried_over": False}
    return {
        "measure": measure.key,
        "answers": [{"indicator": row.key, "text": answer, "language": "en", **facts} for row in narratives],
        "figures": figures,
        "evidence": [],
        "warnings": [],
    }


def make_submission(report: Report, state: str = ReportState.SUBMITTED, **parts: Any) -> Submission:
    """File the report as its first signatory would, and leave it in this state; Rita is its reviewer.

    `assigned=False` leaves it to nobody.
    """
    number, assigned = parts.pop("number", 1), parts.pop("assigned", True)
    content = body_of(report, number, **parts)
    body = canonical(content)
    with acting_as(SYSTEM):
        signatory = report.organisation.memberships.first()
        assert signatory is not None
        submission = Submission.objects.create(
            report=report,
            organisation=report.organisation,
            number=number,
            body=body,
            sha256=digest(body),
            signatory_name="Sven",
            signatory_office="Chief",
            statement="This is right and complete.",
            submitted_by=signatory.person,
            submitted_at=timezone.now(),
            **submission_extracts(report.charter_id, content),
        )
        report.state, report.submitted_at = state, submission.submitted_at
        report.measures_due = len(content["measures"])
        report.reviewer = report.reviewer or (
            Person.objects.filter(name="Rita").first() if assigned else None
        )
        report.save(update_fields=["state", "submitted_at", "reviewer", "measures_due"])
    return submission
