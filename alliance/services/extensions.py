"""Named writes on the deadline of one report: a member asks for a later day, the secretariat grants or refuses it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.enums import ExtensionRequestState
from alliance.models import REPORT_LOCK_ORDER, ChangesRequest, Cycle, ExtensionRequest, Report
from alliance.queries.cycles import filing_list
from alliance.queries.extensions import (
    answered_meanwhile,
    asking_blocking_reason,
    extension_blocking_reason,
    extension_requests,
)
from alliance.queries.last_edits import edited_meanwhile
from alliance.queries.local_dates import today
from alliance.services import publications
from alliance.workflows import EXTENSION_REQUEST
from portal.kernel import clock, journal
from portal.kernel.access import SYSTEM, Actor, person_of, require
from portal.kernel.errors import Conflict, DomainError, WrongState
from portal.kernel.text import format_date, require_reason

MAX_REQUESTED_DAYS = 180  # after the present deadline; the secretariat itself may grant more


@dataclass(frozen=True, slots=True)
class ShownDeadline:
    """What the manager was shown of a report: its request for more time, and the deadline, each None for any.

    `extension_request` and `seen` as of `extend_report`.
    """

    extension_request: int | None = None
    seen: str | None = None


ShownDeadlines = Mapping[int, ShownDeadline]  # by report


@transaction.atomic
def ask_for_extension(actor: Actor, report: Report, *, until: date, reason: str) -> ExtensionRequest:
    """Ask the secretariat for a later deadline; its managers are notified.

    Of a report that is returned for changes it is the day by which to submit it again. Raises Forbidden, WrongState
    once it was filed, after its days of grace or while an earlier request is open, or DomainError without a reason or
    a day that can be asked for.
    """
    rows = Report.objects.select_for_update(of=("self",)).prefetch_related("cycle")
    locked = rows.get(pk=report.pk)
    require(actor, "report.ask_extension", locked)
    if why := asking_blocking_reason(locked):
        raise WrongState(why)
    request = ExtensionRequest(
        report=locked,
        organisation_id=locked.organisation_id,
        requested_due_on=_check_requested_day(locked, until),
        reason=require_reason(reason),
        asked_by_id=person_of(actor),
        asked_at=clock.now(),
    )
    request.save(force_insert=True)
    journal.record(
        actor, "report.ask_extension", request, report=locked.pk, requested_due_on=until.isoformat()
    )
    return request


def _check_requested_day(report: Report, until: date) -> date:
    """The day itself; raises DomainError where it cannot be asked for."""
    _require_later_day(report, until, "until")
    latest = report.deadline + timedelta(days=MAX_REQUESTED_DAYS)
    if until > latest:
        message = _("The new deadline must be %(day)s or earlier.") % {"day": format_date(latest)}
        raise DomainError(message, field="until")
    return until


def _require_later_day(report: Report, day: date, field: str) -> None:
    if day <= report.deadline:
        raise DomainError(_("The new deadline must be later than the present one."), field=field)
    if day < today():
        raise DomainError(_("This day has passed. Choose a later one."), field=field)


@transaction.atomic
def withdraw_extension_request(actor: Actor, request: ExtensionRequest) -> ExtensionRequest:
    """Withdraw a request that is not answered yet. Raises Forbidden, WrongState."""
    changes = {"decided_by_id": person_of(actor), "decided_at": clock.now()}
    data = {"report": request.report_id}
    return EXTENSION_REQUEST.apply(actor, request, "withdraw", changes=changes, data=data)


@transaction.atomic
def refuse_extension(actor: Actor, request: ExtensionRequest, reason: str) -> ExtensionRequest:
    """Refuse a later deadline, with a reason that the member reads; the present one stays.

    Raises Forbidden, WrongState that says who answered or withdrew it, or DomainError without a reason.
    """
    rows = ExtensionRequest.objects.select_for_update(of=("self",)).prefetch_related("decided_by")
    locked = rows.get(pk=request.pk)
    require(actor, EXTENSION_REQUEST.rule("refuse"), locked)
    if locked.state != ExtensionRequestState.OPEN:
        raise WrongState(answered_meanwhile(locked))
    changes = {
        "decision_reason": require_reason(reason),
        "decided_by_id": person_of(actor),
        "decided_at": clock.now(),
    }
    data = {"report": request.report_id}
    return EXTENSION_REQUEST.apply(actor, locked, "refuse", changes=changes, data=data)


@transaction.atomic
def extend_report(
    actor: Actor,
    report: Report,
    due_on: date,
    reason: str,
    extension_request: int | None = None,
    seen: str | None = None,
) -> Report:
    """Give a member until a later day; the reason is shown to the member and the secretariat.

    Of a report that is returned for changes it is the day by which to submit it again.

    An open request of the member is granted by it, whatever day it asks for. `extension_request` is the number of the
    request that the manager was shown and answers, 0 where none was open, None for any; `seen` the deadline, in ISO
    8601, that they were shown, None for any. Raises Forbidden, WrongState once the report was filed, its grace is over
    or another request is open than was shown, Conflict when the deadline was moved in between, or DomainError without
    a reason or a later day that is still to come.
    """
    locked = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
    require(actor, "report.extend", locked)
    if why := extension_blocking_reason(locked):
        raise WrongState(why)
    cleaned_reason = require_reason(reason)
    request = _lock_open_request(locked)
    _refuse_other_request(locked, request, extension_request)
    deadline = locked.deadline.isoformat()
    if seen not in (None, deadline):
        raise Conflict(_who_moved_deadline(actor, locked), stored=locked, sent=due_on)
    _require_later_day(locked, due_on, "due_on")
    facts = {"before": deadline, "due_on": due_on.isoformat()}
    if request is not None:
        facts["requested_due_on"] = request.requested_due_on.isoformat()
        _grant(actor, request, due_on, cleaned_reason)
    move_deadline(locked, due_on)
    locked.extension_reason = cleaned_reason
    locked.save(update_fields=["due_on", "changes_due_on", "extension_reason"])
    journal.record(actor, "report.extend", locked, **facts)
    publications.refresh_public_standing(locked)
    return locked


def _who_moved_deadline(actor: Actor, report: Report) -> str:
    """Who gave the report the deadline that it has: by its own, or by moving the dates of the whole cycle."""
    deadline = report.deadline.isoformat()
    is_cycles_own = report.deadline == report.cycle.due_on
    target, kind = (report.cycle, "cycle.reschedule") if is_cycles_own else (report, "report.extend")
    return edited_meanwhile(actor, target, kind, due_on=deadline)


def _refuse_other_request(report: Report, request: ExtensionRequest | None, shown: int | None) -> None:
    """Raise WrongState, with what became of the one that was shown, where another request is open, or none."""
    if shown is None or shown == (request.pk if request else 0):
        return
    sentences = []
    if shown:
        rows = ExtensionRequest.objects.filter(report=report, pk=shown).select_related("decided_by")
        sentences.append(answered_meanwhile(rows.first()))
    if request is not None:
        message = _(
            "Since then %(name)s has asked for %(day)s, with the reason “%(reason)s”. Read it, then answer."
        )
        facts = {"name": request.asked_by.name, "day": format_date(request.requested_due_on)}
        sentences.append(message % {**facts, "reason": request.reason})
    raise WrongState(" ".join(sentences))


def move_deadline(report: Report, due_on: date) -> None:
    """Of a report that is returned for changes, the day by which it is to be submitted again moves.

    Of a locked report, which the caller saves.
    """
    if report.changes_due_on is None:
        report.due_on = due_on
        return
    report.changes_due_on = due_on
    latest = ChangesRequest.objects.filter(report=report).latest("pk")
    latest.due_on = due_on
    latest.save(update_fields=["due_on"])


@dataclass(frozen=True, slots=True)
class ExtensionOutcome:
    """What became of one report of many: the day that it is due on now, or why it is not extended or refused."""

    report: Report
    due_on: date | None = None
    refusal: str = ""


@transaction.atomic
def extend_reports(
    actor: Actor, cycle: Cycle, shown: ShownDeadlines, due_on: date | None, reason: str
) -> list[ExtensionOutcome]:
    """Give several members until one day, or each until the day that it asks for.

    One that cannot be extended, has asked otherwise or has another deadline since it was shown, is left as it is, with
    the reason; one that has this day for this reason already counts as extended, so that the same sent twice says the
    same. Raises Forbidden, or DomainError without a reason.
    """
    require(actor, "cycle.extend", cycle)
    cleaned_reason = require_reason(reason)
    _lock_chosen(cycle, shown)
    requests = _requests_by_report(actor, cycle, shown)

    def extend(report: Report) -> date:
        request = requests.get(report.pk)
        day = due_on or (request.requested_due_on if request is not None else None)
        if day is None:
            _refuse_other_request(report, _lock_open_request(report), shown[report.pk].extension_request)
            raise DomainError(_("It has not asked for a day: choose one."))
        if (report.deadline, report.extension_reason) == (day, cleaned_reason):
            return day
        known = shown[report.pk]
        return extend_report(actor, report, day, cleaned_reason, known.extension_request, known.seen).deadline

    return _for_each(actor, cycle, shown, extend)


@transaction.atomic
def refuse_extensions(
    actor: Actor, cycle: Cycle, shown: ShownDeadlines, reason: str
) -> list[ExtensionOutcome]:
    """Refuse several requests for more time, as they were shown, for one reason; any other one is left as it is.

    Raises Forbidden, or DomainError without a reason.
    """
    require(actor, "cycle.extend", cycle)
    cleaned_reason = require_reason(reason)
    _lock_chosen(cycle, shown)
    requests = _requests_by_report(actor, cycle, shown)

    def refuse(report: Report) -> date:
        _refuse_other_request(report, _lock_open_request(report), shown[report.pk].extension_request)
        if report.pk not in requests:
            raise DomainError(_("It has not asked for more time."))
        refuse_extension(actor, requests[report.pk], cleaned_reason)
        return report.deadline

    return _for_each(actor, cycle, shown, refuse)


def _lock_chosen(cycle: Cycle, shown: ShownDeadlines) -> None:
    """Lock the reports in the order of all who lock several, as they are answered in another one: by member.

    The requests need no order: nobody locks several of them before their reports.
    """
    rows = Report.objects.select_for_update(of=("self",)).filter(cycle=cycle, pk__in=list(shown))
    list(rows.order_by(*REPORT_LOCK_ORDER).only("pk"))


def _requests_by_report(actor: Actor, cycle: Cycle, shown: ShownDeadlines) -> dict[int, ExtensionRequest]:
    """The request that was shown of each report, whatever became of it; where that is not said, the open one."""
    rows = extension_requests(actor).filter(report__cycle=cycle, report__in=list(shown))
    return {
        row.report_id: row
        for row in rows
        if row.pk == (number := shown[row.report_id].extension_request)
        or (number is None and row.state == ExtensionRequestState.OPEN)
    }


def _for_each(
    actor: Actor, cycle: Cycle, shown: ShownDeadlines, act: Callable[[Report], date]
) -> list[ExtensionOutcome]:
    """The act on each report, by member; one that is refused undoes nothing of the others."""
    outcomes = []
    for report in filing_list(actor, cycle).filter(pk__in=list(shown)):
        try:
            with transaction.atomic():
                outcomes.append(ExtensionOutcome(report, act(report)))
        except DomainError as refusal:
            outcomes.append(ExtensionOutcome(report, refusal=str(refusal)))
    return outcomes


def _grant(actor: Actor, request: ExtensionRequest, due_on: date, reason: str) -> None:
    changes = {
        "granted_due_on": due_on,
        "decision_reason": reason,
        "decided_by_id": person_of(actor),
        "decided_at": clock.now(),
    }
    data = {"report": request.report_id, "due_on": due_on.isoformat()}
    EXTENSION_REQUEST.apply(actor, request, "grant", changes=changes, data=data)


def lapse_extension_request(report: Report) -> None:
    """Close the open request of a report that was filed, exempted or not filed, or of which the review goes on.

    There is nothing to decide any more. The caller has locked the report.
    """
    if request := _lock_open_request(report):
        data = {"report": report.pk}
        EXTENSION_REQUEST.apply(SYSTEM, request, "lapse", changes={"decided_at": clock.now()}, data=data)


def lapse_covered_requests(cycle: Cycle) -> None:
    """Close the open requests that ask for no later day than the reports of a cycle have, whose dates were moved.

    There is nothing to decide any more. The caller has locked the reports.
    """
    rows = ExtensionRequest.objects.filter(report__cycle=cycle, state=ExtensionRequestState.OPEN)
    for request in rows.select_related("report").order_by("pk"):
        if request.requested_due_on <= request.report.deadline:
            lapse_extension_request(request.report)


def reopen_extension_request(report: Report) -> None:
    """Open again the request that ended as the report counted as not filed or was exempted: it is required again.

    Not one that a submission has ended, nor one that asks for no later day than the report has by now. The caller has
    locked the report.
    """
    request = ExtensionRequest.objects.select_for_update(of=("self",)).filter(report=report).first()
    if request is None or request.state != ExtensionRequestState.LAPSED:
        return
    is_submitted = report.submissions.filter(submitted_at__gte=request.asked_at).exists()
    if not is_submitted and request.requested_due_on > report.deadline:
        data = {"report": report.pk}
        EXTENSION_REQUEST.apply(SYSTEM, request, "reopen", changes={"decided_at": None}, data=data)


def _lock_open_request(report: Report) -> ExtensionRequest | None:
    rows = ExtensionRequest.objects.select_for_update(of=("self",))
    return rows.filter(report=report, state=ExtensionRequestState.OPEN).first()
