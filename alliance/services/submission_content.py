"""The content of a working copy, as a submission stores it: plain data, figures as decimal strings."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils import translation

from alliance.enums import Disclosure
from alliance.figure_fields import FigurePlace, FigureValues
from alliance.models import Answer, Evidence, Figure
from alliance.queries.report_frame import RequiredMeasure, texts_in
from alliance.queries.working_copy import WorkingCopy
from alliance.services.charter_publication_content import in_languages
from alliance.validators.figures import Finding


def content_of(copy: WorkingCopy) -> dict[str, Any]:
    """The whole working copy, the shape of a submission without who signs it; what is not written yet is empty."""
    report = copy.frame.report
    return {
        "v": 1,
        "organisation": report.organisation.slug,
        "cycle": report.cycle.slug,
        "charter": {"key": report.charter.key, "version": report.charter.version},
        "services": [{"slug": row.slug, "name": in_languages(row, "name")} for row in copy.frame.services],
        "measures": [_measure(copy, required) for required in copy.frame.measures],
        "pledges": [
            {"record": str(row.record), "title": row.title, **_text(copy.answers.get(row.record))}
            for row in copy.frame.own_pledges
        ],
    }


def _measure(copy: WorkingCopy, required: RequiredMeasure) -> dict[str, Any]:
    keys = [row.key for row in required.figures]
    places = [place for place in copy.values if place.indicator in keys]
    places.sort(key=lambda place: (keys.index(place.indicator), place.service or "", place.cell))
    answers = []
    for row in required.narratives:
        answer = copy.answers.get(row.pk)
        # word for word that of the last period
        carried_over = answer is not None and answer.text == texts_in(copy.last).get(row.key)
        answers.append({"indicator": row.key, "carried_over": carried_over, **_text(answer)})
    return {
        "measure": required.measure.key,
        "answers": answers,
        "figures": [_figure(place, copy.figures[place]) for place in places],
        "evidence": [_evidence(row) for row in copy.evidence if row.measure_id == required.measure.pk],
        "warnings": _warnings(
            copy, [finding for finding in copy.warnings if finding.place.indicator in keys]
        ),
    }


def _text(answer: Answer | None) -> dict[str, Any]:
    if answer is None:
        return {"text": "", "language": "", "disclosure": Disclosure.PUBLIC.value, "disclosure_reason": ""}
    return {
        "text": answer.text,
        "language": answer.language,
        "disclosure": answer.disclosure,
        "disclosure_reason": answer.disclosure_reason,
    }


def _figure(figure_place: FigurePlace, figure: Figure) -> dict[str, Any]:
    return {
        **figure_place._asdict(),
        **FigureValues.of(figure).to_document(),
        "disclosure": figure.disclosure,
        "disclosure_reason": figure.disclosure_reason,
    }


def _evidence(evidence: Evidence) -> dict[str, Any]:
    names = ["kind", "title", "url", "file_name", "media_type", "size", "sha256", "disclosure"]
    names += ["source", "reference"] if evidence.is_citation else []
    return {"id": evidence.pk, **{name: getattr(evidence, name) for name in names}}


def _warnings(copy: WorkingCopy, findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """Warnings travel to the reviewer with their notes, in every language."""
    return [
        {
            **finding.place._asdict(),
            "text": _in_all_languages(finding),
            "note": copy.figures[finding.place].note,
        }
        for finding in findings
    ]


def _in_all_languages(finding: Finding) -> dict[str, str]:
    spoken = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            spoken[language] = str(finding)
    return spoken
