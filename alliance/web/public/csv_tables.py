"""Tables to download: the lines of an indicator over the cycles, one row for each reading."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from alliance.models import Cycle, Indicator, ReferenceCount
from alliance.queries.public.changes import deviation
from alliance.queries.public.readings import Reading, ReadingSeries
from alliance.queries.public.references import CountsByPlace
from alliance.queries.public.user_spans import UserSpan, number_to_rate, rate_spans
from alliance.queries.public.wording import choice_title, status_text
from alliance.web.public.responses import Cell

Place = tuple[int, int | None, int]  # organisation, service, cycle


def series_table(
    indicator: Indicator, all_series: Sequence[ReadingSeries], cycles: Sequence[Cycle]
) -> tuple[list[Cell], list[list[Cell]]]:
    """Header and rows; numbers as plain decimals, so that nothing depends on the reader's language."""
    header: list[Cell] = [
        _("Member"), _("Service"), _("Cycle"), _("From"), _("To"),
        _("Indicator"), _("Unit"), _("Status"),
        _("Value"), _("Lower bound"), _("Upper bound"), _("Estimate"), _("Definition changed"),
        _("Why it changed"), _("Services counted"), _("Services in all"),
        _("Value before the correction"), _("Corrected in publication"),
        _("Users in a month now, at least"), _("Users in a month now, at most"),
        _("Per million users, at least"), _("Per million users, at most"),
    ]  # fmt: skip
    spans = _spans(indicator, all_series, cycles)
    rows = [
        _frame(indicator, series, cycle, spans)
        for series in all_series
        for cycle in cycles
        if cycle.pk in series.readings
    ]
    return header, rows


def _spans(
    indicator: Indicator, all_series: Sequence[ReadingSeries], cycles: Sequence[Cycle]
) -> Mapping[Place, UserSpan]:
    """The users that readings are divided by, by organisation, service and cycle. One query at most."""
    return {
        (*owner, cycle.pk): span
        for cycle in cycles
        for owner, span in rate_spans(indicator, cycle, all_series).items()
    }


def _frame(
    indicator: Indicator, series: ReadingSeries, cycle: Cycle, spans: Mapping[Place, UserSpan]
) -> list[Cell]:
    """A reading with its users and its rate."""
    reading = series.readings[cycle.pk]
    span = spans.get((series.organisation.pk, series.service_id, cycle.pk))
    return [
        *_common_cells(indicator, series, cycle), *_values(indicator, reading), *_rate_cells(reading, span)
    ]  # fmt: skip


def _rate_cells(reading: Reading, span: UserSpan | None) -> list[Cell]:
    """At least and at most so many users, and so many for each million of them; of nothing that is withheld."""
    value = number_to_rate(reading, span)
    if span is None or value is None:
        return [None, None, None, None]
    return [span.least, span.most, *span.rates(value)]


def _common_cells(indicator: Indicator, series: ReadingSeries, cycle: Cycle) -> list[Cell]:
    return [
        series.organisation.name,
        series.service.name if series.service else "",
        cycle.slug,
        cycle.starts_on.isoformat(),
        cycle.ends_on.isoformat(),
        indicator.title,
        str(indicator.get_unit_display()),
    ]


def _values(indicator: Indicator, reading: Reading) -> list[Cell]:
    choice = choice_title(indicator, reading.choice) if reading.choice else None
    return [
        status_text(reading.status, withheld=reading.withheld),
        choice if choice else reading.value,
        reading.lower,
        reading.upper,
        flag_text(reading.estimate),
        flag_text(reading.broken),
        reading.reason,
        reading.parts or None,
        reading.of or None,
        *correction_cells(indicator, reading),
    ]


def correction_cells(indicator: Indicator, reading: Reading) -> list[Cell]:
    """What stood there before the last correction, and the number of the publication that corrected it."""
    before = reading.before_correction
    if before is None:
        return [None, None]
    words = choice_title(indicator, before.choice) if before.choice else ""
    return [before.value if before.has_value else words or status_text(before.status), reading.corrected_in]


def flag_text(is_set: bool) -> str:
    """The cell of a flag: "Yes", or empty."""
    return _("Yes") if is_set else ""


def comparison_table(
    indicator: Indicator,
    all_series: Sequence[ReadingSeries],
    cycles: Sequence[Cycle],
    references: CountsByPlace,
) -> tuple[list[Cell], list[list[Cell]]]:
    """The lines with what others counted beside them; two observers make two rows."""
    header, _rows = series_table(indicator, (), ())
    spans = _spans(indicator, all_series, cycles)
    rows = []
    for series in all_series:
        for cycle in cycles:
            if cycle.pk in series.readings:
                reading = series.readings[cycle.pk]
                frame = _frame(indicator, series, cycle, spans)
                place = (series.organisation.pk, series.service_id, cycle.pk)
                counts = references.get(place, ()) or (None,)
                rows += [[*frame, *_reference(reading, count)] for count in counts]
    # xgettext:no-python-format
    apart = _("Difference, % of the independent count")
    return [*header, _("Counted by"), _("Independent count"), apart, _("Source")], rows


def _reference(reading: Reading, count: ReferenceCount | None) -> list[Cell]:
    if count is None:
        return [None, None, None, None]
    distance = (
        deviation(reading.value, count.value) if reading.has_value and reading.value is not None else None
    )
    return [count.observer, count.value, round(distance, 1) if distance is not None else None, count.source]
