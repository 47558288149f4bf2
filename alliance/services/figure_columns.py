"""Named write on many figures at once, as they come from a column of a spreadsheet."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.models import Figure, Indicator, Report, Service
from alliance.services.reports import FigureInput, lock_for_editing
from portal.kernel.access import Actor
from portal.kernel.errors import Conflict


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One figure and its place."""

    indicator: Indicator
    service: Service | None
    cell: str
    given: FigureInput

    @property
    def place(self) -> tuple[int, int | None, str]:
        return self.indicator.pk, self.service.pk if self.service else None, self.cell


@transaction.atomic
def add_figures(actor: Actor, report: Report, rows: Sequence[FigureRow]) -> int:
    """Save figures whose places are empty, all or none; gives back how many. As many queries for any number.

    Wrong ones are saved too: errors stop sign-off, not saving. Refuses with Forbidden, WrongState, or with
    Conflict when a place has a figure already.
    """
    locked = lock_for_editing(actor, report)
    taken = {
        (row.indicator_id, row.service_id, row.cell): row for row in Figure.objects.filter(report=locked)
    }
    for row in rows:
        if row.place in taken:
            message = _("There is a figure already in one of these places.")
            raise Conflict(message, theirs=taken[row.place], mine=row.given)
    Figure.objects.bulk_create(_figure(actor, locked, row) for row in rows)
    return len(rows)


def _figure(actor: Actor, report: Report, row: FigureRow) -> Figure:
    return Figure(
        report=report,
        organisation_id=report.organisation_id,
        indicator=row.indicator,
        service=row.service,
        cell=row.cell,
        disclosure=row.indicator.disclosure,
        updated_by_id=actor.person_id,
        **row.given.fields(),
    )
