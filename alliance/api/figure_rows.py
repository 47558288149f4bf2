"""Rows of figures as a program sends them: each finds its place, or is named with what is wrong in it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from alliance.api.rows import SentRows, conflict_problem, refuse
from alliance.enums import ValueType
from alliance.figure_fields import DEFAULTS, FIELDS, FigurePlace, FigureValues
from alliance.models import Indicator
from alliance.queries.report_frame import ReportFrame
from alliance.services.figures import FigureChange, FigureConflict
from portal.kernel.api import Problem
from portal.kernel.errors import DomainError


def read_rows(frame: ReportFrame, rows: Sequence[Mapping[str, Any]]) -> list[FigureChange]:
    """The rows in their places; raises the Problem that names every wrong cell."""
    changes, faults = [], []
    figure_places: set[FigurePlace] = set()
    for number, row in enumerate(rows):
        try:
            figure_place = _place_of(row)
            target = frame.find(figure_place)
            if figure_place in figure_places:
                raise DomainError(_("Another row has the same place."), field="indicator")
            figure_places.add(figure_place)
            values = FigureValues(**{name: row[name] for name in FIELDS})
            refuse_wrong_type(target.indicator, values)
            changes.append(FigureChange(target, values.cleaned(), row["version"]))
        except DomainError as refusal:
            faults.append(figure_rows(frame).fault(number, row, refusal.field or "", str(refusal)))
    refuse(faults)
    return changes


def figure_rows(frame: ReportFrame) -> SentRows:
    """The rows of a body; their words: the key of the indicator, the name of the service, the key of the part."""

    def words_of(row: Mapping[str, Any]) -> str:
        slug = row.get("service")
        service = frame.service(slug) if isinstance(slug, str) else None
        parts = (row.get("indicator"), service.name if service else slug, row.get("cell"))
        return ", ".join(part[:130] for part in parts if isinstance(part, str) and part)

    return SentRows("figures", words_of)


def figure_conflict_problem(
    frame: ReportFrame, rows: Sequence[Mapping[str, Any]], conflict: FigureConflict
) -> Problem:
    """The Problem for rows that somebody else has changed meanwhile."""
    numbers = {_place_of(row): number for number, row in enumerate(rows)}
    late = [numbers[change.target.place] for change, _stored in conflict.conflicts]
    sent = figure_rows(frame)
    return conflict_problem([sent.fault(number, rows[number], "version", str(conflict)) for number in late])


def _place_of(row: Mapping[str, Any]) -> FigurePlace:
    return FigurePlace(row["indicator"], row["service"], row["cell"])


def refuse_wrong_type(indicator: Indicator, values: FigureValues) -> None:
    """Refuse what the indicator's type cannot take at all; what is merely wrong is saved, and found."""
    if values.choice and indicator.value != ValueType.CHOICE:
        raise DomainError(_("This figure takes a value, not a choice."), field="choice")
    if values.choice and values.choice not in {choice["key"] for choice in indicator.choices}:
        raise DomainError(_("Choose one of the listed answers."), field="choice")
    if values.value is not None and indicator.value == ValueType.CHOICE:
        raise DomainError(_("Choose one of the listed answers."), field="value")
    if indicator.value == ValueType.YES_NO and values.value not in (None, 0, 1):
        raise DomainError(_("Answer yes or no."), field="value")
    for name, spec in FIELDS.items():
        if indicator.value not in spec.value_types and getattr(values, name) != DEFAULTS[name]:
            raise DomainError(_("A figure of this type has no such field."), field=name)
