"""Which figure of a report is meant, by those who name its place in keys."""

from functools import cached_property

from django.utils.translation import gettext as _

from alliance.enums import IndicatorType
from alliance.models import Indicator
from alliance.queries.report_frame import OwedMeasure, ReportFrame, Slot
from alliance.validators.figures import Place
from portal.kernel.errors import DomainError


class FigurePlaces:
    """All places of a report; each is found at once, however many are asked for."""

    def __init__(self, frame: ReportFrame) -> None:
        self.frame = frame

    def find(self, place: Place) -> Slot:
        """The slot; refuses with the field of the place that names nothing."""
        found = self._slots.get(place)
        if found is None:
            raise self._refusal(place)
        return found

    @cached_property
    def _slots(self) -> dict[Place, Slot]:
        return {
            slot.place: slot
            for owed in self.frame.measures
            for row in owed.figures
            for slot in _all_slots(owed, row)
        }

    def _refusal(self, place: Place) -> DomainError:
        key, service, _cell = place
        indicator = self.frame.indicator(key)
        if indicator is None:
            return DomainError(_("The report asks for no such indicator."), field="indicator")
        if indicator.type != IndicatorType.FIGURE:
            return DomainError(_("This indicator asks for a text, not for a figure."), field="indicator")
        if (key, service, "") not in self._slots:
            return DomainError(_("This indicator does not ask about that service."), field="service")
        return DomainError(_("This figure has no such part."), field="cell")


def _all_slots(owed: OwedMeasure, indicator: Indicator) -> list[Slot]:
    cells = ["", *owed.cells(indicator)]
    return [Slot(indicator, service, cell) for service in owed.owners(indicator) for cell in cells]
