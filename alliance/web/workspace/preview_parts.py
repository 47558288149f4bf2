"""What the preview of a report shows: measure by measure, as the public would read it."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from alliance.enums import Disclosure
from alliance.models import Answer, Evidence, Figure, Indicator, Service
from alliance.queries.citations import cite
from alliance.queries.public.wording import said_value
from alliance.queries.report_frame import OwedMeasure
from alliance.queries.working_copy import WorkingCopy
from portal.kernel.access import ANYONE


@dataclass(frozen=True, slots=True)
class PreviewFigure:
    """One cell: whose figure it is, the figure if there is one, and its words where it is no number."""

    owner: str
    figure: Figure | None
    words: str


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One indicator; `whole` if it is asked of the organisation alone, in one cell across all columns."""

    indicator: Indicator
    figures: list[PreviewFigure]
    whole: bool


@dataclass(frozen=True, slots=True)
class PreviewPart:
    """One measure with its texts, its table and its public evidence."""

    owed: OwedMeasure
    answers: list[Answer]
    columns: list[str]
    rows: list[PreviewRow]
    evidence: list[Evidence]


def preview_parts(copy: WorkingCopy) -> list[PreviewPart]:
    """Every measure that is owed; what is kept for the secretariat is for the template to withhold."""
    public = [item for item in copy.evidence if item.disclosure == Disclosure.PUBLIC]
    evidence = cite(ANYONE, public)
    return [_part(copy, owed, evidence) for owed in copy.frame.measures]


def _part(copy: WorkingCopy, owed: OwedMeasure, evidence: list[Evidence]) -> PreviewPart:
    rows = [_row(copy, owed, indicator) for indicator in owed.figures]
    names = [service.name for service in owed.services]
    with_total = any(len(row.figures) > len(names) and not row.whole for row in rows)
    return PreviewPart(
        owed=owed,
        answers=[copy.answers[row.pk] for row in owed.narratives if row.pk in copy.answers],
        columns=[*names, _total()] if with_total else names or [_whole()],
        rows=rows,
        evidence=[item for item in evidence if item.measure_id == owed.measure.pk],
    )


def _row(copy: WorkingCopy, owed: OwedMeasure, indicator: Indicator) -> PreviewRow:
    owners = owed.owners(indicator)
    whole = all(owner is None for owner in owners)
    requested = zip(owners, owed.totals(indicator), strict=True)
    figures = [
        _figure(_name(owner, whole), indicator, copy.figures.get(one.place)) for owner, one in requested
    ]
    return PreviewRow(indicator, figures, whole)


def _figure(owner: str, indicator: Indicator, figure: Any) -> PreviewFigure:
    return PreviewFigure(owner, figure, said_value(indicator, figure.value, figure.choice) if figure else "")


def _name(owner: Service | None, whole: bool) -> str:
    if owner is not None:
        return str(owner.name)
    return _whole() if whole else _total()


def _whole() -> str:
    return _("The whole organisation")


def _total() -> str:
    return _("Total")
