"""Where the texts, figures and evidence of a report stand in its editors: names of forms, and addresses."""

from collections.abc import Mapping
from functools import cached_property
from uuid import UUID

from django.urls import reverse

from alliance.figure_fields import FigurePlace
from alliance.models import Indicator, Pledge
from alliance.queries.attention_items import AttentionItem
from alliance.queries.measure_comments import message_url
from alliance.queries.report_frame import ReportFrame
from alliance.web.workspace.editor_parts import EditorParts, EditorPlace, pledge_prefix, text_prefix


def pledge_url(report: int, record: UUID) -> str:
    """The address of the field in which the account of a pledge is written."""
    page = reverse("workspace:report-pledge", args=[report, record])
    return f"{page}#id_{pledge_prefix(record)}-text"


class PlaceLinks:
    """The editors of all measures of one report; an address names the part of a measure's page, and there the field."""

    def __init__(self, frame: ReportFrame) -> None:
        self.frame = frame

    @cached_property
    def _parts(self) -> Mapping[str, EditorParts]:
        """By the key of the indicator."""
        return {
            row.key: parts
            for required in self.frame.measures
            for parts in [EditorParts(required)]
            for row in required.indicators
        }

    @cached_property
    def _keys(self) -> Mapping[str, str]:
        return {str(row.pk): row.key for required in self.frame.measures for row in required.indicators}

    def find(self, prefix: str) -> EditorPlace | None:
        """The place of the figure whose form has this name."""
        key = self._keys.get(prefix[1:].partition("-")[0], "")
        place = self._parts[key].find(prefix) if key and prefix.startswith("f") else None
        return place if isinstance(place, EditorPlace) else None

    def find_text(self, prefix: str) -> Indicator | Pledge | None:
        """The narrative, or the pledge beyond the charter, whose form has this name."""
        return self._texts.get(prefix)

    @cached_property
    def _texts(self) -> Mapping[str, Indicator | Pledge]:
        narratives = {text_prefix(row): row for row in self.frame.narratives.values()}
        return {**narratives, **{pledge_prefix(row.record): row for row in self.frame.own_pledges}}

    def figure(self, place: FigurePlace) -> EditorPlace | None:
        """Where a figure stands; None where the report does not ask for it."""
        parts = self._parts.get(place.indicator)
        return parts.find_figure(place) if parts else None

    def figure_url(self, figure_place: FigurePlace) -> str:
        """The address of a figure's field: a browser that follows it puts the cursor there."""
        place = self.figure(figure_place)
        return self.place_url(place) if place else reverse("workspace:report", args=[self.frame.report.pk])

    def place_url(self, place: EditorPlace) -> str:
        key = self._parts[place.line.indicator.key].required.measure.key
        return f"{self._measure_url(key)}?at={place.prefix}#id_{place.prefix}-value"

    def _measure_url(self, key: str) -> str:
        return reverse("workspace:report-measure", args=[self.frame.report.pk, key])

    def url(self, item: AttentionItem) -> str:
        """Where the item is put right."""
        if item.place is not None:
            return self.figure_url(item.place)
        report = reverse("workspace:report", args=[self.frame.report.pk])
        if item.pledge is not None:
            return self.text_url(item.pledge)
        if item.question is not None:
            return f"{report}#question-{item.question.pk}"
        if item.required is None:
            return report
        page = self._measure_url(item.required.measure.key)
        if item.evidence is not None:
            return f"{page}#evidence-{item.evidence.pk}"
        if item.comment is not None:
            return message_url(item.comment)
        return self.text_url(item.indicator) if item.indicator is not None else page

    def text_url(self, subject: Indicator | Pledge) -> str:
        """The address of the field of a text; of an indicator of figures that of the measure's part which has them."""
        if isinstance(subject, Pledge):
            return pledge_url(self.frame.report.pk, subject.record)
        prefix, is_text = text_prefix(subject), subject.pk in self.frame.narratives
        page = self._measure_url(self._parts[subject.key].required.measure.key)
        return f"{page}?at={prefix}#{f'id_{prefix}-text' if is_text else subject.key}"

    def name(self, item: AttentionItem) -> str:
        """The name of the row in which the item stands: that of the form of its text or figure, where it has one."""
        if item.place is not None and (place := self.figure(item.place)):
            return place.prefix
        if item.pledge is not None:
            return pledge_prefix(item.pledge.record)
        if item.evidence is not None:
            return f"e{item.evidence.pk}"
        if item.question is not None:
            return f"q{item.question.pk}"
        if item.comment is not None:
            return f"c{item.comment.pk}"
        if item.indicator is not None:
            return text_prefix(item.indicator)
        return f"m{item.required.measure.pk}" if item.required else item.kind.value
