"""How far a report has come: so many answers of so many that are asked for."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from django.db.models import BigIntegerField, Q, UUIDField, Value
from django.db.models.functions import Coalesce

from alliance.enums import FigureStatus
from alliance.figure_fields import FigurePlace
from alliance.models import Answer, Figure, Pledge, Report
from alliance.queries.report_frame import ReportFrame, RequiredMeasure, report_frame
from alliance.validators.cells import PERIOD


@dataclass(frozen=True, slots=True)
class Progress:
    """So many answers of so many."""

    done: int
    required: int

    @property
    def is_complete(self) -> bool:
        return self.done == self.required


class Answered(NamedTuple):
    """What has an answer: narratives and pledges, places of figures; and the totals that say why there is no number."""

    subjects: Container[int | UUID]
    places: Container[FigurePlace]
    without_number: Container[FigurePlace]


def measure_progress(required_measure: RequiredMeasure, answered: Answered) -> Progress:
    """How far one measure has come."""
    texts = [row.pk in answered.subjects for row in required_measure.narratives]
    places = required_measure.required_places(answered.without_number)
    figures = [place in answered.places for place in places]
    return Progress(sum(texts) + sum(figures), len(texts) + len(figures))


def total_progress(frame: ReportFrame, answered: Answered) -> Progress:
    """How far a report has come."""
    parts = [measure_progress(required, answered) for required in frame.measures]
    own = [pledge.record in answered.subjects for pledge in frame.own_pledges]
    return Progress(
        sum(part.done for part in parts) + sum(own), sum(part.required for part in parts) + len(own)
    )


def progress_of(report: Report, pledges: Sequence[Pledge] | None = None) -> Progress:
    """How far the working copy has come, without its content. Two queries, another one without `pledges`.

    `pledges`: the member's published ones, where they are at hand.
    """
    nothing = Value("")
    texts = Answer.objects.filter(report=report, text__regex=r"\S").order_by()
    unfilled = Q(carried_over=True, status=FigureStatus.REPORTED, value=None, choice="")
    figures = (
        Figure.objects.filter(Q(cell="") | Q(cell__startswith=f"{PERIOD}="), report=report)
        .exclude(unfilled)
        .order_by()
    )
    query = texts.values_list("indicator_id", "pledge_record", nothing, nothing, nothing, nothing).union(
        figures.values_list(
            Value(None, BigIntegerField()),
            Value(None, UUIDField()),
            "indicator__key",
            Coalesce("service__slug", nothing),
            "cell",
            "status",
        ),
        all=True,
    )
    rows = list(query)
    answered = {indicator or record for indicator, record, key, *_place in rows if not key}
    statuses = {
        FigurePlace(key, slug or None, cell): status for *_subject, key, slug, cell, status in rows if key
    }
    without_number = {
        place for place, status in statuses.items() if not place.cell and status != FigureStatus.REPORTED
    }
    return total_progress(report_frame(report, pledges), Answered(answered, statuses, without_number))
