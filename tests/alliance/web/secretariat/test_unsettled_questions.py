"""A question that is open when its report becomes public: named before, counted after, and still answered or closed."""

import re

import pytest
from django.test import Client

from alliance.enums import QuestionState, ReportState
from alliance.models import Question, Report
from alliance.services.organisations import suspend_organisation
from alliance.services.questions import ask_question
from alliance.web.secretariat import row_limits
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.pages import signed_in, words_of
from tests.support.submissions import make_submission

pytestmark = pytest.mark.django_db
NAMED = "1 question is not closed"


@pytest.fixture
def question(cast: Cast) -> Question:
    report = make_report(make_cycle(read_charter(), state="closed"), cast.aurora)
    make_submission(report, ReportState.IN_REVIEW)
    Report.objects.update(reviewer=cast.rita)
    with acting_as(cast.actor("rita")) as rita:
        return ask_question(rita, Report.objects.get(), "A zero or a gap?")


def place_of(question: Question) -> str:
    return f"/secretariat/reviews/{question.report_id}/#question-{question.pk}"


def test_the_page_before_the_publication_names_it(cast: Cast, question: Question) -> None:
    Report.objects.update(state=ReportState.CONCLUDED)
    mona, cycle = signed_in(cast.mona), question.report.cycle.slug
    pages = [
        mona.get(f"/secretariat/cycles/{cycle}/publish/"),
        mona.get(f"/secretariat/cycles/{cycle}/plan-publication/"),
    ]

    for page in pages:
        assert NAMED in words_of(page)
        assert "Neither question nor answer becomes public" in words_of(page)
        assert f'href="{place_of(question)}"' in page.content.decode()
    assert f'id="question-{question.pk}"' in mona.get(place_of(question)).content.decode()


def test_the_page_before_a_single_report_names_it_too(cast: Cast, question: Question) -> None:
    Report.objects.update(state=ReportState.CONCLUDED)
    question.report.cycle.__class__.objects.update(state="published")

    words = words_of(signed_in(cast.mona).get(f"/secretariat/reports/{question.report_id}/publish/"))

    assert NAMED in words


@pytest.mark.parametrize(
    ("state", "is_named"), [(QuestionState.OPEN, 1), (QuestionState.ANSWERED, 1), (QuestionState.CLOSED, 0)]
)
def test_before_the_conclusion_answered_ones_are_named_too(
    cast: Cast, question: Question, state: str, is_named: int
) -> None:
    Report.objects.update(measures_due=0)
    Question.objects.update(state=state)
    page = signed_in(cast.rita).get(f"/secretariat/reviews/{question.report_id}/conclude/")

    assert len(page.context["questions"]) == is_named


@pytest.mark.parametrize("state", [QuestionState.OPEN, QuestionState.ANSWERED])
def test_the_link_behind_the_first_ones_lists_what_is_answered_and_not_closed_too(
    cast: Cast, question: Question, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Report.objects.update(state=ReportState.CONCLUDED)
    Question.objects.update(state=state)
    with acting_as(SYSTEM):
        Question.objects.create(
            report=question.report, organisation=cast.aurora, text="And this?", language="en",
            asked_by=cast.rita, state=QuestionState.CLOSED,
        )  # fmt: skip
        question.pk = None
        question.save()
    monkeypatch.setattr(row_limits, "MAX_ROWS", 1)
    mona = signed_in(cast.mona)

    page = mona.get(f"/secretariat/cycles/{question.report.cycle.slug}/publish/")
    (query,) = re.findall(r'href="/secretariat/reviews/(\?question=[^"]*)"', page.content.decode())
    rows = mona.get("/secretariat/reviews/" + query.replace("&amp;", "&")).context["rows"]

    assert "2 questions are not closed" in words_of(page)
    assert [row.report for row in rows] == [question.report]


def test_open_questions_of_a_member_without_access_are_shown_as_unanswerable(
    cast: Cast, question: Question
) -> None:
    Report.objects.update(state=ReportState.CONCLUDED)
    with acting_as(cast.actor("mona")) as mona:
        suspend_organisation(mona, cast.aurora, "The dues are not paid.")

    words = words_of(signed_in(cast.mona).get(f"/secretariat/cycles/{question.report.cycle.slug}/publish/"))

    assert "nobody at Aurora Video can answer" in words
    assert "can still be answered" not in words


def test_the_queue_counts_it_and_leads_to_it_after_the_publication(cast: Cast, question: Question) -> None:
    Report.objects.update(state=ReportState.PUBLISHED)
    rita = signed_in(cast.rita)

    counts = rita.get("/secretariat/reviews/")
    (link,) = re.findall(r'href="(\?question=open[^"]*)"><b>1</b>', counts.content.decode())
    rows = rita.get("/secretariat/reviews/" + link.replace("&amp;", "&"))

    assert "Aurora Video" in words_of(rows)


def test_after_the_publication_it_is_answered_and_closed(cast: Cast, question: Question) -> None:
    Report.objects.update(state=ReportState.PUBLISHED)

    signed_in(cast.alice).post(f"/workspace/questions/{question.pk}/answer/", {"text": "A gap."})
    question.refresh_from_db()
    answered = question.state
    page = f"/secretariat/reviews/{question.report_id}/"
    rita: Client = signed_in(cast.rita)
    assert f"close:{question.pk}" in rita.get(page).content.decode()
    rita.post(page, {"act": f"close:{question.pk}"})
    question.refresh_from_db()

    assert (answered, question.state) == (QuestionState.ANSWERED, QuestionState.CLOSED)


def test_after_an_act_on_a_question_the_page_stands_where_the_questions_are(
    cast: Cast, question: Question
) -> None:
    rita, url = signed_in(cast.rita), f"/secretariat/reviews/{question.report_id}/"

    asked = rita.post(url, {"act": "question", "question-text": "Since when?"})
    closed = rita.post(url, {"act": f"close:{question.pk}"})

    assert (asked.url, closed.url) == (f"{url}#questions-heading", place_of(question))
