"""Who writes which section of a report: what is given to whom until when, and how far it has come."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.db.models import Count, F, Max, Q, QuerySet
from django.utils.translation import gettext as _

from alliance.enums import LIVE_DELEGATION_STATES, DelegationState
from alliance.models import Commitment, Delegation, Measure, MeasureVisit, Person, Report
from alliance.queries.local_dates import today
from alliance.queries.measure_comments import CommentCounts, comment_counts
from alliance.queries.reminders import drafters_of
from alliance.queries.report_frame import ReportFrame, RequiredMeasure
from alliance.queries.report_progress import Progress
from alliance.queries.working_copy import WorkingCopy
from alliance.workflows import WRITTEN_REPORT_STATES
from portal.kernel.access import Actor
from portal.kernel.text import format_date

# what was given before a submission that stands has ended with it
_OF_THIS_ROUND = Q(report__submitted_at=None) | Q(given_at__gt=F("report__submitted_at"))
_LIVE = _OF_THIS_ROUND & Q(state__in=LIVE_DELEGATION_STATES, report__state__in=WRITTEN_REPORT_STATES)
_RELATED = ("assignee", "given_by", "commitment", "measure")


def delegations_in(actor: Actor, report_id: int) -> QuerySet[Delegation]:
    """What is given to somebody now, or handed back; nothing while the report is not written."""
    rows = Delegation.objects.visible_to(actor).filter(_LIVE, report=report_id)
    related: QuerySet[Delegation] = rows.select_related(*_RELATED)
    return related


def all_delegations(actor: Actor) -> QuerySet[Delegation]:
    """Whatever became of them, each with its report."""
    related = ("report__cycle__charter", "report__earlier_charter", "report__organisation")
    rows: QuerySet[Delegation] = Delegation.objects.visible_to(actor).select_related(*related, *_RELATED)
    return rows


def live_delegations(actor: Actor, report: Report) -> list[Delegation]:
    """The same as a list. One query."""
    return list(delegations_in(actor, report.pk))


def open_delegations(actor: Actor) -> QuerySet[Delegation]:
    """What people of the organisation have still to write, the nearest day first."""
    rows = Delegation.objects.visible_to(actor).filter(_LIVE, state=DelegationState.OPEN)
    related: QuerySet[Delegation] = rows.select_related(*_RELATED, "report__cycle", "report__organisation")
    return related.order_by("due_on", "pk")


def own_open_delegations(actor: Actor) -> QuerySet[Delegation]:
    """What the actor has still to write."""
    return open_delegations(actor).filter(assignee=actor.person_id)


def has_section(delegation: Delegation, person_id: int) -> bool:
    """Whether the person has the same section beside this delegation, or has handed it back. One query."""
    same = Delegation.objects.filter(
        _OF_THIS_ROUND,
        report=delegation.report_id,
        commitment=delegation.commitment_id,
        measure=delegation.measure_id,
        assignee=person_id,
        state__in=LIVE_DELEGATION_STATES,
    )
    return bool(same.exclude(pk=delegation.pk).exists())


def has_ended(delegation: Delegation) -> bool:
    """Whether its report is not written any more, or was submitted since it was given."""
    submitted_at = delegation.report.submitted_at
    is_written = delegation.report.state in WRITTEN_REPORT_STATES
    return not is_written or (submitted_at is not None and delegation.given_at <= submitted_at)


def what_became_of(delegation: Delegation, person_id: int | None) -> str:
    """For somebody who is too late to act on a section: who has it now, until when. Two queries at most."""
    person = delegation.assignee
    is_own = person.pk == person_id
    if delegation.state == DelegationState.OPEN:
        if is_own:
            return _("You have this section now, until %(day)s.") % {"day": format_date(delegation.due_on)}
        facts = {"name": person.name, "day": format_date(delegation.due_on)}
        return _("%(name)s has this section now, until %(day)s.") % facts
    if delegation.state == DelegationState.DONE:
        if is_own:
            return _("You have handed this section back already.")
        return _("%(name)s has handed this section back.") % {"name": person.name}
    same = Delegation.objects.filter(
        _LIVE,
        report=delegation.report_id,
        commitment=delegation.commitment_id,
        measure=delegation.measure_id,
    )
    names = list(same.order_by("pk").values_list("assignee__name", flat=True))
    if not names:
        return _(
            "This section was taken back meanwhile; nobody has it now. What is written stays in the report."
        )
    sentence = _("This section was taken back meanwhile; now it is given to: %(names)s.")
    return sentence % {"names": ", ".join(names)}


def writers_of(report: Report, measure: Measure) -> list[int]:
    """Who has still to write the measure: by itself, else with its commitment. One query."""
    of_section = Q(measure=measure) | Q(commitment=measure.commitment_id)
    rows = Delegation.objects.filter(_LIVE, of_section, report=report, state=DelegationState.OPEN)
    pairs = list(rows.order_by("pk").values_list("measure_id", "assignee_id"))
    single = [person for measure_id, person in pairs if measure_id]
    return single or [person for _measure_id, person in pairs]


@dataclass(frozen=True, slots=True)
class OpenWorkCount:
    """How many sections a person has still to write, and how many of them are late."""

    open: int = 0
    late: int = 0


def open_work_counts(actor: Actor) -> dict[int, OpenWorkCount]:
    """By person, of the organisation's people who have something to write. One query."""
    is_late = Q(due_on__lt=today())
    rows = Delegation.objects.visible_to(actor).filter(_LIVE, state=DelegationState.OPEN).order_by()
    counted = rows.values("assignee_id").annotate(n=Count("pk"), late=Count("pk", filter=is_late))
    return {row["assignee_id"]: OpenWorkCount(row["n"], row["late"]) for row in counted}


def people_who_write(report: Report) -> list[Person]:
    """To whom sections of the report can be given: editors and signatories of the organisation. One query."""
    return drafters_of([report]).get(report.organisation_id, [])


def latest_number(report: Report) -> int:
    """The number of the newest delegation of the report, whatever became of it: what a page has shown. One query."""
    return Delegation.objects.filter(report=report).aggregate(latest=Max("pk"))["latest"] or 0


# --- Sections --------------------------------------------------------------------------------


@dataclass
class ReportSection:
    """A commitment of the report, or one of its measures, with those to whom it is given."""

    section: Commitment | Measure
    measures: Sequence[RequiredMeasure]
    progress: Progress
    delegations: Sequence[Delegation] = ()
    inherited: Sequence[Delegation] = ()  # of a measure that is given with its commitment
    comments: CommentCounts = field(default_factory=CommentCounts)
    visits: Mapping[tuple[int, int], object] = field(default_factory=dict)

    @property
    def is_measure(self) -> bool:
        return isinstance(self.section, Measure)

    @property
    def key(self) -> str:
        return f"{'m' if self.is_measure else 'c'}{self.section.pk}"

    @property
    def first_measure(self) -> Measure:
        return self.measures[0].measure

    @property
    def shown(self) -> Sequence[Delegation]:
        """Its own, else those of its commitment."""
        return self.delegations or self.inherited

    def given_to(self, person_id: int | None) -> bool:
        return any(each.assignee_id == person_id for each in self.shown)


@dataclass
class ReportSections:
    """Every section of one report in the charter's order, as one person reads them."""

    rows: Sequence[ReportSection]
    delegations: Sequence[Delegation]

    @cached_property
    def by_key(self) -> dict[str, ReportSection]:
        return {row.key: row for row in self.rows}

    @property
    def commitments(self) -> list[ReportSection]:
        return [row for row in self.rows if not row.is_measure]

    @property
    def given_count(self) -> int:
        """Commitments that are given to somebody, wholly or measure by measure."""
        measures = {row.first_measure.pk for row in self.rows if row.is_measure and row.shown}
        return sum(all(each.measure.pk in measures for each in row.measures) for row in self.commitments)

    @property
    def unread(self) -> list[Delegation]:
        """Handed back, and not looked at since by whoever gave it."""
        return [
            each for each in self.delegations if each.state == DelegationState.DONE and not self.is_read(each)
        ]

    @property
    def open(self) -> list[Delegation]:
        return [each for each in self.delegations if each.state == DelegationState.OPEN]

    @property
    def new_comments(self) -> int:
        """Messages between colleagues that are new to the reader."""
        return sum(row.comments.new for row in self.rows)

    @property
    def asking(self) -> list[ReportSection]:
        """The measures beside which a conversation waits for the reader's answer."""
        return [row for row in self.rows if row.comments.asked_at]

    @property
    def late(self) -> list[Delegation]:
        return [each for each in self.open if each.due_on < today()]

    def is_read(self, delegation: Delegation) -> bool:
        """Whether its giver, who may be its assignee, has opened all of it since it was handed back."""
        giver = delegation.given_by_id
        return giver == delegation.assignee_id or self._visited(delegation, giver, delegation.done_at, all)

    def is_opened(self, delegation: Delegation) -> bool:
        """Whether its assignee has opened any of it since it was given."""
        return self._visited(delegation, delegation.assignee_id, delegation.given_at, any)

    def _visited(self, delegation: Delegation, person_id: int, since: object, which: object) -> bool:
        section = self.by_key.get(delegation.section_key)
        if section is None:
            return False
        visits = [section.visits.get((each.measure.pk, person_id)) for each in section.measures]
        return bool(which(visit is not None and visit >= since for visit in visits))  # type: ignore[operator]  # any, all


def report_sections(actor: Actor, copy: WorkingCopy, delegations: Sequence[Delegation]) -> ReportSections:
    """The commitments, each followed by its measures. Two queries besides those of the copy."""
    report = copy.frame.report
    visits = {
        (measure, person): at
        for measure, person, at in MeasureVisit.objects.visible_to(actor)
        .filter(report=report)
        .values_list("measure_id", "person_id", "visited_at")
    }
    comments = comment_counts(
        actor, report, {measure: at for (measure, person), at in visits.items() if person == actor.person_id}
    )
    rows: list[ReportSection] = []
    for commitment, measures in measures_by_commitment(copy.frame):
        whole = [each for each in delegations if each.commitment_id == commitment.pk]
        parts = [copy.progress(each) for each in measures]
        total = Progress(sum(each.done for each in parts), sum(each.required for each in parts))
        rows.append(ReportSection(commitment, measures, total, whole, visits=visits))
        for required, progress in zip(measures, parts, strict=True):
            own = [each for each in delegations if each.measure_id == required.measure.pk]
            counts = comments.get(required.measure.pk, CommentCounts())
            rows.append(ReportSection(required.measure, [required], progress, own, whole, counts, visits))
    return ReportSections(rows, delegations)


def measures_by_commitment(frame: ReportFrame) -> list[tuple[Commitment, list[RequiredMeasure]]]:
    """The required measures in the charter's order, under their commitments."""
    groups: dict[int, tuple[Commitment, list[RequiredMeasure]]] = {}
    for required in frame.measures:
        groups.setdefault(required.commitment.pk, (required.commitment, []))[1].append(required)
    return list(groups.values())


def measures_given_to(
    person_id: int | None, delegations: Iterable[Delegation], frame: ReportFrame
) -> Collection[int]:
    """The measures that a person has to write, or has handed back, by id.

    One that is given by itself is not its commitment's.
    """
    live = list(delegations)
    single = {each.measure_id for each in live if each.measure_id}
    own = [each for each in live if each.assignee_id == person_id]
    commitments = {each.commitment_id for each in own if each.commitment_id}
    measures = {each.measure_id for each in own if each.measure_id}
    inherited = {
        required.measure.pk
        for required in frame.measures
        if required.commitment.pk in commitments and required.measure.pk not in single
    }
    return frozenset(measures | inherited)


def delegations_of(required: RequiredMeasure, delegations: Iterable[Delegation]) -> list[Delegation]:
    """To whom a measure is given: by itself, else with its commitment."""
    live = list(delegations)
    single = [each for each in live if each.measure_id == required.measure.pk]
    return single or [each for each in live if each.commitment_id == required.commitment.pk]


def section_of(frame: ReportFrame, key: str) -> Commitment | Measure | None:
    """The section with this key (`c12`, `m34`), if the report asks for it."""
    for required in frame.measures:
        if key == f"c{required.commitment.pk}":
            return required.commitment
        if key == f"m{required.measure.pk}":
            return required.measure
    return None


def section_title(section: Commitment | Measure) -> str:
    return f"{section.code} {section.title}"


def delegation_title(delegation: Delegation) -> str:
    """Its section with its cycle, for a list of several reports."""
    return f"{section_title(delegation.section)}, {delegation.report.cycle.title}"


# --- As last time ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EarlierDelegation:
    """A section of this report, who had it last time, and so many days before the deadline."""

    section: Commitment | Measure
    assignee: Person
    days_before: int


def delegations_as_last_time(
    actor: Actor, frame: ReportFrame, delegations: Sequence[Delegation], people: Sequence[Person]
) -> list[EarlierDelegation]:
    """Sections that nobody has now, with those who had them in the report before and still write.

    A measure of a commitment that somebody has is theirs: given by itself it would be taken from them. Of a report that
    was returned: who had them before it was submitted. Two queries.
    """
    from_report, deadline = _report_before(actor, frame.report)
    if from_report is None:
        return []
    rows = Delegation.objects.visible_to(actor).filter(report=from_report, state__in=LIVE_DELEGATION_STATES)
    delegated_keys = {each.section_key for each in delegations}
    by_id = {person.pk: person for person in people}
    names = _names_of_sections(frame)
    earlier = {}
    for row in rows.select_related("commitment", "measure"):
        section = names.get((row.measure_id is not None, row.section.key))
        if section is None or row.assignee_id not in by_id:
            continue
        key = f"{'m' if row.measure_id else 'c'}{section.pk}"
        is_in_another = isinstance(section, Measure) and f"c{section.commitment_id}" in delegated_keys
        if key not in delegated_keys and not is_in_another:
            days = max((deadline - row.due_on).days, 0)
            earlier[key, row.assignee_id] = EarlierDelegation(section, by_id[row.assignee_id], days)
    return list(earlier.values())


def _report_before(actor: Actor, report: Report) -> tuple[Report | None, date]:
    """The report in which sections were given last, and its deadline: itself, where it was submitted before."""
    if report.submitted_at is not None:
        return report, report.due_on
    rows = Report.objects.visible_to(actor).filter(
        organisation=report.organisation_id, cycle__starts_on__lt=report.cycle.starts_on
    )
    with_sections = rows.filter(
        delegations__state__in=LIVE_DELEGATION_STATES, cycle__charter__key=report.charter.key
    )
    before = with_sections.order_by("-cycle__starts_on").first()
    return before, before.due_on if before else date.min


def _names_of_sections(frame: ReportFrame) -> dict[tuple[bool, str], Commitment | Measure]:
    """The sections by whether they are a measure, and their permanent key."""
    return {
        **{(False, required.commitment.key): required.commitment for required in frame.measures},
        **{(True, required.measure.key): required.measure for required in frame.measures},
    }
