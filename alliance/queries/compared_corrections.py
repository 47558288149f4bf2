"""What of a comparison an actor may correct: for each value the places of the report that it stands for."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from alliance.enums import Gap
from alliance.models import Cycle, Indicator, Report
from alliance.queries.public.readings import PublishedPlace, ReadingSeries, published_places
from alliance.validators.corrections import CorrectionPlace
from portal.kernel.access import Actor, can

_NOTICES = (Gap.NOT_FILED, Gap.EXEMPT)


@dataclass(frozen=True, slots=True)
class CorrectablePlace:
    """One place of a report; `service`: its name, where the value is summed of several."""

    place: CorrectionPlace
    service: str = ""


@dataclass(frozen=True, slots=True)
class CorrectableValue:
    """A value of the comparison, and the places of the report that it stands for or is summed of."""

    series: ReadingSeries
    report: Report
    places: Sequence[CorrectablePlace]

    @property
    def cycle(self) -> Cycle:
        return self.report.cycle


def correctable_values(
    actor: Actor, indicator: Indicator, lines: Iterable[ReadingSeries], cycles: Sequence[Cycle]
) -> list[CorrectableValue]:
    """The values of these lines and cycles of which the actor may propose a correction, in order.

    A total has a place for each service, and a notice in place of a report that of its filing. Two queries, however
    many values; of a charter with earlier versions a few more.
    """
    shown = list(lines)
    owners = {series.organisation.pk for series in shown}
    reports = _correctable_reports(actor, owners, cycles)
    if not reports:
        return []
    ids = {organisation_id for organisation_id, _cycle_id in reports}
    places: dict[tuple[int, int], list[PublishedPlace]] = defaultdict(list)
    for row in published_places(indicator, list(ids), [cycle.pk for cycle in cycles]):
        places[row.organisation_id, row.cycle_id].append(row)
    values = (
        CorrectableValue(
            series, report, _places_behind(series, report, places[series.organisation.pk, cycle.pk])
        )
        for series in shown
        for cycle in cycles
        if (report := reports.get((series.organisation.pk, cycle.pk))) is not None
    )
    return [value for value in values if value.places]


def _places_behind(
    series: ReadingSeries, report: Report, places: Sequence[PublishedPlace]
) -> list[CorrectablePlace]:
    """What the value of a line stands for in its report, of which these are the places of the indicator."""
    if series.readings[report.cycle_id].status in _NOTICES:
        return [CorrectablePlace(CorrectionPlace.of_standing())]
    own = [row for row in places if series.service is None or row.service_id == series.service.pk]
    # a figure entered for the whole stands alone; else the services that a total is summed of
    rows = [row for row in own if series.service is None and row.service_id is None] or own
    return [
        CorrectablePlace(CorrectionPlace.of_figure(row.place), row.service_name if len(rows) > 1 else "")
        for row in rows
    ]


def _correctable_reports(
    actor: Actor, organisation_ids: Iterable[int], cycles: Sequence[Cycle]
) -> dict[tuple[int, int], Report]:
    """The reports that the actor sees and may correct, by organisation and cycle."""
    rows = Report.objects.visible_to(actor).filter(organisation__in=organisation_ids, cycle__in=cycles)
    return {
        (row.organisation_id, row.cycle_id): row
        for row in rows.select_related("organisation", "cycle")
        if can(actor, "correction.draft", row)
    }
