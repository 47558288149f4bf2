"""Named writes on many figures at once, as they come from a spreadsheet or a program."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.models import Figure, Indicator, Report, Service
from alliance.services.reports import FigureInput, differs, lock_for_editing
from portal.kernel.access import Actor
from portal.kernel.errors import Conflict

Key = tuple[int, int | None, str]
_PLACE = ("report", "indicator", "service", "cell")


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One figure and its place; `version` is the one that the writer saw, 0 for none, None for whichever."""

    indicator: Indicator
    service: Service | None
    cell: str
    given: FigureInput
    version: int | None = None

    @property
    def place(self) -> Key:
        return self.indicator.pk, self.service.pk if self.service else None, self.cell


@transaction.atomic
def add_figures(actor: Actor, report: Report, rows: Sequence[FigureRow]) -> int:
    """Save figures whose places are empty, all or none; gives back how many. As many queries for any number.

    Wrong ones are saved too: errors stop sign-off, not saving. Refuses with Forbidden, WrongState, or with
    Conflict when a place has a figure already.
    """
    locked = lock_for_editing(actor, report)
    taken = _standing(locked)
    for row in rows:
        if row.place in taken:
            message = _("There is a figure already in one of these places.")
            raise Conflict(message, theirs=taken[row.place], mine=row.given)
    Figure.objects.bulk_create(_figure(actor, locked, row) for row in rows)
    return len(rows)


@transaction.atomic
def save_figures(actor: Actor, report: Report, rows: Sequence[FigureRow]) -> int:
    """Save figures over what stands in their places, all or none; gives back how many have changed.

    As many queries for any number. Wrong ones are saved too: errors stop sign-off, not saving. What says the same
    as before stays as it is, with its version and its writer. Refuses with Forbidden, WrongState, or with Conflict,
    whose two sides are the rows that somebody else has changed meanwhile and what they say now.
    """
    locked = lock_for_editing(actor, report)
    taken = _standing(locked)
    changed = [row for row in rows if _changes(row, taken.get(row.place))]
    overtaken = [row for row in changed if _is_overtaken(row, taken.get(row.place))]
    if overtaken:
        theirs = [taken.get(row.place) for row in overtaken]
        raise Conflict(_("Somebody saved this while you were typing."), theirs=theirs, mine=overtaken)
    _write(_figure(actor, locked, row, taken.get(row.place)) for row in changed)
    return len(changed)


def _standing(report: Report) -> Mapping[Key, Figure]:
    figures = Figure.objects.filter(report=report)
    return {(row.indicator_id, row.service_id, row.cell): row for row in figures}


def _changes(row: FigureRow, stands: Figure | None) -> bool:
    return stands is None or differs(stands, row.given)


def _is_overtaken(row: FigureRow, stands: Figure | None) -> bool:
    return row.version is not None and row.version != (stands.version if stands else 0)


def _write(figures: Iterable[Figure]) -> None:
    """Who may read a figure is not written here: only a signatory changes that."""
    values = [*FigureInput.__dataclass_fields__, "version", "updated_by", "updated_at"]
    Figure.objects.bulk_create(figures, update_conflicts=True, unique_fields=_PLACE, update_fields=values)


def _figure(actor: Actor, report: Report, row: FigureRow, stands: Figure | None = None) -> Figure:
    return Figure(
        report=report,
        organisation_id=report.organisation_id,
        indicator=row.indicator,
        service=row.service,
        cell=row.cell,
        disclosure=row.indicator.disclosure,
        version=stands.version + 1 if stands else 1,
        updated_by_id=actor.person_id,
        **row.given.fields(),
    )
