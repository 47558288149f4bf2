"""Named writes on second readings: asked for, read, sent, settled, withdrawn. No member ever sees one."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.enums import REVIEWABLE_REPORT_STATES, ReadingOutcome, SecondReadingState, VerdictValue
from alliance.models import Measure, Report, SecondOpinion, SecondReading, Verdict
from alliance.queries.local_dates import today
from alliance.queries.review_drafts import reading_drafts, reading_drafts_refusal
from alliance.queries.review_state import ReviewState, review_state
from alliance.queries.reviewers import interests_in_force, reviewer_choices
from alliance.queries.second_readings import ReadingRow, outdated_refusal, reading_rows, silent_readings
from alliance.services.report_steps import refuse_outside_review
from alliance.services.review_drafts import refuse_reading_that_is_over
from alliance.services.review_notes import write_note
from alliance.validators.languages import text_language
from alliance.workflows import REPORT, SECOND_READING
from portal.kernel import clock, journal
from portal.kernel.access import SYSTEM, Actor, can, person_of, require
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.jobs import enqueue
from portal.kernel.text import clean_text, require_short_reason


@dataclass(frozen=True, slots=True)
class ReadingRequest:
    """What a second reader is asked: which measures (none: all of the report), whether blind, what to look at."""

    reader: int
    measures: Collection[str] = ()
    is_blind: bool = False
    request: str = ""


@transaction.atomic
def ask_second_reading(actor: Actor, report: Report, request: ReadingRequest) -> SecondReading:
    """Ask another reviewer to read a report that is submitted or in review; they are notified.

    A manager may ask for one of a report that is still to come, of all of it: its reader sees nothing before it is
    filed, and the letter of the submission names the reading. Raises Forbidden, WrongState, or DomainError for a person
    who cannot read it, who is its reviewer or has been asked already, or a measure that the submission does not have.
    """
    locked = Report.objects.select_for_update(of=("self",)).prefetch_related("cycle").get(pk=report.pk)
    require(actor, "second_reading.ask", locked)
    is_coming = locked.submitted_at is None and locked.state in REPORT.acts["assign"]
    if is_coming:
        require(actor, "report.allocate", locked)
    elif locked.state not in REVIEWABLE_REPORT_STATES:
        raise WrongState(
            _("A second reading can be asked for only while the report is submitted or in review.")
        )
    _check_reader(actor, locked, request.reader)
    # which measures there are to read is settled when it is filed
    due = [] if is_coming else [step.key for step in _review_state(actor, locked).measures_to_judge]
    if not set(due).issuperset(request.measures):
        raise DomainError(_("This report does not require that answer."), field="measures")
    reading = SecondReading.objects.create(
        report=locked,
        organisation_id=locked.organisation_id,
        reader_id=request.reader,
        measure_keys=[key for key in due if key in request.measures],
        is_blind=request.is_blind,
        request=clean_text(request.request, field="request").strip(),
        asked_by_id=person_of(actor),
        asked_at=clock.now(),
    )
    journal.record(actor, "second_reading.ask", reading, **_facts(reading))
    return reading


def _check_reader(actor: Actor, report: Report, reader: int) -> None:
    if reader == report.reviewer_id:
        raise DomainError(
            _("The reviewer cannot be the second reader. Choose somebody else."), field="reader"
        )
    choice = next((each for each in reviewer_choices(actor, [report]) if each.person_id == reader), None)
    if choice is None:
        raise DomainError(_("Choose a reviewer of the secretariat."), field="reader")
    if reason := choice.refusals.get(report.pk):
        raise DomainError(f"{choice.name} {reason}.", field="reader")


@transaction.atomic
def ask_second_readings(actor: Actor, reports: Sequence[Report], reader: int) -> dict[int, str]:
    """Ask a person to read all of each report, none of them blind; of which it cannot be asked, and why, by number.

    Raises DomainError with the first reason where it can be asked of none.
    """
    refusals: dict[int, str] = {}
    for report in reports:
        if not can(actor, "second_reading.ask", report):
            message = _("Only its reviewer or a manager can ask for a second reading of %(member)s.")
            refusals[report.pk] = message % {"member": report.organisation.name}
            continue
        try:
            ask_second_reading(actor, report, ReadingRequest(reader))
        except DomainError as refusal:
            refusals[report.pk] = str(refusal)
    if len(refusals) == len(reports):
        raise DomainError(next(iter(refusals.values())), field="second_reader")
    return refusals


@transaction.atomic
def give_opinion(
    actor: Actor,
    reading: SecondReading,
    measure: Measure,
    *,
    value: str,
    reason: str = "",
    language: str = "",
) -> SecondOpinion:
    """Write down the reader's own verdict on one measure; it can be changed until the reading is sent.

    Raises Forbidden, WrongState once it was sent or withdrawn, or DomainError for a measure that was not asked about,
    without a verdict, or without a reason where it differs from the reviewer's or the reader judges blind.
    """
    locked = _lock(reading)
    require(actor, "second_reading.read", locked)
    refuse_reading_that_is_over(locked)
    row = next((each for each in reading_rows(actor, locked) if each.step.key == measure.key), None)
    if row is None or row.step.measure is None:
        raise DomainError(_("This report does not require that answer."))
    if value not in VerdictValue.values:
        raise DomainError(_("Choose a verdict."), field="value")
    text = clean_text(reason, field="reason").strip()
    agrees = not locked.is_blind and row.verdict is not None and row.verdict.value == value
    if not text and not agrees:
        raise DomainError(
            _("Give a reason where you differ from the reviewer, or judge blind."), field="reason"
        )
    values = {"value": value, "reason": text, "language": text_language(language), "given_at": clock.now()}
    opinion, _created = SecondOpinion.objects.update_or_create(
        reading=locked,
        measure=row.step.measure,
        defaults={**values, "organisation_id": locked.organisation_id},
    )
    return opinion


@transaction.atomic
def send_reading(actor: Actor, reading: SecondReading) -> SecondReading:
    """Send the reading to the reviewer: it agrees with every verdict, or differs and has to be settled.

    Raises Forbidden, WrongState, or DomainError while a measure lacks the reader's verdict or the reviewer's, or has a
    draft of the reader's, where the member has changed an answer since the reader judged it, and where a verdict was
    agreed with, without a reason, that the reviewer has changed since.
    """
    locked = _lock(reading)
    require(actor, "second_reading.read", locked)
    refuse_reading_that_is_over(locked)
    rows = reading_rows(actor, locked)
    drafts = reading_drafts(actor, locked)
    if refusal := reading_drafts_refusal(drafts, [row.step.key for row in rows]):
        raise DomainError(refusal)
    if refusal := outdated_refusal(rows):
        raise DomainError(refusal)
    for row in rows:
        name = f"{row.step.code} {row.step.title}"
        if row.opinion is None:
            raise DomainError(_("Your verdict on %(measure)s is missing.") % {"measure": name})
        if row.verdict is None:
            raise DomainError(_("The reviewer has not judged %(measure)s yet.") % {"measure": name})
        if row.verdict.value != row.opinion.value and not row.opinion.reason:
            message = _(
                "The reviewer has changed the verdict on %(measure)s to “%(verdict)s” since you agreed. Open the "
                "measure: agree with the new verdict, or give a reason why yours differs."
            )
            verdict = row.verdict.get_value_display()
            raise DomainError(message % {"measure": name, "verdict": verdict})
    if not rows:
        raise DomainError(_("There is no measure to read."))
    for row in rows:
        assert row.opinion is not None  # refused above
        assert row.verdict is not None  # refused above
        row.opinion.verdict_value = row.verdict.value
    opinions = [row.opinion for row in rows if row.opinion is not None]
    SecondOpinion.objects.bulk_update(opinions, ["verdict_value"])
    action = "differ" if any(opinion.differs for opinion in opinions) else "agree"
    changes = {"answered_at": clock.now()}
    return SECOND_READING.apply(actor, locked, action, changes=changes, data=_facts(locked))


@dataclass(frozen=True, slots=True)
class Settlement:
    """What becomes of one difference: which verdict stands, and why.

    `verdict`: the first one as the actor has read it; empty where that is not said.
    """

    measure: str
    outcome: str
    reason: str
    verdict: str = ""


@transaction.atomic
def settle_reading(actor: Actor, reading: SecondReading, settlements: Sequence[Settlement]) -> SecondReading:
    """Settle all differences of a reading: the reader's verdict is taken over, or the first one kept, with a reason.

    A verdict that is taken over is the reader's from then on, with their reason; that of the commitment is to be looked
    at again where it does not follow any more. Which verdict was upheld is kept: the review is concluded with it, or
    with a reason.

    Raises Forbidden, WrongState once it is settled, and outside a review: the member's next answer may change what
    there is to settle; DomainError while a difference has no decision or no reason, or where the reviewer's verdict was
    taken back meanwhile, or is another one than was read.
    """
    locked = _lock(reading)
    require(actor, "second_reading.settle", locked)
    if locked.state != SecondReadingState.DIFFERS:
        raise WrongState(SECOND_READING.wrong_state(actor, locked))
    refuse_outside_review(actor, locked.report)
    if (
        locked.state not in SECOND_READING.steps["settle"].sources
    ):  # before its verdicts are compared with what was read
        raise WrongState(SECOND_READING.wrong_state(actor, locked))
    by_key = {each.measure: each for each in settlements}
    differing = [row for row in reading_rows(actor, locked) if row.opinion and row.opinion.differs]
    for row in differing:
        decision = by_key.get(row.step.key)
        if decision is None or decision.outcome not in ReadingOutcome.values:
            message = _("Choose which verdict on %(measure)s stands.")
            raise DomainError(message % {"measure": row.step.code}, field=f"outcome-{row.step.key}")
        _settle_row(actor, row, decision)
    changes = {"settled_at": clock.now(), "settled_by_id": person_of(actor)}
    return SECOND_READING.apply(actor, locked, "settle", changes=changes, data=_facts(locked))


def _settle_row(actor: Actor, row: ReadingRow, decision: Settlement) -> None:
    opinion, verdict = row.opinion, row.verdict
    assert opinion is not None  # it differs
    text = clean_text(decision.reason, field=f"reason-{row.step.key}").strip()
    if not text:
        raise DomainError(_("Give a reason."), field=f"reason-{row.step.key}")
    if verdict is None:
        message = _("The reviewer has not judged %(measure)s yet.") % {"measure": row.step.code}
        raise DomainError(message, field=f"outcome-{row.step.key}")
    if decision.verdict not in ("", verdict.value):
        message = _("The first verdict on %(measure)s is “%(verdict)s” by now. Read it, and choose again.")
        words = {"measure": row.step.code, "verdict": verdict.get_value_display()}
        raise DomainError(message % words, field=f"outcome-{row.step.key}")
    if decision.outcome == ReadingOutcome.ADOPTED:
        _take_over_verdict(actor, verdict, opinion)
    opinion.outcome, opinion.outcome_reason = decision.outcome, text
    opinion.upheld_value = verdict.value
    opinion.save(update_fields=["outcome", "outcome_reason", "upheld_value"])


def _take_over_verdict(actor: Actor, verdict: Verdict, opinion: SecondOpinion) -> None:
    verdict.value, verdict.reason, verdict.language = opinion.value, opinion.reason, opinion.language
    verdict.given_by_id, verdict.given_at = opinion.reading.reader_id, clock.now()
    pair = [opinion.reading.reader_id], [opinion.organisation_id]
    # the reader may have declared an interest since they have sent it
    verdict.needs_second_look = any(interests_in_force(today(), *pair))
    verdict.version += 1
    verdict.save()
    facts = {"report": verdict.report_id, "value": verdict.value, "reading": opinion.reading_id}
    journal.record(actor, "verdict.give", verdict, **facts)


@transaction.atomic
def withdraw_reading(
    actor: Actor, reading: SecondReading, reason: str | None = None, language: str = ""
) -> SecondReading:
    """Withdraw a reading that was not sent yet; its reader and who asked for it are notified.

    What its reader has typed and not saved stays theirs to read, as long as a draft is kept.
    The reason is kept as a note on the report, of the moment of the withdrawal (`withdrawal_note`); None is that of
    programs that know of none. Raises Forbidden, DomainError where the reason is empty, or WrongState.
    """
    locked = _lock(reading)
    require(actor, "second_reading.withdraw", locked)
    changes = {"settled_at": clock.now(), "settled_by_id": actor.person_id}
    if reason is not None:
        text = require_short_reason(reason)
        sentence = _("The second reading by %(name)s was withdrawn.") % {"name": locked.reader.name}
        note = write_note(actor, locked.report, f"{sentence} {text}", language=language)
        changes["settled_at"] = note.written_at
    return SECOND_READING.apply(actor, locked, "withdraw", changes=changes, data=_facts(locked))


def withdraw_readings_of(actor: Actor, reader: int, organisation: int | None, within: str) -> None:
    """Withdraw what somebody has not finished reading, of one organisation or all, within an act with its own rule."""
    rows = SecondReading.objects.select_for_update(of=("self",)).filter(
        reader_id=reader, state=SecondReadingState.ASKED
    )
    if organisation is not None:
        rows = rows.filter(organisation_id=organisation)
    for reading in rows.order_by("pk"):
        _withdraw_within(reading, actor.person_id, within)


def withdraw_readings_of_report(actor: Actor, report: Report, within: str) -> None:
    """Withdraw what nobody has finished reading of a report that will not come, within an act with its own rule."""
    rows = SecondReading.objects.select_for_update(of=("self",)).filter(
        report=report, state=SecondReadingState.ASKED
    )
    for reading in rows.order_by("pk"):
        _withdraw_within(reading, actor.person_id, within)


def _withdraw_within(reading: SecondReading, person: int | None, within: str) -> None:
    changes = {"settled_at": clock.now(), "settled_by_id": person}
    SECOND_READING.apply(
        SYSTEM, reading, "withdraw", changes=changes, data={**_facts(reading), "within": within}
    )


def _lock(reading: SecondReading) -> SecondReading:
    """The reading, under the lock of its report: verdicts and readings of one report come one after the other."""
    Report.objects.select_for_update(of=("self",)).get(pk=reading.report_id)
    rows = SecondReading.objects.select_for_update(of=("self",)).prefetch_related("report__cycle")
    locked: SecondReading = rows.get(pk=reading.pk)
    return locked


def _review_state(actor: Actor, report: Report) -> ReviewState:
    state = review_state(actor, report)
    if state is None:
        raise WrongState(_("Nothing submitted yet"))
    return state


def _facts(reading: SecondReading) -> dict[str, object]:
    return {"report": reading.report_id, "reader": reading.reader_id}


def enqueue_reading_reminders() -> int:
    """Queue a job for each reader who is silent and was not reminded; how many are new."""
    return sum(
        enqueue("remind_reading", key=f"reading:{reading.pk}", payload={"reading": reading.pk})
        for reading in silent_readings()
    )


@transaction.atomic
def record_reading_reminder(reading_id: int) -> bool:
    """Remind the reader once, as SYSTEM.

    False where the reading was sent, withdrawn or reminded of meanwhile, or there is nothing to review now.
    """
    rows = SecondReading.objects.select_for_update(of=("self",)).prefetch_related("report")
    locked = rows.get(pk=reading_id)
    if locked.state != SecondReadingState.ASKED or locked.reminded_at is not None:
        return False
    if locked.report.state not in REVIEWABLE_REPORT_STATES:
        return False
    locked.reminded_at = clock.now()
    locked.save(update_fields=["reminded_at"])
    journal.record(SYSTEM, "second_reading.remind", locked, **_facts(locked))
    return True
