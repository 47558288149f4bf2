"""Reads of cycles: who has filed, and what publishing would make public."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from typing import Any

from django.db.models import Count, F, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from modeltranslation.utils import build_localized_fieldname

from alliance.enums import DRAFT_REPORT_STATES, CycleState, ReportState
from alliance.models import Cycle, Organisation, Report, Response, Submission, Verdict
from alliance.queries.local_dates import today
from alliance.queries.obligations import (
    UNDECIDED_STATES,
    ended_obligations,
    is_overdue,
    required_reports,
)
from alliance.queries.second_looks import HAS_VERDICTS_TO_CONFIRM
from portal.kernel.access import Actor
from portal.kernel.alphabet import ByAlphabet
from portal.kernel.text import LANGUAGES

# also where it is to be changed
FILED = (
    ReportState.SUBMITTED,
    ReportState.IN_REVIEW,
    ReportState.CHANGES_REQUESTED,
    ReportState.CONCLUDED,
    ReportState.PUBLISHED,
)
UNFILED = (ReportState.DRAFT, ReportState.AWAITING_SIGN_OFF, ReportState.NOT_FILED)
NOTICES = (ReportState.NOT_FILED, ReportState.EXEMPT)


def filed_reports() -> Q:
    """The reports that members have filed; one returned for changes stays one while it waits for a signature."""
    return Q(state__in=FILED) | Q(changes_due_on__isnull=False)


def is_missing(report: Report) -> bool:
    """Whether it is not submitted; one returned for changes has been, also while it waits for a signature."""
    return report.state in UNFILED and report.changes_due_on is None


# of a charter, which a list of cycles only names
_LONG_COLUMNS = ("note", "sources", "breakdowns", "check_result")


def cycle_list(actor: Actor) -> QuerySet[Cycle]:
    """All cycles, newest first."""
    rows = Cycle.objects.visible_to(actor).select_related("charter")
    return rows.defer(*(f"charter__{column}" for column in _LONG_COLUMNS)).order_by("-starts_on")


@dataclass(frozen=True, slots=True)
class FilingCounts:
    """Of a cycle how many reports are due, how many are filed, and how many reviews concluded."""

    report_count: int = 0
    filed_count: int = 0
    concluded_count: int = 0


def filing_counts(actor: Actor, cycles: Collection[Cycle]) -> dict[int, FilingCounts]:
    """Those of each of these cycles that has reports. Two queries; two more where a member has left.

    As in public, what a member is exempt from is not due, nor what was to be filed after its membership had ended.
    """
    is_due = ~Q(state=ReportState.EXEMPT) & ~Q(pk__in=ended_obligations(actor, cycles))
    done = Q(state__in=(ReportState.CONCLUDED, ReportState.PUBLISHED))
    rows: QuerySet[Any] = Report.objects.visible_to(actor).filter(cycle__in=cycles).order_by()
    counted = rows.values_list("cycle_id").annotate(
        due=Count("pk", filter=is_due),
        filed=Count("pk", filter=filed_reports()),
        concluded=Count("pk", filter=done),
    )
    return {cycle_id: FilingCounts(*counts) for cycle_id, *counts in counted}


def filing_list(actor: Actor, cycle: Cycle) -> QuerySet[Any]:
    """The reports of a cycle by member, each with its organisation and reviewer. One query."""
    # by way of the cycle, all of them have this very one: it is not made anew for each row
    rows: QuerySet[Any] = cycle.reports.visible_to(actor)
    return rows.select_related("organisation", "reviewer").order_by(ByAlphabet("organisation__name"), "pk")


def named_filing_list(actor: Actor, cycle: Cycle) -> QuerySet[Any]:
    """As `filing_list`, for pages that name hundreds: of the member its name and whether it has access, of the reviewer
    the name.

    One query; one more for each other column of theirs that is asked for.
    """
    own = [field.attname for field in Report._meta.concrete_fields]
    names = [build_localized_fieldname("organisation__name", language) for language in LANGUAGES]
    access = ("organisation__kind", "organisation__state")
    return filing_list(actor, cycle).only(*own, *names, *access, "reviewer__name")


def named(organisations: QuerySet[Organisation]) -> QuerySet[Organisation]:
    """The same with their names alone, for pages that name hundreds."""
    return organisations.only(*(build_localized_fieldname("name", language) for language in LANGUAGES))


def first_timers(actor: Actor, cycle: Cycle, members: Sequence[Organisation]) -> set[int]:
    """Which of these members have not been asked for a report of an earlier cycle. One query.

    Nothing was asked of those that had no report when it was opened and were left out.
    """
    asked = (
        Report.objects.visible_to(actor)
        .filter(organisation__in=members, cycle__starts_on__lt=cycle.starts_on)
        .exclude(state=ReportState.EXEMPT, joined_on__isnull=False)
    )
    return {member.pk for member in members} - set(
        asked.order_by().values_list("organisation_id", flat=True).distinct()
    )


@dataclass(frozen=True, slots=True)
class FilingRow:
    """One member: each cycle with the report required of it, or None."""

    organisation: Organisation
    reports: Sequence[tuple[Cycle, Report | None]]


@dataclass(frozen=True, slots=True)
class FilingMatrix:
    """Who has filed what: members down, cycles across; `is_cut` where there are more members."""

    rows: Sequence[FilingRow]
    is_cut: bool


def filing_matrix(actor: Actor, cycles: Sequence[Cycle], most: int) -> FilingMatrix:
    """The first members of all, at most so many: those that a report is missing of, the soonest due first; then by
    name. None is missing of a member that left before it was due. Three queries; two more where a member has left.
    """
    reports = Report.objects.visible_to(actor).filter(cycle__in=cycles)
    running = (CycleState.OPEN, CycleState.CLOSED)
    unpublished = Q(cycle__state__in=running, state__in=UNFILED, changes_due_on=None)
    unpublished &= ~Q(pk__in=ended_obligations(actor, cycles))
    members = (
        reports.order_by().values_list("organisation").annotate(missing=Min("due_on", filter=unpublished))
    )
    ordered = members.order_by(
        F("missing").asc(nulls_last=True), ByAlphabet("organisation__name"), "organisation_id"
    )
    first = [organisation for organisation, *_others in ordered[: most + 1]]
    chosen = first[:most]
    by_member: dict[int, dict[int, Report]] = {organisation: {} for organisation in chosen}
    for report in reports.filter(organisation__in=chosen).select_related("organisation", "cycle"):
        by_member[report.organisation_id][report.cycle_id] = report
    rows = [
        FilingRow(
            next(iter(own.values())).organisation,
            [(cycle, own.get(cycle.pk)) for cycle in cycles],
        )
        for own in by_member.values()
    ]
    return FilingMatrix(rows, is_cut=len(first) > most)


@dataclass(frozen=True, slots=True)
class PublicationPreview:
    """What publishing would make public, as it was counted when the submissions were filed."""

    reports: int
    figures: int
    figures_withheld: int
    texts: int
    texts_withheld: int
    evidence: int
    evidence_withheld: int
    verdicts: int
    replies: int
    not_filed: int = 0
    exempt: int = 0
    in_progress: int = 0  # reports that are not filed yet, or in review: they follow one by one


def cycle_previews(actor: Actor, cycle: Cycle) -> dict[int, PublicationPreview]:
    """For each concluded report of the cycle what publishing it would make public. One query.

    Not of those that are not published before another reviewer has confirmed verdicts.
    """
    concluded = Report.objects.visible_to(actor).filter(cycle=cycle, state=ReportState.CONCLUDED)
    return _previews(actor, concluded.exclude(HAS_VERDICTS_TO_CONFIRM))


def cycle_preview(
    reports: Iterable[Report], previews: Mapping[int, PublicationPreview]
) -> PublicationPreview:
    """What publishing the cycle would make public as a whole, from its reports and the previews of those concluded.

    Those that nobody has to file any more count as nothing. Two queries at most.
    """
    now = today()
    states = Counter(_state_on(report, now, previews) for report in required_reports(reports))
    later = sum(states[state] for state in (*UNDECIDED_STATES, *DRAFT_REPORT_STATES))
    sums: Counter[str] = Counter()
    for preview in previews.values():
        sums.update(asdict(preview))
    counts = {part.name: sums[part.name] for part in fields(PublicationPreview)}
    return replace(
        PublicationPreview(**counts),
        not_filed=states[ReportState.NOT_FILED],
        exempt=states[ReportState.EXEMPT],
        in_progress=later,
    )


def _state_on(report: Report, now: date, previews: Mapping[int, PublicationPreview]) -> str:
    """The state as which publishing treats it: a concluded report of which nothing becomes public is in review."""
    if report.counts_as_not_filed or is_overdue(report, now):
        return ReportState.NOT_FILED
    is_unconfirmed = report.state == ReportState.CONCLUDED and report.pk not in previews
    return ReportState.IN_REVIEW if is_unconfirmed else report.state


def report_publication_preview(actor: Actor, report: Report) -> PublicationPreview:
    """What publishing this one report would make public."""
    rows = Report.objects.visible_to(actor).filter(pk=report.pk)
    return _previews(actor, rows)[report.pk]


def _previews(actor: Actor, reports: QuerySet[Any]) -> dict[int, PublicationPreview]:
    submissions: Any = (
        Submission.objects.visible_to(actor)
        .standing()
        .filter(report__in=reports)
        .order_by("report_id", "-number")
        .distinct("report_id")
    )
    # counted with each submission, not in queries of their own
    rows = submissions.annotate(
        verdict_count=_count_of(Verdict.objects.visible_to(actor)),
        reply_count=_count_of(Response.objects.visible_to(actor).filter(replaced_at=None)),
    )
    return {
        report: PublicationPreview(reports=1, **counts, verdicts=verdicts, replies=replies)
        for report, counts, verdicts, replies in rows.values_list(
            "report_id", "content_counts", "verdict_count", "reply_count"
        )
    }


def _count_of(rows: QuerySet[Any]) -> Coalesce:
    """How many of these the report of a submission has."""
    of_report = rows.filter(report=OuterRef("report")).order_by().values("report")
    return Coalesce(Subquery(of_report.annotate(count=Count("pk")).values("count")), 0)
