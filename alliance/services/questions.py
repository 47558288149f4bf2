"""Named writes on questions in place: the reviewer asks, the member answers, the reviewer closes."""

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.enums import REVIEWABLE_REPORT_STATES, QuestionState
from alliance.models import Measure, Question, Report
from alliance.services.assignments import refuse_other_reviewer
from alliance.validators.languages import text_language
from alliance.workflows import QUESTION, question_refusal
from portal.kernel import clock, journal
from portal.kernel.access import Actor, person_of, require
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.text import clean_text


@transaction.atomic
def ask_question(
    actor: Actor,
    report: Report,
    text: str,
    *,
    measure: Measure | None = None,
    language: str = "",
    follows: Question | None = None,
) -> Question:
    """Ask the member about a measure, or about the whole report; `follows`: the question that this one asks on.

    The earlier question is closed by it. Raises Forbidden, WrongState outside a review or where nobody of the member
    has access, or DomainError when the question is empty.
    """
    locked = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
    refuse_other_reviewer(actor, locked)
    require(actor, "question.ask", locked)
    if locked.state not in REVIEWABLE_REPORT_STATES:
        raise WrongState(_("Questions can be asked only while the report is submitted or in review."))
    if refusal := question_refusal(locked.organisation):
        raise WrongState(refusal)
    question = Question.objects.create(
        report=locked,
        organisation_id=locked.organisation_id,
        measure=follows.measure if follows else measure,
        follows=follows,
        text=_required_text(text),
        language=text_language(language),
        asked_by_id=person_of(actor),
        asked_at=clock.now(),
    )
    if follows is not None and follows.state != QuestionState.CLOSED:
        close_question(actor, follows)
    journal.record(actor, "question.ask", question, report=locked.pk)
    return question


@transaction.atomic
def answer_question(actor: Actor, question: Question, text: str, language: str = "") -> Question:
    """The member's answer, once.

    Raises Forbidden, WrongState that says who has answered, and what, or DomainError when it is empty.
    """
    answer = _required_text(text)
    locked = Question.objects.select_for_update(of=("self",)).get(pk=question.pk)
    require(actor, QUESTION.rule("answer"), locked)
    if locked.state != QuestionState.OPEN:
        quote = _("“%(words)s”") % {"words": locked.answer}
        if locked.state == QuestionState.CLOSED:  # beside who closed it, it would be taken for what they said
            quote = _("Answer: %(words)s") % {"words": quote}
        words = [quote] if locked.answer else []
        raise WrongState(" ".join([QUESTION.wrong_state(actor, locked), *words]))
    changes = {
        "answer": answer,
        "answer_language": text_language(language),
        "answered_by_id": person_of(actor),
        "answered_at": clock.now(),
    }
    return QUESTION.apply(actor, question, "answer", changes=changes, data={"report": question.report_id})


@transaction.atomic
def close_question(actor: Actor, question: Question) -> Question:
    """Settle a question, answered or not. Raises Forbidden, WrongState."""
    return QUESTION.apply(actor, question, "close", data={"report": question.report_id})


@transaction.atomic
def reopen_question(actor: Actor, question: Question) -> Question:
    """Put a question that was closed unanswered to the member again. Raises Forbidden, WrongState, DomainError."""
    report = Report.objects.select_for_update(of=("self",)).get(pk=question.report_id)
    if report.state not in REVIEWABLE_REPORT_STATES:
        raise WrongState(_("Questions can be asked only while the report is submitted or in review."))
    return QUESTION.apply(actor, question, "reopen", data={"report": question.report_id})


def _required_text(text: str) -> str:
    cleaned_text = clean_text(text, field="text").strip()
    if not cleaned_text:
        raise DomainError(_("No text"), field="text")
    return cleaned_text
