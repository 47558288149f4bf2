"""What stood in the places of a file when it was made, from the field history."""

from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.db.models import QuerySet

from alliance.figure_fields import FigureValues
from alliance.models import Indicator, Pledge, ReportUpload
from alliance.queries.report_frame import RequestedFigure

Target = RequestedFigure | Indicator | Pledge


class UploadBases:
    """Earlier versions of the answers to these targets. At most two queries."""

    def __init__(self, upload: ReportUpload, wanted: Sequence[tuple[Target, int]]) -> None:
        self._upload = upload
        versions = {version for _target, version in wanted if version}
        has_figures = any(isinstance(target, RequestedFigure) for target, version in wanted if version)
        has_texts = any(not isinstance(target, RequestedFigure) for target, version in wanted if version)
        figures = self._history("FigureHistory", versions) if has_figures else ()
        answers = self._history("AnswerHistory", versions) if has_texts else ()
        self._values = {
            (row.indicator_id, row.service_id, row.cell, row.version): FigureValues.of(row) for row in figures
        }
        self._texts = {(row.indicator_id or row.pledge_record, row.version): row.text for row in answers}

    def _history(self, model: str, versions: set[int]) -> QuerySet[Any]:
        rows = apps.get_model("alliance", model).objects
        return rows.filter(report=self._upload.report_id, version__in=versions).order_by("pgh_id")

    def values_of(self, target: RequestedFigure, version: int) -> FigureValues:
        """The figure of this version; an empty one where nothing stood, or the history is gone."""
        service = target.service.pk if target.service else None
        return self._values.get((target.indicator.pk, service, target.cell, version), FigureValues())

    def text_of(self, target: Indicator | Pledge, version: int) -> str:
        """The text of this version; nothing where none stood, or the history is gone."""
        key = target.pk if isinstance(target, Indicator) else target.record
        return self._texts.get((key, version), "")
