"""What publishing a cycle would make public, report by report, and how its verdicts differ from the last cycle's."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import astuple, dataclass, field
from datetime import date

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import F
from django.utils.translation import ngettext

from alliance.enums import CycleState, ReportState, Standing, VerdictValue
from alliance.models import Commitment, Cycle, PublishedVerdict, Report, Verdict
from alliance.queries.lineage import lineage_of
from alliance.queries.local_dates import today
from alliance.queries.obligations import ended_memberships, is_overdue, standing_of
from alliance.queries.public.obligations import PublicObligation
from alliance.queries.public.verdict_matrix import (
    VERDICT_LEVELS,
    VerdictChanges,
    VerdictMatrix,
    VerdictMatrixRow,
    commitments_of,
    verdict_changes,
)
from alliance.queries.review_context import compared_cycles
from alliance.queries.review_state import reports_read_blind
from alliance.queries.second_looks import reports_to_confirm
from portal.kernel.access import Actor

MAX_DIFFERENCES = 8  # of a member, that a page names before the sum of those that are left
# A verdict by what it is on and its key in the cycle's charter.
_Subject = tuple[str, str]
_Values = Mapping[_Subject, str]


@dataclass(frozen=True, slots=True)
class VerdictDifference:
    """A verdict on a commitment or a measure that is not what it was in the cycle before."""

    code: str
    before: str
    now: str
    is_lower: bool = False

    def __str__(self) -> str:
        return f"{self.code} {self.before} → {self.now}"


@dataclass(frozen=True, slots=True)
class VerdictComparison:
    """One member's verdicts beside those of the cycle before: those on commitments counted, those that differ named.

    Of the differences those come first that fell.
    """

    changes: VerdictChanges
    differences: Sequence[VerdictDifference]
    compared: frozenset[str]  # the codes of those that had a verdict then
    earlier: Cycle | None  # that cycle; None where there is none

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

    @property
    def shown(self) -> Sequence[VerdictDifference]:
        return self.differences[:MAX_DIFFERENCES]

    @property
    def left_out(self) -> int:
        return len(self.differences) - len(self.shown)


def verdict_comparisons(
    actor: Actor, cycle: Cycle, reports: Sequence[Report]
) -> Mapping[int, VerdictComparison]:
    """For each of these reports how its verdicts differ from what the public reads of the cycle before.

    That is the last published one for which its member has filed. Under the keys of the cycle's charter, whatever
    version either answers to; under those of one version where both do. Five queries, and those of `lineage_of`.
    """
    members = [report.organisation_id for report in reports]
    earlier_cycles = compared_cycles(cycle, members, of=[CycleState.PUBLISHED])
    before, given = _public_verdicts(earlier_cycles), _given_verdicts(actor, reports)
    labels = {each.value: str(each.label) for each in VerdictValue}
    comparisons = {}
    for report in reports:
        now, earlier = given[report.pk], earlier_cycles.get(report.organisation_id)
        past, values, named = before.get(report.organisation_id, {}), now.values, now.codes
        if earlier is None or report.charter_id != earlier.charter_id:
            past = _under_current_keys(past, cycle, earlier.charter.version) if earlier else past
            # what has no counterpart in the cycle's charter is new: under no key that anything had before
            keys = {
                subject: _current_subject(subject, cycle, now.version)
                or (subject[0], f"{subject[1]}@{now.version}")
                for subject in values
            }
            values = {keys[subject]: value for subject, value in values.items()}
            named = {keys[subject]: code for subject, code in named.items()}
        comparisons[report.pk] = VerdictComparison(
            verdict_changes([(_on_commitments(values), _on_commitments(past))]),
            _differences(values, past, named, labels),
            frozenset(named[subject] for subject in values if subject in past),
            earlier,
        )
    return comparisons


@dataclass(slots=True)
class _Given:
    """The verdicts of a report that is not public, in the order of the version that it answers to, with their codes."""

    version: int = 0
    values: dict[_Subject, str] = field(default_factory=dict)
    codes: dict[_Subject, str] = field(default_factory=dict)


def _given_verdicts(actor: Actor, reports: Sequence[Report]) -> Mapping[int, _Given]:
    """Those of each report, under the keys of its own version. Two queries.

    What every report has alike, the charter's order, keys and codes, is read once and not with each of thousands; these
    come as one row of each report, whose columns are lists in the same order.
    """
    numbered: dict[int, dict[tuple[int, int | None], str]] = {report.pk: {} for report in reports}
    rows = Verdict.objects.visible_to(actor).filter(report__in=numbered, commitment__isnull=False).order_by()
    by_report = rows.values("report_id").annotate(
        commitments=ArrayAgg("commitment_id", order_by="pk"),
        measures=ArrayAgg("measure_id", order_by="pk"),
        given=ArrayAgg("value", order_by="pk"),
    )
    for report_id, commitments, measures, values in by_report.values_list(
        "report_id", "commitments", "measures", "given"
    ):
        numbered[report_id] = dict(zip(zip(commitments, measures, strict=True), values, strict=True))
    judged = _judged_parts({commitment for values in numbered.values() for commitment, _measure in values})
    given = {report.pk: _Given() for report in reports}
    for report_id, values in numbered.items():
        of_report = given[report_id]
        for numbers, (version, subject, code) in judged.items():
            if numbers in values:
                of_report.version, of_report.values[subject] = version, values[numbers]
                of_report.codes[subject] = code
    return given


def _judged_parts(
    commitments: Collection[int],
) -> Mapping[tuple[int, int | None], tuple[int, _Subject, str]]:
    """These commitments, each before its measures, in the charter's order: version, subject and code. One query.

    By their numbers; a commitment itself has none of a measure.
    """
    rows = Commitment.objects.filter(pk__in=commitments).order_by(
        "position", F("measures__position").asc(nulls_first=True), "pk"
    )
    parts: dict[tuple[int, int | None], tuple[int, _Subject, str]] = {}
    columns = ("charter__version", "pk", "key", "code", "measures__pk", "measures__key", "measures__code")
    for version, commitment, key, code, measure, measure_key, measure_code in rows.values_list(*columns):
        parts.setdefault((commitment, None), (version, ("commitment", key), code))
        if measure is not None:
            parts[commitment, measure] = (version, ("measure", measure_key), measure_code)
    return parts


def _public_verdicts(cycles: Mapping[int, Cycle]) -> Mapping[int, _Values]:
    """What the public reads now of these members, of each for its cycle, on commitments and measures. One query.

    One row of each member, as `_given_verdicts`.
    """
    rows = PublishedVerdict.objects.current().filter(
        cycle__in={cycle.pk for cycle in cycles.values()}, organisation__in=cycles, pledge_record__isnull=True
    )
    of_members = (
        rows.exclude(commitment_key="")
        .order_by()
        .values("organisation_id", "cycle_id")
        .annotate(
            commitments=ArrayAgg("commitment_key", order_by="pk"),
            measures=ArrayAgg("measure_key", order_by="pk"),
            given=ArrayAgg("value", order_by="pk"),
        )
        .values_list("organisation_id", "cycle_id", "commitments", "measures", "given")
    )
    return {
        organisation: {
            ("measure", measure) if measure else ("commitment", commitment): value
            for commitment, measure, value in zip(commitments, measures, values, strict=True)
        }
        for organisation, cycle_id, commitments, measures, values in of_members
        if cycle_id == cycles[organisation].pk
    }


def _current_subject(subject: _Subject, cycle: Cycle, version: int) -> _Subject | None:
    """What the cycle's charter calls it; None where nothing there is the same."""
    if version == cycle.charter.version:
        return subject
    key = lineage_of(cycle.charter).current_key(subject[1], version)
    return (subject[0], key) if key else None


def _under_current_keys(values: _Values, cycle: Cycle, version: int) -> _Values:
    pairs = ((_current_subject(subject, cycle, version), value) for subject, value in values.items())
    return {subject: value for subject, value in pairs if subject}


def _on_commitments(values: _Values) -> Mapping[str, str]:
    return {key: value for (kind, key), value in values.items() if kind == "commitment"}


def _differences(
    now: _Values, before: _Values, codes: Mapping[_Subject, str], labels: Mapping[str, str]
) -> list[VerdictDifference]:
    """Those that fell first, else in the order of the charter; `labels` are those of the values."""
    rows = [
        VerdictDifference(
            codes[subject],
            labels[before[subject]],
            labels[value],
            is_lower=0 < VERDICT_LEVELS[value] < VERDICT_LEVELS[before[subject]],
        )
        for subject, value in now.items()
        if subject in before and before[subject] != value
    ]
    return sorted(rows, key=lambda row: not row.is_lower)


def coming_matrix(actor: Actor, cycle: Cycle, reports: Sequence[Report]) -> VerdictMatrix:
    """The rows that these reports of the cycle would have in its matrix if it was published now; nothing is counted.

    Verdicts of concluded reports alone, none that another reviewer has to confirm first, and none to whoever still
    reads them blind. Six queries at most, one more for each earlier version of the charter that a report answers to.
    """
    unconfirmed = reports_to_confirm(actor, reports)
    hidden, ended = reports_read_blind(actor) | unconfirmed, ended_memberships(reports)
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
            VerdictMatrixRow(_coming_obligation(cycle, each, unconfirmed, ended), verdicts.get(each.pk, {}))
            for each in reports
        ],
        {},
        VerdictChanges(),
    )


def _coming_obligation(
    cycle: Cycle, report: Report, unconfirmed: Collection[int], ended: Mapping[int, date]
) -> PublicObligation:
    standing = standing_of(report, ended)
    if report.state == ReportState.CONCLUDED and report.pk not in unconfirmed:
        standing = Standing.LATE if report.late else Standing.FILED
    elif standing == Standing.DUE and is_overdue(report, today()):
        standing = Standing.NOT_FILED
    return PublicObligation(
        report.organisation,
        cycle,
        standing,
        report.due_on,
        report.submitted_at,
        late=report.late,
        ended_on=ended.get(report.pk),
    )
