"""Second readings of a report that Rita reviews."""

from alliance.models import Measure, Person, Report, SecondReading
from alliance.services.second_readings import ReadingRequest, ask_second_reading
from portal.kernel.access import Actor


def measure_of(report: Report, key: str = "search") -> Measure:
    return Measure.objects.get(charter=report.cycle.charter, key=key)


def ask(
    asker: Actor, report: Report, reader: Person, *measures: str, is_blind: bool = False
) -> SecondReading:
    """A reading of these measures, or of all where none is named."""
    return ask_second_reading(asker, report, ReadingRequest(reader.pk, measures, is_blind))
