"""The layout of a cycle's documents on paper, its summary and its matrix: from content to accessible PDFs."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from django.utils.translation import gettext as _

from alliance.documents.cycle.matrix import verdict_word
from alliance.documents.cycle.summary_model import CycleMatrix, CycleSummary
from alliance.queries.public.verdict_matrix import VERDICT_LEVELS
from alliance.services.site import DocumentLogo
from portal.kernel.charts import BarChart
from portal.kernel.documents import Built, Progress, build_pdf

_DRAWING, _TYPESETTING = 30, 40  # per cent


def render_summary(summary: CycleSummary, progress: Progress) -> Built:
    """Draw and typeset the summary. Raises DomainError where the compiler refuses it."""
    progress(_DRAWING, _("Drawing the charts"))
    drawings = {chart.file: str(chart.drawing.svg).encode() for chart in summary.charts}
    return _typeset("cycle-summary.typ", summary, drawings, progress)


def render_matrix(matrix: CycleMatrix, progress: Progress) -> Built:
    """Typeset the matrix. Raises DomainError where the compiler refuses it."""
    return _typeset("cycle-matrix.typ", matrix, {}, progress)


def _typeset(
    template: str, content: CycleSummary | CycleMatrix, drawings: Mapping[str, bytes], progress: Progress
) -> Built:
    logo = {content.logo.file: content.logo.content} if content.logo else {}
    return build_pdf(
        content,
        template,
        template_data(content),
        progress,
        begin=_TYPESETTING,
        assets={**drawings, **logo},
        about=content.imprint.source,
    )


def template_data(content: CycleSummary | CycleMatrix) -> dict[str, Any]:
    """What a template reads: the content as plain data, and the words between its parts."""
    data: dict[str, Any] = _to_plain_data(content)
    del data["document_date"]
    return data | {"words": _labels() | (_draft_labels() if content.imprint.watermark else {})}


def _to_plain_data(value: object) -> Any:
    """Dataclasses as mappings; drawings and the logo stay behind, they travel as assets."""
    if isinstance(value, DocumentLogo):
        return value.file
    if isinstance(value, BarChart):
        return None
    if is_dataclass(value):
        return {field.name: _to_plain_data(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, (list, tuple)):
        return [_to_plain_data(item) for item in value]
    return value


def _labels() -> dict[str, Any]:
    return {
        "of": _("of"),
        "contents": _("Contents"),
        "digest": _("Digest (SHA-256)"),
        "reports": _("Reports"),
        "who": _("Who submitted a report"),
        "verdicts": _("Verdicts"),
        "by_commitment": _("Verdicts by commitment"),
        "no_verdicts": _("No verdict is published yet."),
        "matrix": _("Members by commitment"),
        "member": _("Member"),
        "report": _("Report"),
        "corrections": _("Corrections so far"),
        "value": _("Value"),
        "was": _("Was"),
        "now": _("Is"),
        "no_corrections": _("No published report of this cycle was corrected or withdrawn."),
        "withdrawals": _("Withdrawn"),
        "coverage": _("Figures: how many members gave each"),
        "coverage_note": _(
            "Members with a published report. The figures themselves are in the cycle workbook."
        ),
        "charts": _("Members compared"),
        "charts_note": _(
            "Of each chapter the figure that most members know. A longer bar is not better in itself."
        ),
        "method": _("Method"),
        "register": _("Published reports"),
        "submitted": _("Submitted"),
        "signed_by": _("Signed by"),
        "number": _("Publication"),
        "everybody": _("Every member that had to report did so on time."),
        "check": _("How to verify"),
        "check_how": _(
            "Each report was published under the number in the list above. To verify the publication named at the "
            "foot of the pages, download its content and calculate its SHA-256: it must match this digest."
        ),
        "signs": _("Key to symbols"),
        # from 0 (not due) to 5
        "levels": [verdict_word(value) for value in sorted(VERDICT_LEVELS, key=VERDICT_LEVELS.__getitem__)],
    }


def _draft_labels() -> dict[str, str]:
    """What is said otherwise while nothing of it is public."""
    return {
        "coverage_note": _(
            "Members whose report would be published. The figures themselves are in the draft workbook."
        ),
        "register": _("Reports that would be published"),
    }
