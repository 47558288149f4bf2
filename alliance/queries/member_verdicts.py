"""The published verdicts on a member's measures, cycle by cycle."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from alliance.models import Cycle, Measure, Organisation, PublishedVerdict
from portal.kernel.access import Actor


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """A measure as the latest charter that has it calls it; each cycle with the verdict in it, empty for none."""

    measure: Measure
    verdicts: Sequence[tuple[Cycle, str]]


@dataclass(frozen=True, slots=True)
class MeasureTable:
    """The cycles in which the member was judged, the latest last, and a row for each measure that was."""

    cycles: Sequence[Cycle]
    rows: Sequence[MeasureRow]


def judged_cycles(actor: Actor, organisation: Organisation) -> QuerySet[Cycle]:
    """The cycles in which the member has published verdicts, the latest first."""
    published = _verdicts(organisation).values("cycle")
    return Cycle.objects.visible_to(actor).filter(pk__in=published).order_by("-starts_on", "-pk")


def measure_table(actor: Actor, organisation: Organisation, cycles: Iterable[Cycle]) -> MeasureTable:
    """What holds now of every measure with a published verdict in these cycles, as corrected. Two queries."""
    columns = sorted(cycles, key=lambda cycle: (cycle.starts_on, cycle.pk))
    rows = _verdicts(organisation).filter(cycle__in=columns).values_list("cycle", "measure_key", "value")
    verdicts = {(cycle, key): value for cycle, key, value in rows}
    measures = _measures(actor, columns, {key for _cycle, key in verdicts})
    return MeasureTable(
        columns,
        [
            MeasureRow(measure, [(cycle, verdicts.get((cycle.pk, key), "")) for cycle in columns])
            for key, measure in measures.items()
        ],
    )


def _verdicts(organisation: Organisation) -> QuerySet[PublishedVerdict]:
    return PublishedVerdict.objects.current().filter(organisation=organisation).exclude(measure_key="")


def _measures(actor: Actor, cycles: Sequence[Cycle], keys: set[str]) -> Mapping[str, Measure]:
    """By key, in the order of the latest charter; one that only an earlier charter had comes last."""
    charters = {cycle.charter_id for cycle in cycles}
    rows = Measure.objects.visible_to(actor).filter(charter__in=charters, key__in=keys)
    ordered = rows.select_related("charter", "commitment").order_by(
        "-charter__version", "commitment__position", "position", "pk"
    )
    measures: dict[str, Measure] = {}
    for row in ordered:
        measures.setdefault(row.key, row)
    return measures
