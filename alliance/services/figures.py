"""The one write of figures: over the stored ones, with a version check so that nobody's work is lost."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from alliance.figure_fields import FIELDS, FigureValues
from alliance.models import Figure, Report
from alliance.queries.field_history import last_numbers
from alliance.queries.report_frame import RequestedFigure
from alliance.queries.working_copy import WorkingCopy
from alliance.services.figure_changes import FigureChange, Replacement
from alliance.services.period_totals import worked_out_totals
from alliance.services.reports import lock_report_for_editing
from portal.kernel import clock
from portal.kernel.access import Actor
from portal.kernel.errors import Conflict, DomainError

__all__ = ["FigureChange", "FigureConflict", "Replacement", "SavedFigures", "save_figures"]

_PLACE_COLUMNS = ("report", "indicator", "service", "cell")
# who may read a figure is not among them: only a signatory changes that
_WRITTEN_COLUMNS = (*FIELDS, "version", "carried_over", "updated_by", "updated_at")


@dataclass(frozen=True, slots=True)
class SavedFigures:
    """How many figures were written or emptied, and which changes came too late."""

    changed: int
    conflicts: Sequence[Replacement] = ()


class FigureConflict(Conflict):
    """Somebody else has changed or emptied some of the places meanwhile; nothing was written."""

    def __init__(self, conflicts: Sequence[Replacement]) -> None:
        change, current = conflicts[0]
        message = _("This was saved elsewhere while you were editing it.")
        super().__init__(message, stored=current, sent=change.values)
        self.conflicts = conflicts


@transaction.atomic
def save_figures(
    actor: Actor, report: Report, changes: Sequence[FigureChange], *, all_or_none: bool = True
) -> SavedFigures:
    """Write figures of one report over the stored ones. As many queries for any number.

    A change that alters nothing is left out: version and writer stay, and it cannot conflict; but the same values
    over those that were carried over confirm them. Wrong values are saved: errors stop sign-off, not saving. A new
    figure takes the charter's disclosure; one that exists keeps its own, also where its place is emptied. A total that
    follows from months or quarters is written with them. Versions of a place are counted on after it was emptied.

    Somebody else's later version is a conflict, and so is a place that they emptied: with `all_or_none` FigureConflict
    is raised and nothing is written; without it the rest is written, and `conflicts` pairs each change with the
    stored figure (None: nothing). Raises Forbidden; WrongState when the report is not being edited; DomainError with
    its field for text that cannot be stored, and for two changes of one place.
    """
    locked = lock_report_for_editing(actor, report)
    places = Counter(change.target.place for change in changes)
    if places.total() > len(places):
        raise DomainError(_("Another row has the same place."), field="indicator")
    cleaned = [change._replace(values=change.values and change.values.cleaned()) for change in changes]
    altering = _altering_replacements(locked, cleaned)
    conflicts = [each for each in altering if _is_outdated(*each)]
    if conflicts and all_or_none:
        raise FigureConflict(conflicts)
    timely = [each for each in altering if not _is_outdated(*each)]
    _write(actor, locked, timely)
    _write(actor, locked, worked_out_totals(locked, timely))
    return SavedFigures(len(timely), conflicts)


def write_note(actor: Actor, copy: WorkingCopy, figures: Collection[Figure], note: str) -> int:
    """Write one note to each of these figures of the working copy; returns to how many.

    Raises DomainError without a note; Forbidden; Conflict when a colleague has changed one of them meanwhile.
    """
    if not note.strip():
        raise DomainError(_("Write the note first."), field="note")
    changes = [
        FigureChange(
            copy.frame.find(figure.place),
            FigureValues(**(FigureValues.of(figure).as_columns() | {"note": note.strip()})),
            figure.version,
        )
        for figure in figures
    ]
    return save_figures(actor, copy.frame.report, changes).changed


def _altering_replacements(report: Report, changes: Sequence[FigureChange]) -> list[Replacement]:
    """The changes that alter something, each with the stored figure and its writer."""
    rows = Figure.objects.select_related("updated_by").filter(
        report=report, indicator__in={change.target.indicator.pk for change in changes}
    )
    figures = {(row.indicator_id, row.service_id, row.cell): row for row in rows}
    replacements = []
    for change in changes:
        current = figures.get(_key(change.target))
        if change.values is None:
            alters = current is not None and not _is_empty(current)
        elif current is None:
            alters = True
        else:
            alters = current.carried_over or bool(change.values.changed_from(FigureValues.of(current)))
        if alters:
            replacements.append((change, current))
    return replacements


def _is_outdated(change: FigureChange, current: Figure | None) -> bool:
    """Whether somebody else has changed or emptied the place since the writer read it.

    What was carried over is nobody's work: a writer who has read nothing may write over it.
    """
    if change.version is None or (current is not None and current.carried_over and not change.version):
        return False
    return change.version != (current.version if current else 0)


def _is_empty(figure: Figure) -> bool:
    """Whether it holds nothing but who may read it."""
    return figure.is_unfilled and FigureValues.of(figure) == FigureValues()


def _keeps_readers(change: FigureChange, current: Figure) -> bool:
    """Whether a signatory has decided who may read the figure: that outlives its values."""
    return current.disclosure != change.target.indicator.disclosure


def _write(actor: Actor, report: Report, replacements: Sequence[Replacement]) -> None:
    emptied = [
        current.pk
        for change, current in replacements
        if current and change.values is None and not _keeps_readers(change, current)
    ]
    if emptied:
        rows = Figure.objects.filter(pk__in=emptied)
        # so that the history knows who emptied the place
        rows.update(updated_by=actor.person_id, updated_at=clock.now(), version=F("version") + 1)
        rows.delete()
    earlier = _last_numbers(report, replacements)
    Figure.objects.bulk_create(
        [
            _figure(
                actor, report, change, current.version if current else earlier.get(_key(change.target), 0)
            )
            for change, current in replacements
            if change.values or (current and _keeps_readers(change, current))
        ],
        update_conflicts=True,
        unique_fields=_PLACE_COLUMNS,
        update_fields=_WRITTEN_COLUMNS,
    )


def _last_numbers(report: Report, replacements: Sequence[Replacement]) -> Mapping[tuple[Any, ...], int]:
    """The numbers of the last versions in the places where nothing stands; no query without any."""
    indicators = {change.target.indicator.pk for change, current in replacements if current is None}
    columns = ("indicator_id", "service_id", "cell")
    if not indicators:
        return {}
    return last_numbers("FigureHistory", report, columns, indicator__in=indicators)


def _key(target: RequestedFigure) -> tuple[int, int | None, str]:
    return target.indicator.pk, target.service.pk if target.service else None, target.cell


def _figure(actor: Actor, report: Report, change: FigureChange, last_version: int) -> Figure:
    """The figure as it is written; without values it holds who may read it, as one that was carried over does."""
    target, values = change.target, change.values
    return Figure(
        report=report,
        organisation_id=report.organisation_id,
        indicator=target.indicator,
        service=target.service,
        cell=target.cell,
        disclosure=target.indicator.disclosure,
        version=last_version + 1,
        updated_by_id=actor.person_id,
        carried_over=values is None,
        **(values or FigureValues()).as_columns(),
    )
