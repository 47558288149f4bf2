"""The days that ran on while nobody of a member could act, or sign a reply: it has them again once somebody can."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from alliance.enums import (
    CONCLUDED_REPORT_STATES,
    OPEN_FINDING_STATES,
    REPORTING_KINDS,
    RETURNED_REPORT_STATES,
    AccessionState,
    Role,
)
from alliance.models import (
    REPORT_LOCK_ORDER,
    Accession,
    Charter,
    Finding,
    Membership,
    Organisation,
    Person,
    Report,
)
from alliance.queries.absences import (
    LOSS_OF_SIGNATORIES,
    RETURN_OF_SIGNATORIES,
    Period,
    access_absences,
    last_day_without,
    last_signatory_left_at,
    members_with_signatories,
    signing_absences,
    with_signatory,
)
from alliance.queries.access_return import DAYS_GIVEN_BACK, deadline_after, missed_without_access
from alliance.queries.charter_signatures import version_in_force, versions_to_carry_over_to
from alliance.queries.local_dates import day_of, today
from alliance.queries.obligations import IS_UNFILED
from alliance.queries.public.record import withdrawal_of_record
from alliance.queries.published_states import record_name
from alliance.services.correction_answers import set_answer_days
from alliance.services.extensions import move_deadline
from alliance.services.findings import move_finding_day
from alliance.services.obligations import restore_missed_report
from portal.kernel import journal
from portal.kernel.access import SYSTEM, Actor, acting_as
from portal.kernel.journal import Event

LOSS_OF_CARRY_OVER, RETURN_OF_CARRY_OVER = "accession.lose_carry_over", "accession.regain_carry_over"


@transaction.atomic
def give_days_back(actor: Actor, organisation: Organisation) -> None:
    """Move each day that had not passed when its people lost access by as long as they had none.

    The day by which a report is submitted, or submitted again, the days of open findings that wait for the member, and,
    where it has a signatory, the last day for a reply to verdicts. A report that came to count as not filed meanwhile
    is a draft again, unless its cycle is published. A reply to a corrected verdict needs no move: `reply_openings`
    leaves those days out. The entries of findings are the actor's, who let the member back in. A report that is
    withdrawn has its days for a reply back for as long as it was public.
    """
    with acting_as(SYSTEM):
        absence = access_absences([organisation.pk]).get(organisation.pk)
        if absence is None or not absence.periods:
            return
        period = absence.periods[-1]
        restored = _restore_missed(organisation)
        reports = _move_deadlines(organisation, period)
        if members_with_signatories([organisation.pk]):
            without_signing = signing_absences([organisation.pk])[organisation.pk].periods[-1]
            reports = sorted({*reports, *_move_reply_days(organisation, without_signing)})
        _record(organisation, reports, _move_finding_days(actor, organisation, period), restored)


@transaction.atomic
def follow_signatories(organisation: Organisation) -> None:
    """Note, as SYSTEM, that nobody is left who can sign for a member, or that somebody can again.

    Then it has the days for a reply to verdicts again that were left, and all days to answer corrections; a reply waits
    while its people have no access for another reason. To which announced versions its signature carries over no more,
    or again as it could sign again on the same day, is noted, too. What is to be filed stays due: colleagues prepare
    it, and it can be extended.
    """
    set_answer_days(organisation)
    if not organisation.is_reporting:
        return
    with acting_as(SYSTEM):
        changes = Event.objects.filter(
            target_type=organisation._meta.label_lower,
            target_id=organisation.pk,
            kind__in=(LOSS_OF_SIGNATORIES, RETURN_OF_SIGNATORIES),
        )
        last = changes.order_by("-pk").first()
        can_sign = bool(members_with_signatories([organisation.pk]))
        if can_sign != (last is not None and last.kind == LOSS_OF_SIGNATORIES):
            return
        carried_to = versions_to_carry_over_to(SYSTEM, organisation.pk)
        if can_sign:
            journal.record(SYSTEM, RETURN_OF_SIGNATORIES, organisation)
        else:
            _record_loss(organisation, last)
        absence = signing_absences([organisation.pk])[organisation.pk]
        if can_sign and absence.since is None and organisation.has_access:
            _record(organisation, _move_reply_days(organisation, absence.periods[-1]))
        _record_carrying_over(organisation, carried_to)


def _record_carrying_over(organisation: Organisation, before: Collection[Charter]) -> None:
    """Note to which announced versions its signature carries over no more, or again; there is a letter of each."""
    now = versions_to_carry_over_to(SYSTEM, organisation.pk)
    changes = [(LOSS_OF_CARRY_OVER, [each for each in before if each not in now])]
    changes.append((RETURN_OF_CARRY_OVER, [each for each in now if each not in before]))
    for kind, charters in changes:
        for charter in charters:
            earlier = version_in_force(charter)
            accession = Accession.objects.get(
                organisation=organisation, charter=earlier, state=AccessionState.PUBLISHED
            )
            journal.record(SYSTEM, kind, accession, charter=charter.pk, version=charter.version)


def note_earlier_losses() -> int:
    """Note of each member that was left without a signatory before the journal had that; how many there are.

    The entry names the day on which that happened, so that the days since then come back. One query where
    there is none.
    """
    with acting_as(SYSTEM):
        noted = Event.objects.filter(
            target_type=Organisation._meta.label_lower, target_id=OuterRef("pk"), kind=LOSS_OF_SIGNATORIES
        )
        had_one = Membership.objects.filter(organisation=OuterRef("pk"), roles__contains=[Role.SIGNATORY])
        left = list(
            Organisation.objects.filter(
                ~with_signatory("pk"), ~Exists(noted), Exists(had_one), kind__in=REPORTING_KINDS
            )
        )
    for organisation in left:
        follow_signatories(organisation)
    return len(left)


def _record_loss(organisation: Organisation, last_return: Event | None) -> None:
    """Note that nobody is left who can sign; where that began on an earlier day, as before an upgrade, name it."""
    left_at = last_signatory_left_at(organisation.pk)
    is_known = left_at is not None and (last_return is None or left_at > last_return.at)
    day = day_of(left_at) if left_at is not None and is_known else today()
    data = {"on": day.isoformat()} if day < today() else {}
    journal.record(SYSTEM, LOSS_OF_SIGNATORIES, organisation, **data)


def follow_signatory(person: Person) -> None:
    """As `follow_signatories`, for each organisation that this person signs for, once their account is shut or open."""
    with acting_as(SYSTEM):
        memberships = Membership.objects.current().filter(person=person, roles__contains=[Role.SIGNATORY])
        organisations = [each.organisation for each in memberships.select_related("organisation")]
    for organisation in organisations:
        follow_signatories(organisation)


def _record(
    organisation: Organisation,
    reports: Collection[int],
    findings: Collection[int] = (),
    restored: Collection[int] = (),
) -> None:
    """`restored`: of these reports those that counted as not filed."""
    if reports or findings:
        facts = {"reports": list(reports), "findings": list(findings)}
        facts |= {"restored": list(restored)} if restored else {}
        journal.record(SYSTEM, DAYS_GIVEN_BACK, organisation, **facts)


def _restore_missed(organisation: Organisation) -> list[int]:
    """Those that are drafts again, of the reports that came to count as not filed. Returns their numbers."""
    numbers = [report.pk for report, _day in missed_without_access(SYSTEM, organisation.pk).again]
    for report in _locked(organisation, Q(pk__in=numbers)):
        restore_missed_report(report)
    return numbers


def _move_deadlines(organisation: Organisation, absence: Period) -> list[int]:
    """Of what is to be filed, or filed again. Returns the reports that have another day."""
    waits = IS_UNFILED | Q(state__in=RETURNED_REPORT_STATES, changes_due_on__isnull=False)
    moved: list[int] = []
    for report in _locked(organisation, waits):
        day = deadline_after(report, absence)
        if day != report.deadline:
            move_deadline(report, day)
            report.save(update_fields=["due_on", "changes_due_on"])
            moved.append(report.pk)
    return moved


def _move_reply_days(organisation: Organisation, absence: Period) -> list[int]:
    """Of replies to verdicts. Returns the reports that have another day."""
    moved: list[int] = []
    for report in _locked(organisation, Q(respond_by__gte=absence[0])):
        assert report.respond_by is not None, "it was filtered"
        begin = day_of(report.concluded_at) if report.concluded_at else absence[0]
        day = last_day_without(_while_public(report, absence), begin, report.respond_by)
        if day != report.respond_by:
            report.respond_by = day
            report.save(update_fields=["respond_by"])
            moved.append(report.pk)
    return moved


def _locked(organisation: Organisation, whose_day_runs: Q) -> QuerySet[Report]:
    rows = Report.objects.select_for_update(of=("self",)).filter(whose_day_runs, organisation=organisation)
    return rows.prefetch_related("organisation", "cycle").order_by(*REPORT_LOCK_ORDER)


def _while_public(report: Report, absence: Period) -> list[Period]:
    """The absence until the report was withdrawn: the days from then on come back once it is published again."""
    withdrawal = withdrawal_of_record("report", record_name(report)) if report.is_withdrawn else None
    if withdrawal is None:
        return [absence]
    lost_on, again_on = absence
    withdrawn_on = day_of(withdrawal.at)
    return [(lost_on, min(again_on, withdrawn_on))] if lost_on < withdrawn_on else []


def _move_finding_days(actor: Actor, organisation: Organisation, absence: Period) -> list[int]:
    """Of what the member has read and not reported done. Returns the findings that have another day."""
    lost_on = absence[0]
    rows = Finding.objects.select_for_update(of=("self",)).filter(
        organisation=organisation,
        state__in=OPEN_FINDING_STATES,
        claimed_at=None,
        report__state__in=CONCLUDED_REPORT_STATES,
        due_on__gte=lost_on,
    )
    moved: list[int] = []
    for finding in rows.prefetch_related("report").order_by("pk"):
        concluded_at = finding.report.concluded_at
        begin = day_of(concluded_at) if concluded_at else lost_on
        day = last_day_without([absence], begin, finding.due_on)
        if day != finding.due_on:
            move_finding_day(actor, finding, day)
            moved.append(finding.pk)
    return moved
