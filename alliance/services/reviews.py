"""Named writes of a review: start it, give verdicts, write notes, ask for changes, conclude."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.enums import ReportState, VerdictValue
from alliance.models import ChangesRequest, Commitment, InternalNote, Measure, Report, Submission, Verdict
from alliance.queries.local_dates import today
from alliance.queries.review_state import ReviewState, ReviewStep, review_state
from alliance.validators.languages import text_language
from alliance.workflows import REPORT, REPORT_EDITABLE
from portal.kernel import clock, journal
from portal.kernel.access import Actor, person_of, require
from portal.kernel.errors import Conflict, DomainError, WrongState
from portal.kernel.text import clean_text


@dataclass(frozen=True, slots=True)
class VerdictInput:
    """A reviewer's verdict on one subject."""

    value: str
    reason: str = ""
    difference: str = ""
    language: str = ""


def start_review(actor: Actor, report: Report) -> Report:
    """Take a submitted report into review. Raises Forbidden (rule 4 among the reasons), WrongState."""
    return REPORT.apply(actor, report, "start_review", changes={"reviewer_id": person_of(actor)})


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

    `language` is that of the reason, by default the one that the reviewer reads; `version` is the one that the
    reviewer saw, 0 for none. Raises Forbidden, WrongState outside a review, Conflict when somebody else
    judged in between, or DomainError: no reason, a commitment before its measures, a verdict that differs from
    what the measures propose without a reason.
    """
    locked = _lock(actor, report, "report.review")
    _check_charter(locked, measure, commitment)
    state = _state(actor, report)
    step = _step(state, measure, commitment, pledge_record)
    judgement = VerdictInput(
        value,
        clean_text(reason, field="reason").strip(),
        clean_text(difference, field="difference").strip(),
        text_language(language),
    )
    verdict = _verdict_to_write(step, judgement, version) or Verdict(
        report=report,
        organisation_id=report.organisation_id,
        measure=step.measure,
        commitment=step.commitment,
        pledge_record=pledge_record,
    )
    _check_verdict(state, step, judgement)
    return _write_verdict(actor, state, verdict, judgement)


def _lock(actor: Actor, report: Report, rule: str) -> Report:
    """Lock the report, so that two reviewers come one after the other; it must be in review."""
    locked = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
    require(actor, rule, locked)
    if locked.state in REPORT_EDITABLE:
        raise WrongState(_("This report is with the member: it can be judged again once it is submitted."))
    if locked.state != ReportState.IN_REVIEW:
        raise WrongState(_("This report is not in review."))
    return locked


def _check_charter(report: Report, measure: Measure | None, commitment: Commitment | None) -> None:
    """A verdict is on the version of the charter that the cycle reports on."""
    subject = measure or commitment
    if subject is not None and subject.charter_id != report.cycle.charter_id:
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
            _("Someone else saved this while you were editing it."), stored=stored, sent=verdict_input
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
    first = verdict.pk is None
    verdict.value, verdict.reason, verdict.difference = (
        verdict_input.value,
        verdict_input.reason,
        verdict_input.difference,
    )
    verdict.language = verdict_input.language
    verdict.submission, verdict.given_by_id = state.submission, person_of(actor)
    verdict.given_at = clock.now()
    verdict.version = 1 if first else verdict.version + 1
    verdict.save()
    journal.record(actor, "verdict.give", verdict, report=verdict.report_id, value=verdict.value)
    return verdict


@transaction.atomic
def write_note(
    actor: Actor, report: Report, text: str, *, measure: Measure | None = None, language: str = ""
) -> InternalNote:
    """Leave a note among the secretariat; no member ever sees it. Raises Forbidden, or without text."""
    require(actor, "note.write", report)
    cleaned_text = clean_text(text, field="text").strip()
    if not cleaned_text:
        raise DomainError(_("The text is empty or too long."), field="text")
    note = InternalNote.objects.create(
        report=report,
        measure=measure,
        text=cleaned_text,
        language=text_language(language),
        written_by_id=person_of(actor),
        written_at=clock.now(),
    )
    journal.record(actor, "note.write", note, report=report.pk)
    return note


@transaction.atomic
def request_changes(actor: Actor, report: Report, summary: str, language: str = "") -> Report:
    """Return the whole report with one summary; the submission stays the reviewed one until the next.

    Raises Forbidden, WrongState, or DomainError without a summary.
    """
    cleaned_summary = clean_text(summary, field="summary").strip()
    if not cleaned_summary:
        raise DomainError(_("Enter what should change."), field="summary")
    returned = REPORT.apply(actor, report, "request_changes")
    ChangesRequest.objects.create(
        report=returned,
        organisation_id=returned.organisation_id,
        submission=Submission.objects.filter(report=returned).latest("number"),
        summary=cleaned_summary,
        language=text_language(language),
        requested_by_id=person_of(actor),
        requested_at=clock.now(),
    )
    return returned


@transaction.atomic
def conclude_report(actor: Actor, report: Report) -> Report:
    """Conclude the review: the member reads the verdicts, and may reply until `respond_by`.

    Raises Forbidden, WrongState, or DomainError while anything due has no valid verdict. Open
    questions do not stop it; the page warns of them.
    """
    locked = _lock(actor, report, "report.conclude")
    missing = _state(actor, report).missing
    if missing:
        message = ngettext(
            "%(count)d verdict is missing, at %(first)s.",
            "%(count)d verdicts are missing, the first one at %(first)s.",
            len(missing),
        )
        first = f"{missing[0].code} {missing[0].title}".strip()
        raise DomainError(message % {"count": len(missing), "first": first})
    respond_by = today() + timedelta(days=locked.cycle.response_days)
    changes = {"concluded_at": clock.now(), "respond_by": respond_by}
    return REPORT.apply(
        actor, locked, "conclude", changes=changes, data={"respond_by": respond_by.isoformat()}
    )
