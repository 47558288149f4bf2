"""What the preview of a report shows: measure by measure, as the public would read it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from alliance.enums import Disclosure
from alliance.models import Answer, Evidence, Figure, Indicator, Pledge
from alliance.queries.citations import with_citations
from alliance.queries.public.wording import value_text
from alliance.queries.report_frame import RequiredMeasure
from alliance.queries.working_copy import WorkingCopy
from portal.kernel.access import ANYONE


@dataclass(frozen=True, slots=True)
class PreviewFigure:
    """One cell: whose figure it is, the figure if there is one, and its words where it is no number."""

    owner: str
    figure: Figure | None
    text: str


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One indicator; `is_for_organisation` if it is asked of the organisation alone, in one cell across all columns."""

    indicator: Indicator
    figures: list[PreviewFigure]
    is_for_organisation: bool


@dataclass(frozen=True, slots=True)
class PreviewMeasure:
    """One measure with its texts, its table and its public evidence."""

    required: RequiredMeasure
    answers: list[Answer]
    columns: list[str]
    rows: list[PreviewRow]
    evidence: list[Evidence]


def preview_measures(copy: WorkingCopy, measures: Sequence[RequiredMeasure]) -> list[PreviewMeasure]:
    """These measures; the template leaves out what is for the secretariat alone."""
    public = [item for item in copy.evidence if item.disclosure == Disclosure.PUBLIC]
    evidence = with_citations(ANYONE, public)
    return [_preview_measure(copy, required, evidence) for required in measures]


def preview_pledges(copy: WorkingCopy) -> list[tuple[Pledge, Answer | None]]:
    """The pledges beyond the charter, each with what was answered."""
    return [(pledge, copy.answers.get(pledge.record)) for pledge in copy.frame.own_pledges]


def _preview_measure(
    copy: WorkingCopy, required: RequiredMeasure, evidence: list[Evidence]
) -> PreviewMeasure:
    rows = [_row(copy, required, indicator) for indicator in required.figures]
    names = [service.name for service in required.services]
    with_total = any(len(row.figures) > len(names) and not row.is_for_organisation for row in rows)
    return PreviewMeasure(
        required=required,
        answers=[copy.answers[row.pk] for row in required.narratives if row.pk in copy.answers],
        columns=[*names, _total_label()] if with_total else names or [_organisation_label()],
        rows=rows,
        evidence=[item for item in evidence if item.measure_id == required.measure.pk],
    )


def _row(copy: WorkingCopy, required: RequiredMeasure, indicator: Indicator) -> PreviewRow:
    owners = required.owners(indicator)
    whole = all(owner is None for owner in owners)
    summary_label = _organisation_label() if whole else _total_label()
    figures = []
    for owner, requested_figure in zip(owners, required.totals(indicator), strict=True):
        name = summary_label if owner is None else str(owner.name)
        figure = copy.given_figures.get(requested_figure.place)
        text = value_text(indicator, figure.value, figure.choice) if figure else ""
        figures.append(PreviewFigure(name, figure, text))
    return PreviewRow(indicator, figures, whole)


def _organisation_label() -> str:
    return _("The whole organisation")


def _total_label() -> str:
    return _("Total")
