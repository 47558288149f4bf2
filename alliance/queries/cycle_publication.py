"""What publishing a cycle would make public, report by report, and how its verdicts differ from the last cycle's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from alliance.enums import VerdictValue
from alliance.models import Cycle, Report, Verdict
from alliance.queries.public.cycles import previous_cycle, published_cycles
from alliance.queries.public.verdict_matrix import (
    VerdictChanges,
    current_verdicts,
    key_translator,
    verdict_changes,
)
from portal.kernel.access import Actor


@dataclass(frozen=True, slots=True)
class VerdictDifference:
    """A commitment's verdict that is not what it was in the cycle before."""

    code: str
    before: str
    now: str


@dataclass(frozen=True, slots=True)
class VerdictComparison:
    """One member's verdicts beside those of the cycle before: counted, and those that differ by name."""

    changes: VerdictChanges
    differences: Sequence[VerdictDifference]


def earlier_cycle(cycle: Cycle) -> Cycle | None:
    """The last published cycle before this one on the same charter."""
    return previous_cycle(cycle, published_cycles())


def verdict_comparisons(
    actor: Actor, cycle: Cycle, earlier: Cycle | None, reports: Sequence[Report]
) -> Mapping[int, VerdictComparison]:
    """For each of these reports how its verdicts differ from what the public reads of the cycle before. Two queries."""
    members = [report.organisation_id for report in reports]
    before = current_verdicts(cycle_id=earlier.pk, organisation__in=members) if earlier else {}
    translate = key_translator(cycle, earlier)
    now: dict[int, dict[str, str]] = {report.pk: {} for report in reports}
    codes: dict[str, str] = {}
    rows = Verdict.objects.visible_to(actor).filter(
        report__in=[report.pk for report in reports],
        measure__isnull=True,
        commitment__isnull=False,
    )
    for report_id, key, code, value in rows.order_by("commitment__position", "pk").values_list(
        "report_id", "commitment__key", "commitment__code", "value"
    ):
        now[report_id][key], codes[key] = value, code
    comparisons = {}
    for report in reports:
        verdicts = now[report.pk]
        past = translate(before.get((earlier.pk, report.organisation_id), {})) if earlier else {}
        comparisons[report.pk] = VerdictComparison(
            verdict_changes([(verdicts, past)]),
            [
                VerdictDifference(codes[key], _label(past[key]), _label(value))
                for key, value in verdicts.items()
                if key in past and past[key] != value
            ],
        )
    return comparisons


def _label(value: str) -> str:
    return str(VerdictValue(value).label)
