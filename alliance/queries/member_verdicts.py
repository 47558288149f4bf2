"""The published verdicts on a member's measures, cycle by cycle."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from alliance.models import Cycle, Measure, Organisation, PublishedVerdict
from portal.kernel.access import Actor

MAX_CYCLES = 12  # side by side, the latest


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


def measure_table(actor: Actor, organisation: Organisation) -> MeasureTable:
    """What holds now of every measure with a published verdict, as corrected. Three queries."""
    published = PublishedVerdict.objects.current().filter(organisation=organisation).exclude(measure_key="")
    verdicts = {
        (cycle, key): value for cycle, key, value in published.values_list("cycle", "measure_key", "value")
    }
    latest = Cycle.objects.visible_to(actor).filter(pk__in={cycle for cycle, _key in verdicts})
    cycles = list(latest.order_by("-starts_on", "-pk")[:MAX_CYCLES])[::-1]
    keys = {key for cycle, key in verdicts if cycle in {row.pk for row in cycles}}
    measures = _measures(actor, cycles, keys)
    return MeasureTable(
        cycles,
        [
            MeasureRow(measure, [(cycle, verdicts.get((cycle.pk, key), "")) for cycle in cycles])
            for key, measure in measures.items()
        ],
    )


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
