"""Who can be given a report to review, how much each has already, and why others cannot."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from alliance.enums import (
    OPEN_REVIEW_STATES,
    UNSETTLED_READING_STATES,
    OrganisationKind,
    ReportState,
    Role,
)
from alliance.models import DeclaredInterest, Membership, Person, Report, SecondReading
from alliance.queries.actors import COOLING_OFF_PERIOD, recipients_in, secretariat_id
from alliance.queries.local_dates import day_of, today
from alliance.workflows import REPORT
from portal.kernel.access import Actor, can
from portal.kernel.alphabet import alphabet_key
from portal.kernel.text import format_date

# what is done with a reviewer beside the one that the report has
ACTS_WITH_ANOTHER = ("hand_over", "ask_reading")
_IN_HAND = tuple(state for state in OPEN_REVIEW_STATES if state != ReportState.CONCLUDED)


@dataclass(frozen=True, slots=True)
class ReviewerChoice:
    """A reviewer with the number of their open reports, and why they cannot take some, by the report's number."""

    person_id: int
    name: str
    open_count: int
    refusals: Mapping[int, str] = field(default_factory=dict)


def chosen_reports(actor: Actor, numbers: Collection[int]) -> tuple[list[Report], list[Report]]:
    """Of the reports with these numbers, those that the actor may give to a reviewer, and the others. One query.

    Those that are still to come may be given too, by a manager.
    """
    rows = Report.objects.visible_to(actor).filter(pk__in=numbers)
    reports = list(rows.select_related("organisation", "cycle", "reviewer"))
    given = [report for report in reports if may_be_given(actor, report)]
    return given, [report for report in reports if report not in given]


def may_be_given(actor: Actor, report: Report) -> bool:
    """Whether the actor may give the report to a reviewer now: one that is still to come, a manager alone."""
    if report.state not in REPORT.acts["assign"]:
        return False
    if report.submitted_at is not None:
        return can(actor, "report.assign", report)
    return can(actor, "report.allocate", report)


def may_be_taken_back(actor: Actor, report: Report) -> bool:
    """Whether the actor may take a report that is still to come from its reviewer: a manager alone."""
    is_coming = report.submitted_at is None and report.state in REPORT.acts["unassign"]
    return is_coming and report.reviewer_id is not None and can(actor, "report.allocate", report)


def allocation_acts(actor: Actor, report: Report) -> dict[str, bool]:
    """What the actor may do about who reviews the report, as it is now, by act; the pages of a review offer it."""
    acts = {
        act: REPORT.is_available(actor, report, act)
        for act in ("assign", "hand_over", "take_over", "unassign", "pause_review", "end_pause")
    }
    is_paused = report.paused_until is not None and report.paused_until >= today()
    for act in ("hand_over", "take_over", "unassign"):
        acts[act] &= report.reviewer_id is not None
    acts["assign"] &= report.reviewer_id is None
    acts["take_over"] &= report.reviewer_id != actor.person_id
    acts["pause_review"] &= not is_paused
    acts["end_pause"] &= is_paused
    is_running = report.state in REPORT.acts["pause_review"]
    acts["ask_reading"] = is_running and can(actor, "second_reading.ask", report)
    # of what was never filed, or recalled before anybody reviewed it, there is nothing to share out
    return acts if report.submitted_at is not None else dict.fromkeys(acts, False)


def may_be_allocated(actor: Actor, report: Report) -> bool:
    """Whether the actor may give the report to a reviewer, or from its reviewer to another one: of a row in a list.

    The same as `allocation_acts` says of `assign` and `hand_over`.
    """
    act = "assign" if report.reviewer_id is None else "hand_over"
    return report.submitted_at is not None and REPORT.is_available(actor, report, act)


def reviewer_choices(actor: Actor, reports: Sequence[Report]) -> list[ReviewerChoice]:
    """The reviewers by name, each with the reports among these that they cannot take. Seven queries, however many."""
    secretariat = secretariat_id()
    recipients = recipients_in([secretariat] if secretariat else [], Role.REVIEWER)
    people = [recipient.person_id for recipient in recipients]
    reasons = conflict_reasons(people, {report.organisation_id for report in reports})
    readers = _readers_of(actor, reports)
    counts = open_review_counts(actor)
    return [
        ReviewerChoice(
            each.person_id,
            each.name,
            counts.get(each.person_id, 0),
            {
                report.pk: reason
                for report in reports
                if (
                    reason := reasons.get((each.person_id, report.organisation_id))
                    or readers.get((each.person_id, report.pk))
                )
            },
        )
        for each in recipients
    ]


def refusal_sentences(choices: Sequence[ReviewerChoice], reports: Sequence[Report]) -> list[str]:
    """Who cannot take which of the reports, and why, as sentences."""
    names = {report.pk: report.organisation.name for report in reports}
    return [
        _("%(name)s cannot take %(member)s: %(reason)s.")
        % {"name": choice.name, "member": names[report], "reason": reason}
        for choice in choices
        for report, reason in choice.refusals.items()
    ]


def other_reviewers(actor: Actor, report: Report) -> tuple[list[ReviewerChoice], list[str]]:
    """Who can take the report beside its reviewer, as such or as second reader; and who cannot, in sentences."""
    others = [each for each in reviewer_choices(actor, [report]) if each.person_id != report.reviewer_id]
    return [each for each in others if not each.refusals], refusal_sentences(others, [report])


def lacks_other_reviewer(actor: Actor, report: Report, acts: Mapping[str, bool]) -> bool:
    """Whether the actor could give the report away, or ask for a second reading, but nobody else can take it.

    `acts` are those of `allocation_acts`. One query at most.
    """
    if not any(acts[act] for act in ACTS_WITH_ANOTHER):
        return False
    reviewers = Membership.objects.current().filter(
        organisation__kind=OrganisationKind.SECRETARIAT,
        roles__contains=[Role.REVIEWER],
        person__is_active=True,
    )
    organisations = [report.organisation_id]
    for barred in (
        _conflicting_memberships(organisations).values("person"),
        _interests_on(today(), organisations).values("person"),
        _unsettled_readings(actor, [report]).values("reader"),
    ):
        reviewers = reviewers.exclude(person__in=barred)
    return not reviewers.exclude(person=report.reviewer_id).exists()


def reviewers_by_name() -> list[tuple[int, str]]:
    """The people who review, by number and name. Three queries."""
    secretariat = secretariat_id()
    recipients = recipients_in([secretariat] if secretariat else [], Role.REVIEWER)
    return [(each.person_id, each.name) for each in recipients]


def open_review_counts(actor: Actor) -> dict[int, int]:
    """How many reports each reviewer has that are not concluded. One query."""
    rows = Report.objects.visible_to(actor).filter(
        state__in=_IN_HAND, reviewer__isnull=False, submitted_at__isnull=False
    )
    rows = rows.order_by()
    return dict(rows.values_list("reviewer").annotate(count=Count("pk")))


def conflict_reasons(people: Collection[int], organisations: Collection[int]) -> dict[tuple[int, int], str]:
    """Why each of these people has no part in reviewing each of these organisations, as the end of a sentence.

    For the secretariat; what an interest is stays with those who read its page. Two queries.
    """
    reasons: dict[tuple[int, int], str] = {}
    memberships = _conflicting_memberships(organisations).filter(person__in=people)
    for person, organisation, ended in memberships.order_by("pk").values_list(
        "person", "organisation", "ended_at"
    ):
        if ended is None:
            reasons[person, organisation] = _("works there")
        else:
            day = format_date(day_of(ended))
            reasons.setdefault((person, organisation), _("worked there until %(day)s") % {"day": day})
    for person, organisation in interests_in_force(today(), people, organisations):
        reasons.setdefault((person, organisation), _("has declared an interest"))
    return reasons


def interests_in_force(
    day: date, people: Collection[int], organisations: Collection[int]
) -> Iterable[tuple[int, int]]:
    """The pairs of person and organisation with a declared interest on this day. One query."""
    rows = _interests_on(day, organisations).filter(person__in=people)
    return rows.values_list("person", "organisation")


def _conflicting_memberships(organisations: Collection[int]) -> QuerySet[Membership]:
    """Of those who belong to these organisations, or belonged to them a short time ago."""
    since = timezone.now() - COOLING_OFF_PERIOD
    rows = Membership.objects.filter(organisation__in=organisations).order_by()
    return rows.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=since))


def _interests_on(day: date, organisations: Collection[int]) -> QuerySet[DeclaredInterest]:
    """The interests in these organisations that are in force on this day."""
    rows = DeclaredInterest.objects.filter(organisation__in=organisations).order_by()
    return rows.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day))


def _unsettled_readings(actor: Actor, reports: Sequence[Report]) -> QuerySet[SecondReading]:
    rows = SecondReading.objects.visible_to(actor).filter(report__in=reports).order_by()
    return rows.filter(state__in=UNSETTLED_READING_STATES)


def _readers_of(actor: Actor, reports: Sequence[Report]) -> dict[tuple[int, int], str]:
    """Whoever reads a report as second reader does not become its reviewer until that is settled."""
    pairs = _unsettled_readings(actor, reports).values_list("reader", "report")
    return {pair: _("is its second reader") for pair in pairs}


@dataclass(frozen=True, slots=True)
class InterestRow:
    """A declared interest, whether it bars today, and whether the actor may record its end."""

    interest: DeclaredInterest
    is_in_force: bool
    may_end: bool


def declared_interests(actor: Actor) -> list[InterestRow]:
    """All of them, those in force first, by name. One query."""
    rows = DeclaredInterest.objects.visible_to(actor).select_related(
        "person", "organisation", "recorded_by", "ended_by"
    )
    day = today()
    ordered = sorted(
        rows,
        key=lambda row: (
            not row.is_in_force(day),
            alphabet_key(row.person.name),
            alphabet_key(row.organisation.name),
        ),
    )
    return [
        InterestRow(row, row.is_in_force(day), row.ends_on is None and can(actor, "interest.end", row))
        for row in ordered
    ]


def own_interests(actor: Actor) -> dict[int, DeclaredInterest]:
    """The actor's own interests in force, by organisation. One query."""
    day = today()
    rows = DeclaredInterest.objects.visible_to(actor).filter(person_id=actor.person_id)
    return {row.organisation_id: row for row in rows if row.is_in_force(day)}


def conflict_reason(actor: Actor, report: Report) -> str:
    """Why the actor may not judge this organisation, as a sentence; empty where they may. One query."""
    if report.organisation_id not in actor.conflicts:
        return ""
    if report.organisation_id in own_interests(actor):
        return _("You have declared an interest in this organisation: you cannot review it.")
    return _("You belong, or in the last two years belonged, to this organisation: you cannot review it.")


def people_who_review() -> list[Person]:
    """The people of the secretariat who review or manage: who can have an interest that matters. One query."""
    rows = Membership.objects.current().filter(
        organisation__kind=OrganisationKind.SECRETARIAT, roles__overlap=[Role.REVIEWER, Role.MANAGER]
    )
    people = {row.person_id: row.person for row in rows.select_related("person")}
    return sorted(people.values(), key=lambda person: alphabet_key(person.name))
