"""Named writes of a review: start it, give verdicts, ask for changes, conclude."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.enums import AssignmentAct, ReportState, VerdictValue
from alliance.models import ChangesRequest, Commitment, Cycle, Measure, Report, Verdict
from alliance.queries.given_verdicts import judged_subject, versions_taken_back
from alliance.queries.judged_subjects import JudgedSubject
from alliance.queries.local_dates import today
from alliance.queries.reply_days import reply_day_from_today
from alliance.queries.review_state import ReviewState, ReviewStep, review_state
from alliance.queries.second_looks import second_look_refusal
from alliance.queries.second_readings import changed_since_read
from alliance.services.assignments import record_assignment, refuse_other_reviewer
from alliance.services.pauses import stop_pause
from alliance.services.report_steps import (
    lock_report,
    lock_review,
    refuse_outside_review,
    standing_submission,
)
from alliance.services.review_notes import note_changes_since_read
from alliance.services.taken_back_verdicts import delete_verdicts
from alliance.validators.languages import text_language
from alliance.workflows import REPORT
from portal.kernel import clock, journal
from portal.kernel.access import Actor, person_of, require
from portal.kernel.errors import Conflict, DomainError, WrongState
from portal.kernel.text import clean_text, format_date

MAX_DAYS_FOR_CHANGES = 180  # as for an extension that a member asks for


@dataclass(frozen=True, slots=True)
class VerdictInput:
    """A reviewer's verdict on one subject."""

    value: str
    reason: str = ""
    difference: str = ""
    language: str = ""
    difference_from: str = ""  # the proposal that the difference explains


@transaction.atomic
def start_review(actor: Actor, report: Report) -> Report:
    """Take a submitted report into review; one that is assigned to nobody is the actor's from now on.

    Raises Forbidden (rule 4 among the reasons), WrongState that says whose it is by now, who has started it, or who
    has recalled it, or DomainError for whoever reads it as second reader.
    """
    if (
        report.reviewer_id is not None
    ):  # the page that offered it may be older: a bare refusal would not say why
        refuse_other_reviewer(actor, report)
    locked = lock_report(actor, report, "report.start_review")
    if locked.reviewer_id is not None:
        refuse_other_reviewer(actor, locked)
    started = REPORT.apply(actor, report, "start_review", changes={"reviewer_id": person_of(actor)})
    if locked.reviewer_id is None:
        record_assignment(actor, started, AssignmentAct.ASSIGN, None)
    return started


@transaction.atomic
def give_verdict(
    actor: Actor,
    report: Report,
    *,
    measure: Measure | None = None,
    commitment: Commitment | None = None,
    pledge_record: UUID | None = None,
    value: str,
    reason: str = "",
    difference: str = "",
    language: str = "",
    version: int = 0,
) -> Verdict:
    """Give or change the verdict on a due measure, a commitment, or an own pledge of the submission.

    `language` is that of the reason, by default the one that the reviewer reads; `difference` says why a commitment's
    verdict is not the one that its measures propose, and is dropped where it is; `version` is the one that the
    reviewer saw, 0 for none. Raises Forbidden, WrongState outside a review, Conflict when somebody else
    judged in between, or DomainError: no reason, a commitment before its measures, a verdict that differs from
    what the measures propose without a reason.
    """
    locked = lock_review(actor, report, "report.review")
    judgement = VerdictInput(value, reason, difference, language)
    state, last = _state(actor, report), versions_taken_back(locked)
    return _judge(actor, locked, state, last, judgement, measure, commitment, pledge_record, version)


@transaction.atomic
def give_verdicts(
    actor: Actor, report: Report, measures: Sequence[Measure], *, value: str, reason: str, language: str = ""
) -> list[Verdict]:
    """Give measures that have no verdict yet the same one, all or none; each has its row and its journal entry.

    They carry a common number, by which `take_back_verdicts` finds them. Raises Forbidden, WrongState, Conflict that
    names those judged in between, or the DomainError of a single verdict.
    """
    if not measures:
        raise DomainError(_("Choose at least one measure."), field="measures")
    locked = lock_review(actor, report, "report.review")
    state, last, batch = _state(actor, report), versions_taken_back(locked), uuid4()
    _refuse_judged(state, measures)
    judgement = VerdictInput(value, reason, language=language)
    return [_judge(actor, locked, state, last, judgement, measure, batch=batch) for measure in measures]


def _refuse_judged(state: ReviewState, measures: Sequence[Measure]) -> None:
    steps = [state.find("measure", measure.key) for measure in measures]
    judged = [step for step in steps if step is not None and step.verdict is not None]
    if judged:
        message = _(
            "Judged meanwhile: %(measures)s. No verdict was given; look at the other measures, and send again."
        )
        titles = ", ".join(f"{step.code} {step.title}" for step in judged)
        raise Conflict(message % {"measures": titles}, stored=judged, sent=measures, field="measures")


@transaction.atomic
def confirm_verdicts(actor: Actor, report: Report, seen: Mapping[str, int]) -> int:
    """Confirm verdicts as they stand whose giver has declared an interest since, in review or concluded; how many.

    They are the actor's from then on, each with its journal entry. `seen` are the steps by name with the versions of
    their verdicts that the actor has read. Raises Forbidden, WrongState, Conflict where one was changed meanwhile, or
    the DomainError of one that nobody has to confirm, or whose answer has changed.
    """
    locked = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
    refuse_other_reviewer(actor, locked)
    require(actor, "verdict.confirm", locked)
    if locked.state != ReportState.CONCLUDED:
        refuse_outside_review(actor, locked)
    state = _state(actor, locked)
    steps = {step.name: step for step in state.to_confirm}
    if not seen or not steps.keys() >= seen.keys():
        raise DomainError(_("No verdict waits to be confirmed there."), field="verdicts")
    for name, version in seen.items():
        verdict = steps[name].verdict
        assert verdict is not None  # it was given by somebody
        if verdict.version != version:
            raise Conflict(
                _("This was saved elsewhere while you were editing it."), stored=verdict, sent=None
            )
        verdict.submission, verdict.given_by_id = state.submission, person_of(actor)
        verdict.given_at, verdict.needs_second_look = clock.now(), False
        verdict.version += 1
        verdict.save()
        step = steps[name]
        facts = {"measure": step.code if step.kind == "measure" else "", "value": verdict.value}
        journal.record(actor, "verdict.confirm", verdict, report=verdict.report_id, **facts)
    return len(seen)


def _judge(
    actor: Actor,
    report: Report,
    state: ReviewState,
    last_versions: Mapping[JudgedSubject, int],
    judgement: VerdictInput,
    measure: Measure | None = None,
    commitment: Commitment | None = None,
    pledge_record: UUID | None = None,
    version: int = 0,
    batch: UUID | None = None,
) -> Verdict:
    """Write one verdict of a report that is locked, on the subject that is named.

    After one that was taken back it has the next version: whoever has read that one writes over nothing.
    """
    _check_charter(report, measure, commitment)
    step = _step(state, measure, commitment, pledge_record)
    differs = step.kind == "commitment" and judgement.value != step.proposal
    cleaned = VerdictInput(
        judgement.value,
        clean_text(judgement.reason, field="reason").strip(),
        clean_text(judgement.difference, field="difference").strip() if differs else "",
        text_language(judgement.language),
        (step.proposal or "") if differs else "",
    )
    verdict = _verdict_to_write(step, cleaned, version)
    if verdict is None:
        verdict = Verdict(
            report=report,
            organisation_id=report.organisation_id,
            measure=step.measure,
            commitment=step.commitment,
            pledge_record=pledge_record,
            batch=batch,
        )
        verdict.version = last_versions.get(judged_subject(verdict), 0)
    _check_verdict(state, step, cleaned)
    return _write_verdict(actor, state, verdict, cleaned)


def _check_charter(report: Report, measure: Measure | None, commitment: Commitment | None) -> None:
    """A verdict is on the version of the charter that the cycle reports on."""
    subject = measure or commitment
    if subject is not None and subject.charter_id != report.charter_id:
        raise DomainError(
            _("This belongs to another version of the charter than the one that the cycle reports on.")
        )


def _state(actor: Actor, report: Report) -> ReviewState:
    state = review_state(actor, report)
    if state is None:
        raise WrongState(_("Nothing submitted yet"))
    return state


def _step(
    state: ReviewState, measure: Measure | None, commitment: Commitment | None, pledge_record: UUID | None
) -> ReviewStep:
    """The measure or commitment that the verdict is on, when the submission requires it."""
    if measure is not None:
        step = state.find("measure", measure.key)
    elif commitment is not None:
        step = state.find("commitment", commitment.key)
    else:
        step = state.find("pledge", str(pledge_record))
    if step is None:
        raise DomainError(_("This report does not require that answer."))
    if step.withdrawn:
        raise DomainError(
            _("The member has withdrawn the pledge that this answers to: there is no verdict on it.")
        )
    return step


def _verdict_to_write(step: ReviewStep, verdict_input: VerdictInput, version: int) -> Verdict | None:
    """The verdict that is there, if it is still the one that the reviewer saw."""
    stored = step.verdict
    if version != (stored.version if stored else 0):
        raise Conflict(
            _("This was saved elsewhere while you were editing it."), stored=stored, sent=verdict_input
        )
    return stored


def _check_verdict(state: ReviewState, step: ReviewStep, verdict_input: VerdictInput) -> None:
    if verdict_input.value not in VerdictValue.values:
        raise DomainError(_("Choose a verdict."), field="value")
    if not verdict_input.reason and verdict_input.value != VerdictValue.NOT_DUE:
        raise DomainError(_("Give a reason: it is published."), field="reason")
    if step.kind != "commitment" or step.commitment is None:
        return
    group = state.group_of(step.commitment)
    if group is None or not group.is_ready:
        raise DomainError(_("Give each measure of this commitment its verdict first."))
    if verdict_input.value != step.proposal and not verdict_input.difference:
        message = _("The measures propose “%(proposal)s”. Explain why the commitment’s verdict differs.")
        label = step.proposal.label if step.proposal else ""
        raise DomainError(message % {"proposal": label}, field="difference")


def _write_verdict(
    actor: Actor, state: ReviewState, verdict: Verdict, verdict_input: VerdictInput
) -> Verdict:
    verdict.value, verdict.reason, verdict.difference = (
        verdict_input.value,
        verdict_input.reason,
        verdict_input.difference,
    )
    verdict.difference_from, verdict.language = verdict_input.difference_from, verdict_input.language
    verdict.submission, verdict.given_by_id = state.submission, person_of(actor)
    verdict.given_at, verdict.needs_second_look = clock.now(), False
    verdict.version += 1
    verdict.save()
    journal.record(actor, "verdict.give", verdict, report=verdict.report_id, value=verdict.value)
    return verdict


def proposed_changes_day(cycle: Cycle) -> date:
    """Until when a member is asked to submit again, where nobody says otherwise: the cycle's days for replies."""
    return today() + timedelta(days=max(1, cycle.response_days))


@transaction.atomic
def request_changes(
    actor: Actor, report: Report, summary: str, language: str = "", due_on: date | None = None
) -> Report:
    """Return the whole report with one summary; the submission stays the reviewed one until the next.

    The member is to submit again by `due_on`, by default after the cycle's days for replies; then the review may be
    resumed. A pause ends. Raises Forbidden, WrongState that says who was quicker, or DomainError without a summary or
    for a day that has passed or is too far.
    """
    cleaned_summary = clean_text(summary, field="summary").strip()
    if not cleaned_summary:
        raise DomainError(_("Enter what should change."), field="summary")
    day = _check_changes_day(due_on or proposed_changes_day(report.cycle))

    def check(locked: Report) -> dict[str, object]:
        request = ChangesRequest.objects.create(
            report=locked,
            organisation_id=locked.organisation_id,
            submission=standing_submission(locked),
            summary=cleaned_summary,
            language=text_language(language),
            due_on=day,
            paused_days=pause.get("paused_days", locked.paused_days),
            measures_due=locked.measures_due,
            requested_by_id=person_of(actor),
            requested_at=clock.now(),
        )
        return {"changes_request": request.pk, "changes_due_on": day.isoformat()}

    pause = stop_pause(actor, lock_report(actor, report, "report.request_changes"))
    return REPORT.apply(
        actor, report, "request_changes", changes={"changes_due_on": day, **pause}, check=check
    )


def _check_changes_day(day: date) -> date:
    if day < today():
        raise DomainError(_("This day has passed. Choose a later one."), field="due_on")
    latest = today() + timedelta(days=MAX_DAYS_FOR_CHANGES)
    if day > latest:
        message = _("Choose %(day)s or an earlier day.") % {"day": format_date(latest)}
        raise DomainError(message, field="due_on")
    return day


@transaction.atomic
def conclude_report(actor: Actor, report: Report, reason: str = "", language: str = "") -> Report:
    """Conclude the review: the member reads the verdicts, and may reply until `respond_by`; a pause ends.

    Verdicts on what the member has withdrawn, or answers no more in the submission that is concluded, are taken back:
    neither the member nor the public reads them. `reason` says why verdicts are others than a second reading, or its
    settlement, has left; it stays within the secretariat, as a note on each measure.

    Raises Forbidden, WrongState that says who was quicker, or DomainError while anything due has no valid verdict, or
    one by somebody who has declared an interest since, and without a reason that is needed. Open questions do not stop
    it; the page warns of them.
    """
    locked = lock_report(actor, report, "report.conclude")
    if refusal := REPORT.refusal(actor, locked, "conclude"):
        raise WrongState(refusal)
    state = _state(actor, report)
    missing = state.unjudged
    if not missing and (refusal := second_look_refusal(state.to_confirm)):
        raise DomainError(refusal)
    if missing:
        message = ngettext(
            "%(count)d verdict is missing, at %(first)s.",
            "%(count)d verdicts are missing, the first one at %(first)s.",
            len(missing),
        )
        first = f"{missing[0].code} {missing[0].title}".strip()
        raise DomainError(message % {"count": len(missing), "first": first})
    note_changes_since_read(actor, locked, changed_since_read(actor, locked, state), reason, language)
    due = [step.verdict.pk for step in state.steps if step.verdict and not step.withdrawn]
    left = Verdict.objects.filter(report=locked).exclude(pk__in=due)
    delete_verdicts(actor, left.select_related("measure", "commitment"))
    respond_by = reply_day_from_today(locked.cycle)
    changes = {"concluded_at": clock.now(), "respond_by": respond_by, **stop_pause(actor, locked)}
    return REPORT.apply(
        actor, locked, "conclude", changes=changes, data={"respond_by": respond_by.isoformat()}
    )
