"""A submission as a whole, readable: its answers, figures and evidence under the charter's titles."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from alliance.enums import IndicatorType
from alliance.figure_fields import FiledFigure
from alliance.models import Indicator, Measure, Report, Submission
from alliance.queries.charter_contents import indicators_of, measures_of
from alliance.queries.citations import rows_with_citations
from alliance.queries.public.readings import Reading
from alliance.queries.public.texts import in_reader_language
from alliance.queries.public.wording import cell_title, unit_of, value_text
from portal.kernel.access import Actor

Content = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FiledFigureRow:
    """One figure with its titles."""

    indicator: Indicator
    where: str
    reading: Reading
    text: str
    unit: str
    figure: FiledFigure


@dataclass(frozen=True, slots=True)
class FiledMeasure:
    """What a submission has on one measure."""

    measure: Measure
    answers: Sequence[tuple[Indicator, Content]]
    figures: Sequence[FiledFigureRow]
    evidence: Sequence[Content]


@dataclass(frozen=True, slots=True)
class FiledReport:
    measures: Sequence[FiledMeasure]
    pledges: Sequence[Content]


def filed_report(actor: Actor, report: Report, submission: Submission) -> FiledReport:
    """The content of a submission in the charter's order; no query beside the charter's own and that of citations."""
    body = json.loads(bytes(submission.body))
    by_key = {part["measure"]: part for part in body["measures"]}
    indicators = indicators_of(report.charter_id)
    names = {row["slug"]: in_reader_language(row["name"]) for row in body["services"]}
    pieces = [row for part in body["measures"] for row in part["evidence"]]
    evidence = {row["id"]: row for row in rows_with_citations(actor, report.organisation_id, pieces)}
    measures = [
        _filed_measure(report, measure, by_key[measure.key], indicators.get(measure.pk, []), names, evidence)
        for measure in measures_of(report.charter_id)
        if measure.key in by_key
    ]
    return FiledReport(measures, body["pledges"])


def _filed_measure(
    report: Report,
    measure: Measure,
    content: Content,
    indicators: Sequence[Indicator],
    names: Mapping[str, str],
    evidence: Mapping[int, Content],
) -> FiledMeasure:
    answers = {row["indicator"]: row for row in content["answers"]}
    figures = [FiledFigure.from_document(row) for row in content["figures"]]
    rows = []
    for indicator in indicators:
        for figure in figures:
            if indicator.type != IndicatorType.FIGURE or figure.place.indicator != indicator.key:
                continue
            service = names.get(figure.place.service or "", figure.place.service or "")
            cell = cell_title(report.charter, figure.place.cell) if figure.place.cell else ""
            reading = Reading.of_figure(figure)
            text = value_text(indicator, reading.value, reading.choice)
            where = ", ".join(filter(None, (service, cell)))
            rows.append(FiledFigureRow(indicator, where, reading, text, unit_of(indicator), figure))
    return FiledMeasure(
        measure,
        [(indicator, answers[indicator.key]) for indicator in indicators if indicator.key in answers],
        rows,
        [evidence[row["id"]] for row in content["evidence"]],
    )
