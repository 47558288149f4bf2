"""The public figures that decide targets of pledges: as they are, with other values, with those still to come."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Self

from alliance.enums import CharterState, Gap, IndicatorScope
from alliance.figure_fields import FigureValues, FiledFigure
from alliance.models import Charter, Cycle, Indicator, PublishedFigure, PublishedPledge, Service
from alliance.queries.charter_contents import without_charter_texts
from alliance.queries.lineage import Lineage, lineage_of
from alliance.queries.public.member_keys import under_own_keys
from alliance.queries.public.readings import READING_COLUMNS, Reading
from portal.kernel.access import ANYONE

ServiceReading = tuple[Service | None, Reading]  # None: of the whole organisation
_Place = tuple[int, int, str]  # organisation, cycle, key of the indicator in the version of that cycle


@dataclass(frozen=True, slots=True)
class CorrectedFigures:
    """Figures of one member in one cycle with other values, by indicator and service; "": of the organisation."""

    organisation_id: int
    cycle_id: int
    values: Mapping[tuple[str, str], FigureValues]


@dataclass(frozen=True, slots=True)
class DecidingFigures:
    """The published figures that the targets name, read at once."""

    indicators: Mapping[tuple[int, str], Indicator] = field(default_factory=dict)  # by version and key
    lineages: Mapping[str, Lineage] = field(default_factory=dict)  # by the charter's key
    cycles: Sequence[Cycle] = ()  # the earliest first
    services: Mapping[int, Service] = field(default_factory=dict)
    rows: Mapping[_Place, Sequence[tuple[int | None, Reading]]] = field(default_factory=dict)

    @classmethod
    def of(cls, pledges: Sequence[PublishedPledge], days: Collection[date] | None = None) -> Self:
        """Those of these pledges. Five queries, and those of the lineages; none where no target names a figure.

        `days`: those of the periods from the first of them to the last alone.
        """
        if not any(target["indicator"] for pledge in pledges for target in pledge.targets):
            return cls()
        indicators = _indicators(pledges)
        lineages = _lineages(indicator.charter.key for indicator in indicators.values())
        keys = {
            place: {
                _key_in(version, indicator, lineages[indicator.charter.key])
                for version in lineages[indicator.charter.key].versions
            }
            for place, indicator in indicators.items()
        }
        places = {
            (pledge.organisation_id, key)
            for pledge in pledges
            for target in pledge.targets
            for key in keys.get((pledge.charter_id or 0, target["indicator"]), ())
            if key
        }
        figures = PublishedFigure.objects.current().filter(under_own_keys("indicator_key", places), cell="")
        if days:
            figures = figures.filter(cycle__ends_on__gte=min(days), cycle__starts_on__lte=max(days))
        rows: dict[_Place, list[tuple[int | None, Reading]]] = defaultdict(list)
        columns = figures.order_by("service_id").values_list(
            "organisation_id", "cycle_id", "indicator_key", "service_id", *READING_COLUMNS
        )
        for organisation_id, cycle_id, key, service_id, *values in columns:
            rows[organisation_id, cycle_id, key].append((service_id, Reading(*values)))
        cycles = Cycle.objects.visible_to(ANYONE).filter(pk__in={place[1] for place in rows})
        services = {pk for each in rows.values() for pk, _reading in each if pk}
        return cls(
            indicators,
            lineages,
            list(
                without_charter_texts(cycles.select_related("charter").order_by("ends_on", "pk"), "charter")
            ),
            Service.objects.visible_to(ANYONE).in_bulk(services),
            rows,
        )

    def with_values(self, corrected: CorrectedFigures) -> Self:
        """The same figures with these values in the place of theirs; what is withheld stays so."""
        rows = dict(self.rows)
        for (indicator, slug), values in corrected.values.items():
            place = (corrected.organisation_id, corrected.cycle_id, indicator)
            if place in rows:
                rows[place] = [
                    (pk, _with_values(reading, values) if self._slug_of(pk) == slug else reading)
                    for pk, reading in rows[place]
                ]
        return replace(self, rows=rows)

    def without(self, organisation_id: int, cycle_id: int) -> Self:
        """The same figures without those of one report."""
        rows = {place: row for place, row in self.rows.items() if place[:2] != (organisation_id, cycle_id)}
        return replace(self, rows=rows)

    def keys_in(self, cycle: Cycle) -> frozenset[str]:
        """What the charter of this cycle calls the indicators that decide targets."""
        keys = (
            _key_in(cycle.charter.version, indicator, self.lineages[indicator.charter.key])
            for indicator in self.indicators.values()
            if indicator.charter.key == cycle.charter.key
        )
        return frozenset(filter(None, keys))

    def with_cycle(self, cycle: Cycle, figures: Iterable[tuple[int, FiledFigure]]) -> Self:
        """The same figures and those of a cycle, each with its organisation, under its charter's keys. One query."""
        wholes = [(organisation_id, figure) for organisation_id, figure in figures if not figure.place.cell]
        slugs = {figure.place.service for _organisation_id, figure in wholes if figure.place.service}
        services = {row.slug: row for row in Service.objects.visible_to(ANYONE).filter(slug__in=slugs)}
        rows: dict[_Place, list[tuple[int | None, Reading]]] = defaultdict(list)
        for organisation_id, figure in wholes:
            service = services.get(figure.place.service or "")
            if service is not None or figure.place.service is None:
                place = (organisation_id, cycle.pk, figure.place.indicator)
                rows[place].append((service.pk if service else None, Reading.of_figure(figure)))
        others = [each for each in self.cycles if each.pk != cycle.pk]
        return replace(
            self,
            cycles=sorted([*others, cycle], key=lambda each: (each.ends_on, each.pk)),
            services={**self.services, **{row.pk: row for row in services.values()}},
            rows={**self.rows, **rows},
        )

    def _slug_of(self, pk: int | None) -> str | None:
        """Of a service; empty for the organisation itself, None for a service that is not public."""
        if pk is None:
            return ""
        return self.services[pk].slug if pk in self.services else None

    def readings_of(
        self, pledge: PublishedPledge, indicator: Indicator
    ) -> Iterable[tuple[Cycle, Sequence[ServiceReading]]]:
        """By cycle what the pledge’s services, or the organisation, have published; a service without a figure too."""
        lineage = self.lineages[indicator.charter.key]
        for cycle in self.cycles:
            if cycle.charter.key != indicator.charter.key:
                continue
            key = _key_in(cycle.charter.version, indicator, lineage)
            own = self.rows.get((pledge.organisation_id, cycle.pk, key), ())
            if indicator.scope == IndicatorScope.ORGANISATION:
                chosen: list[ServiceReading] = [(None, reading) for pk, reading in own if pk is None]
            else:
                rows = [(self.services[pk], reading) for pk, reading in own if pk and pk in self.services]
                chosen = _of_services(pledge, rows)
            if own and chosen:
                yield cycle, chosen


def _with_values(reading: Reading, values: FigureValues) -> Reading:
    if reading.withheld:
        return reading
    return replace(
        reading,
        status=values.status,
        value=values.value,
        choice=values.choice,
        lower=values.lower,
        upper=values.upper,
        estimate=values.estimate,
    )


def _key_in(version: int, indicator: Indicator, lineage: Lineage) -> str:
    """What a version calls the indicator; empty where it has none one to one and without a break of the series."""
    own = indicator.charter.version
    if version == own:
        return indicator.key
    latest = lineage.current_key(indicator.key, own)
    if latest is None or lineage.history_of(latest).breaks_at(max(version, own), min(version, own)):
        return ""
    return lineage.earlier_key(latest, version) or ""


def _of_services(pledge: PublishedPledge, rows: Sequence[tuple[Service, Reading]]) -> list[ServiceReading]:
    """Those of the services that the pledge names, or of all; one that has published nothing has no figure."""
    slugs = {service["slug"] for service in pledge.services}
    chosen: list[ServiceReading] = [
        (service, reading) for service, reading in rows if not slugs or service.slug in slugs
    ]
    missing = slugs - {service.slug for service, _reading in rows}
    return [*chosen, *((None, Reading(status=Gap.NOT_ASKED)) for _slug in missing)]


def _indicators(pledges: Iterable[PublishedPledge]) -> dict[tuple[int, str], Indicator]:
    """The indicators that the targets name, by the version under whose keys the pledge was published and key."""
    rows = Indicator.objects.visible_to(ANYONE).filter(
        charter__in={pledge.charter_id for pledge in pledges},
        key__in={target["indicator"] for pledge in pledges for target in pledge.targets},
    )
    rows = without_charter_texts(rows.select_related("charter"), "charter")
    return {(row.charter_id, row.key): row for row in rows}


def _lineages(charter_keys: Iterable[str]) -> dict[str, Lineage]:
    """The versions of each charter, back from the last one that is or was in force."""
    rows = Charter.objects.visible_to(ANYONE).exclude(state=CharterState.DRAFT)
    latest = {row.key: row for row in rows.filter(key__in=set(charter_keys)).order_by("version")}
    return {key: lineage_of(charter) for key, charter in latest.items()}
