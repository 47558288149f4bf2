"""A report as JSON: every fact under its key, with the charter's words beside it (docs/how-to/documents.md)."""

import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from alliance.documents.charter import CharterIndicator
from alliance.documents.report.export import ReportExport
from alliance.documents.report.facts import SignedReply
from alliance.models import Commitment, Measure
from alliance.queries.site import load_site
from portal.kernel.documents import Built, Progress

SCHEMA, VERSION = "alliance-portal/report", 1
ContentRow = Mapping[str, Any]


def render(collected: ReportExport, progress: Progress) -> Built:
    """The bytes: UTF-8, keys in a fixed order, figures as decimal strings."""
    progress(60, _("Writing the file"))
    text = json.dumps(report_json(collected), ensure_ascii=False, indent=1)
    return Built(f"{text}\n".encode(), f"{collected.stem}.json", "application/json", collected.origin.label)


def report_json(file: ReportExport) -> dict[str, Any]:
    """The document of schema version 1."""
    cycle, charter, content = file.cycle, file.charter.charter, file.content
    return {
        "schema": SCHEMA,
        "version": VERSION,
        "language": file.language,
        "basis": file.origin.basis,
        "notice": " ".join(filter(None, (load_site().banner, file.origin.confidentiality_notice))),
        "origin": _origin(file),
        "organisation": {"slug": file.organisation.slug, "name": file.organisation.name},
        "cycle": {
            "slug": cycle.slug,
            "title": cycle.title,
            "starts_on": cycle.starts_on.isoformat(),
            "ends_on": cycle.ends_on.isoformat(),
            "due_on": cycle.due_on.isoformat(),
        },
        "charter": {"key": charter.key, "version": charter.version, "title": charter.title},
        "state": file.state,
        "late": file.late,
        "signatory": content.get("signatory"),
        "statement": content.get("statement", ""),
        "services": [{"slug": slug, "name": name} for slug, name in file.services.items()],
        "commitments": [
            commitment for each in file.charter.commitments if (commitment := _commitment(file, each))
        ],
        "pledges": [dict(pledge) for pledge in content["pledges"]],
        "reply": _reply(file, ""),
        "references": [dict(row) for row in file.references],
        **({"corrections": list(content.get("corrections", ()))} if file.is_public else {}),
        **_organisation_only(file),
    }


def _origin(file: ReportExport) -> dict[str, Any]:
    origin = file.origin
    data: dict[str, Any] = {"at": origin.at.isoformat()}
    if origin.number is not None:
        data |= {"number": origin.number, "sha256": origin.sha256}
    if origin.revision is not None:
        address = f"{settings.ORIGIN}/{file.language}/publications/{origin.number}/"
        data |= {"revision": origin.revision, "as_of": origin.as_of}
        verify = f"{settings.ORIGIN}/{file.language}/verify/"
        data |= {"page": address, "body": f"{address}body", "verify": verify}
    return data


def _commitment(file: ReportExport, commitment: Commitment) -> dict[str, Any] | None:
    """The commitment with its measures; None where the report neither requires nor answers it."""
    filed = {measure["measure"]: measure for measure in file.content["measures"]}
    measures = [
        _measure(file, measure, filed[measure.key])
        for measure in commitment.measures.all()
        if measure.key in filed
    ]
    verdict = file.verdict_on(commitment.key)
    if not measures and verdict is None:
        return None
    return {
        "key": commitment.key,
        "code": commitment.code,
        "title": commitment.title,
        "verdict": _verdict(verdict),
        "reply": _reply(file, commitment.key),
        "measures": measures,
    }


def _measure(file: ReportExport, measure: Measure, filed: ContentRow) -> dict[str, Any]:
    entries = [indicator for indicator in file.charter.indicators if indicator.measure.pk == measure.pk]
    warnings = {"warnings": filed["warnings"]} if file.with_warnings and "warnings" in filed else {}
    return {
        "key": measure.key,
        "code": measure.code,
        "title": measure.title,
        "verdict": _verdict(file.verdict_on(measure.commitment.key, measure.key)),
        "indicators": [_indicator(file, entry, filed) for entry in entries],
        "evidence": [dict(item) for item in filed["evidence"]],
        "evidence_withheld": filed.get("evidence_withheld", 0),
        "findings": [dict(row) for row in filed.get("findings", ())],
        **warnings,
    }


def _indicator(file: ReportExport, entry: CharterIndicator, filed: ContentRow) -> dict[str, Any]:
    indicator = entry.indicator
    frame = {"key": indicator.key, "code": indicator.code, "title": indicator.title, "type": indicator.type}
    if not entry.is_figure:
        answers = [
            _without(row, "indicator") for row in filed["answers"] if row["indicator"] == indicator.key
        ]
        return {**frame, "answer": answers[0] if answers else None}
    figures = [row for row in filed["figures"] if row["indicator"] == indicator.key]
    totals = [row for row in file.totals if row["indicator"] == indicator.key]
    return {
        **frame,
        "value": indicator.value,
        "unit": indicator.unit,
        "unit_title": entry.unit,
        "direction": indicator.direction,
        "aggregation": indicator.aggregation,
        "figures": [
            {**_without(row, "indicator"), "cell_title": file.charter.cell(row["cell"])} for row in figures
        ],
        "totals": [
            {**_without(row, "indicator"), "cell_title": file.charter.cell(row["cell"])} for row in totals
        ],
    }


def _without(row: ContentRow, name: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != name}


def _verdict(row: ContentRow | None) -> dict[str, Any] | None:
    names = ("value", "reason", "difference", "language", "given_at")
    return {name: row.get(name, "") for name in names} if row else None


def _reply(file: ReportExport, commitment: str) -> dict[str, Any] | None:
    signed_reply: SignedReply | None = next(
        (reply for reply in file.replies if reply.commitment == commitment), None
    )
    if signed_reply is None:
        return None
    corrected = signed_reply.published
    return {
        "text": signed_reply.text,
        "language": signed_reply.language,
        "signatory": {"name": signed_reply.name, "office": signed_reply.office},
        "signed_at": signed_reply.at.isoformat(),
        **({"corrections": list(corrected.document["corrections"])} if corrected else {}),
        **({"before_correction": number} if (number := signed_reply.before_correction) else {}),
        **({"before_reopening": True} if signed_reply.is_before_reopening else {}),
    }


def _organisation_only(file: ReportExport) -> dict[str, Any]:
    """What the secretariat asked, for the organisation alone; no such keys in anybody else's file."""
    if not file.with_warnings:
        return {}
    return {
        "questions": [
            {
                "measure": question.measure.key if question.measure else None,
                "state": question.state,
                "text": question.text,
                "asked_at": question.asked_at.isoformat(),
                "answer": question.answer,
                "answered_at": question.answered_at.isoformat() if question.answered_at else None,
            }
            for question in file.questions
        ],
        "changes_requested": [
            {"text": change.summary, "language": change.language, "at": change.requested_at.isoformat()}
            for change in file.changes
        ],
    }
