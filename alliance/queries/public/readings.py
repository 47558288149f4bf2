"""One indicator as it was published: a line for each member or service, a reading for each cycle."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, NamedTuple, Protocol

from django.db.models import Exists, OuterRef, Q, QuerySet

from alliance.enums import Aggregation, FigureStatus, IndicatorScope
from alliance.figure_fields import FigurePlace, FigureValues, FiledFigure
from alliance.models import (
    Cycle,
    Indicator,
    Organisation,
    PublishedFigure,
    PublishedTotal,
    Service,
)
from alliance.queries.lineage import lineage_of
from alliance.queries.public.series_breaks import SeriesBreaks, unexplained_break
from alliance.validators.lineage import KeyHistory
from alliance.validators.totals import CountedParts
from portal.kernel.access import ANYONE
from portal.kernel.alphabet import alphabet_key

# the columns that a reading is made of, in the order of its fields
READING_COLUMNS = (
    "status", "withheld", "value", "choice", "lower", "upper", "estimate", "definition_changed", "definition_note",
    "corrected_in", "was", "reason",
)  # fmt: skip
_TOTAL_COLUMNS = (
    "organisation_id", "cycle_id", "withheld", "value", "parts", "of", "corrected_in", "was",
)  # fmt: skip
_SUMMED = (Aggregation.SUM, Aggregation.RATIO)


@dataclass(frozen=True, slots=True)
class Reading(CountedParts):
    """One value of a series in one cycle.

    `reading_after_break`: not comparable with the cycle before; the value is over `parts` of `of` services.
    """

    status: str = FigureStatus.REPORTED
    withheld: bool = False
    value: Decimal | None = None
    choice: str = ""
    lower: Decimal | None = None
    upper: Decimal | None = None
    estimate: bool = False
    broken: bool = False
    reason: str = ""
    corrected_in: int | None = None  # the number of the publication that corrected it last
    was: Mapping[str, Any] | None = None  # what stood there before that, as the publication has it
    absence: str = ""  # why there is no figure, as the member says
    parts: int = 0
    of: int = 0

    @property
    def before_correction(self) -> "Reading | None":
        """What stood in its place before it was corrected."""
        if self.was is None or self.was.get("withheld"):
            return None
        values = FigureValues.from_document(self.was)
        is_total = "status" not in self.was  # an estimate, or broken, as its parts are now
        return Reading(
            values.status,
            value=values.value,
            choice=values.choice,
            lower=values.lower,
            upper=values.upper,
            estimate=self.estimate if is_total else values.estimate,
            broken=self.broken if is_total else values.definition_changed,
        )

    @property
    def has_value(self) -> bool:
        """There is a number to show."""
        return self.status == FigureStatus.REPORTED and not self.withheld and self.value is not None

    @classmethod
    def of_figure(cls, figure: FiledFigure) -> "Reading":
        values = figure.values
        return cls(
            values.status, figure.withheld, values.value, values.choice, values.lower, values.upper, values.estimate,
            broken=values.definition_changed, reason=values.definition_note,
            absence=values.reason,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReadingSeries:
    """A member, or one of its services where the indicator has no total."""

    organisation: Organisation
    service: Service | None
    readings: dict[int, Reading]  # by cycle

    @property
    def service_id(self) -> int | None:
        return self.service.pk if self.service else None

    @property
    def name(self) -> str:
        return self.service.name if self.service else self.organisation.name


def reading_of(row: PublishedFigure) -> Reading:
    """A published figure as the reading of its cycle."""
    return Reading(*(getattr(row, column) for column in READING_COLUMNS))


def reading_series(
    indicator: Indicator,
    organisation_ids: Collection[int] | None = None,
    cycle_ids: Collection[int] | None = None,
) -> list[ReadingSeries]:
    """The lines of an indicator by member's name, then service's, back through the charter's versions.

    Of these organisations and in these cycles alone, or of all and in all. A break before the first cycle is left out.
    Five queries, however many rows; eleven where there is an earlier version.
    """
    return named_series(readings_by_owner(indicator, organisation_ids, cycle_ids))


def readings_by_owner(
    indicator: Indicator,
    organisation_ids: Collection[int] | None = None,
    cycle_ids: Collection[int] | None = None,
    *,
    others: Q | None = None,
) -> "ReadingsByOwner":
    """The same lines by the ids of organisation and service, without their names. Two queries; more across versions.

    `others`: what is read beside these.
    """
    history = key_history_of(indicator)
    named = {"organisation_id__in": organisation_ids, "cycle_id__in": cycle_ids}
    chosen = Q(**{name: ids for name, ids in named.items() if ids is not None})
    if (
        chosen and others is not None
    ):  # without a choice everything is read already, and `|` would narrow that
        chosen |= others
    figures = rows_in_series(PublishedFigure.objects.current(), indicator, history, {}).filter(chosen)
    figures = figures.order_by("cycle_id", "pk")
    columns = figures.values_list("organisation_id", "service_id", "cycle_id", *READING_COLUMNS)
    rows = [PublishedReading(row[0], row[1], row[2], Reading(*row[3:])) for row in columns]
    if is_summed(indicator):
        totals = rows_in_series(PublishedTotal.objects.current(), indicator, history, {}).filter(chosen)
        by_owner = _total_readings(rows, totals.order_by().values_list(*_TOTAL_COLUMNS, named=True))
    else:
        by_owner = service_readings(indicator, rows)
    return _with_breaks(by_owner, indicator, history)


def named_series(
    by_owner: "ReadingsByOwner", members: Iterable[Organisation] | None = None
) -> list[ReadingSeries]:
    """These lines with their organisations, which are among `members` where they are known, and services, by name.

    Two queries at most.
    """
    if members is None:
        members = Organisation.objects.visible_to(ANYONE).filter(pk__in={place[0] for place in by_owner})
    organisations = {organisation.pk: organisation for organisation in members}
    services = Service.objects.visible_to(ANYONE).in_bulk({place[1] for place in by_owner if place[1]})
    all_series = [
        ReadingSeries(organisations[place[0]], services.get(place[1]) if place[1] else None, readings)
        for place, readings in by_owner.items()
        if place[0] in organisations
    ]
    return sorted(all_series, key=by_name)


def by_name(line: ReadingSeries) -> tuple[str, str]:
    """For sorting lines: by the member's name, then the service's."""
    member = alphabet_key(line.organisation.name)
    return member, alphabet_key(line.service.name) if line.service else member


def key_history_of(indicator: Indicator) -> KeyHistory:
    """The indicator's key back through the versions of its charter."""
    return lineage_of(indicator.charter).history_of(indicator.key)


def reported_cycle_ids(indicator: Indicator, cycles: Iterable[Cycle]) -> frozenset[int]:
    """Those of these cycles in which anybody has published anything on an indicator. One query."""
    condition = _filed_as(indicator, key_history_of(indicator))
    rows = PublishedFigure.objects.current().filter(condition, cell="", cycle=OuterRef("pk")).order_by()
    reported = Cycle.objects.filter(Exists(rows), pk__in=[cycle.pk for cycle in cycles]).order_by()
    return frozenset(reported.values_list("pk", flat=True))


def organisations_with_breaks(indicator: Indicator, cycles: Iterable[Cycle]) -> set[int]:
    """The organisations that have defined anew what they count, in one of these cycles. One query."""
    lookup = {"cycle_id__in": [cycle.pk for cycle in cycles]}
    rows = rows_in_series(PublishedFigure.objects.current(), indicator, key_history_of(indicator), lookup)
    return set(rows.filter(definition_changed=True).order_by().values_list("organisation_id", flat=True))


def owners_in(indicator: Indicator, cycles: Iterable[Cycle]) -> set[tuple[int, int | None]]:
    """Whose figures on an indicator are published in one of these cycles: organisation and service. One query."""
    lookup = {"cycle_id__in": [cycle.pk for cycle in cycles]}
    rows = rows_in_series(PublishedFigure.objects.current(), indicator, key_history_of(indicator), lookup)
    return set(rows.order_by().values_list("organisation_id", "service_id").distinct())


def is_summed(indicator: Indicator) -> bool:
    """Whether a member’s line is the published total over its services."""
    return indicator.scope == IndicatorScope.SERVICE and indicator.aggregation in _SUMMED


def is_by_service(indicator: Indicator) -> bool:
    """Whether each service has a line of its own: its figures have no total."""
    has_total = is_summed(indicator) or indicator.aggregation == Aggregation.ENTERED
    return indicator.scope == IndicatorScope.SERVICE and not has_total


class PublishedPlace(NamedTuple):
    """Where a published figure stands in its report, and whose it is."""

    organisation_id: int
    cycle_id: int
    service_id: int | None
    service_name: str
    place: FigurePlace


def published_places(
    indicator: Indicator, organisation_ids: Sequence[int], cycle_ids: Sequence[int]
) -> list[PublishedPlace]:
    """The places of the indicator's published figures, under the key that each cycle's version had for it. One query.

    Of a charter with earlier versions a few more.
    """
    lookup = {"organisation_id__in": organisation_ids, "cycle_id__in": cycle_ids}
    rows = rows_in_series(PublishedFigure.objects.current(), indicator, key_history_of(indicator), lookup)
    return [
        PublishedPlace(
            row.organisation_id,
            row.cycle_id,
            row.service_id,
            row.service.name if row.service else "",
            FigurePlace(row.indicator_key, row.service.slug if row.service else None, ""),
        )
        for row in rows.select_related("service").order_by("pk")
    ]


class PublishedReading(NamedTuple):
    """The reading of one published figure, and its owner."""

    organisation_id: int
    service_id: int | None
    cycle_id: int
    reading: Reading


ReadingsByOwner = dict[tuple[int, int | None], dict[int, Reading]]


def rows_in_series(
    rows: QuerySet, indicator: Indicator, history: KeyHistory, lookup: Mapping[str, Collection[int]]
) -> QuerySet:
    """Those of the indicator's wholes, back through the versions of its charter."""
    return rows.filter(_filed_as(indicator, history), cell="", **lookup)


def filed_in_series(indicator: Indicator) -> Q:
    """The rows of the indicator, under whichever key the version of their cycle asked for it.

    Those under another key only as far as its series goes on.
    """
    history, version = key_history_of(indicator), indicator.charter.version
    keys = {
        earlier: key
        for earlier, key in history.keys.items()
        if key == indicator.key or not history.breaks_at(version, earlier)
    }
    return _filed_as(indicator, replace(history, keys=keys))


def _filed_as(indicator: Indicator, history: KeyHistory) -> Q:
    """The rows of the indicator, under whichever key the version of their cycle asked for it."""
    is_in_all = len(history.keys) == len(lineage_of(indicator.charter).versions)
    if history.is_plain and is_in_all:
        return Q(indicator_key=indicator.key)
    versions = Q(cycle__charter__key=indicator.charter.key)
    condition = Q(indicator_key=indicator.key) & ~(
        versions & Q(cycle__charter__version__lt=indicator.charter.version)
    )
    for version, key in history.keys.items():
        condition |= versions & Q(cycle__charter__version=version, indicator_key=key)
    return condition


def _with_breaks(by_owner: ReadingsByOwner, indicator: Indicator, history: KeyHistory) -> ReadingsByOwner:
    """The same readings, broken where the charter split, merged or redefined what is counted, with its reason."""
    breaks = SeriesBreaks(
        indicator, history, {cycle_id for readings in by_owner.values() for cycle_id in readings}
    )
    for readings in by_owner.values():
        for cycle_id, reason in breaks.between(readings).items():
            readings[cycle_id] = reading_after_break(readings[cycle_id], reason)
    return by_owner


def reading_after_break(reading: Reading, reason: str = "") -> Reading:
    """The reading at a break of its series, with the charter's reason: not comparable with the one before.

    What stood there before a correction was not comparable either: the break is the charter's.
    """
    was = reading.was and {**reading.was, "definition_changed": True}
    return replace(reading, broken=True, reason=reading.reason or reason or unexplained_break(), was=was)


def service_readings(indicator: Indicator, rows: Iterable[PublishedReading]) -> ReadingsByOwner:
    """The readings by owner; of the organisation alone where it enters its total, or has one service in its place."""
    readings_by_owner: ReadingsByOwner = defaultdict(dict)
    services: dict[tuple[int, int], list[Reading]] = defaultdict(list)
    for row in rows:
        if row.service_id is None or indicator.aggregation != Aggregation.ENTERED:
            readings_by_owner[row.organisation_id, row.service_id][row.cycle_id] = row.reading
        else:
            services[row.organisation_id, row.cycle_id].append(row.reading)
    for (organisation_id, cycle_id), readings in services.items():
        readings_by_owner[organisation_id, None].setdefault(cycle_id, _total_reading(readings, None))
    return readings_by_owner


def _total_readings(rows: Iterable[PublishedReading], totals: Iterable[Any]) -> ReadingsByOwner:
    """One line for each organisation: the published total, with the readings of its services."""
    parts: dict[tuple[int, int], list[Reading]] = defaultdict(list)
    for row in rows:
        parts[row.organisation_id, row.cycle_id].append(row.reading)
    summed = {(total.organisation_id, total.cycle_id): total for total in totals}
    readings_by_owner: ReadingsByOwner = defaultdict(dict)
    for (organisation_id, cycle_id), services in parts.items():
        total = summed.get((organisation_id, cycle_id))
        readings_by_owner[organisation_id, None][cycle_id] = _total_reading(services, total)
    return readings_by_owner


class ServiceTotal(Protocol):
    """A total over services, published or worked out."""

    @property
    def withheld(self) -> bool: ...
    @property
    def value(self) -> Decimal | None: ...
    @property
    def parts(self) -> int: ...
    @property
    def of(self) -> int: ...


def organisation_reading(
    readings: Mapping[str | None, Reading], total: ServiceTotal | None
) -> Reading | None:
    """The reading of an indicator for one organisation as a whole: the figure entered for it, else of its services.

    `readings` by service, None for the organisation.
    """
    if None in readings:
        return readings[None]
    return _total_reading(list(readings.values()), total) if readings else None


def _total_reading(services: Sequence[Reading], total: ServiceTotal | None) -> Reading:
    if len(services) == 1:
        return services[0]
    reasons = [reading.reason for reading in services if reading.broken and reading.reason]
    if total is None:
        withheld = any(reading.withheld for reading in services)
        # why there is no total: the status of most services; nothing when their numbers have none
        silent = [reading.status for reading in services if reading.status != FigureStatus.REPORTED]
        status = max(set(silent), key=silent.count) if silent else ""
        absences = dict.fromkeys(each.absence for each in services if each.absence and each.status == status)
        return Reading(status=status, withheld=withheld, absence="; ".join(absences))
    return Reading(
        withheld=total.withheld,
        value=total.value,
        estimate=any(reading.estimate for reading in services),
        broken=any(reading.broken for reading in services),
        reason=reasons[0] if reasons else "",
        corrected_in=getattr(total, "corrected_in", None),  # one that is worked out was never published
        was=getattr(total, "was", None),
        parts=total.parts,
        of=total.of,
    )
