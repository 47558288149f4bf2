"""The closed matters of a member: a question by the day on which it was closed."""

from datetime import UTC, datetime

import pytest

from alliance.enums import QuestionState, ReportState
from alliance.models import Question, Report
from alliance.queries.closed_items import ClosedItem, closed_items, closed_references
from alliance.queries.local_dates import today
from alliance.services.questions import answer_question, ask_question, close_question, reopen_question
from portal.kernel import journal
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.journal import Event
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.submissions import make_submission

pytestmark = pytest.mark.django_db

LONG_AGO = datetime(2026, 1, 15, 12, tzinfo=UTC)


@pytest.fixture
def report(cast: Cast) -> Report:
    report = make_report(make_cycle(read_charter()), cast.aurora)
    make_submission(report, ReportState.IN_REVIEW)
    return report


def ask(cast: Cast, report: Report, text: str) -> Question:
    """Asked long ago."""
    with acting_as(cast.actor("rita")) as rita:
        question = ask_question(rita, report, text)
    Question.objects.filter(pk=question.pk).update(asked_at=LONG_AGO)
    return question


def closed(cast: Cast) -> list[ClosedItem]:
    with acting_as(cast.actor("mona")) as mona:
        return closed_items(mona, closed_references(mona, cast.aurora))


@pytest.mark.parametrize("is_answered", [True, False])
def test_a_question_is_closed_on_the_day_of_its_closing(
    cast: Cast, report: Report, *, is_answered: bool
) -> None:
    question = ask(cast, report, "How do you count?")
    if is_answered:
        with acting_as(cast.actor("alice")) as alice:
            answer_question(alice, question, "By day.")
        Question.objects.filter(pk=question.pk).update(answered_at=LONG_AGO)
    with acting_as(cast.actor("rita")) as rita:
        close_question(rita, question)

    assert [(item.title, item.ended_on) for item in closed(cast)] == [("How do you count?", today())]


def test_of_a_question_closed_before_the_journal_has_the_day(cast: Cast, report: Report) -> None:
    first, second = ask(cast, report, "How do you count?"), ask(cast, report, "Who counts?")
    Question.objects.update(state="closed")
    with acting_as(SYSTEM):
        journal.record(SYSTEM, "question.close", first)

    days = {item.title: item.ended_on for item in closed(cast)}

    assert (days[first.text], days[second.text]) == (today(), LONG_AGO.date())
    assert [item.title for item in closed(cast)] == [first.text, second.text]


def test_a_question_that_is_closed_again_is_closed_on_the_later_day(cast: Cast, report: Report) -> None:
    question = ask(cast, report, "How do you count?")
    with acting_as(SYSTEM):
        Event.objects.create(
            kind="question.close", actor_kind="system", target_type="alliance.question", target_id=question.pk,
            at=LONG_AGO,
        )  # fmt: skip
    question.state = QuestionState.CLOSED
    question.save(update_fields=["state"])
    with acting_as(cast.actor("rita")) as rita:
        reopened = reopen_question(rita, question)
        assert closed(cast) == []
        close_question(rita, reopened)

    assert [item.ended_on for item in closed(cast)] == [today()]
