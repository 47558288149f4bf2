"""What publishing a cycle would make public, report by report, and how its verdicts differ from the last cycle's."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import astuple, dataclass

from django.utils.translation import ngettext

from alliance.enums import CycleState, ReportState, Standing, VerdictValue
from alliance.models import Cycle, Report, Verdict
from alliance.queries.lineage import lineage_of
from alliance.queries.local_dates import today
from alliance.queries.obligations import is_overdue, standing_of
from alliance.queries.public.cycles import cycles
from alliance.queries.public.obligations import PublicObligation
from alliance.queries.public.verdict_matrix import (
    VerdictChanges,
    VerdictMatrix,
    VerdictMatrixRow,
    commitments_of,
    current_verdicts,
    key_translator,
    verdict_changes,
)
from alliance.queries.review_state import reports_read_blind
from alliance.queries.second_looks import reports_to_confirm
from portal.kernel.access import Actor


@dataclass(frozen=True, slots=True)
class VerdictDifference:
    """A commitment's verdict that is not what it was in the cycle before."""

    code: str
    before: str
    now: str

    def __str__(self) -> str:
        return f"{self.code} {self.before} → {self.now}"


@dataclass(frozen=True, slots=True)
class VerdictComparison:
    """One member's verdicts beside those of the cycle before: counted, and those that differ by name."""

    changes: VerdictChanges
    differences: Sequence[VerdictDifference]

    @property
    def counts(self) -> list[tuple[str, str]]:
        """How many rose, fell, stayed and are new, in words, each behind its tone; noughts are left out."""
        rose, fell, stayed, new = astuple(self.changes)
        counts = (
            (rose, "", ngettext("%(n)s rose", "%(n)s rose", rose)),
            (fell, "danger", ngettext("%(n)s fell", "%(n)s fell", fell)),
            (stayed, "quiet", ngettext("%(n)s stayed", "%(n)s stayed", stayed)),
            (new, "quiet", ngettext("%(n)s new", "%(n)s new", new)),
        )
        return [(tone, words % {"n": count}) for count, tone, words in counts if count]


def earlier_cycle(cycle: Cycle) -> Cycle | None:
    """The last published cycle before this one on the same charter. One query, of that cycle alone."""
    rows = cycles().filter(state=CycleState.PUBLISHED, charter__key=cycle.charter.key)
    return rows.filter(starts_on__lt=cycle.starts_on).first()


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
    labels = {each.value: str(each.label) for each in VerdictValue}
    comparisons = {}
    for report in reports:
        verdicts = now[report.pk]
        past = translate(before.get((earlier.pk, report.organisation_id), {})) if earlier else {}
        comparisons[report.pk] = VerdictComparison(
            verdict_changes([(verdicts, past)]),
            [
                VerdictDifference(codes[key], labels[past[key]], labels[value])
                for key, value in verdicts.items()
                if key in past and past[key] != value
            ],
        )
    return comparisons


def coming_matrix(actor: Actor, cycle: Cycle, reports: Sequence[Report]) -> VerdictMatrix:
    """The rows that these reports of the cycle would have in its matrix if it was published now; nothing is counted.

    Verdicts of concluded reports alone, none that another reviewer has to confirm first, and none to whoever still
    reads them blind. Four queries, one more for each earlier version of the charter that a report answers to.
    """
    held_back = reports_to_confirm(actor, reports)
    hidden = reports_read_blind(actor) | held_back
    concluded = {each.pk for each in reports if each.state == ReportState.CONCLUDED and each.pk not in hidden}
    verdicts: dict[int, dict[str, str]] = {pk: {} for pk in concluded}
    rows = Verdict.objects.visible_to(actor).filter(
        report__in=concluded, measure__isnull=True, commitment__isnull=False
    )
    columns = ("report_id", "commitment__key", "commitment__charter__version", "value")
    version = cycle.charter.version
    for report_id, key, answered, value in rows.values_list(*columns):
        current = key if answered == version else lineage_of(cycle.charter).current_key(key, answered)
        if current:
            verdicts[report_id][current] = value
    return VerdictMatrix(
        cycle,
        None,
        commitments_of(cycle.charter_id),
        [
            VerdictMatrixRow(_coming_obligation(cycle, each, held_back), verdicts.get(each.pk, {}))
            for each in reports
        ],
        {},
        VerdictChanges(),
    )


def _coming_obligation(cycle: Cycle, report: Report, held_back: Collection[int]) -> PublicObligation:
    standing = standing_of(report)
    if report.state == ReportState.CONCLUDED and report.pk not in held_back:
        standing = Standing.LATE if report.late else Standing.FILED
    elif is_overdue(report, today()):
        standing = Standing.NOT_FILED
    return PublicObligation(
        report.organisation, cycle, standing, report.due_on, report.submitted_at, late=report.late
    )
