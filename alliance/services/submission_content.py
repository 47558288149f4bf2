"""The content of a working copy, as a submission stores it: plain data, figures as decimal strings."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.utils import translation

from alliance.enums import Disclosure
from alliance.figure_fields import FigurePlace
from alliance.models import Answer, Evidence
from alliance.queries.report_frame import RequiredMeasure
from alliance.queries.working_copy import WorkingCopy
from alliance.services.charter_publication_content import in_languages
from alliance.validators.figures import Finding

WriteWarnings = Callable[[WorkingCopy, Sequence[Finding]], list[dict[str, Any]]]


def content_of(copy: WorkingCopy) -> dict[str, Any]:
    """The whole working copy, the shape of a submission without who signs it; what is not written yet is empty."""
    return _content(copy, _spoken_warnings)


def content_to_compare(copy: WorkingCopy) -> dict[str, Any]:
    """The same, but warnings not put into words, which takes three times as long: another one where that is another."""
    return _content(copy, _bare_warnings)


def _content(copy: WorkingCopy, write_warnings: WriteWarnings) -> dict[str, Any]:
    report = copy.frame.report
    return {
        "v": 1,
        "organisation": report.organisation.slug,
        "cycle": report.cycle.slug,
        "charter": {"key": report.charter.key, "version": report.charter.version},
        "services": [{"slug": row.slug, "name": in_languages(row, "name")} for row in copy.frame.services],
        "measures": _measures(copy, write_warnings),
        "pledges": [
            {"record": str(row.record), "title": row.title, **_text(copy.answers.get(row.record))}
            for row in copy.frame.own_pledges
        ],
    }


def _measures(copy: WorkingCopy, write_warnings: WriteWarnings) -> list[dict[str, Any]]:
    places: dict[str, list[FigurePlace]] = {}
    for place in copy.values:
        places.setdefault(place.indicator, []).append(place)
    warnings: dict[str, list[Finding]] = {}
    for finding in copy.warnings:
        if required := copy.frame.measure_of(finding.place.indicator):
            warnings.setdefault(required.measure.key, []).append(finding)
    return [
        {
            **_measure(copy, required, places),
            "warnings": write_warnings(copy, warnings.get(required.measure.key, [])),
        }
        for required in copy.frame.measures
    ]


def _measure(
    copy: WorkingCopy, required: RequiredMeasure, places: Mapping[str, list[FigurePlace]]
) -> dict[str, Any]:
    """What is written of one measure; `places` are those of the whole report by their indicator."""
    keys = [row.key for row in required.figures]
    in_order = (
        place
        for key in keys
        for place in sorted(places.get(key, ()), key=lambda place: (place.service or "", place.cell))
    )
    answers = []
    for row in required.narratives:
        answer = copy.answers.get(row.pk)
        # word for word that of the last period
        carried_over = answer is not None and answer.text == copy.last_texts.get(row.key)
        answers.append({"indicator": row.key, "carried_over": carried_over, **_text(answer)})
    return {
        "measure": required.measure.key,
        "answers": answers,
        "figures": [_figure(copy, place) for place in in_order],
        "evidence": [_evidence(row) for row in copy.evidence if row.measure_id == required.measure.pk],
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


def _figure(copy: WorkingCopy, figure_place: FigurePlace) -> dict[str, Any]:
    disclosure, reason = copy.figures.readers_at(figure_place)
    return {
        **figure_place._asdict(),
        **copy.values[figure_place].to_document(),
        "disclosure": disclosure,
        "disclosure_reason": reason,
    }


def _evidence(evidence: Evidence) -> dict[str, Any]:
    names = ["kind", "title", "url", "file_name", "media_type", "size", "sha256", "disclosure"]
    names += ["source", "reference"] if evidence.is_citation else []
    return {"id": evidence.pk, **{name: getattr(evidence, name) for name in names}}


def _spoken_warnings(copy: WorkingCopy, findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """Warnings travel to the reviewer with their notes, in every language."""
    spoken: dict[str, list[str]] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):  # once for all of them: a report may have a thousand
            spoken[language] = [str(finding) for finding in findings]
    return [
        {
            **finding.place._asdict(),
            "text": {language: texts[number] for language, texts in spoken.items()},
            "note": copy.values[finding.place].note,
        }
        for number, finding in enumerate(findings)
    ]


def _bare_warnings(copy: WorkingCopy, findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """Which they are, whoever reads: the sentences before their numbers are put in, in one language."""
    with translation.override(settings.LANGUAGE_CODE):
        return [
            {
                **finding.place._asdict(),
                "sentence": str(finding.sentence),
                "values": {name: str(number) for name, number in finding.values.items()},
                "note": copy.values[finding.place].note,
            }
            for finding in findings
        ]
