"""The published verdicts on a member's measures, cycle by cycle."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from alliance.models import Cycle, Measure, Organisation, PublishedVerdict
from alliance.queries.public.verdict_matrix import VerdictCorrection
from portal.kernel.access import Actor


@dataclass(frozen=True, slots=True)
class MeasureVerdict:
    """The verdict in one cycle, empty for none, and what it was before it was corrected, where it was."""

    cycle: Cycle
    value: str
    correction: VerdictCorrection | None


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """A measure as the latest charter that has it calls it, with a verdict for each cycle."""

    measure: Measure
    verdicts: Sequence[MeasureVerdict]


@dataclass(frozen=True, slots=True)
class MeasureTable:
    """The cycles in which the member was judged, the latest last, and a row for each measure that was."""

    cycles: Sequence[Cycle]
    rows: Sequence[MeasureRow]

    @property
    def corrected_cycles(self) -> list[Cycle]:
        """Those in which a verdict was corrected."""
        corrected = {each.cycle.pk for row in self.rows for each in row.verdicts if each.correction}
        return [cycle for cycle in self.cycles if cycle.pk in corrected]


def judged_cycles(actor: Actor, organisation: Organisation) -> QuerySet[Cycle]:
    """The cycles in which the member has published verdicts, the latest first."""
    published = _verdicts(organisation).values("cycle")
    return Cycle.objects.visible_to(actor).filter(pk__in=published).order_by("-starts_on", "-pk")


def measure_table(actor: Actor, organisation: Organisation, cycles: Iterable[Cycle]) -> MeasureTable:
    """What holds now of every measure with a published verdict in these cycles, as corrected. Two queries."""
    columns = sorted(cycles, key=lambda cycle: (cycle.starts_on, cycle.pk))
    rows = _verdicts(organisation).filter(cycle__in=columns)
    verdicts = {
        (cycle, key): (value, VerdictCorrection.of(number, was))
        for cycle, key, value, number, was in rows.values_list(
            "cycle", "measure_key", "value", "corrected_in", "was"
        )
    }
    measures = _measures(actor, columns, {key for _cycle, key in verdicts})
    return MeasureTable(
        columns,
        [
            MeasureRow(
                measure,
                [MeasureVerdict(cycle, *verdicts.get((cycle.pk, key), ("", None))) for cycle in columns],
            )
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
