"""The layout of a member's report: from what was collected to an accessible PDF."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from django.utils.translation import gettext as _

from alliance.documents.report.commitments import verdict_label
from alliance.documents.report.pdf_model import PdfCell, PdfChart, PdfReport
from alliance.enums import FigureStatus
from alliance.queries.public.verdict_matrix import VERDICT_LEVELS
from alliance.services.site import DocumentLogo
from portal.kernel.documents import Built, Progress, build_pdf

_DRAWING, _TYPESETTING = 10, 25  # per cent, as measured on the longest report


def render(report: PdfReport, progress: Progress) -> Built:
    """Draw and typeset the report. Raises DomainError where the compiler refuses it."""
    return build_pdf(
        report,
        "report.typ",
        template_data(report),
        progress,
        begin=_TYPESETTING,
        assets=_drawings(report, progress),
        about=report.imprint.record,
    )


def _drawings(report: PdfReport, progress: Progress) -> dict[str, bytes]:
    """Every drawing as SVG by its name; the progress moves with each."""
    charts = [chart for commitment in report.commitments for chart in commitment.charts]
    assets = {"sun.svg": str(report.cover.sun.svg).encode()} if report.cover.sun else {}
    if report.logo:
        assets[report.logo.file] = report.logo.content
    for done, chart in enumerate(charts):
        percent = _DRAWING + (_TYPESETTING - _DRAWING) * done // len(charts)
        progress(percent, chart.title)
        assets[chart.file] = str(chart.drawing.svg).encode()
    return assets


def template_data(report: PdfReport) -> dict[str, Any]:
    """What the template reads: the report as plain data, and the words between its parts."""
    data: dict[str, Any] = _to_plain_data(report)
    del data["document_date"]
    data["cover"]["sun"] = report.cover.sun and f"{report.cover.sun.title}. {report.cover.sun.words}"
    return data | {"words": _labels(report)}


def _to_plain_data(value: object) -> Any:
    """Dataclasses as mappings; drawings and the logo stay behind, they travel as assets."""
    if isinstance(value, PdfCell):
        return {field.name: text for field in fields(value) if (text := getattr(value, field.name))}
    if isinstance(value, DocumentLogo):
        return value.file
    if isinstance(value, PdfChart):
        return {"file": value.file, "title": value.title, "note": value.note, "alt": value.words}
    if is_dataclass(value):
        return {field.name: _to_plain_data(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, (list, tuple)):
        return [_to_plain_data(item) for item in value]
    return value


def _labels(report: PdfReport) -> dict[str, Any]:
    name = {"name": report.member}
    published = bool(report.imprint.body_url)
    return {
        "of": _("of"),
        "digest": "SHA-256",
        "contents": _("Contents"),
        "commitment": _("Commitment"),
        "page": _("Page"),
        "verdict": _("Verdict"),
        "verdicts": _("Verdicts"),
        "no_verdict": _("No verdict"),
        "difference": f"{_('Why it differs from the measures')}:",
        "reply": _("%(name)s’s reply") % name,
        "reply_to_all": _("Reply to all verdicts"),
        "statement": _("Statement"),
        "measure": _("Measure"),
        "measure_verdict": _("Reason for the verdict"),
        "finding": _("Finding"),
        "finding_withdrawal": _("Why it was withdrawn:"),
        "did": _("What %(name)s did") % name,
        "text_withheld": _("This text is withheld: it is not public, and the secretariat has it."),
        "figures": _("Figures"),
        "period": report.period,
        "evidence": _("Evidence"),
        "pledge": _("Pledge"),
        "own_pledges": _("Beyond the charter"),
        "counted": _("Independent counts"),
        "far": _("Difference over 10 %"),
        "note": _("%(name)s says:") % name,
        "no_note": _("There is no public note on the difference."),
        "about": _("About this document"),
        "check": _("How to verify"),
        "check_how": _draft_instructions() if report.is_draft else _digest_instructions(published=published),
        "signs": _("Key to symbols"),
        # from 0 (not due) to 5
        "levels": [verdict_label(value) for value in sorted(VERDICT_LEVELS, key=VERDICT_LEVELS.__getitem__)],
        "key": _figure_key(report),
        "sources": _("Sources"),
        "correction": _("Correction"),
        "value": _("Value"),
        "was": _("Was"),
        "now": _("Is"),
    }


def _draft_instructions() -> str:
    return _(
        "This is a draft, not a record of what was submitted. The digest below is that of the working copy "
        "at that minute; the receipt of a submission has another one."
    )


def _digest_instructions(*, published: bool) -> str:
    if not published:
        return _("This is a preview. The digest below is that of the submission, as given in the receipt.")
    return _(
        "The report in this document was published under the number at the foot of its pages. To "
        "verify it, download that content and calculate its SHA-256: it must match this digest. "
        "Earlier reports, later replies and independent counts have numbers of their own. This file has a digest of "
        "its own too: whoever drops it on the page “Check a document” learns whether it is genuine and still current."
    )


def _figure_key(report: PdfReport) -> list[dict[str, Any]]:
    """What each sign in a table of figures means."""
    statuses = {status: str(status.label) for status in FigureStatus}
    rows = [
        ({"kind": "zero", "text": "0"}, _("reported as zero")),
        ({"text": "≈ 61", "aside": "54–68"}, _("estimate with bounds")),
        (_status(FigureStatus.NOT_MEASURED, statuses), _("the member did not count it")),
        (_status(FigureStatus.NOT_APPLICABLE, statuses), _("the member says that it does not apply")),
        (_status(FigureStatus.DECLINED, statuses), _("the member does not disclose its value")),
        ({"kind": "withheld", "text": _("Withheld")}, _("not public; the secretariat has it")),
        (
            {"kind": "not_compared", "text": _("not compared")},
            _("the definition has changed since the previous period"),
        ),
        (
            {"kind": "corrected", "text": "43", "was": "41"},
            _("corrected; the earlier value is struck through"),
        ),
        ({"text": "87", "sign": "a"}, _("has a note below the table")),
        (
            {"text": "–"},
            _("no figure, or no total because such figures are not added up"),
        ),
    ]
    if report.before:
        rows.append(
            (
                {"text": _("Previous period")},
                _("the previous report: %(cycle)s") % {"cycle": report.before},
            )
        )
    return [{"cell": cell, "meaning": meaning} for cell, meaning in rows]


def _status(status: FigureStatus, labels: Mapping[FigureStatus, str]) -> dict[str, str]:
    return {"kind": str(status), "text": labels[status]}
