"""What the secretariat reads on the page of a member: its reports by cycle, its accessions and pledges, its people."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from alliance.enums import AccessionState, CorrectionState, PledgeState, ReportState, Role
from alliance.models import (
    Accession,
    Cycle,
    Membership,
    Organisation,
    Pledge,
    PublishedPledge,
    PublishedReport,
    Report,
    Target,
    Verdict,
)
from alliance.queries.charter_signatures import accessions_in_force
from alliance.queries.local_dates import today
from alliance.queries.pledges import pledge_rows, with_commitments
from alliance.queries.public.targets import TargetKey, TargetStanding, target_standings
from alliance.queries.public.verdict_matrix import VERDICT_LEVELS, current_verdicts, key_translator
from portal.kernel.access import Actor, can

MAX_REPORTS = 6  # cycles side by side; the queue has all of them
MAX_PLEDGES = 50
SOLE_ROLES = (Role.SIGNATORY, Role.ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class ReportStanding:
    """A member's report for a cycle: its public verdicts on commitments, and how they differ from the cycle before."""

    report: Report
    verdicts: Mapping[str, str]  # by the commitment's key; empty until it is published
    verdicts_before: Mapping[str, str]
    judged: int  # measures with a verdict; of a report in review
    publication: int | None = None  # the number under which it is public now
    may_correct: bool = False  # whether the actor may propose a correction of what is public

    @property
    def is_in_review(self) -> bool:
        return self.report.state in (ReportState.SUBMITTED, ReportState.IN_REVIEW)

    @property
    def higher(self) -> int:
        return sum(1 for now, before in self._levels if now > before)

    @property
    def lower(self) -> int:
        return sum(1 for now, before in self._levels if now < before)

    @property
    def equal(self) -> int:
        return sum(1 for now, before in self._levels if now == before)

    @property
    def _levels(self) -> list[tuple[int, int]]:
        """The level now and before, of the commitments that both cycles have judged; not due counts in neither."""
        pairs = (
            (VERDICT_LEVELS[value], VERDICT_LEVELS[self.verdicts_before.get(key, "not_due")])
            for key, value in self.verdicts.items()
        )
        return [(now, before) for now, before in pairs if now and before]


def report_standings(actor: Actor, organisation: Organisation) -> list[ReportStanding]:
    """The reports of the latest cycles, the latest last, as a row reads in time. Four queries.

    Verdicts are compared under the keys of the later charter; between two charters nothing is compared. A few queries
    more where the version has changed in between.
    """
    rows = Report.objects.visible_to(actor).filter(organisation=organisation)
    corrected = Count("corrections", filter=Q(corrections__state=CorrectionState.PUBLISHED))
    latest = rows.select_related("organisation", "cycle__charter", "reviewer").annotate(corrected=corrected)
    reports = list(latest.order_by("-cycle__starts_on", "-pk")[: MAX_REPORTS + 1])
    verdicts = current_verdicts(organisation=organisation)
    judged = _judged_measures(actor, reports)
    published = PublishedReport.objects.current().filter(organisation=organisation)
    numbers = dict(published.values_list("cycle", "valid_from"))
    standings: list[ReportStanding] = []
    before: Mapping[str, str] = {}
    judged_in: Cycle | None = None  # the cycle of those
    for report in reversed(reports):
        own = verdicts.get((report.cycle_id, organisation.pk), {})
        number = numbers.get(report.cycle_id)
        may_correct = number is not None and can(actor, "correction.draft", report)
        past: Mapping[str, str] = {}
        if judged_in is not None and judged_in.charter.key == report.cycle.charter.key:
            past = key_translator(report.cycle, judged_in)(before)
        standings.append(ReportStanding(report, own, past, judged.get(report.pk, 0), number, may_correct))
        if own:
            before, judged_in = own, report.cycle
    return standings[-MAX_REPORTS:]


def _judged_measures(actor: Actor, reports: Iterable[Report]) -> dict[int, int]:
    rows = Verdict.objects.visible_to(actor).filter(report__in=[report.pk for report in reports])
    counts = rows.filter(measure__isnull=False).order_by().values("report").annotate(n=Count("pk"))
    return dict(counts.values_list("report", "n"))


def signed_accessions(actor: Actor, organisation: Organisation) -> QuerySet[Accession]:
    """The charters that it has signed, the latest first, ended ones too. A draft is the member's own.

    Each with `is_in_force`: whether it is the one by which the member stands.
    """
    rows: QuerySet[Accession] = Accession.objects.visible_to(actor).filter(organisation=organisation)
    rows = rows.annotate(is_in_force=Exists(accessions_in_force().filter(pk=OuterRef("pk")).order_by()))
    return rows.exclude(state=AccessionState.DRAFT).select_related("charter").order_by("-signed_at", "-pk")


def standing_pledges(actor: Actor, organisation: Organisation) -> Sequence[Pledge]:
    """Its pledges that are published or wait for the countersignature, each with its commitment and targets.

    At most one more than the dossier shows, which says that there are more. Five queries.
    """
    rows = pledge_rows(actor).filter(
        organisation=organisation, state__in=(PledgeState.SIGNED, PledgeState.PUBLISHED)
    )
    ordered = rows.order_by(F("commitment_key").asc(), "-revision")
    return with_commitments(actor, list(ordered[: MAX_PLEDGES + 1]))


def dossier_targets(
    organisation: Organisation, pledges: Sequence[Pledge]
) -> list[tuple[Pledge, TargetStanding | None]]:
    """Each pledge with each of its targets, or with none; what became of them where the pledge is published.

    Of a revision that waits for the countersignature nothing is published: its targets have no state.
    """
    published = PublishedPledge.objects.current().filter(organisation=organisation)
    standings = target_standings(published, today())
    rows: list[tuple[Pledge, TargetStanding | None]] = []
    for pledge in pledges:
        targets = [
            (pledge, _standing_of(pledge, number, target, standings))
            for number, target in enumerate(pledge.targets.all(), 1)
        ]
        rows += targets or [(pledge, None)]
    return rows


def _standing_of(
    pledge: Pledge, number: int, target: Target, standings: Mapping[TargetKey, TargetStanding]
) -> TargetStanding:
    published = standings.get((pledge.record, number)) if pledge.state == PledgeState.PUBLISHED else None
    return published or TargetStanding(number, target.text, target.due_on, None)


def ended_pledge_count(actor: Actor, organisation: Organisation) -> int:
    """How many it has fulfilled, withdrawn or revised. One query."""
    rows = Pledge.objects.visible_to(actor).filter(organisation=organisation)
    return rows.filter(state__in=(PledgeState.FULFILLED, PledgeState.WITHDRAWN)).count()


def sole_holders(memberships: Iterable[Membership]) -> list[tuple[Membership, list[Role]]]:
    """Who alone holds a right without which the member cannot act, with those rights; no query.

    Whose account is closed or frozen does not count as a holder.
    """
    holders: dict[Role, list[Membership]] = defaultdict(list)
    for membership in memberships:
        if membership.person.is_active:
            for role in membership.roles:
                holders[Role(role)].append(membership)
    sole: dict[int, tuple[Membership, list[Role]]] = {}
    for role in SOLE_ROLES:
        if len(holders[role]) == 1:
            membership = holders[role][0]
            sole.setdefault(membership.pk, (membership, []))[1].append(role)
    return list(sole.values())
