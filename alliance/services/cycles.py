"""Named writes on cycles: plan, edit, open, close, reopen, publish."""

from dataclasses import dataclass, fields
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from alliance.enums import (
    FILEABLE_REPORT_STATES,
    REPORTING_KINDS,
    CharterState,
    CycleDecisionKind,
    CycleState,
    OrganisationState,
    ReportState,
)
from alliance.models import Charter, Cycle, Organisation, Report
from alliance.queries.charter_signatures import signed_versions
from alliance.queries.last_edits import refuse_other_values
from alliance.queries.local_dates import today
from alliance.queries.obligations import (
    cycles_to_close,
    is_before_announced_day,
    is_early_to_close,
    is_missed_by_closing,
    is_overdue,
    is_restored_by_reopening,
    required_reports,
    undecided_reports,
    unfiled_reports,
)
from alliance.queries.planned_publication import CANCEL_KIND
from alliance.queries.second_looks import publication_refusal, reports_to_confirm
from alliance.services import publications
from alliance.services.carry_over import carry_over_answers
from alliance.services.cycle_decisions import (
    Override,
    ReportStates,
    check_override,
    lock_reports,
    record_decision,
    refuse_if_changed,
)
from alliance.services.obligations import record_missed_report, restore_missed_report
from alliance.workflows import CYCLE
from portal.kernel import clock, journal
from portal.kernel.access import SYSTEM, Actor, require
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.jobs import enqueue
from portal.kernel.publishing import touch_public_revision
from portal.kernel.text import LANGUAGES, clean_name, format_date, require_reason


@dataclass(frozen=True, slots=True)
class CyclePlan:
    """Everything that a manager decides about a cycle; titles are by language."""

    slug: str
    titles: dict[str, str]
    charter: Charter
    starts_on: date
    ends_on: date
    due_on: date
    grace_days: int = 10
    review_days: int = 28
    response_days: int = 14
    publish_on: date | None = None
    correction_days: int = 14

    @staticmethod
    def values_of(cycle: Cycle) -> dict[str, object]:
        """What a plan replaces of a cycle, by column."""
        names = [field.name for field in fields(CyclePlan) if field.name not in ("titles", "charter")]
        titles = [f"title_{language}" for language in LANGUAGES]
        return {name: getattr(cycle, name) for name in (*titles, "charter_id", *names)}

    def write_to(self, cycle: Cycle) -> None:
        for name in ("slug", "charter", "starts_on", "ends_on", "due_on", "publish_on"):
            setattr(cycle, name, getattr(self, name))
        for name in ("grace_days", "review_days", "response_days", "correction_days"):
            setattr(cycle, name, getattr(self, name))
        for language, title in self.titles.items():
            setattr(cycle, f"title_{language}", clean_name(title, field=f"title_{language}"))


@transaction.atomic
def plan_cycle(actor: Actor, plan: CyclePlan) -> Cycle:
    """Plan a cycle; no report is required until it is opened.

    Raises Forbidden, or the DomainError of a title, of dates or of an address that cannot be.
    """
    require(actor, "cycle.plan")
    cycle = Cycle()
    return _save(actor, cycle, plan, "cycle.plan")


@transaction.atomic
def edit_cycle(actor: Actor, cycle: Cycle, plan: CyclePlan, *, seen: str | None = None) -> Cycle:
    """Change a cycle that is only planned.

    `seen`: the key of the `CyclePlan.values_of` it that the actor has seen, None for any. Raises Forbidden, WrongState
    once it is open, Conflict when it was changed in between, or the DomainError of the dates or the address.
    """
    locked = Cycle.objects.select_for_update(of=("self",), no_key=True).get(pk=cycle.pk)
    require(actor, "cycle.edit", locked)
    if locked.state != CycleState.PLANNED:
        raise WrongState(
            _("Only a planned cycle can be changed as a whole; the dates of an open one can be moved later.")
        )
    refuse_other_values(actor, locked, CyclePlan.values_of(locked), seen, "cycle.plan", "cycle.edit")
    return _save(actor, locked, plan, "cycle.edit")


def _save(actor: Actor, cycle: Cycle, plan: CyclePlan, kind: str) -> Cycle:
    if plan.starts_on > plan.ends_on:
        raise DomainError(_("The period ends before it begins."), field="ends_on")
    if plan.due_on <= plan.ends_on:
        raise DomainError(_("Reports can be due only after the period has ended."), field="due_on")
    if plan.publish_on is not None and plan.publish_on <= plan.due_on + timedelta(days=plan.grace_days):
        raise DomainError(_("The cycle can be published only after its days of grace."), field="publish_on")
    others = Cycle.objects.exclude(pk=cycle.pk) if cycle.pk else Cycle.objects.all()
    if others.filter(slug=plan.slug).exists():
        raise DomainError(_("This address is already taken."), field="slug")
    plan.write_to(cycle)
    cycle.save()
    journal.record(actor, kind, cycle, due_on=cycle.due_on.isoformat())
    return cycle


@transaction.atomic
def open_cycle(actor: Actor, cycle: Cycle) -> Cycle:
    """Open a cycle: every active member that has acceded to its charter has to report from now on.

    A member that has signed an earlier version alone reports on that one.

    A cycle that was planned on a version which was superseded since then is opened on that version. Raises Forbidden,
    WrongState, or DomainError while the charter is a draft, and once its days of grace are over: then it would close
    at once, and every report would count as not filed for good.
    """
    opened = CYCLE.apply(actor, cycle, "open")
    if why := opening_refusal(opened):
        raise DomainError(why)
    if opened.charter.state == CharterState.DRAFT:  # one that was superseded meanwhile stays usable
        raise DomainError(_("The charter of this cycle is not in force: put it in force first."))
    signed = signed_versions(opened.charter)
    for organisation in organisations_required_to_report(opened):
        version = signed[organisation.pk]
        report = Report.objects.create(
            organisation=organisation,
            cycle=opened,
            due_on=opened.due_on,
            earlier_charter_id=version if version != opened.charter_id else None,
        )
        carry_over_answers(report)
    touch_public_revision()  # its page says that it is open
    return opened


def opening_refusal(cycle: Cycle) -> str:
    """Why a planned cycle cannot be opened any more; empty where its time is not over."""
    if is_early_to_close(cycle):
        return ""
    message = _(
        "The days of grace ended on %(day)s: the cycle would close by itself at once, and every report would count as "
        "not filed. Change its dates first."
    )
    return message % {"day": format_date(cycle.grace_ends_on)}


def organisations_required_to_report(cycle: Cycle) -> QuerySet[Organisation]:
    """The members that have to report once this cycle opens: active, and acceded to its charter.

    Whoever has signed an earlier version alone reports on that one.
    """
    return Organisation.objects.filter(
        kind__in=REPORTING_KINDS, state=OrganisationState.ACTIVE, pk__in=signed_versions(cycle.charter)
    )


@transaction.atomic
def close_cycle(
    actor: Actor, cycle: Cycle, *, shown: ReportStates | None = None, override: Override | None = None
) -> Cycle:
    """Close a cycle: what is overdue counts as not filed, extensions hold, nothing becomes public.

    `shown` are the reports as the manager saw them. Before the days of grace are over it needs an `override`, and
    names of all reports that are not filed. Raises Forbidden, WrongState (also where a report has changed since it
    was shown), or Faults that say what is missing.
    """

    def check(locked: Cycle) -> dict[str, object]:
        reports = lock_reports(locked)
        refuse_if_changed(actor, reports, shown)
        unfiled, facts = unfiled_reports(required_reports(reports)), {}
        if is_early_to_close(locked):
            reason = check_override(locked, unfiled, shown, override or Override())
            facts["decision"] = record_decision(actor, locked, CycleDecisionKind.CLOSE, reason).pk
        now = today()
        for report in unfiled:
            if is_missed_by_closing(report, now):
                record_missed_report(report, within="cycle.close", **_scheduled(actor))
        return {**facts, "reports": [report.pk for report in unfiled]}

    closed: Cycle = CYCLE.apply(actor, cycle, "close", check=check)
    touch_public_revision()  # its page says that it is in review
    return closed


def _scheduled(actor: Actor) -> dict[str, bool]:
    """The fact that the schedule acts, for what happens within."""
    return {"scheduled": True} if actor == SYSTEM else {}


@transaction.atomic
def reopen_cycle(actor: Actor, cycle: Cycle, reason: str, *, shown: ReportStates | None = None) -> Cycle:
    """Open a closed cycle again, until it is published; its members are told why.

    What counts as not filed only because the cycle was closed early becomes a draft again, and a request for more time
    that this had closed is open again. A publication that was planned is cancelled, of which the other managers are
    told. Raises Forbidden, WrongState, or DomainError without a reason.
    """

    def check(locked: Cycle) -> dict[str, object]:
        reports = lock_reports(locked)
        refuse_if_changed(actor, reports, shown)
        decision = record_decision(actor, locked, CycleDecisionKind.REOPEN, require_reason(reason))
        now = today()
        for report in reports:
            if is_restored_by_reopening(report, now):
                restore_missed_report(report)
        concerned = [report.pk for report in reports if report.state in FILEABLE_REPORT_STATES]
        if locked.publish_at is not None:
            journal.record(actor, CANCEL_KIND, locked, at=locked.publish_at.isoformat())
        return {"decision": decision.pk, "reports": concerned}

    reopened: Cycle = CYCLE.apply(actor, cycle, "reopen", changes={"publish_at": None}, check=check)
    touch_public_revision()
    return reopened


@transaction.atomic
def publish_cycle(
    actor: Actor, cycle: Cycle, *, shown: ReportStates | None = None, override: Override | None = None
) -> Cycle:
    """Publish a closed cycle: its notice, its concluded reports, and who did not file or was exempt.

    Reports still in review, and those with verdicts that another reviewer has to confirm, follow one by one
    (`publish_concluded_report`). `shown` are the reports as the manager saw them. While there is one of these, or one
    that is neither filed nor decided, and before the announced day, it needs an `override`, and all of those by name.
    Raises Forbidden, WrongState (also where a report has changed since it was shown), or Faults that say what is
    missing.
    """

    unconfirmed: set[int] = set()

    def check(locked: Cycle) -> dict[str, object]:
        reports = lock_reports(locked)
        refuse_if_changed(actor, reports, shown)
        now = today()
        unconfirmed.update(reports_to_confirm(actor, reports))
        required = required_reports(reports)
        undecided = undecided_reports(required, now, unconfirmed)
        facts: dict[str, object] = {}
        if undecided or is_before_announced_day(locked):
            reason = check_override(locked, undecided, shown, override or Override())
            decision = record_decision(actor, locked, CycleDecisionKind.PUBLISH, reason)
            facts = {"decision": decision.pk, "reports": [report.pk for report in undecided]}
        for report in required:
            if is_overdue(report, now):
                record_missed_report(report, within="cycle.publish", **_scheduled(actor))
        return facts

    changes = {"published_at": clock.now(), "publish_at": None}
    published = CYCLE.apply(actor, cycle, "publish", changes=changes, check=check)
    publications.record_cycle_publication(actor, published, unconfirmed)
    reports = published.reports.select_related("organisation", "cycle__charter").order_by(
        "organisation__name"
    )
    for report in reports.filter(state=ReportState.CONCLUDED).exclude(pk__in=unconfirmed):
        publications.record_report_publication(actor, report, within="cycle.publish")
    for report in reports.filter(
        Q(state__in=(ReportState.NOT_FILED, ReportState.EXEMPT)) | Q(was_not_filed=True)
    ):
        publications.record_report_notice(actor, report)
    return published


def enqueue_due_closings() -> int:
    """Queue a job for each cycle that closes by itself; returns how many are new.

    The key holds the day: two schedulers queue it once, and what is opened again is not closed again.
    """
    return sum(
        enqueue("close_cycle", key=f"close:{cycle.pk}:{cycle.grace_ends_on}", payload={"cycle": cycle.pk})
        for cycle in cycles_to_close()
    )


@transaction.atomic
def close_due_cycle(cycle_id: int) -> bool:
    """Close a cycle as SYSTEM, if it is still to be closed by itself when the job is done."""
    cycle = next((cycle for cycle in cycles_to_close() if cycle.pk == cycle_id), None)
    if cycle is None:
        return False
    close_cycle(SYSTEM, cycle)
    return True


@transaction.atomic
def publish_concluded_report(actor: Actor, report: Report, *, seen: str | None = None) -> None:
    """Publish one report that was concluded after its cycle had been published.

    `seen` is its state as the manager saw it (`shown_state`), None for any. Raises Forbidden, WrongState (also where it
    has changed since it was shown), or DomainError while the cycle itself is not published, or another reviewer has to
    confirm verdicts in it.
    """
    require(actor, "report.publish", report)
    if report.cycle.state != CycleState.PUBLISHED:
        raise DomainError(_("Reports are published together with the cycle, after the secretariat’s review."))
    locked = Report.objects.select_for_update(of=("self",)).prefetch_related("organisation").get(pk=report.pk)
    if seen is not None:
        refuse_if_changed(actor, [locked], {report.pk: seen})
    if refusal := publication_refusal(actor, locked):
        raise DomainError(refusal)
    publications.record_report_publication(actor, report)
